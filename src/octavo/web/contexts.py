"""What each page shows: one record a page, filled from the store, so that templates only set type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from octavo.compose import StoryView, front_page, independent, moment, newest, story_view
from octavo.model import Article, BlockKind, Brief, Placement, Story, Thread
from octavo.store import Store

STORIES = 40  # a front page ends
STORIES_READ = 200  # of which the front page chooses
LATEST = 12
LOOK_BACK = timedelta(days=14)  # stories that moved since then can stand on the front page


@dataclass(frozen=True, slots=True)
class Teaser:
    """A story as a list shows it. `lead` is the first sentence of its brief, None before there is one."""

    story: Story
    headline: str
    language: str | None
    lead: str | None
    lead_language: str | None
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    articles: int
    voices: int
    newest: datetime | None  # None: no article of it has a date
    placement: Placement


@dataclass(frozen=True, slots=True)
class FrontPage:
    stories: tuple[Teaser, ...]  # several outlets have them
    singles: tuple[Teaser, ...]  # one outlet has them
    latest: tuple[Article, ...]
    sources: int
    failing: int


@dataclass(frozen=True, slots=True)
class StoryPage:
    view: StoryView
    marks: Mapping[str, int]  # the number under which a story's page cites an article
    by_id: Mapping[str, Article]
    reasons: tuple[tuple[Article, tuple[str, ...]], ...]  # why each article stands in this story
    thread: tuple[Teaser, ...]  # the other steps of its thread and itself, in order of time


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an article, cut where the cited characters begin and end: before, cited, after."""

    kind: BlockKind
    parts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    passages: tuple[Passage, ...]
    current: bool  # False: an older revision is shown
    story: Teaser | None
    others: tuple[Article, ...]  # of the same story, other outlets first
    problem: str | None  # why the whole text could not be had


def front(store: Store, now: datetime) -> FrontPage:
    """The front page as of `now`, in a number of queries that does not grow with it."""
    teasers = _teasers(store, store.recent_stories(now - LOOK_BACK, limit=STORIES_READ), now)[:STORIES]
    sources = store.sources()
    return FrontPage(
        stories=tuple(t for t in teasers if t.voices > 1),
        singles=tuple(t for t in teasers if t.voices == 1),
        latest=tuple(a for a in store.latest_articles(4 * LATEST) if a.published)[:LATEST],
        sources=len(sources),
        failing=sum(bool(source.error_count) for source in sources),
    )


def story(store: Store, found: Story, language: str | None, now: datetime) -> StoryPage:
    """The page of one story."""
    members = store.articles(found.articles)
    view = story_view(found, list(members.values()), store.annotations(found.articles, light=True), language)
    thread = store.thread(found.thread) if found.thread else None
    return StoryPage(
        view=view,
        marks={article.id: mark for mark, article in enumerate(view.articles, 1)},
        by_id=members,
        reasons=tuple((members[d.article], d.reasons) for d in store.decisions_of(found.id) if d.article in members and d.reasons),
        thread=_steps(store, thread, now),
    )


def article(store: Store, found: Article, cited: tuple[int, int] | None, now: datetime) -> ArticlePage:
    """The page of one revision of an article, with the characters marked that something cites."""
    current = store.heads([found.id])[found.id].revision
    own = store.story_of(found.id)
    others = [head for head in store.heads(own.articles).values() if head.id != found.id] if own else []
    return ArticlePage(
        article=found,
        passages=_passages(found, cited or (0, 0)),
        current=found.revision == current,
        story=next(iter(_teasers(store, [own], now)), None) if own else None,
        others=tuple(sorted(others, key=lambda head: (head.publisher == found.publisher, moment(head)))),
        problem=store.page_problem(found.id),
    )


def _teasers(store: Store, stories: Sequence[Story], now: datetime) -> list[Teaser]:
    """Stories as a list shows them, heaviest first."""
    heads = store.heads([id for found in stories for id in found.articles])
    briefs = store.briefs([found.id for found in stories])
    by_id = {found.id: found for found in stories}
    return [
        teaser
        for place in front_page(stories, heads, now)
        if (teaser := _teaser(by_id[place.story], heads, briefs.get(place.story), place))
    ]


def _teaser(found: Story, heads: Mapping[str, Article], brief: Brief | None, place: Placement) -> Teaser | None:
    members = [heads[id] for id in found.articles if id in heads]
    if not members:
        return None
    first = brief.sentences[0] if brief and brief.sentences else None
    source = heads.get(first.citation.article) if first else None
    headline = found.headline or next((a.headline for a in members if a.headline), None) or "…"
    return Teaser(
        story=found,
        headline=headline,
        language=next((a.language for a in members if a.headline == headline), None),
        lead=first.text if first else None,
        lead_language=source.language if source else None,
        outlets=tuple(dict.fromkeys(a.publisher for a in members if a.publisher)),
        languages=tuple(sorted({a.language for a in members if a.language})),
        articles=len(members),
        voices=len(independent(found, members)),
        newest=newest(members) if any(a.published for a in members) else None,
        placement=place,
    )


def _steps(store: Store, thread: Thread | None, now: datetime) -> tuple[Teaser, ...]:
    if not thread:
        return ()
    teasers = {teaser.story.id: teaser for teaser in _teasers(store, store.stories(thread.stories), now)}
    return tuple(teasers[id] for id in thread.stories if id in teasers)


def _passages(found: Article, cited: tuple[int, int]) -> tuple[Passage, ...]:
    passages = []
    for block in found.blocks:
        start, end = (min(max(edge, block.start), block.end) for edge in cited)
        text = found.text
        passages.append(Passage(block.kind, (text[block.start : start], text[start:end], text[end : block.end])))
    return tuple(passages)
