"""Looks back: what came in since may show that an article stands in the wrong story, or that two stories are one.

The articles whose neighbours changed are judged again, each against its own story and its rivals (MOVE, SPLIT); the stories that were
touched are held against those in which they have neighbours (MERGE). Nothing here changes anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group import reasons
from octavo.group.cuts import two_knots
from octavo.group.features import MERGE_FEATURES
from octavo.group.judge import Couples, Edges, Seen, couples, homes
from octavo.group.network import probability
from octavo.group.state import State
from octavo.group.table import beginnings
from octavo.group.tearing import MOVES, torn_stories
from octavo.group.weights import Weights
from octavo.model import Decision, DecisionKind

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
_MEMBERS = 256  # newest live articles of a story that are looked at, so that a big story costs no more than that
_HELD = 3  # neighbours more probably of one story with an article than not, which hold it there if it has none elsewhere
_NEARLY = 0.99  # of a bound, so that rounding decides nothing


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a review: MOVEs, SPLITs and MERGEs; of the stories (numbers) that changed before it, those that now stay as they are,
    and those that change again."""

    decisions: tuple[Decision, ...]
    settled: tuple[int, ...]
    unsettled: frozenset[int]


def review(state: State) -> Reviewed | None:
    """Looks back at what changed since the last review; None if nothing did."""
    touched = state.to_review()
    if not touched:
        return None
    moves = changed_homes(state)
    moving = {state.numbers[id] for move in moves for id in (move.story, move.other) if id in state.numbers}
    merges = touched_stories(state, sorted(touched), moving)
    merging = {state.numbers[id] for merge in merges for id in (merge.story, merge.other or "")}
    tears = torn_stories(state, sorted(touched), moving | merging)
    gone = {state.numbers[merge.other or ""] for merge in merges}
    torn = {state.numbers[tear.other or ""] for tear in tears}
    unsettled = frozenset(gone | moving | torn)
    return Reviewed((*moves, *merges, *tears), tuple(sorted(state.touched - unsettled)), unsettled)


def changed_homes(state: State) -> tuple[Decision, ...]:
    """MOVEs and SPLITs of the live articles whose neighbours changed since they were last judged."""
    window, limits = state.window, state.weights.limits
    at = _movable(state, np.flatnonzero(window.column("changed") & (window.column("moves") < MOVES)))
    if not len(at):
        return ()
    seen = seen_rows(state, at)
    # Where the company holds the chance below a join, nothing comes of it whatever else speaks for it.
    places = homes(seen, state.cards, _NEARLY * limits.join / limits.company)
    chances = np.minimum(probability(state.weights.story.odds(places.matrix)), limits.company * places.company)
    own = places.stories == seen.homes[places.articles]
    stay, mates = np.zeros(len(at)), np.zeros(len(at), np.bool_)
    stay[places.articles[own]], mates[places.articles[own]] = chances[own], True
    rivals = np.where(own, -1.0, chances)
    order = np.lexsort((-rivals, places.articles))  # of equal ones the oldest story first
    first = order[beginnings(places.articles[order])]  # the best rival of each article that has a neighbour
    best = np.full(len(at), -1.0)
    best[places.articles[first]] = rivals[first]
    target = np.full(len(at), -1)
    target[places.articles[first]] = places.stories[first]

    number = seen.homes - state.cards.first
    alone = np.where(number >= 0, state.cards.column("size")[np.maximum(number, 0)] <= 1, False)
    needed = np.where(alone, limits.join, np.maximum(stay + limits.margin, limits.join))
    moving = best >= needed
    leaving = ~moving & ~alone & (stay < limits.leave)
    found: list[tuple[Decision, ...]] = []  # an article and its copies
    coming: dict[str, list[str]] = {}  # story → what goes there in this turn
    for place in np.flatnonzero(moving | leaving).tolist():
        article = window.ids[int(at[place])]
        story = state.stories[int(seen.homes[place])]
        voice = state.voice(article)
        # An article that has outlived those it was put together with only seems to fit nowhere.
        outlived = not mates[place] and state.row(state.origin(story.articles[0])) is None
        if outlived or any(state.wishes.company(one) for one in voice):
            continue
        if leaving[place]:
            left = (f"its own story reaches {stay[place]:.2f}, {limits.leave:.2f} is asked for",)
            fresh = state.fresh_id(article)
            split = Decision(DecisionKind.SPLIT, fresh, article, other=story.id, score=1 - float(stay[place]), reasons=left)
            found.append((split, *_copies_with(voice, fresh, story.id)))
            continue
        to = state.stories[int(target[place])]
        there = coming.setdefault(to.id, [])
        if state.wishes.clash(voice, (*to.articles, *there)) is None:
            there += voice
            why = reasons.of_move(float(best[place]), None if alone[place] else float(stay[place]))
            move = Decision(DecisionKind.MOVE, to.id, article, other=story.id, score=float(best[place]), reasons=why)
            found.append((move, *_copies_with(voice, to.id, story.id)))
    return _without_dissolving(state, _without_chains(found))


def _movable(state: State, at: Numbers) -> Numbers:
    """Those of some live articles (positions) that may go: not those with neighbours in their own story alone, `_HELD` of them likely."""
    window = state.window
    stories = window.column("story")
    neighbours = window.at("neighbours", at) - window.first
    live = neighbours >= 0
    elsewhere = (live & (stories.take(neighbours, mode="clip") != stories[at][:, None])).any(1)
    held = (live & (window.at("odds", at) > 0)).sum(1) >= _HELD
    movable: Numbers = at[elsewhere | ~held]
    return movable


