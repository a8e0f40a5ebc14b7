"""What the address that a person gives is to be gathered as: a feed, a page that has one, a news sitemap, or just a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree
from yarl import URL

from octavo.errors import FetchError, OctavoError
from octavo.gather.capture import FEED_TYPES, JSON_FEED, XML, make_capture, sniffed
from octavo.gather.guard import checked
from octavo.gather.sitemaps import is_index, is_news, listed, names_news
from octavo.model import Capture, SourceKind

if TYPE_CHECKING:
    from octavo.gather.fetch import Fetcher

GUESSES = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml")  # where sites keep a feed that they do not declare
MOST_DECLARED = 3  # declared feeds that are tried
MOST_LINKED = 2  # links to what calls itself a feed that are tried
MOST_SITEMAPS = 3  # that are tried, of those which robots.txt names
MOST_LOOKED_AT = 3000  # elements of a page that may lead to a feed
_FEED_WORDS = ("rss", "atom", "/feed", "feed.", "feeds.")
_DECLARED_TYPES = FEED_TYPES | {"application/rdf+xml", "application/xml", "text/xml", "application/json"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source as it could be added. `home` is the page on which it was found, where it can be looked for again."""

    kind: SourceKind
    address: str
    title: str | None = None
    home: str | None = None


async def discover(address: str, fetcher: Fetcher, now: datetime) -> Proposal:
    """The source behind an address of a feed, a page or a site ("example.org" will do).

    A feed or sitemap is taken as it is. On a page the feeds that it declares are tried in its order, then links to what looks like a
    feed and a few usual places on its site, then the news sitemaps that its robots.txt names; when there is none, the page itself is
    proposed, if its robots.txt lets us read it. At most eighteen requests, besides robots.txt.
    Raises what `Fetcher.get` raises for the address itself, ExtractError for what holds no text, RefusedError for a forbidden page.
    """
    capture = await _look(address, fetcher, now)
    proposal = proposal_of(capture)
    if proposal.kind is not SourceKind.PAGE:
        return proposal
    for declared in declared_feeds(capture)[:MOST_DECLARED]:
        if found := await _feed_at(declared, fetcher, now, robots=False):  # declared for programs to read
            return replace(found, home=capture.address)
    origin = URL(capture.address).origin()
    for guess in dict.fromkeys((*linked_feeds(capture)[:MOST_LINKED], *(str(origin / name) for name in GUESSES))):
        if found := await _feed_at(guess, fetcher, now, robots=True):
            return replace(found, home=capture.address)
    for sitemap in await _sitemaps(str(origin), fetcher):
        if await _is_news_sitemap(sitemap, fetcher, now):
            return Proposal(SourceKind.SITEMAP, sitemap, proposal.title, capture.address)
    await fetcher.check_robots(capture.address)
    return proposal


def proposal_of(capture: Capture) -> Proposal:
    """What a capture is by its own content, with the title it gives itself."""
    if capture.media_type in FEED_TYPES:
        return Proposal(SourceKind.FEED, capture.address, _feed_title(capture))
    if sniffed(capture.body) == XML:
        return Proposal(SourceKind.SITEMAP, capture.address)
    return Proposal(SourceKind.PAGE, capture.address, _page_title(_parsed(capture, "html")))


