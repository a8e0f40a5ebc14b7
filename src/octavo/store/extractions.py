"""Extraction → articles: what is new, what is a revision, what was only seen again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from octavo.errors import StoreError
from octavo.model import Article, Extraction
from octavo.moments import instant
from octavo.store.articles import body_row, head_row, whole
from octavo.store.changes import note
from octavo.store.columns import storable
from octavo.store.database import Part
from octavo.store.tables import article_captures, article_texts, articles, captures

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts without spaces, where a character counts as a word
_WORD = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+")


class Extractions(Part):
    """What extraction gave, as it is stored."""

    def add_extraction(self, extraction: Extraction, now: datetime, *, asked: bool = False) -> tuple[str, ...]:
        """Store what a capture gave, in one transaction, and mark the capture as extracted or keep its problem.

        An article that is not there yet is new; one whose text or headline differs from its current revision gets a further one; any
        other is seen again, and its other fields become those handed in (so the caller merges them with what the store has).
        One whose text was let go is only seen again, unless a person `asked` for it. Returns the ids of the new and the revised ones, in
        page order. Raises StoreError when the capture is not kept.
        """
        given: dict[str, Article] = {}
        for article in extraction.articles:
            given.setdefault(article.id, _clean(article))
        with self.database.writing("articles") as connection:
            _mark(connection, extraction, now)
            kept = whole(connection, list(given))
            new = [replace(article, revision=1, seen_at=article.seen_at or now) for id, article in given.items() if id not in kept]
            again = [_continued(article, kept[id]) for id, article in given.items() if id in kept and (asked or not kept[id].let_go_at)]
            revised = [article for article in again if article.revision != kept[article.id].revision]
            changed = [article for article in again if article.revision == kept[article.id].revision and article != kept[article.id]]
            _insert(connection, new, now)
            _update(connection, [*revised, *changed], now)
            _write_texts(connection, [*new, *revised], extraction.capture, now)
            _write_spans(connection, changed)
            _link(connection, extraction.capture, list(given), now)
            for kind, those in (("new", new), ("revised", revised), ("changed", changed)):
                note(connection, "article", kind, [article.id for article in those])
        fresh = {article.id for article in (*new, *revised)}
        return tuple(id for id in given if id in fresh)


def _mark(connection: Connection, extraction: Extraction, now: datetime) -> None:
    state = {"extracted_at": now, "problem": extraction.problem}
    if not connection.execute(update(captures).where(captures.c.id == extraction.capture).values(**state)).rowcount:
        raise StoreError(f"There is no capture {extraction.capture}")


def _clean(article: Article) -> Article:
    """As it can be stored, so that what is read back compares as equal."""
    fields: dict[str, Any] = {field: storable(value) for field in Article.__slots__ if isinstance(value := getattr(article, field), str)}
    return replace(article, **fields, notes=tuple(replace(note, text=storable(note.text)) for note in article.notes))


def _continued(article: Article, kept: Article) -> Article:
    same = (article.text, article.headline) == (kept.text, kept.headline)
    return replace(article, revision=kept.revision + (not same), seen_at=kept.seen_at, let_go_at=None)


def _row(article: Article, now: datetime) -> dict[str, Any]:
    seen_at = article.seen_at or now
    published_at = instant(article.published)
    return head_row(article) | {
        "published_at": published_at,
        "ordered_at": min(published_at or seen_at, seen_at),
        "seen_again_at": now,
        "words": len(_WORD.findall(article.text)),
    }


def _insert(connection: Connection, new: Sequence[Article], now: datetime) -> None:
    if new:
        connection.execute(insert(articles), [_row(article, now) for article in new])


def _update(connection: Connection, known: Sequence[Article], now: datetime) -> None:
    rows = [_row(article, now) for article in known]
    if rows:
        values: dict[str, Any] = {column: bindparam(f"to_{column}") for column in rows[0] if column not in ("id", "seen_at")}
        change = update(articles).where(articles.c.id == bindparam("to_id")).values(**values)
        connection.execute(change, [{f"to_{column}": row[column] for column in ("id", *values)} for row in rows])


def _write_texts(connection: Connection, fresh: Sequence[Article], capture: str, now: datetime) -> None:
    rows = [
        {
            "article": article.id,
            "revision": article.revision,
            "capture": capture,
            "made_at": now,
        }
        | body_row(article)
        for article in fresh
    ]
    if rows:
        connection.execute(insert(article_texts), rows)


def _write_spans(connection: Connection, changed: Sequence[Article]) -> None:
    """What counts characters of a text, where that text has stayed the same."""
    names = ("blocks", "notes")
    bodies = [(article, body_row(article)) for article in changed]
    rows = [{"to_id": a.id, "to_revision": a.revision} | {f"to_{name}": body[name] for name in names} for a, body in bodies]
    if rows:
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
        this = (article_texts.c.article == bindparam("to_id"), article_texts.c.revision == bindparam("to_revision"))
        connection.execute(update(article_texts).where(*this).values(**values), rows)


def _link(connection: Connection, capture: str, ids: Sequence[str], now: datetime) -> None:
    linked = article_captures.c
    known = set(connection.execute(select(linked.article).where(linked.capture == capture)).scalars())
    rows = [{"capture": capture, "article": id, "ordinal": ordinal} for ordinal, id in enumerate(ids) if id not in known]
    if rows:
        connection.execute(insert(article_captures), rows)
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(seen_again_at=now))
