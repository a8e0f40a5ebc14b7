"""A second reading of a page's text, by trafilatura: slower, and asked for where the first is in doubt."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import deepcopy

from lxml.html import HtmlElement, document_fromstring

from octavo.extract.blocks import Piece, length, pieces
from octavo.extract.plain import fold

_LINE = 80  # characters from which a paragraph counts as prose
_POOR = 0.2  # share of the page's prose, and of what the balanced mode finds, under which the precise mode has lost the article
_PARTIAL = 0.7  # share of the page's prose under which the article may go on in further containers
_LONGER = 1.2  # times that a continued text must have of the first one

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page that holds no article as an error


def second_reading(tree: HtmlElement) -> list[Piece]:
    """The blocks of the page's article; [] when there is none. The tree is not changed."""
    best = _found(tree, precise=True)
    prose = _prose(tree)
    if length(best) <= _POOR * prose:
        balanced = _found(tree, precise=False)
        if length(best) <= _POOR * length(balanced):
            best = balanced
    if 0 < length(best) < _PARTIAL * prose:
        best = _continued(tree, best) or best
    return best


def _found(tree: HtmlElement, precise: bool) -> list[Piece]:
    """What one mode finds. The balanced one is asked where the precise one fails, so it alone looks at what other extractors find as well."""
    from trafilatura import bare_extraction

    document = bare_extraction(tree, output_format="txt", include_comments=False, favor_precision=precise, fast=precise)
    body = getattr(document, "body", None)  # None for a page without an article
    return pieces(body) if body is not None else []


def _continued(tree: HtmlElement, found: Sequence[Piece]) -> list[Piece]:
    """The article again when it goes on in containers built like those of what was found; [] when it does not.

    Sites part long articles into chunks with advertising between them, and an extractor may stop after the first.
    """
    texts = {fold(piece.text) for piece in found}
    paragraphs = [(element, fold(element.text_content())) for element in tree.iter("p") if len(element.text_content()) >= _LINE]
    matching = [element for element, text in paragraphs if text in texts]
    if len(matching) < 2:
        return []
    forms = {_form(element) for element in matching}
    chunks = list(dict.fromkeys(element.getparent() for element, _ in paragraphs if _form(element) in forms))
    held = set(chunks)
    chunks = [chunk for chunk in chunks if not any(above in held for above in chunk.iterancestors())]
    if len(chunks) < 2 or len({_article(chunk) for chunk in chunks}) > 1:
        return []
    whole = _found(_wrapped(chunks), precise=True)
    return whole if length(whole) >= _LONGER * length(found) else []


def _form(element: HtmlElement) -> tuple[str, ...]:
    """How a paragraph is held: tag and class of its next ancestors."""
    above = [element, *element.iterancestors()][:5]
    return tuple(f"{one.tag} {one.get('class') or ''}" for one in above)


def _article(element: HtmlElement) -> HtmlElement | None:
    return next((above for above in (element, *element.iterancestors()) if above.tag == "article"), None)


def _wrapped(elements: Sequence[HtmlElement]) -> HtmlElement:
    """A page that holds nothing but these elements, as an article."""
    tree: HtmlElement = document_fromstring("<html><body><article></article></body></html>")
    for element in elements:
        tree[0][0].append(deepcopy(element))
    for element in tree[0][0]:
        element.tail = None
    return tree


def _prose(tree: HtmlElement) -> int:
    """How many characters stand in paragraphs that are long enough to be prose and are not links."""
    whole = 0
    for element in tree.iter("p"):
        own = len(element.text_content()) - sum(len(link.text_content()) for link in element.iter("a"))
        whole += own if own >= _LINE else 0
    return whole
