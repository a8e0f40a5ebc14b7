"""The pages of outlets: what is known of one, its articles, whom it repeats and who repeats it, how often it was first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from octavo.compose import first_reports, independent
from octavo.model import Article, Publisher, Source, SourceHealth
from octavo.publishers import folded, known
from octavo.store import Followed, OutletLine, Spot, Store, Tie
from octavo.web.reading import current_reader, desk_of, read
from octavo.web.render import page
from octavo.web.sources import State, state_of

WINDOW = timedelta(days=14)  # in which outlets are ranked
LISTED = 60  # outlets on a page
ARTICLES = 30  # of an outlet on a page
TIES = 12
JUDGED = 40  # stories by which is told how often an outlet is first
LARGEST = 2000  # articles of all of these


@dataclass(frozen=True, slots=True)
class OutletsPage:
    outlets: tuple[tuple[OutletLine, Publisher | None], ...]  # those of most articles first
    further: str | None  # the last name, where there are more


@dataclass(frozen=True, slots=True)
class Firsts:
    """Of the latest stories that several voices have: how often an outlet was first, and how often it may have been."""

    stories: int
    surely: int
    perhaps: int


@dataclass(frozen=True, slots=True)
class OutletPage:
    name: str
    known: Publisher | None
    articles: tuple[Article, ...]  # heads, latest first
    stories: Mapping[str, tuple[str, str | None, str | None]]  # article → its story, the headline of that and its language
    repeats: tuple[Tie, ...]
    repeated_by: tuple[Tie, ...]
    evidence: Mapping[Spot, str]
    firsts: Firsts
    sources: tuple[tuple[Source, State], ...]
    further: str | None  # the id of the last article, where there are more


def outlets(store: Store, before: str | None, now: datetime) -> OutletsPage:
    """The outlets of the last days. Raises InputError for an unknown `before`."""
    found = store.outlets(now - WINDOW, LISTED + 1, before)
    shown = tuple((line, known().of_name(line.name)) for line in found[:LISTED])
    return OutletsPage(shown, found[LISTED - 1].name if len(found) > LISTED else None)


def outlet(store: Store, id: str, before: str | None) -> OutletPage | None:
    """The page of an outlet, by the id of its declaration or by its name, in a number of queries that does not grow with it.

    None where nobody declared it, nothing of it is kept and no article credits it. Raises InputError for an unknown `before`.
    """
    declared = next((one for one in known() if one.id == id), None) or known().of_name(id)
    name = declared.name if declared else id
    judged = firsts(store, name)  # before the latest ones, whose heads are among those that it reads
    articles = store.latest_articles(ARTICLES + 1, before, publisher=name)
    repeats, repeated_by = (ties[:TIES] for ties in store.ties(name))
    if not articles and not repeated_by and declared is None:
        return None
    shown = articles[:ARTICLES]
    story_of = store.stories_of([article.id for article in shown])
    titles = store.titles(list(story_of.values()))
    spots = [(c.article, c.revision, c.start, c.end) for tie in (*repeats, *repeated_by) if (c := tie.evidence)]
    bringing = set(store.bringing(name))
    sources = [
        source for source in store.sources() if source.id in bringing or (source.publisher and folded(source.publisher) == folded(name))
    ]
    return OutletPage(
        name=name,
        known=declared,
        articles=shown,
        stories={id: (story, *titles[story]) for id, story in story_of.items() if story in titles},
        repeats=repeats,
        repeated_by=repeated_by,
        evidence=store.pieces(spots),
        firsts=judged,
        sources=tuple((source, state_of(SourceHealth(source))) for source in sources),
        further=shown[-1].id if len(articles) > ARTICLES else None,
    )


def firsts(store: Store, name: str) -> Firsts:
    """How often an outlet was first, by what is printed, in the latest stories that it has with others."""
    standing = store.stories_of(store.latest(2 * JUDGED, publisher=name))
    stories = store.stories(list(dict.fromkeys(standing.values()))[:JUDGED])
    heads = store.heads([id for story in stories for id in story.articles][:LARGEST])
    several, surely, perhaps = 0, 0, 0
    for story in stories:
        members = [heads[id] for id in story.articles if id in heads]
        if len(independent(story, members)) < 2:
            continue
        several += 1
        first = [report for report in first_reports(story, members, {}).published if report.maybe_first]
        if any(report.owner.key == folded(name) for report in first):
            surely += len(first) == 1
            perhaps += len(first) > 1
    return Firsts(several, surely, perhaps)


# ---- handlers ------------------------------------------------------------------------------------------------------


async def outlets_page(request: Request) -> Response:
    store, before = desk_of(request).store, request.query_params.get("before")
    return page(request, "outlets.html", shown=await read(request, outlets, store, before, datetime.now(UTC)), days=WINDOW.days)


async def outlet_page(request: Request) -> Response:
    id, before = request.path_params["id"].strip(), request.query_params.get("before")
    store, reader = desk_of(request).store, current_reader(request).id
    shown = await read(request, outlet, store, id, before)
    if shown is None:
        raise HTTPException(404, f"No outlet “{id[:80]}” is known, and nothing of it is kept.")
    followed = await read(request, store.is_followed, reader, Followed.OUTLET, shown.name)
    return page(request, "outlet.html", shown=shown, followed=followed)


GET = ("GET",)
ROUTES = (
    ("/outlets", outlets_page, GET, "outlets"),
    ("/outlets/{id:path}", outlet_page, GET, "outlet"),
)
