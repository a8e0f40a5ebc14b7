"""The server of the demonstration press: every outlet a virtual host on one loopback port, in a thread of its own."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from threading import Thread
from types import TracebackType

from aiohttp import web

from octavo.demo.outlets import OUTLETS, publishers
from octavo.demo.site import Answer, answers
from octavo.demo.views import Day
from octavo.errors import SettingsError
from octavo.model import SourceKind

_HOST = "127.0.0.1"
_READY = time(9, tzinfo=UTC)  # by this time the morning's articles are out in every zone of the press
_PACKED = ("text/", "application/")


class Press:
    """The press, serving from `__enter__` to `__exit__`.

    `today` is the day of its newest articles; the same day gives the same bytes on the same port. Without it, it is the last day
    whose morning is over, and relative times count from the start of the press. Port 0 takes a free one.
    `requests` counts what was asked for by "domain/path"; `unchanged` counts those answered with 304.
    """

    def __init__(self, port: int = 0, today: date | None = None) -> None:
        now = datetime.now(UTC)
        if today is None:
            today = (now - timedelta(hours=_READY.hour)).date()
        else:
            now = datetime.combine(today, _READY)
        self._day = Day(today, now.replace(microsecond=0), port)
        self._answers: Mapping[tuple[str, str], Answer] = {}
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop  # from __enter__ to __exit__
        self._thread: Thread
        self.requests: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()

    # ---- what a user of the press needs to know; all of it stands once the press serves ----

    @property
    def address(self) -> str:
        """The plain address of the server, where a list of the outlets stands."""
        return f"http://{_HOST}:{self._day.port}"

    @property
    def today(self) -> date:
        """The day of the newest articles."""
        return self._day.today

    @property
    def sites(self) -> dict[str, str]:
        """The address of each outlet's front page, by outlet id."""
        return {o.id: f"{self._day.base(o.id)}/" for o in OUTLETS}

    @property
    def feeds(self) -> dict[str, tuple[str, ...]]:
        """The addresses of each outlet's feeds, by outlet id."""
        return {o.id: tuple(self._day.base(o.id) + feed.path for feed in o.feeds) for o in OUTLETS}

    @property
    def allow(self) -> frozenset[str]:
        """The exact host:port pairs of the outlets, for `Settings.allow`."""
        return frozenset(self._day.host(o.id) for o in OUTLETS)

    def sources(self) -> tuple[tuple[SourceKind, str, str], ...]:
        """What `octavo demo` adds: kind, address and title of each source."""
        return tuple((kind, self._day.base(o.id) + path, publishers()[o.id].name) for o in OUTLETS for kind, path in o.sources)

    def correct(self) -> None:
        """Serve the corrected revisions from now on."""
        self._day = replace(self._day, corrected=True)
        self._answers = answers(self._day)

    # ---- serving ----

    def __enter__(self) -> Press:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="demonstration press", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
            self._answers = answers(self._day)
        except BaseException as error:
            self.__exit__(None, None, None)
            if isinstance(error, OSError):
                what = f"The demonstration press cannot listen on port {self._day.port}: {error.strerror}"
                raise SettingsError(what, todo="Stop what uses that port") from error
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, self._day.port).start()
        self._day = replace(self._day, port=self._runner.addresses[0][1])

    async def _close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        domain = request.host.partition(":")[0].lower()
        if domain == _HOST:
            return self._outlets()
        self.requests[domain + request.path] += 1
        answer = self._answers.get((domain, request.path))
        if answer is None:
            return web.Response(status=404, text="<h1>404</h1><p>Nothing is printed here.</p>", content_type="text/html")
        if answer.location:
            return web.Response(status=301, headers={"Location": answer.location})
        headers = {
            "Content-Type": answer.media_type,
            "ETag": answer.etag,
            "Last-Modified": format_datetime(answer.modified.astimezone(UTC), usegmt=True),
            "Cache-Control": "max-age=60",
            "Vary": "Accept-Encoding",
        }
        if _unchanged(request, answer):
            self.unchanged[domain + request.path] += 1
            return web.Response(status=304, headers=headers)
        body = answer.body
        if "gzip" in request.headers.get("Accept-Encoding", "") and answer.media_type.startswith(_PACKED):
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, headers=headers)

    def _outlets(self) -> web.Response:
        items = "".join(f'<li><a href="{self.sites[o.id]}">{publishers()[o.id].name}</a> – {o.slogan}</li>' for o in OUTLETS)
        return web.Response(text=f"<h1>The press of Lorvia</h1><ul>{items}</ul>", content_type="text/html")


def _unchanged(request: web.Request, answer: Answer) -> bool:
    """Whether the caller holds this answer already (RFC 9110: an entity tag decides before a date does)."""
    if request.if_none_match:
        return answer.etag in {f'"{tag.value}"' for tag in request.if_none_match}
    return request.if_modified_since is not None and answer.modified <= request.if_modified_since
