"""Who asks for a page and how he or she wants it set: read once a request, so that every page may ask for it at no cost."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from octavo.accounts import token_digest
from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.model import Reader, Role
from octavo.settings import Settings
from octavo.store import Asked, Instance, Preferences
from octavo.web import texts
from octavo.web.guard import LOOPBACK, host_of

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

OFFERED = ("en", "de", "es", "fr", "ja", "ar")  # languages of the interface; all but English have a catalog in `locale`
WITHOUT_READER = ("/static/", "/icons/", "/sw.js", "/healthz")  # nobody's taste changes these
USE_NOTED = timedelta(minutes=10)  # that the last use of a session or an app password is behind at most
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")  # by a proxy
UNNAMED_PROXY = (
    "A request came through a proxy at %s that OCTAVO_PROXIES does not name: all who come through it count as one visitor, so that one who"
    " guesses passwords makes all of them wait. If it is your own proxy, name it there"
)
NO_ACCOUNTS = (
    "This Octavo has no accounts yet, so it answers on its own machine only. Its owner opens http://127.0.0.1:{port}/welcome there,"
    " or runs `octavo readers password`, and gives a name and a password; then it can be reached from elsewhere.\n"
)


class AtHand:
    """ASGI middleware that reads who asks before a page is made.

    Without accounts the owner is let in unasked, so only what comes from this machine itself is answered then.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._heeded = False  # that a proxy is named nowhere, told once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(WITHOUT_READER):
            headers = Headers(scope=scope)
            app = scope["app"]
            found, renewed = await run_in_threadpool(self._asked, app.state.desk, headers, datetime.now(UTC))
            if renewed:
                app.state.kept.forget()
            if not self._heeded and _is_from_unnamed_proxy(scope, headers):
                self._heeded = True
                log.warning(UNNAMED_PROXY, scope["client"][0])
            if not found.accounts and not _is_from_here(scope, headers):
                await PlainTextResponse(NO_ACCOUNTS.format(port=self.settings.port), 403)(scope, receive, send)
                return
            if found.reader and scope["method"] not in ("GET", "HEAD"):
                await app.state.pending.done(found.reader.id)
            scope.setdefault("state", {}).update(asked=found, reader=found.reader, preferences=found.preferences)
        await self.app(scope, receive, send)

    def _asked(self, desk: Desk, headers: Headers, now: datetime) -> tuple[Asked, bool]:
        """Who asks, and whether the database is another than at the last request: a backup may have been put back."""
        store = desk.store
        with store.from_one_state():
            found = _who_asks(desk, headers, now)
            if found.session and now - found.session.used_at > USE_NOTED:
                store.use_session(found.session.token_hash, now)
            program = found.app_password
            if program and (program.used_at is None or now - program.used_at > USE_NOTED):
                store.use_app_password(program.id, now)
            return found, desk.follow(found.generation)


def _who_asks(desk: Desk, headers: Headers, now: datetime) -> Asked:
    token = cookie_parser(headers.get("cookie", "")).get(cookie_name(desk.settings))
    lent = lent_password(headers.get("authorization", ""))
    hashes = (token_digest(token) if token else None, token_digest(lent) if lent else None)
    return desk.store.who_asks(*hashes, now - desk.settings.session)


def is_still_in(request: Request) -> bool:
    """Whether who asked is still who asks: for an answer that goes on. A session may have ended meanwhile, or an account been closed."""
    return _who_asks(desk_of(request), request.headers, datetime.now(UTC)).reader == asked(request).reader


def _is_from_here(scope: Scope, headers: Headers) -> bool:
    """Whether a request comes from this machine itself: to a loopback address, under such a name, and through no proxy.

    The name alone says nothing, and the address may be another than at the start: a backup without accounts may have been put back.
    """
    reached = (scope.get("server") or ("",))[0]
    return reached in LOOPBACK and host_of(headers) in LOOPBACK and not any(name in headers for name in FORWARDED)


