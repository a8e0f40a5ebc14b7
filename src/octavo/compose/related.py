"""What else there is on a matter: related stories with the outlets that have them, each with the reason.

Three signs, each of which can be shown to a reader: the same thread, several names that both have and few others do (inverse document
frequency over the candidates, Spärck Jones 1972), and a like meaning by their vectors, from which the mean of their language is taken away,
since else texts of one language are all alike. Nothing is related by a sum of which no part can be named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import fsum, log
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from octavo.compose.voices import by_time, moment
from octavo.model import Annotation, Article, Story
from octavo.moments import instant
from octavo.words import fold

NAMES = 24  # of a story, those that most of its articles have
NEAR = 0.3  # cosine that is a reason; those of unrelated texts lie around 0, less than 0.15 away for two of three
OWN_MEAN = 5  # candidates of a language that count as much for its mean as those of all languages together
SEVERAL = 2  # shared names that are a reason
RARE = 0.3  # share of the weight of our names that they must have
SHOWN = 4  # shared names that a reason lists
EVERYWHERE = 0.1  # share of the candidates from which on a name says nothing
LEAST = 1e-6  # length of a vector that is not nought
NOWHERE: frozenset[int] = frozenset()  # the places of what no candidate has
FEW = 12.0  # weight of about four rare names: who has fewer is taken to have so much, else one shared place would be everything


@dataclass(frozen=True)
class Card:
    """A story as far as it is compared with others."""

    id: str
    headline: str | None
    language: str | None  # of the headline
    names: tuple[str, ...]  # as printed, the most important first
    vector: bytes = b""  # as in `Annotation`, or the mean of several; b"" for none
    thread: str | None = None
    outlets: tuple[str, ...] = ()  # in order of first report
    newest: datetime | None = None

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Its names as they are compared: by hundreds of other stories, one after the other."""
        return tuple(map(fold, self.names))

    @cached_property
    def distinct(self) -> frozenset[str]:
        return frozenset(self.folded)

    @cached_property
    def folded_outlets(self) -> frozenset[str]:
        return frozenset(map(fold, self.outlets))

    @cached_property
    def direction(self) -> NDArray[np.float32]:
        """Its vector (dimensions,) at length 1."""
        return _unit(_numbers(self.vector))


@dataclass(frozen=True, slots=True)
class Related:
    """Something related and why: by its thread, by likeness, or else by the shared names alone."""

    card: Card
    thread: bool  # it stands in the same thread
    names: tuple[str, ...]  # shared names, the rarest first, as this card prints them
    likeness: float | None  # cosine of the two vectors, each less the mean of its language; None where it is no reason


def story_card(story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], language: str | None = None) -> Card:
    """A story's card, out of its articles (texts are not needed). `language` is that of its headline."""
    read = [annotations[article.id] for article in articles if article.id in annotations]
    counts: Counter[str] = Counter()
    printed: dict[str, str] = {}
    for annotation in read:
        for name in annotation.names:
            counts[fold(name)] += 1
            printed.setdefault(fold(name), name)
    vectors = [_numbers(annotation.vector) for annotation in read if annotation.vector]
    dated = [article for article in articles if instant(article.published) or article.seen_at]
    return Card(
        id=story.id,
        headline=story.headline,
        language=language,
        names=tuple(printed[name] for name, _ in counts.most_common(NAMES)),
        vector=np.mean(vectors, axis=0).astype("<f2").tobytes() if vectors else b"",
        thread=story.thread,
        outlets=tuple(dict.fromkeys(article.publisher for article in by_time(articles) if article.publisher)),
        newest=max(map(moment, dated)) if dated else None,
    )


