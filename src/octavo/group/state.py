"""Everything that grouping remembers, changed by decisions alone: so the journal of decisions gives it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from octavo.group.cards import Cards
from octavo.group.centre import Centre
from octavo.group.copies import CopyIndex
from octavo.group.phases import phase
from octavo.group.rarity import Rarity
from octavo.group.reading import read
from octavo.group.start import load_start
from octavo.group.weights import Weights
from octavo.group.window import WORDS, Window
from octavo.model import Annotation, Article, CopyGroup, Decision, DecisionKind, Phase, Story, Thread, instant


@dataclass(slots=True)
class ArticleState:
    """What is kept of every article for good."""

    number: int  # in order of arrival
    arrived: datetime
    when: datetime  # published, where that is known; else arrived
    publisher: str | None
    story: int = -1  # number of its story
    copy_of: str | None = None


@dataclass(slots=True)
class StoryState:
    """What is kept of every story for good."""

    id: str
    opened_at: datetime
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
        self.copies = CopyIndex()
        self.articles: dict[str, ArticleState] = {}
        self.rows: dict[str, int] = {}  # live articles → their rows in the window
        self.stories: list[StoryState] = []
        self.numbers: dict[str, int] = {}  # story id → number
        self.threads: dict[str, list[int]] = {}  # thread id → numbers of its stories
        self.parted: set[tuple[str, str]] = set()  # (story, thread): taken apart, not to be linked again
        self.now: datetime | None = None

    # ---- taking decisions in -----------------------------------------------------------------------------------

    def apply(self, article: Article | None, annotation: Annotation | None, decisions: Sequence[Decision], now: datetime) -> None:
        """Takes decisions in, in order. Raises KeyError for one about a story or an article that is not known."""
        self.now = now if self.now is None else max(self.now, now)
        if decisions and article is not None and annotation is not None and article.id not in self.articles:
            self._enter(article, annotation, decisions[0].kind is DecisionKind.COPY, now)
        for decision in decisions:
            _CHANGES[decision.kind](self, decision)
        self.cards.drop_before(self.cards.end - self.weights.threads.stories)

    def _enter(self, article: Article, annotation: Annotation, copy: bool, now: datetime) -> None:
        """Takes an article in; the decision that follows says into which story. A copy stays out of the window: its origin is there."""
        for row in range(self.window.first, self.window.first_live(now.timestamp() / 3600)):
            self._leave(row)
        reading = read(article, annotation, now)
        published = instant(article.published) if reading.moment else None
        self.articles[article.id] = ArticleState(len(self.articles), reading.arrived, published or reading.arrived, article.publisher)
        if copy:
            return
        row = self.window.add(reading, self.rarity.rarest(reading.uses, WORDS), self.centre, now.timestamp() / 3600)
        self.rows[article.id] = row
        self.copies.add(row, reading)
        self.rarity.add(reading.uses)
        if reading.vector is not None and self.centre.add(reading.vector, reading.language):
            self.window.recentre(reading.language, self.centre)

    def _leave(self, row: int) -> None:
        self.copies.forget(row, int(self.window.column("same_text")[0]), self.window.column("fingerprint")[0])
        del self.rows[self.window.forget_oldest()]

    def _open(self, decision: Decision) -> None:
        self.numbers[decision.story] = self.cards.append()
        self.stories.append(StoryState(decision.story, self.articles[_article(decision)].arrived))
        self._put(decision)

    def _copy(self, decision: Decision) -> None:
        self.articles[_article(decision)].copy_of = decision.other
        self._put(decision)

    def _put(self, decision: Decision) -> None:
        article, number = _article(decision), self.numbers[decision.story]
        self.articles[article].story = number
        self.stories[number].articles.append(article)
        if article in self.rows:
            self.cards.add(number, self.window, self.rows[article])

    def _merge(self, decision: Decision) -> None:
        into, other = self.numbers[decision.story], self.numbers[_other(decision)]
        story, gone = self.stories[into], self.stories[other]
        for article in gone.articles:
            self.articles[article].story = into
        story.articles = self._in_order(story.articles + gone.articles)
        gone.articles, gone.replaced_by = [], story.id
        if gone.thread is not None:
            thread = self._take_out(other)
            if story.thread is None:
                self._link(into, thread)
        self._remake(into)
        self._remake(other)

    def _split(self, decision: Decision) -> None:
        self._remove(decision)
        self._open(decision)
        self._replace_emptied(decision)

    def _move(self, decision: Decision) -> None:
        self._remove(decision)
        self._put(decision)
        story = self.stories[self.numbers[decision.story]]
        story.articles = self._in_order(story.articles)
        self._replace_emptied(decision)

    def _replace_emptied(self, decision: Decision) -> None:
        """A story that lost its last article to another is replaced by that one."""
        left = self.numbers[_other(decision)]
        if not self.stories[left].articles:
            self.stories[left].replaced_by = decision.story
            if self.stories[left].thread is not None:
                self._take_out(left)

    def _remove(self, decision: Decision) -> None:
        number = self.numbers[_other(decision)]
        self.stories[number].articles.remove(_article(decision))
        self._remake(number)

    def _thread(self, decision: Decision) -> None:
        number = self.numbers[decision.story]
        if self.stories[number].thread is not None:
            self._take_out(number)
        self._link(number, _other(decision))

    def _unthread(self, decision: Decision) -> None:
        self._take_out(self.numbers[decision.story])
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

    def _remake(self, number: int) -> None:
        """Makes the card of a story again from its live articles."""
        self.cards.clear(number)
        for article in self.stories[number].articles:
            if article in self.rows:
                self.cards.add(number, self.window, self.rows[article])

    def _in_order(self, articles: list[str]) -> list[str]:
        return sorted(articles, key=lambda article: self.articles[article].number)

    # ---- what came of it ---------------------------------------------------------------------------------------

    def story(self, number: int) -> Story:
        """The record of a story; one that was replaced has no articles."""
        story = self.stories[number]
        members = [self.articles[article] for article in story.articles]
        alive = Phase.CLOSED
        if members and self.now is not None:
            window = timedelta(days=self.weights.limits.window_days)
            alive = phase((member.when for member in members), self._voices(members), self.now, window)
        return Story(
            story.id,
            tuple(story.articles),
            copies=self._copy_groups(story.articles),
            thread=story.thread,
            phase=alive,
            opened_at=story.opened_at,
            updated_at=max((member.arrived for member in members), default=story.opened_at),
            replaced_by=story.replaced_by,
        )

    def _copy_groups(self, articles: Sequence[str]) -> tuple[CopyGroup, ...]:
        groups: dict[str, list[str]] = {}
        for article in articles:
            groups.setdefault(self.articles[article].copy_of or article, []).append(article)
        found = []
        for group in groups.values():
            if len(group) > 1:
                ordered = sorted(group, key=lambda article: (self.articles[article].when, self.articles[article].number))
                found.append(CopyGroup(ordered[0], tuple(ordered)))
        return tuple(found)

    def _voices(self, members: Sequence[ArticleState]) -> int:
        """Independent outlets: copies do not count, and one whose outlet is not known counts for itself."""
        return len({member.publisher or member.number for member in members if member.copy_of is None})

    def thread(self, id: str) -> Thread:
        """The record of a thread, its stories in order of their first article's date."""
        first = {n: min((self.articles[a].when, self.articles[a].number) for a in self.stories[n].articles) for n in self.threads[id]}
        return Thread(id, tuple(self.stories[n].id for n in sorted(first, key=lambda n: first[n])))


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
}
