"""Everything that grouping remembers, changed by decisions alone: so the journal of decisions gives it back."""

from __future__ import annotations

import sys
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from octavo.group.cards import Cards
from octavo.group.centre import Centre
from octavo.group.copies import Copies
from octavo.group.ids import story_id
from octavo.group.phases import phase
from octavo.group.rarity import Rarity
from octavo.group.start import load_start
from octavo.group.weights import Weights
from octavo.group.window import Window
from octavo.group.wishes import Wishes
from octavo.model import Annotation, Article, Decision, DecisionKind, Phase, Story, Thread
from octavo.moments import instant
from octavo.origins import Member, Role, agencies_of, copy_groups, role_of

if TYPE_CHECKING:
    from octavo.group.deciding import Look

_NEWEST = 1024  # articles of a story that may still be live: more are not looked through
_MOST_MOVES = 255
_COPIED = 0.5  # share of the most live articles whose texts are known: copies come within days, a story goes on for weeks


@dataclass(slots=True)
class ArticleState:
    """What is kept of every article for good."""

    number: int  # in order of arrival
    arrived: float  # seconds, as all times here: half the room of a datetime
    when: float  # published, where that is known; else arrived
    publisher: str | None  # one string for all articles of the outlet
    role: Role
    hosted: bool  # known from an aggregator's page only
    story: int = -1  # number of its story
    copy_of: str | None = None
    row: int = -1  # in the window; -1 for a copy and for one that has left


@dataclass(slots=True)
class StoryState:
    """What is kept of every story for good."""

    id: str
    opened_at: float
    articles: list[str] = field(default_factory=list)
    thread: str | None = None
    replaced_by: str | None = None


