"""RSS 0.9x, 1 and 2, RDF and Atom → a feed's record, read by what its elements are called, whichever of these formats it mixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import chain, islice

from lxml import etree

from octavo.extract.feed_dates import feed_date
from octavo.extract.feed_record import MOST_ENTRIES, Entry, Feed, FeedFacts, Media, enclosures, short
from octavo.extract.language import primary
from octavo.extract.resolve import absolute, first_absolute, resolved
from octavo.extract.xml_tree import xml_tree

_NAMESPACES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0": "",
    "http://purl.org/net/rss1.1#": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/dc/elements/1.0": "dc:",
    "http://purl.org/dc/terms": "dcterms:",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://purl.org/rss/1.0/modules/syndication": "sy:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "https://podcastindex.org/namespace/1.0": "podcast:",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast:",
}
# The names of a field's elements, the best first; small letters, because feeds disagree on large ones.
_TITLES = ("title", "dc:title", "media:title", "itunes:title")
_CONTENTS = ("content:encoded", "content", "xhtml:body", "xhtml:div", "fulltext")
_SUMMARIES = ("description", "summary", "media:description", "itunes:summary", "dc:description", "tagline")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created", "date")
_MODIFIED = ("updated", "modified", "dcterms:modified", "lastbuilddate")
_AUTHORS = ("author", "dc:creator", "creator", "itunes:author")
_CATEGORIES = ("category", "dc:subject", "media:category", "itunes:category")
_LANGUAGES = ("language", "dc:language")
_PICTURES = ("itunes:image", "image")
_MEDIA = ("media:content", "media:thumbnail", "enclosure")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = timedelta(days=365)  # that a feed may ask to be left alone
_PREFIXED = re.compile(r"(</?)[\w.-]+:(?=\w)")
_DECLARED = re.compile(r"""\sxmlns(?::[\w.-]+)?=(?:"[^"]*"|'[^']*')""")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_TEXT = re.compile(r"(?!text/|application/(?:xhtml\+)?xml)[\w.+-]+/[\w.+-]+")  # media types of a content that is no text
_MOST_MEDIA = 50  # of one sort that one entry may have
_WIDTH = re.compile(r"[0-9]{1,5}")  # in pixels
_KINDS = ("image", "audio", "video")

Fields = Mapping[str, Sequence[etree._Element]]


def xml_feed(body: bytes, address: str, charset: str | None = None) -> Feed | None:
    """What an XML feed fetched from `address` says; None when it is no XML at all. At most MOST_ENTRIES entries, in its order."""
    tree = xml_tree(body, charset)
    if tree is None:
        return None
    root = tree.root
    channel = next((e for e in (root, *root) if _name(e.tag) in ("channel", "feed")), root)
    found = _fields(channel)
    atom = _name(channel.tag) == "feed"
    based = b"xml:base" in body
    start = resolved(address, channel.get(_BASE)) if based else address
    facts = _facts(root, channel, found, start)
    base = start if atom else facts.home or start
    inherited = tuple(_authors(found)) if atom else ()
    items = list(islice(root.iter("{*}item", "{*}entry"), MOST_ENTRIES + 1))
    entries = tuple(_entry(item, _base(item, base) if based else base, inherited) for item in items[:MOST_ENTRIES])
    return Feed(facts, entries, tree.whole and len(items) <= MOST_ENTRIES, tree.sound)


def _fields(element: etree._Element) -> Fields:
    """The children of an element by name, those of a media group among them."""
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        name = _name(child.tag)
        if name == "media:group":
            for inner_name, inner in _fields(child).items():
                found.setdefault(inner_name, []).extend(inner)
        else:
            found.setdefault(name, []).append(child)
    return found


@lru_cache(maxsize=4096)
def _name(tag: object) -> str:
    """How an element is called here: "title" in all that RSS and Atom have been, "dc:title" ... in their extensions."""
    if not isinstance(tag, str):
        return ""
    space, _, local = tag.rpartition("}")
    prefix = _NAMESPACES.get(space[1:].lower().rstrip("/"), "?:") if space else ""
    return prefix + local.lower()