def _copies_with(voice: Sequence[str], into: str, out_of: str) -> list[Decision]:
    """MOVEs of an article's copies, which go where it goes."""
    article, *copies = voice
    return [Decision(DecisionKind.MOVE, into, copy, other=out_of, reasons=(f"a copy of {article}",)) for copy in copies]


def _without_chains(going: Sequence[tuple[Decision, ...]]) -> list[Decision]:
    """What goes, each article with its copies, in the order given: the surest first, and none into a story that something leaves in the same
    turn or out of one into which something comes, for each was judged by what stood there before."""
    left: set[str | None] = {one.other for one, *_ in going if one.kind is DecisionKind.SPLIT}
    entered: set[str] = set()
    kept = set()
    for place in sorted(range(len(going)), key=lambda place: -(going[place][0].score or 0)):
        one = going[place][0]
        if one.kind is DecisionKind.MOVE:
            if one.story in left or one.other in entered:
                continue
            left.add(one.other)
            entered.add(one.story)
        kept.add(place)
    return [decision for place, decisions in enumerate(going) if place in kept for decision in decisions]


def _without_dissolving(state: State, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Where a story would lose all its articles, the oldest that would open another one stays, with its copies: so the id is kept."""
    going = Counter(decision.other or "" for decision in decisions)
    emptied = {id for id, count in going.items() if count == len(state.stories[state.numbers[id]].articles)}
    splits = [decision for decision in decisions if decision.kind is DecisionKind.SPLIT and decision.other in emptied]
    staying = {split.other: split.story for split in reversed(splits)}
    return tuple(decision for decision in decisions if staying.get(decision.other) != decision.story)


def seen_rows(state: State, at: Numbers) -> Seen:
    """Live articles, by their positions in the window's columns, with their live neighbours."""
    window = state.window
    middle, dated, background, language = (window.column(n) for n in ("middle", "dated", "background", "language"))
    neighbours = window.column("neighbours")[at]
    live = neighbours >= window.first
    theirs = np.where(live, neighbours - window.first, 0)
    stories = window.column("story")
    return Seen(
        vectors=window.vectors(at),
        homes=stories[at].astype(np.int64),
        times=np.where(dated[at], middle[at], np.nan),
        backgrounds=background[at],
        languages=language[at],
        stories=np.where(live, stories[theirs], -1).astype(np.int64),
        odds=window.column("odds")[at],
        their_languages=language[theirs],
    )


def touched_stories(state: State, numbers: Sequence[int], moving: Collection[int] = ()) -> tuple[Decision, ...]:
    """MERGEs of stories with those in which they have neighbours; each takes part in one at most, and those in `moving` in none.

    What goes into a story or out of it changes what speaks for a merge: such a story is looked at in the next review.
    """
    limits = state.weights.limits
    # As above: most couples have too little company for a merge.
    least = _NEARLY * limits.merge / max(limits.merge_company, limits.least_company)
    found = couples(edges_of(state, numbers), state.cards, least)
    chances = merge_chances(found, state.weights)
    decisions: list[Decision] = []
    used = set(moving)
    for place in np.argsort(-chances, kind="stable").tolist():
        if chances[place] < limits.merge:
            break
        pair = (int(found.small[place]), int(found.large[place]))
        one, other = (state.stories[number] for number in pair)
        if (
            used.isdisjoint(pair)
            and state.wishes.clash(one.articles, other.articles) is None
            and not two_knots(state, *map(state.live_rows, pair))
        ):
            used.update(pair)
            grounds = dict(zip(MERGE_FEATURES, found.matrix[place].tolist(), strict=True))
            why = reasons.of_merge(grounds, len(one.articles))
            decisions.append(Decision(DecisionKind.MERGE, other.id, other=one.id, score=float(chances[place]), reasons=why))
    return tuple(decisions)


def merge_chances(found: Couples, weights: Weights) -> Floats:
    """The probability that each couple of stories is one.

    What the network says is held within what the expected pairs between them allow: it has seen few couples of large stories, and of those
    hundreds of pairs tell more.
    """
    limits = weights.limits
    sure = found.links / (found.links + limits.many_pairs)
    chances = np.minimum(probability(weights.merge.odds(found.matrix)), limits.merge_company * found.company)
    held: Floats = np.maximum(chances, limits.least_company * sure * found.company)
    return held


def edges_of(state: State, numbers: Sequence[int]) -> Edges:
    """The pairs of live neighbours in two stories, of which one is among the newest articles of the stories `numbers`."""
    window = state.window
    story, language = window.column("story"), window.column("language")
    asked = np.zeros(state.cards.end, np.bool_)
    asked[list(numbers)] = True
    at = np.flatnonzero(asked.take(story))
    at = at[np.argsort(story[at], kind="stable")]
    counts = np.diff(beginnings(story[at]), append=len(at))
    newer = counts.cumsum().repeat(counts) - np.arange(len(at))  # rows of the same story from here on
    at = at[newer <= _MEMBERS]
    neighbours = window.at("neighbours", at) - window.first
    stories = story.take(neighbours, mode="clip")
    one, place = np.nonzero((stories != story[at][:, None]) & (neighbours >= 0))  # most neighbours are of one story
    row, other = at[one], neighbours[one, place].astype(np.int64)
    return Edges(
        row=row,
        other=other,
        story=story[row].astype(np.int64),
        other_story=stories[one, place].astype(np.int64),
        odds=window.at("odds", at)[one, place],
        same_language=language[row] == language[other],
    )
