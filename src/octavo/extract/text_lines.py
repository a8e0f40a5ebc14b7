"""The lines of a page saved as plain text, and what each line shows of itself and of its place: numbers that no language or site owns.

The words by which a line gives itself away ("Related articles", "購読", "Foto:") stand in `data/signs.toml`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from octavo.extract import line_marks as marks

MOST_LINES = 50_000  # of a text that are read; a page has some hundred
_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\xad]")
_FIXED_WIDTH = 100  # characters; no page of prose is without a longer line unless it was wrapped
_CLOSING = "\"'”’»)]」』）】›"
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|\w\.(?:com|org|net|co|html?)\b|[@#]\w")
_DATELINE = re.compile(r"[^.!?]{2,50}(?:[,(（][^)）]{2,40}[)）]?)?\s*(?:[-–—:]|[)）])\s*[–—-]?\s+\S")


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line. `words` are lower case without punctuation; of scripts without spaces they are pairs of characters."""

    text: str
    words: tuple[str, ...]
    width: int  # in Latin letters: a Chinese or Korean sign says about as much as two or three
    signs: frozenset[str]  # which of marks.SIGNS it bears
    opens: frozenset[str]  # which of marks.SIGNS it begins with


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text that hold something, of its first MOST_LINES, in order, with white space and invisible signs put in order."""
    raw = [re.sub(r"\s+", " ", _INVISIBLE.sub("", line)).strip() for line in _ENDS.split(text, maxsplit=MOST_LINES)[:MOST_LINES]]
    return tuple(_line(line) for line in _unwrapped(raw) if line)


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines as paragraphs, where a text was saved with a fixed width: full lines go on in the next, blank lines part."""
    widest = max(map(len, lines), default=0)
    full = sum(len(line) > 0.8 * widest for line in lines)
    if not 50 <= widest <= _FIXED_WIDTH or full < 0.2 * sum(map(bool, lines)) or full < 5:
        return list(lines)
    joined: list[str] = []
    open_ = False
    for line in lines:
        if open_ and line:
            joined[-1] += " " + line
        else:
            joined.append(line)
        open_ = len(line) > 0.7 * widest
    return joined


def _line(text: str) -> Line:
    plain = marks.parted(text)
    padded = f" {plain} "
    # A long line is prose: only how it begins and ends can be a sign.
    searched = padded if len(padded) <= 200 else f"{padded[:120]} {padded[-60:]}"
    signs, opens = set(), set()
    spaced, unspaced = _signs()
    words = searched.split(" ")  # an empty one stands before the first
    for at, word in enumerate(words):
        for name, rest in spaced.get(word, ()):
            if words[at + 1 : at + 1 + len(rest)] == rest:
                signs.add(name)
                if at == 1:
                    opens.add(name)
    if not searched.isascii():
        for name, ways in unspaced.items():
            if any(way in searched for way in ways):
                signs.add(name)
                if plain.startswith(ways):
                    opens.add(name)
    return Line(text, words_of(plain), marks.width_of(text), frozenset(signs), frozenset(opens))


def words_of(plain: str) -> tuple[str, ...]:
    """The words of a text; where a script sets no spaces, every pair of neighbouring characters."""
    words: list[str] = []
    for word in marks.parted(plain).split():
        if marks.UNSPACED.search(word) and len(word) > 2:
            words.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            words.append(word)
    return tuple(words)


@lru_cache
def _signs() -> tuple[dict[str, list[tuple[str, list[str]]]], dict[str, tuple[str, ...]]]:
    """Phrases of scripts with spaces by their first word: the sign of each and its further words; those of other scripts by their sign."""
    spaced: dict[str, list[tuple[str, list[str]]]] = {}
    unspaced: dict[str, tuple[str, ...]] = {}
    for sign in marks.SIGNS:
        dense = {phrase for phrase in marks.phrases()[sign] if marks.is_dense(phrase)}
        for first, *rest in (phrase.split(" ") for phrase in marks.phrases()[sign] - dense):
            spaced.setdefault(first, []).append((sign, rest))
        unspaced[sign] = tuple(sorted(dense))
    return spaced, unspaced


# ---- features ------------------------------------------------------------------------------------------------------