def declared_feeds(capture: Capture) -> tuple[str, ...]:
    """The feeds that a page declares, as absolute addresses in its order, feeds of comments last."""
    found: dict[str, bool] = {}
    for link, address in _links(capture, "link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _DECLARED_TYPES:
            found.setdefault(address, "comment" in f"{link.get('href')} {link.get('title') or ''}".lower())
    return tuple(sorted(found, key=found.__getitem__))


def linked_feeds(capture: Capture) -> tuple[str, ...]:
    """Links on a page to addresses of its own site that speak of a feed, as absolute addresses in its order."""
    host = URL(capture.address).host or ""
    return tuple(
        dict.fromkeys(
            address
            for _, address in _links(capture, "a")
            if any(word in address.partition("://")[2].lower() for word in _FEED_WORDS)
            and (URL(address).host or "").endswith(host.removeprefix("www."))
        )
    )


def _links(capture: Capture, tag: str) -> Iterator[tuple[etree._Element, str]]:
    """The elements of one kind that lead to a web address, and that address, absolute."""
    page = _parsed(capture, "html")
    base = URL(capture.address)
    for link in islice(page.iter("base", tag), MOST_LOOKED_AT) if page is not None else ():
        href = (link.get("href") or "").strip()
        try:
            target = checked(href, base)
        except OctavoError:
            continue  # the page's slip; nothing can be fetched from there
        if link.tag == "base":
            base = target
        elif href:
            yield link, str(target)


async def _look(address: str, fetcher: Fetcher, now: datetime) -> Capture:
    """The capture at an address as a person types it: without a scheme it is tried with https, then with http."""
    typed = address.strip()
    if "://" in typed:
        return await _capture(typed, fetcher, now, robots=False)  # one request that a person asked for
    try:
        return await _capture(f"https://{typed}", fetcher, now, robots=False)
    except FetchError as error:
        if error.status is not None:
            raise
        return await _capture(f"http://{typed}", fetcher, now, robots=False)


async def _capture(address: str, fetcher: Fetcher, now: datetime, *, robots: bool) -> Capture:
    fetched = await fetcher.get(address, robots=robots)
    return make_capture(fetched.address, fetched.body, now, declared=fetched.media_type, charset=fetched.charset, headers=fetched.headers)


async def _feed_at(address: str, fetcher: Fetcher, now: datetime, *, robots: bool) -> Proposal | None:
    """The feed at an address, or None: that a guess leads nowhere is no error."""
    try:
        proposal = proposal_of(await _capture(address, fetcher, now, robots=robots))
    except OctavoError:
        return None
    return proposal if proposal.kind is SourceKind.FEED else None


async def _sitemaps(site: str, fetcher: Fetcher) -> list[str]:
    """The sitemaps that a site's robots.txt names and that may be of news, those that say so first."""
    named = (await fetcher.robots(site)).sitemaps
    return sorted(named, key=lambda address: not names_news(address))[:MOST_SITEMAPS]


async def _is_news_sitemap(address: str, fetcher: Fetcher, now: datetime) -> bool:
    """Whether a sitemap, or the first one that it leads to as an index, is one of news. That it cannot be had is no error here."""
    try:
        body = (await _capture(address, fetcher, now, robots=False)).body
        if is_index(body) and (inner := next(iter(listed(body, None)), None)):
            body = (await _capture(inner, fetcher, now, robots=False)).body
    except OctavoError:
        return False
    return is_news(body)


def _feed_title(capture: Capture) -> str | None:
    if capture.media_type == JSON_FEED:
        try:
            title = json.loads(capture.body).get("title")
        except (ValueError, RecursionError):
            return None
        return _line([title]) if isinstance(title, str) else None
    feed = _parsed(capture, "xml")
    if feed is None:
        return None
    # Atom has its title under the root, RSS under the channel, which is a child of the root.
    titles = (e for parent in (feed, *feed) for e in parent.iterchildren("{*}title"))
    return next((_line(e.itertext()) for e in titles), None)


def _page_title(page: etree._Element | None) -> str | None:
    return next((_line(e.itertext()) for e in page.iter("title")), None) if page is not None else None


def _line(texts: Iterable[str | bytes]) -> str | None:
    """Texts as one line, None when nothing is in them."""
    return " ".join("".join(map(str, texts)).split()) or None


def _parsed(capture: Capture, kind: str) -> etree._Element | None:
    """The tree of a document ("html" or "xml"), None for one that has none. A charset that nobody knows is left aside."""
    try:
        return _tree(capture.body, kind, capture.charset)
    except LookupError:
        return _tree(capture.body, kind, None)


def _tree(body: bytes, kind: str, charset: str | None) -> etree._Element | None:
    parser: etree.XMLParser | etree.HTMLParser
    if kind == "xml":
        parser = etree.XMLParser(encoding=charset, recover=True, resolve_entities=False, no_network=True)
    else:
        parser = etree.HTMLParser(encoding=charset, recover=True, no_network=True)
    try:
        tree: etree._Element | None = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return tree
