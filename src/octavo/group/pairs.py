"""How an article compares with each of its candidates: one row of features a candidate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from octavo.group.features import PAIR_FEATURES
from octavo.group.rarity import Rarity
from octavo.group.reading import Reading
from octavo.group.window import Window, gaps

Floats = NDArray[np.float32]

_NUMBERS = 3
_DAYS = 30
_FEW = 25.0  # rarity of about five names: who has fewer is taken to have so many, else two shared places would be everything
_RARE = 10.0  # rarity of a word in one of 20,000 articles
_HEADLINE = 30  # words: a longer article has a text
_COMMON = 10  # candidates that share more words with an article than the one that tells how common its words are


def features(
    reading: Reading,
    words: NDArray[np.int32],
    vector: Floats | None,
    background: float,
    window: Window,
    at: NDArray[np.int64],
    rarity: Rarity,
) -> Floats:
    """A row of `PAIR_FEATURES` for each candidate at position `at` in the window's columns.

    `words` are those the article is known by, `vector` its centred one, `background` how near its 50th nearest article is.
    """
    theirs = window.at("compared", at)
    numbers, publisher = theirs["numbers"], theirs["publisher"]
    has_vector = theirs["has_vector"] & (vector is not None)
    cosine = np.zeros(len(at), np.float32) if vector is None else theirs["vector"].astype(np.float32) @ vector * theirs["step"]
    common, words_cosine = rarity.compared(words, theirs["words"])
    same_numbers = _numbers_shared(reading.numbers, numbers, rarity)
    both_dated = theirs["dated"] & (reading.moment is not None)
    gap = gaps(reading, theirs)
    their_background = theirs["background"]
    words_background = _background(words_cosine)
    columns = {
        "cosine": cosine,
        "words": words_cosine,
        "headline": rarity.compared(reading.headline, theirs["headline"])[1],
        "names": _names_shared(reading.name_words, theirs["names"], rarity),
        "rarest": common[np.arange(len(at)), common.argmin(1)] / -_RARE,  # to find the least is quicker than to reckon it
        "numbers": np.minimum(same_numbers, _NUMBERS),
        "other_numbers": (same_numbers == 0) & (numbers[:, 0] > 0) & bool(reading.numbers[0]),
        "gap": np.log1p(gap),
        "days": np.minimum(gap / 24, _DAYS) / _DAYS,
        "undated": ~both_dated,
        "other_language": theirs["language"] != window.code(reading.language),
        "same_publisher": (publisher == window.code(reading.publisher)) & (publisher > 0),
        "background": background,
        "above_background": (cosine - background) * has_vector,
        "their_background": their_background,
        "above_backgrounds": cosine - (background + their_background) / 2,
        "words_background": words_background,
        "above_words_background": words_cosine - words_background,
        "crowd": 0 if vector is None else window.crowd(vector),
        "text": reading.length > _HEADLINE,
        "no_vector": ~has_vector,
    }
    rows = np.empty((len(PAIR_FEATURES), len(at)), np.float32)
    for row, name in zip(rows, PAIR_FEATURES, strict=True):
        row[:] = columns[name]
    return rows.T.copy()


def _background(values: Floats) -> float:
    """The eleventh highest value, the least one if there are fewer, 0 if there is none."""
    place = max(len(values) - 1 - _COMMON, 0)
    return float(np.sort(values)[place]) if len(values) else 0.0


def _names_shared(mine: NDArray[np.int32], theirs: NDArray[np.int32], rarity: Rarity) -> Floats:
    """The rarity of the names that each row shares with `mine`, as a share of the rarity of all names of the one with less."""
    if not mine[0]:
        return np.zeros(len(theirs), np.float32)
    own, signed = rarity.signed(mine, theirs)
    rare = np.abs(signed).sum(1)
    shared: Floats = np.minimum(signed, 0).sum(1) / -np.maximum(np.minimum(rare, own.sum()), _FEW)
    return shared


def _numbers_shared(mine: NDArray[np.int32], theirs: NDArray[np.int32], rarity: Rarity) -> NDArray[np.integer]:
    """How many numbers each row shares with `mine`."""
    if not mine[0]:
        return np.zeros(len(theirs), np.int64)
    shared: NDArray[np.integer] = rarity.shared(mine, theirs).sum(1)
    return shared
