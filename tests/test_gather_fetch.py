"""The fetcher against a real server on loopback. `serving` and `fetcher_for` are used by the other gather tests too."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from octavo.errors import FetchError, InputError, OctavoError, RefusedError
from octavo.gather import look_at_pages
from octavo.gather.answers import LONGEST_RETRY_AFTER, parse_retry_after
from octavo.gather.fetch import Fetcher, Meter
from octavo.model import Obstacle
from octavo.settings import Settings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A server on a free loopback port that remembers what it was asked."""

    def __init__(self, pages: Mapping[str, web.Response | bytes | Handler | Callable[[web.Request], web.Response]]) -> None:
        self.pages = dict(pages)
        self.asked: list[web.BaseRequest] = []
        self.port = 0

    @property
    def pair(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.pair}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="nothing here")
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="text/html")
        answer = page(request)
        return await answer if isinstance(answer, Awaitable) else answer


@asynccontextmanager
async def serving(pages: Mapping[str, object]) -> AsyncIterator[Site]:
    site = Site(pages)
    runner = web.ServerRunner(web.Server(site.answer), shutdown_timeout=0.1)
    await runner.setup()
    try:
        tcp = web.TCPSite(runner, "127.0.0.1", 0)
        await tcp.start()
        site.port = runner.addresses[0][1]
        yield site
    finally:
        await runner.cleanup()


def fetcher_for(*sites: Site, **settings: object) -> Fetcher:
    return Fetcher(Settings(allow=frozenset(site.pair for site in sites), **{"fetch_seconds": 5.0, **settings}))


def redirect(to: str, status: int = 302) -> Callable[[web.Request], web.Response]:
    return lambda request: web.Response(status=status, headers={"Location": to})


def status(code: int, **headers: str) -> Callable[[web.Request], web.Response]:
    return lambda request: web.Response(status=code, text="an error page", headers={k.replace("_", "-"): v for k, v in headers.items()})


async def failure(fetcher: Fetcher, address: str, **options: object) -> OctavoError:
    with pytest.raises(OctavoError) as caught:
        await fetcher.get(address, **options)
    error = caught.value
    assert error.subject == address, "an error names the address it is about"
    assert error.what
    assert error.todo, "an error says what to do"
    return error


async def test_a_page_comes_with_what_its_transport_says_of_it() -> None:
    def page(request: web.Request) -> web.Response:
        return web.Response(
            body="<html><p>Grüße</p></html>".encode("latin-1"),
            headers={"Content-Type": "text/html; charset=ISO-8859-1", "ETag": '"a1"', "Set-Cookie": "track=1", "X-Powered-By": "steam"},
        )

    async with serving({"/page": page}) as site, fetcher_for(site, contact="https://reader.example/bot") as fetcher:
        fetched = await fetcher.get(site.url("/page#part"))
        again = await fetcher.get(site.url("/page"))
    assert fetched.requested == site.url("/page#part")
    assert fetched.address == site.url("/page")
    assert (fetched.status, fetched.media_type, fetched.charset) == (200, "text/html", "ISO-8859-1")
    assert fetched.body.decode("latin-1") == "<html><p>Grüße</p></html>"
    assert fetched.headers["etag"] == '"a1"'
    assert not {"set-cookie", "x-powered-by"} & set(fetched.headers)
    assert 0 < fetched.elapsed < 5
    assert not fetched.not_modified
    assert fetched.moved_to is None
    assert again.body == fetched.body
    for request in site.asked:
        assert "Cookie" not in request.headers
        assert "Referer" not in request.headers
        assert request.headers["User-Agent"].startswith("Octavo/")
        assert "https://reader.example/bot" in request.headers["User-Agent"]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
async def test_packed_answers_are_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    text = b"<html><p>" + b"The harbour bridge opens on Monday. " * 400 + b"</p></html>"
    packed = pack(text)

    def page(request: web.Request) -> web.Response:
        assert coding in request.headers["Accept-Encoding"]
        return web.Response(body=packed, content_type="text/html", headers={"Content-Encoding": coding})

    async with serving({"/": page}) as site, fetcher_for(site) as fetcher:
        meter = Meter()
        fetched = await fetcher.get(site.url("/"), meter=meter)
    assert fetched.body == text
    assert len(packed) + 100 < meter.bytes_in < len(packed) + 400, "the head of the answer counts too"


