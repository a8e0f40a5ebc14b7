"""The open sets of stories as grouping sees them: articles with their annotations, in the order of their file."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from octavo.annotate import annotate, embedding_text, load_embedder
from octavo.model import Annotation, Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)  # every article of a set is taken to arrive at this moment
SETS = ("og2021-early", "allsides2021", "uci2014", "neus", "ecb-basil")


class Row(NamedTuple):
    """An article of a set with its annotation and the story it belongs to by the set's own answer."""

    article: Article
    annotation: Annotation
    story: str


def read_set(name: str, data: Path, cache: Path, headlines: bool = False) -> list[Row]:
    """The set `name` in the folder `data`, on request its headlines alone; vectors are kept in `cache`, which also holds the model."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    articles = [
        Article(
            id=row["id"],
            headline=row["headline"],
            text="" if headlines else row["text"] or "",
            published=row["published"],
            publisher=row["publisher"],
            language=row["language"],
            seen_at=NOW,
        )
        for row in found
    ]
    kept = cache / f"{name}{'-headlines' if headlines else ''}.npy"
    if not kept.exists():
        np.save(kept, load_embedder(cache).embed([embedding_text(article) for article in articles]).astype("<f2"))
    vectors = np.load(kept)
    return [
        Row(article, annotate(article, vector.tobytes()), row["story"])
        for article, vector, row in zip(articles, vectors, found, strict=True)
    ]
