"""Columns of numbers that grow at the end and are dropped at the start: the memory of everything that grouping looks through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]


class Table:
    """Rows numbered from 0 in order of arrival. Dropped rows keep their numbers, so a row's number means the same for ever.

    `columns` gives for each name the number type and the count of numbers a row (0: a single one).
    """

    def __init__(self, columns: Mapping[str, tuple[type[np.generic], int]], capacity: int = 1024) -> None:
        self.first = 0  # number of the oldest row kept
        self.end = 0  # number that the next row gets
        self._origin = 0  # number of the row at position 0
        self._capacity = capacity
        self._columns = {name: np.zeros((capacity, width) if width else capacity, kind) for name, (kind, width) in columns.items()}

    def __len__(self) -> int:
        return self.end - self.first

    def append(self, **values: object) -> int:
        """Adds a row (columns not named are 0) and returns its number."""
        position = self.end - self._origin
        if position == self._capacity:
            self._make_room()
            position = self.end - self._origin
        for name, column in self._columns.items():
            column[position] = values.get(name, 0)
        self.end += 1
        return self.end - 1

    def column(self, name: str) -> Column:
        """The kept rows of a column, oldest first: a view, so writing to it writes to the table."""
        return self._columns[name][self.first - self._origin : self.end - self._origin]

    def drop_before(self, number: int) -> None:
        """Forgets all rows with a lower number."""
        self.first = min(max(self.first, number), self.end)

    def _make_room(self) -> None:
        # Room is made when the columns are full: by moving the kept rows to the start if they fill less than half, else by doubling.
        if 2 * len(self) > self._capacity:
            self._capacity *= 2
        start, stop = self.first - self._origin, self.end - self._origin
        for name, column in self._columns.items():
            fresh = np.zeros((self._capacity, *column.shape[1:]), column.dtype)
            fresh[: stop - start] = column[start:stop]
            self._columns[name] = fresh
        self._origin = self.first
