"""The door of grouping: takes articles in the order of arrival, decides where each belongs, looks back, and takes decisions in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import dropwhile, takewhile

from octavo.group.deciding import Look, decide, look
from octavo.group.passages import runs_of
from octavo.group.reading import Reading, language_of, moment, read, vector_of
from octavo.group.review import review
from octavo.group.state import State
from octavo.group.threading import thread_decisions
from octavo.group.weights import Weights
from octavo.group.wishing import link, part, put_back, say
from octavo.model import Annotation, Article, Decision, DecisionKind, Story, Thread, Wish

_ENOUGH = 100  # articles after which it is time to look back


class Grouper:
    """Stories and threads so far. `decide` and `settle` look and change nothing, `apply` takes decisions in.

    A new `Grouper` to which the journal is applied (each article's decisions with its article, annotation and moment, and what came of
    looking back, in order) is in the same state as the one that took the decisions.
    """

    def __init__(self, weights: Weights | None = None) -> None:
        self.state = State(weights or Weights.load())
        self._look: Look | None = None  # the last one, kept until something changes: `apply` needs what `decide` has seen
        self._coming: dict[str, tuple[Article, Annotation]] = {}  # expected and not read yet, in order
        self._read: dict[str, tuple[Annotation, Reading]] = {}  # expected and read

    def expect(self, coming: Iterable[tuple[Article, Annotation]]) -> None:
        """Says what will be decided next. Nothing has to be said: it only makes deciding quicker, because some of it is done for many at once."""
        self._coming = {article.id: (article, annotation) for article, annotation in coming}
        self._read = {}
        known = [
            (vector_of(annotation), language_of(article, annotation)) for article, annotation in self._coming.values() if annotation.vector
        ]
        if known:
            self.state.window.expect(self.state.centre.expect(*zip(*known, strict=True)))

    def decide(self, article: Article, annotation: Annotation, now: datetime) -> tuple[Decision, ...]:
        """Where an article belongs: a COPY, JOIN or OPEN. Nothing for an article already grouped."""
        if article.id in self.state.articles:
            return ()
        self._look = look(self.state, self._reading(article, annotation, now), now)
        return (decide(self.state, self._look),)

    def _reading(self, article: Article, annotation: Annotation, now: datetime) -> Reading:
        """The reading of an article; if it was expected, it is read together with articles that come after it."""
        if article.id in self._coming:
            self._read_on(article.id, now)
        known, reading = self._read.pop(article.id, (None, None))
        # It was made some time ago: is it the same now?
        if reading is not None and known is annotation and article.seen_at is not None and reading.moment == moment(article, now):
            return reading
        return read(article, annotation, now)

    def _read_on(self, id: str, now: datetime) -> None:
        """Reads what is expected from article `id` on, as much as is read at once: one after another they take less time than each in its turn."""
        coming = list(dropwhile(lambda one: one[0].id != id, self._coming.values()))
        runs = runs_of([annotation.search_text for _, annotation in coming])
        now_read = list(takewhile(lambda one: one[1].search_text in runs or not one[1].search_text, coming))
        self._coming = {article.id: (article, annotation) for article, annotation in coming[len(now_read) :]}
        self._read = {
            article.id: (annotation, read(article, annotation, now, runs.get(annotation.search_text))) for article, annotation in now_read
        }
        readings = [reading for _, reading in self._read.values()]
        self.state.copies.expect(reading.text for reading in readings)
        self.state.window.expect_words({word for reading in readings for word in reading.uses})

    @property
    def due(self) -> bool:
        """Whether so much has come in since the last review that it is time for another one."""
        return self.state.waiting >= _ENOUGH

    def settle(self, now: datetime) -> tuple[Decision, ...]:
        """Looks back at what changed: a REVIEW, then the MOVEs, SPLITs, MERGEs and THREADs that come of it; nothing when nothing changed.

        What comes of it is itself something to look at again: called until it gives nothing, it comes to rest.
        """
        found = review(self.state)
        if found is None:
            return ()
        threads = thread_decisions(self.state, found.settled)
        standing = [decision for decision in threads if self.state.numbers[decision.story] not in found.unsettled]
        return (Decision(DecisionKind.REVIEW, ""), *found.decisions, *standing)

    def link(self, a: str, b: str) -> tuple[Decision, ...]:
        """A person says that two articles (ids) belong in one story. Raises KeyError for one that is not known."""
        return link(self.state, a, b)

    def part(self, a: str, b: str) -> tuple[Decision, ...]:
        """A person says that two articles (ids) do not belong in one story. Raises KeyError for one that is not known."""
        return part(self.state, a, b)

    def say(self, wish: Wish) -> tuple[Decision, ...]:
        """A person's wish without what follows from it, as when it is taken back. Raises KeyError for an article that is not known."""
        return say(self.state, wish)

    def put_back(self, homes: Mapping[str, str]) -> tuple[Decision, ...]:
        """What brings articles (ids) back to the stories (ids) in which they stood. Raises KeyError for what is not known."""
        return put_back(self.state, homes)

    @property
    def wishes(self) -> frozenset[Wish]:
        """What people wished, as far as nothing took it back."""
        wishes = self.state.wishes
        kinds = ((DecisionKind.LINK, wishes.links), (DecisionKind.PART, wishes.parts))
        return frozenset(Wish(kind, a, b) for kind, pairs in kinds for a, b in pairs)

    def apply(self, article: Article | None, annotation: Annotation | None, decisions: Sequence[Decision], now: datetime) -> None:
        """Takes decisions in, in order; those about known articles and stories alone (a review, a person's wish) need no article.

        Raises KeyError for a decision about a story or an article that is not known, ValueError for one that makes no sense.
        """
        if decisions and article is not None and annotation is not None and article.id not in self.state.articles:
            seen = self._look
            if seen is None or seen.reading.article != article.id:
                seen = look(self.state, read(article, annotation, now), now)
            origin = decisions[0].other if decisions[0].kind is DecisionKind.COPY else None
            self.state.enter(article, annotation, seen, origin, now)
        self._look = None
        self.state.apply(decisions, now)

    def story(self, id: str) -> Story:
        """The story of that id, also one that was replaced. Raises KeyError if there never was one."""
        return self.state.story(self.state.numbers[id])

    def stories(self) -> tuple[Story, ...]:
        """All stories, in order of opening; those without articles (replaced by another) are left out."""
        return tuple(self.state.story(number) for number, story in enumerate(self.state.stories) if story.articles)

    def threads(self) -> tuple[Thread, ...]:
        """All threads of at least two stories, in order of their beginning."""
        found = (self.state.thread(id) for id, stories in self.state.threads.items() if len(stories) > 1)
        return tuple(sorted(found, key=lambda thread: thread.id))
