"""Rounds over sources of every kind: what they give, what the source's record then says, and when it is due again."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from octavo.errors import ExtractError, FetchError, InputError, OctavoError, RefusedError
from octavo.gather import gather_page, gather_pages, gather_source, next_due
from octavo.gather.round import LONGEST_PAUSE
from octavo.model import Capture, Source, SourceKind
from test_gather_fetch import Site, fetcher_for, redirect, serving, status

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


def test_sources_are_spread_but_always_alike() -> None:
    due = {id: next_due(replace(source(""), id=id), NOW, HOUR) for id in range(200)}
    assert all(NOW + HOUR <= moment <= NOW + 1.1 * HOUR for moment in due.values())
    assert len(set(due.values())) == 200
    assert due[3] == next_due(replace(source(""), id=3), NOW, HOUR)
    week = timedelta(days=7)
    assert NOW + week <= next_due(source("", error_count=9), NOW, week) <= NOW + 1.1 * week, "errors never make it sooner"
    assert next_due(source("", error_count=1_000_000), NOW, HOUR) <= NOW + 1.1 * LONGEST_PAUSE


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
