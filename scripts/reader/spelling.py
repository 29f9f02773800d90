"""The reader of spelling: a linear model over words, pairs and runs of letters, trained with Adam."""

import math
from collections import Counter

import numpy as np
import scipy.sparse as sparse

from scripts.reader.texts import Numbers, Text, targets
from search.understanding.grams import grams
from search.understanding.learned import GRAM_LENGTH

LEAST_TEXTS = 3  # a gram of fewer texts tells nothing
EPOCHS, BATCH, STEP = 10, 256, 1e-2


def rows(texts: list[Text], known: dict[int, int], worth: Numbers) -> sparse.csr_matrix:
    """Each text as its known grams, scaled to one length."""
    at, columns, values = [], [], []
    for number, one in enumerate(texts):
        counted = {gram: times for gram, times in grams(one.text).items() if gram in known}
        value = np.array([(1 + math.log(times)) * worth[known[gram]] for gram, times in counted.items()])
        length = math.sqrt(float((value**2).sum())) or 1.0
        at += [number] * len(value)
        columns += [known[gram] for gram in counted]
        values += list(value * GRAM_LENGTH / length)
    shape = (len(texts), len(known))
    return sparse.csr_matrix((values, (at, columns)), shape=shape, dtype=np.float32)


def train(texts: list[Text], slugs: list[str]) -> dict[str, np.ndarray]:
    """The arrays of `spelling.npz`."""
    counts = Counter(gram for one in texts for gram in grams(one.text))
    names = sorted(gram for gram, count in counts.items() if count >= LEAST_TEXTS)
    known = {gram: place for place, gram in enumerate(names)}
    worth = np.array([math.log(len(texts) / counts[gram]) + 1 for gram in names], dtype=np.float32)
    meant = targets(texts, slugs)
    weight = np.array([one.weight for one in texts], dtype=np.float32)
    weights, common = _fit(rows(texts, known, worth), meant, weight)
    step = np.abs(weights).max(axis=0) / 127 + 1e-9
    return {
        "grams": np.array(names, dtype=np.uint32),
        "worth": worth.astype(np.float16),
        "weights": np.round(weights / step).astype(np.int8),
        "step": step.astype(np.float32),
        "common": common.astype(np.float32),
    }


def _fit(x: sparse.csr_matrix, meant: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
    dice = np.random.RandomState(0)
    w = np.zeros((x.shape[1], meant.shape[1]), dtype=np.float32)
    b = np.zeros(w.shape[1], dtype=np.float32)
    moments = [np.zeros_like(w), np.zeros_like(w), np.zeros_like(b), np.zeros_like(b)]
    turn = 0
    for epoch in range(EPOCHS):
        order = dice.permutation(x.shape[0])
        rate = STEP * 0.5 * (1 + math.cos(math.pi * epoch / EPOCHS))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            part, turn = x[chosen], turn + 1
            scores = part @ w + b
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            off = ((shares - meant[chosen]) * weight[chosen][:, None] / len(chosen)).astype(np.float32)
            slopes = [part.T @ off + 1e-6 * w, off.sum(axis=0)]
            for number, (value, slope) in enumerate(zip((w, b), slopes, strict=True)):
                first, second = moments[2 * number], moments[2 * number + 1]
                first += 0.1 * (slope - first)
                second += 0.01 * (slope**2 - second)
                value -= rate * (first / (1 - 0.9**turn)) / (np.sqrt(second / (1 - 0.99**turn)) + 1e-8)
    return w, b
