"""The stream on which threads are learned and measured: long stories of months (T17) among dated news of other matters.

T17 holds several outlets' articles on one matter under names like "bpoil_bbc"; a matter is one thread, whoever wrote of it.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np

from group_sets import NOW, Row, read_set
from octavo.annotate import annotate, embedding_text, load_embedder
from octavo.model import Article

NOISE = ("allsides2021", "og2021-early")


def read_t17(path: Path, cache: Path) -> list[Row]:
    """The articles of T17's file, their matter in place of the story; vectors are kept in `cache`, which also holds the model."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        topics = [json.loads(line) for line in file]
    found = [
        (
            Article(f"{topic['topic']}/{one['id']}", None, one["text"], published=one["published"], language="en", seen_at=NOW),
            topic["topic"],
        )
        for topic in topics
        for one in topic["articles"]
    ]
    kept = cache / "t17-open.npy"
    if not kept.exists():
        np.save(kept, load_embedder(cache).embed([embedding_text(article) for article, _ in found]).astype("<f2"))
    return [
        Row(article, annotate(article, vector.tobytes()), topic.partition("_")[0])
        for (article, topic), vector in zip(found, np.load(kept), strict=True)
    ]


def read_noise(data: Path, cache: Path) -> list[Row]:
    """The dated news sets in the folder `data`, the name of the set in place of the story: they are of no matter of T17's."""
    return [row._replace(story=name) for name in NOISE for row in read_set(name, data, cache)]


def shifted(rows: Sequence[Row], noise: Sequence[Row]) -> list[Row]:
    """`rows` with the dates of each matter moved by a constant, so that its middle article falls on the day of the noise's middle one.

    Else years lie between the matters and the noise, and time alone would keep them apart.
    """
    matters: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        matters[row.story].append(_day(row))
    middle = _middle(map(_day, noise))
    by = {matter: middle - _middle(days) for matter, days in matters.items()}
    return [row._replace(article=replace(row.article, published=(_day(row) + by[row.story]).isoformat())) for row in rows]


def mixed(*parts: Sequence[Row]) -> list[Row]:
    """One stream of all parts in order of days, mixed within each day."""
    rows = (row for part in parts for row in part)
    return sorted(rows, key=lambda row: (_day(row), crc32(row.article.id.encode())))


def _day(row: Row) -> date:
    assert row.article.published is not None, f"{row.article.id} has no date"
    return date.fromisoformat(row.article.published[:10])


def _middle(days: Iterable[date]) -> date:
    ordered = sorted(days)
    return ordered[len(ordered) // 2]
