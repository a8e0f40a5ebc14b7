"""Stories that are several: one that a merge too many put together, or that grew out of two matters, comes apart at its weakest places.

Moves take one article at a time, and each looks well enough placed among those that came with it: so a wrong merge of two large
stories would stay. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons
from octavo.group.cuts import PART, Pairs, Shares, cells, graph, knots, sums
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
# Pairs of articles (neighbours, where these are more) of the stories that are cut at once; 8 bytes for each stand in memory several times.
_AT_ONCE = 1 << 19
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
    for looked in _portions(_looked_at(state, numbers, busy)):
        for (number, _), parts in zip(looked, _parts(state, [rows for _, rows in looked]), strict=True):
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


def _portions(looked: Sequence[tuple[int, Numbers]]) -> Iterator[list[tuple[int, Numbers]]]:
    """Some stories at a time: to cut them at once takes less time than one after another, but of large ones much memory."""
    pairs = accumulate(len(rows) * max(len(rows), NEIGHBOURS) for _, rows in looked)
    for _, some in groupby(zip(pairs, looked, strict=True), key=lambda one: one[0] // _AT_ONCE):
        yield [story for _, story in some]


def _parts(state: State, stories: Sequence[Numbers]) -> list[list[_Part]]:
    """What each story (rows) falls into: parts that are cut off until the rest is not two, or else its two knots."""
    parts, rest = [list[_Part]() for _ in stories], list(stories)
    left = list(range(len(stories)))
    while left:
        cuts = _cuts(state, [rest[place] for place in left], [not parts[place] for place in left])
        cut_off = [(place, cut) for place, cut in zip(left, cuts, strict=True) if cut]
        for place, cut in cut_off:
            parts[place].append(cut._replace(rows=rest[place][cut.rows]))
            rest[place] = np.delete(rest[place], cut.rows)
        left = [place for place, cut in cut_off if not cut.within and len(rest[place]) >= 2 * PART]
    for place, rows in enumerate(rest):
        # The rest goes, if it goes, for what speaks least for it.
        last = max(parts[place], key=lambda part: part.chance, default=_Part(rows, 0.0))
        parts[place].append(last._replace(rows=rows))
    return parts


def _torn(state: State, story: StoryState, parts: Sequence[_Part]) -> list[Decision]:
    """What takes all parts but one out of a story. Nothing where that would part what a person linked, or leave it behind."""
    parts = sorted(parts, key=lambda part: int(part.rows[0]))  # oldest first
    # Articles that have left the window stay: the oldest part goes on with them, however little of it is live.
    outlived = state.row(state.origin(story.articles[0])) is None
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


def _cuts(state: State, stories: Sequence[Numbers], knotted: Sequence[bool]) -> list[_Part | None]:
    """The smaller part (by its places) of each story (rows) that is cut where it has least company, if that is too little for one story; else, if
    it may be `knotted`, of one that is cut between two knots. None of a story that is neither.

    Cuts are sought along the second eigenvector of the normalised graph of neighbours (Shi & Malik 2000).
    """
    pairs, begin = graph(state, stories), 0
    order = _along(pairs, np.array([len(rows) for rows in stories]))
    between = sums(pairs, order).between
    found = []
    for rows, may in zip(stories, knotted, strict=True):
        end = begin + len(rows)
        along = order[begin:end] - begin
        part = _weakest(state, along, between[begin : end - 1])
        if part is None and may:
            own = slice(*pairs.one.searchsorted((begin, end)).tolist())
            part = _knot(state, rows, Pairs(pairs.one[own] - begin, pairs.other[own] - begin, pairs.weight[own]), along)
        found.append(part)
        begin = end
    return found


def _weakest(state: State, order: Numbers, between: Shares) -> _Part | None:
    """What a story is cut off where it has least company, `between` the parts at every cut of its articles in `order`; None if it is one story."""
    count = len(order)
    before = np.arange(PART, count - PART + 1)  # articles before each cut
    small = np.minimum(before, count - before)
    share = between[PART - 1 : count - PART] / (small * np.minimum(count - small, NEIGHBOURS / 2))
    best = int(share.argmin())
    chance = state.weights.limits.merge_company * float(share[best])
    return _Part(_smaller(order, PART + best), chance) if chance < _TORN else None


def _knot(state: State, rows: Numbers, pairs: Pairs, order: Numbers) -> _Part | None:
    """The smaller of the two knots that a story is, if it is two."""
    within, between = knots(state, rows, pairs, order)
    best = int(between.argmin())
    return _Part(_smaller(order, best + 1), float(between[best]), float(within[best])) if np.isfinite(between[best]) else None


def _smaller(order: Numbers, before: int) -> Numbers:
    """The smaller part of a story that is cut behind so many of its articles, by their places."""
    return np.sort(order[:before] if 2 * before < len(order) else order[before:])


def _along(pairs: Pairs, counts: Numbers) -> Numbers:
    """The places of all stories' articles, story by story (each of so many): within one in the order along the second eigenvector of its graph,
    normalised, which turns bring forth from the order of arrival."""
    one, other, weight = pairs
    own, lines = np.arange(counts.sum()), cells(counts)
    first = np.sqrt(np.bincount(one, weight, len(own)) + np.bincount(other, weight, len(own)) + _FAINT)
    turns = np.zeros((counts**2).sum())
    turns[lines[one] + other] = turns[lines[other] + one] = weight / (2 * first[one] * first[other])
    turns[lines + own] = 0.5 + _FAINT / (2 * first**2)
    found, begin, square = [], 0, 0
    for count in counts.tolist():
        turn, root = turns[square : square + count**2].reshape(count, count), first[begin : begin + count]
        along = np.arange(count) - (count - 1) / 2
        along -= root * (root @ along) / (root @ root)
        for _ in range(_TURNS):
            along = turn.dot(along)  # of a small graph in half the time of `@`
        found.append(np.argsort(along / root, kind="stable") + begin)
        begin, square = begin + count, square + count**2
    return np.concatenate(found)


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