class State:
    """The live window, the cards of stories, and who belongs where. A story is known by its number, in order of opening."""

    def __init__(self, weights: Weights) -> None:
        start = load_start()
        self.weights = weights
        self.rarity = Rarity(start.buckets, start.shares)
        self.centre = Centre(start.means, weights.limits.mean_prior)
        self.window = Window(weights.limits)
        self.cards = Cards()
        self.copies = Copies(weights.copies, max(int(weights.limits.window_articles * _COPIED), 1))
        self.articles: dict[str, ArticleState] = {}
        self.copied: dict[str, list[str]] = {}  # articles of which there are copies → these, in order of arrival
        self.stories: list[StoryState] = []
        self.numbers: dict[str, int] = {}  # story id → number
        self.threads: dict[str, list[int]] = {}  # thread id → numbers of its stories
        self.parted: set[tuple[str, str]] = set()  # (story, thread): taken apart, not to be linked again
        self.wishes = Wishes()
        self.touched: set[int] = set()  # numbers of stories to be held against others at the next review
        self.waiting = 0  # articles that came in since the last review
        self.now: datetime | None = None

    # ---- taking decisions in -----------------------------------------------------------------------------------

    def enter(self, article: Article, annotation: Annotation, seen: Look, origin: str | None, now: datetime) -> None:
        """Takes an article in; the decision that follows says into which story. A copy stays out of the window: its origin is there."""
        reading = seen.reading
        when = instant(article.published) if reading.moment else None
        self.articles[article.id] = ArticleState(
            len(self.articles),
            reading.arrived.timestamp(),
            (when or reading.arrived).timestamp(),
            sys.intern(article.publisher) if article.publisher else None,
            role_of(article.publisher, agencies_of(article, annotation.credits)),
            article.aggregator is not None,
        )
        self.waiting += 1
        if origin is not None:  # as it was decided: a journal may be older than the way in which copies are found now
            self.copies.renew(reading.text, origin)
            return
        hours = now.timestamp() / 3600
        live = self.window.first_live(hours)
        while self.window.first < live:
            self.articles[self.window.forget_oldest()].row = -1
        row = self.window.add(reading, seen.words, seen.vector, seen.background, self.centre, hours)
        self.articles[article.id].row = row
        near = seen.near(self.weights.limits.neighbour)
        near = near[seen.rows.take(near) >= self.window.first]
        self.window.meet(row, seen.rows.take(near), seen.odds.take(near), self.weights.limits.telling)
        self.copies.add(reading.text, article.id)
        self.rarity.add(reading.uses)
        if reading.vector is not None:
            self._follow(reading.language, reading.vector)

    def _follow(self, language: str, vector: NDArray[np.float32]) -> None:
        """Takes a vector into its language's mean; where that has moved too far, all live vectors of the language are centred again."""
        before = self.centre.used(language)
        if self.centre.add(vector, language):
            for at, moved in self.window.recentre(language, self.centre, before):
                self.cards.shift(self.window.column("story")[at].astype(np.int64), moved)

    def apply(self, decisions: Sequence[Decision], now: datetime) -> None:
        """Takes decisions in, in order.

        Raises KeyError for one about a story, article or thread that is not known, ValueError for one that makes no sense (a story merged
        with itself, an article moved out of a story that it is not in).
        """
        self.now = now if self.now is None else max(self.now, now)
        for decision in decisions:
            _CHANGES[decision.kind](self, decision)
        self.cards.drop_before(self.cards.end - self.weights.limits.stories)

    def _open(self, decision: Decision) -> None:
        article = _article(decision)
        if decision.story not in self.numbers:
            self.numbers[decision.story] = self.cards.append()
            self.stories.append(StoryState(decision.story, self.articles[article].arrived))
        self.stories[self.numbers[decision.story]].replaced_by = None
        self._put(decision)

    def _copy(self, decision: Decision) -> None:
        article, origin = _article(decision), _other(decision)
        self.articles[article].copy_of = origin
        self.copied.setdefault(origin, []).append(article)
        self._put(decision)

    def _put(self, decision: Decision) -> None:
        article, number = _article(decision), self.numbers[decision.story]
        self.articles[article].story = number
        self._insert(number, article)
        self.touched.add(number)
        if (row := self.row(article)) is not None:
            self.window.column("story")[row - self.window.first] = number
            self.cards.add(number, self.window, row)

    def _merge(self, decision: Decision) -> None:
        into, other = self.numbers[decision.story], self.numbers[_other(decision)]
        if into == other:
            raise ValueError(f"story {decision.story} cannot be merged with itself")
        story, gone = self.stories[into], self.stories[other]
        changed, place = self.window.column("changed"), self.window.column("story")
        for article in gone.articles:
            self.articles[article].story = into
            if (row := self.row(article)) is not None:
                place[row - self.window.first] = into
            self._insert(into, article)
        gone.articles, gone.replaced_by = [], story.id
        changed[self.live_rows(into) - self.window.first] = True
        self.cards.merge(into, other)
        self.touched.discard(other)
        self.touched.add(into)
        self._hand_on(other, into)

    def _split(self, decision: Decision) -> None:
        self._go(decision, self._open)

    def _move(self, decision: Decision) -> None:
        self._go(decision, self._put)

    def _go(self, decision: Decision, put: Callable[[Decision], None]) -> None:
        """An article leaves its story. Its new place is looked at in the next review, because others may have gone in the same turn."""
        self._remove(decision)
        put(decision)
        self._replace_emptied(decision)
        if (row := self.row(_article(decision))) is not None:
            self.window.column("changed")[row - self.window.first] = True

    def _replace_emptied(self, decision: Decision) -> None:
        """A story that lost its last article to another is replaced by that one."""
        left = self.numbers[_other(decision)]
        if not self.stories[left].articles:
            self.stories[left].replaced_by = decision.story
            self.touched.discard(left)
            self._hand_on(left, self.numbers[decision.story])

    def _remove(self, decision: Decision) -> None:
        number, article = self.numbers[_other(decision)], _article(decision)
        if self.articles[article].story != number or decision.story == decision.other:
            raise ValueError(f"article {article} cannot go from story {decision.other} to {decision.story}")
        self.stories[number].articles.remove(article)
        self.touched.add(number)
        if (row := self.row(article)) is not None:
            moves = self.window.column("moves")
            moves[row - self.window.first] = min(int(moves[row - self.window.first]) + 1, _MOST_MOVES)
            self.cards.remove(number, self.window, row, lambda: self.live_rows(number))

    def _thread(self, decision: Decision) -> None:
        number = self.numbers[decision.story]
        if self.stories[number].thread is not None:
            self._take_out(number)
        self._link(number, _other(decision))
        self.parted.discard((decision.story, _other(decision)))

    def _unthread(self, decision: Decision) -> None:
        number = self.numbers[decision.story]
        if self.stories[number].thread != _other(decision):
            raise ValueError(f"story {decision.story} is not in thread {decision.other}")
        self._take_out(number)
        self.parted.add((decision.story, _other(decision)))

    def _link(self, number: int, thread: str) -> None:
        self.stories[number].thread = thread
        self.threads.setdefault(thread, []).append(number)

    def _take_out(self, number: int) -> str:
        thread = self.stories[number].thread
        assert thread is not None, f"story {self.stories[number].id} stands in no thread"
        self.stories[number].thread = None
        self.threads[thread].remove(number)
        return thread

    def _hand_on(self, gone: int, into: int) -> None:
        """A story that is no more leaves its thread, to the one that replaces it if that is in none."""
        if self.stories[gone].thread is not None:
            thread = self._take_out(gone)
            if self.stories[into].thread is None:
                self._link(into, thread)

    def _review(self, _: Decision) -> None:
        """What a review looked at counts as looked at, before what came of it changes something again."""
        self.touched.clear()
        self.window.column("changed")[:] = False
        self.waiting = 0

    def _wish_together(self, decision: Decision) -> None:
        self.wishes = self.wishes.linked(*self._wished(decision))

    def _wish_apart(self, decision: Decision) -> None:
        self.wishes = self.wishes.parted(*self._wished(decision))

    def _wish_free(self, decision: Decision) -> None:
        self.wishes = self.wishes.freed(*self._wished(decision))

    def _wished(self, decision: Decision) -> tuple[str, str]:
        pair = (_article(decision), _other(decision))
        if unknown := [article for article in pair if article not in self.articles]:
            raise KeyError(unknown[0])
        return pair

    def to_review(self) -> set[int]:
        """Numbers of the stories that changed since the last review, or of which an article got a neighbour."""
        return self.touched | set(np.unique(self.window.column("story")[self.window.column("changed")]).tolist())

    def fresh_id(self, article: str) -> str:
        """An id for a story that a known article is to open, which no story has yet."""
        again = 1
        while (fresh := story_id(article, _datetime(self.articles[article].arrived), again)) in self.numbers:
            again += 1
        return fresh

    def row(self, article: str) -> int | None:
        """The row in the window of a known article; None for a copy and for one that has left."""
        row = self.articles[article].row
        return row if row >= 0 else None

    def origin(self, article: str) -> str:
        """The article whose text a known one has: that of which it is a copy, else itself."""
        return self.articles[article].copy_of or article

    def voice(self, article: str) -> list[str]:
        """An article that is no copy, then its copies in the same story, in order of arrival."""
        story = self.articles[article].story
        return [article, *(copy for copy in self.copied.get(article, ()) if self.articles[copy].story == story)]

    def live_rows(self, number: int) -> NDArray[np.int64]:
        """Rows of a story's newest live articles, oldest first."""
        rows = (self.articles[article].row for article in self.stories[number].articles[-_NEWEST:])
        return np.array([row for row in rows if row >= 0], np.int64)

    def _insert(self, number: int, article: str) -> None:
        """Puts an article among those of a story, in order of arrival."""
        there = self.stories[number].articles
        if there and self.articles[there[-1]].number > self.articles[article].number:
            insort(there, article, key=lambda one: self.articles[one].number)
        else:  # as mostly
            there.append(article)

    # ---- what came of it ---------------------------------------------------------------------------------------

    def story(self, number: int) -> Story:
        """The record of a story; one that was replaced has no articles."""
        story = self.stories[number]
        members = [self.articles[article] for article in story.articles]
        alive = Phase.CLOSED
        if members and self.now is not None:
            window = timedelta(days=self.weights.limits.window_days)
            alive = phase((_datetime(member.when) for member in members), self._voices(members), self.now, window)
        return Story(
            story.id,
            tuple(story.articles),
            copies=copy_groups((self.articles[article].copy_of or article, self._member(article)) for article in story.articles),
            thread=story.thread,
            phase=alive,
            opened_at=_datetime(story.opened_at),
            updated_at=_datetime(max((member.arrived for member in members), default=story.opened_at)),
            replaced_by=story.replaced_by,
        )

    def _member(self, article: str) -> Member:
        known = self.articles[article]
        return Member(article, known.number, _datetime(min(known.when, known.arrived)), known.role, known.hosted)

    def _voices(self, members: Sequence[ArticleState]) -> int:
        """Independent outlets: copies do not count, and one whose outlet is not known counts for itself."""
        return len({member.publisher or member.number for member in members if member.copy_of is None})

    def thread(self, id: str) -> Thread:
        """The record of a thread, its stories in order of their first article's date."""
        first = {n: min((self.articles[a].when, self.articles[a].number) for a in self.stories[n].articles) for n in self.threads[id]}
        return Thread(id, tuple(self.stories[n].id for n in sorted(first, key=lambda n: first[n])))


def _datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _article(decision: Decision) -> str:
    assert decision.article is not None, f"{decision.kind} names no article"
    return decision.article


def _other(decision: Decision) -> str:
    assert decision.other is not None, f"{decision.kind} names no other"
    return decision.other


_CHANGES: dict[DecisionKind, Callable[[State, Decision], None]] = {
    DecisionKind.COPY: State._copy,
    DecisionKind.OPEN: State._open,
    DecisionKind.JOIN: State._put,
    DecisionKind.MERGE: State._merge,
    DecisionKind.SPLIT: State._split,
    DecisionKind.MOVE: State._move,
    DecisionKind.THREAD: State._thread,
    DecisionKind.UNTHREAD: State._unthread,
    DecisionKind.REVIEW: State._review,
    DecisionKind.LINK: State._wish_together,
    DecisionKind.PART: State._wish_apart,
    DecisionKind.FREE: State._wish_free,
}
