"""Rows of articles by the words they hold: which live articles share most of what is rare in a new one.

An inverted index (Zobel & Moffat 2006) without lists: each place of a row says how far back the same word stood before, so a word's
rows are found by walking back from its newest one. Memory is fixed by the live rows; what was forgotten needs no cleaning up, because
a walk ends where it leaves them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import BUCKETS
from octavo.group.table import Table, beginnings

PLACES = 64  # words a row can hold, a power of two
_NEWEST = 48  # rows looked at for a word
_CHECKED = 8  # steps after which a look is taken whether all walks have ended
_FARTHEST = np.iinfo(np.int32).max


class Postings:
    """For each word the newest live rows that hold it. The same calls give the same answers; a look changes nothing."""

    def __init__(self) -> None:
        self._back = Table({"back": (np.int32, PLACES)})  # places between a word and the same word in an earlier row
        self._newest = np.zeros(BUCKETS, np.int64)  # word → its last place, counted from 1 * PLACES on, so that 0 is before every row

    def add(self, row: int, words: NDArray[np.int32]) -> None:
        """Takes in the next row (rows come in order, without gaps) with its distinct words, at most `PLACES`, none of them 0."""
        assert row == self._back.end, f"row {row} comes after row {self._back.end - 1}"
        places = np.arange((row + 1) * PLACES, (row + 1) * PLACES + len(words))
        back = np.zeros(PLACES, np.int32)
        back[: len(words)] = np.minimum(places - self._newest[words], _FARTHEST)
        self._newest[words] = places
        self._back.append(back=back)

    def best(self, words: NDArray[np.int32], weights: NDArray[np.float32], count: int, since: int) -> NDArray[np.int64]:
        """At most `count` rows, `since` or later, that share words of the highest summed weight, best first and among equals the newest.

        `words` are distinct and not 0; of each only its newest rows are looked at.
        """
        back = self._back.column("back").reshape(-1)
        if not len(back) or not len(words):
            return np.zeros(0, np.int64)
        first = self._back.first
        least = max(since - first, 0) * PLACES
        walks = []
        at = self._newest.take(words) - (first + 1) * PLACES
        for step in range(_NEWEST):
            if step % _CHECKED == 0 and at.max() < least:
                break
            walks.append(at)
            at = at - back.take(at, mode="clip")  # a walk that has left the live rows goes on leaving them
        if not walks:
            return np.zeros(0, np.int64)
        seen = np.array(walks)
        # Row and word as one number, the word in the digits of the place: the fastest to sort.
        found = (seen & -PLACES | np.arange(len(words)))[seen >= least]
        found.sort()
        rows, word = found // PLACES, found & PLACES - 1
        starts = beginnings(rows)
        rows, shared = rows[starts], np.add.reduceat(weights[word], starts, dtype=np.float64)
        if len(rows) > count:
            enough = shared >= np.partition(shared, -count)[-count]
            rows, shared = rows[enough], shared[enough]
        return rows[::-1][(-shared[::-1]).argsort(kind="stable")[:count]] + first

    def forget_before(self, row: int) -> None:
        """Drops all rows with a lower number."""
        self._back.drop_before(row)
