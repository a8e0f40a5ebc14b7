"""One address over HTTP: guarded, limited, polite, and with a sentence for every way to fail."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from octavo.errors import FetchError, InputError, OctavoError, RefusedError
from octavo.gather import answers, guard
from octavo.gather.pace import Pace
from octavo.gather.robots import LARGEST as LARGEST_ROBOTS
from octavo.gather.robots import Robots, Rules, rules_of
from octavo.settings import Settings

MOST_REDIRECTS = 8
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_TOO_MUCH = frozenset({429, 503})  # the server cannot keep up, with us or with all
_KEPT_HEADERS = frozenset({"cache-control", "content-language", "content-type", "date", "etag", "expires", "last-modified", "link"}) | {
    "tdm-policy",
    "tdm-reservation",
    "x-robots-tag",
}
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
_NEVER_TEXT = frozenset({"image", "audio", "video", "font"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought. `headers` have lower-case names and hold only those worth keeping."""

    requested: str
    address: str  # where the redirects led
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""  # unpacked
    media_type: str = ""  # as declared, without parameters; "" if not declared
    charset: str | None = None  # as declared, unchecked
    not_modified: bool = False  # the server says that nothing has changed; there is no body then
    moved_to: str | None = None  # the final address, when every redirect on the way was a permanent one
    elapsed: float = 0.0  # seconds on the network, without waiting for a turn


