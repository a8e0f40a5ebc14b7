"""Articles as they are read: whole, as heads for lists, in their revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, tuple_

from octavo.errors import InputError
from octavo.model import Article, Block, BlockKind, Image, Signal
from octavo.store.database import AnyRow, Part, chunks, place
from octavo.store.tables import article_captures, article_texts, articles, captures

_PLAIN = tuple(field for field in Article.__slots__ if field not in ("text", "blocks", "authors", "image", "signals"))
_HEAD = tuple(articles.c[field] for field in (*_PLAIN, "authors", "image", "signals"))
_BODY = (article_texts.c.text, article_texts.c.blocks)
_CURRENT = and_(article_texts.c.article == articles.c.id, article_texts.c.revision == articles.c.revision)


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article's headline and text."""

    article: str
    revision: int
    headline: str | None
    made_at: datetime
    capture: str  # that brought it


class Articles(Part):
    """What was written, as it is read. Heads have neither text nor blocks; lists need no more."""

    def article(self, id: str, revision: int | None = None) -> Article | None:
        """An article with its text: the current revision, or headline, text and blocks of the one asked for."""
        with self.database.reading() as connection:
            return (whole(connection, [id]) if revision is None else at_revisions(connection, {id: revision})).get(id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The articles with these ids, with text, in the order of `ids`; those that are not there are left out."""
        with self.database.reading() as connection:
            return whole(connection, ids)

    def heads(self, ids: Sequence[str]) -> dict[str, Article]:
        """As `articles`, without text and blocks."""
        with self.database.reading() as connection:
            found = {}
            for chunk in chunks(ids):
                for row in connection.execute(select(*_HEAD).where(articles.c.id.in_(chunk))):
                    found[row.id] = _article(row)
            return {id: found[id] for id in ids if id in found}

    def latest_articles(
        self, limit: int, before: str | None = None, *, publisher: str | None = None, source: int | None = None
    ) -> tuple[Article, ...]:
        """Heads of the latest articles, last first: by the date they were published, where it is known, else first seen.

        `before` is the last id of the page before; `publisher` and `source` narrow the list. Raises InputError for an unknown `before`.
        """
        order = (articles.c.ordered_at, articles.c.seq)
        query = select(*_HEAD).order_by(*(column.desc() for column in order)).limit(limit)
        if publisher is not None:
            query = query.where(articles.c.publisher == publisher)
        if source is not None:
            query = query.where(_came_from(source))
        with self.database.reading() as connection:
            if before is not None:
                last = connection.execute(select(*order).where(articles.c.id == before)).one_or_none()
                if last is None:
                    raise InputError(f"There is no article {before} to go on from", todo="Start from the first page")
                query = query.where(tuple_(*order) < place(order, last))
            return tuple(_article(row) for row in connection.execute(query))

    def revisions(self, id: str) -> tuple[Revision, ...]:
        """The revisions of an article, first to last."""
        texts = article_texts.c
        wanted = select(texts.article, texts.revision, texts.headline, texts.made_at, texts.capture)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.where(texts.article == id).order_by(texts.revision))
            return tuple(Revision(*row) for row in rows)

    def captures_of(self, id: str) -> tuple[str, ...]:
        """Ids of the captures that an article was seen in, in order of their arrival."""
        seen = article_captures.join(captures, captures.c.id == article_captures.c.capture)
        wanted = select(captures.c.id).select_from(seen).where(article_captures.c.article == id).order_by(captures.c.seq)
        with self.database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())


def whole(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    """The current revisions of the articles with these ids, in the order of `ids`; those that are not there are left out."""
    found = {}
    for chunk in chunks(ids):
        for row in connection.execute(select(*_HEAD, *_BODY).join(article_texts, _CURRENT).where(articles.c.id.in_(chunk))):
            found[row.id] = _article(row, text=row.text, blocks=_blocks(row))
    return {id: found[id] for id in ids if id in found}


def at_revisions(connection: Connection, revisions: Mapping[str, int]) -> dict[str, Article]:
    """Article id → article with headline, text and blocks of that revision, in the order given; those that are not there are left out."""
    found = {}
    text = article_texts.c
    wanted = select(*_HEAD, *_BODY, text.headline.label("old_headline"), text.revision.label("old_revision"))
    for chunk in chunks(revisions):
        there = (articles.c.id.in_(chunk), text.revision.in_({revisions[id] for id in chunk}))
        for row in connection.execute(wanted.join(article_texts, text.article == articles.c.id).where(*there)):
            if row.old_revision == revisions[row.id]:
                old = {"headline": row.old_headline, "revision": row.old_revision}
                found[row.id] = _article(row, text=row.text, blocks=_blocks(row), **old)
    return {id: found[id] for id in revisions if id in found}


def head_row(article: Article) -> dict[str, Any]:
    """The columns of `articles` that hold fields of the record itself."""
    return {field: getattr(article, field) for field in _PLAIN} | {
        "authors": list(article.authors),
        "image": asdict(article.image) if article.image else None,
        "signals": {field: asdict(signal) for field, signal in article.signals.items()},
    }


def block_rows(article: Article) -> list[tuple[str, int, int]]:
    """The blocks as `article_texts` keeps them."""
    return [(block.kind.value, block.start, block.end) for block in article.blocks]


def _article(row: AnyRow, **fields: Any) -> Article:
    head = {field: getattr(row, field) for field in _PLAIN} | {
        "text": "",
        "authors": tuple(row.authors),
        "image": Image(**row.image) if row.image else None,
        "signals": {field: Signal(**signal) for field, signal in row.signals.items()},
    }
    return Article(**head | fields)


def _blocks(row: AnyRow) -> tuple[Block, ...]:
    return tuple(Block(BlockKind(kind), start, end) for kind, start, end in row.blocks)


def _came_from(source: int) -> ColumnElement[bool]:
    seen = article_captures.join(captures, captures.c.id == article_captures.c.capture)
    return articles.c.id.in_(select(article_captures.c.article).select_from(seen).where(captures.c.source == source))
