"""Rows of articles by the words they hold: which live articles share most of what is rare in a new one.

An inverted index (Zobel & Moffat 2006) without lists: each place of a row says how far back the same word stood before, so a word's
rows are found by walking back from its newest one. Memory is fixed by the live rows; what was forgotten needs no cleaning up, because
a walk ends where it leaves them.
"""

from __future__ import annotations

from collections.abc import Iterable

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
        self._expected: dict[int, int] = {}  # word → its place in `_walked`
        self._walked = np.zeros((0, _NEWEST), np.int64)  # the last places of each expected word, newest first, when that was said
        self._since: dict[int, list[int]] = {}  # expected word → its places since then, oldest first

    def add(self, row: int, words: NDArray[np.int32]) -> None:
        """Takes in the next row (rows come in order, without gaps) with its distinct words, at most `PLACES`, none of them 0."""
        assert row == self._back.end, f"row {row} comes after row {self._back.end - 1}"
        at = words.astype(np.intp)
        places = np.arange((row + 1) * PLACES, (row + 1) * PLACES + len(words))
        back = np.zeros(PLACES, np.int32)
        back[: len(words)] = np.minimum(places - self._newest.take(at), _FARTHEST)
        self._newest[at] = places
        if self._since:
            for word, place in zip(words.tolist(), places.tolist(), strict=True):
                if (since := self._since.get(word)) is not None:
                    since.append(place)
        self._back.append(back=back)

    def expect(self, words: Iterable[int]) -> None:
        """Says which words (distinct, none of them 0) `best` will be asked for. What it gives is the same: it only makes it quicker,
        because all words' rows so far are found at once.
        """
        self._expected = {word: at for at, word in enumerate(words)}
        walked = self._walk(np.array(list(self._expected), np.intp), 0)
        self._walked = np.zeros((len(self._expected), _NEWEST), np.int64)
        self._walked[:, : len(walked)] = walked.T
        self._since = {word: [] for word in self._expected}

    def best(self, words: NDArray[np.int32], weights: NDArray[np.float32], count: int, since: int) -> NDArray[np.int64]:
        """At most `count` rows, `since` or later, that share words of the highest summed weight, best first and among equals the newest.

        `words` are distinct and not 0; of each only its newest rows are looked at.
        """
        least = (max(since, self._back.first) + 1) * PLACES
        seen = self._places(words, least)
        # Row and word as one number, the word in the digits of the place: the fastest to sort.
        found = (seen & -PLACES | np.arange(len(words))[:, None])[seen >= least]
        if not len(found):
            return np.zeros(0, np.int64)
        found.sort()
        rows, word = found // PLACES, found & PLACES - 1
        starts = beginnings(rows)
        rows, shared = rows[starts], np.add.reduceat(weights[word], starts, dtype=np.float64)
        if len(rows) > count:
            enough = shared >= np.partition(shared, -count)[-count]
            rows, shared = rows[enough], shared[enough]
        return rows[::-1][(-shared[::-1]).argsort(kind="stable")[:count]] - 1

    def _places(self, words: NDArray[np.int32], least: int) -> NDArray[np.int64]:
        """The last places of each word, a row each: all of the `_NEWEST` newest that are `least` or higher, and none that is older."""
        at = [self._expected.get(word, -1) for word in words.tolist()]
        if -1 in at:
            return self._walk(words, least).T
        found = self._walked.take(at, 0)
        for row, word in enumerate(words.tolist()):
            if since := self._since[word]:
                new = since[: -_NEWEST - 1 : -1]
                found[row] = new + found[row, : _NEWEST - len(new)].tolist()
        return found

    def _walk(self, words: NDArray[np.signedinteger], least: int) -> NDArray[np.int64]:
        """The newest places of each word, a column each, newest first; those below `least` may be anything below it."""
        back, origin = self._back.column("back").reshape(-1), (self._back.first + 1) * PLACES
        walks = []
        at = self._newest.take(words) - origin
        for step in range(_NEWEST if len(back) and len(words) else 0):
            if step % _CHECKED == 0 and at.max() < max(least - origin, 0):
                break
            walks.append(at)
            at = at - back.take(at, mode="clip")  # a walk that has left the live rows goes on leaving them
        return np.array(walks, np.int64).reshape(len(walks), len(words)) + origin

    def forget_before(self, row: int) -> None:
        """Drops all rows with a lower number."""
        self._back.drop_before(row)
