"""Feeds (RSS, RDF, Atom, JSON Feed) → articles: the door of this room for feeds.

fastfeedparser reads them, feedparser is asked when it fails or finds nothing. What fastfeedparser leaves out (the outlet that an
entry names as its source, all authors, time zones) is read beside it from the XML.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from octavo.errors import ExtractError
from octavo.extract.address import clean, is_web, site
from octavo.extract.assemble import assembled
from octavo.extract.blocks import Piece, composed, length
from octavo.extract.dating import normal, possible
from octavo.extract.found import Found, found
from octavo.extract.fragment import fragment_pieces, is_excerpt, tree_of
from octavo.extract.headline import without_outlet
from octavo.extract.language import language, primary
from octavo.extract.outlet import outlet_of
from octavo.extract.people import agency_of, people
from octavo.extract.picture import captioned
from octavo.extract.plain import fold, plain
from octavo.model import Article, Capture, Extraction, Image, PublisherKind, Signal, precision
from octavo.publishers import known

_MOST_ENTRIES = 3000
_WHOLE = 1500  # characters from which a description counts as the whole text
_DOCTYPE = re.compile(rb"<!DOCTYPE(?:[^<>\[]|\[.*?\]\s*(?=>))*>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{0,30});")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_LONGER = 1.2  # times the text of an entry's content that a description must have to be the better one
_OUTLET = 40  # characters that an outlet's name in a feed's title may have
_TITLE_PARTS = re.compile(r"\s+[-–—|·»>/]+(?:\s+|$)|:\s+")
_NO_SECTIONS = frozenset({"uncategorized", "uncategorised", "allgemein", "general", "non classé", "sin categoría"})
_SECTION = 60  # characters that a section's name may have

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What an entry's XML says beyond what fastfeedparser gives."""

    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    source_name: str | None = None
    source_address: str | None = None


@dataclass(frozen=True, slots=True)
class _Feed:
    """What all entries of a feed share."""

    title: str | None
    home: str  # the site that the feed belongs to
    language: str | None
    outlet: Found[str] | None
    mixed: bool  # entries lead to several other sites: the feed's host only collects


def read_feed(capture: Capture) -> Extraction:
    """The entries of a feed capture as articles, in the feed's order; a broken or empty feed gives a problem."""
    body = _harmless(capture.body)
    parsed = _parsed(body)
    if isinstance(parsed, ExtractError):
        return Extraction(capture.id, problem=parsed.sentence)
    info, entries = parsed.get("feed") or {}, list(parsed.get("entries") or [])[:_MOST_ENTRIES]
    title = plain(info.get("title"))
    if not entries:
        return Extraction(
            capture.id,
            title=title,
            problem=ExtractError("The feed holds no entries", todo="Look at it again later", fault="the feed").sentence,
        )
    besides = list(_besides(body))
    if len(besides) != len(entries):
        besides = [_Beside()] * len(entries)
    home = _web(info.get("link"), capture.address) or capture.address
    links = [_link(entry, home) for entry in entries]
    elsewhere = {site(link) for link in links if link} - {site(home), site(capture.address)}
    feed = _Feed(
        title,
        home,
        primary(info.get("language") or _declared_language(body)),
        outlet_of(home, _outlet_name(title, home)),
        len(elsewhere) > 1,
    )
    articles = (
        _article(capture, feed, at, entry, link, beside)
        for at, (entry, link, beside) in enumerate(zip(entries, links, besides, strict=True))
    )
    return Extraction(capture.id, tuple(a for a in articles if a.headline or a.text), title)


def _parsed(body: bytes) -> Mapping[str, Any] | ExtractError:
    import fastfeedparser

    try:
        first: Mapping[str, Any] = fastfeedparser.parse(body)
        if first.get("entries"):
            return first
    except Exception as error:
        first, fault = {}, str(error)
    else:
        fault = ""
    import feedparser

    second: Mapping[str, Any] = feedparser.parse(body, sanitize_html=False)
    if second.get("entries") or second.get("version"):
        return second
    if first:
        return first
    return ExtractError(
        f"The feed cannot be read: {(plain(fault) or 'it is no feed')[:160]}", todo="Check its address in a browser", fault="the feed"
    )


def _harmless(body: bytes) -> bytes:
    """A feed without its document type, so that no entity can be declared; HTML's named ones become numbers, others text."""
    if body.lstrip()[:1] == b"{":
        return body
    return _ENTITY.sub(_numbered, _DOCTYPE.sub(b"", body, count=1))


