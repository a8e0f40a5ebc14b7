"""Columns of numbers that grow at the end and are dropped at the start: the memory of everything that grouping looks through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Kind = tuple[type[np.generic], int]  # number type and count of numbers a row (0: a single one)
_FULL = 0.95  # when the kept rows fill more than that, there is need for more room
_GROWTH = 1.25
_BETWEEN = 0x70000000  # the bits of a float32 that a float16, widened, has its sign in too
_MOVED = 4096  # rows at a time, so that moving them takes no second room


class Table:
    """Rows numbered from 0 in order of arrival. Dropped rows keep their numbers, so a row's number means the same for ever.

    `columns` gives the kind of each by its name. Instead of a kind, several columns by their names: what is mostly read together lies
    together in memory, and `at` gives it at once under their common name.
    """

    def __init__(self, columns: Mapping[str, Kind | Mapping[str, Kind]], capacity: int = 1024) -> None:
        self.first = 0  # number of the oldest row kept
        self.end = 0  # number that the next row gets
        self._origin = 0  # number of the row at position 0
        self._kept = slice(0, 0)  # the positions of the rows kept
        self._capacity = capacity
        self._stored = {name: np.zeros(capacity, _dtype(kind)) for name, kind in columns.items()}
        self._columns = _by_name(self._stored)  # all 0 behind the last row

    def __len__(self) -> int:
        return self.end - self.first

    def append(self, **values: object) -> int:
        """Adds a row (columns not named are 0) and returns its number."""
        position = self.end - self._origin
        if position == self._capacity:
            self._make_room()
            position = self.end - self._origin
        for name, value in values.items():
            self._columns[name][position] = value
        self.end += 1
        self._kept = slice(self._kept.start, position + 1)
        return self.end - 1

    def column(self, name: str) -> Column:
        """The kept rows of a column, oldest first: a view, so writing to it writes to the table."""
        return self._columns[name][self._kept]

    def at(self, name: str, positions: NDArray[np.int64]) -> Column:
        """A copy of some of the kept rows of a column, by their positions in it."""
        column = self.column(name)
        # To take is three times as fast as to index, but of a column that lies among others all would be copied first.
        return column.take(positions, 0) if column.flags.c_contiguous else column[positions]

    def drop_before(self, number: int) -> None:
        """Forgets all rows with a lower number."""
        if number > self.first:
            self.first = min(number, self.end)
            self._kept = slice(self.first - self._origin, self._kept.stop)

    def _make_room(self) -> None:
        # Room is made when the columns are full: by moving the kept rows to the start, and by more room only if they fill most of it.
        start, kept = self.first - self._origin, len(self)
        if kept > _FULL * self._capacity:
            self._capacity = int(self._capacity * _GROWTH) + 1
        for name, column in self._stored.items():
            to = column if len(column) == self._capacity else np.zeros((self._capacity, *column.shape[1:]), column.dtype)
            for at in range(0, kept, _MOVED):
                stop = min(at + _MOVED, kept)
                to[at:stop] = column[start + at : start + stop]
            if to is column:
                to[kept:] = np.zeros(1, column.dtype)
            self._stored[name] = to
        self._columns = _by_name(self._stored)
        self._origin = self.first
        self._kept = slice(0, kept)


def _dtype(kind: Kind | Mapping[str, Kind]) -> np.dtype[Any]:
    if isinstance(kind, Mapping):
        return np.dtype([(name, _dtype(one)) for name, one in kind.items()], align=True)
    number, width = kind
    return np.dtype((number, (width,))) if width else np.dtype(number)


def _by_name(stored: Mapping[str, Column]) -> dict[str, Column]:
    """The columns as they are stored, and each of those that lie together by its own name."""
    return {**stored, **{name: column[name] for column in stored.values() for name in column.dtype.names or ()}}


def beginnings(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Where a new group begins in a sorted column: the first position of each run of equal keys."""
    new = np.empty(len(keys), np.bool_)
    new[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return new.nonzero()[0]


def widened(numbers: NDArray[np.float16]) -> NDArray[np.float32]:
    """Finite float16 numbers as float32, in a fifth of the time of `astype`."""
    # The bits of the one stand in the other in the same order, sign first, and mean the same but for the exponent: it starts 112 lower.
    bits = numbers.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~_BETWEEN
    found: NDArray[np.float32] = bits.view(np.float32)
    found *= np.float32(2.0**112)
    return found
