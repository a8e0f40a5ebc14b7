"""What the desk does with looks at sources: whole texts, reasons why not, habits, bytes, lists, and what is put off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from octavo.desk import Desk
from octavo.errors import InputError
from octavo.looks import spread, wanted_texts
from octavo.model import Article, Extraction, FullText, Obstacle, Source, SourceKind
from octavo.settings import Settings
from octavo.store import Store, WantedPage
from test_gather_fetch import Site, fetcher_for, redirect, serving, status

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = "The ferry between Halm and the island runs again since Monday, the harbour master said, and it will run twice a day."
LONG = " ".join(f"{number}. {WORDS}" for number in range(20))


def feed(*items: tuple[str, str], extra: str = "") -> bytes:
    """A feed of entries: path and text."""
    entries = "".join(
        f"<item><title>What happened at {path} today</title><link>{path}</link><description>{text}</description>"
        f"<pubDate>{NOW - HOUR * n:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n, (path, text) in enumerate(items, 1)
    )
    return f"<rss version='2.0'><channel><title>Harbour News</title>{extra}{entries}</channel></rss>".encode()


def page(text: str, head: str = "") -> bytes:
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n"))
    return (
        f"<html><head><title>A page</title>{head}</head><body><article><h1>What happened</h1>{paragraphs}</article></body></html>".encode()
    )


@pytest.fixture
def store(sqlite_address: str) -> Iterator[Store]:
    with Store.open(sqlite_address) as opened:
        yield opened


@asynccontextmanager
async def desk_over(store: Store, **pages: object):
    """A desk whose sources are on one site, with pages by name: `a` stands at /a."""
    async with serving({f"/{name}": body for name, body in pages.items()}) as site:
        settings = Settings(allow=frozenset({site.pair}), fetch_seconds=5, extract_workers=1)
        desk = Desk(settings, store)
        try:
            yield site, desk
        finally:
            desk._stack.close()


async def gather(desk: Desk, site: Site, now: datetime = NOW) -> None:
    async with fetcher_for(site) as fetcher:
        await desk.gather(fetcher, now)


def pages_asked(site: Site) -> list[str]:
    return [path for path in site.paths() if path not in ("/robots.txt", "/feed")]


@pytest.mark.parametrize(("wish", "asked"), [(FullText.SHORT, {"/short"}), (FullText.ALWAYS, {"/short", "/long"}), (FullText.NEVER, set())])
async def test_whole_texts_are_fetched_as_a_person_wishes(store: Store, wish: FullText, asked: set[str]) -> None:
    async with desk_over(store, short=page(LONG), long=page(LONG)) as (site, desk):
        site.pages["/feed"] = feed((site.url("/short"), WORDS[:60] + " ..."), (site.url("/long"), LONG))
        store.add_source(SourceKind.FEED, site.url("/feed"), NOW, full_text=wish)
        await gather(desk, site)
        assert set(pages_asked(site)) == asked
        cut = {article.url: article.cut for article in store.latest_articles(10)}
    assert cut == {site.url("/short"): wish is FullText.NEVER, site.url("/long"): False}


async def test_why_a_whole_text_is_missing_is_kept(store: Store) -> None:
    subscribers = page("Subscribe to continue reading.")
    beginning = page(WORDS, '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>')
    names = ("inner", "wall", "none", "subscribers", "beginning", "well", "down")
    reasons = {"wall": status(403), "down": status(500), "subscribers": subscribers, "beginning": beginning, "well": page(LONG)}
    async with desk_over(store, **reasons) as (site, desk):
        site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /inner\n"
        site.pages["/feed"] = feed(*((site.url(f"/{name}"), f"Only a beginning of {name} ...") for name in names))
        store.add_source(SourceKind.FEED, site.url("/feed"), NOW)
        await gather(desk, site)
        articles = {(article.url or "").rpartition("/")[2]: article for article in store.latest_articles(10)}
        problems = {name: store.page_problem(article.id) for name, article in articles.items()}
        (health,) = store.source_health(NOW - 9 * HOUR, NOW)
    assert problems.pop("well") is None
    assert all(problem and "fault lies with" in problem for problem in problems.values())
    assert {"robots.txt" in (problems["inner"] or ""), "only the beginning" in (problems["beginning"] or "")} == {True}
    assert (health.articles, health.cut) == (7, 6)
    obstacles = dict(health.obstacles)
    assert obstacles.pop(Obstacle.PAY_WALL) >= 1
    assert obstacles == dict.fromkeys((Obstacle.ROBOTS, Obstacle.BOT_WALL, Obstacle.MISSING, Obstacle.UNREACHABLE), 1)
    again = [wanted.address for wanted in store.wanted_pages(NOW + HOUR, 10)]
    assert again == [site.url("/down")], "what passes is tried again"


async def test_pages_of_a_host_that_wants_a_pause_are_put_off_and_none_is_lost(store: Store) -> None:
    names = [f"page{n}" for n in range(5)]
    asked = 0

    def busy(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(body=page(LONG), content_type="text/html") if asked > 1 else status(429, Retry_After="3600")(request)

    async with desk_over(store, **dict.fromkeys(names, busy)) as (site, desk):
        site.pages["/feed"] = feed(*((site.url(f"/{name}"), "Only a beginning ...") for name in names))
        store.add_source(SourceKind.FEED, site.url("/feed"), NOW)
        async with fetcher_for(site, fetch_parallel=1) as fetcher:
            for hours in range(6):
                await desk.gather(fetcher, NOW + hours * HOUR)
        assert asked <= 2
        put_off = {wanted.address: wanted.attempts for wanted in store.wanted_pages(NOW + 24 * HOUR, 10)}
        assert len(put_off) == 5
        assert sum(put_off.values()) == 1, "only the one that was really asked for has failed"
        await gather(desk, site, NOW + 24 * HOUR)
        assert not any(article.cut for article in store.latest_articles(10))


async def test_a_feed_that_holds_nothing_stays_ill_until_it_is_well(store: Store) -> None:
    async with desk_over(store, feed=b"<rss version='2.0'><channel><title>Empty") as (site, desk):
        added = store.add_source(SourceKind.FEED, site.url("/feed"), NOW)
        states = []
        for number in range(3):
            if number == 2:
                site.pages["/feed"] = feed((site.url("/a"), LONG))
            await gather(desk, site, NOW + 30 * number * HOUR)
            state = store.source(added.id)
            assert state is not None
            states.append((state.error_count, bool(state.last_error)))
    assert states == [(1, True), (1, True), (0, False)]


async def test_what_a_feed_says_of_itself_is_heeded(store: Store) -> None:
    wishes = "<link>/start</link><ttl>300</ttl><skipHours><hour>18</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    async with desk_over(store) as (site, desk):
        site.pages["/feed"] = feed((site.url("/a"), LONG), extra=wishes)
        site.pages["/ended"] = (
            b'{"version": "https://jsonfeed.org/version/1.1", "expired": true, "items": [{"id": "1", "title": "The end"}]}'
        )
        calm, ended = (store.add_source(SourceKind.FEED, site.url(path), NOW) for path in ("/feed", "/ended"))
        await gather(desk, site)
        heeded, over = store.source(calm.id), store.source(ended.id)
    assert heeded is not None
    assert (heeded.title, heeded.home) == ("Harbour News", site.url("/start"))
    assert (heeded.ttl_seconds, heeded.skip_hours, heeded.skip_days) == (18000.0, (18,), (6,))
    assert heeded.due_at is not None
    assert heeded.due_at >= NOW + 12 * HOUR, "NOW is a Sunday"
    assert over is not None
    assert over.paused
    assert "has ended" in (over.last_error or "")


async def test_bytes_habit_and_reservations_stand_on_the_source(store: Store) -> None:
    noai = page(LONG, '<meta name="robots" content="noai">')
    async with desk_over(store, a=noai, b=page(LONG), c=page(LONG), d=page(LONG)) as (site, desk):
        site.pages["/feed"] = feed(*((site.url(f"/{name}"), "Only a beginning ...") for name in "abcd"))
        site.pages["/robots.txt"] = b"User-agent: CCBot\nDisallow: /\n"
        added = store.add_source(SourceKind.FEED, site.url("/feed"), NOW)
        await gather(desk, site)
        state = store.source(added.id)
    assert state is not None
    assert state.bytes_in > 4 * len(LONG)
    assert state.bytes_out > 5 * 100
    assert state.reserved == ("meta: noai", "robots.txt: CCBot")
    assert (state.newest_at, state.usual_gap, state.longest_gap) == (NOW - HOUR, 3600.0, 3600.0)


async def test_a_sitemap_of_sitemaps_leads_to_pages(store: Store) -> None:
    async with desk_over(store, one=page(LONG), two=page(LONG)) as (site, desk):
        site.pages["/index.xml"] = b"<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
        site.pages["/news.xml"] = (
            f"<urlset><url><loc>{site.url('/one')}</loc></url><url><loc>{site.url('/two')}</loc></url></urlset>".encode()
        )
        store.add_source(SourceKind.SITEMAP, site.url("/index.xml"), NOW)
        await gather(desk, site)
        assert {article.url for article in store.latest_articles(10)} == {site.url("/one"), site.url("/two")}


async def test_a_list_page_is_read_by_its_selector(store: Store) -> None:
    links = "".join(f"<li><a href='/item{n}'>N{n}</a></li>" for n in range(3))
    start = f"<nav><a href='/a-long-way-from-here'>A long way from here to there</a></nav><ul>{links}</ul><p>{LONG}</p>"
    async with desk_over(store, start=start.encode(), **{f"item{n}": page(f"{n} {LONG}") for n in range(3)}) as (site, desk):
        found = await desk.try_selector(site.url("/start"), "ul a", NOW)
        assert found == {site.url(f"/item{n}"): f"N{n}" for n in range(3)}
        with pytest.raises(InputError, match="fits the selector"):
            await desk.add(site.url("/start"), NOW, selector="ol a")
        with pytest.raises(InputError, match="no CSS selector"):
            await desk.add(site.url("/start"), NOW, selector="ol::a")
        added = await desk.add(site.url("/start"), NOW, selector="ul a", title="Items", folders=("Lists",), full_text=FullText.NEVER)
        assert (added.kind, added.selector, added.title, added.folders) == (SourceKind.PAGE, "ul a", "Items", ("Lists",))
        site.asked.clear()
        await gather(desk, site)
        assert set(pages_asked(site)) == {"/start", "/item0", "/item1", "/item2"}
        assert len(store.latest_articles(10)) == 3


async def test_a_source_that_has_moved_to_another_one_is_stopped_and_says_so(store: Store) -> None:
    async with desk_over(store, old=redirect("/feed", 301)) as (site, desk):
        site.pages["/feed"] = feed((site.url("/a"), LONG))
        one, other = (store.add_source(SourceKind.FEED, site.url(path), NOW) for path in ("/old", "/feed"))
        for number in range(3):
            await gather(desk, site, NOW + number * 3 * HOUR)
        moved, there = store.source(one.id), store.source(other.id)
    assert moved is not None
    assert moved.paused
    assert "another of your sources. Remove this one" in (moved.last_error or "")
    assert there is not None
    assert (there.paused, there.last_error) == (False, None)


async def test_a_found_feed_keeps_where_it_was_found(store: Store) -> None:
    async with desk_over(store, start=b"<link rel=alternate type='application/rss+xml' href='/feed'>") as (site, desk):
        site.pages["/feed"] = feed((site.url("/a"), LONG))
        added = await desk.add(site.url("/start"), NOW, folders=("Coast",))
    assert (added.address, added.home, added.title, added.folders) == (site.url("/feed"), site.url("/start"), "Harbour News", ("Coast",))


def test_hosts_are_asked_in_turn() -> None:
    wanted = [WantedPage(f"https://{host}.example/{n}") for host, n in (("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2))]
    assert [one.address[8:].replace(".example/", "") for one in spread(wanted)] == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_text_without_an_address_cannot_be_fetched() -> None:
    article = Article("1" * 16, "A", "B", cut=True)
    source = Source(1, SourceKind.FEED, "https://a.example/feed", full_text=FullText.ALWAYS)
    assert wanted_texts(source, Extraction("c", (article,))) == []
    assert len(wanted_texts(source, Extraction("c", (replace(article, url="https://a.example/1", cut=False),)))) == 1