_OWN = (
    "constant", "log_width", *(f"width<{e}" for e in marks.EDGES), "stops", "stops_short", "cut_off", "colon", "inner_stops", "commas",
    "capitals", "capitals_long", "all_caps", "lower_start", "digits", "quotes", "quote_start", "separators", "address", "bullet", "stamp",
    "dateline", "repeated", "within_other", "first_time", "cohesion", "cohesion_short", "near_cohesion", "core_cohesion",
    "title_like",
    *(f"{sign}{kind}" for sign in marks.SIGNS for kind in ("", "_short", "_opens")),
)  # fmt: skip
_NEAR = ("log_width", "stops", "prose", "capitals", "stamp", "repeated", "cohesion", *marks.SIGNS)
_FAR = (2, 4, 8, 16)
_REACH = 8  # lines to each side in which a line's words are looked for
_PLACE = ("place", "place_from_start", "prose_before", "prose_after", "prose_max")
FEATURES = (
    *_OWN,
    *(f"{name}{step:+d}" for step in (-2, -1, 1, 2) for name in _NEAR),
    *(f"prose_mean{side}{n}" for side in "-+" for n in _FAR),
    *(f"stop_share{side}{n}" for side in "-+" for n in (3, 8)),
    *(f"heading_share{side}{n}" for side in "-+" for n in (3, 8)),
    *(f"alike{side}" for side in "-+"),
    *_PLACE,
)  # fmt: skip


def features(lines: Sequence[Line]) -> NDArray[np.float64]:
    """One row a line, one column a name in FEATURES; every value lies about between -1 and 1."""
    counts = Counter(line.text for line in lines)
    seen: set[str] = set()
    cohesion = _cohesion(lines)
    core = _core(lines)
    others = "\n".join(line.text for line in lines)
    titles = [set(text_words) for text_words in {line.words for line in lines if counts[line.text] > 1 and 25 <= line.width <= 200}]
    own = np.zeros((len(lines), len(_OWN)))
    prose = np.zeros(len(lines))
    for i, line in enumerate(lines):
        values = dict(line_values(line))
        values["repeated"] = counts[line.text] > 1
        values["within_other"] = line.width > 20 and counts[line.text] == 1 and others.count(line.text) > 1
        values["first_time"] = counts[line.text] > 1 and line.text not in seen
        words = set(line.words)
        values["cohesion"] = cohesion[i]
        values["cohesion_short"] = cohesion[i] * (line.width < 100)
        near = {w for other in (*lines[max(0, i - _REACH) : i], *lines[i + 1 : i + 1 + _REACH]) if other.width > 60 for w in other.words}
        values["near_cohesion"] = _share(words, near)
        values["core_cohesion"] = _share(words, {w for k in core if k != i for w in lines[k].words})
        values["title_like"] = bool(words) and max((len(words & t) / len(words | t) for t in titles if t != words), default=0.0) > 0.5
        seen.add(line.text)
        own[i] = [values[name] for name in _OWN]
        prose[i] = min(line.width, 400) / 400 * (1.0 if values["stops"] else 0.3) * (line.width > 45)
    return np.hstack([own, _around(lines, own, prose)])


@lru_cache(maxsize=4096)
def line_values(line: Line) -> Mapping[str, float]:
    """What a line shows of itself, by name; see the first names in FEATURES."""
    text, width = line.text, line.width
    bare = text.rstrip(_CLOSING + " ")
    stops = bare[-1:] in marks.STOPS and not bare.endswith(("..", "…"))
    tokens = text.split()
    cased = [t for t in (token.lstrip("\"'“‘«([¿¡") for token in tokens) if t and t[0].lower() != t[0].upper()]
    capitals = sum(t[0].isupper() for t in cased) / len(cased) if cased else 0.4
    letters = sum(c.isalpha() for c in text)
    values: dict[str, float] = {
        "constant": 1.0,
        "log_width": log(1 + width) / 6,
        "stops": stops,
        "stops_short": stops and width < 60,
        "cut_off": bare.endswith(("..", "…")),
        "colon": bare.endswith((":", "：")),
        "inner_stops": min(len(marks.INNER_STOP.findall(text)), 4) / 4,
        "commas": min(len(marks.COMMA.findall(text)), 5) / 5,
        "capitals": capitals,
        "capitals_long": capitals * (len(cased) > 5),
        "all_caps": letters > 3 and text.upper() == text and text.lower() != text,
        "lower_start": bool(cased) and text[0].islower(),
        "digits": sum(c.isdigit() for c in text) / len(text),
        "quotes": any(c in text for c in '"“”„«»「」『'),
        "quote_start": text[0] in marks.QUOTE_STARTS,
        "separators": min(len(marks.SEPARATOR.findall(text)), 3) / 3,
        "address": bool(_ADDRESS.search(text)),
        "bullet": bool(marks.BULLET.match(text)),
        "stamp": bool(marks.STAMP.search(text)) and width < 90,
        "dateline": width > 80 and bool(_DATELINE.match(text[:120])),
    }
    for edge in marks.EDGES:
        values[f"width<{edge}"] = width < edge
    for sign in marks.SIGNS:
        values[sign] = sign in line.signs
        values[f"{sign}_short"] = sign in line.signs and width < 60
        values[f"{sign}_opens"] = sign in line.opens and width < 100
    return values


