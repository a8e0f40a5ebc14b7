"""The article's text on a page: trafilatura finds it, signs of failure call for other readings, and its blocks are tidied here."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import deepcopy

from lxml.html import HtmlElement, document_fromstring

from octavo.extract.blocks import Piece, length, pieces
from octavo.extract.plain import fold, words
from octavo.extract.prepare import without_layout_tables
from octavo.extract.several import Part
from octavo.extract.tidy import tidied
from octavo.model import BlockKind

_LINE = 80  # characters from which a paragraph counts as prose
_POOR = 0.2  # share of the page's prose, and of what the balanced mode finds, under which the precise mode has lost the article
_PARTIAL = 0.7  # share of the page's prose under which the article may go on in further containers
_LONGER = 1.2  # times that a continued text must have of the first one
_STATED = 0.6  # share of the text in the page's JSON-LD under which that is the better text
_TABULAR = 0.3  # share of a text in tables from which the tables may be the page's layout
_HALF = 0.5  # share of that text, and of the headline's words in it, that must be left without the tables
_FOREIGN = 0.3  # share of the headline's words under which a text may be that of something else
_STEM = 5  # letters that words of one root share in most languages
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page that holds no article as an error


def article_pieces(tree: HtmlElement, headline: str | None = None, stated: str | None = None, names: Sequence[str] = ()) -> list[Piece]:
    """The blocks of the page's article, without its headline; [] when there is none. The tree is not changed.

    `stated` is the text that the page's JSON-LD gives, if any: plain, paragraphs on lines of their own. `names` are those
    of the outlet.
    """
    best = _found(tree, precise=True)
    prose = _prose(tree)
    if length(best) <= _POOR * prose:
        balanced = _found(tree, precise=False)
        if length(best) <= _POOR * length(balanced):
            best = balanced
    if length([piece for piece in best if piece.kind is BlockKind.TABLE]) > _TABULAR * length(best):
        plain = _found(without_layout_tables(tree), precise=True)
        if length(plain) >= _HALF * length(best) and about(plain, headline or "") >= _HALF * about(best, headline or ""):
            best = plain
    if headline and (share := about(best, headline)) < _FOREIGN:
        others = [_found(tree, precise=True, fast=True), _found(tree, precise=False)]
        best = max(
            (option for option in others if about(option, headline) >= share + _FOREIGN),
            key=lambda option: about(option, headline),
            default=best,
        )
    if 0 < length(best) < _PARTIAL * prose:
        best = _continued(tree, best) or best
    if stated and length(best) < _STATED * len(stated):
        best = [Piece(BlockKind.PARAGRAPH, line) for line in stated.split("\n")]
    return tidied(best, headline, names)


def part_pieces(part: Part) -> list[Piece]:
    """The blocks of an article that was taken out of a page, without its heading and credit lines."""
    tree = _wrapped([part.element])
    best = _found(tree, precise=True)
    if length(best) < _PARTIAL * _prose(tree):
        best = _continued(tree, best) or best
    return tidied(best or pieces(part.element), part.headline, part.lines)


def _found(tree: HtmlElement, precise: bool, fast: bool = False) -> list[Piece]:
    from trafilatura import bare_extraction

    document = bare_extraction(tree, include_comments=False, favor_precision=precise, fast=fast)
    body = getattr(document, "body", None)  # None for a page without an article
    return pieces(body) if body is not None else []


def about(found: Sequence[Piece], headline: str) -> float:
    """The share of the headline's words that stand in a text, by their first letters; 1 for a headline without any."""
    wanted = _stems(headline)
    return len(wanted & _stems(" ".join(piece.text for piece in found))) / len(wanted) if wanted else 1.0


def _stems(text: str) -> set[str]:
    stems: set[str] = set()
    for word in words(text):
        if _DENSE.match(word):
            stems.update(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= _STEM - 1:
            stems.add(word[:_STEM])
    return stems


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
