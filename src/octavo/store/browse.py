"""What pages that go across stories list: who is quoted, where articles come from, which threads go on. No text is read but cited pieces."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    column,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    values,
)

from octavo.errors import InputError
from octavo.model import Quote, QuoteKind, SpeakerKind
from octavo.store.database import AnyRow, Part, chunks, place
from octavo.store.tables import article_annotations, article_texts, articles, memberships, quotes, stories, threads

AMONG = 5000  # latest articles, among which is counted who and what is in the news
_CURRENT = and_(articles.c.id == quotes.c.article, articles.c.revision == quotes.c.revision)
_STANDS = and_(memberships.c.article == articles.c.id, memberships.c.until.is_(None))
_STORY = func.coalesce(memberships.c.story, articles.c.id)  # an article that grouping has not seen yet stands for itself

_NAME = func.coalesce(quotes.c.name, "")  # for where SQLite must not go through its index of all names

Spot = tuple[str, int, int, int]  # article, revision, start, end


@dataclass(frozen=True, slots=True)
class Quoted:
    """A name that the latest articles quote."""

    name: str
    office: str | None  # one of those that are printed with it
    outlets: int
    articles: int
    latest: datetime  # when the last of these articles appeared


@dataclass(frozen=True, slots=True)
class Utterance:
    """A quote of the current revision of an article, and the story or, without one, the article that it stands in."""

    story: str
    article: str
    revision: int
    language: str | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread as a list shows it, with the first and last time of its articles."""

    id: str
    headline: str | None
    stories: int
    articles: int
    outlets: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Appearance:
    """An article as far as a picture of when what happened needs it."""

    story: str
    article: str
    at: datetime
    outlet: str | None


