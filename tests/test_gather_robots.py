"""robots.txt: what it allows, what its absence means, how long it is kept, and the pause it asks for."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import web
from yarl import URL

from octavo.errors import FetchError, RefusedError
from octavo.gather import pace
from octavo.gather.pace import LONGEST_HOLD, HeldError, Pace
from octavo.gather.reservations import reserved_in_answer
from octavo.gather.robots import KEPT, KEPT_UNREACHABLE, LARGEST, Robots, rules_of
from test_gather_fetch import fetcher_for, redirect, serving, status

RULES = b"""\xef\xbb\xbf# rules of a paper
User-agent: *
Disallow: /

User-Agent: OCTAVO
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 0.2
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/a", False),
        ("/private/open/a", True),
        ("/report.pdf", False),
        ("/report.pdf?page=2", True),
        ("/robots.txt", True),
    ],
)
def test_the_longest_rule_of_our_group_decides(path: str, allowed: bool) -> None:
    url = URL(f"http://outlet.example{path}")
    if allowed:
        assert rules_of(RULES).pause(url) == 0.2
    else:
        with pytest.raises(RefusedError, match=r"robots\.txt of outlet"):
            rules_of(RULES).pause(url)


def test_rules_beyond_the_limit_are_not_read() -> None:
    padded = b"User-agent: *\nDisallow: /a\n#" + b"x" * LARGEST + b"\nDisallow: /b\n"
    assert rules_of(padded).pause(URL("http://outlet.example/b")) == 0
    with pytest.raises(RefusedError):
        rules_of(padded).pause(URL("http://outlet.example/a"))


async def test_a_page_is_fetched_only_if_robots_txt_lets_us() -> None:
    pages = {"/robots.txt": b"User-agent: *\nDisallow: /inner\n", "/inner/a": b"<p>a</p>", "/b": b"<p>b</p>", "/hop": redirect("/inner/a")}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        assert (await fetcher.get(site.url("/b"), robots=True)).body == b"<p>b</p>"
        for path in ("/inner/a", "/hop"):
            with pytest.raises(RefusedError) as caught:
                await fetcher.get(site.url(path), robots=True)
            assert "robots.txt" in caught.value.what
        assert (await fetcher.get(site.url("/inner/a"))).body == b"<p>a</p>", "only who asks for it is held to it"
        assert site.paths().count("/robots.txt") == 1
        with pytest.raises(RefusedError):
            await fetcher.check_robots(site.url("/inner/b"))


@pytest.mark.parametrize("code", [401, 403, 404, 410, 429])
async def test_no_robots_txt_means_no_rules(code: int) -> None:
    async with serving({"/robots.txt": status(code)}) as site, fetcher_for(site) as fetcher:
        await fetcher.check_robots(site.url("/page"))


async def test_odd_robots_txt_files_mean_no_rules() -> None:
    for page in (b"", b"<html><h1>Welcome</h1></html>", redirect("/robots.txt"), b"\xff\xfe\x00\x01"):
        async with serving({"/robots.txt": page}) as site, fetcher_for(site) as fetcher:
            await fetcher.check_robots(site.url("/page"))


async def test_a_large_robots_txt_is_cut_not_refused() -> None:
    text = b"User-agent: *\nDisallow: /a\n" + b"# long\n" * 200_000
    async with serving({"/robots.txt": text}) as site, fetcher_for(site, fetch_bytes=1000) as fetcher:
        await fetcher.check_robots(site.url("/page"))
        with pytest.raises(RefusedError):
            await fetcher.check_robots(site.url("/a"))


async def test_a_robots_txt_that_cannot_be_had_forbids_everything() -> None:
    async def hangs_up(request: web.Request) -> web.Response:
        request.transport.close()
        return web.Response()

    for page in (status(500), status(503), hangs_up):
        async with serving({"/robots.txt": page, "/page": b"<p>a</p>"}) as site, fetcher_for(site) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.get(site.url("/page"), robots=True)
            assert "cannot be read" in caught.value.what
            assert caught.value.retry_after == KEPT_UNREACHABLE
            assert caught.value.fault == "the other server"
            assert "/page" not in site.paths()


