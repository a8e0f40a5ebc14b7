"""Which line above an article is its headline: a weighted choice among the lines before the text.

The weights stand in `data/lines.toml` beside those of the chain, learned by the same script.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from math import log

import numpy as np
from numpy.typing import NDArray

from octavo.extract.dates import date_span
from octavo.extract.line_marks import SIGNS
from octavo.extract.picture import captioned
from octavo.extract.text_lines import Line, line_values, telling

REACH = 60  # lines above the text that are looked at
_PARTS = re.compile(r"\s[|–—·•»-]\s|\s*\|\s*|[_｜]")

_KEPT = (
    "stops", "cut_off", "colon", "capitals", "all_caps", "lower_start", "digits", "quotes", "separators", "address", "bullet", "dateline",
)  # fmt: skip
HEADLINE_FEATURES = (
    "far", "above<3", "above<8", "above<20", "in_text", "width<20", "width<30", "width<45", "width>120", "width>160", "log_width",
    "repeated", "within_other", "holds_other", "in_body", "in_lead", "shared", "widest", "byline_follows", "stamp_follows", "long_between",
    "prose_between", "heading_between", "last_such", "alike_above", "alike_below", "same_below",
    "title_above", "subtitle_below", "capitals_over_next", "wider_than_next", "signed_next",
    "title_told", "title_told_near", "sentence", "topmost", "best_told", "overlap_best", *_KEPT, *SIGNS, *(f"{sign}_opens" for sign in SIGNS),
)  # fmt: skip


def candidates(lines: Sequence[Line], start: int) -> range:
    """The lines that may be the headline of a text that starts at line `start`: those above it and its own first two."""
    return range(max(0, start - REACH), min(start + 2, len(lines)))


def headline_of(lines: Sequence[Line], text: Sequence[int]) -> int | None:
    """The number of the headline's line, given the numbers of the text's lines; None when no line above will do."""
    among = [i for i in candidates(lines, text[0]) if may_be_headline(lines[i])]
    if not among:
        return None
    scores = headline_features(lines, text, among) @ _weights()
    return among[int(scores.argmax())]


def may_be_headline(line: Line) -> bool:
    """Whether a line could be a headline at all: of some length, with letters."""
    if not (8 <= line.width <= 300 and any(c.isalpha() for c in line.text)) or _dated(line.text) > 0.3:
        return False
    return "photo" not in line.signs or captioned(line.text)[1] is None


def _is_title(line: Line) -> bool:
    return 25 <= line.width <= 130 and not line_values(line)["stops"] and not line.signs & {"call", "legal", "ad", "time"}


def headline_features(lines: Sequence[Line], text: Sequence[int], among: Sequence[int]) -> NDArray[np.float64]:
    """One row a candidate line, one column a name in HEADLINE_FEATURES."""
    start = text[0]
    counts = Counter(line.text for line in lines)
    everything = "\n".join(line.text for line in lines)
    parts = Counter(part for line in lines if line.width < 300 for part in {p.strip() for p in _PARTS.split(line.text)})
    body = Counter(w for i in text for w in set(lines[i].words))
    lead = {w for i in text[:3] for w in lines[i].words}
    widest = max((lines[i].width for i in among if lines[i].width < 200 and i < start), default=1)
    told = {i: _told(lines[i], body) for i in range(max(0, start - REACH - 4), min(start + 6, len(lines)))}
    most = max((told[i] for i in among if _is_title(lines[i])), default=0.0) or 1.0
    rows = []
    for i in among:
        line, values = lines[i], line_values(lines[i])
        words = {w for w in line.words if telling(w)} or set(line.words)
        between = lines[i + 1 : start]
        row = {name: float(values[name]) for name in _KEPT}
        row |= {name: float(name in line.signs and line.width < 120) for name in SIGNS}
        row |= {f"{name}_opens": float(name in line.opens) for name in SIGNS}
        row |= {
            "far": log(1 + max(0, start - i)) / 4,
            "above<3": 0 < start - i < 3,
            "above<8": 0 < start - i < 8,
            "above<20": 0 < start - i < 20,
            "in_text": i >= start,
            "width<20": line.width < 20,
            "width<30": line.width < 30,
            "width<45": line.width < 45,
            "width>120": line.width > 120,
            "width>160": line.width > 160,
            "log_width": log(1 + line.width) / 6,
            "repeated": counts[line.text] > 1,
            "within_other": line.width > 20 and (everything.count(line.text) > counts[line.text] or parts[line.text] > counts[line.text]),
            "holds_other": any(counts[p.strip()] for p in _PARTS.split(line.text)[:-1] if len(p) > 15),
            "in_body": told[i],
            "in_lead": sum(w in lead for w in words) / max(len(words), 1),
            "shared": min(sum(body[w] > 0 for w in words), 6) / 6,
            "widest": line.width / widest if line.width <= widest else 0.5,
            "byline_follows": any("byline" in other.opens for other in lines[i + 1 : i + 5]),
            "stamp_follows": any(line_values(other)["stamp"] for other in lines[i + 1 : i + 7]),
            "long_between": min(sum(other.width > 60 for other in between), 4) / 4,
            "prose_between": min(sum(other.width > 150 for other in between), 3) / 3,
            "heading_between": min(sum("heading" in other.opens and other.width < 60 for other in between), 3) / 3,
            "alike_above": max((told[k] for k in range(i - 4, i) if k in told and lines[k].width > 25), default=0.0),
            "alike_below": max((told[k] for k in range(i + 1, min(i + 5, start)) if k in told and lines[k].width > 25), default=0.0),
            "same_below": max((_alike(line, other) for other in between[:6]), default=0.0),
            "title_told": told[i] * _is_title(line),
            "title_told_near": told[i] * _is_title(line) * (0 < start - i < 12),
            "sentence": bool(values["stops"]) and line.width > 60,
            "topmost": not any(_is_title(lines[k]) and told.get(k, 0) > 0.3 for k in range(max(0, i - 12), i)),
            "best_told": told[i] / most,
            "overlap_best": told[i] * min(len(words), 8) / 8,
            "title_above": any(_is_title(lines[k]) and told.get(k, 0) > 0.2 for k in range(max(0, i - 2), i)),
            "subtitle_below": bool(between)
            and 50 < between[0].width < 300
            and told.get(i + 1, 0) > 0.2
            and not between[0].opens & {"byline", "time"},
            "capitals_over_next": values["capitals"] - line_values(lines[i + 1])["capitals"] if i + 1 < len(lines) else 0,
            "wider_than_next": bool(between) and line.width > between[0].width,
            "signed_next": any("byline" in other.opens or line_values(other)["stamp"] for other in between[:2]),
            "last_such": line.text not in {other.text for other in between},
        }
        rows.append([float(row[name]) for name in HEADLINE_FEATURES])
    return np.array(rows)


def _told(line: Line, body: Mapping[str, int]) -> float:
    """How much of a line the text speaks of."""
    words = {w for w in line.words if telling(w)} or set(line.words)
    return sum(min(body.get(w, 0), 2) / 2 for w in words) / max(len(words), 1)


def _alike(line: Line, other: Line) -> float:
    one, two = set(line.words), set(other.words)
    return len(one & two) / max(len(one | two), 1)


def _dated(text: str) -> float:
    """The share of a line that its date takes."""
    span = date_span(text) if len(text) < 120 else None
    return (span[1] - span[0]) / len(text) if span else 0.0


@lru_cache
def _weights() -> NDArray[np.float64]:
    table = tomllib.loads(files("octavo.extract").joinpath("data", "lines.toml").read_text("utf-8"))
    return np.array([table["headline"][name] for name in HEADLINE_FEATURES])
