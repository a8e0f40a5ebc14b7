"""What is known of each story as numbers: its centre, the words and names it is known by, its span of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import DIMENSIONS, Reading
from octavo.group.table import Table
from octavo.group.window import WORDS, Window

NAMES = 24


COLUMNS: dict[str, tuple[type[np.generic], int]] = {
    "sum": (np.float32, DIMENSIONS),  # of the centred vectors
    "norm": (np.float32, 0),  # the length of that sum
    "vectors": (np.int32, 0),  # how many
    "size": (np.int32, 0),  # articles; 0 for a story that is no more
    "words": (np.int32, WORDS),
    "word_uses": (np.int32, WORDS),  # articles that use each
    "names": (np.int32, NAMES),
    "name_uses": (np.int32, NAMES),
    "dated": (np.bool_, 0),
    "begin": (np.float64, 0),  # hours, of the earliest dated article
    "end": (np.float64, 0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A story as it is compared with others. Words and names have no 0 in them; `begin` and `end` are None for an undated story."""

    centre: NDArray[np.float32] | None  # of length 1
    words: NDArray[np.int32]
    names: NDArray[np.int32]
    begin: float | None
    end: float | None


class Cards(Table):
    """One row a story; a story's number is its row, in order of opening."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)

    def add(self, number: int, window: Window, row: int) -> None:
        """Takes one live article into a story; nothing if the story is too old to have a card."""
        if number < self.first:
            return
        at, row_at = number - self.first, row - window.first
        if window.column("has_vector")[row_at]:
            self.column("sum")[at] += window.column("vector")[row_at]
            self.column("vectors")[at] += 1
            self.column("norm")[at] = np.linalg.norm(self.column("sum")[at])
        self.column("size")[at] += 1
        for column, uses in (("words", "word_uses"), ("names", "name_uses")):
            new = window.column(column)[row_at]
            self.column(column)[at], self.column(uses)[at] = _taken_in(self.column(column)[at], self.column(uses)[at], new)
        if window.column("dated")[row_at]:
            middle = window.column("middle")[row_at]
            dated = self.column("dated")[at]
            self.column("begin")[at] = min(self.column("begin")[at], middle) if dated else middle
            self.column("end")[at] = max(self.column("end")[at], middle) if dated else middle
            self.column("dated")[at] = True

    def with_article(self, number: int | None, reading: Reading, words: NDArray[np.int32], vector: NDArray[np.float32] | None) -> Card:
        """The card of a story as it will be once an article has come in; of a story of that article alone for no number."""
        moment = reading.moment
        known = number is not None and number >= self.first
        at = number - self.first if number is not None and known else 0
        total = np.zeros(DIMENSIONS, np.float32) if vector is None else vector
        names = np.fromiter(reading.names, np.int32, len(reading.names))
        begin = end = None if moment is None else moment.middle
        if known:
            total = total + self.column("sum")[at]
            words = _taken_in(self.column("words")[at], self.column("word_uses")[at], words)[0]
            names = _taken_in(self.column("names")[at], self.column("name_uses")[at], names)[0]
            if self.column("dated")[at]:
                early, late = float(self.column("begin")[at]), float(self.column("end")[at])
                begin, end = (early, late) if begin is None or end is None else (min(begin, early), max(end, late))
        length = float(np.linalg.norm(total))
        return Card(total / length if length else None, words[words > 0], names[names > 0], begin, end)

    def clear(self, number: int) -> None:
        """Empties the card of a story, to be made again from its live articles or because the story is no more."""
        if number >= self.first:
            for column in COLUMNS:
                self.column(column)[number - self.first] = 0


def _taken_in(known: NDArray[np.int32], uses: NDArray[np.int32], new: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Words by how many articles use them, after one more article: the most used are kept, among equals the earlier ones."""
    counts = {word: count for word, count in zip(known.tolist(), uses.tolist(), strict=True) if word}
    for word in new.tolist():
        if word:
            counts[word] = counts.get(word, 0) + 1
    kept = sorted(counts, key=lambda word: -counts[word])[: len(known)]
    empty = [0] * (len(known) - len(kept))
    return np.array(kept + empty, np.int32), np.array([counts[word] for word in kept] + empty, np.int32)