class Crowd:
    """The candidates, made ready once for all stories that are compared with them: what a name or a cosine says is judged by all of them."""

    def __init__(self, cards: Sequence[Card]) -> None:
        """`cards`: many, not a choice (some hundred recent stories)."""
        self.cards = tuple(cards)
        self.named = _places((name, place) for place, card in enumerate(self.cards) for name in card.distinct)  # by folded name
        self.threads = _places((card.thread, place) for place, card in enumerate(self.cards) if card.thread)
        self._having = [place for place, card in enumerate(self.cards) if card.vector]
        directions = np.stack([self.cards[place].direction for place in self._having]) if self._having else np.zeros((0, 1), np.float32)
        languages = [self.cards[place].language for place in self._having]
        self._mean = directions.sum(axis=0) / max(len(self._having), 1)
        self._means: dict[str | None, NDArray[np.float32]] = {}
        for language in set(languages):
            theirs = np.array([other == language for other in languages])
            self._means[language] = (directions[theirs].sum(axis=0) + OWN_MEAN * self._mean) / np.float32(theirs.sum() + OWN_MEAN)
            directions[theirs] -= self._means[language]
        self._centred = _unit(directions)

    def near(self, own: Card) -> dict[int, float]:
        """Place in `cards` → the cosine of that card's vector with that of `own`, each less the mean of its language, where it is a reason."""
        if not own.vector or not self._having:
            return {}
        cosines = self._centred @ _unit(own.direction - self._means.get(own.language, self._mean))
        return {self._having[n]: float(cosines[n]) for n in np.flatnonzero(cosines >= NEAR)}


def related(own: Card, crowd: Crowd, most: int = 6, *, threads: bool = True) -> tuple[Related, ...]:
    """At most `most` of the candidates that have a reason, the strongest first, equal ones the newest first.

    How strong: the thread first, then the weight of shared names and the cosine, as far as each is a reason by itself. `own` may be among them
    and is left out; without `threads` also the others of its thread are.
    """
    thread = crowd.threads.get(own.thread, NOWHERE) if own.thread else NOWHERE
    left_out = frozenset(place for place, card in enumerate(crowd.cards) if card.id == own.id) | (NOWHERE if threads else thread)
    weights = _weights(own, crowd, left_out)
    whole = max(fsum(weights.values()), FEW)
    near = crowd.near(own)
    ranked = []
    for place in thread.union(near, *(crowd.named.get(name, NOWHERE) for name in weights)) - left_out:
        card, cosine = crowd.cards[place], near.get(place)
        names = _shared(card, weights)
        part = fsum(weights[fold(name)] for name in names) / whole
        if place in thread or cosine is not None or (part >= RARE and len(names) >= SEVERAL):
            age = -card.newest.timestamp() if card.newest else 0.0
            found = Related(card, place in thread, tuple(names[:SHOWN]), None if cosine is None else round(cosine, 3))
            ranked.append(((place not in thread, -part / RARE - (cosine or 0.0) / NEAR, age, card.id), found))
    best = [found for _, found in sorted(ranked, key=itemgetter(0))]
    return tuple(best[:most])


def _places(found: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    """Word → the places in a crowd where it was found."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for word, place in found:
        places[word].add(place)
    return {word: frozenset(those) for word, those in places.items()}


def _shared(card: Card, weights: Mapping[str, float]) -> list[str]:
    """The names of a card that say something, the rarest first; the shorter of two that hold one another is left out."""
    if weights.keys().isdisjoint(card.folded):
        return []
    both = zip(card.names, card.folded, strict=True)
    names = {name: folded for name, folded in both if folded in weights and folded not in card.folded_outlets}
    whole = [name for name, folded in names.items() if not any(folded in other and folded != other for other in names.values())]
    return sorted(whole, key=lambda name: -weights[names[name]])


def _weights(own: Card, crowd: Crowd, left_out: frozenset[int]) -> dict[str, float]:
    """How much each of our names says: the more, the fewer of the candidates have it; without outlets and what many of them have."""
    count = len(crowd.cards) - len(left_out) + 1
    often = {name: len(crowd.named.get(name, NOWHERE) - left_out) for name in own.folded if name not in own.folded_outlets}
    return {name: log((1 + count) / (1 + seen)) for name, seen in often.items() if seen <= max(2, EVERYWHERE * count)}


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: NDArray[np.float32] = vectors / np.maximum(lengths, LEAST).astype(np.float32)
    return found


def _numbers(vector: bytes) -> NDArray[np.float32]:
    return np.frombuffer(vector, "<f2").astype(np.float32)
