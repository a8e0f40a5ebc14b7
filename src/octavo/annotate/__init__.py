"""Article → Annotation: what a machine reads out of an article. Pure.

Language, sentences, names, quotes and credits by rules; a vector of meaning by a model that runs on this machine; a fingerprint
that finds copies; the words under which the article is found. Everything is tied to one revision of the article and to
`VERSION`; offsets count code points of its text.
"""

from __future__ import annotations

from octavo.annotate.annotation import VERSION, annotate, annotate_many, embedding_text, vector_bytes, vector_of
from octavo.annotate.embedder import Embedder, ModelCheck, Progress, load_embedder, model_status
from octavo.annotate.search_text import folded_query

__all__ = [
    "VERSION",
    "Embedder",
    "ModelCheck",
    "Progress",
    "annotate",
    "annotate_many",
    "embedding_text",
    "folded_query",
    "load_embedder",
    "model_status",
    "vector_bytes",
    "vector_of",
]
