"""The picture of quality against speed: one labelled point a method, as an SVG that is readable on light and on dark pages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 64, 56  # margins of the plot
FONT = 13
LETTER = 0.56  # mean width of a letter, in font sizes
DOT = 5
ROOM = 1.2  # between the slowest or fastest point and the edge, as a ratio of speeds
STYLE = f"""
  svg {{ color: #24292f; --accent: #b42318; font: {FONT}px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }}
  @media (prefers-color-scheme: dark) {{ svg {{ color: #e6edf3; --accent: #ff9c8f; }} }}
  text {{ fill: currentColor; }}
  .title {{ font-size: 17px; font-weight: 600; }}
  .quiet {{ opacity: .72; }}
  .grid {{ stroke: currentColor; stroke-width: 1; opacity: .14; }}
  circle.other {{ fill: currentColor; opacity: .8; }}
  circle.ours {{ fill: var(--accent); }}
  text.ours {{ fill: var(--accent); font-weight: 600; }}
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A method: articles it groups a second, its quality in percent, and whether it is Octavo's."""

    name: str
    speed: float
    quality: float
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that something takes up, in pixels from the upper left."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def quality_picture(points: Sequence[Point], title: str, description: str) -> str:
    """An SVG of the points, at least one: speed along, each step twice or more the last, and quality up. No label covers another."""
    speeds = _steps(min(point.speed for point in points) / ROOM, max(point.speed for point in points) * ROOM)
    lowest = 10 * floor((min(point.quality for point in points) - 2) / 10)
    highest = min(10 * ceil((max(point.quality for point in points) + 2) / 10), 100)

    def x(speed: float) -> float:
        return LEFT + log(speed / speeds[0]) / log(speeds[-1] / speeds[0]) * (WIDTH - LEFT - RIGHT)

    def y(quality: float) -> float:
        return HEIGHT - BOTTOM - (quality - lowest) / (highest - lowest) * (HEIGHT - TOP - BOTTOM)

    grid: list[str] = []
    parts = [_text(LEFT, 26, title, "title"), _text(LEFT, 47, "mean of pairwise and BCubed F1, in percent", "quiet")]
    for quality in range(lowest, highest + 1, 10):
        grid.append(f'<path class="grid" d="M{LEFT} {y(quality):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(_text(LEFT - 10, y(quality) + 4.5, f"{quality}", "quiet", "end"))
    for speed in speeds:
        grid.append(f'<path class="grid" d="M{x(speed):.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(_text(x(speed), HEIGHT - BOTTOM + 20, f"{speed:,}", "quiet", "middle"))
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 14, "articles a second on one core, at the size of the sets", "quiet", "end"))
    spots = {point: (x(point.speed), y(point.quality)) for point in points}
    taken = [Box(across - DOT, down - DOT, across + DOT, down + DOT) for across, down in spots.values()]
    for point, (across, down) in sorted(spots.items(), key=lambda item: -item[1][0]):  # from the right, where there is room for labels
        label, look = f"{point.name} · {point.quality:.0f}", "ours" if point.ours else "other"
        box = free_box(across, down, len(label) * FONT * LETTER, taken)
        taken.append(box)
        parts.append(f'<circle class="{look}" cx="{across:.1f}" cy="{down:.1f}" r="{DOT}"/>')
        side, edge = ("start", box.left) if box.left > across else ("end", box.right) if box.right < across else ("middle", across)
        parts.append(_text(edge, box.bottom - 4, label, look, side))
    everywhere = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    spared = [
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}" height="{FONT + 4}"/>'
        for box in taken[len(points) :]
    ]
    mask = ['<mask id="beside-labels">', everywhere, *spared, "</mask>"]  # no line of the grid runs through a label
    body = "\n".join(f"  {part}" for part in [*mask, '<g mask="url(#beside-labels)">', *grid, "</g>", *parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title description">\n'
        f'  <title id="title">{escape(title)}</title>\n  <desc id="description">{escape(description)}</desc>\n'
        f"  <style>{STYLE}  </style>\n{body}\n</svg>\n"
    )


def _steps(least: float, most: float) -> list[int]:
    """1, 2, 5, 10, 20 and so on, from the last that is at most `least` to the first that is at least `most`."""
    steps = [digit * 10**power for power in range(10) for digit in (1, 2, 5)]
    return steps[max(bisect_right(steps, least) - 1, 0) : bisect_left(steps, most) + 1]


def _text(x: float, y: float, words: str, look: str, side: str = "start") -> str:
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{side}">{escape(words)}</text>'


def free_box(across: float, down: float, width: float, taken: Sequence[Box]) -> Box:
    """Where the label of the point (`across`, `down`) stands: beside, above or below it, as near as nothing else is in the way."""
    height, gap = FONT + 4, DOT + 4
    for step in range(20):
        away = step * height / 2
        for left, top in (
            (across + gap, down - height / 2 - away),
            (across - gap - width, down - height / 2 - away),
            (across + gap, down - height / 2 + away),
            (across - gap - width, down - height / 2 + away),
            (across - width / 2, down - gap - height - away),
            (across - width / 2, down + gap + away),
        ):
            box = Box(left, top, left + width, top + height)
            inside = box.left >= LEFT and box.right <= WIDTH - RIGHT and box.top >= TOP and box.bottom <= HEIGHT - BOTTOM
            if inside and not any(box.meets(other) for other in taken):
                return box
    raise ValueError("there are too many labels for the picture")
