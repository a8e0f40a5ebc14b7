"""What has come in since a page was read: told to it as it happens, by server-sent events, or when it asks."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from octavo.errors import InputError, OctavoError
from octavo.store import Store
from octavo.store.changes import Place
from octavo.web import texts
from octavo.web.reading import current_reader, desk_of, is_still_in, language_of

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0  # between two looks into the change log, one for all pages
BEAT_SECONDS = 20.0  # after which a silent stream says that it is alive, so that nothing on the way closes it
RETRY_SECONDS = 15  # after which a browser opens a broken stream again
MOST_STREAMS = 100
MOST_OF_ONE = 10  # streams of one reader: a page that is seen holds one
_CURSOR = re.compile(r"(\d{1,18})-(\d{1,18})")


class Live:
    """Tells any number of pages how many stories were opened, from one look into the change log at a time. For one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._streams: Counter[int] = Counter()  # by reader
        self._polling: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._place: Place = (0, 0)  # up to which the log was read
        self._opened = 0  # stories since polling began
        self._more = asyncio.Event()  # set, and replaced, when more were opened

    def full(self, reader: int) -> bool:
        """Whether there can be no further stream for this reader."""
        return self._streams.total() >= MOST_STREAMS or self._streams[reader] >= MOST_OF_ONE

    async def opened(self, since: Place, reader: int) -> AsyncGenerator[int | None]:
        """How many stories were opened after that place in the change log: whenever that changes, and None as a sign of life."""
        self._streams[reader] += 1
        try:
            async with self._starting:
                if self._polling is None:
                    self._place = await run_in_threadpool(self._store.last_change)
                    self._polling = asyncio.create_task(self._poll())
            place, before = self._place, self._opened
            missed = await run_in_threadpool(self._store.stories_opened, since, place)
            told = 0
            while True:
                more, total = self._more, missed + self._opened - before
                yield total if total != told else None
                told = total
                try:
                    await asyncio.wait_for(more.wait(), BEAT_SECONDS)
                except TimeoutError:
                    continue
        finally:
            self._streams[reader] -= 1
            self._streams += Counter()  # without those of no stream
            if not self._streams and self._polling:
                self._polling.cancel()
                self._polling = None

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                last = await run_in_threadpool(self._store.last_change)
                fresh = await run_in_threadpool(self._store.stories_opened, self._place, last) if last != self._place else 0
            except OctavoError as fault:
                log.warning("Open pages are not told of new stories at present: %s", fault)
                continue
            self._place = last
            if fresh:
                self._opened += fresh
                self._more.set()
                self._more = asyncio.Event()


async def events(request: Request) -> Response:
    """A stream of `told` whenever there is more since `cursor`, which `since` gave, until the reader's session ends.

    503 when there are as many streams as can be.
    """
    live: Live = request.app.state.live
    start, reader = _cursor(request), current_reader(request).id
    if start is None:
        start = await run_in_threadpool(desk_of(request).store.last_change)
    if live.full(reader):
        return PlainTextResponse("Too many pages listen. Ask /events/since instead.\n", 503, headers={"Retry-After": "60"})
    language = language_of(request)

    async def written() -> AsyncIterator[str]:
        yield f"retry: {RETRY_SECONDS * 1000}\n\n"
        try:
            async with aclosing(live.opened(start, reader)) as numbers:
                async for opened in numbers:
                    if not await run_in_threadpool(is_still_in, request):
                        return
                    yield ": \n\n" if opened is None else f"data: {json.dumps(told(opened, language))}\n\n"
        except OctavoError as fault:
            log.warning("An open page is told no more, and will ask again: %s", fault)

    return StreamingResponse(written(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


async def since(request: Request) -> Response:
    """`told` of what was opened after `cursor`, with the cursor of this moment; without one there is nothing new yet."""
    store, since = desk_of(request).store, _cursor(request)
    last = await run_in_threadpool(store.last_change)
    opened = await run_in_threadpool(store.stories_opened, since, last) if since else 0
    answer = {"cursor": "{}-{}".format(*last), **told(opened, language_of(request))}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def told(opened: int, language: str) -> dict[str, object]:
    """So many new stories, as a page shows it: the number, the sentence, what leads to them."""
    words = texts.translations(language)
    sentence = words.ngettext("%(num)s new story", "%(num)s new stories", opened) % {"num": opened}
    return {"new": opened, "text": sentence, "show": words.gettext("Show")}


def _cursor(request: Request) -> Place | None:
    given = request.query_params.get("cursor")
    if given is None:
        return None
    match = _CURSOR.fullmatch(given)
    if not match:
        raise InputError("This is no cursor", todo="Take the one that /events/since gives", subject=given[:40])
    return int(match[1]), int(match[2])


ROUTES = (
    ("/events", events, ("GET",), "events"),
    ("/events/since", since, ("GET",), "events_since"),
)
