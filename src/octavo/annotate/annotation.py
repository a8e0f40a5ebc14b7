"""One article read by everything in this room, and its vector as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from octavo.annotate.credits import find_credits
from octavo.annotate.embedder import Embedder
from octavo.annotate.fingerprint import fingerprint
from octavo.annotate.language import language_of
from octavo.annotate.names import names
from octavo.annotate.quotes import find_quotes
from octavo.annotate.search_text import search_text
from octavo.annotate.sentences import sentences
from octavo.model import Annotation, Article, BlockKind

VERSION = "4"
"""Rises when the same article would be read differently, so that annotations of an older version can be told and renewed."""

_BATCH = 64
_LEAD = 500  # characters; about 100 tokens of most languages
_STOPS = tuple(".!?…。！？")


def annotate(article: Article, vector: bytes = b"") -> Annotation:
    """What was read out of this revision of the article. `vector` is handed on as it is."""
    language = language_of(article.headline, article.text, article.language)
    spans = sentences(article.text, language, article.blocks)
    quotes = find_quotes(article.text, language, spans)
    return Annotation(
        article=article.id,
        revision=article.revision,
        version=VERSION,
        language=language,
        sentences=spans,
        names=names(article.headline, article.text, language, spans),
        quotes=quotes,
        credits=find_credits(article.text, language, spans, own=article.publisher, quotes=quotes),
        vector=vector,
        fingerprint=fingerprint(article.text),
        search_text=search_text(article.headline, article.text),
    )


def annotate_many(articles: Iterable[Article], embedder: Embedder | None) -> Iterator[Annotation]:
    """The annotation of each article, in order; without an embedder with empty vectors. Takes 64 articles ahead at most."""
    stream = iter(articles)
    while batch := list(islice(stream, _BATCH)):
        vectors = map(vector_bytes, embedder.embed([embedding_text(article) for article in batch])) if embedder else [b""] * len(batch)
        for article, vector in zip(batch, vectors, strict=True):
            yield annotate(article, vector)


def embedding_text(article: Article) -> str:
    """What stands for an article's meaning: its headline and its lead (its first paragraphs, to about 100 tokens)."""
    headline = (article.headline or "").strip()
    paragraphs = [article.text[block.start : block.end] for block in article.blocks if block.kind is BlockKind.PARAGRAPH]
    lead = " ".join(" ".join(paragraphs or [article.text])[: 2 * _LEAD].split())[:_LEAD]
    if not (headline and lead):
        return headline or lead
    return f"{headline} {lead}" if headline.endswith(_STOPS) else f"{headline}. {lead}"


def vector_bytes(vector: NDArray[np.float32]) -> bytes:
    """A row of an embedder as an annotation keeps it: little-endian float16."""
    return vector.astype("<f2").tobytes()


def vector_of(data: bytes) -> NDArray[np.float32]:
    """An annotation's vector as numbers again; of length 0 when no embedder ran."""
    return np.frombuffer(data, "<f2").astype(np.float32)
