"""500 invented feeds on loopback, each on a port of its own, most of them ill: what each kind answers, and what must come of it."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import brotli
from aiohttp import web

BOMB = 50_000_000  # bytes, unpacked
NEVER = 20.0  # seconds after which a feed that says nothing gives up
ENTRIES = 5
HEADLINE = "Grüße aus Łódź и 東京, number {0}"  # of the first entry of each feed
LATIN = "Grüße aus Malmö, number {0}"
TAKEN, UNCHANGED, LEFT_ALONE = "taken", "unchanged", "left alone"  # outcomes that are no errors


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of the round."""

    number: int
    kind: str
    port: int
    forbidden: int  # a port that nobody may ask

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    @property
    def etag(self) -> str:
        return f'"{self.number}"'


Answer = web.StreamResponse
Answerer = Callable[[Feed, web.Request], Answer]


# ---- what feeds answer ---------------------------------------------------------------------------------------------


def rss(feed: Feed, headline: str = HEADLINE) -> str:
    items = "".join(
        f"<item><title>{headline.format(feed.number) if not entry else f'Report {entry} of feed {feed.number} on the dam above Halm'}</title>"
        f"<link>http://outlet{feed.number}.example/{entry}</link><description>{'The dam above Halm holds, they said. ' * 50}</description></item>"
        for entry in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>Feed {feed.number}</title>{items}</channel></rss>"


def atom(feed: Feed) -> str:
    entries = "".join(
        f"<entry><title>{HEADLINE.format(feed.number)} {n}</title><link href='http://outlet{feed.number}.example/{n}'/>"
        f"<content type='html'>{'The dam holds. ' * 120}</content></entry>"
        for n in range(ENTRIES)
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Feed {feed.number}</title>{entries}</feed>"


def json_feed(feed: Feed) -> str:
    items = [
        {
            "id": str(n),
            "url": f"http://outlet{feed.number}.example/{n}",
            "title": f"{HEADLINE.format(feed.number)} {n}",
            "content_text": "The dam holds. " * 120,
        }
        for n in range(ENTRIES)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": f"Feed {feed.number}", "items": items})


def known(
    feed: Feed, request: web.Request, body: bytes, content_type: str = "application/rss+xml", charset: str | None = "utf-8"
) -> Answer:
    """An answer with an entity tag, or that nothing has changed."""
    if request.headers.get("If-None-Match") == feed.etag:
        return web.Response(status=304, headers={"ETag": feed.etag})
    return web.Response(body=body, content_type=content_type, charset=charset, headers={"ETag": feed.etag})


def plain(text: Callable[[Feed], str], content_type: str = "application/rss+xml") -> Answerer:
    return lambda feed, request: known(feed, request, text(feed).encode(), content_type)


def says(status: int, **headers: str) -> Answerer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda feed, request: web.Response(status=status, text="No.", headers=named)


def leads(status: int, *targets: str) -> Answerer:
    """A redirect to one of the targets; {port} is the feed's own, {forbidden} the one that nobody may ask."""

    def answer(feed: Feed, request: web.Request) -> Answer:
        if request.path != "/feed":
            return known(feed, request, rss(feed).encode())
        target = targets[feed.number % len(targets)].format(port=feed.port, forbidden=feed.forbidden)
        return web.Response(status=status, headers={"Location": target})

    return answer


def packed(coding: str, pack: Callable[[bytes], bytes]) -> Answerer:
    bomb = pack(b"\0" * BOMB)
    return lambda feed, request: web.Response(body=bomb, headers={"Content-Encoding": coding, "Content-Type": "application/rss+xml"})


def gzip_file() -> Answerer:
    bomb = gzip.compress(gzip.compress(b"\0" * BOMB) + b"\0" * BOMB)
    return lambda feed, request: web.Response(body=bomb, content_type="application/gzip")


def wrong_charset(feed: Feed, request: web.Request) -> Answer:
    """The declared charset is not the one that it is written in, or nobody knows it."""
    written, declared = (("latin-1", "utf-8"), ("utf-8", "iso-8859-1"), ("cp1252", None), ("utf-8", "no-such-charset"))[feed.number % 4]
    text = rss(feed, LATIN).replace("The dam above Halm holds, they said.", "Der Damm über Halm hält, hieß es.").encode(written)
    prologue = b"<?xml version='1.0' encoding='windows-1252'?>" if declared is None else b""
    return web.Response(body=prologue + text, headers={"Content-Type": "text/xml" + (f"; charset={declared}" if declared else "")})


def entities(feed: Feed, request: web.Request) -> Answer:
    inside = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))
    prologue = f"<!DOCTYPE rss [<!ENTITY a0 'ha'><!ENTITY out SYSTEM 'http://127.0.0.1:{feed.forbidden}/'>{inside}]>"
    return web.Response(text=prologue + rss(feed).replace("The dam", "&a12;&out;The dam", 1), content_type="application/rss+xml")


async def _pour(request: web.Request, chunk: bytes, pause: float) -> Answer:
    response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the other side has had enough
        while True:
            await response.write(chunk)
            await asyncio.sleep(pause)
    return response


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feed: how many of 500 are of it, what it answers, and what must come of it in each round (words of the outcome)."""

    name: str
    share: int
    answer: Answerer | bytes | float | None  # bytes: sent as they are; a number: dripping with that pause; None: nothing is ever said
    first: str
    second: str
    headline: str = ""  # of an article that must be there then


ANOTHER_PORT = (
    "http://127.0.0.1:{forbidden}/feed",
    "http://localhost:{forbidden}/feed",
    "http://[::ffff:127.0.0.1]:{forbidden}/",
    "http://[::1]:{forbidden}/",
)
CLOUD = "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://0xa9fea9fe/"
KINDS = (
    Kind("RSS", 130, plain(rss), TAKEN, UNCHANGED, HEADLINE),
    Kind("Atom", 20, plain(atom, "application/atom+xml"), TAKEN, UNCHANGED, HEADLINE + " 0"),
    Kind("JSON Feed", 15, plain(json_feed, "application/feed+json"), TAKEN, UNCHANGED, HEADLINE + " 0"),
    Kind("wrong or unknown charset", 25, wrong_charset, TAKEN, TAKEN, LATIN),
    Kind("entities, inner and outer", 10, entities, TAKEN, TAKEN, HEADLINE),
    Kind("moved for good (301)", 25, leads(301, "/moved"), TAKEN, UNCHANGED, HEADLINE),
    Kind("elsewhere for now (302)", 15, leads(302, "/elsewhere"), TAKEN, UNCHANGED, HEADLINE),
    Kind("redirect in circles", 10, leads(302, "/feed"), "redirects in circles", "redirects in circles"),
    Kind("redirect to another loopback port", 25, leads(302, *ANOTHER_PORT), "leads to a private", "leads to a private"),
    Kind("redirect to 169.254.169.254", 25, leads(301, *CLOUD), "leads to a private", "leads to a private"),
    Kind("redirect to a file", 5, leads(302, "file:///etc/passwd", "gopher://127.0.0.1/"), "Only http", "Only http"),
    Kind("gone (410)", 20, says(410), "gone for good", LEFT_ALONE),
    Kind("missing (404)", 20, says(404), "nothing at this address", "nothing at this address"),
    Kind("forbidden (403)", 10, says(403), "refuses us", "refuses us"),
    Kind("behind a bot wall", 10, says(403, CF_Mitigated="challenge"), "proof that a person", "proof that a person"),
    Kind("too many (429), wait 3 hours", 20, says(429, Retry_After="10800"), "too often", LEFT_ALONE),
    Kind("busy (503), wait 3 hours", 10, says(503, Retry_After="10800"), "not available", LEFT_ALONE),
    Kind("broken server (500)", 10, says(500), "error of its own", "error of its own"),
    Kind("slow: says nothing", 15, None, "did not send its answer", "did not send its answer"),
    Kind("slow: drips", 10, 0.05, "did not send its answer", "did not send its answer"),
    Kind("endless", 10, 0.0, "larger than 1 MB", "larger than 1 MB"),
    Kind("gzip bomb", 10, packed("gzip", gzip.compress), "larger than 1 MB", "larger than 1 MB"),
    Kind("brotli bomb", 5, packed("br", lambda body: brotli.compress(body, quality=1)), "larger than 1 MB", "larger than 1 MB"),
    Kind("gzip file in gzip", 5, gzip_file(), "larger than 1 MB", "larger than 1 MB"),
    Kind(
        "web page instead of a feed", 10, plain(lambda feed: "<html><p>Moved.</p>", "text/html"), "instead of a feed", "instead of a feed"
    ),
    Kind("empty", 5, plain(lambda feed: " "), "empty answer", "empty answer"),
    Kind("a picture", 5, says(200, Content_Type="image/png"), "holds no text", "holds no text"),
    Kind("hangs up", 10, b"", "hung up", "hung up"),
    Kind("breaks off", 5, b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss>", "broke off", "broke off"),
    Kind("no HTTP", 5, b"220 mail.example ESMTP\r\n", "not proper HTTP", "not proper HTTP"),
)


# ---- the servers ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Town:
    """All feeds, being served."""

    feeds: list[Feed] = field(default_factory=list)
    forbidden_asked: int = 0  # connections to the port that nobody may ask


@asynccontextmanager
async def serving(number: int) -> AsyncIterator[Town]:
    """About so many feeds, some of each kind, as in KINDS."""
    town = Town()
    answers = {kind.name: kind.answer for kind in KINDS}
    by_port: dict[int, Feed] = {}

    async def answered(request: web.BaseRequest) -> Answer:
        assert isinstance(request, web.BaseRequest)
        if request.path == "/robots.txt":
            return web.Response(status=404)
        feed = by_port[request.transport.get_extra_info("sockname")[1]] if request.transport else None
        answer = answers[feed.kind] if feed else None
        if feed is None or answer is None:
            await asyncio.sleep(NEVER)
            return web.Response()
        if isinstance(answer, float):
            return await _pour(request, b"<rss>" if answer else b"<rss>" * 10_000, answer)
        assert callable(answer)
        return answer(feed, request)

    async def raw(feed: Feed, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        answer = answers[feed.kind]
        assert isinstance(answer, bytes)
        writer.write(answer)
        writer.close()

    async def caught(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        town.forbidden_asked += 1
        writer.close()

    async with AsyncExitStack() as stack:
        canary = await stack.enter_async_context(await asyncio.start_server(caught, "127.0.0.1", 0))
        forbidden = canary.sockets[0].getsockname()[1]
        runner = web.ServerRunner(web.Server(answered), shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        for kind in KINDS:
            for _ in range(max(1, round(kind.share * number / 500))):
                index = len(town.feeds)
                if isinstance(kind.answer, bytes):

                    async def talk(r: asyncio.StreamReader, w: asyncio.StreamWriter, index: int = index) -> None:
                        await raw(town.feeds[index], r, w)

                    server = await stack.enter_async_context(await asyncio.start_server(talk, "127.0.0.1", 0))
                    port = server.sockets[0].getsockname()[1]
                else:
                    await web.TCPSite(runner, "127.0.0.1", 0).start()
                    port = runner.addresses[-1][1]
                town.feeds.append(Feed(index, kind.name, port, forbidden))
                by_port[port] = town.feeds[-1]
        yield town
