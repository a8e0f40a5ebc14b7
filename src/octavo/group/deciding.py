"""Decides where a new article belongs, from the state as it is. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons
from octavo.group.copies import Copied
from octavo.group.features import PAIR_FEATURES
from octavo.group.ids import story_id
from octavo.group.judge import Homes, Seen, homes
from octavo.group.network import probability
from octavo.group.pairs import features
from octavo.group.reading import DIMENSIONS, Reading
from octavo.group.state import State
from octavo.group.weights import Weights
from octavo.group.window import NEIGHBOURS, WORDS
from octavo.model import Decision, DecisionKind

Floats = NDArray[np.float32]
_WORDS, _HEADLINE, _GAP = (PAIR_FEATURES.index(name) for name in ("words", "headline", "gap"))
_EQUAL = 0.98  # cosine of words


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How an article compares with the live ones. `pairs` and `odds` go with `rows`; the pair model is learned from looks."""

    reading: Reading
    words: NDArray[np.int32]  # those the article is known by
    vector: Floats | None  # centred
    background: float
    rows: NDArray[np.int64]  # the candidates, ascending
    pairs: Floats
    odds: Floats  # that the candidate and the article are of one story
    copied: Copied | None
    order: NDArray[np.int64] = field(init=False, repr=False)  # of the candidates, the surest first

    def __post_init__(self) -> None:
        object.__setattr__(self, "order", (-self.odds).argsort(kind="stable"))

    def near(self, least: float) -> NDArray[np.int64]:
        """Which of the candidates are of one story with the article with log-odds above `least`, the surest first."""
        near: NDArray[np.int64] = self.order[: np.count_nonzero(self.odds > least)]
        return near


def look(state: State, reading: Reading, now: datetime) -> Look:
    """Compares an article with its candidates, and with the texts of which it may be a copy."""
    window = state.window
    copied = state.copies.find(reading.text)
    words = state.rarity.rarest(reading.uses, WORDS)
    vector = None if reading.vector is None or not reading.uses else state.centre.centred(reading.vector, reading.language)
    if copied is not None:  # it is judged by its origin alone
        none = np.zeros(0, np.int64)
        return Look(reading, words, vector, 0.0, none, np.zeros((0, len(PAIR_FEATURES)), np.float32), np.zeros(0, np.float32), copied)
    rows, background = window.candidates(vector, words, state.rarity, window.first_live(now.timestamp() / 3600))
    pairs = features(reading, words, vector, background, window, rows - window.first, state.rarity)
    return Look(reading, words, vector, background, rows, pairs, pair_odds(pairs, state.weights), None)


def pair_odds(pairs: Floats, weights: Weights) -> Floats:
    """Log-odds that the pairs are of one story.

    What was published after a story has closed is another one, of the same thread perhaps. And equal words that come too late to be a copy
    are the next of a series, or old ones served again.
    """
    odds, gap = weights.pair.odds(pairs), np.expm1(pairs[:, _GAP])
    late = gap > 24 * weights.limits.window_days
    late |= (gap > 24 * weights.copies.days) & (pairs[:, _WORDS] > _EQUAL) & (pairs[:, _HEADLINE] > _EQUAL)
    odds[late] = -np.inf
    return odds


def decide(state: State, seen: Look) -> Decision:
    """A COPY, JOIN or OPEN for an article."""
    if seen.copied is not None:
        return _copied(state, seen, seen.copied)
    one = as_seen(state, seen)
    places = homes(one, state.cards)
    chances = np.minimum(probability(state.weights.story.odds(places.matrix)), state.weights.limits.company * places.company)
    best = int(np.argmax(chances)) if len(chances) else None
    if best is not None and chances[best] >= state.weights.limits.join:
        nearest = int(seen.order[(one.stories[0] == places.stories[best]).argmax()])
        return _joined(state, seen, places, best, nearest, float(chances[best]))
    return _opened(state, seen, None if best is None else float(chances[best]))


def as_seen(state: State, seen: Look) -> Seen:
    """The article with those of its candidates that would be its neighbours."""
    window, moment = state.window, seen.reading.moment
    near = seen.near(state.weights.limits.neighbour)[:NEIGHBOURS]
    at = seen.rows.take(near) - window.first
    return Seen(
        vectors=(np.zeros(DIMENSIONS, np.float32) if seen.vector is None else seen.vector)[None],
        homes=np.array([-1]),
        times=np.array([np.nan if moment is None else moment.middle]),
        backgrounds=np.array([seen.background], np.float32),
        languages=np.array([window.code(seen.reading.language)]),
        stories=window.at("story", at).astype(np.int64)[None],
        odds=seen.odds.take(near)[None],
        their_languages=window.column("language")[at][None],
    )


def _copied(state: State, seen: Look, copied: Copied) -> Decision:
    story = state.stories[state.articles[copied.origin].story]
    return Decision(
        DecisionKind.COPY, story.id, seen.reading.article, other=copied.origin, score=copied.alike, reasons=reasons.of_copy(copied)
    )


def _joined(state: State, seen: Look, places: Homes, best: int, nearest: int, chance: float) -> Decision:
    number = int(places.stories[best])
    why = reasons.of_join(seen.reading, seen.words, state.window, int(seen.rows[nearest]), seen.pairs[nearest], state.rarity)
    near = f"near to {places.neighbours[best]} of its {len(state.stories[number].articles)} articles"
    return Decision(DecisionKind.JOIN, state.stories[number].id, seen.reading.article, score=chance, reasons=(*why, near))


def _opened(state: State, seen: Look, chance: float | None) -> Decision:
    reading = seen.reading
    why = "no live article is near"
    if chance is not None:
        why = f"the nearest story reaches {chance:.2f}, {state.weights.limits.join:.2f} is asked for"
    return Decision(DecisionKind.OPEN, story_id(reading.article, reading.arrived), reading.article, score=chance, reasons=(why,))
