"""What a feed says, whatever its format: the records that the readers of RSS, Atom and JSON Feed give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from octavo.extract.plain import plain
from octavo.model import Enclosure

MOST_ENTRIES = 3000  # of one feed that are read; the newest stand first


_MOST_ENCLOSURES = 20  # of one entry
_LENGTH = re.compile(r"[0-9]{1,15}")  # in bytes
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][\w.+-]*")
_LONGEST = 1000  # characters of a title or name that are read, markup included


def short(text: object) -> str | None:
    """A title or name as one line of plain text, by its first thousand characters; None for none. Halves of characters go."""
    if not isinstance(text, str):
        return None
    text = text[:_LONGEST]
    return plain(text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8"))


def enclosures(offered: Iterable[tuple[str | None, object, object]]) -> tuple[Enclosure, ...]:
    """Enclosures from address (None is left out), media type and length as feeds write them; each address once, at most twenty."""
    found: dict[str, Enclosure] = {}
    for url, media_type, length in offered:
        if url and len(found) < _MOST_ENCLOSURES:
            told = str(media_type or "").partition(";")[0].strip().lower()
            size = str(length or "").strip()
            kind = told if _MEDIA_TYPE.fullmatch(told) else None
            found.setdefault(url, Enclosure(url, kind, int(size) or None if _LENGTH.fullmatch(size) else None))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What a feed says about itself. Addresses are absolute http(s) addresses; None and empty where it says nothing."""

    title: str | None = None
    home: str | None = None  # the site that it belongs to
    language: str | None = None  # primary tag
    image: str | None = None  # its logo or icon
    ttl: timedelta | None = None  # within which another look is no use
    period: timedelta | None = None  # in which it is renewed
    skip_hours: frozenset[int] = frozenset()  # hours of the day in UTC in which nothing comes
    skip_days: frozenset[int] = frozenset()  # weekdays in UTC on which nothing comes, Monday is 0
    new_address: str | None = None  # where it has moved to
    self_address: str | None = None  # where it says that it stands
    hub: str | None = None  # that tells of changes (WebSub)
    support: str | None = None  # where readers can give money
    expired: bool = False  # it will never be renewed


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or film of an entry."""

    url: str
    kind: str  # "image", "audio", "video"; "" where it is not told
    caption: str | None = None
    credit: str | None = None
    width: int = 0  # pixels; 0 where it is not told


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed has it: texts may hold markup, titles and names are plain, addresses are absolute, dates ISO 8601."""

    title: str | None = None
    link: str | None = None
    guid: str | None = None  # what the feed knows it by, unique in the feed
    contents: tuple[str, ...] = ()  # what is meant to be the whole text
    summaries: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    source_name: str | None = None  # the outlet that a collecting feed has it from
    source_address: str | None = None
    media: tuple[Media, ...] = ()  # the best picture first
    base: str = ""  # what relative addresses in its texts start from
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read; `whole` is False when it breaks off or is longer than what is read."""

    facts: FeedFacts = field(default_factory=FeedFacts)
    entries: tuple[Entry, ...] = ()
    whole: bool = True
    sound: bool = True  # False: broken, another reader may find more
