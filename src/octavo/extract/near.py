"""The lines around a headline, where a page prints who wrote an article and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from octavo.extract.page_lines import HINTS, Line, Lines
from octavo.extract.plain import fold

_BELOW = 14  # lines below the headline, up to the text, among which byline and date stand
_ABOVE = 4  # lines above it
_LONGEST = 200  # characters of a line that is a byline or a date and not a paragraph


_AUTHOR = 1 << list(HINTS).index("author")


@dataclass(frozen=True, slots=True)
class Said:
    """One of these lines. `writer`: the page names its element as one that tells the writer."""

    text: str
    writer: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Short lines in page order: `below` stand between headline and text, `above` end just before the headline."""

    below: tuple[Said, ...] = ()
    above: tuple[Said, ...] = ()


def near_headline(page: Lines, headline: str | None, text: Sequence[int]) -> Near:
    """The lines around the headline of an article whose `text` are these lines (numbers, in order). Without a headline in the lines, the
    ones above the text and its first ones."""
    lines = page.lines
    first = text[0] if text else len(lines)
    wanted = fold(headline)
    places = [
        at for at, line in enumerate(lines) if wanted and len(wanted) <= len(line.text) < 2 * len(wanted) + 40 and _prints(line, wanted)
    ]
    head = max((at for at in places if at <= first), default=min(places, default=None))
    if head is None:
        # A headline in several lines is found in none; the first of them may then have been taken for the text.
        return Near(_short(page, max(0, first - _BELOW // 2), first + 3))
    # Where the headline stands within or below what was taken for the text, the first lines of that are looked at too.
    end = min(max(first + 1, head + 3), head + 1 + _BELOW)
    return Near(_short(page, head + 1, end), _short(page, max(0, head - _ABOVE), head))


def _prints(line: Line, wanted: str) -> bool:
    folded = fold(line.text)
    return folded == wanted or (len(wanted) > _LONGEST // 8 and folded.startswith(wanted))


def _short(page: Lines, start: int, end: int) -> tuple[Said, ...]:
    return tuple(Said(line.text, _tells_writer(page, line)) for line in page.lines[start:end] if len(line.text) <= _LONGEST)


def _tells_writer(page: Lines, line: Line) -> bool:
    frame = page.frames[line.frame]
    above = page.frames[frame.above] if frame.above >= 0 else frame
    return bool((frame.hints | above.hints) & _AUTHOR)
