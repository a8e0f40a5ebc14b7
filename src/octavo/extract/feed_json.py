"""JSON Feed 1 and 1.1 → a feed's record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from octavo.extract.bounds import head_of
from octavo.extract.decode import decoded
from octavo.extract.feed_dates import feed_date
from octavo.extract.feed_record import MOST_ENTRIES, Entry, Feed, FeedFacts, Media, enclosures, short
from octavo.extract.language import primary
from octavo.extract.resolve import absolute, first_absolute
from octavo.extract.xml_tree import MOST_BYTES

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT = re.compile(r"[\s,]*")

Node = Mapping[str, Any]


def json_feed(body: bytes, address: str, charset: str | None = None) -> Feed | None:
    """What a JSON Feed fetched from `address` says; None for what is none. One that breaks off gives the entries before that."""
    text = decoded(head_of(body, MOST_BYTES), charset).strip()
    whole = len(body) <= MOST_BYTES
    try:
        root: Any = json.loads(text)
    except (ValueError, RecursionError):
        root, whole = {"items": list(_items_of(text))}, False
    if not isinstance(root, Mapping):
        return None
    items = [item for item in _list(root.get("items")) if isinstance(item, Mapping)]
    facts = _facts(root, address)
    base = facts.home or address
    inherited = tuple(_authors(root))
    entries = tuple(_entry(item, base, inherited) for item in items[:MOST_ENTRIES])
    return Feed(facts, entries, whole and len(items) <= MOST_ENTRIES)


def _items_of(text: str) -> Iterator[object]:
    """The items of a broken feed, up to the first that cannot be read."""
    begin = _ITEMS.search(text)
    decoder, at = json.JSONDecoder(), begin.end() if begin else len(text)
    for _ in range(MOST_ENTRIES):
        match = _NEXT.match(text, at)
        try:
            item, at = decoder.raw_decode(text, match.end() if match else at)
        except (ValueError, RecursionError):
            return
        yield item


def _facts(root: Node, address: str) -> FeedFacts:
    hubs = (hub.get("url") for hub in _list(root.get("hubs")) if isinstance(hub, Mapping) and hub.get("type") == "WebSub")
    home = absolute(root.get("home_page_url"), address)
    return FeedFacts(
        title=short(root.get("title")),
        home=home,
        language=primary(_string(root.get("language"))),
        image=first_absolute((root.get("icon"), root.get("favicon")), address),
        self_address=absolute(root.get("feed_url"), address),
        hub=first_absolute(hubs, address),
        expired=root.get("expired") is True,
    )


def _entry(item: Node, base: str, inherited: tuple[str, ...]) -> Entry:
    guid = item.get("id")
    content = _string(item.get("content_html"))
    bare = _string(item.get("content_text"))
    return Entry(
        title=short(item.get("title")),
        link=first_absolute((item.get("url"), item.get("external_url")), base) or absolute(guid, None),
        guid=str(guid) if isinstance(guid, str | int) and str(guid) else None,
        contents=tuple(text for text in (content, bare) if text)[:1],
        summaries=tuple(text for text in (_string(item.get("summary")),) if text),
        published=feed_date(item.get("date_published")),
        modified=feed_date(item.get("date_modified")),
        authors=tuple(_authors(item)) or inherited,
        categories=tuple(name for tag in _list(item.get("tags")) if (name := short(tag))),
        language=primary(_string(item.get("language"))),
        media=tuple(_media(item, base)),
        base=base,
        enclosures=enclosures(
            (absolute(part.get("url"), base), part.get("mime_type"), part.get("size_in_bytes"))
            for part in _list(item.get("attachments"))
            if isinstance(part, Mapping)
        ),
    )


def _authors(node: Node) -> Iterator[str]:
    for person in (*_list(node.get("authors")), node.get("author")):
        if isinstance(person, Mapping) and (name := short(person.get("name"))):
            yield name


def _media(item: Node, base: str) -> Iterator[Media]:
    for key in ("image", "banner_image"):
        if url := absolute(item.get(key), base):
            yield Media(url, "image")
    for part in _list(item.get("attachments")):
        if isinstance(part, Mapping) and (url := absolute(part.get("url"), base)):
            yield Media(url, (_string(part.get("mime_type")) or "").partition("/")[0], _string(part.get("title")))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
