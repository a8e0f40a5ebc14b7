"""Stories and threads as pages show them, kept in memory as long as nothing they rest on has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import is_
from threading import Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

from octavo.compose import (
    Card,
    Coverage,
    Crowd,
    News,
    Related,
    Silence,
    StoryView,
    coverage,
    moment,
    news,
    related,
    silent,
    spread,
    story_card,
    timeline,
)
from octavo.composing import view_of
from octavo.model import Article, Citation, Story, Thread, TimelineEntry
from octavo.store import Look, Store, Withdrawn
from octavo.web.contexts import LOOK_BACK

LONGEST_SILENCE = timedelta(days=2)  # who says nothing is looked for in the first days of a story: on what is older an outlet has no news
RELATED_AMONG = 200  # recent stories
OPENING = 2  # articles by which a story is compared with others
MOST_RELATED = 1000  # stories for which those related to them are kept
MOST_THREADS = 200  # of which the days are kept
FEWEST_DAYS, MOST_DAYS = 8, 24  # of a thread's timeline: two a story, but not fewer or more than these
MOST = 3000  # articles of all kept stories together; their texts are kept with them

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Composed:
    """A story as it is read, with its articles' texts."""

    asked_in: tuple[str | None, ZoneInfo]  # language and time zone
    members: Mapping[str, Article]
    view: StoryView
    coverage: Coverage
    reasons: tuple[tuple[Article, tuple[str, ...]], ...]  # why each article stands in the story
    news: dict[int, tuple[object, News]] = field(default_factory=dict)  # reader → what it rests on besides, what is new
    silent: list[tuple[object, tuple[Silence, ...]]] = field(default_factory=list)  # what it rests on besides, who is silent; at most one


@dataclass(frozen=True, slots=True)
class Days:
    """The timeline of a thread. `heads`: the articles that it cites, without texts; `texts`: what stands at each citation."""

    entries: tuple[TimelineEntry, ...] = ()
    heads: Mapping[str, Article] = field(default_factory=dict)
    texts: Mapping[Citation, str] = field(default_factory=dict)


class Kept:
    """The composed stories of one web app, those asked for last. Safe to use from several threads."""

    def __init__(self) -> None:
        self._stories: OrderedDict[str, tuple[Story, Composed]] = OrderedDict()
        self._crowd: tuple[tuple[Story, ...], Crowd] = (), Crowd(())  # what it rests on; those that stories are compared with
        self._related: OrderedDict[str, tuple[tuple[Story, ...], tuple[Related, ...]]] = OrderedDict()  # what it rests on, what was found
        self._days: OrderedDict[str, tuple[tuple[Story, ...], Days]] = OrderedDict()  # thread → what they rest on, they themselves
        self._lock = Lock()

    def story(self, store: Store, found: Story, language: str | None, zone: ZoneInfo) -> Composed:
        """A story, read from the store unless nothing has changed since it was.

        The store hands out the same record until something is noted of the story, of its articles or of their annotations.
        """
        with self._lock:
            known, kept = self._stories.get(found.id, (None, None))
        if known is found and kept and kept.asked_in == (language, zone):
            return self._keep(found, kept)
        view = view_of(store, found, language)
        members = {article.id: article for article in view.articles}
        reasons = tuple(
            (members[d.article], d.reasons) for d in store.decisions_of(found.id) if d.article and d.article in members and d.reasons
        )
        return self._keep(found, Composed((language, zone), members, view, coverage(found, view.articles, zone=zone), reasons))

    def forget(self) -> None:
        """Keep nothing: the database holds something else now."""
        with self._lock:
            for kept in (self._stories, self._related, self._days):
                kept.clear()
            self._crowd = (), Crowd(())

    def _keep(self, found: Story, made: Composed) -> Composed:
        with self._lock:
            self._stories[found.id] = found, made
            self._stories.move_to_end(found.id)
            while len(self._stories) > 1 and sum(len(one.members) for _, one in self._stories.values()) > MOST:
                self._stories.popitem(last=False)
        return made

    def related(self, store: Store, found: Story, now: datetime) -> tuple[Related, ...]:
        """Recent stories that have to do with this one, without those of its thread."""
        recent = store.recent_stories(now - LOOK_BACK, RELATED_AMONG)
        rests_on = (found, *recent)
        with self._lock:
            before, kept = self._related.get(found.id, ((), ()))
        if _are(rests_on, before):
            return kept
        crowd = self._crowd_of(store, recent)
        own = next((card for card in crowd.cards if card.id == found.id), None) or _cards(store, [found])[0]
        made = related(own, crowd, threads=False)
        with self._lock:
            _remember(self._related, found.id, (rests_on, made), MOST_RELATED)
        return made

    def days(self, store: Store, found: Thread) -> Days:
        """The days that matter in a thread, over all its stories; found now unless none of them has changed since they were."""
        stories = store.stories(found.stories)
        with self._lock:
            before, kept = self._days.get(found.id, ((), Days()))
        if _are(stories, before):
            return kept
        heads = store.heads([id for story in stories for id in story.articles])
        read, deep = spread([(story, [heads[id] for id in story.articles if id in heads]) for story in stories])
        ids = [article.id for article in read]
        articles = store.articles(ids)
        wanted = min(MOST_DAYS, max(FEWEST_DAYS, 2 * len(stories)))
        found_days = timeline(found.id, list(articles.values()), store.annotations(ids, light=True), wanted, deep).entries
        cited = [citation for entry in found_days for citation in entry.sources]
        made = Days(
            found_days,
            {citation.article: heads[citation.article] for citation in cited},
            {citation: articles[citation.article].text[citation.start : citation.end] for citation in cited},
        )
        with self._lock:
            _remember(self._days, found.id, (stories, made), MOST_THREADS)
        return made

    def _crowd_of(self, store: Store, stories: tuple[Story, ...]) -> Crowd:
        """What stories are compared with, made anew when one of these has changed; only of those that did articles are read from the store."""
        with self._lock:
            before, crowd = self._crowd
        if _are(stories, before):
            return crowd
        made = {story.id: (story, card) for story, card in zip(before, crowd.cards, strict=True)}
        lacking = [story for story in stories if story.id not in made or made[story.id][0] is not story]
        fresh = {card.id: card for card in _cards(store, lacking)}
        crowd = Crowd([fresh.get(story.id) or made[story.id][1] for story in stories])
        with self._lock:
            self._crowd = stories, crowd
        return crowd


