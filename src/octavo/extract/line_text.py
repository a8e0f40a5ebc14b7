"""What each line of a page shows of itself: length, punctuation, letters, words by which it gives itself away, and what the page says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from octavo.extract.line_marks import (
    BULLET,
    COMMA,
    EDGES,
    INNER_STOP,
    QUOTE_STARTS,
    SEPARATOR,
    SIGNS,
    STAMP,
    STOPS,
    UNSPACED,
    is_dense,
    phrases,
    width_of,
)
from octavo.extract.page_lines import Line

_CLOSING = "\"'”’»)]」』）】› "
_QUOTES = re.compile(r"[\"“”„«»「」『]")
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|[@#]\w")
_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"[\W_]+")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_DIGIT = re.compile(r"[0-9]")
# How words of Latin letters begin: most lines hold nothing else, and these expressions look at few of their characters.
_CAPITAL_START = re.compile(r"[A-Z](?<![^ ].)")
_OTHER_START = re.compile(r"[^A-Za-z ](?<![^ ].)")
_LONG = 80  # characters from which a line's words count as the page's prose
_SHORT = 60  # width under which signs mean more
_PROSE = 45  # width from which a line may be prose
_START = 50  # characters of a line by which it is found again in what the page says of itself
_HEAD = 150  # characters of a line in which letters are counted
_SEARCHED = 200  # characters: of a longer line only beginning and end are searched for signs

_SHAPE = (
    "width", "stops", "cut_off", "colon", "inner_stops", "commas", "capitals", "all_caps", "lower_start", "digits", "quotes", "quote_start",
    "separators", "address", "bullet", "stamp",
)  # fmt: skip
_OWN = (
    "constant", "log_width", *(f"width<{edge}" for edge in EDGES), "stops", "stops_short", "cut_off", "colon", "inner_stops", "commas",
    "capitals", "all_caps", "lower_start", "digits", "quotes", "quote_start", "separators", "address", "bullet", "stamp", "stamp_short",
    "linked", "all_linked", "linked_short", "links", "strong", "parted", "repeated", "again", "headline", "headline_words", "stated",
    "not_stated", "described", "cohesion", "cohesion_short",
)  # fmt: skip
LINE_FEATURES = (*_OWN, *(f"{sign}{kind}" for sign in SIGNS for kind in ("", "_short", "_opens")))

Column = NDArray[np.float32]


def line_columns(lines: Sequence[Line], headline: str | None, stated: str | None, described: str | None) -> dict[str, Column]:
    """For each of LINE_FEATURES its values, line by line; and "prose", how much of each line is prose: long, not linked, closed by a full stop.

    `headline`, `stated` and `described` are what the page's head says (see `page_features.features`).
    """
    texts = [line.text for line in lines]
    worded = [folded(text) for text in texts]
    bares = [" ".join(words) for words in worded]
    telling = [frozenset(_telling(bare, words)) for bare, words in zip(bares, worded, strict=True)]
    columns = dict(zip(_SHAPE, np.array([_shape(text) for text in texts], dtype=np.float32).T, strict=True))
    length = np.array([len(text) for text in texts], dtype=np.float32)
    width = columns.pop("width")
    short = (width < _SHORT).astype(np.float32)
    linked = np.array([line.linked for line in lines], dtype=np.float32) / length
    cohesion = np.array(_cohesion(telling, [len(text) > _LONG for text in texts]), dtype=np.float32)
    counts, first = Counter(bares), {bare: at for at, bare in reversed(list(enumerate(bares)))}
    columns |= {
        "constant": np.ones_like(width),
        "log_width": np.log1p(width) / 6,
        **{f"width<{edge}": width < edge for edge in EDGES},
        "stops_short": columns["stops"] * short,
        "stamp_short": columns["stamp"] * short,
        "linked": linked,
        "all_linked": linked > 0.9,
        "linked_short": linked * short,
        "links": np.array([min(line.links, 5) / 5 for line in lines]),
        "strong": np.array([line.strong for line in lines]) / length,
        "parted": np.array([line.parted for line in lines]),
        "repeated": np.array([counts[bare] > 1 for bare in bares]),
        "again": np.array([first[bare] < at for at, bare in enumerate(bares)]),
        "cohesion": cohesion,
        "cohesion_short": cohesion * (width < EDGES[4]),
        "prose": np.minimum(width, 400) / 400 * np.where(columns["stops"] > 0, 1.0, 0.3) * (width > _PROSE) * (1 - linked),
    }
    columns |= _of_head(bares, telling, width, length, headline, stated, described)
    columns |= _signs(texts, worded, width)
    return {name: columns[name].astype(np.float32) for name in (*LINE_FEATURES, "prose")}


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: without case and punctuation."""
    return text.lower().translate(_BLANKS).split() if text.isascii() else _WORD.findall(text.casefold())


def _telling(bare: str, words: Sequence[str]) -> list[str]:
    """The words of a folded text that say what it is about; of scripts without blanks, pairs of characters."""
    if bare.isascii() or not UNSPACED.search(bare):
        return [word for word in words if len(word) > 3]
    return [word[at : at + 2] for word in words for at in range(len(word) - 1)]


def _cohesion(telling: Sequence[frozenset[str]], long: Sequence[bool]) -> list[float]:
    """For each line, how much of it speaks of what the page's prose speaks of: lines of prose that share its words, three at most for each."""
    spread = Counter(word for words, is_long in zip(telling, long, strict=True) if is_long for word in words)
    shared = tuple(
        {word: min(count - own, 3) for word, count in spread.items()}.get for own in (0, 1)
    )  # as other lines and as these see it
    return [
        sum(map(shared[is_long], words, repeat(0))) / (3 * len(words)) if words else 0.0
        for words, is_long in zip(telling, long, strict=True)
    ]


