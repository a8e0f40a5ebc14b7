"""Who asks for a page and how he or she wants it set: read once a request, so that every page may ask for it at no cost."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from octavo.model import Reader
from octavo.store import Preferences

WITHOUT_READER = ("/static/", "/images/", "/icons/", "/sw.js", "/healthz")  # nobody's taste changes these


class AtHand:
    """ASGI middleware that reads the reader at hand and his or her preferences before a page is made."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(WITHOUT_READER):
            store = scope["app"].state.desk.store
            reader, preferences = await run_in_threadpool(store.at_hand)
            scope.setdefault("state", {}).update(reader=reader, preferences=preferences)
        await self.app(scope, receive, send)


def current_reader(request: Request) -> Reader:
    """Who asks. As long as there are no accounts, that is the owner."""
    reader: Reader = request.state.reader
    return reader


def preferences(request: Request) -> Preferences:
    """How the reader wants pages set; as they come where it could not be read, so that a page can still say why."""
    chosen: Preferences = getattr(request.state, "preferences", Preferences())
    return chosen


def zone(request: Request) -> ZoneInfo:
    """The time zone in which the reader's pages show times: his or her own, else the installation's."""
    own = preferences(request).time_zone
    installed: ZoneInfo = request.app.state.zone
    return ZoneInfo(own) if own else installed
