"""Who published an article, and who only hosts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.address import host, is_web, site
from octavo.extract.dates import printed_date, relative_date
from octavo.extract.found import Found, found
from octavo.extract.page import Page, around
from octavo.extract.plain import fold, plain
from octavo.model import Publisher, PublisherKind
from octavo.publishers import known

_SOURCE_METAS = ("syndication-source", "original-source", "article:publisher_name", "source", "news_source", "dc.source")
_CLOSE = 3  # levels above the headline within which the line with its source stands
_LINE_PARTS = re.compile(r"\s*[·•|–—]\s*|\s+-\s+")
_NAME = 80  # characters that an outlet's name may have


def outlet_of(address: str | None, named: str | None = None) -> Found[str] | None:
    """The outlet of a host: as the table of publishers knows it, else as the page or feed names it, else the host itself."""
    if declared := known().of_host(host(address)):
        return found(declared.name, "host", 0.95)
    name = plain(named)
    if name and len(name) <= _NAME:
        declared = known().of_name(name)
        return found(declared.name if declared else name, "named", 0.8)
    name = host(address)
    return found(name, "host", 0.5) if name else None


def outlets(page: Page, address: str | None) -> tuple[Found[str] | None, Found[str] | None]:
    """Publisher and aggregator of a page. The hosting site is the aggregator where it is known as one, or where the page
    names another outlet as its source."""
    own = _own_name(page)
    hosting = outlet_of(address, own)
    host_entry = known().of_host(host(address))
    aggregating = host_entry is not None and host_entry.kind is PublisherKind.AGGREGATOR
    for name, declared in _sources(page):
        other = (
            declared is not None
            and declared.kind is not PublisherKind.AGGREGATOR
            and declared != host_entry
            and not _covers(declared, address)
        )
        if hosting and other and declared is not None and (aggregating or declared.kind is not PublisherKind.AGENCY):
            return found(declared.name, "named", 0.85), hosting
        if hosting and aggregating and fold(name) != fold(hosting.value) and declared is None:
            return found(name, "named", 0.75), hosting
    if aggregating and hosting:
        return None, hosting
    return hosting, None


def printed_source(headline: HtmlElement | None, captured_at: datetime, language: str | None) -> Found[str] | None:
    """The outlet in a line by the headline, as aggregators print it: "Isle Gazette · 3 hours ago"."""
    lines = [text for _, element in around(headline, _CLOSE) if (text := plain(element.text_content())) and len(text) <= _NAME]
    parts = [[part.strip() for part in _LINE_PARTS.split(line) if part.strip()] for line in lines]
    for part in (part for line in parts for part in line):
        if (declared := known().of_name(part)) is not None and declared.kind is not PublisherKind.AGGREGATOR:
            return found(declared.name, "text", 0.8)
    dated = (
        line for line in parts if len(line) == 2 and (printed_date(line[1], language) or relative_date(line[1], captured_at, language))
    )
    return next((found(line[0], "text", 0.6) for line in dated), None)


def names_of(page: Page, publisher: str | None) -> tuple[str, ...]:
    """Every name under which the page speaks of its own outlet: what may stand behind a headline and is nobody's author."""
    declared = known().of_name(publisher)
    names = [
        publisher,
        _own_name(page),
        *page.values("og:site_name", "application-name", "twitter:site", "apple-mobile-web-app-title", "al:ios:app_name"),
        *(declared.aliases if declared else ()),
    ]
    names += [
        jsonld.text_of(node.get("name"))
        for node in page.nodes
        if jsonld.types_of(node) & {"Organization", "NewsMediaOrganization", "WebSite"}
    ]
    if own_host := host(page.address):
        names += [own_host, own_host.split(".")[0], (site(page.address) or "").split(".")[0]]
    return tuple(dict.fromkeys(text.lstrip("@") for name in names if (text := plain(name))))


def _own_name(page: Page) -> str | None:
    """The site's name: og:site_name, the JSON-LD publisher, the WebSite node, the application's name."""
    websites = (node.get("name") for node in page.nodes if "WebSite" in jsonld.types_of(node))
    options = (
        jsonld.text_of(page.article.get("publisher")),
        *page.values("og:site_name"),
        *(jsonld.text_of(name) for name in websites),
        *page.values("application-name"),
    )
    return next((name for option in options if (name := plain(option)) and len(name) <= _NAME and not is_web(name)), None)


def _sources(page: Page) -> Iterator[tuple[str, Publisher | None]]:
    """Outlets that the page names as where the text comes from, with their declarations where they are known."""
    for key in ("sourceOrganization", "provider", "publisher"):
        if name := plain(jsonld.text_of(page.article.get(key))):
            yield name, known().of_name(name)
    for value in (*page.values(*_SOURCE_METAS), page.link("canonical")):
        if value and is_web(value):
            if (declared := known().of_host(host(value))) is not None:
                yield declared.name, declared
        elif name := plain(value):
            yield name, known().of_name(name)


def _covers(outlet: Publisher, address: str | None) -> bool:
    name = host(address) or ""
    return not name or any(name == domain or name.endswith("." + domain) for domain in outlet.domains)
