"""Sitemaps as far as gathering must know them: which is one of news, and which sitemaps an index leads to that are worth a look."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

from octavo.moments import instant

MOST_IN_INDEX = 4  # sitemaps that one look at an index leads to, those that an index in it leads to included

_HEAD = 2_000_000  # bytes of an index that are read: about 10,000 sitemaps
_INDEX = re.compile(rb"<(?:[\w.-]+:)?sitemapindex[\s>]", re.I)
_NEWS = b"schemas/sitemap-news/"
_ENTRY = re.compile(r"<(?:[\w.-]{1,20}:)?sitemap>", re.I)
_PART = re.compile(r"<(?:[\w.-]{1,20}:)?(loc|lastmod)>(?:\s{0,99}<!\[CDATA\[)?([^<]{1,2100})<", re.I)
_OVERLAP = timedelta(days=1)  # lastmod is often no more than a day


def is_index(body: bytes) -> bool:
    """True for a sitemap of sitemaps."""
    return bool(_INDEX.search(body[:4096]))


def is_news(body: bytes) -> bool:
    """True for a sitemap whose entries say that they are news (or that would, were there any)."""
    return _NEWS in body[:_HEAD]


def listed(body: bytes, since: datetime | None) -> tuple[str, ...]:
    """The sitemaps that an index leads to, as written, the last changed first, those that do not say when last in the index's order.

    Those that did not change since then are left out. Where some name themselves news, the others are left out too.
    """
    found: list[tuple[datetime | None, str]] = []
    for entry in _ENTRY.split(body[:_HEAD].decode("utf-8", "replace"))[1:]:
        parts = {name.lower(): unescape(value).strip().removesuffix("]]>").strip() for name, value in _PART.findall(entry)}
        changed = instant(parts.get("lastmod"))
        if "loc" in parts and not (since and changed and changed < since - _OVERLAP):
            found.append((changed, parts["loc"]))
    news = [one for one in found if names_news(one[1])]
    dated = sorted((one for one in news or found if one[0]), key=lambda one: one[0] or datetime.min, reverse=True)
    return tuple(address for _, address in (*dated, *(one for one in news or found if not one[0])))


def names_news(address: str) -> bool:
    """True for an address that speaks of news after its host."""
    return "news" in address.partition("://")[2].partition("/")[2].lower()