async def test_a_gzip_file_is_unpacked_too() -> None:
    text = b"<urlset><url><loc>http://outlet.example/a</loc></url></urlset>"
    async with (
        serving({"/sitemap.xml.gz": gzip.compress(text), "/torn.gz": gzip.compress(text)[:-9]}) as site,
        fetcher_for(site) as fetcher,
    ):
        assert (await fetcher.get(site.url("/sitemap.xml.gz"))).body == text
        assert "damaged gzip" in (await failure(fetcher, site.url("/torn.gz"))).what


async def test_what_is_too_large_is_given_up_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"all work and no play " * 1000)

    def packed(request: web.Request) -> web.Response:
        return web.Response(body=bomb, content_type="text/html", headers={"Content-Encoding": "gzip"})

    async with (
        serving({"/bomb": packed, "/bomb.gz": bomb, "/endless": endless, "/twice": lambda r: packed(r)}) as site,
        fetcher_for(site, fetch_bytes=200_000) as fetcher,
    ):
        for path in ("/bomb", "/bomb.gz", "/endless"):
            error = await failure(fetcher, site.url(path))
            assert isinstance(error, FetchError)
            assert "larger than 0.2 MB" in error.what


async def test_what_says_that_it_is_too_large_is_not_even_read() -> None:
    sent = 0

    async def large(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Length": "900000000"})
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x" * 100_000)
            sent += 1
        return response

    async with serving({"/": large}) as site, fetcher_for(site, fetch_bytes=100_000) as fetcher:
        meter = Meter()
        assert "larger than" in (await failure(fetcher, site.url("/"), meter=meter)).what
        assert meter.bytes_in < 1_000_000
    assert sent < 100


async def test_bytes_are_counted_on_all_hops_and_of_failures() -> None:
    pages = {"/old": redirect("/page"), "/page": b"x" * 5000, "/none": status(404), "/same": status(304)}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        meters = {path: Meter() for path in ("/page", "/old", "/none", "/same")}
        for path, meter in meters.items():
            try:
                await fetcher.get(site.url(path), meter=meter, etag='"1"')
            except FetchError:
                assert path == "/none"
    page, old, none, same = meters.values()
    assert 5100 < page.bytes_in < 5400
    assert 150 < page.bytes_out < 500
    assert page.bytes_in + 100 < old.bytes_in < page.bytes_in + 400
    assert 1.5 * page.bytes_out < old.bytes_out < 2.5 * page.bytes_out
    assert 100 < none.bytes_in < 400
    assert 100 < same.bytes_in < 400


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (status(402), Obstacle.PAY_WALL),
        (status(403), Obstacle.BOT_WALL),
        (status(503, Cf_Mitigated="challenge"), Obstacle.BOT_WALL),
        (status(404), Obstacle.MISSING),
        (status(500), Obstacle.UNREACHABLE),
        (redirect("/inner/page"), Obstacle.ROBOTS),
        (lambda request: web.Response(body=b"%PDF-1.7"), None),
    ],
)
async def test_what_stands_before_a_page_is_named(error: Handler, obstacle: Obstacle | None) -> None:
    pages = {"/robots.txt": b"User-agent: *\nDisallow: /inner\n", "/page": error}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        (look,) = [look async for look in look_at_pages([site.url("/page")], fetcher, NOW)]
    assert isinstance(look.page, OctavoError)
    assert look.obstacle is obstacle
    assert look.bytes_in > 0
    assert look.bytes_out > 0


async def test_a_page_tells_what_its_publisher_reserves() -> None:
    def page(request: web.Request) -> web.Response:
        return web.Response(text="<meta name=robots content=noai><p>a</p>", content_type="text/html", headers={"TDM-Reservation": "1"})

    pages = {"/robots.txt": b"User-agent: CCBot\nDisallow: /\n", "/page": page}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        (look,) = [look async for look in look_at_pages([site.url("/page")], fetcher, NOW)]
    assert set(look.reserved) == {"robots.txt: CCBot", "header: tdm-reservation", "meta: noai"}


