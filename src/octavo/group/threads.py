"""How alike groups of stories are: the stories of a thread, or one story by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from octavo.group.cards import COARSE, SHORT, Cards
from octavo.group.rarity import Rarity
from octavo.group.table import widened

Floats = NDArray[np.float32]
_SAMPLED = 16  # one value of so many is looked at first
_FEW = 25.0  # rarity of about five names: who has fewer is taken to have so many, else two shared places would be everything
_LOOSE = 0.05  # a group whose stories are less alike than this is taken to be no looser


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A group of stories as it is compared with others."""

    count: int  # stories
    total: Floats  # sum of their centres, each of length 1
    cohesion: float  # mean cosine of two of them; 1 for a single one
    names: Mapping[int, float]  # name word → sum, over the stories, of the square root of its part in the story's names by rarity


@dataclass(frozen=True, slots=True)
class Link:
    """How two groups of stories compare: the probability that they continue one another, and its features (`THREAD_FEATURES`)."""

    probability: float
    features: Mapping[str, float]


def nearest(cards: Cards, stories: Sequence[int], among: int, count: int, least: float) -> list[dict[int, float]]:
    """For each of `stories`, which have vectors, the stories (numbers) most like it and the cosines of their centres with its own.

    Nearest first, at most `count` each of the `among` last opened ones, and only those with a cosine of at least `least`. One matrix
    product serves all. The ranking that chooses the `count` is by the first numbers of the vectors alone, which is nearly as good and
    costs a third.
    """
    first = max(cards.first, cards.end - among)
    asked = np.array(stories, np.int64)
    centres = _centres(cards, asked - cards.first)
    means, lengths = (cards.column(name)[first - cards.first :] for name in ("mean", "length"))
    coarse = centres[:, :COARSE] @ cards.coarse(first)
    own = np.flatnonzero(asked >= first)
    coarse[own, asked[own] - first] = -np.inf
    count = min(count, len(means))
    found = []
    for one, centre, likeness in zip(asked.tolist(), centres, coarse, strict=True):
        near = _greatest(likeness, count)
        cosine = widened(means.take(near, 0)) @ centre / np.maximum(lengths.take(near), SHORT)
        order = np.lexsort((near, -cosine))
        order = order[(cosine[order] >= least) & (near[order] + first != one)]
        found.append(dict(zip((near[order] + first).tolist(), cosine[order].tolist(), strict=True)))
    return found


def _greatest(values: Floats, count: int) -> NDArray[np.int64]:
    """The positions of the `count` greatest values, in any order."""
    sample = values[::_SAMPLED]
    rank = 2 * count // _SAMPLED + 8  # a value of this rank in the sample has more than `count` above it, but for one case in many
    if rank < len(sample):
        (above,) = (values >= np.partition(sample, -rank)[-rank]).nonzero()
        if len(above) >= count:
            greatest: NDArray[np.int64] = above[values.take(above).argpartition(-count)[-count:]]
            return greatest
    return np.argpartition(values, -count)[-count:]


def profile(cards: Cards, rarity: Rarity, stories: Sequence[int] | NDArray[np.int64]) -> Profile:
    """The profile of stories (numbers) that have cards and vectors."""
    at = np.asarray(stories, np.int64) - cards.first
    total = _centres(cards, at).sum(0)
    # The square of the length of a sum of n unit vectors is n, plus twice the sum of all their cosines.
    count = len(at)
    cohesion = float(total @ total - count) / (count * (count - 1)) if count > 1 else 1.0
    words = cards.column("names")[at]
    rare = rarity.of(words)
    parts = np.sqrt(rare / np.maximum(rare.sum(1, keepdims=True), _FEW))
    names: dict[int, float] = {}
    for word, part in zip(words.ravel().tolist(), parts.ravel().tolist(), strict=True):
        if word:
            names[word] = names.get(word, 0.0) + part
    return Profile(count, total, max(cohesion, _LOOSE), names)


def _centres(cards: Cards, at: NDArray[np.int64]) -> Floats:
    """The centres of the stories at some positions, each of length 1."""
    length: Floats = np.maximum(cards.at("length", at), SHORT)
    centres: Floats = widened(cards.at("mean", at)) / length[:, None]
    return centres


def compare(one: Profile, other: Profile, model: Mapping[str, float]) -> Link:
    """How two groups of stories compare.

    Means over all pairs of their stories say much more than a single pair does, the more so the larger the groups are: so what they count
    grows with the size. And how alike two groups are is held against how alike the stories of each are.
    """
    pairs = one.count * other.count
    size, cosine = log(pairs), float(one.total @ other.total) / pairs
    few, many = sorted((one.names, other.names), key=len)
    names = sum(part * many[word] for word, part in few.items() if word in many) / pairs
    features = {
        "bias": 1.0,
        "cosine": cosine,
        "likeness": cosine / sqrt(one.cohesion * other.cohesion),
        "names": names,
        "size": size,
        "cosine * size": cosine * size,
        "names * size": names * size,
    }
    return Link(1 / (1 + exp(-sum(model[name] * value for name, value in features.items()))), features)


def days_apart(cards: Cards, ones: Sequence[int], others: Sequence[int]) -> float | None:
    """Days from the end of a story of the one group to the begin of one of the other, of the two closest in time; None without dates."""
    a, b = (np.array(stories, np.int64) - cards.first for stories in (ones, others))
    a, b = (at[cards.column("dated")[at]] for at in (a, b))
    if not len(a) or not len(b):
        return None
    begin, end = cards.column("begin"), cards.column("end")
    gaps = np.maximum(begin[a][:, None] - end[b], begin[b] - end[a][:, None])
    return max(float(gaps.min()), 0.0) / 24