@dataclass(slots=True)
class Meter:
    """Counts the bytes of requests and answers, heads included, below TLS. Handed to `Fetcher.get`, it counts failures too."""

    bytes_in: int = 0
    bytes_out: int = 0

    def count(self, response: aiohttp.ClientResponse) -> None:
        """Adds one answer, as far as it was read, and the request that it answers."""
        sent, got = response.request_info.headers.items(), response.raw_headers
        request = f"{response.method} {response.url.raw_path_qs} HTTP/1.1"
        self.bytes_out += len(request) + sum(len(name) + len(value) + 4 for name, value in sent) + 4
        self.bytes_in += len(f"HTTP/1.1 {response.status} {response.reason}") + sum(len(name) + len(value) + 4 for name, value in got) + 4
        if response.content is not aiohttp.EMPTY_PAYLOAD:
            self.bytes_in += response.content.total_raw_bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """What an earlier answer said of itself, and of which address it said so."""

    address: URL
    etag: str | None
    last_modified: str | None

    def headers(self, url: URL) -> dict[str, str]:
        if url != self.address:
            return {}
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value and value.isascii() and value.isprintable()}


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way to an answer, and its limits. With `cut` a longer body is cut at the limit instead of being refused."""

    url: URL
    known: _Known
    inside: bool  # to an allowed pair
    seconds: float
    limit: int  # bytes of the body, unpacked
    cut: bool


class Fetcher:
    """Fetches addresses over HTTP. One per process, used as an async context manager; `names` replaces the name service in tests.

    It sends no cookie and no referer, takes no proxy from the environment, follows redirects itself (each one is checked anew), and keeps
    to the limits of the settings: time, size, fetches under way in all and to one host.
    """

    def __init__(self, settings: Settings, names: AbstractResolver | None = None) -> None:
        self.settings = settings
        self._names = names
        self._allowed = guard.allowed_pairs(settings.allow)
        self._pace = Pace()
        self._robots = Robots(self._robots_txt)
        self._under_way = asyncio.Semaphore(settings.fetch_parallel)
        self._to_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._outside, self._inside = [await self._open.enter_async_context(self._session(inside=inside)) for inside in (False, True)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._open.aclose()

    def _session(self, *, inside: bool) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=guard.connector(inside=inside, names=self._names),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.settings.user_agent, "Accept": _ACCEPT},
            timeout=aiohttp.ClientTimeout(total=None),  # each hop runs under what is left of the whole fetch's time
        )

    async def get(
        self,
        address: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        known_at: str | None = None,
        robots: bool = False,
        meter: Meter | None = None,
    ) -> Fetched:
        """What an address answers, redirects followed.

        `etag` and `last_modified` of an earlier answer are sent as they came, and only to `known_at`, the final address that gave them
        (by default the address itself). `robots` asks every host on the way for its robots.txt and keeps the pause it wants.
        Raises InputError for what is no address, RefusedError for what we may not fetch, HeldError when the host wants to be left alone,
        and FetchError for what went wrong over there.
        """
        url = guard.checked(address)
        known = _Known(guard.checked(known_at) if known_at else url, etag, last_modified)
        try:
            fetched = await self._follow(url, known, robots=robots, meter=meter or Meter())
            fetched = replace(fetched, requested=address, body=self._ungzipped(fetched.body))
            if not fetched.body.strip() and not fetched.not_modified:
                raise FetchError("The server sent an empty answer", todo="Look at the address in a browser", status=fetched.status)
        except OctavoError as error:
            error.subject = address
            raise
        return fetched

    async def check_robots(self, address: str) -> None:
        """Raises RefusedError when the robots.txt of the address's host asks not to fetch it."""
        await self._robots.pause(guard.checked(address))

    async def robots(self, address: str) -> Rules:
        """What the robots.txt of the address's host says; no rules while it cannot be read."""
        try:
            return await self._robots.rules(guard.checked(address))
        except OctavoError:
            return rules_of(b"")

    async def _robots_txt(self, url: URL) -> bytes:
        return (await self._follow(url, _Known(url, None, None), robots=False, meter=Meter(), cut_at=LARGEST_ROBOTS)).body

    async def _follow(self, url: URL, known: _Known, *, robots: bool, meter: Meter, cut_at: int | None = None) -> Fetched:
        """Hop by hop to the answer. With `cut_at` a longer body is cut there instead of being refused."""
        start, elapsed, permanent, inside = url, 0.0, True, guard.pair(url) in self._allowed
        for _ in range(MOST_REDIRECTS + 1):
            pause = await self._robots.pause(url) if robots else 0.0
            host = guard.pair(url)
            await self._pace.turn(host, pause)
            async with self._to_host.setdefault(host, asyncio.Semaphore(self.settings.host_parallel)), self._under_way:
                self._pace.check(host)  # it may have complained while others were asked
                begun = time.monotonic()
                hop = Hop(
                    url, known, inside, self.settings.fetch_seconds - elapsed, cut_at or self.settings.fetch_bytes, cut_at is not None
                )
                answer = await self._hop(hop, meter)
                elapsed += time.monotonic() - begun
            if isinstance(answer, Fetched):
                moved_to = str(url) if permanent and url != start else None
                return replace(answer, requested=str(start), moved_to=moved_to, elapsed=elapsed)
            status, location = answer
            permanent = permanent and status in _PERMANENT
            url, inside = self._next(url, status, location, inside=inside)
        raise FetchError("The server redirects in circles", todo="Look at the address in a browser", status=status)

    def _next(self, url: URL, status: int, location: str, *, inside: bool) -> tuple[URL, bool]:
        """The address that a redirect leads to and whether it is an allowed pair. A stranger may not send us to an allowed pair."""
        try:
            target = guard.checked(location, url)
        except InputError as problem:
            raise FetchError(
                "The server redirects to something that is no address", todo="Report it to the site", status=status
            ) from problem
        except RefusedError as refusal:
            raise RefusedError(f"{url.host} redirects to {refusal.subject}. {refusal.what}", todo=refusal.todo) from refusal
        allowed = guard.pair(target) in self._allowed
        if allowed and not inside:
            raise RefusedError(f"{url.host} redirects into this network", todo="Fetch the inner address itself if that is meant")
        return target, allowed

    async def _hop(self, hop: Hop, meter: Meter) -> Fetched | tuple[int, str]:
        """One request and its answer: what was fetched, or status and target of a redirect."""
        session = self._inside if hop.inside else self._outside
        headers = hop.known.headers(hop.url)
        try:
            async with asyncio.timeout(max(0.0, hop.seconds)), session.get(hop.url, headers=headers, allow_redirects=False) as response:
                try:
                    return await self._answer(hop, response)
                finally:
                    meter.count(response)
        except (aiohttp.ClientError, OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise answers.network_failure(error, hop.url.host or "", self.settings.fetch_seconds) from error

    async def _answer(self, hop: Hop, response: aiohttp.ClientResponse) -> Fetched | tuple[int, str]:
        status, host = response.status, guard.pair(hop.url)
        headers = {name.lower(): answers.clean(value) for name, value in response.headers.items() if name.lower() in _KEPT_HEADERS}
        if status in _REDIRECTS and "Location" in response.headers:
            return status, response.headers["Location"]
        unchanged = status == 304 and bool(hop.known.headers(hop.url))
        if not (unchanged or 200 <= status < 300):
            error = answers.status_failure(status, response.headers, datetime.now(UTC))
            if status in _TOO_MUCH or error.retry_after:
                self._pace.hold(host, error.retry_after)
            raise error
        self._pace.answered(host)
        if unchanged:
            return Fetched(str(hop.url), str(hop.url), status, headers, not_modified=True)
        media_type = response.content_type if "Content-Type" in response.headers else ""
        if media_type.partition("/")[0] in _NEVER_TEXT:
            raise FetchError(f"The address holds no text but data of the type {media_type}", todo="Give the address of a page or feed")
        body = await self._body(hop, response)
        charset = answers.clean(response.charset) if response.charset else None
        return Fetched(str(hop.url), str(hop.url), status, headers, body, media_type, charset)

    async def _body(self, hop: Hop, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked while it comes in, so that a packed bomb is noticed at the limit and not after."""
        if (response.content_length or 0) > hop.limit and not hop.cut:  # as packed, so unpacked it is no smaller
            raise answers.too_large(hop.limit)
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > hop.limit:
                if hop.cut:
                    break
                raise answers.too_large(hop.limit)
        return bytes(body[: hop.limit])

    def _ungzipped(self, body: bytes) -> bytes:
        """A body that is itself a gzip file (sitemaps often are), unpacked within the limit."""
        if not body.startswith(b"\x1f\x8b"):
            return body
        limit = self.settings.fetch_bytes
        try:
            unpacked = gzip.GzipFile(fileobj=BytesIO(body)).read(limit + 1)
        except (OSError, EOFError, zlib.error) as problem:
            raise FetchError("The server sent a damaged gzip file", todo="Try again later") from problem
        if len(unpacked) > limit:
            raise answers.too_large(limit)
        return unpacked
