"""The front page of an edition, and all stories by time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.model import Article, Story
from octavo.store import Preferences, Store
from octavo.web.contexts import LOOK_BACK, Teaser, in_order, outlines, teasers, weighed
from octavo.web.editions import Edition, at_home, edition, offered
from octavo.web.pages import desk_of, is_look
from octavo.web.reading import current_reader, preferences
from octavo.web.render import page

STORIES = 40  # a front page ends
STORIES_READ = 200  # of which the front page chooses: half of them the largest, half those that moved last
LARGE_WITHIN = timedelta(days=3)  # an older story weighs too little, however large it is
SECOND = 4  # stories that stand beside the lead and under it
INSTEAD = 2  # further ones where the lead has no picture
LOCAL = 4
LATEST = 10
POPULAR = 5
POPULAR_WITHIN = timedelta(days=1)
SMALLEST_SECTION = 2  # stories; fewer stand among the others
LISTED = 40  # stories on a page of the list by time


@dataclass(frozen=True, slots=True)
class Section:
    """Stories on one topic. `topic` is its IPTC code; None: none is known."""

    topic: str | None
    stories: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    edition: Edition
    editions: tuple[Edition, ...]
    lead: Teaser | None
    second: tuple[Teaser, ...]
    local: tuple[Teaser, ...]  # told by the outlets of `home`
    home: str | None
    sections: tuple[Section, ...]
    singles: tuple[Teaser, ...]  # one outlet has them
    popular: tuple[Teaser, ...]  # what readers of this instance looked at
    latest: tuple[Article, ...]
    since: datetime | None  # when the reader was here before; None: never
    fresh: int  # stories that opened since then or say something new
    until: datetime | None  # when the last of these stories moved
    sources: int
    failing: int


@dataclass(frozen=True, slots=True)
class Latest:
    stories: tuple[Teaser, ...]
    further: str | None  # the id of the last one, where there are more


def front(store: Store, reader: int, taste: Preferences, chosen: Edition | None, now: datetime, *, looking: bool = True) -> FrontPage:
    """The front page of a reader as of `now`, in a number of queries that does not grow with it."""
    shown = edition_of(taste) if chosen is None else chosen
    found = {story.id: story for story in candidates(store, now)}
    known = outlines(store, list(found.values()))
    heaviest = weighed([one for one in known.values() if shown.holds(set(one.languages), set(one.outlets))], now)[:STORIES]
    popular = [id for id in store.looked_at(now - POPULAR_WITHIN, POPULAR) if id in found]
    wanted = list(dict.fromkeys((*(place.story for place in heaviest), *popular)))
    every = teasers(store, [found[id] for id in wanted], now, reader)
    held = in_order(every, [place.story for place in heaviest])
    several = tuple(one for one in held if one.voices > 1) or held
    beside = 1 + SECOND + (0 if several and several[0].pictured else INSTEAD)
    lead, second, rest = several[:1], several[1:beside], several[beside:]
    home = shown.country or taste.home
    local = [one for one in rest if home and at_home(one.outlets, home)][:LOCAL]
    sources = store.sources()
    since = store.visit(reader, now, keep=looking)
    repeated = {id for story in found.values() for group in story.copies for id in group.articles if id != group.origin}
    return FrontPage(
        edition=shown,
        editions=offered(set(one.languages) for one in known.values()),
        lead=next(iter(lead), None),
        second=tuple(second),
        local=tuple(local),
        home=home if local else None,
        sections=sections([one for one in rest if one not in local]),
        singles=tuple(one for one in held if one not in several),
        popular=in_order(every, popular),
        latest=tuple(article for article in store.latest_articles(4 * LATEST) if article.published and article.id not in repeated)[:LATEST],
        since=since,
        fresh=sum(is_new(one, since) for one in held),
        until=max((one.story.updated_at for one in held if one.story.updated_at), default=None),
        sources=len(sources),
        failing=sum(bool(source.error_count) for source in sources),
    )


def candidates(store: Store, now: datetime) -> tuple[Story, ...]:
    """The stories that a front page chooses from."""
    recent = store.recent_stories(now - LOOK_BACK, STORIES_READ // 2)
    known = {story.id for story in recent}
    large = store.largest_stories(now - LARGE_WITHIN, STORIES_READ // 2)
    return recent + store.stories([id for id in large if id not in known])


def told_by(story: Story, heads: Mapping[str, Article]) -> tuple[set[str], set[str]]:
    """In which languages and by which outlets a story is told."""
    members = [heads[id] for id in story.articles if id in heads]
    return {a.language for a in members if a.language}, {a.publisher for a in members if a.publisher}


def edition_of(taste: Preferences) -> Edition:
    """The edition that a reader's front page opens with."""
    return (edition(taste.edition) if taste.edition else None) or Edition(languages=taste.languages)


