"""Text → what stands in quotation marks, in the conventions of all scripts.

A mark is read by what it may be (“ opens in English and closes in German) and by its neighbours (an opening mark stands
before a word, a closing one after it). What is not closed ends with its paragraph; when the next paragraph opens with a
mark again, the quotation runs on over both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from octavo.model import Span

_CLOSERS = {
    "“": "”\"", "„": "“”\"‟", "”": "”", "‟": "”", "«": "»", "»": "«»", '"': "\"”“", "‹": "›", "›": "‹›", "‘": "’", "‚": "‘’", "'": "'",
    "「": "」", "『": "』", "《": "》", "〈": "〉", "｢": "｣", "〝": "〟", "＂": "＂",
}  # fmt: skip
_SINGLE = "‘‚'‹›"  # marks that also serve as apostrophes or inside other marks
_WIDE = "「『《〈｢〝＂"  # scripts without spaces
_MARKS = re.compile(r"[“”„‟«»‹›\"‘‚「」『』《》〈〉｢｣〝〟＂]|(?<!\w)'(?=\w)|(?<=[^\s])['’](?!\w)")
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
    inside: list[Marked] = field(default_factory=list)


def _in_paragraph(text: str, start: int, end: int) -> list[Marked]:
    found: list[Marked] = []
    opened: list[_Open] = []  # the outermost first
    for m in _MARKS.finditer(text, start, end):
        at, mark = m.start(), m.group()
        depth = next((d for d in range(len(opened) - 1, -1, -1) if mark in _CLOSERS[text[opened[d].at]]), None)
        if depth is not None and _may_close(text, at, end):
            first = opened[depth].at
            outer = opened[depth - 1].inside if depth else found
            outer.append(Marked(first, at + 1, (first + 1, at)))
            del opened[depth:]
        elif mark in _CLOSERS and len(opened) < _DEEPEST and _may_open(text, at, start, end):
            opened.append(_Open(at))
    for left in opened:
        if text[left.at] not in _SINGLE:
            return [*found, Marked(left.at, end, (left.at + 1, end), closed=False)]
        found += left.inside  # an apostrophe after all; what follows it must not be lost
    return found


def _may_open(text: str, at: int, start: int, end: int) -> bool:
    if text[at] in _WIDE:
        return True
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if text[at] in "'‘" and not (before.isspace() or before in '([—–-"“„«'):
        return False
    return not before.isalnum() and (not after.isspace() or (text[at] == "«" and at + 1 < end))


def _may_close(text: str, at: int, end: int) -> bool:
    after = text[at + 1] if at + 1 < end else " "
    return not after.isalnum() or text[at] in "」』》〉｣〟＂»“”"
