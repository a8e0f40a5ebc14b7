"""Feeds (RSS, RDF, Atom, JSON Feed) → articles: the door of this room for feeds.

Their formats are read by `feed_xml` and `feed_json`; where these find nothing, or a broken document, `feed_second` asks others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from octavo.errors import ExtractError
from octavo.extract.address import clean, is_web, site
from octavo.extract.assemble import assembled
from octavo.extract.blocks import GAP, Piece, length
from octavo.extract.bounds import head_of
from octavo.extract.dating import possible
from octavo.extract.feed_json import json_feed
from octavo.extract.feed_record import MOST_ENTRIES, Entry, Feed, FeedFacts
from octavo.extract.feed_second import second_opinion
from octavo.extract.feed_xml import xml_feed
from octavo.extract.found import Found, found
from octavo.extract.fragment import fragment_pieces, is_excerpt, tree_of
from octavo.extract.headline import without_outlet
from octavo.extract.identity import article_id
from octavo.extract.keywords import keywords
from octavo.extract.language import language
from octavo.extract.outlet import outlet_of
from octavo.extract.people import agency_of, people
from octavo.extract.picture import captioned
from octavo.extract.plain import fold
from octavo.extract.resolve import absolute
from octavo.extract.xml_tree import MOST_BYTES, prepared
from octavo.model import Article, Capture, Extraction, Image, PublisherKind, Signal
from octavo.moments import precision
from octavo.publishers import known

_WHOLE = 1500  # characters from which a description counts as the whole text
_LONGER = 1.2  # times the text of an entry's content that a description must have to be the better one
_OUTLET = 40  # characters that an outlet's name in a feed's title may have
_TITLE_PARTS = re.compile(r"\s+[-–—|·»>/]+(?:\s+|$)|:\s+")
_NO_SECTIONS = frozenset({"uncategorized", "uncategorised", "allgemein", "general", "non classé", "sin categoría"})
_SECTION = 60  # characters that a section's name may have
_OPENING = 4  # blocks at the beginning of a text that tell its agency and its language
_SAMPLE = 400  # characters of them that tell its language
_HEAD = 64 << 10  # bytes in which a feed says what holds for all of it


@dataclass(frozen=True, slots=True)
class _Common:
    """What all entries of a feed share."""

    title: str | None
    home: str  # the site that the feed belongs to
    language: str | None
    outlet: Found[str] | None
    mixed: bool  # entries lead to several other sites: the feed's host only collects


def feed_facts(body: bytes, address: str, charset: str | None = None) -> FeedFacts:
    """What a feed fetched from `address` says about itself, by the head of it; nothing for what is no feed. Never raises."""
    feed = json_feed(body, address, charset) if _is_json(body) else xml_feed(head_of(body, _HEAD), address, charset)
    return feed.facts if feed else FeedFacts()


def read_feed(capture: Capture) -> Extraction:
    """The entries of a feed capture as articles, in the feed's order.

    A broken or empty feed gives a problem; so does one that breaks off, beside the articles before that.
    """
    feed = feed_of(capture.body, capture.address, capture.charset)
    if feed is None:
        what = "The feed cannot be read: it is neither RSS nor Atom nor JSON Feed"
        return Extraction(capture.id, problem=ExtractError(what, todo="Check its address in a browser", fault="the feed").sentence)
    title = feed.facts.title
    home = feed.facts.home or capture.address
    sites = {site(origin) for origin in {_origin(entry.link) for entry in feed.entries if entry.link}}
    mixed = len(sites - {site(home), site(capture.address)}) > 1
    common = _Common(title, home, feed.facts.language, outlet_of(home, _outlet_name(title, home)), mixed)
    texts = [_text(entry) for entry in feed.entries]
    # All at once: the classifier's table is then fetched from memory once and not for every entry.
    tongues = [language(text.sample, entry.language or common.language) for entry, text in zip(feed.entries, texts, strict=True)]
    articles = [
        _article(capture, common, at, entry, text, tongue)
        for at, (entry, text, tongue) in enumerate(zip(feed.entries, texts, tongues, strict=True))
    ]
    kept = tuple(_identified(articles, feed.entries, capture.address))
    return Extraction(capture.id, kept, title, problem=_problem(feed, len(kept), len(capture.body)))


def _identified(articles: Sequence[Article], entries: Sequence[Entry], address: str) -> Iterator[Article]:
    """The articles that say or lead to anything, each once and with an id of its own.

    A link or headline that several entries share, or none at all, identifies none of them; then it is the feed and what it knows them by.
    """
    shared = Counter(article.id for article in articles)
    seen = set()
    for article, entry in zip(articles, entries, strict=True):
        known_by = article.url or (article.publisher and article.headline and article.published)
        if shared[article.id] > 1 or not known_by:
            key = "\x1f".join((address, entry.guid or "", article.headline or "", article.text))
            article = replace(article, id=article_id(None, None, None, None, key, 0), cut=False)
        if (article.headline or article.text or article.url) and article.id not in seen:
            seen.add(article.id)
            yield article


def feed_of(body: bytes, address: str, charset: str | None = None) -> Feed | None:
    """A feed fetched from `address` as a record; None for what is no feed. Of a broken one, the reading that found more entries."""
    if _is_json(body):
        return json_feed(body, address, charset)
    first = xml_feed(body, address, charset)
    if first and first.sound and first.entries:
        return first
    second = second_opinion(prepared(body, charset), address, bool(first and first.entries))
    if first and second and len(second.entries) > len(first.entries):
        return replace(second, facts=first.facts)
    return first or second


def _is_json(body: bytes) -> bool:
    return body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _problem(feed: Feed, articles: int, size: int) -> str | None:
    """What is wrong with a feed that could be read; None when nothing is."""
    if not feed.entries:
        what, todo = "The feed holds no entries", "Look at it again later"
    elif not articles:
        what, todo = "No entry of the feed holds a word or a link", "Check its address in a browser"
    elif not feed.whole:
        many = len(feed.entries) == MOST_ENTRIES or size > MOST_BYTES
        what = "The feed is too long to be read as a whole" if many else "The feed breaks off before its end"
        what, todo = f"{what} ({len(feed.entries):,} entries were read)", "Tell the outlet if it stays so"
    else:
        return None
    return ExtractError(what, todo=todo, fault="the feed").sentence


def _article(capture: Capture, feed: _Common, at: int, entry: Entry, text: _Text, tongue: Found[str] | None) -> Article:
    publisher, aggregator = _outlets(feed, _origin(entry.link) if entry.link else None, entry.source_name, entry.source_address)
    outlets = (publisher.value if publisher else None, feed.title, aggregator.value if aggregator else None)
    names = _people(entry.authors, outlets)
    section = _section(entry)
    topics = keywords(entry.categories, section.value if section else None)
    agency = _signing(entry.authors) or agency_of((), text.opening)
    return assembled(
        capture,
        at,
        text.body,
        Signal("feed", 0.4 if text.cut else 0.8),
        headline=found(text.headline, "feed", 0.9) if text.headline else None,
        url=found(clean(entry.link), "feed", 0.85) if entry.link else None,
        published=_date(capture, entry.published, 0.9) or _date(capture, entry.modified, 0.5),
        modified=_date(capture, entry.modified, 0.9),
        authors=found(names, "feed", 0.85) if names else None,
        publisher=publisher,
        aggregator=aggregator,
        agency=agency if agency and (publisher is None or agency.value != publisher.value) else None,
        language=tongue,
        section=section,
        image=text.image,
        cut=text.cut and entry.link is not None,
        keywords=found(topics, "feed", 0.6) if topics else None,
        enclosures=entry.enclosures,
    )


class _Text(NamedTuple):
    """What an entry says: its headline, the best text that it carries, whether that is only an excerpt, and the picture."""

    headline: str | None
    body: list[Piece]
    cut: bool
    image: Found[Image] | None

    @property
    def opening(self) -> str:
        return GAP.join(piece.text for piece in self.body[:_OPENING])

    @property
    def sample(self) -> str:
        """What tells its language."""
        return f"{self.headline or ''}. {self.opening[:_SAMPLE]}"


def _text(entry: Entry) -> _Text:
    best: list[Piece] = []
    size, chosen, tree, whole = 0, "", None, False
    for raw, is_content in [*((text, True) for text in entry.contents), *((text, False) for text in entry.summaries)]:
        if len(raw) <= _LONGER * size:
            continue
        other_tree = tree_of(raw)
        other = fragment_pieces(raw, other_tree)
        if (more := length(other)) > _LONGER * size:
            best, size, chosen, tree, whole = other, more, raw, other_tree, is_content
    headline = without_outlet(entry.title, [entry.source_name]) if entry.title and entry.source_name else entry.title
    cut = size < _WHOLE and (not whole or len(best) <= 1 or is_excerpt(chosen, best))
    return _Text(headline, best, cut, _image(entry, tree))


@lru_cache(maxsize=256)
def _outlets(
    feed: _Common, origin: str | None, source_name: str | None, source_address: str | None
) -> tuple[Found[str] | None, Found[str] | None]:
    """Publisher and aggregator of an entry: the source that it names, else the site that it leads to."""
    hosting = known().of_name(feed.outlet.value) if feed.outlet else None
    collects = hosting is not None and hosting.kind is PublisherKind.AGGREGATOR
    if source_name or source_address:
        named = outlet_of(source_address, source_name)
        if named and (feed.outlet is None or named.value != feed.outlet.value) and (site(source_address) or "") != site(feed.home):
            return named, feed.outlet
    if origin and site(origin) != site(feed.home) and (feed.mixed or collects):
        return outlet_of(origin), feed.outlet
    if collects:
        return None, feed.outlet
    return outlet_of(origin, _outlet_name(feed.title, origin)) or feed.outlet, None


def _origin(link: str) -> str:
    """The part of an address that says whose it is."""
    return "/".join(link.split("/", 3)[:3])


def _outlet_name(title: str | None, address: str | None) -> str | None:
    """The outlet in a feed's title: the part that the host is named after, else the first; None for a title that is a slogan."""
    parts = [part.strip(" -–—|:»>") for part in _TITLE_PARTS.split(title or "")]
    label = (site(address) or "").partition(".")[0].replace("-", "")
    named = (part for part in parts if label and fold(part).replace(" ", "") in (label, f"the{label}"))
    first = next(iter(parts), "")
    return next(named, first if 0 < len(first) <= _OUTLET else None)


