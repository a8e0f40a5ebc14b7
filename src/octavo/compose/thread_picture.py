"""The picture of a thread: time from left to right, one line a story, one dot an article. A static SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil

WIDTH, ROW, TOP = 360, 17, 12  # units, drawn as about as many pixels on a phone
LEFT, RIGHT = 26, 8  # of the dots: room for the number of a story
DOTS = 60  # of one story that are drawn; more would only lie on one another


@dataclass(frozen=True, slots=True)
class ThreadWords:
    """The words of the picture in the reader's language, unescaped."""

    title: str
    description: str
    number: Callable[[int], str]  # of a story in the list beside the picture
    day: Callable[[datetime], str]
    direction: str = "ltr"  # "rtl": time runs from right to left


def thread_svg(stories: Sequence[Sequence[datetime]], words: ThreadWords) -> str:
    """Stories in order, each given by the times of its articles; "" where there are no articles.

    Takes its colours from the page. What it shows in words is the list of stories with their dates.
    """
    times = [time for those in stories for time in those]
    if not times:
        return ""
    first, last = min(times), max(times)
    length = (last - first).total_seconds() or 1.0

    def x(time: datetime) -> float:
        place = LEFT + (WIDTH - LEFT - RIGHT) * (time - first).total_seconds() / length
        return WIDTH - place if words.direction == "rtl" else place

    parts = []
    for number, those in enumerate(stories, 1):
        y = TOP + ROW * (number - 1)
        parts.append(_text(WIDTH if words.direction == "rtl" else 0, y + 4, words.number(number), "start"))
        if those:
            parts.append(f'<path d="M{x(min(those)):.1f} {y}H{x(max(those)):.1f}" stroke="currentColor" stroke-opacity="0.35"/>')
        step = ceil(len(those) / DOTS)
        parts += [
            f'<circle cx="{x(time):.1f}" cy="{y}" r="4" fill="var(--accent, currentColor)" fill-opacity="0.6"/>' for time in those[::step]
        ]
    base = TOP + ROW * len(stories)
    ends = (LEFT, WIDTH - RIGHT)
    parts.append(f'<path d="M{ends[0]} {base - 4}H{ends[1]}" stroke="currentColor" stroke-opacity="0.6"/>')
    parts.append(_text(x(first), base + 12, words.day(first), "start"))
    if words.day(last) != words.day(first):
        parts.append(_text(x(last), base + 12, words.day(last), "end"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture-svg" role="img" viewBox="0 0 {WIDTH} {base + 18}" '
        f'direction="{escape(words.direction)}" font-size="12" fill="currentColor" color="currentColor">'
        f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
