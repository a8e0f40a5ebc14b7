"""The icon of the installed app, drawn: two open leaves with lines of type."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

INK, PAPER = "#1b1a17", "#f6f2e7"
GRID = 32.0  # the icon is drawn on 32 by 32, as `static/octavo.svg` is
FINE = 4  # times larger while it is drawn, so that edges are smooth

LEAVES = ((6.0, 7.0, 15.0, 25.0), (17.0, 7.0, 26.0, 25.0))
LINES = tuple((left + 2.5, top, left + 6.5) for left, _, _, _ in LEAVES for top in (11.0, 14.5, 18.0))
CORNER = 3.0
SAFE = 0.8  # of the width, within which the drawing must lie where a system cuts the icon to a shape of its own

# name → pixels, and whether the system may cut it
ICONS = {"192": (192, False), "512": (512, False), "maskable": (512, True), "touch": (180, True)}


@lru_cache(maxsize=len(ICONS))
def icon(name: str) -> bytes:
    """The icon of that name as PNG. Raises KeyError for a name that is not in `ICONS`."""
    pixels, cut = ICONS[name]
    side = pixels * FINE
    scale = side / GRID * (SAFE if cut else 1)
    margin = side * (1 - SAFE) / 2 if cut else 0.0
    drawn = Image.new("RGBA", (side, side), INK if cut else (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    if not cut:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), CORNER * scale, fill=INK)
    for leaf in LEAVES:
        pen.rectangle([margin + edge * scale for edge in leaf], outline=PAPER, width=round(1.6 * scale))
    for start, top, end in LINES:
        pen.line([margin + at * scale for at in (start, top, end, top)], fill=PAPER, width=round(1.2 * scale))
    made = BytesIO()
    drawn.resize((pixels, pixels), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()