async def test_a_slow_answer_is_given_up_and_redirects_share_its_time() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(10)
        return web.Response(text="late")

    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.02)

    async def slow_redirect(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": f"/hop?{len(request.query_string)}"})

    async with (
        serving({"/slow": slow, "/dripping": dripping, "/hop": slow_redirect}) as site,
        fetcher_for(site, fetch_seconds=0.3) as fetcher,
    ):
        for path in ("/slow", "/dripping", "/hop"):
            error = await failure(fetcher, site.url(path))
            assert "within 0.3 seconds" in error.what
        assert len([path for path in site.paths() if path == "/hop"]) < 4


async def test_a_known_answer_is_asked_for_with_its_own_marks() -> None:
    etag = "W/\"odd, 'marks'\""

    def page(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == etag and request.headers.get("If-Modified-Since") == "yesterday, or so":
            return web.Response(status=304)
        return web.Response(text="news", headers={"ETag": etag, "Last-Modified": "yesterday, or so"})

    async with serving({"/new": page, "/old": redirect("/new"), "/always": status(304)}) as site, fetcher_for(site) as fetcher:
        first = await fetcher.get(site.url("/old"))
        marks = {"etag": first.headers["etag"], "last_modified": first.headers["last-modified"]}
        known = await fetcher.get(site.url("/old"), known_at=first.address, **marks)
        assert known.not_modified
        assert known.status == 304
        assert known.body == b""
        assert "If-None-Match" not in site.asked[-2].headers, "marks go to the address that gave them, not to the one that redirects"
        assert (await fetcher.get(site.url("/old"), **marks)).status == 200
        assert "status 304" in (await failure(fetcher, site.url("/always"))).what, "we never asked whether it had changed"
        assert (await fetcher.get(site.url("/new"), etag='"a"\r\nX-Smuggled: 1')).status == 200
        assert "If-None-Match" not in site.asked[-1].headers


@pytest.mark.parametrize(
    ("codes", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303,), False)],
)
async def test_redirects_are_followed_and_permanent_ones_told(codes: tuple[int, ...], moved: bool) -> None:
    hops = {f"/{i}/start": redirect(f"../{i + 1}/start", code) for i, code in enumerate(codes)}
    last = f"/{len(codes)}/start"
    async with serving({**hops, last: b"<p>arrived</p>"}) as site, fetcher_for(site) as fetcher:
        fetched = await fetcher.get(site.url("/0/start"))
    assert fetched.address == site.url(last)
    assert fetched.requested == site.url("/0/start")
    assert fetched.moved_to == (site.url(last) if moved else None)


async def test_redirects_that_lead_nowhere_have_an_end() -> None:
    pages = {"/round": redirect("/round"), "/odd": redirect("http://["), "/file": redirect("file:///etc/passwd"), "/bare": status(302)}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        assert "in circles" in (await failure(fetcher, site.url("/round"))).what
        assert len(site.asked) < 12
        assert "no address" in (await failure(fetcher, site.url("/odd"))).what
        assert isinstance(await failure(fetcher, site.url("/file")), RefusedError)
        assert "status 302" in (await failure(fetcher, site.url("/bare"))).what


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (401, "password"),
        (403, "refuses us"),
        (404, "nothing at this address"),
        (410, "gone for good"),
        (418, "refuses the request"),
        (429, "too often"),
        (500, "error of its own"),
        (503, "not available"),
    ],
)
async def test_every_status_has_its_sentence(code: int, part: str) -> None:
    async with serving({"/": status(code)}) as site, fetcher_for(site) as fetcher:
        error = await failure(fetcher, site.url("/"))
    assert isinstance(error, FetchError)
    assert error.status == code
    assert part in error.what
    assert f"status {code}" in error.what
    assert error.retry_after is None


