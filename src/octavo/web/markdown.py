"""Markdown that a reader typed, as HTML that can do no harm: paragraphs, emphasis, lists, quotations, code and links, nothing else."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from octavo.addresses import without_trackers

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).disable(
    ["image", "heading", "lheading", "hr", "html_block", "html_inline"]
)


def rendered(text: str) -> Markup:
    """The HTML of a text in Markdown, sanitised last. Links leave without trackers and tell nobody where they were followed from."""
    clean = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=lambda tag, name, value: without_trackers(value) if (tag, name) == ("a", "href") else value,
        url_schemes={"http", "https"},
        link_rel="nofollow noopener noreferrer ugc",
    )
    return Markup(clean)  # noqa: S704  (sanitised just now)
