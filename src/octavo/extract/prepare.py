"""A page's tree, put in order for finding its text: without comments that name themselves in any language."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_MOST = 0.4  # share of the page's text that is not comments, whatever it is called
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:kommentare?r?|comentarios?|comentários?|commentaires?|commenti|komentarze|reacties|yorumlar|comments?-(?:box|area|list|section|wrapper))(?=$|[\s_-])",
    re.IGNORECASE,
)
_HINTS = ("ment", "reacti", "yorum")  # one of which stands in each of these


def without_comments(tree: HtmlElement) -> None:
    """Takes readers' comments out of the tree."""
    found = [element for element in tree.iter("div", "section", "ol", "ul") if _holds_comments(_names(element))]
    most = _MOST * len(tree.text_content()) if found else 0.0
    for element in found:
        if element.getparent() is not None and len(element.text_content()) < most:
            element.drop_tree()


def _holds_comments(names: str) -> bool:
    folded = names.lower()
    return any(hint in folded for hint in _HINTS) and _COMMENTS.search(names) is not None


def _names(element: HtmlElement) -> str:
    names, id = element.get("class"), element.get("id")
    return f"{names} {id}" if names and id else names or id or ""
