"""Sitemaps → articles without text and links: news sitemaps, plain ones, indexes of them, broken ones."""

from __future__ import annotations

from datetime import UTC, datetime

from octavo.extract import extract
from octavo.model import Capture, Extraction, Image

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def read(inner: str, root: str = "urlset", declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Extraction:
    body = f"{declaration}<{root} {SPACES}>{inner}</{root}>"
    return extract(Capture("s1", "https://www.isle-gazette.example/sitemap.xml", body.encode(), NOW, "application/xml"))


def url(address: str, more: str = "") -> str:
    return f"<url><loc>{address}</loc>{more}</url>"


def news(title: str, date: str) -> str:
    return (
        "<news:news><news:publication><news:name>Isle Gazette</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title></news:news>"
    )


def test_an_entry_of_a_news_sitemap_is_an_article_whose_text_is_to_be_fetched() -> None:
    picture = "<image:image><image:loc>/h.jpg</image:loc><image:caption>Boats at dawn. Photo: Mia Roth</image:caption></image:image>"
    more = news("Herring &amp; cod return", "2031-05-19T09:30:00+02:00") + picture + "<lastmod>2031-05-19T11:00:00Z</lastmod>"
    (article,) = read(url("\n https://www.isle-gazette.example/n/1?utm_source=x \n", more)).articles
    assert (article.headline, article.text, article.cut) == ("Herring & cod return", "", True)
    assert article.url == "https://www.isle-gazette.example/n/1"
    assert (article.published, article.modified) == ("2031-05-19T09:30:00+02:00", "2031-05-19T11:00:00Z")
    assert (article.publisher, article.language, article.seen_at) == ("Isle Gazette", "en", NOW)
    assert article.image == Image("https://www.isle-gazette.example/h.jpg", "Boats at dawn.", "Mia Roth")
    assert {article.signals[name].signal for name in ("headline", "url", "published", "modified", "image")} == {"sitemap"}


def test_entries_without_a_headline_are_links_the_newest_first() -> None:
    inner = (
        url("/n/old", "<lastmod>2031-05-01</lastmod>")
        + url("/n/undated")
        + url("/n/new", "<lastmod>2031-05-19</lastmod>")
        + url("javascript:x()")
    )
    assert read(inner).links == tuple(f"https://www.isle-gazette.example/n/{name}" for name in ("new", "old", "undated"))


def test_dates_after_the_capture_count_for_nothing() -> None:
    inner = url("/n/1", news("Tomorrow", "2031-05-22T09:30:00Z")) + url("/n/2", news("Today", "2031-05-20T09:30:00Z"))
    assert [(a.headline, a.published) for a in read(inner).articles] == [("Today", "2031-05-20T09:30:00Z"), ("Tomorrow", None)]


def test_the_newest_thousand_are_given() -> None:
    inner = "".join(url(f"/n/{n}", f"<lastmod>{2000 + n // 360:04}-{n // 30 % 12 + 1:02}-{n % 28 + 1:02}</lastmod>") for n in range(3000))
    links = read(inner).links
    assert len(links) == 1000
    assert links[0] == "https://www.isle-gazette.example/n/2995"


def test_an_index_names_its_sitemaps_those_of_news_first() -> None:
    names = ("pages", "sport-2031-05", "news")
    inner = "".join(
        f"<sitemap><loc>/{name}.xml.gz</loc><lastmod>2031-05-{day:02}</lastmod></sitemap>" for day, name in enumerate(names, 10)
    )
    extraction = read(inner.replace("2031-05-12", "2031-05-01"), "sitemapindex")
    assert extraction.links == tuple(f"https://www.isle-gazette.example/{name}.xml.gz" for name in ("news", "sport-2031-05", "pages"))
    assert extraction.articles == ()


def test_broken_and_empty_sitemaps_say_so() -> None:
    assert "names no pages" in (read("").problem or "")
    torn = extract(
        Capture(
            "s2",
            "https://isle.example/s.xml",
            f"<urlset {SPACES}>{url('https://isle.example/n/1')}<url><loc>".encode(),
            NOW,
            "application/xml",
        )
    )
    assert (torn.links, "breaks off" in (torn.problem or "")) == (("https://isle.example/n/1",), True)


def test_nothing_is_declared_in_a_sitemap() -> None:
    doctype = '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "bbbb">]>'
    (article,) = read(url("/n/1", news("Herring &a;&b;", "2031-05-19")), declaration=doctype).articles
    assert article.headline == "Herring &a;&b;"
