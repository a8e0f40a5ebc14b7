"""The pages about sources: how each fares, what a person may say of one, and the ways to add more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from octavo.editions import Edition, edition, editions, offered
from octavo.errors import InputError, OctavoError
from octavo.model import FullText, Source, SourceHealth, SourceKind
from octavo.opml import LARGEST, Problem, read_opml, write_opml
from octavo.store import Store
from octavo.subscribing import Added, subscribe
from octavo.web.forms import form_of
from octavo.web.reading import desk_of
from octavo.web.render import page

WINDOW = timedelta(days=7)  # in which articles are counted
LONGEST_ADDRESS, LONGEST_TEXT = 2000, 500
MOST_PROBLEMS = 200  # of a list, that are shown
REFUSED = 422


class State(StrEnum):
    """How a source fares, in the order in which a person wants to know."""

    FAILING = "failing"
    PARTLY = "partly"  # what could be used was
    SILENT = "silent"
    PAUSED = "paused"
    NEW = "new"  # nobody has looked yet
    WELL = "well"


@dataclass(frozen=True, slots=True)
class SourcesPage:
    groups: Mapping[State, Sequence[SourceHealth]]  # of those states that there are, in their order
    counts: Mapping[str, int]
    bytes_in: int
    editions: Sequence[Edition]
    problem: str | None = None  # why an address could not be added
    address: str = ""


@dataclass(frozen=True, slots=True)
class SourcePage:
    health: SourceHealth
    state: State
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A CSS selector tried out on a list page: the links that it finds (addresses and texts), or why it finds none."""

    address: str = ""
    selector: str = ""
    source: Source | None = None  # that it is tried out for
    links: Mapping[str, str] | None = None  # None: not tried yet
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ImportPage:
    added: Added
    repeated: int
    problems: Sequence[Problem]


def state_of(health: SourceHealth) -> State:
    source = health.source
    if source.paused:
        return State.PAUSED
    if source.last_tried_at is None:
        return State.NEW
    if source.error_count:
        return State.FAILING
    if source.last_error:
        return State.PARTLY
    return State.SILENT if health.silent else State.WELL


def overview(store: Store, now: datetime, problem: str | None = None, address: str = "") -> SourcesPage:
    """All sources by how they fare: those that failed most often first, the others by name."""
    every = store.source_health(now - WINDOW, now)
    ranked = sorted(every, key=lambda health: (-health.source.error_count, (health.source.title or health.source.address).casefold()))
    groups = {state: [health for health in ranked if state_of(health) is state] for state in State}
    return SourcesPage(
        groups={state: members for state, members in groups.items() if members},
        counts=store.counts(),
        bytes_in=sum(health.source.bytes_in for health in every),
        editions=list(editions().values()),
        problem=problem,
        address=address,
    )


# ---- handlers ------------------------------------------------------------------------------------------------------


async def sources(request: Request) -> Response:
    return await _overview(request)


async def add(request: Request) -> Response:
    """Add an address; with a `selector`, that of a list page."""
    form = await form_of(request)
    address, selector = _text(form, "address", LONGEST_ADDRESS), _text(form, "selector")
    try:
        await desk_of(request).add(address, datetime.now(UTC), selector=selector or None)
    except OctavoError as fault:
        return await _overview(request, REFUSED, fault.sentence, address)
    return RedirectResponse(request.url_for("sources").path, 303)


async def add_edition(request: Request) -> Response:
    chosen = edition(_text(await form_of(request), "edition"))
    await run_in_threadpool(subscribe, desk_of(request).store, offered(chosen, (chosen.name,)), datetime.now(UTC))
    return RedirectResponse(request.url_for("sources").path, 303)


async def source(request: Request) -> Response:
    return await _one(request, await _found(request))


async def configure(request: Request) -> Response:
    """Keep what a person says of a source."""
    found, form = await _found(request), await form_of(request)
    hours = _text(form, "hours").replace(",", ".")
    try:
        if hours and not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", hours):
            raise InputError(
                f"{hours[:40]!r} is no number of hours", todo="Leave it empty, and Octavo goes by how often the source publishes"
            )
        changed = replace(
            found.source,
            title=_text(form, "title") or None,
            folders=tuple(dict.fromkeys(filter(None, (line.strip(" /") for line in _text(form, "folders").splitlines())))),
            full_text=FullText(_text(form, "full_text") or FullText.SHORT),
            selector=_text(form, "selector") or None if found.source.kind is SourceKind.PAGE else None,
            interval_seconds=float(hours or 0) * 3600 or None,
        )
    except OctavoError as fault:
        return await _one(request, found, REFUSED, fault.sentence)
    except ValueError:
        raise HTTPException(400, "There is no such choice.") from None
    await run_in_threadpool(desk_of(request).store.configure_source, changed)
    return _back(request, found.source.id)


