"""Stories that are several: one that a merge too many put together, or that grew out of two matters, comes apart at its weakest places.

Moves take one article at a time, and each looks well enough placed among those that came with it: so a wrong merge of two large
stories would stay. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons
from octavo.group.cuts import PART, graph, knots, sums
from octavo.group.ids import story_id
from octavo.group.state import State, StoryState
from octavo.group.table import beginnings
from octavo.group.window import NEIGHBOURS
from octavo.model import Decision, DecisionKind

Numbers = NDArray[np.int64]

MOVES = 3  # an article is put elsewhere at most so often: a page that goes on changing its mind is worse than one that is wrong
_TORN = 0.25  # probability that two parts are one story below which they are two: `merge` less so much that none goes back and forth
_LOOKED = 512  # live articles: a larger story is not cut, for its graph takes too long, and in a slice of it neighbours would be missing
_FRESH = 0.5  # share of the live articles whose neighbours changed since the last review, else nothing is new
_FAINT = 1e-3  # of an article with itself, so that none hangs on nothing
_TURNS = 32


class _Part(NamedTuple):
    """A part of a story: its rows, and why it is none with the rest."""

    rows: Numbers
    chance: float  # how probable it is at most one story with the others; of a knot, what share of the pairs with them is expected to be, at most
    within: float = 0.0  # of a knot, what share of the pairs in the looser of the two is, at least


def torn_stories(state: State, numbers: Sequence[int], busy: Collection[int] = ()) -> tuple[Decision, ...]:
    """SPLITs and MOVEs that take parts out of stories that are several; those in `busy` change otherwise in this turn."""
    decisions: list[Decision] = []
    for number, rows in _looked_at(state, numbers, busy):
        parts = _parts(state, rows)
        if len(parts) > 1:
            decisions += _torn(state, state.stories[number], parts)
    return tuple(decisions)


def _looked_at(state: State, numbers: Sequence[int], busy: Collection[int]) -> list[tuple[int, Numbers]]:
    """The stories of which much is new, with the rows of their live articles, oldest first."""
    window = state.window
    asked = np.zeros(state.cards.end, np.bool_)
    asked[[number for number in numbers if number >= state.cards.first and number not in busy]] = True
    story, changed = window.column("story"), window.column("changed")
    at = np.flatnonzero(asked.take(story))
    at = at[np.argsort(story[at], kind="stable")]
    starts = beginnings(story[at])
    counts = np.diff(starts, append=len(at))
    fresh = np.add.reduceat(changed[at], starts, dtype=np.int64) >= _FRESH * counts if len(at) else counts > 0
    looked = fresh & (counts >= 2 * PART) & (counts <= _LOOKED)
    each = [at[start : start + count] for start, count in zip(starts[looked], counts[looked], strict=True)]
    return [(int(story[own[0]]), own + window.first) for own in each]


def _parts(state: State, rows: Numbers) -> list[_Part]:
    """What a story (rows) falls into: parts that are cut off until the rest is not two, or else its two knots."""
    parts: list[_Part] = []
    while len(rows) >= 2 * PART and (cut := _cut(state, rows, knotted=not parts)):
        parts.append(cut._replace(rows=rows[cut.rows]))
        rows = np.delete(rows, cut.rows)
        if cut.within:
            break
    # The rest goes, if it goes, for what speaks least for it.
    last = max(parts, key=lambda part: part.chance, default=_Part(rows, 0.0))
    return [*parts, last._replace(rows=rows)]


def _torn(state: State, story: StoryState, parts: Sequence[_Part]) -> list[Decision]:
    """What takes all parts but one out of a story. Nothing where that would part what a person linked, or leave it behind."""
    parts = sorted(parts, key=lambda part: int(part.rows[0]))  # oldest first
    # Articles that have left the window stay: the oldest part goes on with them, however little of it is live.
    outlived = state.origin(story.articles[0]) not in state.rows
    staying = parts[0] if outlived else max(parts, key=lambda part: len(part.rows))
    leaving = [(part, going) for part in parts if part is not staying and (going := _going(state, part.rows))]
    wished = [company for article in story.articles if (company := state.wishes.company(article))]
    # A link may be what brought two stories together, and whoever made it is not to find the rest of them apart again.
    if not all(any(company.issubset(going) for _, going in leaving) for company in wished):
        return []
    return [decision for part, going in leaving for decision in _leaving(state, story, going, part)]


def _going(state: State, rows: Numbers) -> list[str]:
    """The articles that leave with a part (rows), with their copies; none if too few may."""
    rows = _hanging(state, rows)
    if len(rows) < PART:
        return []
    return [article for row in rows.tolist() for article in state.voice(state.window.ids[row - state.window.first])]


def _hanging(state: State, rows: Numbers) -> Numbers:
    """Those of a part (rows) that can leave as one story: not moved too often, and neighbours of others there, for what is near to nothing is no part."""
    window = state.window
    rows = rows[window.column("moves")[rows - window.first] < MOVES]
    neighbours = window.at("neighbours", rows - window.first)
    hanging: Numbers = rows[np.isin(neighbours, rows).any(1) | np.isin(rows, neighbours)]
    return hanging


def _cut(state: State, rows: Numbers, knotted: bool) -> _Part | None:
    """The smaller part (by its places) of a story (rows) that is cut where it has least company, if that is too little for one story; else, if
    it may be `knotted`, of one that is cut between two knots. None of a story that is neither.

    Cuts are sought along the second eigenvector of the normalised graph of neighbours (Shi & Malik 2000).
    """
    count = len(rows)
    pairs = graph(state, rows)
    order = _along(pairs)
    cut = np.arange(1, count)  # articles before each cut
    small = np.minimum(cut, count - cut)
    share = sums(pairs, order).between / (small * np.minimum(count - small, NEIGHBOURS / 2))
    share[small < PART] = np.inf
    best = int(share.argmin())
    chance, within = state.weights.limits.merge_company * float(share[best]), 0.0
    if chance >= _TORN:
        if not knotted:
            return None
        each, between = knots(state, rows, pairs, order)
        best = int(between.argmin())
        chance, within = float(between[best]), float(each[best])
        if not np.isfinite(chance):
            return None
    part = order[: best + 1] if 2 * (best + 1) < count else order[best + 1 :]
    return _Part(np.sort(part), chance, within)


def _along(pairs: NDArray[np.float64]) -> Numbers:
    """The order of the articles along the second eigenvector of their graph, normalised: by turns that bring it forth from their order of arrival."""
    turn, own = pairs.copy(), np.arange(len(pairs))
    turn[own, own] += _FAINT
    first = np.sqrt(turn.sum(1))
    turn /= first * first[:, None]
    turn[own, own] += 1
    turn /= 2
    along = np.linspace(-1, 1, len(pairs))
    along -= first * (first @ along) / (first @ first)
    for _ in range(_TURNS):
        along = turn.dot(along)  # of a small graph in half the time of `@`
    order: Numbers = np.argsort(along / first, kind="stable")
    return order


def _leaving(state: State, story: StoryState, going: Sequence[str], part: _Part) -> list[Decision]:
    """What takes articles out of a story into one of their own."""
    into, score = _home(state, story, going), 1 - part.chance
    many = (len(going), len(story.articles))
    why = reasons.of_knot(part.within, part.chance, *many) if part.within else reasons.of_tear(part.chance, _TORN, *many)
    split = Decision(DecisionKind.SPLIT, into, going[0], other=story.id, score=score, reasons=why)
    others = (f"leaves with {going[0]}",)
    return [split, *(Decision(DecisionKind.MOVE, into, one, other=story.id, score=score, reasons=others) for one in going[1:])]


def _home(state: State, story: StoryState, going: Sequence[str]) -> str:
    """The id of what leaves: that of a story which one of these opened and which `story` took in, for who knows that id looks for these."""
    for article in going:
        arrived, again = datetime.fromtimestamp(state.articles[article].arrived, UTC), 0
        while (id := story_id(article, arrived, again)) in state.numbers or not again:
            number = state.numbers.get(id, -1)
            if number >= state.cards.first and state.stories[number].replaced_by == story.id:
                return id
            again += 1
    return state.fresh_id(going[0])
