"""A page's tree, put in order for finding its text: without comments that name themselves in any language, without layout tables."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml.html import Element, HtmlElement

_CELL = 250  # characters in one cell that no table of figures has
_INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "u", "small", "big", "sup", "sub", "br", "img", "time"})
_MOST = 0.4  # share of the page's text that is not comments, whatever it is called
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:kommentare?r?|comentarios?|comentários?|commentaires?|commenti|komentarze|reacties|yorumlar|comments?-(?:box|area|list|section|wrapper))(?=$|[\s_-])",
    re.IGNORECASE,
)


def without_comments(tree: HtmlElement) -> None:
    """Takes readers' comments out of the tree."""
    whole = len(tree.text_content())
    for element in [e for e in tree.iter("div", "section", "ol", "ul") if _COMMENTS.search(f"{e.get('class') or ''} {e.get('id') or ''}")]:
        if element.getparent() is not None and len(element.text_content()) < _MOST * whole:
            element.drop_tree()


def without_layout_tables(tree: HtmlElement) -> HtmlElement:
    """A copy of the tree in which the tables that only place things are plain containers, and runs between two breaks paragraphs."""
    copied = deepcopy(tree)
    for table in [table for table in copied.iter("table") if _is_layout(table)]:
        for element in table.iter("tbody", "thead", "tr", "td", "th"):
            if next(element.iterancestors("table"), None) is table:
                element.tag = "div"
        table.tag = "div"
        for face in [face for face in table.iter("font", "center") if face.getparent() is not None]:
            face.drop_tag()
        for cell in list(table.iter("div")):
            if next(cell.iterchildren("br"), None) is not None:
                _set_paragraphs(cell)
    return copied


def _set_paragraphs(cell: HtmlElement) -> None:
    """Wraps what stands between two line breaks in a row, or between blocks, in paragraphs."""
    found: list[HtmlElement] = []
    run = Element("p")
    run.text, cell.text = cell.text, None
    for child in list(cell):
        tail, child.tail = child.tail, None
        cell.remove(child)
        ended = child.tag == "br" and len(run) and run[-1].tag == "br" and not (run[-1].tail or "").strip()
        if child.tag in _INLINE and not ended:
            child.tail = tail
            run.append(child)
            continue
        found += [run] if ended else [run, child]
        run = Element("p")
        run.text = tail
    cell.extend(element for element in (*found, run) if element.text_content().strip() or next(element.iter("img"), None) is not None)


def _is_layout(table: HtmlElement) -> bool:
    """True for a table that holds a table, or a cell with a text in it."""
    if any(inner is not table for inner in table.iter("table")):
        return True
    return any(len(cell.text_content()) >= _CELL and next(cell.iter("p", "br", "div"), None) is not None for cell in table.iter("td"))
