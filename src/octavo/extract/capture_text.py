"""Pages saved as plain text, every visible line of them, → their articles.

Lines are told apart by what any page shows (`text_lines`, `text_chain`), headlines chosen among the lines above (`text_headline`), several
articles parted by their repeated headlines (`text_parts`); what stands around a text gives its dates, writers and picture (`text_meta`)
and its outlet (`text_outlet`).
"""

from __future__ import annotations

from collections.abc import Sequence

from octavo.errors import ExtractError
from octavo.extract.assemble import assembled
from octavo.extract.blocks import Piece
from octavo.extract.bounds import head_of
from octavo.extract.decode import decoded
from octavo.extract.found import Found, found
from octavo.extract.headline import without_outlet
from octavo.extract.language import language
from octavo.extract.people import agency_of
from octavo.extract.plain import fold
from octavo.extract.text_lines import Line, line_values, lines_of
from octavo.extract.text_meta import authors, bylines, dates, is_caption, picture, section
from octavo.extract.text_outlet import own_name, source_of
from octavo.extract.text_parts import Part, parts_of
from octavo.model import Article, BlockKind, Capture, Extraction, PublisherKind, Signal
from octavo.publishers import known

_MOST_BYTES = 4 << 20  # of a text that are read
_HEADING = 100  # width up to which a line without a full stop between paragraphs is a heading
_REPEATED = 40  # width from which a line of the text that comes again is the page's fault


def read_text(capture: Capture) -> Extraction:
    """The articles of a page saved as plain text, in page order. `problem` says so where there is none; raises nothing."""
    lines = lines_of(decoded(head_of(capture.body, _MOST_BYTES), capture.charset))
    parts = parts_of(lines)
    if not parts:
        error = ExtractError("No line of it reads like an article's text", todo="Give the page of one article", subject=capture.address)
        return Extraction(capture.id, problem=error.sentence)
    inside = {id(part.lines[i]) for part in parts for i in part.text}
    own = own_name(lines, [line for line in lines if id(line) not in inside])
    sources = [source_of(part, many=len(parts) > 1) for part in parts]
    articles = tuple(_article(capture, n, part, _outlets(own, sources[n], sources), lines) for n, part in enumerate(parts))
    return Extraction(capture.id, articles, title=own.value if own else None)


Outlets = tuple[Found[str] | None, Found[str] | None]  # publisher, aggregator


def _outlets(own: Found[str] | None, source: Found[str] | None, sources: Sequence[Found[str] | None]) -> Outlets:
    """Publisher and aggregator: a page that is known to gather, or whose articles name several outlets, hosts the text of others."""
    hosting = known().of_name(own.value) if own else None
    others = {s.value for s in sources if s and (own is None or s.value != own.value)}
    if own and ((hosting is not None and hosting.kind is PublisherKind.AGGREGATOR) or len(others) > 1):
        return (source if source and source.value != own.value else None), own
    return source or own, None


def _article(capture: Capture, ordinal: int, part: Part, outlets: Outlets, lines: Sequence[Line]) -> Article:
    publisher, aggregator = outlets
    names = [reading.value for reading in outlets if reading]
    writers = authors(part, names)
    body = _body(part, [*names, *(writers.value if writers else ())])
    text = "\n\n".join(piece.text for piece in body)
    tongue = language(text, None)
    printed = dates(part, capture, tongue.value if tongue else None)
    headline = None
    if part.headline is not None:
        headline = found(without_outlet(part.lines[part.headline].text, names), "text", 0.75)
    return assembled(
        capture,
        ordinal,
        body,
        Signal("text", 0.8),
        headline=headline,
        published=printed.published,
        modified=printed.modified,
        authors=writers,
        publisher=publisher,
        aggregator=aggregator,
        agency=agency_of(bylines(part), text),
        language=tongue,
        section=section(part, lines, names),
        image=picture(part),
    )


def _body(part: Part, names: Sequence[str]) -> list[Piece]:
    """The pieces of a part's text, without its headline, captions, what stands there twice, and lines at its end about its writers.

    `names` are those of the outlet and the writers.
    """
    title = fold(part.lines[part.headline].text) if part.headline is not None else ""
    seen: set[str] = set()
    pieces: list[Piece] = []
    text = [part.lines[i] for i in part.text]
    while len(text) > 1 and _is_about_writers(text[-1], names):
        text.pop()
    for line in text:
        folded = fold(line.text)
        if not folded or folded == title or is_caption(line) or (line.width >= _REPEATED and folded in seen):
            continue
        seen.add(folded)
        pieces.append(Piece(_kind(line, bool(pieces)), line.text))
    while pieces and pieces[-1].kind is BlockKind.HEADING:
        pieces.pop()
    return pieces


def _is_about_writers(line: Line, names: Sequence[str]) -> bool:
    """Whether a line says who the writer or the staff is: such words, and a name at its beginning."""
    return "bio" in line.signs and line.width < 3 * _HEADING and any(fold(name) in fold(line.text[: len(name) + 20]) for name in names)


def _kind(line: Line, later: bool) -> BlockKind:
    values = line_values(line)
    if values["bullet"]:
        return BlockKind.LIST
    bare = later and line.width < _HEADING and not (values["stops"] or values["colon"] or values["cut_off"] or values["quote_start"])
    return BlockKind.HEADING if bare else BlockKind.PARAGRAPH
