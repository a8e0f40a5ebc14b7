"""How much a shared word says: running counts of the words of recent articles, over what is known of words before the first article."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import BUCKETS

Floats = NDArray[np.float32]
Words = NDArray[np.int32]
_PRIOR = 300  # articles that the counts of the first articles are smoothed with
_FORGET = 20_000  # after so many articles all counts are halved, so that they follow the news
_STEP = 0.01  # rarities are reckoned again when the number of articles has changed by this share: for a word, one look-up is left to do


class Rarity:
    """Share of recent articles that hold a word, never less than the share that the word is known to have in general text."""

    def __init__(self, buckets: NDArray[np.uint32], shares: Floats) -> None:
        self._most = np.full(BUCKETS, np.inf, np.float32)  # the rarity that a word's general share leaves it at most
        np.minimum.at(self._most, buckets.astype(np.int64), -np.log(np.minimum(shares, 1)))
        self._most[0] = 0
        self._counts = np.zeros(BUCKETS, np.float32)
        self._articles = 0.0
        self._marked = np.zeros(BUCKETS, np.bool_)  # all False but within `shared`
        self._rarities = np.zeros(BUCKETS, np.float32)
        self._reckon()

    def add(self, words: Iterable[int]) -> None:
        """Counts the distinct words of one more article."""
        at = np.fromiter(words, np.int64)
        counts = self._counts.take(at) + np.float32(1)
        self._counts[at] = counts
        self._articles += 1
        if self._articles >= _FORGET:
            self._counts /= 2
            self._articles /= 2
            self._reckon()
            return
        if math.log(self._articles + _PRIOR) > self._reckoned + _STEP:
            self._raise()
        self._rarities[at] = self._of(counts, self._most.take(at))

    def _reckon(self) -> None:
        self._reckoned = math.log(self._articles + _PRIOR)  # the logarithm of the number of articles that rarities are reckoned with
        self._rarities[:] = self._of(self._counts, self._most)

    def _raise(self) -> None:
        # As `_reckon` does it for words whose counts are as before, without a logarithm for each.
        before, self._reckoned = self._reckoned, math.log(self._articles + _PRIOR)
        self._rarities += np.float32(self._reckoned - before)
        np.minimum(self._rarities, self._most, out=self._rarities)

    def _of(self, counts: Floats, most: Floats) -> Floats:
        rarity: Floats = np.float32(self._reckoned) - np.log(counts + np.float32(0.5))
        return np.maximum(np.minimum(rarity, most, out=rarity), np.float32(0), out=rarity)

    def of(self, words: Words) -> Floats:
        """-ln of the share of articles that hold each word, element by element; 0 where there is no word (bucket 0)."""
        return self._rarities.take(words)

    def shared(self, mine: Words, theirs: Words) -> NDArray[np.bool_]:
        """Which of each row's words are among `mine`; 0 is no word."""
        at = mine.astype(np.intp)
        self._marked[at] = True
        self._marked[0] = False
        found = self._marked.take(theirs, mode="wrap")
        self._marked[at] = False
        return found

    def signed(self, mine: Words, theirs: Words) -> tuple[Floats, Floats]:
        """The rarities of the words of one article, and those of others' words, less than 0 for what the one holds too."""
        # The sign tells which are shared: most of the time goes into looking words up, and so each is looked up once.
        at = mine.astype(np.intp)  # numpy writes at such numbers in a quarter of the time
        own = self._rarities.take(at)
        self._rarities[at] = -own
        found = self._rarities.take(theirs, mode="wrap")  # as buckets none is out of range: to look for such takes longer
        self._rarities[at] = own
        return own, found

    def compared(self, mine: Words, theirs: Words) -> tuple[Floats, Floats]:
        """The words of one article and those of others, one a row: rarities of the shared ones, negated (else 0), and a cosine for each row.

        In the cosine each word weighs its rarity. The words of one article must be distinct.
        """
        own, rare = self.signed(mine, theirs)
        squares = np.einsum("ij,ij->i", rare, rare) * (own @ own)
        common = np.minimum(rare, 0, out=rare)
        return common, np.einsum("ij,ij->i", common, common) / np.maximum(np.sqrt(squares), 1e-6)

    def rarest(self, uses: dict[int, int], most: int) -> Words:
        """The words that tell most about an article, at most `most`: rare ones and often used ones first, then in order of use."""
        ids = np.fromiter(uses, np.int32, len(uses))
        if len(ids) > most:
            weight = self.of(ids) * (1 + np.log(np.fromiter(uses.values(), np.float32, len(uses))))
            ids = ids[np.sort(np.argsort(-weight, kind="stable")[:most])]
        kept = np.zeros(most, np.int32)
        kept[: len(ids)] = ids
        return kept
