"""What the page of a story shows: all that is read about it, where each sentence stands, and what is new to the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from octavo.compose import (
    Choices,
    Coverage,
    News,
    Related,
    Silence,
    StoryView,
    Voice,
    choices,
    filtered,
    topic_of,
)
from octavo.model import Article, Story
from octavo.store import Store, Withdrawn
from octavo.web.composed import Kept, news_for, silences
from octavo.web.contexts import Teaser, teasers
from octavo.web.excerpts import excerpt
from octavo.web.footnotes import Footnotes

LEAD = 240  # characters of a text that stand beside those in other languages


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a page."""

    reader: int
    language: str | None  # in which headlines and briefs are wanted
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article and those that carry the same text."""

    article: Article
    copies: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader wants to see of a story."""

    country: str | None = None  # of the voices; None lets all pass
    organisation: str | None = None
    all: bool = False  # every article and voice, however many there are


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a story is told in one language: by which article, how that begins, and how many articles there are."""

    article: Article
    lead: str
    articles: int


@dataclass(frozen=True, slots=True)
class StoryPage:
    view: StoryView
    by_id: Mapping[str, Article]
    notes: Footnotes
    carriers: tuple[Carrier, ...]  # in order of time
    voices: tuple[Voice, ...]  # those of the country and organisation that the reader chose
    choices: Choices
    chosen: Chosen
    news: News
    since: datetime | None  # when the reader looked before; None: never
    withdrawn: tuple[Withdrawn, ...]
    reasons: tuple[tuple[Article, tuple[str, ...]], ...]  # why each article stands in this story
    thread: tuple[Teaser, ...]  # the other steps of its thread and itself, in order of time
    related: tuple[Related, ...]
    coverage: Coverage
    silent: tuple[Silence, ...]  # by country, among the outlets that the reader gathers from
    topic: str | None
    tongues: tuple[Tongue, ...]  # those in which most is told first; () where there is one alone


def story(store: Store, kept: Kept, found: Story, asker: Asker, chosen: Chosen, now: datetime) -> StoryPage:
    """The page of one story for who asks for it, in a number of queries that does not grow with it."""
    composed = kept.story(store, found, asker.language, asker.zone)
    view, members = composed.view, composed.members
    # An article that has just moved away takes with it what it took back.
    withdrawn = tuple(gone for gone in store.withdrawn([found.id]).get(found.id, ()) if gone.sentence.citation.article in members)
    cited = {(article.id, article.revision): article for article in members.values()}
    cited |= store.articles_at([(gone.sentence.citation.article, gone.sentence.citation.revision) for gone in withdrawn])
    carriers = _carriers(found, view.articles)
    order = [article.id for carrier in carriers for article in (carrier.article, *carrier.copies)]
    look = store.look(asker.reader, found.id, seen_in(members), now, keep=False)
    return StoryPage(
        view=view,
        by_id=members,
        notes=Footnotes(cited, {id: number for number, id in enumerate(order, 1)}),
        carriers=carriers,
        voices=filtered(view.voices, chosen.country, chosen.organisation),
        choices=choices(view.voices),
        chosen=chosen,
        news=news_for(store, composed, look, withdrawn),
        since=look.previous_at,
        withdrawn=withdrawn,
        reasons=composed.reasons,
        thread=_steps(store, found, now),
        related=kept.related(store, found, now),
        coverage=composed.coverage,
        silent=silences(store, composed),
        topic=topic_of(view.independent),
        tongues=tongues(view.independent),
    )


def seen_in(articles: Mapping[str, Article]) -> dict[str, int]:
    """What a reader who looks at these articles has seen: article id → revision."""
    return {id: article.revision for id, article in articles.items()}


def tongues(articles: Sequence[Article]) -> tuple[Tongue, ...]:
    """How a story is told in each of its languages: by the first of its independent articles (in order of time) there, and how many there are."""
    spoken: dict[str, list[Article]] = {}
    for article in articles:
        if article.language and article.headline:
            spoken.setdefault(article.language, []).append(article)
    ranked = sorted(spoken.items(), key=lambda one: -len(one[1]))
    return tuple(Tongue(those[0], excerpt(those[0].text, LEAD), len(those)) for _, those in ranked) if len(ranked) > 1 else ()


def _carriers(found: Story, articles: Sequence[Article]) -> tuple[Carrier, ...]:
    """Each text once, in order of time, with those that carry it too under the one that had it first."""
    by_id = {article.id: article for article in articles}
    copies = {group.origin: tuple(by_id[id] for id in group.articles if id != group.origin and id in by_id) for group in found.copies}
    folded = {copy.id for origin, those in copies.items() if origin in by_id for copy in those}
    return tuple(Carrier(article, copies.get(article.id, ())) for article in articles if article.id not in folded)


def _steps(store: Store, found: Story, now: datetime) -> tuple[Teaser, ...]:
    thread = store.thread(found.thread) if found.thread else None
    if not thread:
        return ()
    steps = {teaser.story.id: teaser for teaser in teasers(store, store.stories(thread.stories), now)}
    return tuple(steps[id] for id in thread.stories if id in steps)
