"""Article JSON Lines → articles: one object a line, as `octavo extract` and other programs write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from octavo.errors import ExtractError
from octavo.extract.address import clean, is_web
from octavo.extract.assemble import assembled
from octavo.extract.blocks import Piece
from octavo.extract.decode import decoded
from octavo.extract.feed_record import enclosures
from octavo.extract.found import Found, found
from octavo.extract.keywords import keywords
from octavo.extract.language import primary
from octavo.extract.plain import plain
from octavo.model import Article, BlockKind, Capture, Extraction, Image, NoteKind, Signal
from octavo.moments import instant, precision

LINES = "application/x-ndjson"
_SIGNAL, _CONFIDENCE = "lines", 0.8  # what a program says outright; not more, because where it has it from is not known
_BLANK = re.compile(r"\s*\n\s*\n\s*")
_ENDS = re.compile(r"\s*\n\s*")


def read_lines(capture: Capture) -> Extraction:
    """The articles of a capture that holds a JSON object a line, with the field names of `model.Article`, in its order.

    Lines that hold no article give a problem beside the articles of the others: how many there are, and what is wrong with the first.
    """
    articles: list[Article] = []
    faults: list[str] = []
    for number, line in enumerate(decoded(capture.body, capture.charset).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            faults.append(f"line {number} is no JSON object")
        elif article := _article(row, capture, len(articles)):
            articles.append(article)
        else:
            faults.append(f"line {number} has neither headline nor text")
    problem = None
    if faults or not articles:
        what = f"{len(faults)} lines hold no article, the first: {faults[0]}" if faults else "There are no lines"
        problem = ExtractError(what, todo="Correct them and give the file again", fault="the file").sentence
    return Extraction(capture.id, tuple(articles), problem=problem)


def _article(row: dict[str, Any], capture: Capture, ordinal: int) -> Article | None:
    """The article in one object; None without a headline and a text."""
    headline, text = plain(_text(row, "headline") or _text(row, "title")), _text(row, "text") or ""
    if not headline and not text.strip():
        return None
    authors = tuple(name for one in _list(row, "authors") if isinstance(one, str) and (name := plain(one)))
    section, free = plain(_text(row, "section")), row.get("free")
    subjects = keywords((one for one in _list(row, "keywords") if isinstance(one, str)), section)
    address, language = (_text(row, "url") or "").strip(), primary(_text(row, "language"))
    image = row.get("image")
    return assembled(
        capture,
        ordinal,
        [Piece(BlockKind.PARAGRAPH, part) for part in (_BLANK if _BLANK.search(text.strip()) else _ENDS).split(text.strip()) if part],
        Signal(_SIGNAL, _CONFIDENCE),
        headline=_read(headline),
        url=_read(clean(address) if is_web(address) else None),
        published=_date(row, "published", capture),
        modified=_date(row, "modified", capture),
        authors=found(authors, _SIGNAL, _CONFIDENCE) if authors else None,
        publisher=_read(plain(_text(row, "publisher"))),
        aggregator=_read(plain(_text(row, "aggregator"))),
        agency=_read(plain(_text(row, "agency"))),
        language=_read(language),
        section=_read(section),
        image=found(shown, _SIGNAL, _CONFIDENCE) if isinstance(image, dict) and (shown := _image(image)) else None,
        keywords=found(subjects, _SIGNAL, _CONFIDENCE) if subjects else None,
        free=found(free, _SIGNAL, _CONFIDENCE) if isinstance(free, bool) else None,
        notes=_notes(row),
        enclosures=enclosures(
            (link if is_web(link := _text(one, "url")) else None, one.get("media_type"), one.get("length"))
            for one in _list(row, "enclosures")
            if isinstance(one, dict)
        ),
        live=row.get("live") is True,
    )


def _notes(row: dict[str, Any]) -> Iterator[tuple[NoteKind, str]]:
    """The notes in an object, each with its kind; where they stand in the text is seen there."""
    for one in _list(row, "notes"):
        if isinstance(one, dict) and (said := (_text(one, "text") or "").strip()) and one.get("kind") in NoteKind.__members__.values():
            yield NoteKind(one["kind"]), said


def _list(row: dict[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    return value if isinstance(value, list) else []


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None


def _read(value: str | None) -> Found[str] | None:
    return found(value, _SIGNAL, _CONFIDENCE) if value else None


def _date(row: dict[str, Any], name: str, capture: Capture) -> Found[str] | None:
    printed = (_text(row, name) or "").strip()
    moment = instant(printed)
    if moment is None or (capture.dated and moment > capture.captured_at):
        return None
    return found(printed, _SIGNAL, _CONFIDENCE, precision(printed))


def _image(image: dict[str, Any]) -> Image | None:
    address = _text(image, "url")
    shown = Image(address if is_web(address) else None, plain(_text(image, "caption")), plain(_text(image, "credit")))
    return shown if shown != Image(None) else None