def _numbered(match: re.Match[bytes]) -> bytes:
    character = html.entities.html5.get(match[1].decode("ascii") + ";")
    if match[1] in _XML_ENTITIES:
        return match[0]
    if character is None:
        return b"&amp;" + match[0][1:]
    return b"".join(b"&#%d;" % ord(c) for c in character)


def _besides(body: bytes) -> Iterator[_Beside]:
    if body.lstrip()[:1] == b"{":
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, collect_ids=False)
    try:
        root = etree.fromstring(body, parser=parser)
    except etree.XMLSyntaxError:
        return
    for item in root.iter("{*}item", "{*}entry") if root is not None else ():
        values: dict[str, list[str]] = {}
        beside = _Beside()
        for child in item:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname.lower()
            if name == "source":
                inner = {etree.QName(e).localname: e for e in child if isinstance(e.tag, str)}
                link, titled = inner.get("link"), inner.get("title")
                beside = replace(
                    beside,
                    source_name=plain((titled.text if titled is not None else None) or child.text),
                    source_address=child.get("url") or (link.get("href") if link is not None else None),
                )
            elif name in ("author", "creator"):
                person = next((e.text for e in child if isinstance(e.tag, str) and etree.QName(e).localname == "name"), None)
                values.setdefault("author", []).append(person or child.text or "")
            else:
                values.setdefault(name, []).append(child.text or "")
        yield replace(
            beside,
            authors=tuple(a for a in values.get("author", ()) if a.strip()),
            published=_first_date(values, "pubdate", "published", "issued", "date", "created"),
            modified=_first_date(values, "updated", "modified"),
        )


def _first_date(values: Mapping[str, Sequence[str]], *names: str) -> str | None:
    return next((iso for name in names for value in values.get(name, ()) if (iso := normal(value))), None)


def _declared_language(body: bytes) -> str | None:
    match = re.search(
        rb"<(?:\w+:)?language>\s*(?:<!\[CDATA\[)?\s*([A-Za-z-]{2,12})|<feed[^>]*\sxml:lang=[\"']([A-Za-z-]{2,12})", body[:20_000]
    )
    return (match[1] or match[2]).decode("ascii") if match else None


def _article(capture: Capture, feed: _Feed, at: int, entry: Entry, link: str | None, beside: _Beside) -> Article:
    body, cut, tree = _text(entry)
    publisher, aggregator = _outlets(feed, link, beside)
    title = plain(entry.get("title"))
    headline = without_outlet(title, [beside.source_name] if beside.source_name else ()) if title else None
    text = composed(body)[0]
    raw_authors = beside.authors or tuple(
        str(person.get("name") or "") for person in entry.get("authors") or () if isinstance(person, Mapping)
    )
    names = people(
        map(_person, raw_authors), (publisher.value if publisher else None, feed.title, aggregator.value if aggregator else None)
    )
    agency = agency_of(raw_authors, text)
    return assembled(
        capture,
        at,
        body,
        Signal("feed", 0.4 if cut else 0.8),
        headline=found(headline, "feed", 0.9) if headline else None,
        url=found(clean(link), "feed", 0.85) if link else None,
        published=_date(capture, beside.published or normal(entry.get("published"))),
        modified=_date(capture, beside.modified or normal(entry.get("updated"))),
        authors=found(names, "feed", 0.85) if names else None,
        publisher=publisher,
        aggregator=aggregator,
        agency=agency if agency and (publisher is None or agency.value != publisher.value) else None,
        language=language(f"{headline or ''}. {text}", feed.language),
        section=_section(entry),
        image=_image(entry, tree, link or feed.home),
        cut=cut and link is not None,
    )


def _text(entry: Entry) -> tuple[list[Piece], bool, HtmlElement | None]:
    """The best text that an entry carries, whether it is only an excerpt, and its tree."""
    contents = [part.get("value") for part in entry.get("content") or () if isinstance(part, Mapping)]
    best: list[Piece] = []
    chosen, tree, whole = "", None, False
    for raw, is_content in [*((content, True) for content in contents), (entry.get("description") or entry.get("summary"), False)]:
        if not isinstance(raw, str) or not raw.strip():
            continue
        # The parsers make a description out of a content, as one line; that is no better text.
        if len(plain(raw) or "") > _LONGER * len(plain(chosen) or ""):
            tree = tree_of(raw)
            best, chosen, whole = fragment_pieces(raw, tree), raw, is_content
    excerpt = is_excerpt(chosen, best) if length(best) < _WHOLE else False
    return best, excerpt or (length(best) < _WHOLE and not (whole and len(best) > 1)), tree


