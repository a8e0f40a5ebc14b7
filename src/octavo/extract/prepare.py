"""A page's tree, put in order for finding its text: without comments that name themselves in any language."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

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
