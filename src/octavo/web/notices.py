"""Requests for support: the instance's own on the front page, an outlet's on its articles; each until a reader puts it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from octavo.publishers import known
from octavo.store import Instance, Store
from octavo.web.forms import form_of, own_path, text_of
from octavo.web.reading import current_reader, desk_of


@dataclass(frozen=True, slots=True)
class Notice:
    """A request for support. `name` is what is remembered where a reader puts it away."""

    name: str
    text: str  # of the instance; "" for an outlet
    outlet: str  # "" for the instance
    url: str


def of_instance(store: Store, reader: int, set_so: Instance) -> Notice | None:
    """What the owner asks of the readers, unless this one has put it away. Another text or link is another notice."""
    if not (set_so.support_text or set_so.support_url):
        return None
    digest = sha256(f"{set_so.support_text}\n{set_so.support_url}".encode()).hexdigest()[:16]
    return _unless_dismissed(store, reader, Notice(f"instance/{digest}", set_so.support_text, "", set_so.support_url))


def of_outlet(store: Store, reader: int, outlet: str | None) -> Notice | None:
    """Where an outlet takes support, if it is known and the reader has not put it away."""
    publisher = known().of_name(outlet)
    if publisher is None or not publisher.support_url:
        return None
    return _unless_dismissed(store, reader, Notice(f"outlet/{publisher.id}", "", publisher.name, publisher.support_url))


def _unless_dismissed(store: Store, reader: int, notice: Notice) -> Notice | None:
    return None if store.dismissed(reader, [notice.name]) else notice


async def dismiss(request: Request) -> Response:
    """Put a notice away for good."""
    form = await form_of(request)
    if name := text_of(form, "notice"):
        await run_in_threadpool(desk_of(request).store.dismiss, current_reader(request).id, name, datetime.now(UTC))
    return RedirectResponse(own_path(text_of(form, "back", 2000)), 303)


ROUTES = (("/notices/dismiss", dismiss, ("POST",), "dismiss"),)
