"""The front page of an edition, and all stories by time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.compose import Reach, topic_of
from octavo.model import Article, Story
from octavo.own_editions import OWN_ID, Edition, at_home, edition, offered
from octavo.rules import UNTOUCHED, Rule
from octavo.store import OwnEdition, Preferences, Store
from octavo.web.contexts import LOOK_BACK, Outline, Teaser, in_order, outlines, teasers, weighed
from octavo.web.notices import Notice, of_instance
from octavo.web.pages import is_look
from octavo.web.reading import afterwards, asked, current_reader, desk_of, preferences, read
from octavo.web.render import page
from octavo.web.ruled import Ruled, hidden_ones, hides, highlighted, ruled

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
    own: tuple[Edition, ...]  # that the reader made
    lead: Teaser | None
    second: tuple[Teaser, ...]
    local: tuple[Teaser, ...]  # told by the outlets of `homes`
    homes: tuple[str, ...]  # countries
    sections: tuple[Section, ...]
    singles: tuple[Teaser, ...]  # one outlet has them
    popular: tuple[Teaser, ...]  # what readers of this instance looked at
    latest: tuple[Article, ...]
    since: datetime | None  # when the reader was here before; None: never
    fresh: int  # stories that opened since then or say something new
    until: datetime | None  # when the last of these stories moved
    hidden: Mapping[str, Rule]  # stories that would stand here, by the rule that hides them
    sources: int
    failing: int


@dataclass(frozen=True, slots=True)
class Latest:
    stories: tuple[Teaser, ...]
    further: str | None  # the id of the last one, where there are more
    hidden: Mapping[str, Rule]  # stories that would stand here, by the rule that hides them


def front(store: Store, reader: int, taste: Preferences, chosen: Edition | None, now: datetime) -> FrontPage:
    """The front page of a reader as of `now`, in a number of queries that does not grow with it."""
    own = store.own_editions(reader)
    shown = edition_of(taste, own) if chosen is None else chosen
    found = {story.id: story for story in candidates(store, now)}
    known = outlines(store, list(found.values()))
    said = ruled(store, reader, list(found.values()), now, shown.id)
    reach = store.reach()
    heaviest, hidden = chosen_ones(shown, known.values(), said, reach, now)
    popular = [id for id in store.looked_at(now - POPULAR_WITHIN, POPULAR) if id in found and not hides(said, id)]
    wanted = list(dict.fromkeys((*heaviest, *popular)))
    every = highlighted(teasers(store, [found[id] for id in wanted], now, reader, reach), said)
    held = in_order(every, heaviest)
    several = tuple(one for one in held if one.voices > 1) or held
    beside = 1 + SECOND + (0 if several and several[0].pictured else INSTEAD)
    lead, second, rest = several[:1], several[1:beside], several[beside:]
    homes = (shown.countries if shown.local_first else ()) or ((taste.home,) if taste.home and not shown.countries else ())
    local = [one for one in rest if homes and at_home(one.outlets, homes)][:LOCAL]
    sources, failing = store.source_counts()
    newest = newest_articles(store, shown, found.values(), said)
    since = store.visit(reader, now, keep=False)
    return FrontPage(
        edition=shown,
        editions=offered(set(one.languages) for one in known.values()),
        own=tuple(one.edition for one in own),
        lead=next(iter(lead), None),
        second=tuple(second),
        local=tuple(local),
        homes=homes if local else (),
        sections=sections([one for one in rest if one not in local]),
        singles=tuple(one for one in held if one not in several),
        popular=in_order(every, popular),
        latest=newest,
        since=since,
        fresh=sum(is_new(one, since) for one in held),
        until=max((one.story.updated_at for one in held if one.story.updated_at), default=None),
        sources=sources,
        failing=failing,
        hidden=hidden,
    )


def newest_articles(store: Store, shown: Edition, stories: Iterable[Story], said: Ruled) -> tuple[Article, ...]:
    """The latest articles of an edition, without copies and without those of stories that rules hide."""
    left_out: set[str] = set()
    for story in stories:
        copies = (id for group in story.copies for id in group.articles if id != group.origin)
        left_out.update(story.articles if hides(said, story.id) else copies)
    found = store.latest_articles((4 if shown == Edition() else 20) * LATEST)
    belonging = (
        article
        for article in found
        if article.published
        and article.id not in left_out
        and shown.holds((article.language or "",), (article.publisher,) if article.publisher else (), topic_of((article,)))
    )
    return tuple(islice(belonging, LATEST))


def chosen_ones(shown: Edition, stories: Iterable[Outline], said: Ruled, reach: Reach, now: datetime) -> tuple[list[str], dict[str, Rule]]:
    """The stories of an edition that stand on its front page, heaviest first, and those that would, did not a rule hide them."""
    belonging = [one for one in stories if shown.holds(one.languages, one.outlets, one.topic)]
    held: list[str] = []
    hidden: dict[str, Rule] = {}
    for one in weighed(belonging, reach, now, lambda one: shown.weight(one.outlets) * said.get(one.story.id, UNTOUCHED).factor):
        if len(held) == STORIES:
            break
        if rule := hides(said, one.story.id):
            hidden[one.story.id] = rule
        else:
            held.append(one.story.id)
    return held, hidden


def candidates(store: Store, now: datetime) -> tuple[Story, ...]:
    """The stories that a front page chooses from."""
    recent = store.recent_stories(now - LOOK_BACK, STORIES_READ // 2)
    known = {story.id for story in recent}
    large = store.largest_stories(now - LARGE_WITHIN, STORIES_READ // 2)
    return recent + store.stories([id for id in large if id not in known])


def edition_of(taste: Preferences, own: Sequence[OwnEdition] = ()) -> Edition:
    """The edition that a reader's front page opens with."""
    mine = next((one.edition for one in own if one.edition.id == taste.edition), None)
    return mine or (edition(taste.edition) if taste.edition else None) or Edition(languages=taste.languages)


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
    stories = store.stories(found[:LISTED])
    said = ruled(store, reader, stories, now)
    mine = Edition(languages=taste.languages)
    listed = [one for one in in_order(teasers(store, stories, now, reader), found[:LISTED]) if mine.holds(one.languages, one.outlets)]
    return Latest(
        stories=highlighted([one for one in listed if not hides(said, one.story.id)], said),
        further=found[LISTED - 1] if len(found) > LISTED else None,
        hidden={one.story.id: rule for one in listed if (rule := hides(said, one.story.id))},
    )