def _outlets(feed: _Feed, link: str | None, beside: _Beside) -> tuple[Found[str] | None, Found[str] | None]:
    """Publisher and aggregator of an entry: the source that it names, else the site that it leads to."""
    hosting = known().of_name(feed.outlet.value) if feed.outlet else None
    collects = hosting is not None and hosting.kind is PublisherKind.AGGREGATOR
    if beside.source_name or beside.source_address:
        named = outlet_of(beside.source_address, beside.source_name)
        if named and (feed.outlet is None or named.value != feed.outlet.value) and (site(beside.source_address) or "") != site(feed.home):
            return named, feed.outlet
    if link and site(link) != site(feed.home) and (feed.mixed or collects):
        return outlet_of(link), feed.outlet
    if collects:
        return None, feed.outlet
    return outlet_of(link, _outlet_name(feed.title, link)) or feed.outlet, None


def _outlet_name(title: str | None, address: str | None) -> str | None:
    """The outlet in a feed's title: the part that the host is named after, else the first; None for a title that is a slogan."""
    parts = [part.strip(" -–—|:»>") for part in _TITLE_PARTS.split(title or "")]
    label = (site(address) or "").partition(".")[0].replace("-", "")
    named = (part for part in parts if label and fold(part).replace(" ", "") in (label, f"the{label}"))
    first = next(iter(parts), "")
    return next(named, first if 0 < len(first) <= _OUTLET else None)


def _date(capture: Capture, iso: str | None) -> Found[str] | None:
    return found(iso, "feed", 0.9, precision(iso)) if iso and possible(iso, capture.captured_at, capture.dated) else None


def _person(author: str) -> str:
    """RSS writes "name@host (Name)"."""
    match = re.fullmatch(r"\s*\S+@\S+\s*\((.+)\)\s*", author)
    return match[1] if match else re.sub(r"\S+@\S+", "", author)


def _section(entry: Entry) -> Found[str] | None:
    for tag in entry.get("tags") or ():
        name = plain(tag.get("label") or tag.get("term")) if isinstance(tag, Mapping) else None
        if name and len(name) <= _SECTION and not is_web(name) and name.casefold() not in _NO_SECTIONS:
            return found(name, "feed", 0.6)
    return None


def _image(entry: Entry, tree: HtmlElement | None, base: str) -> Found[Image] | None:
    for part in (*_media(entry, "media_content"), *_media(entry, "media_thumbnail"), *_media(entry, "enclosures")):
        kind = f"{part.get('medium') or ''} {part.get('type') or ''}"
        url = _web(part.get("url") or part.get("href"), base)
        if url and ("image" in kind or not kind.strip()):
            caption, credit = captioned(_said(part.get("description") or part.get("title")), _said(part.get("credit")))
            return found(Image(url, caption, credit), "feed", 0.85)
    for value in (entry.get("image"), entry.get("banner_image")):
        if url := _web(value.get("href") if isinstance(value, Mapping) else value, base):
            return found(Image(url), "feed", 0.8)
    for element in tree.iter("img") if tree is not None else ():
        if (url := _web(element.get("src"), base)) and element.get("width") not in ("0", "1"):
            return found(Image(url), "feed", 0.6)
    return None


def _media(entry: Entry, name: str) -> list[Mapping[str, Any]]:
    value = entry.get(name)
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, Mapping)]


def _said(value: object) -> str | None:
    return value.get("content") if isinstance(value, Mapping) else value if isinstance(value, str) else None


def _link(entry: Entry, home: str) -> str | None:
    alternates = (link.get("href") for link in entry.get("links") or () if isinstance(link, Mapping) and link.get("rel") == "alternate")
    return next(
        (
            address
            for option in (entry.get("link"), *alternates, entry.get("id"))
            if (address := _web(option, home, option is entry.get("id")))
        ),
        None,
    )


def _web(address: object, base: str, whole: bool = False) -> str | None:
    """An absolute web address, resolved unless it must be `whole` already; None for anything else."""
    if not isinstance(address, str) or not address.strip() or (whole and not is_web(address.strip())):
        return None
    try:
        absolute = urljoin(base, address.strip())
    except ValueError:
        return None
    return absolute if is_web(absolute) else None
