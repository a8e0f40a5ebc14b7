"""What each line of a page shows of itself, of what holds it and of its neighbours: numbers that no site and no language owns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log1p

import numpy as np
from numpy.typing import NDArray

from octavo.extract.page_lines import HINTS, HOLDERS, Frame, Line, Lines
from octavo.extract.text_lines import SIGNS, phrases
from octavo.model import BlockKind

_STOP = frozenset(".!?。！？．।؟۔…")
_CLOSING = "\"'”’»)]」』）】› "
_QUOTES = re.compile(r"[\"“”„«»「」『]")
_INNER_STOP = re.compile(r"[.!?…]['\"”’»)\]]*\s+['\"“‘«(\[¿¡]*[^\W\d_]|[。！？।]")
_COMMA = re.compile(r"[,，、،;；]")
_SEPARATOR = re.compile(r" [|/»›·•>–-] |\|")
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|[@#]\w")
_STAMP = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d[年月日時년월일]")
_BULLET = re.compile(r"[•·●▪■►▶→»›*+✓✔|-]\s|\d{1,2}[.)]\s")
_APART = re.compile(r"[\W_]+")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")
_EDGES = (12, 25, 45, 70, 100, 150, 250, 400)
_UNDER = tuple((False,) * at + (True,) * (len(_EDGES) - at) for at in range(len(_EDGES) + 1))  # by how many edges a width has reached
_TAGS = {
    tag: at
    for at, tag in enumerate(
        ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "figcaption", "blockquote", "span", "pre", "dd", "article", "section", "label")
    )
}
_KINDS = {kind: at for at, kind in enumerate(BlockKind)}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONG = 80  # characters from which a line's words count as the page's prose
_SHORT = 60  # width under which signs mean more
_START = 50  # characters of a line by which it is found again in what the page says of itself
_DIGIT = re.compile(r"\d")
_SEARCHED = 200  # characters: of a longer line only beginning and end are searched for signs
_PROSE = 45  # width from which a line may be prose
_WINDOWS = (2, 4, 8, 16)
_NEAR = ("log_width", "prose", "stops", "linked", "heading", "stamp", "heading_opens", "call", "h", "same_form", "body_own")
_UPS = 3  # frames above a line's own of which sums are taken
_BEST = 6  # levels to the frame with the most prose

_TEXT = (
    "constant", "log_width", *(f"width<{edge}" for edge in _EDGES), "stops", "stops_short", "cut_off", "colon", "inner_stops", "commas",
    "capitals", "all_caps", "lower_start", "digits", "quotes", "quote_start", "separators", "address", "bullet", "stamp", "stamp_short",
    "linked", "all_linked", "linked_short", "links", "strong", "parted", "repeated", "again", "headline", "headline_words", "stated",
    "not_stated", "described", "cohesion", "cohesion_short",
    *(f"{sign}{kind}" for sign in SIGNS for kind in ("", "_short", "_opens")),
)  # fmt: skip
_HELD = (
    *(f"tag_{tag}" for tag in _TAGS), *(f"kind_{kind}" for kind in _KINDS), *(f"in_{holder}" for holder in HOLDERS),
    *(f"own_{hint}" for hint in HINTS), *(f"all_{hint}" for hint in HINTS), "depth", "h",
    *(f"{name}^{up}" for up in range(_UPS + 1) for name in ("prose", "lines", "linked", "width", "paragraphs")),
    "best_up", "best_holds", "best_linked", "core_holds", "core_up", "form_prose", "form_lines", "form_width", "form_linked", "group_lines", "group_linked",
)  # fmt: skip
_PLACE = (
    "place", "place_from_start", "prose_before", "prose_after", "prose_peak", "below_headline", "headline_near", "has_headline", "has_stated",
)  # fmt: skip
FEATURES = (
    *_TEXT, *_HELD,
    *(f"{name}{step:+d}" for step in (-3, -2, -1, 1, 2, 3) for name in _NEAR),
    *(f"prose_mean{side}{n}" for side in "-+" for n in _WINDOWS),
    *(f"linked_mean{side}{n}" for side in "-+" for n in _WINDOWS),
    *_PLACE,
)  # fmt: skip
Matrix = NDArray[np.float32]


def features(page: Lines, headline: str | None = None, stated: str | None = None, described: str | None = None) -> Matrix:
    """One row a line, one column a name in FEATURES; every value lies about between -1 and 1.

    `headline` is the page's; `stated` the text that its JSON-LD gives, `described` what its meta tags say it is about.
    """
    lines, frames = page.lines, page.frames
    if not lines:
        return np.zeros((0, len(FEATURES)), dtype=np.float32)
    text = _text(lines, headline, stated, described)
    columns = {name: at for at, name in enumerate(_TEXT)}
    prose = _prose(lines, text[:, columns["stops"]], text[:, columns["log_width"]])
    held = _held(lines, frames, prose)
    own = np.hstack([text, held])
    names = {name: at for at, name in enumerate((*_TEXT, *_HELD))}
    head = next((at for at, value in enumerate(text[:, columns["headline"]]) if value), None)
    around = _around(lines, frames, own, names, prose, head, bool(headline), bool(stated))
    return np.hstack([own, around]).astype(np.float32)


def _prose(lines: Sequence[Line], stops: Matrix, log_width: Matrix) -> Matrix:
    """How much of each line is prose, 0 to 1: long, not linked, closed by a full stop."""
    width = np.expm1(log_width * 6)
    unlinked = 1 - np.array([line.linked / len(line.text) for line in lines], dtype=np.float32) if lines else np.zeros(0, np.float32)
    return np.asarray(np.minimum(width, 400) / 400 * np.where(stops > 0, 1.0, 0.3) * (width > _PROSE) * unlinked, dtype=np.float32)


# ---- of itself ----------------------------------------------------------------------------------------------------


def _text(lines: Sequence[Line], headline: str | None, stated: str | None, described: str | None) -> Matrix:
    bares = [folded(line.text) for line in lines]
    counts = Counter(bares)
    title, said, about = folded(headline or ""), folded(stated or ""), folded(described or "")
    title_words = frozenset(_telling(title))
    words = [frozenset(_telling(bare)) for bare in bares]
    spread = Counter(word for line, among in zip(lines, words, strict=True) if len(line.text) > _LONG for word in among)
    # How many lines of prose share a word, three at most: as a short line sees it, and as one of these lines does.
    shared = tuple({word: min(count - own, 3) for word, count in spread.items()} for own in (0, 1))
    seen: set[str] = set()
    rows = []
    borne = np.zeros((len(lines), 3 * len(SIGNS)), dtype=np.float32)
    for at, (line, bare, own) in enumerate(zip(lines, bares, words, strict=True)):
        length = len(line.text)
        width, shape = _shape(line.text)
        share = line.linked / length
        start = bare[:_START]
        among = shared[length > _LONG]
        cohesion = sum([among[word] for word in own if word in among]) / (3 * len(own)) if own else 0.0
        inside = bool(said) and width > _EDGES[1] and start in said
        rows.append(
            [
                *shape,
                share,
                share > 0.9,
                share * (width < _SHORT),
                min(line.links, 5) / 5,
                line.strong / length,
                line.parted,
                counts[bare] > 1,
                bare in seen,
                bool(title)
                and (
                    bare == title or (abs(len(bare) - len(title)) < 20 < len(title) and (bare.startswith(title) or title.startswith(bare)))
                ),
                len(title_words & own) / len(title_words) if title_words and length < _EDGES[-1] else 0.0,
                inside,
                bool(said) and width > _EDGES[1] and not inside,
                bool(about) and width > _PROSE and (start in about or (len(about) > _START and about[:_START] in bare)),
                cohesion,
                cohesion * (width < _EDGES[4]),
            ]
        )
        seen.add(bare)
        signs, opens = _signs_of(bare if length <= _SEARCHED else folded(f"{line.text[:120]} {line.text[-60:]}"))
        if signs:
            borne[at] = [
                told for sign in SIGNS for told in (sign in signs, sign in signs and width < _SHORT, sign in opens and width < _EDGES[4])
            ]
    return np.hstack([np.array(rows, dtype=np.float32), borne])


def folded(text: str) -> str:
    """A text as it is compared: without case and punctuation."""
    return _APART.sub(" ", text.casefold()).strip()


def _telling(bare: str) -> list[str]:
    """The words of a folded text that say what it is about; of scripts without blanks, pairs of characters."""
    if bare.isascii() or not _UNSPACED.search(bare):
        return [word for word in bare.split() if len(word) > 3]
    return [bare[at : at + 2] for at in range(len(bare) - 1) if " " not in bare[at : at + 2]]


def _shape(text: str) -> tuple[int, list[float]]:
    """The width of a text in letters, and what it shows of itself, in the order of _TEXT."""
    length = len(text)
    ascii = text.isascii()  # then plain counting does for some expressions, in a fraction of their time
    width = length if ascii else length + round(1.4 * len(_WIDE.findall(text)))
    bare = text[-12:].rstrip(_CLOSING)
    stops = bare[-1:] in _STOP and not bare.endswith(("..", "…"))
    start = text[:150]
    head = text[:600]
    cased = [first for token in start.split() if (first := token[0]).isupper() or first.islower()]
    digits = _DIGIT.findall(start)
    parted = not ascii or "|" in start or " - " in start or " / " in start or " > " in start
    stamp = width < 120 and bool(digits) and _STAMP.search(text) is not None
    return width, [
        1.0,
        log1p(width) / 6,
        *_UNDER[bisect_right(_EDGES, width)],
        stops,
        stops and width < _SHORT,
        bare.endswith(("..", "…")),
        bare.endswith((":", "：")),
        min(len(_INNER_STOP.findall(head)), 4) / 4 if width > 30 else 0.0,
        min(head.count(",") + head.count(";") if ascii else len(_COMMA.findall(head)), 5) / 5,
        sum(map(str.isupper, cased)) / len(cased) if cased else 0.4,
        width > 4 and start.isupper(),
        text[0].islower(),
        (len(digits) if ascii else sum(map(str.isascii, digits))) / len(start),
        '"' in text if ascii else _QUOTES.search(text) is not None,
        text[0] in '"“„«「『',
        min(len(_SEPARATOR.findall(start)), 3) / 3 if parted else 0.0,
        ("@" in start or "#" in start or "://" in start or "www." in start) and _ADDRESS.search(start) is not None,
        _BULLET.match(text) is not None,
        stamp,
        stamp and width < _SHORT,
    ]


@lru_cache(maxsize=4096)
def _signs_of(plain: str) -> tuple[frozenset[str], frozenset[str]]:
    """Which of SIGNS a folded text bears, and which of them it begins with."""
    spaced, unspaced = _phrases()
    signs: set[str] = set()
    opens: set[str] = set()
    words = plain.split()
    for at, word in () if spaced.keys().isdisjoint(words) else enumerate(words):
        for sign, rest in spaced.get(word, ()):
            if words[at + 1 : at + 1 + len(rest)] == rest:
                signs.add(sign)
                if at == 0:
                    opens.add(sign)
    if (not plain.isascii() and _WIDE.search(plain)) or _UNSPACED.search(plain):
        for sign, way in unspaced:
            if match := way.search(plain):
                signs.add(sign)
                if match.start() == 0:
                    opens.add(sign)
    return frozenset(signs), frozenset(opens)


@lru_cache
def _phrases() -> tuple[dict[str, list[tuple[str, list[str]]]], list[tuple[str, re.Pattern[str]]]]:
    """Phrases of scripts with spaces by their first word, with their further ones; one expression per sign for the other scripts."""
    spaced: dict[str, list[tuple[str, list[str]]]] = {}
    unspaced: list[tuple[str, re.Pattern[str]]] = []
    for sign in SIGNS:
        dense = []
        for phrase in sorted(phrases(sign)):
            if _WIDE.search(phrase) or _UNSPACED.search(phrase):
                dense.append(re.escape(_APART.sub(" ", phrase)))
            elif words := _APART.sub(" ", phrase).split():
                spaced.setdefault(words[0], []).append((sign, words[1:]))
        unspaced.append((sign, re.compile("|".join(dense) or "(?!)")))
    return spaced, unspaced


# ---- of what holds it ---------------------------------------------------------------------------------------------


def _held(lines: Sequence[Line], frames: Sequence[Frame], prose: Matrix) -> Matrix:
    n, many = len(lines), len(frames)
    above = np.array([frame.above for frame in frames], dtype=np.int64)
    at = np.array([line.frame for line in lines], dtype=np.int64)
    length = np.array([len(line.text) for line in lines], dtype=np.float64)
    linked = np.array([line.linked for line in lines], dtype=np.float64)
    told = (prose, np.ones(n), length, linked, prose > 0.15)  # prose, lines, characters, linked characters, lines of prose
    close = np.stack([np.bincount(at, one, many) for one in told], axis=1)
    # What a frame holds comes right after it: all that holds for it is a slice.
    ends = _ends(above)
    before = np.vstack([np.zeros(len(told)), np.cumsum(close, axis=0)])
    sums = before[ends] - before[:-1]
    total = max(float(prose.sum()), 1e-6)
    # The frame that holds the most prose closely: its children's counts whole, its grandchildren's by half.
    weight = np.zeros(many)
    holder = np.arange(many)
    for share in (1.0, 0.5):
        holder = np.where(holder >= 0, above[holder], -1)
        held = holder >= 0
        weight += share * np.bincount(holder[held], close[held, 0], many)
    best = core = int(weight.argmax())
    while above[core] >= 0 and sums[core, 0] < 0.6 * total:
        core = int(above[core])
    best_up, holds_best = _near(best, above, ends)
    core_up, holds_core = _near(core, above, ends)
    own = [frames[line.frame] for line in lines]
    hints = np.array([frame.hints for frame in frames], dtype=np.int64)
    columns: list[NDArray[np.floating]] = []
    frame = at
    for _ in range(_UPS + 1):
        part = sums[frame]
        columns += [
            part[:, 0] / total,
            np.log1p(part[:, 1]) / 6,
            part[:, 3] / np.maximum(part[:, 2], 1),
            np.log1p(part[:, 2] / np.maximum(part[:, 1], 1)) / 6,
            np.log1p(part[:, 4]) / 4,
        ]
        frame = np.where(above[frame] >= 0, above[frame], frame)
    columns += [
        best_up[at] / _BEST,
        holds_best[at],
        np.full(n, sums[best, 3] / max(sums[best, 2], 1)),
        holds_core[at],
        core_up[at] / _BEST,
    ]
    columns += _alike([frame.form for frame in own], prose, length, linked, total)
    columns += _grouped([line.group for line in lines], length, linked)
    return np.hstack(
        [
            np.array([_TAGS.get(frame.tag, -1) for frame in own])[:, None] == np.arange(len(_TAGS)),
            np.array([_KINDS[line.kind] for line in lines])[:, None] == np.arange(len(_KINDS)),
            _bits(np.array([frame.holders for frame in own], dtype=np.int64), len(HOLDERS)),
            _bits(hints[at] | hints[np.where(above[at] >= 0, above[at], at)], len(HINTS)),
            _bits(np.array([frame.all_hints for frame in own], dtype=np.int64), len(HINTS)),
            np.array([[frame.depth / 30, frame.tag in _HEADINGS] for frame in own]),
            np.stack(columns, axis=1),
        ]
    ).astype(np.float32)


def _bits(numbers: NDArray[np.int64], many: int) -> NDArray[np.int64]:
    """The lowest bits of each number, a column a bit."""
    found: NDArray[np.int64] = (numbers[:, None] >> np.arange(many)) & 1
    return found


def _ends(above: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each frame the number after the last one that it holds."""
    ups = above.tolist()
    ends = list(range(1, len(ups) + 1))
    for number in range(len(ups) - 1, 0, -1):
        up = ups[number]
        if up >= 0 and ends[number] > ends[up]:
            ends[up] = ends[number]
    return np.array(ends)