def _are(stories: Sequence[Story], before: Sequence[Story]) -> bool:
    """Whether these are the very records: the store hands out others, equal ones too, as soon as something is noted of their articles."""
    return len(stories) == len(before) and all(map(is_, stories, before))


def _remember(kept: OrderedDict[str, T], id: str, made: T, most: int) -> None:
    """Keep something, and of all at most so many, those asked for last."""
    kept[id] = made
    kept.move_to_end(id)
    while len(kept) > most:
        kept.popitem(last=False)


def _cards(store: Store, stories: Sequence[Story]) -> list[Card]:
    """The stories' cards, in their order."""
    opening = [id for story in stories for id in story.articles[:OPENING]]
    heads, gists = store.heads(opening), store.gists(opening)
    cards = []
    for story in stories:
        read = [heads[id] for id in story.articles[:OPENING] if id in heads]
        language = next((head.language for head in read if head.headline == story.headline), None)
        cards.append(story_card(story, read, gists, language))
    return cards


def news_for(store: Store, composed: Composed, look: Look, withdrawn: Sequence[Withdrawn]) -> News:
    """What is new in a composed story since a reader's look before this one; nothing at the first look, or where nothing has changed."""
    shown_before = all(look.before.get(id) == article.revision for id, article in composed.members.items())
    if look.previous_at is None or (shown_before and not withdrawn):
        return News()
    rests_on = (look.before, withdrawn)
    known, found = composed.news.get(look.reader, (None, News()))
    if known != rests_on:
        story, view = composed.view.story, composed.view
        shown = store.as_shown(look.before, composed.members)
        annotations = store.annotations(story.articles, light=True)
        found = news(story, shown, view.articles, annotations, view.disagreements, [gone.sentence for gone in withdrawn])
        composed.news[look.reader] = rests_on, found
    return found


def silences(store: Store, composed: Composed) -> tuple[Silence, ...]:
    """Which outlets published in a story's first days and said nothing of it; with one voice only nobody can be called silent."""
    dated = [moment(article) for article in composed.view.articles if article.published]
    if composed.coverage.voices < 2 or not dated:
        return ()
    begun = min(dated)
    heard = {node.owner.name for node in composed.view.provenance.nodes if node.articles or node.carried}  # also through others' pages
    published = store.published(begun, min(max(dated), begun + LONGEST_SILENCE))
    for known, found in composed.silent:
        if known == published:
            return found
    found = silent(composed.coverage, published, heard)
    composed.silent[:] = [(published, found)]
    return found
