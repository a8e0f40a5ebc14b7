"""When an article was published and modified: JSON-LD, meta tags, the page's own marks, its text, its address, htmldate last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.dates import printed_date, relative_date
from octavo.extract.found import Found, found
from octavo.extract.page import Page, around
from octavo.extract.plain import plain
from octavo.model import instant, precision

# Names of meta tags, lower case, the most trustworthy first.
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "publish_date", "publishdate", "published_time",
    "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date", "dcterms.issued", "dc.date.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "article:published", "pub_date", "pubdate", "publication_date", "published-date",
    "publish-date", "publication-date", "article_date_original", "originalpublicationdate", "og:published_time", "og:pubdate",
    "shareaholic:article_published_time", "bt:pubdate", "dateposted", "datecreated", "date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "article:updated", "modified_time", "shareaholic:article_modified_time",
    "revision_date",
)  # fmt: skip
_ISO = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T\s]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?(?:\[[\w/]+\])?)?\s*$"
)
_MIDNIGHT = re.compile(r"T00:00(?::00)?(?:Z|[+-]\d\d:\d\d)?$")
_SLASHES = re.compile(r"\s*(\d{4})[/.](\d\d?)[/.](\d\d?)\b")
_EPOCH = re.compile(r"\s*(\d{10})(\d{3})?\s*$")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)|[/_-]((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_FAR_WEST = timedelta(hours=14)  # a day without a zone may have begun this long before it begins in UTC
_CLOCKS = timedelta(minutes=10)  # by which two servers' clocks may differ
_OLDEST = datetime(1700, 1, 2, tzinfo=UTC)
_UNSET = frozenset({"1970-01-01", "1900-01-01"})  # what systems print for "no date"
_DATE_CLASS = re.compile(r"date|time|publish|posted|byline|dateline|meta", re.IGNORECASE)
_MODIFIED_WORD = re.compile(r"updated|modified|edited|actuali[sz]|aktuali[sz]|mis à jour|aggiornat|更新|обновл|atualizad", re.IGNORECASE)
_CLIMB = 5  # levels above the headline within which a date may belong to it
_CLOSE, _LINE = 3, 40  # levels, and characters of a line, within which a date needs no class to be the headline's
_SHORT = 120  # characters that a date line may have


def normal(value: object, language: str | None = None) -> str | None:
    """A date in whatever form pages and feeds write it, as ISO 8601 and only as precise as it is; None for what is no date.

    Midnight sharp without a second thought is how systems print a day, so it becomes one.
    """
    text = plain(value if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else None)
    if not text:
        return None
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, zone = match.groups()
        iso = f"{year}-{month}-{day}"
        if hour:
            iso += f"T{hour}:{minute}" + (f":{second}" if second else "") + _zone(zone)
    elif match := _EPOCH.match(text):
        iso = datetime.fromtimestamp(int(match[1]), UTC).isoformat()
    elif match := _SLASHES.match(text):
        iso = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    else:
        try:
            iso = parsedate_to_datetime(text).isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            printed = printed_date(text, language) if len(text) <= _SHORT else None
            iso = printed[0] if printed else ""
    iso = _MIDNIGHT.sub("", iso)
    moment = instant(iso)
    return iso if moment and moment >= _OLDEST and iso[:10] not in _UNSET else None


def possible(iso: str, captured_at: datetime, dated: bool) -> bool:
    """False for a date that lies after the capture, where the capture's time is known."""
    moment = instant(iso)
    if not dated or moment is None:
        return moment is not None
    zoned = precision(iso) in ("minute", "second") and bool(re.search(r"(?:Z|[+-]\d\d:?\d\d)$", iso))
    return moment <= captured_at + (_CLOCKS if zoned else _FAR_WEST)


def published(page: Page, language: str | None, headline: HtmlElement | None) -> Found[str] | None:
    """When the page's article was published. `headline` is the element that prints its headline, where it was found."""
    return _first(page, _published(page, language, headline))


def modified(page: Page, language: str | None) -> Found[str] | None:
    """When it was last changed, as far as the page says so."""
    return _first(page, _modified(page, language))


def _first(page: Page, candidates: Iterator[tuple[str | None, str, float]]) -> Found[str] | None:
    for iso, signal, confidence in candidates:
        if iso and possible(iso, page.captured_at, page.dated):
            return found(iso, signal, confidence, precision(iso), estimated=signal == "relative")
    return None


def _published(page: Page, language: str | None, headline: HtmlElement | None) -> Iterator[tuple[str | None, str, float]]:
    yield normal(page.article.get("datePublished"), language), "json-ld", 0.95
    for value in page.values(*_PUBLISHED_METAS):
        yield normal(value, language), "meta", 0.9
    own = (page.article, *(node for node in page.nodes if "WebPage" in jsonld.types_of(node)))
    for key in ("datePublished", "dateCreated"):
        for node in own:
            yield normal(node.get(key), language), "json-ld", 0.85
    for element in _marked(page.tree, "datePublished"):
        yield normal(element.get("datetime") or element.get("content") or element.text_content(), language), "microdata", 0.85
    for element in _near(headline):
        text = plain(element.text_content()) or ""
        if len(text) > _SHORT or _MODIFIED_WORD.search(text):
            continue
        if element.tag == "time" and (iso := normal(element.get("datetime"), language)):
            yield iso, "text", 0.8
        if printed := printed_date(text, language):
            yield printed[0], "text", 0.75
        elif page.dated and (relative := relative_date(text, page.captured_at, language)):
            yield relative[0], "relative", 0.6
    if match := _IN_ADDRESS.search(page.address):
        yield "-".join(part for part in match.groups() if part), "url", 0.6
    yield _guessed(page), "guess", 0.4


def _modified(page: Page, language: str | None) -> Iterator[tuple[str | None, str, float]]:
    yield normal(page.article.get("dateModified"), language), "json-ld", 0.95
    for value in page.values(*_MODIFIED_METAS):
        yield normal(value, language), "meta", 0.9
    for element in _marked(page.tree, "dateModified"):
        yield normal(element.get("datetime") or element.get("content") or element.text_content(), language), "microdata", 0.85


def _marked(tree: HtmlElement, name: str) -> Iterator[HtmlElement]:
    yield from (element for element in tree.iter() if element.tag != "meta" and name in (element.get("itemprop") or "").split())


def _near(headline: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements around the headline that may print its date: `time`, those whose class says so, and close by any short line."""
    for level, element in around(headline, _CLIMB):
        named = _DATE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if element.tag == "time" or named or (level <= _CLOSE and 0 < len(element.text_content().strip()) <= _LINE):
            yield element


def _guessed(page: Page) -> str | None:
    from htmldate import find_date

    latest = page.captured_at.date().isoformat() if page.dated else None
    guess: str | None = find_date(page.tree, original_date=True, extensive_search=False, url=page.address, max_date=latest)
    return guess


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
