"""What each line of a page shows of itself, of what holds it and of its neighbours: numbers that no site and no language owns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from octavo.extract.line_text import LINE_FEATURES, line_columns
from octavo.extract.page_lines import HINTS, HOLDERS, Frame, Line, Lines
from octavo.model import BlockKind

_TAGS = {
    tag: at
    for at, tag in enumerate(
        ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "figcaption", "blockquote", "span", "pre", "dd", "article", "section", "label")
    )
}
_KINDS = {kind: at for at, kind in enumerate(BlockKind)}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WINDOWS = (2, 4, 8, 16)
_NEAR = ("log_width", "prose", "stops", "linked", "heading", "stamp", "heading_opens", "call", "h", "body_own", "same_form")
_STEPS = (-3, -2, -1, 1, 2, 3)
_UPS = 3  # frames above a line's own of which sums are taken
_BEST = 6  # levels to the frame with the most prose

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
    *LINE_FEATURES, *_HELD,
    *(f"{name}{step:+d}" for step in _STEPS for name in _NEAR),
    *(f"prose_mean{side}{n}" for side in "-+" for n in _WINDOWS),
    *(f"linked_mean{side}{n}" for side in "-+" for n in _WINDOWS),
    *_PLACE,
)  # fmt: skip
Matrix = NDArray[np.float32]


def features(page: Lines, headline: str | None = None, stated: str | None = None, described: str | None = None) -> Matrix:
    """One row a line, one column a name in FEATURES; every value lies about between -1 and 1.

    `headline` is the page's; `stated` the text that its JSON-LD gives, `described` what its meta tags say it is about.
    """
    lines = page.lines
    if not lines:
        return np.zeros((0, len(FEATURES)), dtype=np.float32)
    columns = line_columns(lines, headline, stated, described)
    prose = columns.pop("prose")
    held = _held(lines, page.frames, prose)
    seen = {**columns, "prose": prose, "h": held[:, _HELD.index("h")], "body_own": held[:, _HELD.index("own_body")]}
    forms = np.array([page.frames[line.frame].form for line in lines], dtype=np.int64)
    around = (_near([seen[name] for name in _NEAR[:-1]], forms), _means(prose), _means(columns["linked"]))
    place = _placed(prose, columns["headline"], bool(headline), bool(stated))
    return np.hstack([np.stack(list(columns.values()), axis=1), held, *around, place])


# ---- of what holds it ---------------------------------------------------------------------------------------------


def _held(lines: Sequence[Line], frames: Sequence[Frame], prose: Matrix) -> Matrix:
    """The columns of _HELD."""
    n, many = len(lines), len(frames)
    ups, _, hints, all_hints, holders, forms, depths = (np.array(column) for column in zip(*frames, strict=True))
    at = np.array([line.frame for line in lines])
    length = np.array([len(line.text) for line in lines], dtype=np.float64)
    linked = np.array([line.linked for line in lines], dtype=np.float64)
    told = (prose, np.ones(n), length, linked, prose > 0.15)  # prose, lines, characters, linked characters, lines of prose
    close = np.stack([np.bincount(at, one, many) for one in told], axis=1, dtype=np.float64)
    # What a frame holds comes right after it: all that holds for it is a slice.
    ends = _ends(ups)
    before = np.vstack([np.zeros(len(told)), np.cumsum(close, axis=0)])
    sums = before[ends] - before[:-1]
    total = max(float(prose.sum()), 1e-6)
    best = _closest(close[:, 0], ups)
    core = best
    while ups[core] >= 0 and sums[core, 0] < 0.6 * total:
        core = int(ups[core])
    best_up, holds_best = _steps_to(best, ups, ends)
    core_up, holds_core = _steps_to(core, ups, ends)
    above = np.where(ups >= 0, ups, np.arange(many))  # the first frame stands for its own holder
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
        frame = above[frame]
    columns += [
        best_up[at] / _BEST,
        holds_best[at],
        np.full(n, sums[best, 3] / max(sums[best, 2], 1)),
        holds_core[at],
        core_up[at] / _BEST,
    ]
    columns += _alike(forms[at], prose, length, linked, total)
    columns += _alike(np.array([line.group for line in lines]), prose, length, linked, total)[1::2]
    return np.hstack(
        [
            np.array([_TAGS.get(line.tag, -1) for line in lines])[:, None] == np.arange(len(_TAGS)),
            np.array([_KINDS[line.kind] for line in lines])[:, None] == np.arange(len(_KINDS)),
            _bits(holders[at], len(HOLDERS)),
            _bits((hints | hints[above])[at], len(HINTS)),
            _bits(all_hints[at], len(HINTS)),
            depths[at, None] / 30,
            np.array([line.tag in _HEADINGS for line in lines])[:, None],
            np.stack(columns, axis=1),
        ],
        dtype=np.float32,
    )


def _closest(prose: NDArray[np.float64], ups: NDArray[np.int64]) -> int:
    """The frame that holds the most prose closely: its children's counts whole, its grandchildren's by half."""
    many = len(ups)
    weight, holder = np.zeros(many), np.arange(many)
    for share in (1.0, 0.5):
        holder = np.where(holder >= 0, ups[holder], -1)
        held = holder >= 0
        weight += share * np.bincount(holder[held], prose[held], many)
    return int(weight.argmax())


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


def _steps_to(frame: int, ups: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each frame the steps up from `frame` to the first that holds both, _BEST at most; and whether it stands in `frame`."""
    way = [frame]
    while ups[way[-1]] >= 0:
        way.append(int(ups[way[-1]]))
    steps = np.full(len(ends), _BEST)
    for far, number in reversed(list(enumerate(way))):
        steps[number : ends[number]] = min(far, _BEST)
    numbers = np.arange(len(ends))
    return steps, (frame <= numbers) & (numbers < ends[frame])


