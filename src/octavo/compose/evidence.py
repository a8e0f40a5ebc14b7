"""The sentence on which something rests that a page says of an article."""

from __future__ import annotations

from dataclasses import dataclass

from octavo.model import Article, Citation, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """What something rests on. `citation` is empty, (0, 0), for what stands beside the text: a headline, the agency of a byline."""

    text: str
    citation: Citation


def evidence(article: Article, span: Span) -> Evidence:
    """A sentence of an article, on one line; for an empty span its headline."""
    start, end = span
    text = article.text[start:end] if end > start else article.headline or ""
    return Evidence(" ".join(text.split()), Citation(article.id, start, end, article.revision))
