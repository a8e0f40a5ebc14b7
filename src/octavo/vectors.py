"""The vectors of articles in memory, and which of them are nearest to a query, across languages.

Texts of one language lie nearer to one another than to those of others, whatever they say, and some languages lie closer together than
others. So a text counts as near by how far it stands out among texts of its own language: in standard deviations of their likeness to
the query. Each number is rounded to one of 255 steps, which moves a likeness by a thirtieth of what texts of one language deviate by.

Of a language with many texts, first the signs of all are compared, which is whether each number lies above the language's middle (384 bits
a text), and then the numbers of those in which most signs agree: 77 MB of numbers take longer to come from the memory than to be
compared. Of the fifty texts nearest to a few words that leaves out one in fifty where there are 20,000, and fewer the more there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

import numpy as np
from numkong import cdist
from numpy.typing import NDArray

_SAMPLE = 512  # texts of a language from which the usual likeness is estimated
_ENOUGH = 50  # fewer say nothing about their language: they are compared as one
_FIRST = 256  # rows that a language begins with
_ALL = 4096  # texts of a language up to which the numbers of all are compared
_SHARE = 16  # of more than these the numbers of as many as that, and of one in so many
_CHUNK = 4096  # texts whose signs are taken at a time
_BELOW = 0.1587  # of a normal distribution lie more than a standard deviation below its middle
_LEAST_DEVIATION = 0.01  # where all texts are of one kind
_STEPS = 127
_WIDEST = 8.0  # times what the numbers of a vector usually are, at which a number is cut


@dataclass(slots=True)
class _Language:
    """The texts of one language. Their middle is that of those who were there when the tables last grew."""

    rows: NDArray[np.int64]
    vectors: NDArray[np.int8]
    signs: NDArray[np.uint8]
    middle: NDArray[np.int8]
    count: int = 0

    def add(self, row: int, vector: NDArray[np.int8]) -> None:
        if self.count == len(self.rows):
            self.rows, self.vectors, self.signs = _grown(self.rows), _grown(self.vectors), _grown(self.signs)
            self.middle = np.rint(self.vectors[: self.count].mean(axis=0)).astype(np.int8)
            for start in range(0, self.count, _CHUNK):
                some = slice(start, min(start + _CHUNK, self.count))
                self.signs[some] = np.packbits(self.vectors[some] > self.middle, axis=1)
        self.rows[self.count], self.vectors[self.count], self.signs[self.count] = row, vector, np.packbits(vector > self.middle)
        self.count += 1

    def likeliest(self, query: NDArray[np.float32]) -> NDArray[np.intp]:
        """The places of the texts whose numbers are worth comparing; `query` in the steps of vectors."""
        if self.count <= _ALL:
            return np.arange(self.count)
        differing = np.asarray(cdist(np.packbits(query > self.middle)[None], self.signs[: self.count], "hamming", dtype="uint1"))[0]
        every = self.count // _ALL
        return np.flatnonzero(differing <= np.quantile(differing[::every], max(_ALL / self.count, 1 / _SHARE)))


@dataclass(slots=True)
class Vectors:
    """Vectors by row number, which must rise. Adding and asking at the same time needs a lock outside."""

    dimensions: int
    _languages: dict[str | None, _Language] = field(default_factory=dict)
    last: int = 0

    @property
    def _scale(self) -> float:
        """Steps to 1.0: the vectors have length 1."""
        return _STEPS * sqrt(self.dimensions) / _WIDEST

    def add(self, row: int, language: str | None, vector: bytes) -> None:
        """Take in one row: little-endian float16, as annotations have them; b"" for an article without one."""
        self.last = row
        if len(vector) != 2 * self.dimensions:
            return
        if language not in self._languages:
            numbers, signs = np.empty((_FIRST, self.dimensions), np.int8), np.empty((_FIRST, -(-self.dimensions // 8)), np.uint8)
            self._languages[language] = _Language(np.empty(_FIRST, np.int64), numbers, signs, np.zeros(self.dimensions, np.int8))
        self._languages[language].add(row, _stepped(np.frombuffer(vector, "<f2").astype(np.float32), self._scale))

    def chance(self) -> float:
        """How far the one of all these texts that stands out most would do so by chance, were likeness normally distributed."""
        return sqrt(2 * log(max(2, sum(one.count for one in self._languages.values()))))

    def nearest(self, query: NDArray[np.float32], limit: int, least: float, among: Iterable[int] | None = None) -> list[tuple[int, float]]:
        """(row, how far it stands out) of at most `limit` rows that stand out by `least` or more, those that do most first.

        `among`: only these rows, None for all.
        """
        fine = _STEPS / max(float(np.abs(query).max()), 1 / _STEPS)
        asked, unit = _stepped(query, fine)[None], fine * self._scale

        def likeness(vectors: NDArray[np.int8]) -> NDArray[np.float64]:
            found: NDArray[np.float64] = np.asarray(cdist(asked, vectors, "dot"))[0] / unit
            return found

        wanted = None if among is None else np.fromiter(among, np.int64)
        near: list[tuple[int, float]] = []
        for one in self._languages.values():
            places = one.likeliest(query * self._scale) if wanted is None else np.flatnonzero(np.isin(one.rows[: one.count], wanted))
            if len(places):
                middle, deviation = _usual([one] if one.count >= _ENOUGH else self._languages.values(), likeness)
                alike = likeness(one.vectors.take(places, axis=0))
                there = np.flatnonzero(alike >= middle + least * deviation)
                near += zip(one.rows[places[there]].tolist(), ((alike[there] - middle) / deviation).tolist(), strict=True)
        return sorted(near, key=lambda found: (-found[1], found[0]))[:limit]


def _grown(table: NDArray[Any]) -> NDArray[Any]:
    """A table with room for as many rows again, which take no memory until something is written there."""
    larger = np.empty((2 * len(table), *table.shape[1:]), table.dtype)
    larger[: len(table)] = table
    return larger


def _usual(languages: Collection[_Language], likeness: Callable[[NDArray[np.int8]], NDArray[np.float64]]) -> tuple[float, float]:
    """The likeness to the query that a text usually has and its deviation, from a sample. The half that is less like it tells: what the
    query asks for, which may be much of a small collection, does not count."""
    every = max(1, sum(one.count for one in languages) // _SAMPLE)
    low, middle = np.quantile(np.concatenate([likeness(one.vectors[: one.count : every]) for one in languages]), (_BELOW, 0.5))
    return float(middle), max(float(middle - low), _LEAST_DEVIATION)


def _stepped(vector: NDArray[np.float32], scale: float) -> NDArray[np.int8]:
    steps: NDArray[np.int8] = np.clip(np.rint(vector * scale), -_STEPS, _STEPS).astype(np.int8)
    return steps