def _cohesion(lines: Sequence[Line]) -> list[float]:
    """For each line: how much of it speaks of what the page's prose speaks of (its rarer words found in other long lines)."""
    long = [i for i, line in enumerate(lines) if line.width > 80]
    spread: Counter[str] = Counter()
    for i in long:
        spread.update({w for w in lines[i].words if telling(w)})
    total = max(len(long), 1)
    result = []
    for line in lines:
        words = {w for w in line.words if telling(w)}
        weight = part = 0.0
        for word in words:
            n = spread[word] - (line.width > 80)
            rare = log(1 + total / (1 + n))
            weight += rare
            part += rare * min(n, 3) / 3
        result.append(part / weight if weight else 0.0)
    return result


def _core(lines: Sequence[Line]) -> range:
    """The stretch of lines with the most prose: sentences of some length that end with a full stop."""
    weights = [min(line.width, 400) if line.width > 60 and line_values(line)["stops"] else 0 for line in lines]
    sums = np.concatenate([[0], np.cumsum(weights)])
    size = min(2 * _REACH, len(lines))
    first = int((sums[size:] - sums[:-size]).argmax()) if size else 0
    return range(first, first + size)


def _share(words: set[str], among: set[str]) -> float:
    said = {w for w in words if telling(w)}
    return len(said & among) / len(said) if said else 0.0


def telling(word: str) -> bool:
    """Whether a word says what a text is about: not one of the short words of grammar."""
    return len(word) > 3 or (len(word) == 2 and bool(marks.UNSPACED.search(word)))


def _around(lines: Sequence[Line], own: NDArray[np.float64], prose: NDArray[np.float64]) -> NDArray[np.float64]:
    n = len(lines)
    column = {name: own[:, k] for k, name in enumerate(_OWN)} | {"prose": prose}
    near = np.stack([column[name] for name in _NEAR], axis=1)
    blocks = []
    for step in (-2, -1, 1, 2):
        moved = np.zeros_like(near)
        if step < 0:
            moved[-step:] = near[:step]
        else:
            moved[:-step] = near[step:]
        blocks.append(moved)
    blocks.extend(_mean(prose, side * m)[:, None] for side in (-1, 1) for m in _FAR)
    sentences = ((own[:, _OWN.index("width<70")] == 0) * column["stops"], (own[:, _OWN.index("width<45")] == 0).astype(float))
    for side in (-1, 1):  # of the lines long enough to be a sentence, how many end as one
        blocks.extend((_mean(sentences[0], side * m) / (_mean(sentences[1], side * m) + 0.1))[:, None] for m in (3, 8))
    heading = column["heading_short"]
    blocks.extend(_mean(heading, side * m)[:, None] * m / 3 for side in (-1, 1) for m in (3, 8))
    widths = column["log_width"]
    # runs of lines of one length are lists
    blocks.extend((np.exp(-8 * np.abs(widths - _mean(widths, side * 3))) * (widths < 0.75))[:, None] for side in (-1, 1))
    before = np.concatenate([[0.0], np.cumsum(prose)[:-1]])
    after = prose.sum() - before - prose
    place = np.arange(n) / max(n - 1, 1)
    peak = prose / max(prose.max(initial=0.0), 1e-9)
    blocks.append(np.stack([place, np.log1p(np.arange(n)) / 6, np.tanh(before / 3), np.tanh(after / 3), peak], axis=1))
    return np.hstack(blocks)


def _mean(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Mean over the next `reach` values (the ones before for a negative reach), zero beyond the ends."""
    n, size = len(values), abs(reach)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(n)
    low, high = (np.maximum(at - size, 0), at) if reach < 0 else (at + 1, np.minimum(at + 1 + size, n))
    low = np.minimum(low, n)
    return np.asarray((sums[high] - sums[low]) / size, dtype=np.float64)
