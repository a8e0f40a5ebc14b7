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
_MOST = 64  # articles of two knots: of more, the neighbours that each keeps are too few to tell
_TEXT = 32  # different words of an article from which on what is not alike in it says something: headlines alone are too short
_PAIRS = 6  # that can be compared within each part, those of four articles, and as many between them
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
    before, whole = inside[:-1], inside[-1]
    between = pairs.sum(1)[order].cumsum()[:-1] - 2 * before
    return Sums(before, whole - before - between, between)


def knots(state: State, rows: Numbers, pairs: Shares, order: Numbers) -> tuple[Shares, Shares]:
    """For every cut of live articles (rows, with their `graph`) in `order`: what share of the pairs is expected to be of one story within the
    looser part, at least, and what share of those between the parts, at most; infinite where these are no two knots.

    Only pairs of one language count, since two languages are always less sure of each other, and of articles with a text. Of a pair that
    neither article keeps nothing is known but that both keep nearer ones: between the parts it counts as much as the farthest of these.
    """
    window, at, count = state.window, rows - state.window.first, len(rows)
    none = np.zeros(count - 1), np.full(count - 1, np.inf)
    if count > _MOST:
        return none
    language, text = window.at("language", at), window.at("words", at)[:, _TEXT - 1] > 0
    if text.sum() < 2 * PART:
        return none
    compared = ((language == language[:, None]) & text & text[:, None]).astype(np.float64)
    np.fill_diagonal(compared, 0)
    # An article with a free place would keep whatever was near to it at all.
    farthest = np.where((window.at("neighbours", at) >= window.first).all(1), probability(window.at("odds", at).min(1)), 0)
    unknown = (pairs == 0) * np.minimum(farthest, farthest[:, None])
    first, second, among = sums(compared, order)
    known, at_most = sums(pairs * compared, order), sums(unknown * compared, order)
    within = np.minimum(known.first / np.maximum(first, 1), known.second / np.maximum(second, 1))
    between = (known.between + at_most.between) / np.maximum(among, 1)
    two = (np.minimum(first, second) >= _PAIRS) & (among >= _PAIRS) & (within >= _KNOT) & (between < _APART * within)
    return within, np.where(two, between, np.inf)


def two_knots(state: State, one: Numbers, other: Numbers) -> bool:
    """Whether two stories (the rows of their live articles) are two knots, and so no story together."""
    rows = np.concatenate((one, other))
    if not len(one) or not len(other) or len(rows) > _MOST:
        return False
    _, between = knots(state, rows, graph(state, rows), np.arange(len(rows)))
    return bool(np.isfinite(between[len(one) - 1]))