# ---- handlers ------------------------------------------------------------------------------------------------------


async def front_page(request: Request) -> Response:
    return await _front(request, None)


async def edition_page(request: Request) -> Response:
    id, store = request.path_params["edition"], desk_of(request).store
    chosen = edition(id)
    if chosen is None and OWN_ID.fullmatch(id):
        made = await run_in_threadpool(store.own_edition, id)
        chosen = made.edition if made and (made.shared or made.reader == current_reader(request).id) else None
    if chosen is None:
        raise HTTPException(404, "There is no such edition. Its name is a country's code and a language's, as jp-en, or world-en.")
    return await _front(request, chosen)


async def every_edition(request: Request) -> Response:
    return await _front(request, Edition())


async def _front(request: Request, chosen: Edition | None) -> Response:
    store, reader, taste = desk_of(request).store, current_reader(request).id, preferences(request)
    now, instance = datetime.now(UTC), asked(request).instance

    def made() -> tuple[FrontPage, Notice | None]:
        return front(store, reader, taste, chosen, now), of_instance(store, reader, instance)

    shown, notice = await read(request, made)
    if "hidden" in request.query_params:
        return await hidden_page(request, shown.hidden, now)
    answer = page(request, "front.html", front=shown, everything=Edition(), notice=notice)
    return afterwards(request, answer, store.visit, reader, now) if is_look(request) else answer


async def latest_page(request: Request) -> Response:
    store, reader, taste = desk_of(request).store, current_reader(request).id, preferences(request)
    before, now = request.query_params.get("before"), datetime.now(UTC)
    if before and not re.fullmatch(r"[0-9A-Za-z]{1,64}", before):
        raise HTTPException(404, "There is no such page.")
    shown = await read(request, latest, store, reader, taste, before, now)
    if "hidden" in request.query_params:
        return await hidden_page(request, shown.hidden, now)
    return page(request, "latest.html", shown=shown)


async def hidden_page(request: Request, hidden: Mapping[str, Rule], now: datetime) -> Response:
    """What the rules of a reader hide on a page, with the rule that does."""
    store, reader = desk_of(request).store, current_reader(request).id
    shown = await read(request, hidden_ones, store, reader, hidden, now)
    asked = request.query_params.get("before")
    return page(request, "hidden.html", hidden=shown, back=request.url.path + (f"?before={asked}" if asked else ""))


GET = ("GET",)
ROUTES = (
    ("/", front_page, GET, "front"),
    ("/e/all", every_edition, GET, "every_edition"),
    ("/e/{edition}", edition_page, GET, "edition"),
    ("/latest", latest_page, GET, "latest"),
)