def is_new(shown: Teaser, since: datetime | None) -> bool:
    """Whether a story opened since a reader's last visit, or says something new since he or she looked at it."""
    opened = shown.story.opened_at
    return not shown.read and (shown.new_since is not None or (since is not None and opened is not None and opened > since))


def sections(stories: Sequence[Teaser]) -> tuple[Section, ...]:
    """Stories by topic, in the order of each topic's first; what is too little for a section stands together, last."""
    by_topic: dict[str | None, list[Teaser]] = {}
    for one in stories:
        by_topic.setdefault(one.topic, []).append(one)
    own = {topic for topic, those in by_topic.items() if topic and len(those) >= SMALLEST_SECTION}
    others = tuple(one for one in stories if one.topic not in own)
    return (
        *(Section(topic, tuple(those)) for topic, those in by_topic.items() if topic in own),
        *((Section(None, others),) if others else ()),
    )


def latest(store: Store, reader: int, taste: Preferences, before: str | None, now: datetime) -> Latest:
    """Stories in the languages that a reader reads, those with the newest article first. Raises InputError when `before` is no story."""
    found = store.newest_stories(LISTED + 1, before)
    shown = in_order(teasers(store, store.stories(found[:LISTED]), now, reader), found[:LISTED])
    mine = Edition(languages=taste.languages)
    return Latest(tuple(one for one in shown if mine.holds(one.languages, one.outlets)), found[LISTED - 1] if len(found) > LISTED else None)


# ---- handlers ------------------------------------------------------------------------------------------------------


async def front_page(request: Request) -> Response:
    return await _front(request, None)


async def edition_page(request: Request) -> Response:
    chosen = edition(request.path_params["edition"])
    if chosen is None:
        raise HTTPException(404, "There is no such edition. Its name is a country's code and a language's, as jp-en, or world-en.")
    return await _front(request, chosen)


async def every_edition(request: Request) -> Response:
    return await _front(request, Edition())


async def _front(request: Request, chosen: Edition | None) -> Response:
    store, reader, taste = desk_of(request).store, current_reader(request).id, preferences(request)
    looking = is_look(request)
    shown = await run_in_threadpool(lambda: front(store, reader, taste, chosen, datetime.now(UTC), looking=looking))
    return page(request, "front.html", front=shown)


async def latest_page(request: Request) -> Response:
    store, reader, taste = desk_of(request).store, current_reader(request).id, preferences(request)
    before = request.query_params.get("before")
    if before and not re.fullmatch(r"[0-9A-Za-z]{1,64}", before):
        raise HTTPException(404, "There is no such page.")
    shown = await run_in_threadpool(latest, store, reader, taste, before, datetime.now(UTC))
    return page(request, "latest.html", shown=shown)


GET = ("GET",)
ROUTES = (
    ("/", front_page, GET, "front"),
    ("/e/all", every_edition, GET, "every_edition"),
    ("/e/{edition}", edition_page, GET, "edition"),
    ("/latest", latest_page, GET, "latest"),
)
