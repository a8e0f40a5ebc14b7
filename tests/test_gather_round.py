"""Rounds over sources of every kind: what they give, what the source's record then says, and when it is due again."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult

from octavo.errors import ExtractError, FetchError, InputError, OctavoError, RefusedError
from octavo.gather import gather_page, gather_pages, gather_source, look_at_pages
from octavo.gather.answers import OfflineError
from octavo.gather.fetch import Fetcher
from octavo.gather.pace import HeldError
from octavo.gather.round import DEAD, SIGHTINGS, STILL_DEAD
from octavo.gather.schedule import LONGEST_PAUSE
from octavo.gather.sitemaps import MOST_IN_INDEX, is_index, listed
from octavo.model import Capture, Source, SourceKind
from octavo.settings import Settings
from test_gather_fetch import Site, fetcher_for, redirect, serving, status
from test_gather_guard import Names

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Harbour News</title></channel></rss>"
PAGE = b"<html><body><p>The ferry runs again.</p></body></html>"


def source(address: str, kind: SourceKind = SourceKind.FEED, **fields: object) -> Source:
    return replace(Source(7, kind, address), **fields)


def feed(request: web.Request) -> web.Response:
    if request.headers.get("If-None-Match") == '"v1"':
        return web.Response(status=304)
    headers = {"ETag": '"v1"', "Last-Modified": "Wed, 04 Mar 2026 11:00:00 GMT", "Cache-Control": "public, max-age=7200"}
    return web.Response(body=FEED, content_type="text/xml", charset="utf-8", headers=headers)


async def test_a_feed_is_taken_once_and_then_known() -> None:
    async with serving({"/feed": feed, "/old": redirect("/feed")}) as site, fetcher_for(site) as fetcher:
        before = source(site.url("/old"), error_count=2, last_error="It was down.")
        first = await gather_source(before, fetcher, NOW)
        second = await gather_source(first.source, fetcher, NOW + 3 * HOUR)
    (capture,) = first.captures
    assert (capture.address, capture.body, capture.media_type) == (site.url("/feed"), FEED, "application/rss+xml")
    assert (capture.source, capture.captured_at, capture.dated, capture.charset) == (7, NOW, True, "utf-8")
    after = first.source
    assert (after.etag, after.last_modified, after.final_address) == ('"v1"', "Wed, 04 Mar 2026 11:00:00 GMT", site.url("/feed"))
    assert (after.last_tried_at, after.last_success_at, after.error_count, after.last_error) == (NOW, NOW, 0, None)
    assert after.address == before.address
    assert after.due_at is not None
    assert NOW + 2 * HOUR <= after.due_at <= NOW + 2.2 * HOUR, "the feed says that it stays as it is for two hours"
    assert second.not_modified
    assert second.captures == ()
    assert second.error is None
    assert second.source.last_success_at == NOW + 3 * HOUR
    assert second.source.etag == '"v1"'


async def test_a_failing_source_is_asked_less_and_less_and_says_why() -> None:
    async with serving({"/feed": status(500)}) as site, fetcher_for(site) as fetcher:
        state = source(site.url("/feed"), etag='"v1"', last_success_at=NOW - HOUR)
        waits = []
        for number in range(1, 9):
            gathered = await gather_source(state, fetcher, NOW)
            state = gathered.source
            assert isinstance(gathered.error, FetchError)
            assert state.error_count == number
            assert state.due_at is not None
            waits.append(state.due_at - NOW)
    assert state.last_error is not None
    assert "status 500" in state.last_error
    assert "fault lies with the other server" in state.last_error
    assert (state.last_tried_at, state.last_success_at, state.etag, state.paused) == (NOW, NOW - HOUR, '"v1"', False)
    assert waits == sorted(waits)
    assert HOUR <= waits[0] <= 1.1 * HOUR
    assert waits[2] == pytest.approx(4 * waits[0], abs=timedelta(seconds=1))
    assert LONGEST_PAUSE <= waits[-1] <= 1.1 * LONGEST_PAUSE


async def test_what_server_and_publisher_ask_for_is_told() -> None:
    def wishing(request: web.Request) -> web.Response:
        return web.Response(body=FEED, content_type="text/xml", headers={"X-Robots-Tag": "noai", "Cache-Control": "max-age=7200"})

    pages = {"/feed": wishing, "/robots.txt": b"User-agent: GPTBot\nDisallow: /\n"}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        gathered = await gather_source(source(site.url("/feed")), fetcher, NOW)
    after = gathered.source
    assert after.due_at is not None
    assert after.due_at >= NOW + 2 * HOUR
    assert gathered.reserved == ("robots.txt: GPTBot", "header: noai")
    assert gathered.bytes_in > len(FEED)
    assert gathered.bytes_out > 100


async def test_a_permanent_redirect_is_adopted_when_it_was_seen_several_times() -> None:
    async with serving({"/feed": feed, "/old": redirect("/feed", 301), "/maybe": redirect("/feed")}) as site, fetcher_for(site) as fetcher:
        state = source(site.url("/old"))
        counts = []
        for number in range(SIGHTINGS):
            assert state.address == site.url("/old")
            state = (await gather_source(state, fetcher, NOW + number * HOUR)).source
            counts.append(state.moved_count)
        assert counts == [1, 2, 0]
        assert (state.address, state.moved_to, state.etag) == (site.url("/feed"), None, '"v1"')
        assert (await gather_source(state, fetcher, NOW)).not_modified, "what was known of the final address holds on"
        site.pages["/old"] = status(500)
        moving = source(site.url("/old"), moved_to=site.url("/feed"), moved_count=2)
        assert (await gather_source(moving, fetcher, NOW)).source.moved_count == 0, "in a row"
        maybe = source(site.url("/maybe"), moved_to=site.url("/feed"), moved_count=2)
        state = (await gather_source(maybe, fetcher, NOW)).source
        assert (state.address, state.moved_to, state.moved_count) == (site.url("/maybe"), None, 0)


async def test_a_dead_feed_is_looked_for_on_its_site() -> None:
    home = b"<link rel=alternate type='application/rss+xml' href='/new'>"
    async with serving({"/": home, "/new": feed, "/dying": status(404), "/gone": status(410)}) as site, fetcher_for(site) as fetcher:
        state = source(site.url("/dying"), etag='"x"', final_address=site.url("/dying"))
        for failures in (1, 2):
            state = (await gather_source(state, fetcher, NOW)).source
            assert (state.address, state.error_count) == (site.url("/dying"), failures)
        assert "/" not in site.paths(), "a feed may be away for once"
        gathered = await gather_source(state, fetcher, NOW)
        state = gathered.source
        assert (state.address, state.error_count, state.due_at, state.etag) == (site.url("/new"), 0, NOW, None)
        assert "status 404" in (state.last_error or ""), "what happened stands there until the next look"
        assert isinstance(gathered.error, FetchError)
        gone = (await gather_source(source(site.url("/gone"), home=site.url("/")), fetcher, NOW)).source
        assert (gone.address, gone.paused) == (site.url("/new"), False)


async def test_a_dead_feed_without_another_stays_dead_and_is_rarely_looked_for() -> None:
    async with serving({"/dead": status(404), "/": b"<title>A site</title>"}) as site, fetcher_for(site) as fetcher:
        state = source(site.url("/dead"))
        for _ in range(DEAD + STILL_DEAD):
            state = (await gather_source(state, fetcher, NOW)).source
        assert (state.address, state.error_count, state.paused) == (site.url("/dead"), DEAD + STILL_DEAD, False)
        assert site.paths().count("/") == 2


@pytest.mark.parametrize(
    "failure", [OSError(socket.EAI_AGAIN, "Temporary failure in name resolution"), OSError(errno.ENETUNREACH, "unreachable")]
)
async def test_without_a_network_no_source_is_made_to_wait(failure: OSError) -> None:
    class Nobody(Names):
        async def resolve(self, *_: object) -> list[ResolveResult]:
            raise failure

    async with Fetcher(Settings(), Nobody({})) as fetcher:
        known = source("http://outlet.example/feed", error_count=DEAD - 1, last_success_at=NOW - HOUR)
        gathered = await gather_source(known, fetcher, NOW)
        looks = [look async for look in look_at_pages(["http://outlet.example/page"], fetcher, NOW)]
    assert isinstance(gathered.error, OfflineError)
    assert "fault lies with the network" in (gathered.source.last_error or "")
    assert gathered.source.error_count == DEAD
    assert gathered.source.due_at is not None
    assert gathered.source.due_at <= NOW + 1.1 * HOUR
    assert isinstance(looks[0].page, OctavoError)


async def test_a_host_that_wants_to_be_left_alone_is_no_failure() -> None:
    async with serving({"/busy": status(429, Retry_After="300"), "/feed": feed}) as site, fetcher_for(site) as fetcher:
        await gather_source(source(site.url("/busy")), fetcher, NOW)
        held = await gather_source(source(site.url("/feed"), last_success_at=NOW - HOUR), fetcher, NOW)
    assert isinstance(held.error, HeldError)
    assert (held.source.error_count, held.source.last_error, held.source.last_tried_at) == (0, None, None)
    assert held.source.due_at is not None
    assert timedelta(seconds=299) < held.source.due_at - NOW < timedelta(seconds=331)


async def test_a_sitemap_of_sitemaps_leads_to_those_that_changed() -> None:
    sitemap = b"<urlset><url><loc>http://outlet.example/%d</loc></url></urlset>"
    old, new = (NOW - timedelta(days=9)).date(), NOW.date()
    entries = [("/a.xml", f"<lastmod>{old}</lastmod>"), ("/b.xml", ""), ("/c.xml", f"<lastmod>{new}</lastmod>"), ("/none.xml", "")]
    inside = "".join(f"<sitemap><loc> <![CDATA[{path}?x=1]]></loc>{when}</sitemap>" for path, when in entries)
    pages = {"/index": f"<sitemapindex>{inside}</sitemapindex>".encode(), **{path: sitemap % n for n, (path, _) in enumerate(entries[:3])}}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        index = source(site.url("/index"), SourceKind.SITEMAP, etag='"1"')
        first = await gather_source(index, fetcher, NOW)
        later = await gather_source(replace(index, last_success_at=NOW - HOUR), fetcher, NOW)
        site.pages["/index"] = b"<sitemapindex><sitemap><loc>/none.xml</loc></sitemap></sitemapindex>"
        lost = await gather_source(index, fetcher, NOW)
        site.pages["/index"] = b"<sitemapindex><sitemap><loc>/index</loc></sitemap></sitemapindex>"
        site.asked.clear()
        await gather_source(index, fetcher, NOW)
        assert site.paths().count("/index") == 1 + MOST_IN_INDEX, "one that leads to itself has an end"
    assert [capture.address for capture in first.captures] == [site.url(f"{path}?x=1") for path in ("/c.xml", "/a.xml", "/b.xml")]
    assert "1 sitemaps of the index cannot be had" in (first.source.last_error or "")
    assert (first.source.error_count, first.source.etag, first.source.last_success_at) == (0, None, NOW)
    assert [capture.address for capture in later.captures] == [site.url(f"{path}?x=1") for path in ("/c.xml", "/b.xml")]
    assert (lost.source.error_count, lost.captures) == (1, ())


def test_of_an_index_only_its_news_are_listed() -> None:
    index = b"<sm:sitemapindex><sm:sitemap><sm:loc>http://news.example/all.xml</sm:loc></sm:sitemap>"
    index += b"<sm:sitemap><sm:loc>http://news.example/news-1.xml?a=1&amp;b=2</sm:loc></sm:sitemap></sm:sitemapindex>"
    assert is_index(index)
    assert listed(index, None) == ("http://news.example/news-1.xml?a=1&b=2",)
    assert listed(b"<urlset/>", None) == ()


async def test_what_is_gone_is_paused_and_a_wished_pause_kept() -> None:
    async with serving({"/gone": status(410), "/busy": status(503, Retry_After="86400")}) as site, fetcher_for(site) as fetcher:
        gone = await gather_source(source(site.url("/gone")), fetcher, NOW)
        busy = await gather_source(source(site.url("/busy")), fetcher, NOW)
    assert gone.source.paused
    assert "gone for good" in (gone.source.last_error or "")
    assert not busy.source.paused
    assert busy.source.due_at is not None
    assert busy.source.due_at >= NOW + timedelta(days=1)


async def test_kinds_expect_their_own() -> None:
    sitemap = b"<urlset><url><loc>http://outlet.example/a</loc></url></urlset>"
    pages = {"/robots.txt": b"User-agent: *\nDisallow: /", "/feed": feed, "/sitemap.xml": sitemap, "/page": PAGE}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        assert len((await gather_source(source(site.url("/feed")), fetcher, NOW)).captures) == 1, "feeds are there for programs"
        (capture,) = (await gather_source(source(site.url("/sitemap.xml"), SourceKind.SITEMAP), fetcher, NOW)).captures
        assert capture.media_type == "application/xml"
        forbidden = await gather_source(source(site.url("/page"), SourceKind.PAGE), fetcher, NOW)
        assert isinstance(forbidden.error, RefusedError)
        assert "robots.txt" in (forbidden.source.last_error or "")
        site.pages["/words"] = lambda request: web.Response(text="We are moving house.", content_type="application/rss+xml")
        site.pages["/plain"] = lambda request: web.Response(text="We are moving house.")
        for path, what in (("/words", None), ("/plain", "a plain text instead of a feed")):
            moving = await gather_source(source(site.url(path)), fetcher, NOW)
            assert (what is None) == (moving.error is None)
            assert what is None or what in (moving.source.last_error or "")
        for kind in (SourceKind.FEED, SourceKind.SITEMAP):
            lost = await gather_source(source(site.url("/page"), kind), fetcher, NOW)
            assert isinstance(lost.error, FetchError)
            assert f"instead of a {kind}" in lost.error.what
        private = await gather_source(source("http://10.0.0.1/feed"), fetcher, NOW)
        assert isinstance(private.error, RefusedError)
        broken = await gather_source(source("feed"), fetcher, NOW)
        assert isinstance(broken.error, OctavoError)


async def test_a_folder_gives_what_came_since(tmp_path: Path) -> None:
    def write(name: str, body: bytes, minutes: float) -> None:
        path = tmp_path / name
        path.write_bytes(body)
        moment = (NOW + timedelta(minutes=minutes)).timestamp()
        os.utime(path, (moment, moment))

    # The change times of the file system are those of the test; so the first look lies before them and the later ones after.
    write("a.txt", b"First.", -5)
    write("b.bin", b"\x00" * 50, -5)
    later = datetime.now(UTC) + timedelta(hours=1)
    folder = source(str(tmp_path), SourceKind.FOLDER)
    async with fetcher_for() as fetcher:
        first = await gather_source(folder, fetcher, NOW)
        second = await gather_source(replace(first.source, last_success_at=later), fetcher, later)
        stamp = (later + HOUR).timestamp()
        (tmp_path / "c.txt").write_bytes(b"Third.")
        os.utime(tmp_path / "c.txt", (stamp, stamp))
        third = await gather_source(second.source, fetcher, later + 2 * HOUR)
        lost = await gather_source(replace(folder, address=str(tmp_path / "none")), fetcher, NOW)
    (capture,) = first.captures
    assert (capture.address, capture.body, capture.source, capture.dated) == (str(tmp_path / "a.txt"), b"First.", 7, False)
    assert isinstance(first.error, InputError)
    assert "1 of 2" in first.error.what
    assert "b.bin" in first.error.what
    assert (first.source.error_count, first.source.last_success_at) == (0, NOW)
    assert "b.bin" in (first.source.last_error or "")
    assert second.captures == ()
    assert second.not_modified
    assert second.source.last_error is None
    assert [one.body for one in third.captures] == [b"Third."]
    assert isinstance(lost.error, InputError)
    assert lost.source.error_count == 1


async def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    async with fetcher_for() as fetcher:
        gathered = await gather_source(source(str(tmp_path), SourceKind.FOLDER), fetcher, NOW)
    assert gathered.error is None
    assert gathered.not_modified


async def test_a_page_is_a_capture() -> None:
    async with serving({"/page": PAGE, "/pdf": b"%PDF-1.7"}) as site, fetcher_for(site) as fetcher:
        capture = await gather_page(site.url("/page"), fetcher, NOW, source=3)
        assert (capture.address, capture.body, capture.media_type, capture.source) == (site.url("/page"), PAGE, "text/html", 3)
        assert capture.headers["content-type"] == "text/html"
        with pytest.raises(ExtractError, match="PDF"):
            await gather_page(site.url("/pdf"), fetcher, NOW)


def slow_pages(count: int) -> dict[str, object]:
    async def page(request: web.Request) -> web.Response:
        await asyncio.sleep(0.05 if request.path.endswith("0") else 0)
        return web.Response(body=PAGE, content_type="text/html")

    return {f"/{number}": page for number in range(count)}


async def test_many_pages_come_in_the_order_given() -> None:
    async with serving(slow_pages(12)) as site, fetcher_for(site, fetch_parallel=3) as fetcher:
        addresses = [site.url(f"/{number}") for number in range(14)]
        results = [result async for result in gather_pages(addresses, fetcher, NOW)]
    assert [address for address, _ in results] == addresses
    assert [type(result) for _, result in results] == [Capture] * 12 + [FetchError] * 2


async def test_who_stops_listening_stops_the_gathering() -> None:
    async with serving(slow_pages(50)) as site, fetcher_for(site, fetch_parallel=2) as fetcher:
        pages = gather_pages([site.url(f"/{number}") for number in range(50)], fetcher, NOW)
        async for _ in pages:
            break
        await pages.aclose()
        await asyncio.sleep(0.05)
        assert len([path for path in asked(site) if path != "/robots.txt"]) <= 5
        assert len(asyncio.all_tasks()) < 10


def asked(site: Site) -> list[str]:
    return site.paths()


async def test_a_file_moved_into_a_folder_is_new_whatever_its_age(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(b"Written long ago, moved here today.")
    os.utime(tmp_path / "old.txt", (1_000_000_000, 1_000_000_000))
    moment = datetime.now(UTC)
    async with fetcher_for() as fetcher:
        folder = source(str(tmp_path), SourceKind.FOLDER, last_success_at=moment - timedelta(minutes=1))
        assert len((await gather_source(folder, fetcher, moment)).captures) == 1
