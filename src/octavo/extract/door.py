"""One capture → what it holds: the right reader for its kind."""

from __future__ import annotations

import logging
from dataclasses import replace

from octavo.errors import ExtractError
from octavo.extract.decode import kind_of
from octavo.model import Capture, Extraction, PageKind

_log = logging.getLogger(__name__)


def extract(capture: Capture) -> Extraction:
    """The articles of a capture (page, feed, sitemap or plain text), the main one first, and what kind of capture it is.

    Never raises for what a capture holds: `problem` then says in a sentence why there is no article.
    """
    if not capture.body or capture.body.isspace():
        return Extraction(
            capture.id, problem=ExtractError("The capture is empty", todo="Fetch or save it again").sentence, kind=PageKind.STUB
        )
    kind = kind_of(capture)
    try:
        if capture.selector:
            from octavo.extract.listing import read_list

            return replace(read_list(capture), kind=PageKind.LIST)
        if capture.media_type == "application/x-ndjson":
            from octavo.extract.article_lines import read_lines

            return _counted(read_lines(capture))
        if kind == "html":
            from octavo.extract.html import read_page

            return read_page(capture)
        if kind == "feed":
            from octavo.extract.feed import read_feed

            return replace(read_feed(capture), kind=PageKind.FEED)
        if kind == "sitemap":
            from octavo.extract.sitemap import read_sitemap

            return replace(read_sitemap(capture), kind=PageKind.SITEMAP)
        if kind == "text":
            from octavo.extract.capture_text import read_text

            return _counted(read_text(capture))
    except Exception as error:
        _log.exception("%s: extraction failed", capture.address)
        what = f"Reading it failed with {type(error).__name__}: {str(error)[:160]}"
        return Extraction(capture.id, problem=ExtractError(what, todo="Report this with the page", fault="Octavo").sentence)
    return Extraction(capture.id, problem=ExtractError(f"This is a {kind}, not an article", todo="Give a page, a feed or a text").sentence)


def _counted(extraction: Extraction) -> Extraction:
    """With the kind that the number of its articles tells."""
    return replace(extraction, kind=(PageKind.OTHER, PageKind.ARTICLE, PageKind.ARTICLES)[min(2, len(extraction.articles))])