async def test_rules_are_read_once_a_day_and_a_failure_is_soon_tried_again() -> None:
    asked: list[URL] = []
    now = 1000.0
    well = False

    async def read(url: URL) -> bytes:
        asked.append(url)
        await asyncio.sleep(0)
        if not well:
            raise FetchError("It is down")
        return b"User-agent: *\nDisallow: /a\n"

    robots = Robots(read, clock=lambda: now)
    page = URL("http://outlet.example:8080/page")
    for answer in await asyncio.gather(*(robots.pause(page) for _ in range(5)), return_exceptions=True):
        assert isinstance(answer, FetchError)
    assert asked == [URL("http://outlet.example:8080/robots.txt")]
    well, now = True, now + KEPT_UNREACHABLE + 1
    assert await robots.pause(page) == 0
    now += KEPT - 1
    assert await robots.pause(page) == 0
    assert len(asked) == 2
    now += 2
    assert await robots.pause(page) == 0
    assert len(asked) == 3
    await robots.pause(page.with_port(8081))
    await robots.pause(page.with_scheme("https"))
    assert len(asked) == 5, "each port and scheme is a site of its own"


async def test_the_pause_is_kept_between_pages() -> None:
    pages = {"/robots.txt": RULES, "/a": b"<p>a</p>", "/b": b"<p>b</p>", "/c": b"<p>c</p>"}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        begun = time.monotonic()
        await asyncio.gather(*(fetcher.get(site.url(path), robots=True) for path in ("/a", "/b", "/c")))
        assert 0.4 <= time.monotonic() - begun < 2


async def test_a_pause_that_is_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LONGEST_WAIT", 5.0)
    pages = {"/robots.txt": b"User-agent: *\nCrawl-delay: 100\n", "/a": b"<p>a</p>"}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        await fetcher.get(site.url("/a"), robots=True)
        with pytest.raises(FetchError, match="fewer requests") as caught:
            await fetcher.get(site.url("/a"), robots=True)
        assert caught.value.retry_after == pytest.approx(100, abs=2)


async def test_a_robots_txt_that_leads_astray_forbids_everything() -> None:
    async with serving({"/robots.txt": redirect("http://10.0.0.1/robots.txt"), "/page": b"<p>a</p>"}) as site, fetcher_for(site) as fetcher:
        with pytest.raises(FetchError, match="cannot be read"):
            await fetcher.get(site.url("/page"), robots=True)


def test_what_a_publisher_keeps_from_ai_is_read() -> None:
    rules = rules_of(
        b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: Google-Extended\nDisallow: /archive\n\n"
        b"User-agent: *\nContent-Signal: search=yes, ai-train = no\nDisallow: /inner\nSitemap: https://outlet.example/news.xml\n"
    )
    assert rules.reserved == ("robots.txt: CCBot", "robots.txt: GPTBot", "robots.txt: ai-train=no")
    assert rules.sitemaps == ("https://outlet.example/news.xml",)
    assert rules_of(b"User-agent: *\nDisallow: /\n").reserved == (), "a rule for everybody says nothing of AI"
    page = (
        b'<head><META content=\'noindex, NoAI\' name=robots><meta name="tdm-reservation" content="1"><meta name=tdm-reservation content=0>'
    )
    assert reserved_in_answer({"x-robots-tag": "noimageai", "tdm-reservation": "0"}, page) == (
        "header: noimageai",
        "meta: noai",
        "meta: tdm-reservation",
    )
    assert reserved_in_answer({"tdm-reservation": "1"}, b"<p>noai</p>") == ("header: tdm-reservation",)


async def test_a_host_that_complains_is_left_alone_longer_and_longer() -> None:
    held = Pace()
    waits = []
    for _ in range(8):
        held.hold("outlet.example:80", None)
        with pytest.raises(HeldError) as caught:
            await held.turn("outlet.example:80", 0)
        waits.append(caught.value.retry_after or 0)
    assert 59 < waits[0] <= 66
    assert 118 < waits[1] <= 132
    assert LONGEST_HOLD - 1 < waits[-1] <= 1.1 * LONGEST_HOLD
    fresh = Pace()
    fresh.hold("a:80", None)
    fresh.answered("a:80")
    fresh.hold("a:80", None)
    with pytest.raises(HeldError) as caught:
        await fresh.turn("a:80", 0)
    assert (caught.value.retry_after or 0) <= 66, "a good answer ends the row"