class Browse(Part):
    """Lists across stories. Names and places are compared as they are printed."""

    def most_quoted(self, kind: SpeakerKind, limit: int, before: str | None = None, *, language: str | None = None) -> tuple[Quoted, ...]:
        """The names of a kind that most outlets quote in the latest articles, of equals those in most articles.

        Offices are in `language`, where there is one. Raises InputError for an unknown `before`, the last name of the page before.
        """
        recent = _recent()
        own = func.max(case((recent.c.language == language, quotes.c.office)))
        counted = (
            select(
                func.count(recent.c.publisher.distinct()).label("outlets"),
                func.count(recent.c.id.distinct()).label("articles"),
                _NAME.label("name"),
                func.coalesce(own, func.max(quotes.c.office)).label("office"),
                func.max(recent.c.ordered_at).label("latest"),
            )
            .join(quotes, and_(quotes.c.article == recent.c.id, quotes.c.revision == recent.c.revision))
            .where(_NAME != "", quotes.c.speaker_kind == kind.value)
            .group_by(_NAME)
            .subquery()
        )
        with self.database.reading() as connection:
            rows = ranked(connection, counted, ("outlets", "articles", "name"), limit, before)
            return tuple(Quoted(row.name, row.office, row.outlets, row.articles, row.latest) for row in rows)

    def quoted_in(
        self, names: Collection[str], limit: int, before: str | None = None, *, outlet: str | None = None, language: str | None = None
    ) -> tuple[str, ...]:
        """The stories (or articles outside of any) that quote one of these names, those of the latest such article first.

        `outlet` and `language` narrow the articles; `before` is the last one of the page before. Raises InputError for an unknown `before`.
        """
        last = func.max(articles.c.ordered_at)
        speaking = _speaking(select(_STORY.label("story"), last.label("last")), outlet, language).where(quotes.c.name.in_(names))
        query = speaking.group_by(_STORY).subquery()
        with self.database.reading() as connection:
            return tuple(row.story for row in ranked(connection, query, ("last", "story"), limit, before))

    def quoting(self, names: Collection[str]) -> dict[tuple[str | None, str | None], int]:
        """(outlet, language) → how many of its articles quote one of these names."""
        counted = select(articles.c.publisher, articles.c.language, func.count(articles.c.id.distinct()))
        query = _speaking(counted).where(quotes.c.name.in_(names)).group_by(articles.c.publisher, articles.c.language)
        with self.database.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def utterances(
        self,
        stories: Collection[str],
        each: int,
        names: Collection[str] | None = None,
        *,
        outlet: str | None = None,
        language: str | None = None,
    ) -> tuple[Utterance, ...]:
        """At most `each` quotes with a name in each of these stories (as `quoted_in` gives them), by story, latest articles first.

        `names`, `outlet` and `language` narrow them, where they are given.
        """
        order = (articles.c.ordered_at.desc(), articles.c.seq, quotes.c.ordinal)
        wanted = (
            select(articles.c.id, articles.c.revision, articles.c.language, *_QUOTE, _STORY.label("story"))
            .add_columns(func.row_number().over(partition_by=_STORY, order_by=order).label("place"))
            .where(or_(articles.c.id.in_(_members(stories)), articles.c.id.in_(stories)))
        )
        wanted = wanted.where(_NAME != "" if names is None else _NAME.in_(names))
        numbered = _speaking(wanted, outlet, language).subquery()
        with self.database.reading() as connection:
            rows = connection.execute(select(numbered).where(numbered.c.place <= each).order_by(numbered.c.story, numbered.c.place))
            return tuple(Utterance(row.story, row.id, row.revision, row.language, _quote(row)) for row in rows)

    def pieces(self, spots: Collection[Spot]) -> dict[Spot, str]:
        """The characters [start, end) of revisions of articles; spots that are not there are left out."""
        found = {}
        with self.database.reading() as connection:
            for chunk in chunks(dict.fromkeys(spots)):
                asked = _table("asked", chunk, ("article", String), ("revision", Integer), ("start", Integer), ("end", Integer))
                cut = func.substr(article_texts.c.text, asked.c.start + 1, asked.c.end - asked.c.start)
                there = and_(article_texts.c.article == asked.c.article, article_texts.c.revision == asked.c.revision)
                for row in connection.execute(select(*asked.c, cut.label("piece")).join(article_texts, there)):
                    found[row.article, row.revision, row.start, row.end] = row.piece
        return found

    def titles(self, ids: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
        """Story id → its headline and the language of that."""
        named = and_(articles.c.id == memberships.c.article, articles.c.headline == stories.c.headline)
        query = (
            select(stories.c.id, stories.c.headline, func.min(articles.c.language).label("language"))
            .outerjoin(memberships, and_(memberships.c.story == stories.c.id, memberships.c.until.is_(None)))
            .outerjoin(articles, named)
            .where(stories.c.id.in_(ids))
            .group_by(stories.c.id, stories.c.headline)
        )
        with self.database.reading() as connection:
            return {row.id: (row.headline, row.language) for row in connection.execute(query)}

    def datelines(self) -> dict[str, int]:
        """Place as printed → how many of the latest articles were written there."""
        recent = _recent()
        counted = select(recent.c.dateline, func.count()).where(recent.c.dateline.is_not(None)).group_by(recent.c.dateline)
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def told_of(self, printed: Collection[str], limit: int, before: str | None = None) -> tuple[str, ...]:
        """Ids of articles that were written at a place ("Halm", "Halm, Skerry") or name it, under one of these spellings, latest first.

        Looked for in the latest articles only; `before` is the last one of the page before, from which on as many are looked at. Raises
        InputError for an unknown `before`.
        """
        order = (articles.c.ordered_at, articles.c.seq)
        with self.database.reading() as connection:
            last = connection.execute(select(*order).where(articles.c.id == before)).one_or_none() if before else None
            recent = _recent(_there(last, before) if before else None)
            read = article_annotations.c
            inside = [recent.c.dateline.startswith(name + ",", autoescape=True) for name in printed]
            named = [type_coerce(read.names, String).contains(json.dumps(name), autoescape=True) for name in printed]  # as `Json` writes it
            query = (
                select(recent.c.id)
                .outerjoin(article_annotations, and_(read.article == recent.c.id, read.revision == recent.c.revision))
                .where(or_(recent.c.dateline.in_(printed), *inside, *named))
                .order_by(recent.c.ordered_at.desc(), recent.c.seq.desc())
                .limit(limit)
            )
            return tuple(connection.execute(query).scalars())

    def thread_lines(self, limit: int, before: str | None = None) -> tuple[ThreadLine, ...]:
        """Threads of at least two stories, those that an article joined last first. Raises InputError for an unknown `before`."""
        moved = func.max(stories.c.updated_at)
        several = (
            select(moved.label("moved"), stories.c.thread.label("id"))
            .where(stories.c.thread.is_not(None), stories.c.replaced_by.is_(None))
            .group_by(stories.c.thread)
            .having(func.count() > 1)
            .subquery()
        )
        with self.database.reading() as connection:
            ids = [row.id for row in ranked(connection, several, ("moved", "id"), limit, before)]
            described = (
                select(
                    threads.c.id,
                    threads.c.headline,
                    func.count(stories.c.id.distinct()).label("stories"),
                    func.count(articles.c.id).label("articles"),
                    func.count(articles.c.publisher.distinct()).label("outlets"),
                    func.min(articles.c.ordered_at).label("first"),
                    func.max(articles.c.ordered_at).label("last"),
                )
                .join(stories, stories.c.thread == threads.c.id)
                .join(memberships, and_(memberships.c.story == stories.c.id, memberships.c.until.is_(None)))
                .join(articles, articles.c.id == memberships.c.article)
                .where(threads.c.id.in_(ids))
                .group_by(threads.c.id, threads.c.headline)
            )
            found = {row.id: ThreadLine(*row) for row in connection.execute(described)}
            return tuple(found[id] for id in ids if id in found)

    def appearances(self, ids: Sequence[str]) -> tuple[Appearance, ...]:
        """The articles of these stories in order of time."""
        query = (
            select(memberships.c.story, articles.c.id, articles.c.ordered_at, articles.c.publisher)
            .join(articles, _STANDS)
            .where(memberships.c.story.in_(ids))
            .order_by(articles.c.ordered_at, articles.c.seq)
        )
        with self.database.reading() as connection:
            return tuple(Appearance(*row) for row in connection.execute(query))


_QUOTE = tuple(quotes.c[name] for name in ("kind", "name", "speaker", "cue", "content", "office", "speaker_kind"))


def _recent(before: Any = None) -> Subquery:
    """The latest articles, of those before a place in their order."""
    order = (articles.c.ordered_at, articles.c.seq)
    wanted = select(*order, *(articles.c[name] for name in ("id", "revision", "publisher", "language", "dateline")))
    if before is not None:
        wanted = wanted.where(tuple_(*order) < place(order, before))
    return wanted.order_by(*(one.desc() for one in order)).limit(AMONG).subquery()


def _speaking(query: Select[Any], outlet: str | None = None, language: str | None = None) -> Select[Any]:
    """A query over quotes with their articles and the stories that these stand in."""
    query = query.select_from(quotes).join(articles, _CURRENT).outerjoin(memberships, _STANDS)
    if outlet is not None:
        query = query.where(articles.c.publisher == outlet)
    return query if language is None else query.where(articles.c.language == language)


def _members(ids: Collection[str]) -> Select[Any]:
    return select(memberships.c.article).where(memberships.c.story.in_(ids), memberships.c.until.is_(None))


def ranked(connection: Connection, rows: Subquery, by: Sequence[str], limit: int, before: str | None) -> Sequence[AnyRow]:
    """At most that many rows in falling order of some columns, the last of which names a row; those behind the one that `before` names.

    Raises InputError for an unknown `before`.
    """
    order: Sequence[Any] = [rows.c[name] for name in by]
    page = select(rows).order_by(*(one.desc() for one in order)).limit(limit)
    if before is not None:
        last = connection.execute(select(*order).where(order[-1] == before)).one_or_none()
        page = page.where(tuple_(*order) < place(order, _there(last, before)))
    return connection.execute(page).all()


def _there(row: Any, before: str) -> Any:
    if row is None:
        raise InputError(f"There is nothing named {before[:80]} to go on from", todo="Start from the first page")
    return row


def _table(name: str, rows: Sequence[Sequence[Any]], *columns: tuple[str, type[Any]]) -> CTE:
    """Rows as a table of a query."""
    return values(*(column(title, kind()) for title, kind in columns), name=f"{name}_rows").data([tuple(row) for row in rows]).cte(name)


def _quote(row: AnyRow) -> Quote:
    kind = SpeakerKind(row.speaker_kind) if row.speaker_kind else None
    spans = (tuple((start, end) for start, end in spans) for spans in (row.content, row.speaker, row.cue))
    content, speaker, cue = spans
    return Quote(content, QuoteKind(row.kind), speaker, cue, row.name, row.office, kind)
