"""The small tools that all readers share, where the web is odd or hostile: markup, bytes, dates, addresses. Nothing is lost, nothing takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from lxml.html import fromstring

from octavo.extract import extract
from octavo.extract.blocks import pieces
from octavo.extract.dating import normal
from octavo.extract.decode import decoded, kind_of
from octavo.extract.feed_dates import feed_date
from octavo.extract.identity import address_key
from octavo.extract.listing import article_links
from octavo.extract.page import parsed
from octavo.extract.plain import plain
from octavo.model import Capture

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.isle-gazette.example/news/herring"
PROSE = "The herring came back to the bay in April, and the boats of the isle went out for the first time in eleven years. "


def capture(body: str | bytes, address: str = ADDRESS, media_type: str = "text/html", charset: str | None = None) -> Capture:
    return Capture("c1", address, body.encode() if isinstance(body, str) else body, NOW, media_type, charset)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that a piece of work takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


# ---- markup


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Herring <!-- not said --> return", "Herring return"),
        ("Herring <!--> return", "Herring return"),
        ("Herring <!-- never closed", "Herring"),
        ("Herring &lt;!-- not said --&gt; return", "Herring return"),
        ("5 < 6 <3", "5 < 6 <3"),
    ],
)
def test_comments_are_not_read(written: str, read: str) -> None:
    assert plain(written) == read


def test_comments_that_never_end_cost_little() -> None:
    assert seconds(lambda: plain("<!--" * 40_000)) < 2


def test_breaks_part_paragraphs_however_many_they_are() -> None:
    assert [piece.text for piece in pieces(fromstring("<div><br><br>One<br>two<br><br><br>three<br> <br></div>"))] == ["One\ntwo", "three"]
    assert seconds(lambda: pieces(fromstring(f"<div>{'<br>' * 40_000}</div>"))) < 5
    assert seconds(lambda: pieces(fromstring(f"<ul><li>One{'<br>' * 40_000}</ul>"))) < 5


def test_characters_that_no_tree_may_hold_are_left_out_and_blanks_stay() -> None:
    page = parsed(capture("<p>Her\x08ring\x1b\x00 re\ufffeturn\tto\fthe\nbay"))
    assert page is not None
    assert page.tree.text_content() == "Herring return\tto the\nbay"


# ---- bytes


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "zlib", "hex", "rot13"])
def test_what_only_python_calls_an_encoding_is_none(name: str) -> None:
    body = "Die Fähre fährt wieder, \\u0041 +AEE- und alle fahren mit.".encode("cp1252")
    assert decoded(body, name) == decoded(body)
    assert decoded(b'<meta charset="' + name.encode() + b'">' + body).endswith("\\u0041 +AEE- und alle fahren mit.")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_blanks_may_stand_before_a_byte_order_mark(mark: str) -> None:
    feed = "<?xml version='1.0'?><rss><channel><item><title>Die Fähre fährt wieder</title><link>https://isle.example/n/1</link></item></channel></rss>"
    body = b" \r\n" + feed.encode(mark)
    assert kind_of(capture(body, media_type="")) == "feed"
    assert [article.headline for article in extract(capture(body, media_type="")).articles] == ["Die Fähre fährt wieder"]


def test_a_document_type_that_never_ends_costs_little() -> None:
    assert seconds(lambda: kind_of(capture("<!doctype rss " + "[]]" * 1300))) < 2


# ---- dates


@pytest.mark.parametrize("written", ["0001-01-01", "Mon, 01 Jan 0001 00:00:00 GMT", "01/01/0001 00:00:00", "1 January 0001"])
def test_the_year_one_is_no_date(written: str) -> None:
    assert normal(written) is None
    assert feed_date(written) is None


@pytest.mark.parametrize("written", ["Mon, 19 May 2031 09:30:00 CEST", "2031-05-19 09:30:00 CEST", "2031-05-19T09:30:00.0001+02:00"])
def test_pages_and_feeds_know_the_same_zones(written: str) -> None:
    assert normal(written) == feed_date(written) == "2031-05-19T09:30:00+02:00"


def test_a_page_that_stops_the_guess_of_its_date_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> str:
        raise ValueError("All strings must be XML compatible: Unicode or ASCII, no NULL bytes or control characters")

    monkeypatch.setattr("htmldate.find_date", refuses)
    article = extract(capture(f"<h1>Herring return to the bay</h1><p>{PROSE * 2}</p><p>{PROSE * 2}</p>")).articles[0]
    assert article.headline == "Herring return to the bay"
    assert article.published is None


# ---- addresses and links


def test_what_is_no_address_is_compared_as_it_is_written() -> None:
    assert address_key(" https://[::1 ") == "https://[::1"
    links = "".join(f"<a href=https://isle.example/n/the-story-{n}>The story of the herring number {n}</a>" for n in range(20))
    text = f"<h1>Herring return to the bay</h1><p>{PROSE * 2}</p><p>{PROSE * 2}</p>"
    extraction = extract(capture(text + links, address="https://[::1"))
    assert extraction.articles[0].headline == "Herring return to the bay"


def test_a_link_s_first_text_as_long_as_a_headline_counts() -> None:
    page = parsed(capture("<a href=/n/the-herring-1>Read</a><a href=/n/the-herring-1>The herring return to the bay</a>"
                          "<a href=/n/the-herring-1>The herring return to the bay again</a>"))  # fmt: skip
    assert page is not None
    assert article_links(page) == {"https://www.isle-gazette.example/n/the-herring-1": "The herring return to the bay"}


@pytest.mark.parametrize("link", ["/n/the-herring-1", "/n/the-herring-{}", "https://other{}.example/n/{}"])
def test_very_many_links_cost_little(link: str) -> None:
    text = "".join(f"<a href={link.replace('{}', str(n))}>The herring return to the bay again {n}</a>" for n in range(30_000))
    assert seconds(lambda: extract(capture(f"<html><body><h1>Herring</h1>{text}"))) < 15
