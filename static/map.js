// The map without third parties: outlines of the states, rings of distance, and a marker for each card
// of the list. It knows only what the page shows: the public points in the cards' attributes.
const SVG = "http://www.w3.org/2000/svg";
const EARTH_KM = 6371.0087714;
const MILE_KM = 1.609344;
const RINGS = [1, 2, 5, 10, 25, 50, 100, 250, 500];
const APART = 30; // pixels between markers, so that each can be hit
// Where along a ring its distance may stand: the top first, then to both sides, in radians.
const RING_SPOTS = [0, 0.35, -0.35, 0.8, -0.8, 1.3, -1.3, 1.9, -1.9, 2.5, -2.5, Math.PI];
let outlines;

// A box around a middle, as [left, top, right, bottom] in pixels.
const box = (x, y, halfWidth, halfHeight) => [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

// Mercator, in units of which the way around the earth is 1.
const east = (longitude) => longitude / 360 + 0.5;
const south = (latitude) => {
  const angle = (Math.max(-84, Math.min(84, latitude)) * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(angle) + 1 / Math.cos(angle)) / (2 * Math.PI);
};
const unitsOf = (km, latitude) => km / (2 * Math.PI * EARTH_KM * Math.cos((latitude * Math.PI) / 180));

const make = (name, attributes, parent, text) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
};

// One path of all states, in Mercator units times a million. Borders that states share are drawn once.
const pathOf = ({ unit, arcs, states }) => {
  const lines = arcs.map((flat) => {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < flat.length; i += 2) {
      x += flat[i];
      y += flat[i + 1];
      points.push(`${Math.round(east(x * unit) * 1e6)} ${Math.round(south(y * unit) * 1e6)}`);
    }
    return points;
  });
  const ring = (numbers) => {
    const points = numbers.flatMap((n) => (n < 0 ? [...lines[~n]].reverse() : lines[n]));
    return points.length ? `M${points.join("L")}Z` : "";
  };
  return {
    land: states.map(({ rings }) => rings.map(ring).join("")).join(""),
    borders: lines.filter((line) => line.length).map((line) => `M${line.join("L")}`).join(""),
  };
};

const load = async (address) => {
  outlines ??= pathOf(await (await fetch(address)).json());
  return outlines;
};

const readPoints = () =>
  [...document.querySelectorAll(".card[data-latitude]")].map((card) => ({
    card,
    x: east(Number(card.dataset.longitude)),
    y: south(Number(card.dataset.latitude)),
    number: card.dataset.number,
    name: card.dataset.name,
    city: card.dataset.city ?? "",
  }));

const readOrigin = ({ dataset }) => {
  if (!dataset.latitude || !dataset.longitude) return null;
  const [latitude, longitude] = [Number(dataset.latitude), Number(dataset.longitude)];
  return { latitude, x: east(longitude), y: south(latitude), label: dataset.label ?? "" };
};

class StateMap {
  constructor(map, shapes) {
    this.map = map;
    this.svg = map.querySelector("svg");
    this.svg.replaceChildren();
    this.land = make("g", { "aria-hidden": "true" }, this.svg);
    make("path", { class: "map__land", d: shapes.land }, this.land);
    make("path", { class: "map__border", d: shapes.borders }, this.land);
    this.under = make("g", { "aria-hidden": "true" }, this.svg);
    this.over = make("g", {}, this.svg);
    this.words = make("g", { "aria-hidden": "true", "pointer-events": "none" }, this.svg);
    this.points = readPoints();
    this.origin = readOrigin(map);
    this.fit();
  }

  // Show every marker and the origin.
  fit() {
    const { width, height } = this.size();
    const all = this.origin ? [...this.points, this.origin] : this.points;
    const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
    const room = 64;
    const least = unitsOf(3, 40);
    this.scale = Math.min(
      (width - 2 * room) / Math.max(right - left, least),
      (height - 2 * room) / Math.max(bottom - top, least),
    );
    this.render();
  }

  size() {
    const { width, height } = this.svg.getBoundingClientRect();
    return { width: Math.max(width, 200), height: Math.max(height, 200) };
  }

  at({ x, y }) {
    const { width, height } = this.size();
    return [(x - this.x) * this.scale + width / 2, (y - this.y) * this.scale + height / 2];
  }

  move(dx, dy) {
    this.x += dx / this.scale;
    this.y += dy / this.scale;
    this.render();
  }

  zoom(factor) {
    this.scale = Math.max(200, Math.min(4e6, this.scale * factor));
    this.render();
  }

  render() {
    const focused = document.activeElement?.dataset?.number;
    const { width, height } = this.size();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [x, y] = this.at({ x: 0, y: 0 });
    this.land.setAttribute("transform", `translate(${x} ${y}) scale(${this.scale / 1e6})`);
    this.under.replaceChildren();
    this.over.replaceChildren();
    this.words.replaceChildren();
    const rings = this.renderRings(width);
    // Boxes that words keep clear of: markers first, then each word that has found a place.
    this.taken = this.renderPins().map(([px, py]) => box(px, py, 18, 18));
    this.renderScale(width, height);
    this.nameRings(rings);
    this.renderCities();
    if (focused) this.over.querySelector(`[data-number="${focused}"]`)?.focus();
  }

  renderRings(width) {
    if (!this.origin) return [];
    const [cx, cy] = this.at(this.origin);
    const visible = RINGS.map((miles) => [miles, unitsOf(miles * MILE_KM, this.origin.latitude) * this.scale]).filter(
      ([, radius]) => radius > 40 && radius < width * 0.75,
    ).slice(0, 3);
    for (const [, r] of visible) make("circle", { class: "map__ring", cx, cy, r }, this.under);
    make("rect", { class: "map__origin", x: cx - 7, y: cy - 7, width: 14, height: 14, transform: `rotate(45 ${cx} ${cy})` }, this.under);
    return visible;
  }

