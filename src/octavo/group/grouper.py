"""The door of grouping: takes articles in the order of arrival, decides where each belongs, and takes decisions in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from octavo.group.deciding import decide
from octavo.group.reading import read
from octavo.group.state import State
from octavo.group.weights import Weights
from octavo.model import Annotation, Article, Decision, Story, Thread


class Grouper:
    """Stories and threads so far. `decide` looks and changes nothing, `apply` takes decisions in.

    A new `Grouper` to which the journal is applied (each article's decisions with its article, annotation and moment, in order) is in
    the same state as the one that took the decisions.
    """

    def __init__(self, weights: Weights | None = None) -> None:
        self.state = State(weights or Weights.load())

    def decide(self, article: Article, annotation: Annotation, now: datetime) -> tuple[Decision, ...]:
        """Where an article belongs: a COPY, JOIN or OPEN, then perhaps THREADs of its story. Nothing for an article already grouped."""
        if article.id in self.state.articles:
            return ()
        return decide(self.state, read(article, annotation, now), now)

    def apply(self, article: Article | None, annotation: Annotation | None, decisions: Sequence[Decision], now: datetime) -> None:
        """Takes decisions in, in order; those about known articles and stories alone (a person's repair) need no article.

        Raises KeyError for a decision about a story or an article that is not known.
        """
        self.state.apply(article, annotation, decisions, now)

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
