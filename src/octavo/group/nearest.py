"""The live articles nearest to a vector: an index that grows at the end and is forgotten at the start.

Graphs of near neighbours (HNSW: Malkov & Yashunin 2018) over vectors of one byte a number, kept by usearch. A graph from which vectors
are taken one by one finds less and grows more slowly, so nothing is taken out of one: the rows lie in a few graphs, one after another,
and a graph is dropped whole when its last row is forgotten. What is found is approximate, but the same for the same calls: all adding
is done by one thread, and a search leaves no trace.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import DIMENSIONS
from octavo.usearch_door import Index, MetricKind, ScalarKind

Floats = NDArray[np.float32]
# A unit vector's numbers scatter by 1 / sqrt(384) = 0.05: in steps of 1 / 400 each is kept to 5 % of that, up to 6 times that.
_STEPS = 400
_LINKS, _LOOKED_AT_ADDING, _LOOKED_AT = 12, 64, 32  # of a vector, the last at least; the more, the fewer are missed and the slower
_LEAST = 64  # rows of a graph before another one is begun
_SURE = 3  # standard deviations by which an older graph may hold more of the nearest than its share
_SHARE = 2  # a graph is full with half of the live rows: more graphs are slower to search, fewer hold more that is forgotten


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    first: int  # its lowest row
    index: Index
    steps: NDArray[np.int8]  # the vectors, in order: the index only points to them, because numpy's large arrays lie in large pages


class Nearest:
    """Rows by their vectors. Rows are added in order and the lowest are forgotten first, so that no more than `live` are kept."""

    def __init__(self, live: int) -> None:
        self._most = max(live // _SHARE, _LEAST)  # rows of a graph
        self._graphs: deque[_Graph] = deque()  # oldest first
        self._first = 0  # rows before it are forgotten
        self._end = 0  # all rows are before it

    def add(self, row: int, vector: Floats) -> None:
        """Takes in a row, higher than all before it, with its vector of length 1."""
        assert row >= self._end, f"row {row} comes after row {self._end - 1}"
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
            self._graphs.append(_Graph(row, index, np.zeros((self._most, DIMENSIONS), np.int8)))
        graph = self._graphs[-1]
        place = len(graph.index)
        graph.steps[place] = _in_steps(vector)
        graph.index.add_many(np.array([row], np.uint64), graph.steps[place : place + 1], copy=False, threads=1)
        self._end = row + 1

    def search(self, vector: Floats, count: int) -> tuple[NDArray[np.int64], Floats]:
        """At most `count` rows that are nearest to a vector of length 1, nearest first, and their cosines with it (to about 0.002).

        Approximate: some of the nearest may be missing, the more the farther down the list.
        """
        asked = _in_steps(vector)[None]
        keys, distances = [np.zeros(0, np.uint64)], [np.zeros(0, np.float32)]
        for graph in self._graphs:
            near, apart, (held,), *_ = graph.index.search_many(asked, self._asked_of(graph, count), threads=1)
            keys.append(near[0, :held])
            distances.append(apart[0, :held])
        rows = np.concatenate(keys).view(np.int64)
        # A graph gives one minus the product of the bytes; rounded, that of a vector with itself can exceed 1.
        cosines = np.minimum(np.maximum((1 - np.concatenate(distances)) / np.float32(_STEPS**2), -1), 1)
        (live,) = (rows >= self._first).nonzero()
        best = live[(-cosines[live]).argsort(kind="stable")[:count]]
        return rows[best], cosines[best]

    def forget_before(self, row: int) -> None:
        """Drops all rows with a lower number."""
        self._first = max(self._first, row)
        while self._graphs and (self._graphs[1].first if len(self._graphs) > 1 else self._end) <= self._first:
            self._graphs.popleft()

    def _asked_of(self, graph: _Graph, count: int) -> int:
        """How many of the `count` nearest rows to look for in a graph: what its share of all rows makes probable, with some to spare.

        All in the newest one: there an article's story is.
        """
        share = len(graph.index) / max(self._end - self._first, 1)
        if graph is self._graphs[-1] or share >= 1:
            return count
        return min(count, ceil(count * share + _SURE * sqrt(count * share * (1 - share))))

    def _full(self) -> bool:
        # As long as nothing is forgotten, one graph is best; but a huge one is slow, and stays until its last row is forgotten.
        held = len(self._graphs[-1].index)
        forgotten = self._first > self._graphs[0].first
        return held >= self._most or (forgotten and held >= max(_LEAST, (self._end - self._first) // _SHARE))


def _in_steps(vector: Floats) -> NDArray[np.int8]:
    steps: NDArray[np.int8] = np.minimum(np.maximum(np.rint(vector * np.float32(_STEPS)), -127), 127).astype(np.int8)
    return steps