  // Write a word at the first of the spots (its middle, in pixels) where nothing is covered.
  write(word, spots) {
    const { width, height } = this.size();
    const half = word.length * 3.9 + 4;
    for (const [x, y] of spots) {
      const wanted = box(x, y, half, 10);
      const inside = wanted[0] > 0 && wanted[1] > 0 && wanted[2] < width && wanted[3] < height;
      if (!inside || this.taken.some((other) => overlap(wanted, other))) continue;
      this.taken.push(wanted);
      make("text", { class: "map__word", x, y: y + 4 }, this.words, word);
      return;
    }
  }

  // The distance of each ring, where the ring is clear of markers.
  nameRings(rings) {
    if (!this.origin) return;
    const [cx, cy] = this.at(this.origin);
    for (const [miles, r] of rings) {
      const spots = RING_SPOTS.map((angle) => [cx + r * Math.sin(angle), cy - r * Math.cos(angle)]);
      this.write(`${miles} mi`, spots);
    }
  }

  // The name of each city beside its markers: below, above, to the right, to the left.
  renderCities() {
    const cities = new Map();
    for (const point of this.points) cities.set(point.city, [...(cities.get(point.city) ?? []), this.at(point)]);
    for (const [city, spots] of cities) {
      if (!city) continue;
      const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const [x, y, half] = [(left + right) / 2, (top + bottom) / 2, city.length * 3.9 + 24];
      this.write(city, [[x, bottom + 29], [x, top - 29], [right + half, y], [left - half, y]]);
    }
  }

  renderScale(width, height) {
    const latitude = this.origin?.latitude ?? (Math.atan(Math.sinh(Math.PI * (1 - 2 * this.y))) * 180) / Math.PI;
    const pixels = (miles) => unitsOf(miles * MILE_KM, latitude) * this.scale;
    const miles = [...RINGS].reverse().find((candidate) => pixels(candidate) < width / 3) ?? RINGS[0];
    make("path", { class: "map__scale", d: `M16 ${height - 16}h${pixels(miles)}` }, this.under);
    this.taken.push([0, height - 44, 32 + Math.max(pixels(miles), 60), height]);
    make("text", { class: "map__word", x: 16 + Math.max(pixels(miles), 52) / 2, y: height - 24 }, this.words, miles === 1 ? "1 mile" : `${miles} miles`);
  }

  // Markers, nudged apart and off the origin; answers where they stand.
  renderPins() {
    const taken = this.origin ? [this.at(this.origin)] : [];
    for (const point of this.points) {
      const [x, y] = this.at(point);
      const [px, py] = freeSpot(x, y, taken);
      taken.push([px, py]);
      if (Math.hypot(px - x, py - y) > 2) make("path", { class: "map__border", d: `M${x} ${y}L${px} ${py}` }, this.under);
      const pin = make(
        "a",
        { class: "map__pin", href: `#${point.card.id}`, "data-number": point.number, "aria-label": `${point.number}. ${point.name}, ${point.city}` },
        this.over,
      );
      make("circle", { cx: px, cy: py, r: 14 }, pin);
      make("text", { x: px, y: py + 5, "aria-hidden": "true" }, pin, point.number);
      const mark = (on) => () => point.card.classList.toggle("is-pointed", on);
      for (const name of ["focus", "pointerenter"]) pin.addEventListener(name, mark(true));
      for (const name of ["blur", "pointerleave"]) pin.addEventListener(name, mark(false));
    }
    return taken;
  }
}

// The nearest spot, on a spiral around (x, y), that is clear of the markers drawn so far.
const freeSpot = (x, y, taken) => {
  for (let step = 0; step < 400; step += 1) {
    const [angle, radius] = [step * 0.9, step === 0 ? 0 : 6 + step * 1.6];
    const spot = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    if (taken.every(([tx, ty]) => Math.hypot(tx - spot[0], ty - spot[1]) >= APART)) return spot;
  }
  return [x, y];
};

const listen = (map, drawn) => {
  const moves = {
    in: () => drawn.zoom(1.6), out: () => drawn.zoom(1 / 1.6), fit: () => drawn.fit(),
    left: () => drawn.move(-80, 0), right: () => drawn.move(80, 0), up: () => drawn.move(0, -80), down: () => drawn.move(0, 80),
  };
  map.querySelector(".map__bar").addEventListener("click", (event) => {
    moves[event.target.closest("[data-move]")?.dataset.move]?.();
  });
  drawn.svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.target.closest(".map__pin")) return;
    drawn.svg.setPointerCapture(event.pointerId);
    const drag = (moved) => drawn.move(-moved.movementX, -moved.movementY);
    drawn.svg.addEventListener("pointermove", drag);
    drawn.svg.addEventListener("pointerup", () => drawn.svg.removeEventListener("pointermove", drag), { once: true });
  });
  new ResizeObserver(() => drawn.render()).observe(drawn.svg);
};

// Draw the map into its place. The place is replaced with the list, so each is drawn once.
export const draw = async (map) => {
  if (map.dataset.drawn) return;
  map.dataset.drawn = "yes";
  try {
    listen(map, new StateMap(map, await load(map.dataset.src)));
  } catch {
    delete map.dataset.drawn;
    map.querySelector(".map__note").textContent = map.dataset.failed;
  }
};
