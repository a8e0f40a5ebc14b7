"""How much a shared word says: running counts of the words of recent articles, over what is known of words before the first article."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import BUCKETS

Floats = NDArray[np.float32]
_PRIOR = 300  # articles that the counts of the first articles are smoothed with
_FORGET = 20_000  # after so many articles all counts are halved, so that they follow the news


class Rarity:
    """Share of recent articles that hold a word, never less than the share that the word is known to have in general text."""

    def __init__(self, buckets: NDArray[np.uint32], shares: Floats) -> None:
        self._general = np.zeros(BUCKETS, np.float32)
        np.maximum.at(self._general, buckets.astype(np.int64), shares)
        self._counts = np.zeros(BUCKETS, np.float32)
        self._articles = 0.0

    def add(self, words: Iterable[int]) -> None:
        """Counts the distinct words of one more article."""
        self._counts[np.fromiter(words, np.int64)] += 1
        self._articles += 1
        if self._articles >= _FORGET:
            self._counts /= 2
            self._articles /= 2

    def of(self, words: NDArray[np.int32]) -> Floats:
        """-ln of the share of articles that hold each word, element by element; 0 where there is no word (bucket 0)."""
        share = np.maximum(self._general[words], (self._counts[words] + 0.5) / (self._articles + _PRIOR))
        return np.asarray(np.where(words > 0, -np.log(np.minimum(share, 1)), 0), np.float32)

    def rarest(self, uses: dict[int, int], most: int) -> NDArray[np.int32]:
        """The words that tell most about an article, at most `most`: rare ones and often used ones first, then in order of use."""
        ids = np.fromiter(uses, np.int32, len(uses))
        if len(ids) > most:
            weight = self.of(ids) * (1 + np.log(np.fromiter(uses.values(), np.float32, len(uses))))
            ids = ids[np.sort(np.argsort(-weight, kind="stable")[:most])]
        return np.pad(ids, (0, most - len(ids)))
