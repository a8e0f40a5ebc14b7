"""From pairs of articles to stories: what speaks for an article's belonging to each story among its candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group.cards import Cards
from octavo.group.weights import STORY_FEATURES

Floats = NDArray[np.float32]
_LEAD = 3.0  # the most that a lead over all rivals counts, in log-odds
_RIVAL = -2.5  # the least that the best rival is taken for: in any real stream some other story is as near as that
_TOP = 3


@dataclass(frozen=True, slots=True, eq=False)
class StoryFeatures:
    """The stories among the candidates (numbers, ascending) and a row of `STORY_FEATURES` for each."""

    stories: NDArray[np.int64]
    matrix: Floats
    best: NDArray[np.int64]  # for each story, the candidate that speaks most for it
    members: NDArray[np.int64]  # for each story, how many candidates it has


def log_odds(matrix: Floats, names: tuple[str, ...], model: Mapping[str, float]) -> Floats:
    """The log-odds that a logistic model gives each row of features."""
    return np.asarray(matrix @ np.array([model[name] for name in names], np.float32), np.float32)


def probability(odds: float) -> float:
    """The probability of log-odds."""
    return float(1 / (1 + np.exp(-odds)))


def story_features(vector: Floats | None, stories: NDArray[np.int64], odds: Floats, cards: Cards) -> StoryFeatures:
    """The features of each story that a candidate is in.

    `stories` and `odds` go with the candidates: the story each is in and the log-odds of its pair with the article; `vector` is the
    article's, centred.
    """
    if not len(stories):
        empty = np.zeros(0, np.int64)
        return StoryFeatures(empty, np.zeros((0, len(STORY_FEATURES)), np.float32), empty, empty)
    order = np.lexsort((-odds, stories))
    numbers, starts, members = np.unique(stories[order], return_index=True, return_counts=True)
    ranked = odds[order]
    best = ranked[starts]
    rank = np.arange(len(order)) - np.repeat(starts, members)
    top = np.add.reduceat(ranked * (rank < _TOP), starts) / np.minimum(members, _TOP)
    rivals = np.sort(np.append(best, _RIVAL))[::-1]
    rival = np.maximum(np.where(best == rivals[0], rivals[1], rivals[0]), _RIVAL)
    known = numbers >= cards.first
    at = np.maximum(numbers - cards.first, 0)
    count = cards.column("vectors")[at].astype(np.float64)
    centre = np.zeros(len(numbers)) if vector is None else np.vecdot(cards.column("sum")[at], vector) / np.maximum(count, 1)
    # The square of the length of a sum of n unit vectors is n, plus twice the sum of all their cosines.
    cohesion = (cards.column("norm")[at] ** 2 - count) / np.maximum(count * (count - 1), 1) * (count > 1)
    columns = {
        "bias": np.ones(len(numbers)),
        "top": top,
        "centre": centre * known,
        "cohesion": cohesion * known,
        "single": np.where(known, cards.column("size")[at], members) == 1,
        "ahead": np.clip(best - rival, -_LEAD, _LEAD),
    }
    return StoryFeatures(numbers, np.stack([columns[name] for name in STORY_FEATURES], 1).astype(np.float32), order[starts], members)
