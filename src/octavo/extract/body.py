"""The article's text on a page: trafilatura finds it, and its blocks are tidied here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml.html import HtmlElement, document_fromstring

from octavo.extract.blocks import Piece, length, pieces
from octavo.extract.plain import fold
from octavo.extract.several import Part
from octavo.model import BlockKind

_LINE = 80  # characters from which a paragraph counts as prose
_POOR = 0.2  # share of the page's prose, and of what the balanced mode finds, under which the precise mode has lost the article
_REPEATED = 40  # characters from which a block that stands there twice is the page's fault, not the author's

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page that holds no article as an error


def article_pieces(tree: HtmlElement, headline: str | None = None) -> list[Piece]:
    """The blocks of the page's article, without its headline; [] when there is none. The tree is not changed."""
    precise = _found(tree, precision=True)
    if length(precise) <= _POOR * _prose(tree):
        balanced = _found(tree, precision=False)
        if length(precise) <= _POOR * length(balanced):
            precise = balanced
    return list(tidied(precise, headline))


def part_pieces(part: Part) -> list[Piece]:
    """The blocks of an article that was taken out of a page, without its heading and credit lines."""
    return list(tidied(_found(_wrapped(part.element), precision=True) or pieces(part.element), part.headline, part.lines))


def tidied(found: Sequence[Piece], headline: str | None = None, lines: Sequence[str] = ()) -> Iterator[Piece]:
    """Pieces without the repeated headline and credit lines, without text that the page carries twice, without headings over nothing."""
    opening, seen = {fold(headline), *(fold(line) for line in lines)}, set[str]()
    repeated = _is_doubled(found)
    kept: list[Piece] = []
    for at, piece in enumerate(found):
        folded = fold(piece.text)
        if not folded or at < 3 + len(lines) and folded in opening or repeated and folded in seen:
            continue
        if len(piece.text) >= _REPEATED or piece.kind is BlockKind.HEADING:
            seen.add(folded)
        kept.append(piece)
    while kept and kept[-1].kind is BlockKind.HEADING:
        kept.pop()
    yield from kept


def _is_doubled(found: Sequence[Piece]) -> bool:
    """True when a good part of the text stands there twice: once for each width of screen, or once more behind a fold."""
    seen, again = set[str](), 0
    for piece in found:
        if len(piece.text) >= _REPEATED:
            again += len(piece.text) if piece.text in seen else 0
            seen.add(piece.text)
    return again > 0.25 * length(found)


def _found(tree: HtmlElement, precision: bool) -> list[Piece]:
    from trafilatura import bare_extraction

    document = bare_extraction(deepcopy(tree), include_comments=False, favor_precision=precision)
    return pieces(document.body) if document is not None and document.body is not None else []


def _wrapped(element: HtmlElement) -> HtmlElement:
    """A page that holds nothing but this element, as an article."""
    tree: HtmlElement = document_fromstring("<html><body><article></article></body></html>")
    tree[0][0].append(deepcopy(element))
    return tree


def _prose(tree: HtmlElement) -> int:
    """How many characters stand in paragraphs that are long enough to be prose and are not links."""
    whole = 0
    for element in tree.iter("p"):
        own = len(element.text_content()) - sum(len(link.text_content()) for link in element.iter("a"))
        whole += own if own >= _LINE else 0
    return whole