def _near(frame: int, above: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each frame the steps up from `frame` to the first that holds both, _BEST at most; and whether it stands in `frame`."""
    way = [frame]
    while above[way[-1]] >= 0:
        way.append(int(above[way[-1]]))
    steps = np.full(len(ends), _BEST)
    for far, number in reversed(list(enumerate(way))):
        steps[number : ends[number]] = min(far, _BEST)
    numbers = np.arange(len(ends))
    return steps, ((frame <= numbers) & (numbers < ends[frame])).astype(np.float64)


def _alike(
    forms: Sequence[int], prose: Matrix, length: NDArray[np.float64], linked: NDArray[np.float64], total: float
) -> list[NDArray[np.float64]]:
    """What lines that are held alike are like together."""
    _, which = np.unique(np.array(forms, dtype=np.int64), return_inverse=True)
    many = int(which.max(initial=-1)) + 1
    count = np.bincount(which, minlength=many)
    characters = np.bincount(which, length, many)
    return [
        (np.bincount(which, prose, many) / total)[which],
        (np.log1p(count) / 6)[which],
        (np.log1p(characters / np.maximum(count, 1)) / 6)[which],
        (np.bincount(which, linked, many) / np.maximum(characters, 1))[which],
    ]


def _grouped(groups: Sequence[int], length: NDArray[np.float64], linked: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    _, which = np.unique(np.array(groups, dtype=np.int64), return_inverse=True)
    many = int(which.max(initial=-1)) + 1
    characters = np.bincount(which, length, many)
    return [
        (np.log1p(np.bincount(which, minlength=many)) / 6)[which],
        (np.bincount(which, linked, many) / np.maximum(characters, 1))[which],
    ]


# ---- of its neighbours --------------------------------------------------------------------------------------------


def _around(
    lines: Sequence[Line],
    frames: Sequence[Frame],
    own: Matrix,
    names: dict[str, int],
    prose: Matrix,
    head: int | None,
    headed: bool,
    stated: bool,
) -> Matrix:
    n = len(lines)
    forms = np.array([frames[line.frame].form for line in lines], dtype=np.int64)
    column: dict[str, NDArray[np.floating]] = {name: own[:, at] for name, at in names.items()}
    column |= {"prose": prose, "body_own": own[:, names["own_body"]], "same_form": prose}  # the last is seen below, of each neighbour
    near = np.stack([column[name] for name in _NEAR], axis=1)
    blocks = []
    for step in (-3, -2, -1, 1, 2, 3):
        moved = np.zeros_like(near)
        if abs(step) < n:
            here, there = (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
            moved[here] = near[there]
            moved[here, _NEAR.index("same_form")] = forms[here] == forms[there]
        blocks.append(moved)
    blocks += [_mean(prose, side * size)[:, None] for side in (-1, 1) for size in _WINDOWS]
    blocks += [_mean(column["linked"], side * size)[:, None] for side in (-1, 1) for size in _WINDOWS]
    before = np.concatenate([[0.0], np.cumsum(prose)[:-1]]) if n else np.zeros(0)
    after = prose.sum() - before - prose
    order = np.arange(n)
    below = np.zeros(n) if head is None else (order > head).astype(float)
    distance = np.zeros(n) if head is None else np.exp(-np.abs(order - head) / 10)
    blocks.append(
        np.stack(
            [
                order / max(n - 1, 1), np.log1p(order) / 6, np.tanh(before / 3), np.tanh(after / 3), prose / max(float(prose.max(initial=0.0)), 1e-9),
                below, distance, np.full(n, float(head is not None and headed)), np.full(n, float(stated)),
            ],
            axis=1,
        )
    )  # fmt: skip
    return np.hstack(blocks).astype(np.float32)


def _mean(values: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Mean over the next `reach` values (the ones before for a negative reach), zero beyond the ends."""
    n, size = len(values), abs(reach)
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(n)
    low, high = (np.maximum(at - size, 0), at) if reach < 0 else (at + 1, np.minimum(at + 1 + size, n))
    low = np.minimum(low, n)
    return np.asarray((sums[high] - sums[low]) / size, dtype=np.float64)
