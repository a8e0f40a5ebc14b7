"""The live articles nearest to a vector: an index that grows at the end and is forgotten at the start.

Graphs of near neighbours (HNSW: Malkov & Yashunin 2018) over vectors of one byte a number, kept by usearch. A graph from which vectors
are taken one by one finds less and grows more slowly, so nothing is taken out of one: the rows lie in two graphs, one after the other,
and when the newer one is full, the older one is dropped whole. So of the live rows always the newest two thirds are found, and mostly all:
what came in before them is so old that hardly any story goes on from there. Into a large graph rows come some at a time, and are
compared one by one until then: such a graph does not stay in the processor's cache, and fetching it takes most of the time.

What is found is approximate, but the same for the same calls: all adding is done by one thread, and a search leaves no trace.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import dropwhile, islice
from math import ceil

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import DIMENSIONS
from octavo.usearch_door import Index, MetricKind, ScalarKind

Floats = NDArray[np.float32]
# A unit vector's numbers scatter by 1 / sqrt(384) = 0.05: in steps of 1 / 400 each is kept to 5 % of that, up to 6 times that.
_STEPS = 400
_LINKS, _LOOKED_AT_ADDING, _LOOKED_AT = 12, 64, 16  # of a vector, the last at least; the more, the fewer are missed and the slower
_GRAPHS = 2  # each further one is a further search
_SHARE = 2 / 3  # of the live rows, that fill a graph
_LEAST = 64  # rows of a graph before another one is begun
_LINE = 64  # bytes
_LARGE, _AT_ONCE = 8192, 128  # rows of a graph from which on they come in so many at a time


_Found = tuple[NDArray[np.int64], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    first: int  # its lowest row
    index: Index
    steps: NDArray[np.int8]  # the vectors, in order: the index only points to them, because numpy's large arrays lie in large pages


class Nearest:
    """Rows by their vectors. Rows are added in order and the lowest are forgotten first, so that no more than `live` are kept."""

    def __init__(self, live: int) -> None:
        self._most = max(int(live * _SHARE), _LEAST)  # rows of a graph
        self._graphs: deque[_Graph] = deque(maxlen=_GRAPHS)  # oldest first
        self._fresh = np.zeros((_AT_ONCE, DIMENSIONS), np.float32)  # the vectors, in steps, that are in no graph yet
        self._fresh_rows = np.zeros(_AT_ONCE, np.int64)
        self._fresh_count = 0
        self._large = False  # whether the newest graph is
        self._awaited: dict[bytes, NDArray[np.int8]] = {}  # vectors that will be searched for → the same in steps
        self._awaited_count = 0
        self._found: dict[bytes, _Found] = {}  # by what is awaited, in the graphs as they are
        # The last vector, in steps: what is searched for is mostly added next.
        self._last: tuple[Floats | None, NDArray[np.int8]] = (None, np.zeros(0, np.int8))
        self._first = 0  # rows before it are forgotten
        self._end = 0  # all rows are before it

    def add(self, row: int, vector: Floats) -> None:
        """Takes in a row, higher than all before it, with its vector of length 1."""
        assert row >= self._end, f"row {row} comes after row {self._end - 1}"
        self._fresh[self._fresh_count] = self._stepped(vector)
        self._fresh_rows[self._fresh_count] = row
        self._fresh_count += 1
        self._end = row + 1
        if not self._large or self._fresh_count == _AT_ONCE:
            self._take_in()

    def search(self, vector: Floats, count: int) -> tuple[NDArray[np.int64], Floats]:
        """At most `count` rows that are nearest to a vector of length 1, nearest first, and their cosines with it (to about 0.002).

        Approximate: some of the nearest may be missing, the more the farther down the list, and rows older than two thirds of the live ones.
        """
        asked = self._stepped(vector)
        older, distant = self._in_graphs(vector.tobytes(), asked, count)
        found = np.concatenate((self._fresh_rows[: self._fresh_count], older))
        products = np.concatenate((self._fresh[: self._fresh_count] @ asked.astype(np.float32), distant))
        # Rounded, the product of a vector with itself can exceed 1.
        cosines = np.minimum(np.maximum(products / np.float32(_STEPS**2), -1), 1)
        (live,) = (found >= self._first).nonzero()
        best = live[(-cosines[live]).argsort(kind="stable")[:count]]
        return found[best], cosines[best]

    def expect(self, vectors: Floats, count: int) -> None:
        """Says what will be searched for (a row each), in order: large graphs are then searched for much of it at once, which is quicker.

        What is found is the same, also in another order.
        """
        self._awaited = {vector.tobytes(): steps for vector, steps in zip(vectors, _in_steps(vectors), strict=True)}
        self._awaited_count = count
        self._found.clear()

    def forget_before(self, row: int) -> None:
        """Drops all rows with a lower number."""
        self._first = max(self._first, row)
        while self._graphs and (self._graphs[1].first if len(self._graphs) > 1 else self._end) <= self._first:
            self._graphs.popleft()
        self._large &= len(self._graphs) > 0

    def _stepped(self, vector: Floats) -> NDArray[np.int8]:
        if vector is not self._last[0]:
            known = self._awaited.get(vector.tobytes())
            self._last = (vector, _in_steps(vector) if known is None else known)
        return self._last[1]

    def _in_graphs(self, key: bytes, asked: NDArray[np.int8], count: int) -> _Found:
        """The nearest rows in each graph, with their products."""
        if not self._large or count != self._awaited_count or key not in self._awaited:
            return self._searched(asked[None], count)[0]
        if key not in self._found:
            # Only what may come before the graphs change again: what is found of the rest would not be used.
            coming = dict(islice(dropwhile(lambda one: one[0] != key, self._awaited.items()), _AT_ONCE - self._fresh_count))
            self._found.update(zip(coming, self._searched(np.array(list(coming.values())), count), strict=True))
        del self._awaited[key]  # what has been here is not searched for again when the graphs have changed
        return self._found.pop(key)

    def _searched(self, asked: NDArray[np.int8], count: int) -> list[_Found]:
        none = (np.zeros(0, np.int64), np.zeros(0, np.float32))
        found = [[none] for _ in asked]
        for graph in self._graphs:
            near, apart, held, *_ = graph.index.search_many(asked, self._asked_of(graph, count), threads=1)
            for at, most in enumerate(held):
                found[at].append((near[at, :most].view(np.int64), 1 - apart[at, :most]))  # a graph gives one minus the product of the bytes
        return [(np.concatenate([rows for rows, _ in parts]), np.concatenate([products for _, products in parts])) for parts in found]

    def _take_in(self) -> None:
        """Puts the fresh rows into the newest graph."""
        if not self._graphs or self._full():
            index = Index(
                ndim=DIMENSIONS,
                metric_kind=MetricKind.IP,
                dtype=ScalarKind.I8,
                connectivity=_LINKS,
                expansion_add=_LOOKED_AT_ADDING,
                expansion_search=_LOOKED_AT,
                enable_key_lookups=False,
            )
            self._graphs.append(_Graph(int(self._fresh_rows[0]), index, _room(self._most + _AT_ONCE)))
        graph, count = self._graphs[-1], self._fresh_count
        steps = graph.steps[len(graph.index) :][:count]
        steps[:] = self._fresh[:count]
        graph.index.add_many(self._fresh_rows[:count].astype(np.uint64), steps, copy=False, threads=1)
        self._fresh_count = 0
        self._large = len(graph.index) >= _LARGE
        self._found.clear()

    def _asked_of(self, graph: _Graph, count: int) -> int:
        """How many of the `count` nearest rows to look for in a graph: of the older one the fewer, the fuller the newer one is."""
        newest = self._graphs[-1]
        return count if graph is newest else max(ceil(count * (1 - len(newest.index) / self._most)), min(count, _LOOKED_AT))

    def _full(self) -> bool:
        # As long as nothing is forgotten, one graph is best; but a huge one is slow.
        held = len(self._graphs[-1].index)
        forgotten = self._first > self._graphs[0].first
        return held >= self._most or (forgotten and held >= max(_LEAST, int((self._end - self._first) * _SHARE)))


def _room(rows: int) -> NDArray[np.int8]:
    """Zeros for so many vectors, from where a line of the processor's cache begins: else each would lie in one line more than it fills."""
    room = np.zeros(rows * DIMENSIONS + _LINE, np.int8)
    begin = -room.ctypes.data % _LINE
    return room[begin : begin + rows * DIMENSIONS].reshape(rows, DIMENSIONS)


def _in_steps(vectors: Floats) -> NDArray[np.int8]:
    steps = vectors * np.float32(_STEPS)
    np.rint(steps, out=steps)
    found: NDArray[np.int8] = np.minimum(np.maximum(steps, -127, out=steps), 127, out=steps).astype(np.int8)
    return found
