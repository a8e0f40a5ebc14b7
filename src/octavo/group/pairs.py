"""How an article compares with each of its candidates: one row of features a candidate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from octavo.group.rarity import Rarity
from octavo.group.reading import Reading
from octavo.group.weights import PAIR_FEATURES, PRODUCTS
from octavo.group.window import Window

Floats = NDArray[np.float32]
_FEW = 25.0  # rarity of about five names: who has fewer is taken to have so many, else two shared places would be everything


def overlap(mine: NDArray[np.int32], theirs: NDArray[np.int32], rarity: Rarity) -> tuple[Floats, Floats]:
    """Shared words of one list with each row of another (0 is no word): cosine, and their rarities as a share of the poorer one's.

    In the cosine each word weighs its rarity. The words of one list or row must be distinct.
    """
    mine = mine[mine > 0]
    own = rarity.of(mine)
    rare = rarity.of(theirs)
    shared = np.isin(theirs, mine) & (theirs > 0)
    squares = np.sqrt((rare**2).sum(1) * (own**2).sum())
    cosine = (rare**2 * shared).sum(1) / np.maximum(squares, 1e-6)
    common = (rare * shared).sum(1)
    share = common / np.maximum(np.minimum(rare.sum(1), own.sum()), _FEW)
    return cosine, share


def features(
    reading: Reading, words: NDArray[np.int32], window: Window, at: NDArray[np.int64], similarities: Floats, rarity: Rarity
) -> Floats:
    """A row of `PAIR_FEATURES` for each candidate at position `at` in the window's columns.

    `words` are those the article is known by, `similarities` its cosines with the candidates.
    """
    both = window.column("has_vector")[at] & (reading.vector is not None)
    cosine, _ = overlap(words, window.column("words")[at], rarity)
    gap = window.gaps(reading, at)
    publisher = window.column("publisher")[at]
    base = {
        "bias": np.ones(len(at)),
        "cosine": similarities * both,
        "words": cosine,
        "gap": np.log1p(gap),
        "days": np.minimum(gap / 24, 30) / 30,
        "undated": ~window.column("dated")[at] | (reading.moment is None),
        "other_language": window.column("language")[at] != window.code(reading.language),
        "same_publisher": (publisher == window.code(reading.publisher)) & (publisher > 0),
        "no_vector": ~both,
    }
    columns = base | {f"{a} * {b}": base[a] * base[b] for a, b in PRODUCTS}
    return np.stack([columns[name] for name in PAIR_FEATURES], 1).astype(np.float32)
