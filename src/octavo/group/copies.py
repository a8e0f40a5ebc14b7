"""Finds the article that another one is a copy of: the same text, also with edits, cut, or under another headline.

MinHash (Broder 1997): the share of equal numbers in two fingerprints estimates how alike the two texts' sets of word sequences are
(Jaccard). Bands of the fingerprint (locality-sensitive hashing) find texts that are alike in most; texts that were cut share less,
and are looked for among the articles that are near anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group.reading import Reading
from octavo.group.weights import CopyLimits
from octavo.group.window import Window

_BANDS, _ROWS = 16, 4  # alike by .7: found with 98.8 %; by .8: 99.98 %


@dataclass(frozen=True, slots=True)
class Match:
    """The row of a text that is the same and how alike it is; `part`: one of the two stands within the other."""

    row: int
    alike: float
    part: bool


class CopyIndex:
    """Rows of the window by equal words and by bands of their fingerprints. Of equal ones the oldest is known."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, int], int] = {}

    def add(self, row: int, reading: Reading) -> None:
        for key in _keys(reading.same_text, reading.fingerprint):
            self._rows.setdefault(key, row)

    def forget(self, row: int, same_text: int, fingerprint: NDArray[np.uint32]) -> None:
        """Takes out the keys of a row that leaves the window."""
        for key in _keys(same_text, fingerprint if fingerprint.any() else None):
            if self._rows.get(key) == row:
                del self._rows[key]

    def find(self, reading: Reading, window: Window, near: Iterable[int], since: int, limits: CopyLimits) -> Match | None:
        """The oldest row from `since` on whose text is that of `reading`; `near` are rows that may hold a longer or a cut version."""
        rows = {found for key in _keys(reading.same_text, reading.fingerprint) if (found := self._rows.get(key)) is not None}
        if reading.fingerprint is not None:
            rows.update(near)
        numbers = np.array(sorted(row for row in rows if row >= since), np.int64)
        if not len(numbers):
            return None
        at = numbers - window.first
        equal = (window.column("same_text")[at] == reading.same_text) & (reading.same_text > 0)
        alike = np.zeros(len(at), np.float32)
        part = np.zeros(len(at), bool)
        if reading.fingerprint is not None:
            prints = window.column("fingerprint")[at]
            alike = (prints == reading.fingerprint).mean(1) * prints.any(1)
            length = window.column("length")[at].astype(np.float32)
            shorter, longer = np.minimum(length, reading.length), np.maximum(length, reading.length)
            # Jaccard j of two sets of sizes a < b means that j (a + b) / (1 + j) elements are shared: the share of the shorter one.
            within = alike * (shorter + longer) / (1 + alike) / np.maximum(shorter, 1)
            part = (alike >= limits.part_alike) & (within >= limits.part_within) & (shorter >= limits.part_words)
        same = equal | (alike >= limits.alike) | part
        same &= window.gaps(reading, at) <= limits.days * 24
        if not same.any():
            return None
        best = int(np.argmax(same))
        return Match(int(numbers[best]), 1.0 if equal[best] else float(alike[best]), not equal[best] and alike[best] < limits.alike)


def _keys(same_text: int, fingerprint: NDArray[np.uint32] | None) -> list[tuple[int, int]]:
    keys = [(-1, same_text)] if same_text else []
    if fingerprint is not None:
        bands = fingerprint[: _BANDS * _ROWS].reshape(_BANDS, _ROWS).astype(np.uint64)
        mixed = bands @ np.array([1, 1_000_003, 998_244_353, 179_424_673], np.uint64)
        keys += enumerate(mixed.tolist())
    return keys