def _said(element: etree._Element) -> str:
    """All that an element holds: its text, and as markup again what was not escaped in it."""
    if len(element) == 0:
        return element.text or ""
    inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return (element.text or "") + _PREFIXED.sub(r"\1", _DECLARED.sub("", inner))


def _texts(found: Fields, names: Iterable[str]) -> Iterator[str]:
    return (text for name in names for element in found.get(name, ()) if (text := _said(element).strip()))


def _first(found: Fields, names: Iterable[str]) -> str | None:
    for name in names:
        for element in found.get(name, ()):
            if text := _said(element).strip():
                return text
    return None


def _date(found: Fields, names: Iterable[str]) -> str | None:
    return next((iso for text in _texts(found, names) if (iso := feed_date(text))), None)


def _base(element: etree._Element, base: str) -> str:
    """What relative addresses in an entry start from: `xml:base` on it and on what holds it."""
    named = [value for one in (element, *element.iterancestors()) if (value := one.get(_BASE))]
    for value in reversed(named):
        base = resolved(base, value)
    return base


# ---- an entry ------------------------------------------------------------------------------------------------------


def _entry(item: etree._Element, base: str, inherited: tuple[str, ...]) -> Entry:
    found = _fields(item)
    source = next(iter(found.get("source", ())), None)
    name, address, writers = _source(source) if source is not None else (None, None, ())
    guid = _first(found, ("guid", "id", "dc:identifier")) or item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    published, modified = _date(found, _PUBLISHED), _date(found, _MODIFIED)
    return Entry(
        title=short(_first(found, _TITLES)),
        link=_link(found, base, guid),
        guid=guid,
        contents=tuple(_said(e) for name in _CONTENTS for e in found.get(name, ()) if not _NO_TEXT.match(e.get("type") or "")),
        summaries=tuple(_texts(found, _SUMMARIES)),
        published=published,
        modified=modified,
        authors=tuple(_authors(found)) or writers or inherited,
        categories=tuple(_categories(found)),
        language=primary(_first(found, _LANGUAGES) or item.get(_LANG)),
        source_name=name,
        source_address=absolute(address, base),
        media=tuple(_media(found, base)),
        base=base,
        enclosures=enclosures(_enclosed(found, base)),
    )


def _link(found: Fields, base: str, guid: str | None) -> str | None:
    """Where an entry leads: its true address behind a counting service, its link, its lasting id."""
    options = chain(
        _texts(found, ("feedburner:origlink",)),
        _related(found, "alternate"),
        _written(found),
        (e.get("src") for e in found.get("content", ())),
    )
    if link := first_absolute(options, base):
        return link
    lasting = all((e.get("isPermaLink") or "true").lower() == "true" for e in found.get("guid", ()))
    return absolute(guid, None) if lasting else None


def _related(found: Fields, relation: str) -> Iterator[str]:
    """The addresses of Atom's links with a relation, pages first."""
    links = [e for e in found.get("link", ()) if e.get("href") is not None and (e.get("rel") or "alternate").lower() == relation]
    links.sort(key=lambda e: "html" not in (e.get("type") or "html"))
    return (e.get("href") or "" for e in links)


def _written(found: Fields) -> Iterator[str]:
    """The addresses of RSS's links, which are their text."""
    return (text for element in found.get("link", ()) if element.get("href") is None and (text := _said(element).strip()))


def _authors(found: Fields) -> Iterator[str]:
    for name in _AUTHORS:
        written = [who for element in found.get(name, ()) if (who := _person(element))]
        if written:
            yield from dict.fromkeys(written)
            return


def _person(element: etree._Element) -> str | None:
    named = next((child for child in element if _name(child.tag) == "name"), element)
    return short(named.text)


def _categories(found: Fields) -> Iterator[str]:
    for name in _CATEGORIES:
        for element in found.get(name, ()):
            if text := short(element.get("label") or element.get("term") or element.get("text") or element.text):
                yield text


