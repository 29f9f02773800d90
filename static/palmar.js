// Small comforts. Every page works without this file.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);

  // Words and places stay off this device: htmx notes the address of the page in the session's storage.
  const forget = () => {
    try {
      sessionStorage.removeItem("htmx-current-path-for-history");
    } catch {
      // No storage, nothing to forget.
    }
  };
  forget();
  document.addEventListener("htmx:pushedIntoHistory", forget);
  addEventListener("popstate", () => setTimeout(forget));

  // "Use my location": asked for on click only, rounded to two decimals (about 1 km) before it is used.
  const locate = (button) => {
    const field = document.getElementById(button.dataset.locate);
    const say = document.getElementById(button.getAttribute("aria-describedby"));
    say.textContent = button.dataset.busy;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(2)}, ${coords.longitude.toFixed(2)}`;
        say.textContent = button.dataset.done;
        field.focus();
      },
      () => {
        say.textContent = button.dataset.failed;
        field.focus();
      },
      { enableHighAccuracy: false, maximumAge: 600000, timeout: 15000 },
    );
  };
  if ("geolocation" in navigator && isSecureContext) {
    for (const button of document.querySelectorAll("[data-locate]")) {
      button.hidden = false;
    }
  }

  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  // On paper nothing can be opened. Browsers that unfold by the stylesheet do not need this.
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll(".credential, #for-all")) part.open = true;
  });

  const actions = {
    "[data-locate]": locate,
    "[data-print]": () => print(),
    "[data-map]": (button) => toggleMap(button),
  };
  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(actions)) {
      const button = event.target.closest(selector);
      if (button) act(button);
    }
  });

  // Short addresses: fields that say nothing are not sent.
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const name of new Set(event.formData.keys())) {
      const values = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });

  // Filters: a change asks for the list anew. The search form listens for this event through htmx.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (window.htmx && form && event.target.closest("[data-auto]")) {
      form.dispatchEvent(new CustomEvent("filters-changed"));
    }
  });

  // What was open stays open when the list is swapped, and the new count is spoken.
  let open = [];
  let focused = "";
  document.addEventListener("htmx:beforeRequest", () => $("#answer")?.classList.add("is-loading"));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 400) event.detail.shouldSwap = true;
    open = [...document.querySelectorAll("#answer details[open][id]")].map((details) => details.id);
    focused = document.activeElement?.closest("#answer") ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    $("#answer")?.classList.remove("is-loading");
    // No answer: let the browser ask for the whole page and say what is wrong.
    if (event.detail.failed && !event.detail.xhr.status) $("#search-form").submit();
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    // Inside of what was closed for a moment the focus was lost.
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const count = $("#count");
    if (count) {
      const text = count.textContent;
      count.textContent = "";
      requestAnimationFrame(() => (count.textContent = text));
    }
    greet();
  });

  // The map: a button appears, and the script and outlines load only when it is pressed.
  let shown = false;
  const greet = () => {
    const button = $("[data-map]");
    if (!button || !$(".card[data-latitude]")) return;
    button.hidden = false;
    if (shown) setMap(button, true);
  };
  const setMap = (button, on) => {
    const map = $("#map");
    map.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    button.textContent = on ? button.dataset.hide : button.dataset.show;
    $(".answer").classList.toggle("answer--mapped", on);
    if (on) import(map.dataset.script).then((module) => module.draw(map));
  };
  const toggleMap = (button) => {
    shown = button.getAttribute("aria-expanded") !== "true";
    setMap(button, shown);
  };

  // The error summary takes the focus, as people using a screen reader expect.
  $(".error-summary")?.focus();
  greet();
})();
