"""Letting texts go that are older than the owner wants to keep: the text, what was read out of it and its captures; never the article itself.

Headline, address, outlet, dates and the place in its story stay, so that stories, journal and marks stay whole. What a reader saved or
follows and what a brief cites is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, LargeBinary, Table, and_, delete, exists, func, or_, select, type_coerce, update

from octavo.store.changes import note
from octavo.store.database import Part, chunks
from octavo.store.lineage import ended_in
from octavo.store.stories import sentence_of
from octavo.store.tables import (
    article_annotations,
    article_captures,
    article_texts,
    articles,
    briefs,
    captures,
    memberships,
    search_rows,
    stories,
    views,
)
from octavo.store.tables_people import follows, marks

BATCH = 500  # articles in one transaction, so that others need not wait

_STANDS = and_(memberships.c.article == articles.c.id, memberships.c.until.is_(None))


@dataclass(frozen=True, slots=True)
class LetGo:
    """What was let go: texts of articles, captures, and the bytes that all of it took."""

    articles: int = 0
    captures: int = 0
    bytes: int = 0

    def __add__(self, other: LetGo) -> LetGo:
        return LetGo(self.articles + other.articles, self.captures + other.captures, self.bytes + other.bytes)


class Retention(Part):
    """What is kept how long."""

    def text_bytes(self) -> int:
        """About how many bytes texts and captures take."""
        with self.database.reading() as connection:
            kept = (select(func.sum(_BODY)), select(func.sum(_TEXT)).where(articles.c.let_go_at.is_(None)))
            return sum(int(connection.execute(query).scalar_one() or 0) for query in kept)

    def let_go(
        self, before: datetime, now: datetime, after: tuple[datetime, int] | None = None
    ) -> tuple[LetGo, tuple[datetime, int] | None]:
        """Let some texts go that are older than `before`, oldest first, with captures that gave nothing else.

        Returns what was let go and where to go on: `after` of the next call; None when that was all.
        """
        order = (articles.c.ordered_at, articles.c.seq)
        standing = articles.outerjoin(memberships, _STANDS).outerjoin(stories, stories.c.id == memberships.c.story)
        due = select(articles.c.id, *order).select_from(standing)
        due = due.where(articles.c.ordered_at < before, articles.c.let_go_at.is_(None), ~_wanted())
        if after is not None:
            due = due.where(or_(order[0] > after[0], and_(order[0] == after[0], order[1] > after[1])))
        with self.database.writing("articles") as connection:
            rows = connection.execute(due.order_by(*order).limit(BATCH)).all()
            ids = [row.id for row in rows]
            going = [id for id in ids if id not in _cited(connection, ids)]
            gone = _let_go(connection, going, now)
            gone += _let_captures_go(connection, before)
        return gone, (rows[-1].ordered_at, rows[-1].seq) if len(rows) == BATCH else None


_BODY = func.length(type_coerce(captures.c.body, LargeBinary))
_WORD = 6  # bytes that a word takes, about
_TEXT = articles.c.words * _WORD  # without reading a text


def _wanted() -> ColumnElement[bool]:
    """Whether a reader saved an article or its story, or follows its story or the thread of that."""
    saved = exists().where(marks.c.kind == "saved", _is(marks, "article", articles.c.id))
    threaded = exists().where(_is(follows, "thread", stories.c.thread))
    story = func.coalesce(memberships.c.story, "")  # of an article that stands in none, nothing would be known
    return or_(saved, threaded, story.in_(select(_wanted_stories())))


def _wanted_stories() -> ColumnElement[str]:
    """Stories that a reader saved or follows, and those that have taken them in."""
    saved = select(marks.c.id).where(marks.c.kind == "saved", marks.c.entity == "story")
    return ended_in(saved.union(select(follows.c.id).where(follows.c.entity == "story"))).c.id


def _is(table: Table, entity: str, id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(table.c.entity == entity, table.c.id == id)


def _cited(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those articles that the brief of their story cites, now or in a sentence that it still shows as withdrawn."""
    stand = memberships.join(briefs, briefs.c.story == memberships.c.story)
    wanted = (
        select(briefs.c.sentences, briefs.c.withdrawn)
        .select_from(stand)
        .where(memberships.c.article.in_(ids), memberships.c.until.is_(None))
    )
    found: set[str] = set()
    for sentences, withdrawn in connection.execute(wanted.distinct()):
        rows = [*sentences, *(row for _, *row in withdrawn or ())]
        found |= {sentence_of(row).citation.article for row in rows}
    return found


def _let_go(connection: Connection, ids: Sequence[str], now: datetime) -> LetGo:
    if not ids:
        return LetGo()
    texts = article_texts.c.article.in_(ids)
    size = int(connection.execute(select(func.sum(_TEXT)).where(articles.c.id.in_(ids))).scalar_one() or 0)
    connection.execute(update(article_texts).where(texts).values(text="", blocks=[], notes=None))
    connection.execute(delete(article_annotations).where(article_annotations.c.article.in_(ids)))
    connection.execute(delete(search_rows).where(search_rows.c.article.in_(ids)))
    told = select(memberships.c.story).where(memberships.c.article.in_(ids), memberships.c.until.is_(None))
    connection.execute(delete(views).where(views.c.story.in_(told)))
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(let_go_at=now))
    note(connection, "article", "changed", ids)
    return LetGo(articles=len(ids), bytes=size)


def _let_captures_go(connection: Connection, before: datetime) -> LetGo:
    """Empty the captures of before that were read and of which no article has its text any more."""
    kept = exists().where(
        article_captures.c.capture == captures.c.id, articles.c.id == article_captures.c.article, articles.c.let_go_at.is_(None)
    )
    due = (
        select(captures.c.seq, _BODY.label("size"))
        .where(captures.c.captured_at < before, captures.c.extracted_at.is_not(None), captures.c.let_go.is_(False), ~kept)
        .order_by(captures.c.seq)
        .limit(BATCH)
    )
    rows = connection.execute(due).all()
    for chunk in chunks([row.seq for row in rows]):
        connection.execute(update(captures).where(captures.c.seq.in_(chunk)).values(body=b"", let_go=True))
    return LetGo(captures=len(rows), bytes=sum(row.size for row in rows))
