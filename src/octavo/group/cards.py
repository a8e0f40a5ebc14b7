"""What is known of each story as numbers: its centre, the names it is known by, its span of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import DIMENSIONS
from octavo.group.table import Kind, Table, beginnings, widened
from octavo.group.window import Window

Floats = NDArray[np.float32]

NAMES = 24
COARSE = 128  # numbers of a mean by which many stories are ranked
SHORT = np.float32(1e-6)  # a mean that is no longer has no direction
_AT_ONCE = 1024  # stories: more do not stay in the processor's cache
COLUMNS: dict[str, Kind | Mapping[str, Kind]] = {
    # A mean and no sum: the numbers of a large sum lie too far apart in float16 for one more article to change it.
    "mean": (np.float16, DIMENSIONS),  # of the centred vectors
    "measures": {
        "begin": (np.float64, 0),  # hours, of the earliest dated article
        "end": (np.float64, 0),
        "length": (np.float32, 0),  # of the mean
        "vectors": (np.int32, 0),  # how many
        "size": (np.int32, 0),  # articles; 0 for a story that is no more
        "dated": (np.bool_, 0),
    },
    "names": (np.int32, NAMES),
    "uses": (np.int32, NAMES),  # articles that use each name
}


class Cards(Table):
    """One row a story; a story's number is its row, in order of opening."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self._coarse = np.zeros((COARSE, 0), np.float32)  # what `coarse` gave last, with room for more
        self._coarse_first = 0  # number of the story in its first column
        self._stale = set[int]()  # numbers of the stories whose means are others since then

    def append(self, **values: object) -> int:
        """As of any table."""
        self._stale.add(self.end)
        return super().append(**values)

    def coarse(self, first: int) -> Floats:
        """The first `COARSE` numbers of the directions of all stories' means from `first` on, one a column; to be read only.

        They are kept, because from one review to the next few means change and to widen all takes as long as to compare them.
        """
        if first < self._coarse_first or self.end - self._coarse_first > self._coarse.shape[1]:
            count = self.end - first
            self._coarse, self._coarse_first = np.empty((COARSE, count + count // 4), np.float32), first
            self._stale = set(range(first, self.end))
        stale = np.array([number for number in self._stale if number >= first], np.int64)
        for start in range(0, len(stale), _AT_ONCE):
            some = stale[start : start + _AT_ONCE]
            length = np.maximum(self.at("length", some - self.first), SHORT)
            self._coarse[:, some - self._coarse_first] = (widened(self.at("mean", some - self.first)[:, :COARSE]) / length[:, None]).T
        self._stale.clear()
        return self._coarse[:, first - self._coarse_first : self.end - self._coarse_first]

    def add(self, number: int, window: Window, row: int) -> None:
        """Takes one live article into a story; nothing if the story is too old to have a card."""
        if number < self.first:
            return
        at, row_at = number - self.first, row - window.first
        self._count(at, window, row_at, 1)
        self._name(at, _together(self._uses(at), dict.fromkeys(_names(window, row_at), 1)))
        if window.column("dated")[row_at]:
            middle = float(window.column("middle")[row_at])
            self._span(at, middle, middle)

    def remove(self, number: int, window: Window, row: int, rest: Callable[[], NDArray[np.int64]]) -> None:
        """Takes one live article out of a story; `rest` gives the rows that stay, and is asked where its span of time may have become shorter."""
        if number < self.first:
            return
        at, row_at = number - self.first, row - window.first
        self._count(at, window, row_at, -1)
        uses = self._uses(at)
        self._name(at, _together(uses, {name: -1 for name in _names(window, row_at) if name in uses}))
        if window.column("dated")[row_at] and window.column("middle")[row_at] in (self.column("begin")[at], self.column("end")[at]):
            staying = rest() - window.first
            times = window.column("middle")[staying[window.column("dated")[staying]]]
            self.column("dated")[at] = len(times) > 0
            self.column("begin")[at], self.column("end")[at] = (times.min(), times.max()) if len(times) else (0, 0)

    def merge(self, into: int, other: int) -> None:
        """Takes what is known of one story into another one; empties the other."""
        if other < self.first:
            return
        one, two = into - self.first, other - self.first
        if into >= self.first:
            self._weigh(one, self.mean(two), int(self.column("vectors")[two]))
            self.column("size")[one] += self.column("size")[two]
            self._name(one, _together(self._uses(one), self._uses(two)))
            if self.column("dated")[two]:
                self._span(one, float(self.column("begin")[two]), float(self.column("end")[two]))
        self.clear(other)

    def shift(self, numbers: NDArray[np.int64], by: Floats) -> None:
        """Moves the means of stories (one may stand there several times) after their articles' vectors were centred again."""
        order = np.argsort(numbers, kind="stable")
        order = order[numbers[order] >= self.first]
        starts = beginnings(numbers[order])
        if len(starts):
            at = numbers[order[starts]] - self.first
            moved = np.add.reduceat(by[order], starts) / np.maximum(self.at("vectors", at), 1)[:, None]
            mean = widened(self.at("mean", at)) + moved
            self.column("mean")[at] = mean
            self.column("length")[at] = np.linalg.norm(mean, axis=1)
            self._stale.update((at + self.first).tolist())

    def clear(self, number: int) -> None:
        """Empties the card of a story, to be made again from its live articles or because the story is no more."""
        if number >= self.first:
            for column in COLUMNS:
                self.column(column)[number - self.first] = 0
            self._stale.add(number)

    def mean(self, at: int) -> Floats:
        """The mean of the centred vectors of the story at a position."""
        mean: Floats = self.column("mean")[at].astype(np.float32)
        return mean

    def _count(self, at: int, window: Window, row_at: int, by: int) -> None:
        if window.column("has_vector")[row_at]:
            self._weigh(at, window.vector(row_at + window.first), by)
        self.column("size")[at] += by

    def _weigh(self, at: int, mean: Floats, count: int) -> None:
        """Takes the mean of `count` vectors into that of a story, or, if `count` is negative, out of it."""
        before = int(self.column("vectors")[at])
        after = before + count
        if before:
            # Without a vector left the mean is nothing: what rounding leaves of it would have a direction.
            total = self.mean(at) * before + mean * count
            mean = total / np.float32(after) if after else np.zeros_like(total)
        self.column("mean")[at] = mean
        self._stale.add(at + self.first)
        self.column("length")[at] = np.sqrt(mean.dot(mean))
        self.column("vectors")[at] = after

    def _span(self, at: int, begin: float, end: float) -> None:
        dated = self.column("dated")
        if dated[at]:
            begin, end = min(begin, float(self.column("begin")[at])), max(end, float(self.column("end")[at]))
        self.column("begin")[at], self.column("end")[at], dated[at] = begin, end, True

    def _uses(self, at: int) -> dict[int, int]:
        """Names and how many articles use each, in the order of the card."""
        return {name: uses for name, uses in zip(self.column("names")[at].tolist(), self.column("uses")[at].tolist(), strict=True) if uses}

    def _name(self, at: int, uses: Mapping[int, int]) -> None:
        """Keeps the most used names, among equals the earlier ones, and none that is not used."""
        best = sorted(filter(uses.get, uses), key=uses.__getitem__, reverse=True)[:NAMES]
        self.column("names")[at] = best + [0] * (NAMES - len(best))
        self.column("uses")[at] = [uses[name] for name in best] + [0] * (NAMES - len(best))


def _names(window: Window, row_at: int) -> list[int]:
    return [name for name in window.column("names")[row_at].tolist() if name]


def _together(ones: Mapping[int, int], others: Mapping[int, int]) -> dict[int, int]:
    """Uses of names, added up."""
    return {**ones, **{name: ones.get(name, 0) + uses for name, uses in others.items()}}
