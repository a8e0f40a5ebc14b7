"""Pieces of HTML as feeds carry them → blocks of plain text, and the first picture in them."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from octavo.extract.blocks import Piece, pieces
from octavo.extract.plain import plain
from octavo.model import BlockKind

_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")
# What publishing systems add below an entry: the way to the whole text, and where it stood first.
_FOOTERS = re.compile(
    r"^(?:the post .{1,300} (?:appeared first|first appeared) on .{1,120}|(?:continue reading|read more|read the full|read full|weiterlesen|lire la suite|"
    r"leer más|seguir leyendo|leggi tutto|ler mais|続きを読む|阅读全文|閱讀全文)\b.{0,200}|\[?(?:…|\.\.\.)\]?|comments?|\d+ comments?|permalink)[\s.»>→]*$",
    re.IGNORECASE | re.DOTALL,
)
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))  # lxml.html's own asks Python for every element
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(more…\)|\[&hellip;\])[\s»>→]*$")


def tree_of(fragment: str) -> HtmlElement | None:
    """A fragment as a tree; None for one without markup or without content."""
    if not _MARKUP.search(fragment):
        return None
    body = f"<html><body>{fragment}</body></html>".replace("\x00", "").encode("utf-8", "replace")
    try:
        return etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError:
        return None


def fragment_pieces(fragment: str, tree: HtmlElement | None) -> list[Piece]:
    """The blocks of a fragment and its tree (see `tree_of`), without what a publishing system adds below."""
    if tree is None:
        found = [Piece(BlockKind.PARAGRAPH, text) for part in re.split(r"\n\s*\n", fragment) if (text := plain(part))]
    else:
        found = pieces(tree)
    while found and _FOOTERS.match(found[-1].text):
        found.pop()
    return found


def is_excerpt(fragment: str, found: list[Piece]) -> bool:
    """True when a fragment says by its end that it is only the beginning of a text."""
    text = (plain(fragment[-600:]) or "") if fragment else ""
    return bool(
        _CUT.search(text)
        or (found and _CUT.search(found[-1].text))
        or re.search(r"(?:read more|continue reading)\W*$", text, re.IGNORECASE)
    )
