"""Which stories continue one another: the same actors and matter, days or months apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group.cards import Card, Cards
from octavo.group.judge import log_odds
from octavo.group.pairs import overlap
from octavo.group.rarity import Rarity
from octavo.group.weights import THREAD_FEATURES

Floats = NDArray[np.float32]
_NEAREST = 30  # stories looked at closely


@dataclass(frozen=True, slots=True)
class Link:
    """Another story (its number), the probability that it and one story continue one another, and on what grounds."""

    story: int
    probability: float
    cosine: float
    words: float
    names: float
    days: float | None  # apart; None where either is undated


def nearest(card: Card, cards: Cards, rarity: Rarity) -> NDArray[np.int64]:
    """The stories (numbers, ascending) most like a card: by the vectors of their centres, without vectors by words."""
    if card.centre is not None:
        likeness: Floats = np.vecdot(cards.column("sum"), card.centre) / np.maximum(cards.column("norm"), 1e-6)
    else:
        likeness = overlap(card.words, cards.column("words"), rarity)[0]
    likeness = np.where(cards.column("size") > 0, likeness, -np.inf)
    near = np.argsort(-likeness, kind="stable")[:_NEAREST]
    return np.sort(near[np.isfinite(likeness[near])]) + cards.first


def features(card: Card, others: NDArray[np.int64], cards: Cards, rarity: Rarity) -> Floats:
    """A row of `THREAD_FEATURES` for a card with each of the other stories."""
    at = others - cards.first
    cosine, no_vector = np.zeros(len(at)), cards.column("vectors")[at] == 0
    if card.centre is not None:
        cosine = np.vecdot(cards.column("sum")[at], card.centre) / np.maximum(cards.column("norm")[at], 1e-6)
    columns = {
        "bias": np.ones(len(at)),
        "cosine": cosine,
        "words": overlap(card.words, cards.column("words")[at], rarity)[0],
        "names": overlap(card.names, cards.column("names")[at], rarity)[1],
        "gap": np.log1p(np.nan_to_num(_days_apart(card, at, cards))),
        "no_vector": no_vector | (card.centre is None),
    }
    return np.stack([columns[name] for name in THREAD_FEATURES], 1).astype(np.float32)


def links(card: Card, others: NDArray[np.int64], cards: Cards, rarity: Rarity, model: Mapping[str, float]) -> list[Link]:
    """How a card hangs together with each of the other stories, in their order."""
    if not len(others):
        return []
    matrix = features(card, others, cards, rarity)
    chances = 1 / (1 + np.exp(-log_odds(matrix, THREAD_FEATURES, model)))
    grounds = matrix[:, [THREAD_FEATURES.index(name) for name in ("cosine", "words", "names")]]
    days = _days_apart(card, others - cards.first, cards)
    return [
        Link(story, chance, cosine, words, names, None if np.isnan(apart) else apart)
        for story, chance, (cosine, words, names), apart in zip(
            others.tolist(), chances.tolist(), grounds.tolist(), days.tolist(), strict=True
        )
    ]


def _days_apart(card: Card, at: NDArray[np.int64], cards: Cards) -> NDArray[np.float64]:
    # From the end of the one to the begin of the other; nan where either is undated.
    if card.begin is None or card.end is None:
        return np.full(len(at), np.nan)
    before, after = card.begin - cards.column("end")[at], cards.column("begin")[at] - card.end
    return np.where(cards.column("dated")[at], np.maximum(np.maximum(before, after), 0) / 24, np.nan)
