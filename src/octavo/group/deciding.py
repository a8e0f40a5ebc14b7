"""Decides where an article belongs, from the state as it is. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons, threads
from octavo.group.cards import Card
from octavo.group.copies import Match
from octavo.group.ids import story_id, thread_id
from octavo.group.judge import StoryFeatures, log_odds, probability, story_features
from octavo.group.pairs import features
from octavo.group.reading import Reading
from octavo.group.state import State
from octavo.group.weights import PAIR_FEATURES, STORY_FEATURES
from octavo.group.window import WORDS
from octavo.model import Decision, DecisionKind

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How an article compares with the live ones. `pairs` and `odds` go with `rows`; the weights are learned from looks."""

    reading: Reading
    words: NDArray[np.int32]  # those the article is known by
    vector: Floats | None  # centred
    rows: NDArray[np.int64]  # the candidates, ascending
    pairs: Floats
    odds: Floats  # that the candidate and the article are of one story
    stories: StoryFeatures


def look(state: State, reading: Reading, since: int) -> Look:
    """Compares an article with its candidates, rows of the window from `since` on, and with their stories."""
    window = state.window
    words = state.rarity.rarest(reading.uses, WORDS)
    vector = None if reading.vector is None else state.centre.centred(reading.vector, reading.language)
    similarities = window.similarities(vector)
    rows = window.candidates(similarities, words, state.rarity, since)
    at = rows - window.first
    pairs = features(reading, words, window, at, similarities[at], state.rarity)
    odds = log_odds(pairs, PAIR_FEATURES, state.weights.pair)
    homes = np.array([state.articles[window.ids[k]].story for k in at.tolist()], np.int64)
    return Look(reading, words, vector, rows, pairs, odds, story_features(vector, homes, odds, state.cards))


def decide(state: State, reading: Reading, now: datetime) -> tuple[Decision, ...]:
    """A COPY, JOIN or OPEN for an article, and the THREADs that come of it."""
    since = state.window.first_live(now.timestamp() / 3600)
    seen = look(state, reading, since)
    match = state.copies.find(reading, state.window, seen.rows.tolist(), since, state.weights.copies)
    if match is not None:
        return (_copied(state, match, seen),)
    chances = log_odds(seen.stories.matrix, STORY_FEATURES, state.weights.story)
    best = int(np.argmax(chances)) if len(chances) else None
    if best is not None and probability(chances[best]) >= state.weights.limits.join:
        decision = _joined(state, seen, best, probability(chances[best]))
    else:
        decision = _opened(state, seen, None if best is None else probability(chances[best]))
    return (decision, *_threaded(state, seen, decision.story))


def _copied(state: State, match: Match, seen: Look) -> Decision:
    origin = state.window.ids[match.row - state.window.first]
    known = state.articles[origin]
    return Decision(
        DecisionKind.COPY,
        state.stories[known.story].id,
        seen.reading.article,
        other=known.copy_of or origin,
        score=match.alike,
        reasons=reasons.of_copy(match, state.window, seen.reading),
    )


def _joined(state: State, seen: Look, best: int, chance: float) -> Decision:
    story = state.stories[int(seen.stories.stories[best])]
    candidate = int(seen.stories.best[best])
    why = reasons.of_join(seen.reading, seen.words, state.window, int(seen.rows[candidate]), seen.pairs[candidate], state.rarity)
    near = f"compared with {seen.stories.members[best]} of its {len(story.articles)} articles"
    return Decision(DecisionKind.JOIN, story.id, seen.reading.article, score=chance, reasons=(*why, near))


def _opened(state: State, seen: Look, chance: float | None) -> Decision:
    reading = seen.reading
    why = "no live article is near"
    if chance is not None:
        why = f"the nearest story reaches {chance:.2f}, {state.weights.limits.join:.2f} is asked for"
    return Decision(DecisionKind.OPEN, story_id(reading.article, reading.arrived), reading.article, score=chance, reasons=(why,))


def _threaded(state: State, seen: Look, story: str) -> tuple[Decision, ...]:
    """The THREADs of the story that an article opens or joins; looked for only at some sizes of a story."""
    limits, cards, number = state.weights.threads, state.cards, state.numbers.get(story)
    size = 1 + (0 if number is None else len(state.stories[number].articles))
    if size not in limits.judged_at or (number is not None and state.stories[number].thread is not None):
        return ()
    card = cards.with_article(number, seen.reading, seen.words, seen.vector)
    near = threads.nearest(card, cards, state.rarity)
    found = threads.links(card, near[near != (-1 if number is None else number)], cards, state.rarity, state.weights.thread)
    for link in sorted(found, key=lambda link: (-link.probability, link.story)):
        if link.probability < limits.link:
            break
        other = state.stories[link.story]
        if other.thread is None:
            # The earlier story begins the thread; where a date is missing, the one that was opened first.
            later = link.days is None or card.begin is None or card.begin >= cards.column("begin")[link.story - cards.first]
            pair = (other.id, story) if later else (story, other.id)
            thread = thread_id(pair[0])
            if thread not in state.threads:
                why = (reasons.of_thread(link, pair[1]), reasons.of_thread(link, pair[0]))
                return tuple(
                    Decision(DecisionKind.THREAD, one, other=thread, score=link.probability, reasons=said)
                    for one, said in zip(pair, why, strict=True)
                )
        elif (story, other.thread) not in state.parted and _agreed(state, card, other.thread) >= limits.agree:
            return (
                Decision(DecisionKind.THREAD, story, other=other.thread, score=link.probability, reasons=reasons.of_thread(link, other.id)),
            )
    return ()


def _agreed(state: State, card: Card, thread: str) -> float:
    """The mean probability that a story continues those of a thread."""
    members = np.array([number for number in state.threads[thread] if number >= state.cards.first], np.int64)
    found = threads.links(card, members, state.cards, state.rarity, state.weights.thread)
    return sum(link.probability for link in found) / len(found)