def _of_head(
    bares: Sequence[str],
    telling: Sequence[frozenset[str]],
    width: Column,
    length: Column,
    headline: str | None,
    stated: str | None,
    described: str | None,
) -> dict[str, NDArray[np.generic]]:
    """What the lines have in common with what the head of the page says."""
    none = np.zeros(len(bares), dtype=bool)
    title, said, about = (" ".join(folded(text or "")) for text in (headline, stated, described))
    own = frozenset(_telling(title, title.split()))
    starts = [bare[:_START] for bare in bares]
    known = width > EDGES[1]
    inside = known & np.array([start in said for start in starts]) if said else none
    shared = [start in about or (len(about) > _START and about[:_START] in bare) for start, bare in zip(starts, bares, strict=True)]
    return {
        "headline": np.array([_is_title(bare, title) for bare in bares]) if title else none,
        "headline_words": np.array([len(own & words) for words in telling]) / len(own) * (length < EDGES[-1]) if own else none,
        "stated": inside,
        "not_stated": known & ~inside if said else none,
        "described": (width > _PROSE) & np.array(shared) if about else none,
    }


def _is_title(bare: str, title: str) -> bool:
    return bare == title or (abs(len(bare) - len(title)) < 20 < len(title) and (bare.startswith(title) or title.startswith(bare)))


def _shape(text: str) -> tuple[float, ...]:
    """What a text shows of itself, in the order of _SHAPE."""
    plain = text.isascii()  # then plain counting does for some expressions, in a fraction of their time
    width = width_of(text)
    bare = text[-12:].rstrip(_CLOSING)
    cut_off = bare.endswith(("..", "…"))
    start, head = text[:_HEAD], text[:600]
    digits = len(_DIGIT.findall(start))
    parts = not plain or "|" in start or " - " in start or " / " in start or " > " in start
    return (
        width,
        not cut_off and bare[-1:] in STOPS,
        cut_off,
        bare.endswith((":", "：")),
        min(len(INNER_STOP.findall(head)), 4) / 4 if width > 30 else 0.0,
        min(head.count(",") + head.count(";") if plain else len(COMMA.findall(head)), 5) / 5,
        _capitals(start),
        width > 4 and start.isupper(),
        text[0].islower(),
        digits / len(start),
        '"' in text if plain else _QUOTES.search(text) is not None,
        text[0] in QUOTE_STARTS,
        min(len(SEPARATOR.findall(start)), 3) / 3 if parts else 0.0,
        ("@" in start or "#" in start or "://" in start or "www." in start) and _ADDRESS.search(start) is not None,
        BULLET.match(text) is not None,
        width < 120 and (digits > 0 or not plain) and STAMP.search(text) is not None,
    )


def _capitals(start: str) -> float:
    """The share of words that begin with a capital, among those whose script knows any."""
    if start.isascii():
        capitals = len(_CAPITAL_START.findall(start))
        cased = start.rstrip().count(" ") + 1 - len(_OTHER_START.findall(start))
    else:
        begun = [token[0] for token in start.split()]
        capitals = sum(map(str.isupper, begun))
        cased = capitals + sum(map(str.islower, begun))
    return capitals / cased if cased else 0.4


def _signs(texts: Sequence[str], worded: Sequence[Sequence[str]], width: Column) -> dict[str, NDArray[np.float32]]:
    """Which signs the lines bear, which short ones do, and which lines begin with one."""
    borne = np.zeros((2 * len(SIGNS), len(texts)), dtype=np.float32)
    for at, (text, words) in enumerate(zip(texts, worded, strict=True)):
        for row in _signs_of(words if len(text) <= _SEARCHED else folded(f"{text[:120]} {text[-60:]}")):
            borne[row, at] = 1
    bears, opens = borne[: len(SIGNS)], borne[len(SIGNS) :]
    short, quite_short = width < _SHORT, width < EDGES[4]
    found: dict[str, NDArray[np.float32]] = {}
    for number, sign in enumerate(SIGNS):
        found |= {sign: bears[number], f"{sign}_short": bears[number] * short, f"{sign}_opens": opens[number] * quite_short}
    return found


def _signs_of(words: Sequence[str]) -> set[int]:
    """The numbers of the SIGNS that folded words bear; of those they begin with, these and behind all of them once more."""
    spaced, unspaced = _phrases()
    found: set[int] = set()
    for at in () if spaced.keys().isdisjoint(words) else [at for at, word in enumerate(words) if word in spaced]:
        for sign, rest in spaced[words[at]]:
            if not rest or tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                found |= {sign, sign + len(SIGNS)} if at == 0 else {sign}
    plain = " ".join(words)
    if not plain.isascii() and is_dense(plain):
        for sign, way in enumerate(unspaced):
            if match := way.search(plain):
                found |= {sign} if match.start() else {sign, sign + len(SIGNS)}
    return found


@lru_cache
def _phrases() -> tuple[dict[str, list[tuple[int, tuple[str, ...]]]], list[re.Pattern[str]]]:
    """Phrases of scripts with spaces by their first word, with the number of the sign and their further words; one expression per sign for
    the other scripts."""
    spaced: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    unspaced: list[re.Pattern[str]] = []
    for number, sign in enumerate(SIGNS):
        dense = []
        for phrase in sorted(phrases()[sign]):
            words = folded(phrase)
            if is_dense(phrase):
                dense.append(re.escape(_APART.sub(" ", phrase)))
            elif words:
                spaced.setdefault(words[0], []).append((number, tuple(words[1:])))
        unspaced.append(re.compile("|".join(dense) or "(?!)"))
    return spaced, unspaced
