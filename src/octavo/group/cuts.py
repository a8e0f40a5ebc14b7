"""What the two parts of a story have in common, within each and between them: so that two matters that look alike can be told apart.

Two raids by one navy on pirates of one gulf are as near to each other as the reports on one raid often are, so nothing between them tells
that they are two. But the reports on each are far nearer still to one another: two knots.
"""

from __future__ import annotations

from collections.abc import Sequence
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


class Pairs(NamedTuple):
    """Pairs of articles by their places, each pair once and the first places ascending, and how much each counts."""

    one: Numbers
    other: Numbers
    weight: Shares


class Sums(NamedTuple):
    """What the pairs within the first part, within the second one and between them come to: a number each for every cut."""

    first: Shares
    second: Shares
    between: Shares


def cells(counts: Numbers) -> Numbers:
    """The squares of pairs of several stories, of so many articles each, stand one behind another in one array: for each article the number to
    which another one's place is added to get where their pair stands."""
    begin, square = counts.cumsum() - counts, (counts**2).cumsum() - counts**2
    found: Numbers = (square - begin * (counts + 1)).repeat(counts) + np.arange(counts.sum()) * counts.repeat(counts)
    return found


def graph(state: State, stories: Sequence[Numbers]) -> Pairs:
    """The pairs of live articles of one story of which one keeps the other as a neighbour, each by how probable it is that they are of one story.

    `stories` are their rows, and places are counted on from one story to the next.
    """
    window, counts = state.window, np.array([len(rows) for rows in stories])
    at, story = np.concatenate(stories) - window.first, np.arange(len(stories)).repeat(counts)
    places = np.full(len(window), -1, np.int32)
    places[at] = np.arange(len(at))
    neighbours = window.at("neighbours", at) - window.first
    theirs = places.take(neighbours, mode="clip")
    one, kept = ((neighbours >= 0) & (theirs >= 0) & (story.take(theirs) == story[:, None])).nonzero()
    other, chance = theirs[one, kept].astype(np.int64), probability(window.at("odds", at)[one, kept]).astype(np.float64)
    lines, chances = cells(counts), np.zeros((counts**2).sum())
    chances[lines[one] + other] = chance
    # Of two that keep each other, both have the same odds.
    once = (one < other) | (chances[lines[other] + one] == 0)
    return Pairs(one[once], other[once], chance[once])


def sums(pairs: Pairs, order: Numbers) -> Sums:
    """The sums of pairs at every cut of the articles in `order`: behind the first of them, behind the second, and so on."""
    count = len(order)
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    one, other = rank.take(pairs.one), rank.take(pairs.other)
    begun, within = (np.bincount(end, pairs.weight, count).cumsum() for end in (np.minimum(one, other), np.maximum(one, other)))
    # Rounding may leave less than 0.
    return Sums(within[:-1], np.maximum(within[-1] - begun[:-1], 0), np.maximum(begun[:-1] - within[:-1], 0))


def knots(state: State, rows: Numbers, pairs: Pairs, order: Numbers) -> tuple[Shares, Shares]:
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
    compared = (language == language[:, None]) & text & text[:, None]
    one, other = _once(compared)
    first, second, among = sums(Pairs(one, other, np.ones(len(one))), order)
    near = compared[pairs.one, pairs.other]
    known = sums(Pairs(*(column[near] for column in pairs)), order)
    within = np.minimum(known.first / np.maximum(first, 1), known.second / np.maximum(second, 1))
    two = (np.minimum(first, second) >= _PAIRS) & (among >= _PAIRS) & (within >= _KNOT) & (known.between < _APART * within * among)
    if not two.any():  # as mostly: what is known is enough to tell
        return none
    # An article with a free place would keep whatever was near to it at all.
    farthest = np.where((window.at("neighbours", at) >= window.first).all(1), probability(window.at("odds", at).min(1)), 0)
    unknown = compared.copy()
    unknown[pairs.one, pairs.other] = unknown[pairs.other, pairs.one] = False
    one, other = _once(unknown)
    at_most = sums(Pairs(one, other, np.minimum(farthest[one], farthest[other]).astype(np.float64)), order)
    between = (known.between + at_most.between) / np.maximum(among, 1)
    return within, np.where(two & (between < _APART * within), between, np.inf)


def _once(which: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """The places of those of all pairs of articles (symmetric), each pair once."""
    one, other = which.nonzero()
    return one[one < other], other[one < other]


def two_knots(state: State, one: Numbers, other: Numbers) -> bool:
    """Whether two stories (the rows of their live articles) are two knots, and so no story together."""
    rows = np.concatenate((one, other))
    if not len(one) or not len(other) or len(rows) > _MOST:
        return False
    _, between = knots(state, rows, graph(state, [rows]), np.arange(len(rows)))
    return bool(np.isfinite(between[len(one) - 1]))
