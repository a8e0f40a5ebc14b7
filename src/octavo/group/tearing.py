"""Stories that are two: one that a merge too many put together, or that grew out of two matters, comes apart at its weakest place.

Moves take one article at a time, and each looks well enough placed among those that came with it: so a wrong merge of two large
stories would stay. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons
from octavo.group.network import probability
from octavo.group.state import State
from octavo.group.table import beginnings
from octavo.group.window import NEIGHBOURS
from octavo.model import Decision, DecisionKind

Numbers = NDArray[np.int64]

MOVES = 3  # an article is put elsewhere at most so often: a page that goes on changing its mind is worse than one that is wrong
_TORN = 0.25  # probability that the two parts are one story below which they are two: `merge` less so much that none goes back and forth
_PART = 4  # articles of the smaller part: fewer leave one by one, by moves
_LOOKED = 256  # newest live articles of a story that are looked at
_FRESH = 0.5  # share of these whose neighbours changed since the last review, else nothing is new
_FAINT = 1e-3  # of an article with itself, so that none hangs on nothing
_TURNS = 32


def torn_stories(state: State, numbers: Sequence[int], busy: Collection[int] = ()) -> tuple[Decision, ...]:
    """SPLITs and MOVEs that take the smaller part out of stories that are two; those in `busy` change otherwise in this turn."""
    decisions: list[Decision] = []
    for number, rows in _looked_at(state, numbers, busy):
        chance, part = _weakest(state, rows)
        if chance < _TORN:
            decisions += _leaving(state, number, rows[part], chance)
    return tuple(decisions)


def _looked_at(state: State, numbers: Sequence[int], busy: Collection[int]) -> list[tuple[int, Numbers]]:
    """The stories of which much is new, with the rows of their newest live articles, oldest first."""
    window = state.window
    asked = np.zeros(state.cards.end, np.bool_)
    asked[[number for number in numbers if number >= state.cards.first and number not in busy]] = True
    story, changed = window.column("story"), window.column("changed")
    at = np.flatnonzero(asked.take(story))
    at = at[np.argsort(story[at], kind="stable")]
    starts = beginnings(story[at])
    found = []
    for start, count in zip(starts.tolist(), np.diff(starts, append=len(at)).tolist(), strict=True):
        end = start + count
        newest = at[max(start, end - _LOOKED) : end]
        if count >= 2 * _PART and changed[newest].mean() >= _FRESH:
            found.append((int(story[newest[0]]), newest + window.first))
    return found


def _weakest(state: State, rows: Numbers) -> tuple[float, Numbers]:
    """The cut of a story (rows) in two that has the least company: how probable it leaves one story, and the places of the smaller part.

    Cuts are sought along the second eigenvector of the normalised graph of neighbours (Shi & Malik 2000).
    """
    window, at, count = state.window, rows - state.window.first, len(rows)
    neighbours = window.at("neighbours", at)
    place = np.minimum(rows.searchsorted(neighbours), count - 1)
    one, kept = np.nonzero(rows[place] == neighbours)
    pairs = np.zeros((count, count))
    pairs[one, place[one, kept]] = probability(window.at("odds", at)[one, kept])
    pairs = np.maximum(pairs, pairs.T)
    order = _along(pairs)
    cut = np.arange(1, count)  # articles before each cut
    inside = pairs[order][:, order].cumsum(0).cumsum(1).diagonal()
    links = pairs.sum(1)[order].cumsum()[:-1] - inside[:-1]
    small = np.minimum(cut, count - cut)
    share = links / (small * np.minimum(count - small, NEIGHBOURS / 2))
    share[small < _PART] = np.inf
    best = int(share.argmin()) + 1
    part = order[:best] if 2 * best < count else order[best:]
    return state.weights.limits.merge_company * float(share[best - 1]), np.sort(part)


def _along(pairs: NDArray[np.float64]) -> Numbers:
    """The order of the articles along the second eigenvector of their graph, normalised: by turns that bring it forth from their order of arrival."""
    own = np.eye(len(pairs))
    graph = pairs + _FAINT * own
    first = np.sqrt(graph.sum(1))
    turn = (graph / (first * first[:, None]) + own) / 2
    along = np.linspace(-1, 1, len(pairs))
    along -= first * (first @ along) / (first @ first)
    for _ in range(_TURNS):
        along = turn @ along
    order: Numbers = np.argsort(along / first, kind="stable")
    return order


def _leaving(state: State, number: int, rows: Numbers, chance: float) -> list[Decision]:
    """What takes articles (rows) with their copies out of a story into one of their own; those moved too often stay. Nothing where one was linked."""
    window, story = state.window, state.stories[number]
    rows = rows[window.column("moves")[rows - window.first] < MOVES]
    going = [article for row in rows.tolist() for article in state.voice(window.ids[row - window.first])]
    if len(rows) < _PART or len(going) == len(story.articles) or any(state.wishes.company(article) for article in going):
        return []
    fresh = state.fresh_id(going[0])
    why = reasons.of_tear(chance, _TORN, len(going), len(story.articles))
    split = Decision(DecisionKind.SPLIT, fresh, going[0], other=story.id, score=1 - chance, reasons=why)
    others = (f"leaves with {going[0]}",)
    return [split, *(Decision(DecisionKind.MOVE, fresh, one, other=story.id, score=1 - chance, reasons=others) for one in going[1:])]