def _alike(
    which: NDArray[np.int64], prose: Matrix, length: NDArray[np.float64], linked: NDArray[np.float64], total: float
) -> list[NDArray[np.float64]]:
    """What lines of which this number is the same are like together: share of the prose, lines, characters in each, share of links."""
    _, which = np.unique(which, return_inverse=True)
    many = int(which.max()) + 1
    count, characters = np.bincount(which, minlength=many), np.bincount(which, length, many)
    told = (
        np.bincount(which, prose, many) / total,
        np.log1p(count) / 6,
        np.log1p(characters / np.maximum(count, 1)) / 6,
        np.bincount(which, linked, many) / np.maximum(characters, 1),
    )
    return [column[which] for column in told]


# ---- of its neighbours --------------------------------------------------------------------------------------------


def _near(columns: Sequence[Matrix], forms: NDArray[np.int64]) -> Matrix:
    """What single lines around each are like: these columns of theirs, and whether they are held alike."""
    n, many = len(forms), len(_NEAR)
    found = np.zeros((n, len(_STEPS) * many), dtype=np.float32)
    own = np.stack(columns, axis=1)
    for at, step in enumerate(_STEPS):
        here, there = (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
        if abs(step) < n:
            found[here, at * many : (at + 1) * many - 1] = own[there]
            found[here, (at + 1) * many - 1] = forms[here] == forms[there]
    return found


def _means(values: Matrix) -> Matrix:
    """Means over the lines before each, and over those after it, of each of _WINDOWS; zero beyond the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at, sizes = np.arange(len(values))[:, None], np.array(_WINDOWS)
    before = sums[at] - sums[np.maximum(at - sizes, 0)]
    after = sums[np.minimum(at + 1 + sizes, len(values))] - sums[at + 1]
    return np.hstack([before / sizes, after / sizes]).astype(np.float32)


def _placed(prose: Matrix, headline: Matrix, headed: bool, stated: bool) -> Matrix:
    """Where each line stands: on the page, among its prose, below its headline; and what the page's head says at all."""
    n = len(prose)
    order = np.arange(n)
    before = np.cumsum(prose, dtype=np.float64) - prose
    after = prose.sum() - before - prose
    found = np.zeros((n, len(_PLACE)), dtype=np.float32)
    found[:, :5] = np.stack(
        [order / max(n - 1, 1), np.log1p(order) / 6, np.tanh(before / 3), np.tanh(after / 3), prose / max(float(prose.max()), 1e-9)], axis=1
    )
    if headline.any():
        head = int(headline.argmax())
        found[:, 5], found[:, 6], found[:, 7] = order > head, np.exp(-np.abs(order - head) / 10), headed
    found[:, 8] = stated
    return found
