"""Text → what stands in quotation marks, in the conventions of all scripts.

A mark is read by what it may be (“ opens in English and closes in German) and by its neighbours (an opening mark stands
before a word, a closing one after it). What is not closed ends with its paragraph; when the next paragraph opens with a
mark again, the quotation runs on over both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from octavo.model import Span

_CLOSERS = {
    "“": ("”", '"'), "„": ("“", "”", '"', "‟"), "”": ("”",), "‟": ("”",), "«": ("»",), "»": ("«", "»"), '"': ('"', "”", "“"),
    "‹": ("›",), "›": ("‹", "›"), "‘": ("’",), "‚": ("‘", "’"), "'": ("'",), "''": ("''",), "``": ("''",),
    "「": ("」",), "『": ("』",), "《": ("》",), "〈": ("〉",), "｢": ("｣",), "〝": ("〟",), "＂": ("＂",),
}  # fmt: skip
_SINGLE = "‘‚'‹›"  # marks that also serve as apostrophes or inside other marks
_WIDE = "「『《〈｢〝＂"  # scripts without spaces
_MARKS = re.compile(r"[“”„‟«»‹›\"‘‚「」『』《》〈〉｢｣〝〟＂'’`]")
_DEEPEST = 40  # marks open at one time; more stand only in texts made to take long
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """Words in quotation marks: the span with its marks, and whether the closing mark is there."""

    start: int
    end: int
    inner: Span
    closed: bool = True


def marked(text: str) -> list[Marked]:
    """All outermost quotations of a text, in order; those inside others are left to the outer one."""
    return [found for m in _PARAGRAPH.finditer(text) for found in _in_paragraph(text, *m.span())]


@dataclass(slots=True)
class _Open:
    """A mark that is not closed yet, and the closed quotations inside it."""

    at: int
    mark: str
    inside: list[Marked] = field(default_factory=list)


def _in_paragraph(text: str, start: int, end: int) -> list[Marked]:
    found: list[Marked] = []
    opened: list[_Open] = []  # the outermost first
    for at, mark in _marks(text, start, end):
        then = at + len(mark)
        depth = next((d for d in range(len(opened) - 1, -1, -1) if mark in _CLOSERS[opened[d].mark]), None)
        if depth is not None and _may_close(text, mark, then, end):
            first = opened[depth]
            outer = opened[depth - 1].inside if depth else found
            outer.append(Marked(first.at, then, (first.at + len(first.mark), at)))
            del opened[depth:]
        elif mark in _CLOSERS and len(opened) < _DEEPEST and _may_open(text, mark, at, start, end):
            opened.append(_Open(at, mark))
    for left in opened:
        if left.mark not in _SINGLE:
            return [*found, Marked(left.at, end, (left.at + len(left.mark), end), closed=False)]
        found += left.inside  # an apostrophe after all; what follows it must not be lost
    return found


def _marks(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The marks of a paragraph, without the apostrophes inside words; two single ones in a row are one mark."""
    taken = start
    for m in _MARKS.finditer(text, start, end):
        at, mark = m.start(), m[0]
        if at < taken:
            continue
        if mark in "'’`":
            if mark != "’" and text.startswith(mark, at + 1, end):
                mark += mark
            elif mark == "`" or not _beside_word(text, mark, at, start, end):
                continue
        taken = at + len(mark)
        yield at, mark


def _beside_word(text: str, mark: str, at: int, start: int, end: int) -> bool:
    """Whether a single mark stands at the beginning or at the end of a word."""
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if after.isalnum():
        return mark == "'" and not before.isalnum()
    return not before.isspace()


def _may_open(text: str, mark: str, at: int, start: int, end: int) -> bool:
    if mark in _WIDE:
        return True
    before = text[at - 1] if at > start else " "
    then = at + len(mark)
    after = text[then] if then < end else " "
    if mark in "'‘" and not (before.isspace() or before in '([—–-"“„«'):
        return False
    return not before.isalnum() and (not after.isspace() or (mark == "«" and then < end))


def _may_close(text: str, mark: str, then: int, end: int) -> bool:
    after = text[then] if then < end else " "
    return not after.isalnum() or mark in "」』》〉｣〟＂»“”"
