"""`octavo group`: article JSON Lines in, the story, thread and origin of each out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from octavo.annotate import annotate_many, load_embedder
from octavo.cli.forms import decision_row
from octavo.cli.lines import Problems, Row, answer, article_of, progress, rows, shown
from octavo.group import Grouper, Weights
from octavo.model import Article, Decision, DecisionKind
from octavo.moments import instant
from octavo.settings import load_settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the earliest moment that a story's id can tell
READ_AHEAD = 200  # undated articles that wait for a date


@click.command()
@click.option("--follow", is_flag=True, help="Print each decision as it is taken, with its reasons, instead of the outcome.")
@click.option("--weights", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Weights to use instead of the shipped ones.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def group(files: tuple[Path, ...], follow: bool, weights: Path | None) -> None:
    """Group articles, in the order in which they are given, into copies, stories and threads."""
    problems = Problems()
    with progress() as show:
        embedder = load_embedder(load_settings().models_folder, show)
    grouper = Grouper(Weights.load(weights) if weights else None)
    order: list[str] = []
    waiting: deque[Article] = deque()  # articles whose annotation is on its way

    def arriving() -> Iterator[Article]:
        for article in _stamped(files, problems):
            order.append(article.id)
            waiting.append(article)
            yield article

    def told(decisions: Sequence[Decision]) -> Sequence[Decision]:
        for decision in decisions if follow else ():
            if decision.kind is not DecisionKind.REVIEW:
                answer(decision_row(decision))
        return decisions

    now = EPOCH
    for annotation in shown(annotate_many(arriving(), embedder), "Grouping"):
        article = waiting.popleft()
        assert article.seen_at
        now = article.seen_at
        grouper.apply(article, annotation, told(grouper.decide(article, annotation, now)), now)
        if grouper.due:
            grouper.apply(None, None, told(grouper.settle(now)), now)
    while decisions := told(grouper.settle(now)):
        grouper.apply(None, None, decisions, now)
    if not follow:
        for row in _outcome(grouper, order):
            answer(row)
    problems.exit()


def _stamped(files: tuple[Path, ...], problems: Problems) -> Iterator[Article]:
    """The articles given, each with the moment at which it counts as seen: the same input gives the same moments, and so the same ids.

    A stream of rows has no clock of its own: the latest publication date so far serves as one, unless it lies in the future. Articles
    before the first date wait for it (READ_AHEAD of them at most).
    """
    now = datetime.now(UTC)
    clock: datetime | None = None
    early: list[Article] = []
    for article in _given(files, problems):
        published = instant(article.published)
        if published and published <= now:
            clock = max(clock or EPOCH, published)
        early.append(article)
        if clock or len(early) >= READ_AHEAD:
            yield from (replace(one, seen_at=clock or EPOCH) for one in early)
            early.clear()
    yield from (replace(one, seen_at=EPOCH) for one in early)


def _given(files: tuple[Path, ...], problems: Problems) -> Iterator[Article]:
    given: set[str] = set()
    for line in rows(files, problems):
        if article := article_of(line, problems, given.__contains__):
            given.add(article.id)
            yield article


def _outcome(grouper: Grouper, order: list[str]) -> Iterator[Row]:
    stories = grouper.stories()
    story = {article: story for story in stories for article in story.articles}
    origin = {copy: group.origin for story in stories for group in story.copies for copy in group.articles if copy != group.origin}
    thread = {member: thread.id for thread in grouper.threads() for member in thread.stories}
    for id in order:
        yield {"id": id, "story": story[id].id, "thread": thread.get(story[id].id), "copy_of": origin.get(id)}