def _date(capture: Capture, iso: str | None, confidence: float) -> Found[str] | None:
    return found(iso, "feed", confidence, precision(iso)) if iso and possible(iso, capture.captured_at, capture.dated) else None


@lru_cache(maxsize=256)
def _signing(authors: tuple[str, ...]) -> Found[str] | None:
    return agency_of(authors, "")


@lru_cache(maxsize=256)
def _people(authors: tuple[str, ...], outlets: tuple[str | None, ...]) -> tuple[str, ...]:
    return people(map(_person, authors), outlets)


def _person(author: str) -> str:
    """RSS writes "name@host (Name)"."""
    match = re.fullmatch(r"\s*\S+@\S+\s*\((.+)\)\s*", author)
    return match[1] if match else re.sub(r"\S+@\S+", "", author)


def _section(entry: Entry) -> Found[str] | None:
    for name in entry.categories:
        if len(name) <= _SECTION and not is_web(name) and name.casefold() not in _NO_SECTIONS:
            return found(name, "feed", 0.6)
    return None


def _image(entry: Entry, tree: HtmlElement | None) -> Found[Image] | None:
    for part in entry.media:
        if part.kind in ("image", ""):
            caption, credit = captioned(part.caption, part.credit)
            return found(Image(part.url, caption, credit), "feed", 0.85)
    for element in tree.iter("img") if tree is not None else ():
        if (url := absolute(element.get("src"), entry.base)) and element.get("width") not in ("0", "1"):
            return found(Image(url), "feed", 0.6)
    return None
