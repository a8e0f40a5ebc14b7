"""Two static pictures of who covered a story: stacked bars over time, and a list of bars.

Plain SVG without script, style sheet or outside reference. Colours are `currentColor` and the page's custom properties, so that a dark page
needs no other picture. The words in it are handed in, in the reader's language; the records of `coverage` are its equivalent in text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil

from octavo.compose.coverage import Coverage, Facet, Group

WIDTH = 360  # units, drawn as about as many pixels on a phone, so that text is never smaller than it is set
SIZE = 12  # of text
SERIES = 4  # groups that are told apart in the stacked bars; all others are one
FEW = 4  # periods whose names have room side by side
BARS = 8  # rows of the list of bars
OWN, COPIED = 1, 3  # their tints in the list of bars
TINTS = (  # fill and its strength, told apart without seeing colours
    ("var(--accent, currentColor)", 1.0),
    ("currentColor", 0.85),
    ("currentColor", 0.5),
    ("currentColor", 0.27),
    ("currentColor", 0.12),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a picture, in the reader's language, and how it names things."""

    title: str
    description: str  # what the picture shows, for who does not see it
    unknown: str  # what is not known of an outlet
    others: str  # the groups that are not told apart
    own: str  # articles with a text of their own
    copies: str  # articles that carry another one's text
    key: Callable[[str], str]  # the name of a country, language, kind or owner
    period: Callable[[datetime], str]  # a short name of the period that begins then: "3 Mar", "3 Mar, 14:00"
    number: Callable[[int], str] = str
    direction: str = "ltr"  # "rtl": the picture runs from right to left


def over_time_svg(coverage: Coverage, facet: Facet, words: Words) -> str:
    """Stacked bars, one a period, by country, language, kind or owner, with a legend; "" where no article has a date."""
    if not coverage.periods:
        return ""
    series = _series(coverage.groups[facet], words)
    totals = [sum(counts[period] for _, counts in series) for period in range(len(coverage.periods))]
    top = _round_up(max(totals))
    left, chart, base = 30, 120, 138
    room = WIDTH - left
    step = room / len(totals)
    wide = min(step * 0.82, 36)
    parts = [_line(words, left, base - chart * i // 2, WIDTH, 0.6 if i == 0 else 0.2) for i in range(3)]
    parts += [_text(words, left - 5, base - chart * i // 2 + 4, words.number(top * i // 2), "end") for i in range(3)]
    for period in range(len(totals)):
        x, y = left + step * period + (step - wide) / 2, float(base)
        for tint, (_, counts) in enumerate(series):
            high = chart * counts[period] / top
            y -= high
            if high:
                parts.append(_bar(words, x, y, wide, max(high - 0.75, 0.5), tint))
    for period, anchor in _labelled(len(totals)):
        x = left + step * (period + {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor])
        parts.append(_text(words, x, base + 16, words.period(coverage.periods[period]), anchor))
    y = base + 40
    for tint, (name, counts) in enumerate(series):
        parts += _legend(words, y, tint, _cut(name, 40))
        parts.append(_text(words, WIDTH, y, words.number(sum(counts)), "end"))
        y += 19
    return _svg(words, y - 6, parts)


def bars_svg(coverage: Coverage, facet: Facet, words: Words) -> str:
    """A list of bars by country, language, kind or owner, longest first; the lighter end of a bar are copies. "" for no articles."""
    groups = coverage.groups[facet]
    if not groups:
        return ""
    shown, rest = groups[:BARS], groups[BARS:]
    most = max(group.articles for group in shown)
    parts, y = [], 12
    for group in shown:
        own = WIDTH * (group.articles - group.copies) / most
        parts += _row(words, y, _name(group, words), group.articles)
        lengths = ((0.0, own, OWN), (own, WIDTH * group.copies / most, COPIED))
        parts += [_bar(words, start, y + 6, length, 8, tint) for start, length, tint in lengths if length]
        y += 34
    if rest:  # without a bar, which as a sum would dwarf all others
        parts += _row(words, y, words.others, sum(group.articles for group in rest))
        y += 22
    if any(group.copies for group in groups):
        y += 6
        for tint, name in ((OWN, words.own), (COPIED, words.copies)):  # in some languages too long to stand side by side
            parts += _legend(words, y, tint, name)
            y += 19
    return _svg(words, y - 12, parts)


def _row(words: Words, y: float, name: str, count: int) -> list[str]:
    """A name at the beginning of a line and its number at the end."""
    return [_text(words, 0, y, _cut(name, 44)), _text(words, WIDTH, y, words.number(count), "end")]


def _legend(words: Words, y: float, tint: int, name: str) -> list[str]:
    """A tint and what it stands for, at the beginning of a line."""
    return [_bar(words, 0, y - 10, 11, 11, tint), _text(words, 18, y, name)]


def _series(groups: Sequence[Group], words: Words) -> list[tuple[str, tuple[int, ...]]]:
    """The groups that are told apart, and all others as one, each with its articles in each period."""
    shown, rest = (groups, ()) if len(groups) <= SERIES + 1 else (groups[:SERIES], groups[SERIES:])
    series = [(_name(group, words), group.counts) for group in shown]
    if rest:
        series.append((words.others, tuple(map(sum, zip(*(group.counts for group in rest), strict=True)))))
    return series


def _name(group: Group, words: Words) -> str:
    return words.unknown if group.key is None else words.key(group.key)


def _round_up(count: int) -> int:
    """The next larger number of one figure and noughts whose half is whole too, so that the lines have whole numbers."""
    unit = int(10 ** (len(str(count)) - 1))
    return next(top for top in (figure * unit for figure in range(1, 21)) if top >= count and top % 2 == 0)


def _labelled(periods: int) -> list[tuple[int, str]]:
    """Which periods have their name below, and how it is set: a few all in their middle, of many the first, the middle and the last one."""
    if periods <= FEW:
        return [(period, "middle") for period in range(periods)]
    return [(0, "start"), (periods // 2, "middle"), (periods - 1, "end")]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _svg(words: Words, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture-svg" role="img" viewBox="0 0 {WIDTH} {ceil(height)}" '
        f'direction="{escape(words.direction)}" font-size="{SIZE}" fill="currentColor" color="currentColor">'
        f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )


def _bar(words: Words, x: float, y: float, wide: float, high: float, tint: int) -> str:
    fill, strength = TINTS[tint]
    left = WIDTH - x - wide if words.direction == "rtl" else x
    return f'<rect x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}" fill-opacity="{strength}"/>'


def _line(words: Words, start: float, y: float, end: float, strength: float) -> str:
    first, last = (WIDTH - end, WIDTH - start) if words.direction == "rtl" else (start, end)
    return f'<path d="M{first:.1f} {y + 0.5:.1f}H{last:.1f}" stroke="currentColor" stroke-opacity="{strength}" fill="none"/>'


def _text(words: Words, x: float, y: float, text: str, anchor: str = "start") -> str:
    place = WIDTH - x if words.direction == "rtl" else x
    return f'<text x="{place:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
