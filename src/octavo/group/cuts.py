"""What the two parts of a story have in common, within each and between them: so that two matters that look alike can be told apart.

Two raids by one navy on pirates of one gulf are as near to each other as the reports on one raid often are, so nothing between them tells
that they are two. But the reports on each are far nearer still to one another: two knots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from octavo.group.network import probability
from octavo.group.state import State

Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]

PART = 4  # articles of a part: fewer leave one by one, by moves
_MOST = 32  # articles of two knots: of more, an article's kept neighbours are too few to tell
_TEXT = 32  # different words of an article from which on what is not alike in it says something: headlines alone are too short
_PAIRS = 6  # that can be compared, within each part and between them: those of four articles
_KNOT = 0.8  # of the pairs within each part that are expected to be of one story
_APART = 0.65  # of that share, which the share of the pairs between them is below


class Sums(NamedTuple):
    """What the pairs within the first part, within the second one and between them come to: a number each for every cut."""

    first: Shares
    second: Shares
    between: Shares


def graph(state: State, rows: Numbers) -> Shares:
    """How probable each pair of live articles (rows) is of one story, 0 where neither keeps the other as a neighbour: articles x articles."""
    window, at, count = state.window, rows - state.window.first, len(rows)
    ascending = np.argsort(rows, kind="stable")
    neighbours = window.at("neighbours", at)
    place = ascending.take(np.minimum(rows.searchsorted(neighbours, sorter=ascending), count - 1))
    one, kept = np.nonzero(rows[place] == neighbours)
    pairs = np.zeros((count, count))
    pairs[one, place[one, kept]] = probability(window.at("odds", at)[one, kept])
    return np.maximum(pairs, pairs.T)


def sums(pairs: Shares, order: Numbers) -> Sums:
    """The sums of pairs (symmetric) at every cut of the articles in `order`: behind the first of them, behind the second, and so on."""
    inside = pairs.take(order, 0).take(order, 1).cumsum(0).cumsum(1).diagonal() / 2
    before, all = inside[:-1], inside[-1]
    between = pairs.sum(1)[order].cumsum()[:-1] - 2 * before
    return Sums(before, all - before - between, between)


def knots(state: State, rows: Numbers, pairs: Shares, order: Numbers) -> tuple[Shares, Shares]:
    """For every cut of live articles (rows, with their `graph`) in `order`: what share of the pairs is expected to be of one story within the
    looser part, and what share of those between the parts; 0 and 0 where these are no two knots.

    Only pairs of one language count, since two languages are always less sure of each other, and of articles with a text.
    """
    count = len(rows)
    nothing = np.zeros(max(count - 1, 0))
    window, at = state.window, rows - state.window.first
    language, text = window.at("language", at), window.at("words", at)[:, _TEXT - 1] > 0
    if count > _MOST or text.sum() < 2 * PART:
        return nothing, nothing
    compared = ((language == language[:, None]) & text & text[:, None]).astype(np.float64)
    np.fill_diagonal(compared, 0)
    possible = np.array(sums(compared, order))
    first, second, between = np.array(sums(pairs * compared, order)) / np.maximum(possible, 1)
    within = np.minimum(first, second)
    two = (possible.min(0) >= _PAIRS) & (within >= _KNOT) & (between < _APART * within)
    return np.where(two, within, 0), np.where(two, between, 0)


def two_knots(state: State, one: Numbers, other: Numbers) -> bool:
    """Whether two stories (the rows of their live articles) are two knots, and so no story together."""
    rows = np.concatenate((one, other))
    if not len(one) or not len(other) or len(rows) > _MOST:
        return False
    within, _ = knots(state, rows, graph(state, rows), np.arange(len(rows)))
    return bool(within[len(one) - 1] > 0)
