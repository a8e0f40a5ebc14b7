"""Readings of fields → an article with its identity and its signals. Pages and feeds come together here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from octavo.extract.blocks import Piece, composed
from octavo.extract.dateline import dateline_of
from octavo.extract.found import Found, T, found
from octavo.extract.identity import article_id
from octavo.extract.notes import notes_of
from octavo.model import Article, Capture, Enclosure, Image, NoteKind, Signal


def assembled(
    capture: Capture,
    ordinal: int,
    body: Sequence[Piece],
    text_signal: Signal,
    *,
    headline: Found[str] | None = None,
    url: Found[str] | None = None,
    published: Found[str] | None = None,
    modified: Found[str] | None = None,
    authors: Found[tuple[str, ...]] | None = None,
    publisher: Found[str] | None = None,
    aggregator: Found[str] | None = None,
    agency: Found[str] | None = None,
    language: Found[str] | None = None,
    section: Found[str] | None = None,
    image: Found[Image] | None = None,
    cut: bool = False,
    keywords: Found[tuple[str, ...]] | None = None,
    free: Found[bool] | None = None,
    notes: Iterable[tuple[NoteKind, str]] = (),
    enclosures: tuple[Enclosure, ...] = (),
    live: bool = False,
) -> Article:
    """The article number `ordinal` (from 0) of a capture, made of what was read for each field, and of what its text says of itself.

    `notes` are what the outlet says of the text elsewhere (see `notes_of`).
    """
    text, blocks = composed(body)
    place = dateline_of(text).place
    dateline = found(place, "text", 0.8) if place else None
    readings = {
        "headline": headline,
        "url": url,
        "published": published,
        "modified": modified,
        "authors": authors,
        "publisher": publisher,
        "aggregator": aggregator,
        "agency": agency,
        "language": language,
        "section": section,
        "image": image,
        "keywords": keywords,
        "free": free,
        "dateline": dateline,
    }
    signals = {name: reading.signal for name, reading in readings.items() if reading is not None}
    return Article(
        id=article_id(_value(url), _value(publisher), _value(headline), _value(published), capture.id, ordinal),
        headline=_value(headline),
        text=text,
        url=_value(url),
        blocks=blocks,
        published=_value(published),
        modified=_value(modified),
        authors=_value(authors) or (),
        publisher=_value(publisher),
        aggregator=_value(aggregator),
        agency=_value(agency),
        language=_value(language),
        section=_value(section),
        image=_value(image),
        seen_at=capture.captured_at,
        cut=cut,
        keywords=_value(keywords) or (),
        free=_value(free),
        dateline=place,
        notes=notes_of(text, blocks, notes, live),
        enclosures=enclosures,
        live=live,
        signals={**signals, "text": text_signal} if text else signals,
    )


def _value(reading: Found[T] | None) -> T | None:
    return reading.value if reading is not None else None