async def test_a_server_that_asks_for_a_pause_gets_it() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    async with (
        serving({"/": status(503, Retry_After=date), "/page": b"<p>calm</p>"}) as site,
        serving({"/": status(429, Retry_After="120"), "/page": b"<p>calm</p>"}) as other,
        fetcher_for(site, other) as fetcher,
    ):
        error = await failure(fetcher, site.url("/"))
        assert isinstance(error, FetchError)
        assert error.retry_after == pytest.approx(7200, abs=5)
        error = await failure(fetcher, other.url("/"))
        assert isinstance(error, FetchError)
        assert error.retry_after == 120
        error = await failure(fetcher, other.url("/page"))
        assert isinstance(error, FetchError)
        assert "fewer requests" in error.what
        assert error.retry_after is not None
        assert 119 < error.retry_after <= 132, "and a little more by chance"
        assert other.paths() == ["/"], "it is left alone for that long"


def test_retry_after_is_seconds_or_a_date() -> None:
    assert parse_retry_after(" 90 ", NOW) == 90
    assert parse_retry_after(format_datetime(NOW + timedelta(minutes=1), usegmt=True), NOW) == 60
    assert parse_retry_after("Wed, 04 Mar 2026 12:01:00 -0000", NOW) == 60
    assert parse_retry_after("Wed, 04 Mar 2026 11:00:00 GMT", NOW) == 0
    assert parse_retry_after("9" * 40, NOW) == LONGEST_RETRY_AFTER
    assert parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOW) == LONGEST_RETRY_AFTER
    for odd in ("soon", "-5", "", "²"):
        assert parse_retry_after(odd, NOW) is None


async def test_answers_without_text_are_refused() -> None:
    pages = {
        "/empty": b"",
        "/blank": b" \n ",
        "/none": status(204),
        "/film": lambda request: web.Response(body=b"\0" * 100, content_type="video/mp4"),
    }
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        for path in ("/empty", "/blank", "/none"):
            assert "empty answer" in (await failure(fetcher, site.url(path))).what
        assert "video/mp4" in (await failure(fetcher, site.url("/film"))).what


async def test_what_the_network_does_has_its_sentences() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    answers = {
        b"": "hung up",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort": "broke off",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip": "damaged",
        b"SMTP ready\r\n\r\n": "not proper HTTP",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n": "not proper HTTP",
    }
    for answer, part in answers.items():
        server = await asyncio.start_server(lambda r, w, answer=answer: talk(r, w, answer), "127.0.0.1", 0)
        async with server:
            pair = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Fetcher(Settings(allow=frozenset({pair}), fetch_seconds=5)) as fetcher:
                error = await failure(fetcher, f"http://{pair}/")
                assert isinstance(error, FetchError)
                assert part in error.what
    async with serving({}) as site, fetcher_for(site) as fetcher:
        assert "secure connection" in (await failure(fetcher, site.url("/").replace("http:", "https:"))).what
    nobody = f"127.0.0.1:{unused_port()}"
    async with Fetcher(Settings(allow=frozenset({nobody}))) as fetcher:
        assert "takes no connections" in (await failure(fetcher, f"http://{nobody}/")).what


@pytest.mark.parametrize("address", ["", "no address", "http://", "http:///path", "http://outlet.example:99999/", "http://a\\@b/"])
async def test_what_is_no_address_is_the_callers_fault(address: str) -> None:
    async with Fetcher(Settings()) as fetcher:
        with pytest.raises((InputError, RefusedError)):
            await fetcher.get(address)


async def test_a_server_is_not_asked_more_at_a_time_than_it_may_be() -> None:
    now, most = 0, 0

    async def page(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.02)
        now -= 1
        return web.Response(text="a page")

    async with serving({"/": page}) as site, serving({"/": page}) as other, fetcher_for(site, other, host_parallel=2) as fetcher:
        await asyncio.gather(*(fetcher.get(site.url(f"/?{i}")) for i in range(8)))
        assert most == 2
        most = 0
        await asyncio.gather(*(fetcher.get(one.url(f"/?{i}")) for i in range(8) for one in (site, other)))
        assert most == 4
    async with serving({"/": page}) as site, serving({"/": page}) as other, fetcher_for(site, other, fetch_parallel=1) as fetcher:
        most = 0
        await asyncio.gather(*(fetcher.get(one.url(f"/?{i}")) for i in range(3) for one in (site, other)))
        assert most == 1
