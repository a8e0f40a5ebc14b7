"""Sitemaps → articles and links: an entry that names its headline is an article whose text stands at its address, others are links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from lxml import etree

from octavo.errors import ExtractError
from octavo.extract.address import clean
from octavo.extract.assemble import assembled
from octavo.extract.dating import possible
from octavo.extract.feed_dates import feed_date
from octavo.extract.feed_record import short
from octavo.extract.found import Found, found
from octavo.extract.language import primary
from octavo.extract.outlet import outlet_of
from octavo.extract.picture import captioned
from octavo.extract.resolve import absolute
from octavo.extract.xml_tree import Tree, xml_tree
from octavo.model import Article, Capture, Extraction, Image, Signal
from octavo.moments import instant, precision

MOST = 1000  # entries that are given, by the standard of news sitemaps the most that one may have; the newest
_READ = 50_000  # entries that are looked at, by the standard of sitemaps the most that one may have
_NEWS = "{*}news/{*}"
_IMAGE = "{*}image/{*}"
_NEVER = datetime.min.replace(tzinfo=UTC)


class _Row(NamedTuple):
    """One entry: where it leads, when it was published and changed, the first known of both as a moment, and its element."""

    address: str
    published: Found[str] | None
    modified: Found[str] | None
    at: datetime
    element: etree._Element


def read_sitemap(capture: Capture) -> Extraction:
    """The entries of a sitemap, the newest first: articles with `cut` set, and addresses without a headline as `links`.

    An index of sitemaps gives those that it names as `links`, those of news before others.
    """
    tree = xml_tree(capture.body, capture.charset)
    if tree is None:
        what = "The sitemap cannot be read, it is not well-formed XML"
        return Extraction(capture.id, problem=ExtractError(what, todo="Tell the outlet", fault="the outlet").sentence)
    rows = sorted(islice(_rows(tree.root, capture), _READ), key=lambda row: row.at, reverse=True)
    if etree.QName(tree.root).localname == "sitemapindex":
        named = sorted(rows, key=lambda row: "news" not in row.address.rpartition("/")[2].lower())
        return Extraction(capture.id, links=tuple(row.address for row in named[:MOST]), problem=_problem(tree, bool(rows)))
    articles: list[Article] = []
    links: list[str] = []
    for row in rows[:MOST]:
        if headline := short(row.element.findtext(f"{_NEWS}title")):
            articles.append(_article(row, headline, capture, len(articles)))
        else:
            links.append(clean(row.address))
    return Extraction(capture.id, tuple(articles), links=tuple(dict.fromkeys(links)), problem=_problem(tree, bool(rows)))


def _problem(tree: Tree, holds: bool) -> str | None:
    if tree.whole and holds:
        return None
    what = "The sitemap breaks off before its end" if holds else "The sitemap names no pages"
    return ExtractError(what, todo="Tell the outlet if it stays so", fault="the outlet").sentence


def _rows(root: etree._Element, capture: Capture) -> Iterator[_Row]:
    for element in root.iterchildren("{*}url", "{*}sitemap"):
        if address := absolute(element.findtext("{*}loc"), capture.address):
            published = _date(element, f"{_NEWS}publication_date", capture)
            modified = _date(element, "{*}lastmod", capture)
            known = published or modified
            yield _Row(address, published, modified, (instant(known.value) if known else None) or _NEVER, element)


def _date(element: etree._Element, path: str, capture: Capture) -> Found[str] | None:
    iso = feed_date(element.findtext(path))
    return found(iso, "sitemap", 0.8, precision(iso)) if iso and possible(iso, capture.captured_at, capture.dated) else None


def _article(row: _Row, headline: str, capture: Capture, ordinal: int) -> Article:
    language = primary(row.element.findtext(f"{_NEWS}publication/{{*}}language"))
    return assembled(
        capture,
        ordinal,
        (),
        Signal("sitemap", 0.0),
        headline=found(headline, "sitemap", 0.8),
        url=found(clean(row.address), "sitemap", 0.85),
        published=row.published,
        modified=row.modified,
        publisher=outlet_of(row.address, row.element.findtext(f"{_NEWS}publication/{{*}}name")),
        language=found(language, "declared", 0.7) if language else None,
        image=_image(row, capture),
        cut=True,
    )


def _image(row: _Row, capture: Capture) -> Found[Image] | None:
    url = absolute(row.element.findtext(f"{_IMAGE}loc"), capture.address)
    caption, credit = captioned(row.element.findtext(f"{_IMAGE}caption") or row.element.findtext(f"{_IMAGE}title"))
    return found(Image(url, caption, credit), "sitemap", 0.7) if url else None
