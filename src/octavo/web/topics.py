"""The pages of topics and places: stories by what they are about, articles by where they were written or what place they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from octavo.compose import topics
from octavo.store import Followed, Store
from octavo.web.contexts import Teaser, in_order, teasers
from octavo.web.reading import current_reader, desk_of, read
from octavo.web.render import page
from octavo.words import fold

READ = 200  # stories of which those on a topic are chosen, for one page
FEW = 3  # stories that a topic shows among all topics
LISTED = 60  # places on their page
ARTICLES = 60  # of a place, whose stories stand on a page


@dataclass(frozen=True, slots=True)
class TopicsPage:
    topics: Mapping[str, tuple[Teaser, ...]]  # by IPTC code, its stories, heaviest first; only topics that have some
    without: int  # stories of which no topic is known


@dataclass(frozen=True, slots=True)
class TopicPage:
    code: str
    stories: tuple[Teaser, ...]  # what moved last first
    further: str | None  # the id of the last story that was looked at, where there are more


@dataclass(frozen=True, slots=True)
class PlacePage:
    name: str
    stories: tuple[Teaser, ...]
    further: str | None  # the id of the last article that was looked at, where there may be more


def all_topics(store: Store, reader: int, now: datetime) -> TopicsPage:
    """The topics of the latest stories, in IPTC's order."""
    every = teasers(store, store.recent_stories(None, READ), now, reader)
    by_topic = {code: tuple(one for one in every if one.topic == code) for code in topics()}
    return TopicsPage({code: those for code, those in by_topic.items() if those}, sum(one.topic is None for one in every))


def topic(store: Store, code: str, before: str | None, reader: int, now: datetime) -> TopicPage:
    """The stories on a topic among the next ones behind `before`. Raises InputError when that is no story."""
    found = store.recent_stories(None, READ + 1, before)
    every = in_order(teasers(store, found[:READ], now, reader), [story.id for story in found[:READ]])
    return TopicPage(code, tuple(one for one in every if one.topic == code), found[READ - 1].id if len(found) > READ else None)


def place(store: Store, name: str, before: str | None, reader: int, now: datetime) -> PlacePage:
    """The stories whose articles were written at a place or name it, latest first. Raises InputError for an unknown `before`."""
    found = store.told_of(sorted(spellings(name)), ARTICLES + 1, before)
    story_of = store.stories_of(found[:ARTICLES])
    ids = list(dict.fromkeys(story_of[id] for id in found[:ARTICLES] if id in story_of))
    shown = in_order(teasers(store, store.stories(ids), now, reader), ids)
    return PlacePage(name, shown, found[ARTICLES - 1] if len(found) > ARTICLES else None)


def places(printed: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Places with the number of articles, the most frequent first, out of datelines: "HALM" and "Halm, Skerry" are one place, Halm."""
    spellings: dict[str, Counter[str]] = {}
    for dateline, count in printed:
        name = dateline.partition(",")[0].strip()
        spellings.setdefault(fold(name), Counter())[name] += count
    found = [(_place(min(those, key=str.isupper)), those.total()) for those in spellings.values()]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def spellings(place: str) -> set[str]:
    """A place's name as articles write it: datelines are often set in capitals."""
    return {place, place.upper(), place.title()}


def _place(dateline: str) -> str:
    """The place that a dateline names, without the land behind it and not in capitals."""
    name = dateline.partition(",")[0].strip()
    return name.title() if name.isupper() else name


# ---- handlers ------------------------------------------------------------------------------------------------------


async def topics_page(request: Request) -> Response:
    store, reader = desk_of(request).store, current_reader(request).id

    def shown() -> tuple[TopicsPage, tuple[tuple[str, int], ...]]:
        return all_topics(store, reader, datetime.now(UTC)), places(store.datelines().items())[:LISTED]

    found, where = await read(request, shown)
    return page(request, "topics.html", shown=found, places=where, few=FEW)


async def topic_page(request: Request) -> Response:
    code = request.path_params["code"]
    if code not in topics():
        raise HTTPException(404, "There is no such topic. A topic's address ends with its IPTC code, as 11000000 for politics.")
    before, reader, store = request.query_params.get("before"), current_reader(request).id, desk_of(request).store
    shown = await read(request, topic, store, code, before, reader, datetime.now(UTC))
    followed = await read(request, store.is_followed, reader, Followed.TOPIC, code)
    return page(request, "topic.html", shown=shown, followed=followed)


async def place_page(request: Request) -> Response:
    name, before = _place(request.path_params["name"]), request.query_params.get("before")
    store, reader = desk_of(request).store, current_reader(request).id
    shown = await read(request, place, store, name, before, reader, datetime.now(UTC))
    if not shown.stories and not before:
        raise HTTPException(404, f"None of the latest articles was written at or names “{name[:80]}”.")
    followed = await read(request, store.is_followed, reader, Followed.PLACE, name)
    return page(request, "place.html", shown=shown, followed=followed)


GET = ("GET",)
ROUTES = (
    ("/topics", topics_page, GET, "topics"),
    ("/topics/{code}", topic_page, GET, "topic"),
    ("/places/{name:path}", place_page, GET, "place"),
)
