"""Makes `start.npz` of grouping: mean vectors of languages and how common words are, before the first article.

    python bench/group_start.py DATA CACHE OUT.npz

DATA is the folder of the open sets of stories, CACHE a folder for vectors and the model. Holds numbers alone: words are hashed.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from group_sets import SETS, read_set
from octavo.annotate.e5_weights import checked_weights_path, open_weights
from octavo.annotate.scripts import UNSPACED
from octavo.annotate.search_text import search_text
from octavo.group.reading import bucket

MANY_LANGUAGES = "og2021-early"  # the one set with more than English in it
LEAST = 100  # articles of a language
WORDS_A_TEXT = 4300  # so that the most frequent English word stands in 95 % of texts
RARE = 0.02  # share of texts below which a word needs no entry


_UNSPACED = re.compile(f"[{UNSPACED}]")


def means(data: Path, cache: Path) -> dict[str, NDArray[np.float64]]:
    """Mean vectors by language, "*" for the mean of all. A language's mean is that of general English news moved by how the language
    differs from English within one set: else the one set's subject would be in it."""
    vectors: dict[str, NDArray[np.float64]] = {}
    languages: NDArray[np.str_] = np.array([])
    for name in SETS:
        rows = read_set(name, data, cache)
        vectors[name] = np.stack([np.frombuffer(row.annotation.vector, "<f2").astype(np.float64) for row in rows])
        if name == MANY_LANGUAGES:
            languages = np.array([row.article.language for row in rows])
    general = np.mean([found.mean(0) for name, found in vectors.items() if name != MANY_LANGUAGES], 0)
    many = vectors[MANY_LANGUAGES]
    english = many[languages == "en"].mean(0)
    codes = [code for code in sorted(set(languages.tolist())) if (languages == code).sum() >= LEAST]
    found = {code: general + many[languages == code].mean(0) - english for code in codes}
    return found | {"*": np.mean(list(found.values()), 0)}


def shares() -> dict[int, float]:
    """Bucket of a word → share of texts in its language that hold it, from the frequencies in the embedding model's vocabulary."""
    weights = open_weights(checked_weights_path())
    chance: defaultdict[str, float] = defaultdict(float)
    for piece, score in zip(weights.pieces, weights.scores.tolist(), strict=True):
        text = piece.lstrip("▁")
        whole = piece.startswith("▁") or _UNSPACED.search(text)  # else the piece is the end of a word
        if score < 0 and text and whole:
            for word in search_text(None, text).split():
                chance[word] += float(np.exp(score))
    found: dict[int, float] = {}
    for word, value in chance.items():
        share = min(0.95, 1 - float(np.exp(-WORDS_A_TEXT * value)))
        if share >= RARE:
            found[bucket(word)] = max(share, found.get(bucket(word), 0.0))
    return dict(sorted(found.items()))


def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    mean, share = means(arguments.data, arguments.cache), shares()
    np.savez_compressed(
        arguments.out,
        languages=np.array(list(mean)),
        means=np.array(list(mean.values()), np.float16),
        buckets=np.array(list(share), np.uint32),
        shares=np.array(list(share.values()), np.float16),
    )


if __name__ == "__main__":
    main()
