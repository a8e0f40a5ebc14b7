"""Articles as they are read: whole, as heads for lists, in their revisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, tuple_

from octavo.errors import InputError
from octavo.model import Article, Block, BlockKind, Enclosure, Image, Note, NoteKind, Signal
from octavo.store.columns import among
from octavo.store.database import AnyRow, Part, chunks, place
from octavo.store.tables import article_captures, article_texts, articles, captures

_OF_BODY = ("text", "blocks", "notes")
_IN_JSON = ("authors", "image", "signals", "keywords", "enclosures")
_PLAIN = tuple(field for field in Article.__slots__ if field not in (*_OF_BODY, *_IN_JSON))
_HEAD = tuple(articles.c[field] for field in (*_PLAIN, *_IN_JSON))
_BODY = tuple(article_texts.c[field] for field in _OF_BODY)
_CURRENT = and_(article_texts.c.article == articles.c.id, article_texts.c.revision == articles.c.revision)
_HEADS = select(*_HEAD).where(among(articles.c.id))
_WHOLE = select(*_HEAD, *_BODY).join(article_texts, _CURRENT).where(among(articles.c.id))
_LENGTHS = select(articles.c.id, func.length(article_texts.c.text)).join(article_texts, _CURRENT).where(among(articles.c.id))
_ORDER = (articles.c.ordered_at, articles.c.seq)
_LATEST = select(articles.c.id).order_by(*(column.desc() for column in _ORDER)).limit(bindparam("limit"))
_PUBLISHED = (
    select(articles.c.publisher, func.count())
    .where(articles.c.ordered_at.between(bindparam("since"), bindparam("until")), articles.c.publisher.is_not(None))
    .group_by(articles.c.publisher)
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article's headline and text."""

    article: str
    revision: int
    headline: str | None
    made_at: datetime
    capture: str  # that brought it


class Articles(Part):
    """What was written, as it is read. Heads have neither text nor blocks nor notes; lists need no more."""

    def article(self, id: str, revision: int | None = None) -> Article | None:
        """An article with its text: the current revision, or headline, text, blocks and notes of the one asked for."""
        with self.database.reading() as connection:
            return (whole(connection, [id]) if revision is None else at_revisions(connection, {id: revision})).get(id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The articles with these ids, with text, in the order of `ids`; those that are not there are left out."""
        with self.database.reading() as connection:
            return whole(connection, ids)

    def heads(self, ids: Sequence[str]) -> dict[str, Article]:
        """As `articles`, without text, blocks and notes."""
        with self.database.reading() as connection:
            return self.database.known.heads(connection, ids, partial(_heads, connection))

    def text_lengths(self, ids: Collection[str]) -> dict[str, int]:
        """Article id → letters of its current text, which is not read for it; those that are not there are left out."""
        with self.database.reading() as connection:
            return dict(connection.execute(_LENGTHS, {"ids": ids}).all())

    def latest_articles(
        self, limit: int, before: str | None = None, *, publisher: str | None = None, source: int | None = None
    ) -> tuple[Article, ...]:
        """Heads of the articles of `latest`."""
        return tuple(self.heads(self.latest(limit, before, publisher=publisher, source=source)).values())

    def latest(self, limit: int, before: str | None = None, *, publisher: str | None = None, source: int | None = None) -> Sequence[str]:
        """Ids of the latest articles, last first: by the date they were published, where it is known, else first seen.

        `before` is the last id of the page before; `publisher` and `source` narrow the list. Raises InputError for an unknown `before`.
        """
        query = _LATEST
        if publisher is not None:
            query = query.where(articles.c.publisher == publisher)
        if source is not None:
            query = query.where(_came_from(source))
        with self.database.reading() as connection:
            if before is not None:
                last = connection.execute(select(*_ORDER).where(articles.c.id == before)).one_or_none()
                if last is None:
                    raise InputError(f"There is no article {before} to go on from", todo="Start from the first page")
                query = query.where(tuple_(*_ORDER) < place(_ORDER, last))
            return connection.execute(query, {"limit": limit}).scalars().all()

    def published(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many articles each outlet published in that time, both ends included, by the outlet's name."""
        with self.database.reading() as connection:
            return dict(connection.execute(_PUBLISHED, {"since": since, "until": until}).all())

    def revisions(self, id: str) -> tuple[Revision, ...]:
        """The revisions of an article, first to last."""
        texts = article_texts.c
        wanted = select(texts.article, texts.revision, texts.headline, texts.made_at, texts.capture)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.where(texts.article == id).order_by(texts.revision))
            return tuple(Revision(*row) for row in rows)

    def articles_at(self, revisions: Collection[tuple[str, int]]) -> dict[tuple[str, int], Article]:
        """(article id, revision) → the article with its headline and text of then; those that are not there are left out."""
        with self.database.reading() as connection:
            return {(old.id, old.revision): old for old in _at(connection, revisions)}

    def as_shown(self, shown: Mapping[str, int], now: Mapping[str, Article]) -> list[Article]:
        """The articles of a `Look.shown` as they stood then, with their texts; those that `now` has in that revision are taken from there."""
        same = [now[id] for id, revision in shown.items() if id in now and now[id].revision == revision]
        unchanged = {article.id for article in same}
        return [*same, *self.articles_at([(id, revision) for id, revision in shown.items() if id not in unchanged]).values()]

    def gave_articles(self, capture: str) -> bool:
        """Whether any article was seen in a capture."""
        with self.database.reading() as connection:
            seen = select(article_captures.c.article).where(article_captures.c.capture == capture).limit(1)
            return connection.execute(seen).first() is not None


