"""What a reader marks: the door for marks, and the lists of what was saved and of what was opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.model import Article
from octavo.store import MarkKind, Store
from octavo.web.contexts import Teaser, teasers
from octavo.web.forms import form_of, own_path, text_of
from octavo.web.reading import current_reader, desk_of, read
from octavo.web.render import page

LISTED = 40
# Name of a button → what it sets, and whether it sets or takes back. A button's value says on what: "story/ID" or "article/ID".
DEEDS = {
    "read": (MarkKind.READ, True),
    "unread": (MarkKind.READ, False),
    "save": (MarkKind.SAVED, True),
    "unsave": (MarkKind.SAVED, False),
}
AGES = {f"P{days}D": timedelta(days=days) for days in (1, 3, 7, 30)}  # ISO 8601 durations
_TARGET = re.compile(r"(story|article)/([0-9A-Za-z]{1,64})")


@dataclass(frozen=True, slots=True)
class Marked:
    """A story or article that was marked, and when."""

    at: datetime
    story: Teaser | None = None
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class MarkedList:
    kind: MarkKind
    marked: tuple[Marked, ...]
    further: datetime | None  # when the last one was marked, where there are more


def listed(store: Store, reader: int, kind: MarkKind, before: datetime | None, now: datetime) -> MarkedList:
    """What a reader marked so, last marks first, as far as it still is there. A story that another one took in shows that one."""
    found = store.marked(reader, kind, LISTED + 1, before)
    own = found[:LISTED]
    told = store.stories([mark.id for mark in own if mark.entity == "story"])
    living = {story.id: store.resolve(story.id) if story.replaced_by else story.id for story in told}
    shown = {one.story.id: one for one in teasers(store, store.stories(list(dict.fromkeys(living.values()))), now, reader)}
    heads = store.heads([mark.id for mark in own if mark.entity == "article"])
    rows: dict[str, Marked] = {}
    for mark in own:
        story, article = shown.get(living.get(mark.id, "")), heads.get(mark.id) if mark.entity == "article" else None
        if story or article:
            rows.setdefault(story.story.id if story else mark.id, Marked(mark.at, story, article))
    return MarkedList(kind, tuple(rows.values()), own[-1].at if len(found) > LISTED else None)


def set_mark(store: Store, reader: int, entity: str, id: str, deed: str, now: datetime) -> bool:
    """Do what a button says. False when there is no such story or article."""
    kind, on = DEEDS[deed]
    if entity == "story":
        found = store.story(id)
        there = found is not None
        if found and on and kind is MarkKind.READ:
            store.read_stories(reader, [found.id], now)
            return True
    else:
        there = bool(store.heads([id]))
    if there and on:
        store.mark(reader, entity, id, kind, now)
    elif there:
        store.unmark(reader, entity, id, kind)
    return there


# ---- handlers ------------------------------------------------------------------------------------------------------


async def mark(request: Request) -> Response:
    """Set or take back one mark, or mark as read all that moved last before a moment or longer ago than an age (`AGES`).

    Then back to the page that it came from.
    """
    form = await form_of(request)
    store, reader, now = desk_of(request).store, current_reader(request).id, datetime.now(UTC)
    if text_of(form, "reader") not in ("", str(reader)):  # it may have waited in a browser that another reader uses by now
        raise HTTPException(409, "This mark was set by another reader.")
    place = own_path(text_of(form, "back", 2000))
    deed = next((name for name in DEEDS if name in form), None)
    target = _TARGET.fullmatch(str(form.get(deed, ""))) if deed else None
    until = (
        now - AGES[age] if (age := str(form.get("older_than"))) in AGES and "by_age" in form else _moment(str(form.get("read_until", "")))
    )
    if deed and target:
        if not await run_in_threadpool(set_mark, store, reader, target[1], target[2], deed, now):
            raise HTTPException(404, "What was to be marked is not there.")
        if deed == "unread" and place.partition("?")[0] in (f"/stories/{target[2]}", f"/articles/{target[2]}"):
            place = "/"  # its own page would mark it as read again
        return RedirectResponse(f"{place}#at-{target[2]}", 303)
    if until is None:
        raise HTTPException(400, "Nothing was said to be marked.")
    await run_in_threadpool(store.read_all, reader, until, now)
    return RedirectResponse(place, 303)


async def saved(request: Request) -> Response:
    return await _listed(request, MarkKind.SAVED)


async def opened(request: Request) -> Response:
    return await _listed(request, MarkKind.OPENED)


async def _listed(request: Request, kind: MarkKind) -> Response:
    store, reader = desk_of(request).store, current_reader(request).id
    before = _moment(request.query_params.get("before", ""))
    shown = await read(request, listed, store, reader, kind, before, datetime.now(UTC))
    return page(request, "marked.html", shown=shown)


def _moment(iso: str) -> datetime | None:
    """A moment as we write it ourselves; None for what is none."""
    try:
        found = datetime.fromisoformat(iso)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):  # the second where UTC's calendar ends before another zone's
        return None


ROUTES = (
    ("/marks", mark, ("POST",), "mark"),
    ("/saved", saved, ("GET",), "saved"),
    ("/history", opened, ("GET",), "history"),
)
