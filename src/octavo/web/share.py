"""A page brought here from elsewhere, by a phone's share sheet, a bookmark or by hand: its article is saved, or its site becomes a source."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from octavo.addresses import without_trackers
from octavo.desk import Desk
from octavo.errors import InputError, OctavoError
from octavo.saving import save_page
from octavo.web.forms import form_of
from octavo.web.reading import current_reader
from octavo.web.render import page

LONGEST = 2000
REFUSED = 422
WAIT_SECONDS = 3.0  # for a page before the person is told that it takes longer
AGAIN_SECONDS = 2  # after which a browser asks how far it is
MOST = 20  # pages in hand, and those of which nobody has asked yet what came of them
MOST_OF_ONE = 8  # pages in hand of one reader
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SENTENCE_ENDS = ".,;:!?)]}'»”’、。"
_BARE = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}(?::\d+)?(?:/\S*)?")  # typed without "https://"


@dataclass(frozen=True, slots=True)
class SharePage:
    address: str = ""
    fetching: bool = False
    problem: str | None = None
    bookmark: str = ""  # a bookmark's address that brings the page at hand here


class Saving:
    """The pages that are being saved, by reader and address, and what came of them until that reader asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: dict[tuple[int, str], asyncio.Task[str]] = {}

    async def begin(self, address: str, reader: int) -> None:
        """Save a page, and wait for it a little. Raises InputError when too many are in hand."""
        own = (reader, address)
        if own not in self._tasks:
            for done in [known for known, task in self._tasks.items() if task.done()][: max(0, len(self._tasks) + 1 - MOST)]:
                self._tasks.pop(done).exception()  # asked for, or asyncio complains of it
            if sum(known[0] == reader and not task.done() for known, task in self._tasks.items()) >= MOST_OF_ONE:
                raise InputError(f"{MOST_OF_ONE} pages are being fetched for you already", todo="Wait until some of them are there")
            if len(self._tasks) >= MOST:
                raise InputError(f"{MOST} pages are being fetched already", todo="Wait until some of them are there")
            self._tasks[own] = asyncio.create_task(save_page(self._desk, address, reader, datetime.now(UTC)))
        await asyncio.wait([self._tasks[own]], timeout=WAIT_SECONDS)

    def outcome(self, address: str, reader: int) -> SharePage | str:
        """What there is to say to a reader of an address, or the id of its article. A result is given once."""
        own = (reader, address)
        if own not in self._tasks:
            return SharePage(address)
        if not self._tasks[own].done():
            return SharePage(address, fetching=True)
        try:
            return self._tasks.pop(own).result()
        except OctavoError as fault:
            return SharePage(address, problem=fault.sentence)


def shared_address(given: Mapping[str, str]) -> str:
    """The first web address in what was shared, without trackers; "" when there is none.

    Some phones put it into `text` or behind the `title`, so all three are looked through (W3C Web Share Target leaves that open).
    """
    for name in ("url", "text", "title"):
        said = given.get(name, "").strip()[: 2 * LONGEST]
        if match := _ADDRESS.search(said):
            return without_trackers(match[0].rstrip(_SENTENCE_ENDS))[:LONGEST]
        if name == "url" and _BARE.fullmatch(said):
            return without_trackers(f"https://{said}")[:LONGEST]
    return ""


async def share(request: Request) -> Response:
    """What to do with an address, how far it is with it, or what came of it."""
    saving: Saving = request.app.state.saving
    outcome = saving.outcome(shared_address(request.query_params), current_reader(request).id)
    if isinstance(outcome, str):
        return RedirectResponse(request.url_for("article", id=outcome).path, 303)
    return _page(request, outcome, REFUSED if outcome.problem else 200)


async def save(request: Request) -> Response:
    """Save the article at an address."""
    form = await form_of(request)
    saving: Saving = request.app.state.saving
    said = {name: str(value) for name, value in form.items()}
    address = shared_address(said)
    try:
        if not address:
            raise InputError("There is no web address in this", todo="Give one that begins with https://", subject=said.get("url", "")[:80])
        await saving.begin(address, current_reader(request).id)
    except InputError as fault:
        return _page(request, SharePage(said.get("url", "")[:LONGEST], problem=fault.sentence), REFUSED)
    return RedirectResponse(f"{request.url_for('share').path}?{urlencode({'url': address})}", 303)


def _page(request: Request, shown: SharePage, status: int = 200) -> Response:
    here = quote(str(request.url_for("share")), safe=":/[]")
    bookmark = f"javascript:location.href='{here}?title='+encodeURIComponent(document.title)+'&url='+encodeURIComponent(location.href)"
    answer = page(request, "share.html", status, shown=replace(shown, bookmark=bookmark))
    if shown.fetching:
        answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


ROUTES = (
    ("/share", share, ("GET",), "share"),
    ("/share", save, ("POST",), "save_shared"),
)