def _is_from_unnamed_proxy(scope: Scope, headers: Headers) -> bool:
    """Whether a request says for whom it is forwarded, and the server did not take that for its sender: no setting names the proxy."""
    forwarded = ",".join(headers.getlist("x-forwarded-for"))
    return bool(forwarded) and scope["client"] is not None and scope["client"][0] not in forwarded


def cookie_name(settings: Settings) -> str:
    """The name of the cookie that holds a session's token; browsers keep the stricter name to this host and to HTTPS (RFC 6265bis)."""
    return "__Host-octavo" if settings.is_secure else "octavo"


def lent_password(authorization: str) -> str | None:
    """The password that a program sends, as bearer (RFC 6750) or as basic (RFC 7617, whatever its user name); None where it sends none."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


async def read(request: Request, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What `work` makes of the store, in a thread and from one state of it."""

    def shared() -> T:
        with desk_of(request).store.from_one_state():
            return work(*args, **named)

    return await run_in_threadpool(shared)


class Pending:
    """Notes of what readers looked at that are being written. Used from the loop of the server alone."""

    def __init__(self) -> None:
        self._notes: defaultdict[int, list[asyncio.Event]] = defaultdict(list)

    @asynccontextmanager
    async def note(self, reader: int) -> AsyncIterator[None]:
        """While a note of a reader is written."""
        done = asyncio.Event()
        self._notes[reader].append(done)
        try:
            yield
        finally:
            done.set()
            self._notes[reader].remove(done)

    async def done(self, reader: int) -> None:
        """Wait until all that is being noted of a reader is."""
        for one in tuple(self._notes.get(reader, ())):
            await one.wait()


def afterwards(request: Request, answer: Response, work: Callable[P, object], *args: P.args, **named: P.kwargs) -> Response:
    """`answer`, with what is noted once it is sent: while the database takes in news, who reads need not wait until it can be written to.

    What the reader does next waits for it (`AtHand`): a late note would undo that.
    """
    pending: Pending = request.app.state.pending
    reader = current_reader(request).id

    async def noted() -> None:
        async with pending.note(reader):
            try:
                await run_in_threadpool(work, *args, **named)
            except OctavoError as fault:
                log.warning("What a reader looked at could not be noted. %s", fault.sentence)

    answer.background = BackgroundTask(noted)
    return answer


def desk_of(request: Request) -> Desk:
    """The desk of the app."""
    desk: Desk = request.app.state.desk
    return desk


def asked(request: Request) -> Asked:
    """Who asks, and of what kind of instance. For a path that is the same for all, a stranger."""
    found: Asked = getattr(request.state, "asked", _STRANGER)
    return found


def is_known(request: Request) -> bool:
    """Whether it was read who asks: not where the database could not be reached, nor for a path that is the same for all."""
    return hasattr(request.state, "asked")


def current_reader(request: Request) -> Reader:
    """The reader who asks. Only for routes that no stranger reaches."""
    reader = asked(request).reader
    assert reader is not None
    return reader


def is_editor(reader: Reader | None) -> bool:
    """Whether somebody may see to stories, sources and comments."""
    return reader is not None and reader.role in (Role.EDITOR, Role.OWNER)


def can_have_passkeys(request: Request) -> bool:
    """Whether there can be passkeys under the name that the browser knows us by; an IP address cannot have any."""
    host = request.url.hostname or ""
    return ":" not in host and not host.replace(".", "").isdecimal()


_STRANGER = Asked(None, Instance())


def preferences(request: Request) -> Preferences:
    """How the reader wants pages set; as they come where it could not be read, so that a page can still say why."""
    chosen: Preferences = getattr(request.state, "preferences", Preferences())
    return chosen


def language_of(request: Request) -> str:
    """The language in which the reader has the interface: the chosen one, else the one that the browser asks for."""
    return preferences(request).language or texts.wanted_language(request.headers.get("accept-language", ""), OFFERED)


def zone(request: Request) -> ZoneInfo:
    """The time zone in which the reader's pages show times: his or her own, else the installation's."""
    own = preferences(request).time_zone
    installed: ZoneInfo = request.app.state.zone
    return ZoneInfo(own) if own else installed