def _heads(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    return {row.id: _article(row) for row in connection.execute(_HEADS, {"ids": ids}).all()}


def whole(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    """The current revisions of the articles with these ids, in the order of `ids`; those that are not there are left out."""
    found = {row.id: _article(row, **_body(row)) for row in connection.execute(_WHOLE, {"ids": ids}).all()}
    return {id: found[id] for id in ids if id in found}


def at_revisions(connection: Connection, revisions: Mapping[str, int]) -> dict[str, Article]:
    """Article id → article with headline, text, blocks and notes of that revision, in the order given; those that are not there are left out."""
    found = {old.id: old for old in _at(connection, revisions.items())}
    return {id: found[id] for id in revisions if id in found}


def _at(connection: Connection, revisions: Collection[tuple[str, int]]) -> Iterator[Article]:
    text, wanted = article_texts.c, set(revisions)
    query = select(*_HEAD, *_BODY, text.headline.label("old_headline"), text.revision.label("old_revision"))
    for chunk in chunks(wanted):
        # SQLite uses no index for a list of pairs, so a few rows too many are read and left out here.
        there = (articles.c.id.in_({id for id, _ in chunk}), text.revision.in_({revision for _, revision in chunk}))
        for row in connection.execute(query.join(article_texts, text.article == articles.c.id).where(*there)):
            if (row.id, row.old_revision) in wanted:
                yield _article(row, **_body(row), headline=row.old_headline, revision=row.old_revision)


def head_row(article: Article) -> dict[str, Any]:
    """The columns of `articles` that hold fields of the record itself."""
    return {field: getattr(article, field) for field in _PLAIN} | {
        "authors": list(article.authors),
        "image": asdict(article.image) if article.image else None,
        "signals": {field: asdict(signal) for field, signal in article.signals.items()},
        "keywords": list(article.keywords) or None,
        "enclosures": [asdict(enclosure) for enclosure in article.enclosures] or None,
    }


def body_row(article: Article) -> dict[str, Any]:
    """The columns of `article_texts` that hold fields of the record itself. A note that stands in the text is kept as its place there."""
    return {
        "headline": article.headline,
        "text": article.text,
        "blocks": [(block.kind.value, block.start, block.end) for block in article.blocks],
        "notes": [(note.kind.value, note.span, None if note.span else note.text) for note in article.notes] or None,
    }


def _article(row: AnyRow, **fields: Any) -> Article:
    """An article of a row that begins with `_HEAD`; `fields` stand in the place of what it says. By place: by name takes twice as long."""
    authors, image, signals, keywords, enclosures = row[len(_PLAIN) : len(_HEAD)]
    head = dict(zip(_PLAIN, row, strict=False)) | {
        "text": "",
        "authors": tuple(authors),
        "image": Image(**image) if image else None,
        "signals": {field: Signal(**signal) for field, signal in signals.items()},
        "keywords": tuple(keywords or ()),
        "enclosures": tuple(Enclosure(**enclosure) for enclosure in enclosures or ()),
    }
    return Article(**head | fields)


def _body(row: AnyRow) -> dict[str, Any]:
    return {
        "text": row.text,
        "blocks": tuple(Block(BlockKind(kind), start, end) for kind, start, end in row.blocks),
        "notes": tuple(
            Note(NoteKind(kind), row.text[span[0] : span[1]], (span[0], span[1])) if span else Note(NoteKind(kind), text)
            for kind, span, text in row.notes or ()
        ),
    }


def _came_from(source: int) -> ColumnElement[bool]:
    seen = article_captures.join(captures, captures.c.id == article_captures.c.capture)
    return articles.c.id.in_(select(article_captures.c.article).select_from(seen).where(captures.c.source == source))
