"""By what texts are compared in this room: their paragraphs, the stems of their words, their figures."""

from __future__ import annotations

import re

from octavo.words import fold

STEM = 5  # letters by which words are compared, so that "flooded" is no other word than "flooding"
_PARAGRAPH = re.compile(r"\n\s*\n")
_FIGURE = re.compile(
    r"(?:(?P<parted>\d{1,3}(?:[.,' ]\d{3})+)(?!\d)|(?P<plain>\d+))(?:[.,](?P<fraction>\d+))?"
)  # `fold` makes hard spaces soft
_DIGIT = re.compile(r"\d")
_PARTING = re.compile(r"\D")
_YEAR = re.compile(r"(?:19|20)\d\d")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text in order, each on one line; empty ones are left out."""
    return [" ".join(part.split()) for part in _PARAGRAPH.split(text) if part.strip()]


def stem(word: str) -> str:
    """As much of a folded word as is compared."""
    return word[:STEM]


def figures(text: str) -> frozenset[str]:
    """The numbers that a text has in figures, without the marks that part their thousands: "1,200", "1.200" and "1 200" are "1200"; "1,5" is "1.5"."""
    if not _DIGIT.search(text):
        return frozenset()
    return frozenset(
        _PARTING.sub("", match["parted"] or match["plain"]) + (f".{match['fraction']}" if match["fraction"] else "")
        for match in _FIGURE.finditer(fold(text))
    )


def is_year(figure: str) -> bool:
    """Whether one of the `figures` may be a year."""
    return bool(_YEAR.fullmatch(figure))