async def pause(request: Request) -> Response:
    """Pause a source, or go on with it when it is paused."""
    found = (await _found(request)).source
    await run_in_threadpool(desk_of(request).store.pause_source, found.id, not found.paused, datetime.now(UTC))
    return _back(request, found.id)


async def remove(request: Request) -> Response:
    await run_in_threadpool(desk_of(request).store.remove_source, int(request.path_params["id"]))
    return RedirectResponse(request.url_for("sources").path, 303)


async def trial(request: Request) -> Response:
    """The empty form for a list page, or that of a source, whose number stands in the query."""
    number = request.query_params.get("source", "")
    known = await run_in_threadpool(desk_of(request).store.source, int(number)) if re.fullmatch(r"\d{1,9}", number) else None
    shown = TrialPage(known.address, known.selector or "", known) if known else TrialPage()
    return page(request, "trial.html", shown=shown)


async def try_out(request: Request) -> Response:
    """Fetch the page and show what the selector finds on it. Nothing is kept."""
    form = await form_of(request)
    address, selector = _text(form, "address", LONGEST_ADDRESS), _text(form, "selector")
    known = next((one for one in await run_in_threadpool(desk_of(request).store.sources) if one.address == address), None)
    shown = TrialPage(address, selector, known)
    try:
        links = await desk_of(request).try_selector(address, selector, datetime.now(UTC))
    except OctavoError as fault:
        return page(request, "trial.html", REFUSED, shown=replace(shown, problem=fault.sentence))
    return page(request, "trial.html", shown=replace(shown, links=links))


async def import_list(request: Request) -> Response:
    """Take in an OPML file, and say line by line what of it could not be used."""
    async with request.form(max_files=1, max_fields=2) as form:
        sent = form.get("list")
        body = await sent.read(LARGEST + 1) if isinstance(sent, UploadFile) else b""
    try:
        if not body:
            raise InputError("No file was sent", todo="Choose an OPML file first")
        read = await run_in_threadpool(read_opml, body)
    except OctavoError as fault:
        return await _overview(request, REFUSED, fault.sentence)
    added = await run_in_threadpool(subscribe, desk_of(request).store, read.sources, datetime.now(UTC))
    return page(request, "imported.html", shown=ImportPage(added, read.repeated, read.problems[:MOST_PROBLEMS]))


async def export_list(request: Request) -> Response:
    kept = await run_in_threadpool(desk_of(request).store.sources)
    written = write_opml(kept, "Octavo", datetime.now(UTC))
    return Response(written, media_type="text/x-opml", headers={"Content-Disposition": 'attachment; filename="octavo.opml"'})


# ---- shared --------------------------------------------------------------------------------------------------------


def _text(form: FormData, name: str, longest: int = LONGEST_TEXT) -> str:
    return str(form.get(name, "")).strip()[:longest]


async def _overview(request: Request, status: int = 200, problem: str | None = None, address: str = "") -> HTMLResponse:
    shown = await run_in_threadpool(overview, desk_of(request).store, datetime.now(UTC), problem, address)
    return page(request, "sources.html", status, shown=shown, working=desk_of(request).working)


async def _found(request: Request) -> SourceHealth:
    """The source that the address names. Raises HTTPException (404) when there is none."""
    id, now = int(request.path_params["id"]), datetime.now(UTC)
    every = await run_in_threadpool(desk_of(request).store.source_health, now - WINDOW, now)
    found = next((health for health in every if health.source.id == id), None)
    if not found:
        raise HTTPException(404, "There is no such source.")
    return found


async def _one(request: Request, found: SourceHealth, status: int = 200, problem: str | None = None) -> HTMLResponse:
    return page(request, "source.html", status, shown=SourcePage(found, state_of(found), problem), choices=list(FullText))


def _back(request: Request, id: int) -> RedirectResponse:
    return RedirectResponse(request.url_for("source", id=id).path, 303)


GET, POST = ("GET",), ("POST",)
ROUTES = (
    ("/sources", sources, GET, "sources"),
    ("/sources", add, POST, "add_source"),
    ("/sources.opml", export_list, GET, "export_sources"),
    ("/sources/import", import_list, POST, "import_sources"),
    ("/sources/editions", add_edition, POST, "add_edition"),
    ("/sources/try", trial, GET, "trial"),
    ("/sources/try", try_out, POST, "try_out"),
    ("/sources/{id:int}", source, GET, "source"),
    ("/sources/{id:int}", configure, POST, "configure_source"),
    ("/sources/{id:int}/pause", pause, POST, "pause_source"),
    ("/sources/{id:int}/remove", remove, POST, "remove_source"),
)