def _source(element: etree._Element) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Name, address and authors of the feed that a collecting feed has an entry from."""
    found = _fields(element)
    name = short(_first(found, _TITLES) or element.text)
    address = element.get("url") or next(chain(_related(found, "alternate"), _related(found, "self")), None)
    return name, address, tuple(_authors(found))


def _media(found: Fields, base: str) -> Iterator[Media]:
    """Pictures, sounds and films, the widest picture first; what is said of all of them counts for those that say nothing."""
    elements = [(name, element) for name in _MEDIA for element in found.get(name, ())[:_MOST_MEDIA]]
    shared = _captions(found) if elements else (None, None)
    listed: list[Media] = []
    for name, element in elements:
        if url := absolute(element.get("url"), base):
            own = _captions(_fields(element)) if len(element) else (None, None)
            kind = "image" if name == "media:thumbnail" else _kind(element.get("medium"), element.get("type"))
            width = element.get("width") or ""
            listed.append(Media(url, kind, own[0] or shared[0], own[1] or shared[1], int(width) if _WIDTH.fullmatch(width) else 0))
    more = (
        *((e.get("href"), _kind(e.get("type"))) for e in found.get("link", ()) if (e.get("rel") or "").lower() == "enclosure"),
        *((e.get("href") or _first(_fields(e), ("url",)) or e.text, "image") for n in _PICTURES for e in found.get(n, ())),
    )
    listed += [Media(url, kind) for address, kind in more if (url := absolute(address, base))]
    yield from sorted(listed, key=lambda one: -one.width)


def _enclosed(found: Fields, base: str) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Address, media type and length of what an entry offers: RSS's enclosures and Atom's links to them."""
    for element in found.get("enclosure", ()):
        yield absolute(element.get("url"), base), element.get("type"), element.get("length")
    for element in found.get("link", ()):
        if (element.get("rel") or "").lower() == "enclosure":
            yield absolute(element.get("href"), base), element.get("type"), element.get("length")


def _captions(found: Fields) -> tuple[str | None, str | None]:
    """What is said under a picture, and whose it is."""
    return short(_first(found, ("media:description", "media:title"))), short(_first(found, ("media:credit", "media:copyright")))


def _kind(*told: str | None) -> str:
    """What a media type or MRSS medium means."""
    return next((kind for kind in _KINDS for one in told if one and one.lower().startswith(kind)), "") or ("other" if any(told) else "")


# ---- the feed itself -----------------------------------------------------------------------------------------------


def _facts(root: etree._Element, channel: etree._Element, found: Fields, base: str) -> FeedFacts:
    pictures = (
        *(e.get("href") or "" for e in found.get("itunes:image", ())),
        *(_first(_fields(e), ("url",)) or "" for e in (*found.get("image", ()), *_fields(root).get("image", ()))),
        *_texts(found, ("logo", "icon")),
    )

    return FeedFacts(
        title=short(_first(found, _TITLES)),
        home=first_absolute((*_related(found, "alternate"), *_written(found)), base),
        language=primary(_first(found, _LANGUAGES) or channel.get(_LANG) or root.get(_LANG)),
        image=first_absolute(pictures, base),
        ttl=_time(_first(found, ("ttl",))),
        period=_period(found),
        skip_hours=frozenset(int(hour) % 24 for hour in _listed(found, "skiphours", "hour") if hour.isdecimal() and len(hour) <= 2),
        skip_days=frozenset(_DAYS.index(day.lower()) for day in _listed(found, "skipdays", "day") if day.lower() in _DAYS),
        new_address=first_absolute(_texts(found, ("itunes:new-feed-url",)), None),
        self_address=first_absolute(_related(found, "self"), base),
        hub=first_absolute(_related(found, "hub"), base),
        support=first_absolute((*_related(found, "payment"), *(e.get("url") for e in found.get("podcast:funding", ()))), base),
    )


def _listed(found: Fields, name: str, inner: str) -> Iterator[str]:
    return (text for element in found.get(name, ()) for text in _texts(_fields(element), (inner,)))


def _time(minutes: str | None) -> timedelta | None:
    return min(timedelta(minutes=int(minutes)), _LONGEST) if minutes and minutes.isdecimal() and 0 < len(minutes) <= 8 else None


def _period(found: Fields) -> timedelta | None:
    """`sy:updatePeriod` through `sy:updateFrequency`. A frequency that is no number above 0 counts as 1."""
    period = _PERIODS.get((_first(found, ("sy:updateperiod",)) or "").lower())
    often = _first(found, ("sy:updatefrequency",)) or ""
    return period / max(1, int(often) if often.isdecimal() and len(often) <= 6 else 1) if period else None
