"""What a reader follows: the door for that, and the page of what is new in it since he or she looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.compose import topics
from octavo.desk import Desk
from octavo.errors import InputError
from octavo.query import parse_query
from octavo.rules import Rule
from octavo.store import Follow, Followed, Store
from octavo.web.contexts import Teaser, in_order, outlines, teasers
from octavo.web.forms import form_of, own_path, text_of
from octavo.web.front import hidden_page
from octavo.web.pages import is_look
from octavo.web.reading import afterwards, current_reader, desk_of, read
from octavo.web.render import page
from octavo.web.ruled import hides, highlighted, ruled
from octavo.web.topics import spellings

FIRST_LOOK = timedelta(days=7)  # what is new to a reader who has not looked yet
EACH = 8  # stories shown under one thing that is followed
MOST = 400  # articles or stories of one kind of thing that are looked at
MOST_MOVED = 1000  # stories among which those on a topic are chosen, those that moved last
MOST_SEARCHES = 20  # that one reader may follow: each is a search of its own
FOUND = 20  # stories of a search that are looked at
DEEDS = {"follow": True, "unfollow": False}  # name of a button → whether it begins or ends; its value says what: "outlet/NAME"

ADDRESSES: Mapping[Followed, str] = {
    Followed.STORY: "/stories/",
    Followed.THREAD: "/threads/",
    Followed.SEARCH: "/search?q=",
    Followed.VOICE: "/voices/",
    Followed.PLACE: "/places/",
    Followed.OUTLET: "/outlets/",
    Followed.TOPIC: "/topics/",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is followed, as a page names it. `title` None: it is gone; of a topic its code."""

    follow: Follow
    title: str | None
    language: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is new in something that is followed: the stories that no thing before it has brought, and how many more there are."""

    by: Named
    stories: tuple[Teaser, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FollowingPage:
    groups: tuple[Group, ...]  # those that have something new
    every: tuple[Named, ...]
    since: datetime
    first: bool  # the reader has not looked before
    hidden: Mapping[str, Rule]  # stories that would stand here, by the rule that hides them


Pairs = list[tuple[str, str]]  # what is followed, a story that it leads to


def following(desk: Desk, reader: int, now: datetime, *, whole_week: bool = False) -> FollowingPage:
    """What is new in what a reader follows, in a number of queries that only grows with the searches among it."""
    store = desk.store
    follows = store.follows(reader)
    last = store.visit_follows(reader, now, keep=False)
    since = now - FIRST_LOOK if whole_week or last is None else last
    came: dict[Followed, Pairs] = {}
    for kind in dict.fromkeys(one.entity for one in follows):
        came[kind] = _WAYS[kind](desk, reader, [one.id for one in follows if one.entity is kind], since)
    stories = {one.id: one for one in store.stories(list(dict.fromkeys(story for pairs in came.values() for _, story in pairs)))}
    said = ruled(store, reader, list(stories.values()), now)
    placed: dict[tuple[Followed, str], list[str]] = {(one.entity, one.id): [] for one in follows}
    taken: set[str] = set()
    hidden: dict[str, Rule] = {}
    for kind, pairs in came.items():
        for id, story in pairs:
            if story in stories and story not in taken and (kind, id) in placed:
                taken.add(story)
                if rule := hides(said, story):
                    hidden[story] = rule
                else:
                    placed[kind, id].append(story)
    shown = [story for those in placed.values() for story in those[:EACH]]
    every = highlighted(teasers(store, [stories[id] for id in shown], now, reader), said)
    named = {(one.follow.entity, one.follow.id): one for one in _named(store, follows)}
    return FollowingPage(
        groups=tuple(Group(named[key], in_order(every, those[:EACH]), max(0, len(those) - EACH)) for key, those in placed.items() if those),
        every=tuple(named.values()),
        since=since,
        first=last is None,
        hidden=hidden,
    )


def _named(store: Store, follows: Iterable[Follow]) -> list[Named]:
    by_kind: dict[Followed, list[str]] = {}
    for one in follows:
        by_kind.setdefault(one.entity, []).append(one.id)
    titles = store.titles(by_kind[Followed.STORY]) if Followed.STORY in by_kind else {}
    threads = store.thread_headlines(by_kind[Followed.THREAD]) if Followed.THREAD in by_kind else {}

    def named(one: Follow) -> Named:
        title: str | None = one.id
        language = None
        if one.entity is Followed.STORY:
            title, language = titles.get(one.id, (None, None))
        elif one.entity is Followed.THREAD:
            title = threads.get(one.id)
        return Named(one, title, language, ADDRESSES[one.entity] + quote(one.id, safe=""))

    return [named(one) for one in follows]


def _topics(desk: Desk, _: int, codes: Sequence[str], since: datetime) -> Pairs:
    moved = desk.store.recent_stories(since, MOST_MOVED)
    known = outlines(desk.store, moved)
    return [(topic, one.id) for one in moved if one.id in known and (topic := known[one.id].topic) in codes and topic]


def _places(desk: Desk, _: int, names: Sequence[str], since: datetime) -> Pairs:
    return desk.store.places_named({name: spellings(name) for name in names}, since, MOST)


def _searches(desk: Desk, reader: int, typed: Sequence[str], since: datetime) -> Pairs:
    found: Pairs = []
    for one in typed[:MOST_SEARCHES]:
        hits = desk.searcher.search(f"{one} after:{since.date().isoformat()}", reader, stories=True, limit=FOUND).hits
        stories = desk.store.stories([hit.story for hit in hits if hit.story and not hit.near])
        found += [(one, story.id) for story in stories if story.updated_at and story.updated_at > since]
    return found


_WAYS: Mapping[Followed, Callable[[Desk, int, Sequence[str], datetime], Pairs]] = {
    Followed.STORY: lambda desk, _, ids, since: desk.store.moved_stories(ids, since, MOST),
    Followed.THREAD: lambda desk, _, ids, since: desk.store.moved_threads(ids, since, MOST),
    Followed.SEARCH: _searches,
    Followed.VOICE: lambda desk, _, names, since: desk.store.voices_heard(names, since, MOST),
    Followed.PLACE: _places,
    Followed.OUTLET: lambda desk, _, names, since: desk.store.outlets_told(names, since, MOST),
    Followed.TOPIC: _topics,
}


def can_follow(desk: Desk, reader: int, entity: Followed, id: str, now: datetime) -> bool:
    """Whether there is such a thing. Raises InputError for a search that cannot be meant or is one too many."""
    store = desk.store
    if entity is Followed.STORY:
        return store.story(id) is not None
    if entity is Followed.THREAD:
        return store.thread(id) is not None
    if entity is Followed.TOPIC:
        return id in topics()
    if entity is Followed.SEARCH:
        parse_query(id)
        _searches(desk, reader, [id], now)  # as it will be asked, with a date
        if sum(one.entity is Followed.SEARCH for one in store.follows(reader)) >= MOST_SEARCHES:
            raise InputError(f"You follow {MOST_SEARCHES} searches already", todo="Stop following one of them first")
    return True


# ---- handlers ------------------------------------------------------------------------------------------------------


async def following_page(request: Request) -> Response:
    desk, reader, now = desk_of(request), current_reader(request).id, datetime.now(UTC)
    week = "week" in request.query_params
    shown = await read(request, following, desk, reader, now, whole_week=week)
    if "hidden" in request.query_params:
        return await hidden_page(request, shown.hidden, now)
    answer = page(request, "following.html", shown=shown, week=week)
    return afterwards(request, answer, desk.store.visit_follows, reader, now) if is_look(request) else answer


async def follow(request: Request) -> Response:
    """Follow what a button names, or stop; then back to the page that it came from."""
    form = await form_of(request)
    desk, reader, now = desk_of(request), current_reader(request).id, datetime.now(UTC)
    deed = next((name for name in DEEDS if name in form), None)
    entity, _, id = str(form.get(deed or "", "")).partition("/")
    if not deed or entity not in set(Followed):
        raise HTTPException(400, "Nothing was said to be followed.")
    what = Followed(entity)

    def done() -> bool:
        if not DEEDS[deed]:
            desk.store.unfollow(reader, what, id)
        elif can_follow(desk, reader, what, id, now):
            desk.store.follow(reader, what, id, now)
        else:
            return False
        return True

    if not await run_in_threadpool(done):
        raise HTTPException(404, "What was to be followed is not there.")
    return RedirectResponse(own_path(text_of(form, "back", 2000) or "/following"), 303)


ROUTES = (
    ("/following", following_page, ("GET",), "following"),
    ("/following", follow, ("POST",), "follow"),
)
