"""The second opinion on feeds that are broken or seem empty: fastfeedparser, and feedparser when that finds nothing either."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from typing import Any

from octavo.extract.feed_dates import feed_date
from octavo.extract.feed_record import MOST_ENTRIES, Entry, Feed, FeedFacts, Media, enclosures, short
from octavo.extract.language import primary
from octavo.extract.resolve import absolute

_log = logging.getLogger(__name__)
_MOST_FAST = 4 << 20  # bytes that are worth a second reading
_MOST_SLOW = 512 << 10  # bytes that feedparser reads in a second or two

Node = Mapping[str, Any]


def second_opinion(document: bytes, address: str, found_some: bool) -> Feed | None:
    """What other readers make of a feed fetched from `address` (see `xml_tree.prepared`); None when they find no entry either.

    Where some entries were found already, the slow one is not asked for more.
    """
    for reader, most in _READERS[:1] if found_some else _READERS:
        try:
            found = _feed(reader(document[:most]), address)
        except Exception as error:
            # Of any kind, on documents of any kind: whoever cannot read this one has no opinion on it.
            _log.info("%s: %s fails with %s: %s", address, reader.__name__.strip("_"), type(error).__name__, error)
            continue
        if found.entries:
            return found
    return None


def _fastfeedparser(document: bytes) -> Node:
    import fastfeedparser

    parsed: Node = fastfeedparser.parse(document)
    return parsed


def _feedparser(document: bytes) -> Node:
    import feedparser

    parsed: Node = feedparser.parse(io.BytesIO(document), sanitize_html=False)  # bytes alone could be taken for a file's name
    return parsed


def _feed(parsed: Node, address: str) -> Feed:
    info: Node = parsed.get("feed") or {}
    home = absolute(info.get("link"), address)
    facts = FeedFacts(title=short(info.get("title")), home=home, language=primary(info.get("language")))
    return Feed(facts, tuple(_entry(entry, home or address) for entry in (parsed.get("entries") or ())[:MOST_ENTRIES]), sound=False)


def _entry(entry: Node, base: str) -> Entry:
    return Entry(
        title=short(entry.get("title")),
        link=absolute(entry.get("link"), base),
        guid=entry.get("id"),
        contents=tuple(text for part in entry.get("content") or () if (text := part.get("value"))),
        summaries=tuple(text for text in (entry.get("description") or entry.get("summary"),) if text),
        published=feed_date(entry.get("published")),
        modified=feed_date(entry.get("updated")),
        authors=tuple(name for person in entry.get("authors") or () if (name := short(person.get("name")))),
        categories=tuple(name for tag in entry.get("tags") or () if (name := short(tag.get("label") or tag.get("term")))),
        media=tuple(
            Media(url, (part.get("type") or "").partition("/")[0])
            for part in entry.get("enclosures") or ()
            if (url := absolute(part.get("href") or part.get("url"), base))
        ),
        base=base,
        enclosures=enclosures(
            (absolute(part.get("href") or part.get("url"), base), part.get("type"), part.get("length"))
            for part in entry.get("enclosures") or ()
        ),
    )


_READERS = ((_fastfeedparser, _MOST_FAST), (_feedparser, _MOST_SLOW))
