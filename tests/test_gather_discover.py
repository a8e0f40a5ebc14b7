"""What stands behind an address that a person gives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavo.errors import FetchError, RefusedError
from octavo.gather import Proposal, discover
from octavo.gather.capture import make_capture
from octavo.gather.discovery import GUESSES, declared_feeds, proposal_of
from octavo.model import SourceKind
from test_gather_fetch import fetcher_for, redirect, serving

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
RSS = b"<rss version='2.0'><channel><image><title>Logo</title></image><title> Harbour\n News </title><item><title>A</title></item></channel></rss>"
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title></entry><title>Harbour <b>Atom</b></title></feed>"
JSON = b'{"version": "https://jsonfeed.org/version/1", "title": "Harbour JSON", "items": []}'
PAGE = b"""<html><head><title>Harbour &amp; Sea</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" hreflang="de" href="/de">
<link rel="Alternate" type="application/rss+xml" href="broken">
<link rel="alternate" type="application/atom+xml" href="//%s/atom">
</head><body><svg><title>Logo</title></svg></body></html>"""


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (RSS, SourceKind.FEED, "Harbour News"),
        (ATOM, SourceKind.FEED, "Harbour Atom"),
        (JSON, SourceKind.FEED, "Harbour JSON"),
        (JSON.replace(b"]}", b"]"), SourceKind.FEED, None),
        (b"<rss><channel><item/></channel></rss>", SourceKind.FEED, None),
        (b"<urlset/>", SourceKind.SITEMAP, None),
        (PAGE, SourceKind.PAGE, "Harbour & Sea"),
        (b"<p>A page without a title</p>", SourceKind.PAGE, None),
        (b"Plain words.", SourceKind.PAGE, None),
    ],
)
def test_content_says_what_it_is_and_what_it_is_called(body: bytes, kind: SourceKind, title: str | None) -> None:
    for charset in (None, "utf-8", "no-such-charset"):
        capture = make_capture("http://outlet.example/", body, NOW, charset=charset)
        assert proposal_of(capture) == Proposal(kind, "http://outlet.example/", title)


def test_titles_are_read_in_their_charset() -> None:
    latin = "<html><head><title>Küste</title></head></html>".encode("latin-1")
    assert proposal_of(make_capture("http://outlet.example/", latin, NOW, charset="iso-8859-1")).title == "Küste"


def test_entities_of_a_feed_are_not_followed() -> None:
    feed = b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><title>A&x;B</title></channel></rss>"
    assert proposal_of(make_capture("http://outlet.example/", feed, NOW)).title == "A&x;B"


def test_declared_feeds_are_absolute_and_in_order() -> None:
    page = b"""<base href="/news/"><link rel=alternate type=application/rss+xml href="a.xml?x=1&amp;y=2">
    <link rel=alternate type=application/rss+xml href=""><link rel=alternate type=application/rss+xml href="http://[">
    <link rel=alternate type=application/rss+xml href="a.xml?x=1&y=2"><link rel=alternate type=text/html href="b">
    <link rel="stylesheet alternate" type="application/feed+json" href="//other.example/f">"""
    capture = make_capture("http://outlet.example/x/", page, NOW)
    assert declared_feeds(capture) == ("http://outlet.example/news/a.xml?x=1&y=2", "http://other.example/f")
    assert declared_feeds(make_capture("http://outlet.example/x/", b"Plain words.", NOW)) == ()


async def test_a_feed_is_taken_as_it_is() -> None:
    pages = {"/old": redirect("/feed"), "/feed": RSS, "/robots.txt": b"User-agent: *\nDisallow: /"}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        assert await discover(site.url("/old"), fetcher, NOW) == Proposal(SourceKind.FEED, site.url("/feed"), "Harbour News")
        assert site.paths() == ["/old", "/feed"]


async def test_the_first_declared_feed_that_works_is_taken() -> None:
    async with serving({"/atom": ATOM, "/comments/feed": RSS, "/broken": PAGE}) as site, fetcher_for(site) as fetcher:
        site.pages["/"] = PAGE % site.pair.encode()
        for typed in (site.url("/"), site.pair, f" {site.pair}/ "):
            assert await discover(typed, fetcher, NOW) == Proposal(SourceKind.FEED, site.url("/atom"), "Harbour Atom", site.url("/"))


async def test_a_feed_in_a_usual_place_is_found() -> None:
    pages = {"/news/today": b"<html><title>Today</title></html>", "/feed": b"<html>no such page, but status 200</html>", "/atom.xml": ATOM}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        found = await discover(site.url("/news/today"), fetcher, NOW)
    assert found == Proposal(SourceKind.FEED, site.url("/atom.xml"), "Harbour Atom", site.url("/news/today"))


async def test_a_feed_that_the_page_links_to_is_found() -> None:
    page = b"<a href='http://elsewhere.example/rss'>Theirs</a><a href='/about'>About</a><a href='/services/rss/all'>All news</a>"
    async with serving({"/": page, "/services/rss/all": RSS}) as site, fetcher_for(site) as fetcher:
        assert (await discover(site.url("/"), fetcher, NOW)).address == site.url("/services/rss/all")
        assert [path for path in site.paths() if path != "/robots.txt"] == ["/", "/services/rss/all"]


def test_a_feed_of_endless_depth_has_no_title() -> None:
    deep = b'{"version": "https://jsonfeed.org/version/1", "title": "A", "items": ' + b"[" * 100_000
    assert proposal_of(make_capture("http://outlet.example/feed", deep, NOW)) == Proposal(SourceKind.FEED, "http://outlet.example/feed")


NEWS = b"<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>http://a.example/1</loc></url></urlset>"


async def test_a_news_sitemap_is_found_through_robots_txt() -> None:
    async with serving({"/": b"<title>Harbour</title>", "/all.xml": b"<urlset/>", "/news.xml": NEWS}) as site, fetcher_for(site) as fetcher:
        site.pages["/robots.txt"] = "".join(f"Sitemap: {site.url(path)}\n" for path in ("/all.xml", "/none.xml", "/news.xml")).encode()
        found = await discover(site.url("/"), fetcher, NOW)
        assert found == Proposal(SourceKind.SITEMAP, site.url("/news.xml"), "Harbour", site.url("/"))
        assert "/all.xml" not in site.paths(), "those that speak of news come first"


async def test_a_news_sitemap_is_found_through_an_index() -> None:
    async with serving({"/": b"<title>Harbour</title>", "/news.xml": NEWS}) as site, fetcher_for(site) as fetcher:
        site.pages["/index.xml.gz"] = f"<sitemapindex><sitemap><loc>{site.url('/news.xml')}</loc></sitemap></sitemapindex>".encode()
        site.pages["/robots.txt"] = f"Sitemap: {site.url('/index.xml.gz')}\n".encode()
        assert (await discover(site.url("/"), fetcher, NOW)).address == site.url("/index.xml.gz")
        site.pages["/news.xml"] = b"<urlset/>"
        assert (await discover(site.url("/"), fetcher, NOW)).kind is SourceKind.PAGE, "a sitemap of everything is no source of news"


async def test_without_a_feed_it_is_the_page_and_few_requests_are_made() -> None:
    async with serving({"/": PAGE % b"10.0.0.1"}) as site, fetcher_for(site) as fetcher:
        assert await discover(site.url("/"), fetcher, NOW) == Proposal(SourceKind.PAGE, site.url("/"), "Harbour & Sea")
        assert len(site.asked) <= 1 + 2 + len(GUESSES) + 1


async def test_robots_txt_is_kept() -> None:
    pages = {"/page": b"<html><title>Inner</title></html>", "/feed": RSS, "/robots.txt": b"User-agent: *\nDisallow: /"}
    async with serving(pages) as site, fetcher_for(site) as fetcher:
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            await discover(site.url("/page"), fetcher, NOW)
        assert site.paths() == ["/page", "/robots.txt"]


async def test_what_cannot_be_had_is_the_answer() -> None:
    async with serving({}) as site, fetcher_for(site) as fetcher:
        with pytest.raises(FetchError, match="404"):
            await discover(site.url("/page"), fetcher, NOW)
        with pytest.raises(RefusedError, match="private"):
            await discover("localhost:1", fetcher, NOW)
