"""The index of search: which articles hold which words, and their vectors. Derived from the change log and rebuilt from it.

The words lie in FTS5 on SQLite and in tsvectors on PostgreSQL, both fed with words that are folded already and parted by spaces, so
that no database's own idea of a word comes in between. On SQLite a revised article gets a new row and its old words stay behind
without an owner; `forget_search` followed by indexing anew takes them out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    FromClause,
    Select,
    String,
    TableClause,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from octavo.model import Spans
from octavo.query import Clause, Field
from octavo.store.columns import among
from octavo.store.database import Part, chunks
from octavo.store.tables import article_annotations, article_texts, articles, copies, cursors, memberships, search_rows
from octavo.store.tables_people import marks

SEARCH = "search"
"""Of the change log: what fills the index."""

MOST_LETTERS = 150_000  # of an article's folded text that are indexed; PostgreSQL takes a megabyte of words in one
LONGEST_WORD = 100  # letters of a word that count; PostgreSQL takes two kilobytes
EVERY = "every"  # the fact that all articles share
_HEADLINE_WEIGHT = 4.0  # a word of a headline counts as much as so many of the text

_FTS = table("search_words", *(column(name) for name in ("rowid", "headline", "body", "outlet", "author", "speaker", "facts")))
_TSV = table(
    "search_words", column("id"), *(column(name, TSVECTOR) for name in ("words", "headline", "outlet", "author", "speaker", "facts"))
)
_FTS_COLUMNS = {
    Field.TEXT: "{headline body}",
    Field.OUTLET: "outlet",
    Field.AUTHOR: "author",
    Field.SPEAKER: "speaker",
    Field.LANGUAGE: "facts",
    Field.COUNTRY: "facts",
}
_TSV_COLUMNS = _FTS_COLUMNS | {Field.TEXT: "words"}
_SHORTER_FIRST = 1  # how ts_rank sees to a headline's length
_LAST_PLACE = 16_383  # that PostgreSQL tells apart

_INDEXED = (
    search_rows.c.id,
    search_rows.c.article,
    type_coerce(search_rows.c.ordered_at, String),
    memberships.c.story,
    func.coalesce(copies.c.origin, search_rows.c.article),
)
_STANDS = and_(memberships.c.article == search_rows.c.article, memberships.c.until.is_(None))
_CARRIES = copies.c.article == search_rows.c.article

_PLACED = (
    select(*_INDEXED).select_from(search_rows.outerjoin(memberships, _STANDS).outerjoin(copies, _CARRIES)).where(among(search_rows.c.id))
)
_TEXT, _READ = article_texts.c, article_annotations.c
_BEGINNINGS = (
    select(articles.c.id, func.substr(_TEXT.text, 1, bindparam("letters")), _READ.sentences)
    .join(article_texts, and_(_TEXT.article == articles.c.id, _TEXT.revision == articles.c.revision))
    .outerjoin(article_annotations, and_(_READ.article == articles.c.id, _READ.revision == articles.c.revision))
    .where(among(articles.c.id))
)

_Way = tuple[TableClause, tuple[ColumnElement[bool], ...], ColumnElement[float]]


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """An article as it is indexed. All words are folded and parted by spaces."""

    article: str
    language: str | None
    headline: str
    body: str
    outlet: str
    author: str
    speaker: str
    facts: str  # words that we make ourselves: `fact`
    vector: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. All of it must be so."""

    clauses: tuple[Clause, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    reader: int | None = None  # whose marks count
    unread: bool | None = None
    saved: bool | None = None


class Indexed(NamedTuple):  # of which a search makes thousands
    """An article's row in the index."""

    row: int
    article: str
    time: object  # of publication, as the database has it: only good to be compared
    story: str | None  # in which it stands
    text: str  # the article whose text it carries, most often itself


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first characters of an article's text, with the sentences that stand in them as a whole."""

    text: str
    sentences: Spans


def fact(field: Field, value: str) -> str:
    """The word under which a language or country is indexed."""
    return f"{field.value}{value.lower()}"


class Search(Part):
    """Articles found by words, facts, dates and marks."""

    def index(self, entries: Sequence[SearchEntry]) -> None:
        """Take articles into the index, each in place of its earlier entry. Those that are there just so stay untouched."""
        by_article = {entry.article: entry for entry in entries}
        with self.database.writing("search") as connection:
            for chunk in chunks(by_article, 500):
                there = connection.execute(select(articles.c.id, articles.c.ordered_at).where(articles.c.id.in_(chunk)))
                times = {row.id: row.ordered_at for row in there}
                kept = connection.execute(select(search_rows.c.article, search_rows.c.digest).where(search_rows.c.article.in_(chunk)))
                known = {row.article: row.digest for row in kept}
                fresh = [_row(by_article[id], times[id]) for id in chunk if id in times]
                fresh = [row for row in fresh if known.get(row["article"]) != row["digest"]]
                if fresh:
                    self._write(connection, fresh, by_article)

    def forget_search(self) -> None:
        """Empty the index; what fills it begins anew."""
        with self.database.writing("search") as connection:
            empty_index(connection)
            connection.execute(delete(cursors).where(cursors.c.consumer == SEARCH))

    def matches(self, wanted: Wanted, limit: int) -> dict[int, float]:
        """Row → how well it answers, for what matches; of more than `limit` those that were indexed last, where no words are wanted the
        newest. On SQLite earlier revisions may be among them: `indexed` leaves them out.

        What answers best: on SQLite words that are rare and stand often, in a headline above all (BM25). On PostgreSQL words in a headline
        (ts_rank): for those of the text it would fetch the whole text's words of every match, most of them from the disk.
        """
        with self.database.reading() as connection:
            self._by_index(connection)
            return dict(connection.execute(self._matching(wanted, limit, ranked=True)).all())

    def matching_rows(self, wanted: Wanted, limit: int) -> tuple[int, ...]:
        """The rows of `matches` without what they score, those that were indexed last first, where no words are wanted the newest."""
        with self.database.reading() as connection:
            self._by_index(connection)
            return tuple(connection.execute(self._matching(wanted, limit, ranked=False)).scalars())

    def indexed(self, rows: Collection[int]) -> dict[int, Indexed]:
        """Row → article, for those of these rows that still stand for one."""
        with self.database.reading() as connection:
            return {row[0]: Indexed(*row) for row in connection.execute(_PLACED, {"ids": sorted(rows)}).all()}

    def search_vectors(self, after: int, limit: int, newest: int) -> list[tuple[int, str | None, bytes]]:
        """(row, language, vector) of the next rows after that one, in order, among the `newest` so many; b"" where no embedder ran."""
        rows = search_rows.c
        with self.database.reading() as connection:
            last = connection.execute(select(func.max(rows.id))).scalar_one() or 0
            wanted = select(rows.id, rows.language, rows.vector).where(rows.id > max(after, last - newest)).order_by(rows.id).limit(limit)
            return [(row.id, row.language, row.vector) for row in connection.execute(wanted)]

    def beginnings(self, ids: Sequence[str], letters: int) -> dict[str, Beginning]:
        """Article id → the first `letters` of its current text; those that have not been annotated have no sentences."""
        with self.database.reading() as connection:
            rows = connection.execute(_BEGINNINGS, {"ids": ids, "letters": letters}).all()
        return {
            id: Beginning(text, tuple((start, end) for start, end in sentences or () if end <= letters)) for id, text, sentences in rows
        }

    def _by_index(self, connection: Connection) -> None:
        """Until this transaction ends: PostgreSQL counts as nothing what it takes to read the words of a text, which lie apart from its row,
        so of a word that is common it would read all texts (three seconds for 200,000 articles; by the index a tenth of one)."""
        if not self.database.sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")

    def _matching(self, wanted: Wanted, limit: int, *, ranked: bool) -> Select[Any]:
        rows, besides = search_rows.c, tuple(_besides(wanted))
        if not wanted.clauses:
            return select(rows.id, literal(0.0)).where(*besides).order_by(rows.ordered_at.desc(), rows.id.desc()).limit(limit)
        source, conditions, score = (_fts if self.database.sqlite else _tsv)(wanted.clauses)
        number = source.c[0]  # by which FTS5 gives its rows in order without sorting
        there: FromClause = source.join(search_rows, rows.id == number) if besides else source
        scored = (number, score) if ranked else (number,)
        if self.database.sqlite:
            within = (*conditions, *besides, *_within(wanted, number))
            return select(*scored).select_from(there).where(*within).order_by(number.desc()).limit(limit)
        # Of words in many forms PostgreSQL expects far too many articles, and would go through all from the last one on; "+ 0" forbids that.
        order = number + 0 if any(len(clause.phrases) > 1 for clause in wanted.clauses) else number
        return select(*scored).select_from(there).where(*conditions, *besides).order_by(order.desc()).limit(limit)

    def _write(self, connection: Connection, rows: Sequence[dict[str, Any]], entries: Mapping[str, SearchEntry]) -> None:
        ids = [row["article"] for row in rows]
        if not self.database.sqlite:
            old = select(search_rows.c.id).where(search_rows.c.article.in_(ids))
            connection.execute(delete(_TSV).where(_TSV.c.id.in_(old)))
        connection.execute(delete(search_rows).where(search_rows.c.article.in_(ids)))
        connection.execute(insert(search_rows), rows)
        new = connection.execute(select(search_rows.c.id, search_rows.c.article).where(search_rows.c.article.in_(ids)))
        numbered = [(row.id, entries[row.article]) for row in new]
        if self.database.sqlite:
            connection.execute(insert(_FTS), [{"rowid": id} | _texts(entry) for id, entry in numbered])
        else:
            connection.execute(insert(_TSV), [{"id": id} | _lexemes(entry) for id, entry in numbered])


def empty_index(connection: Connection) -> None:
    """Take everything out of the index; its cursor stays where it is."""
    connection.execute(delete(search_rows))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_words (search_words) VALUES ('delete-all')")
    else:
        connection.execute(delete(_TSV))


def _words(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in text[:MOST_LETTERS].split()]


def _row(entry: SearchEntry, ordered_at: datetime) -> dict[str, Any]:
    digest = blake2b(repr((entry, ordered_at)).encode(), digest_size=16).digest()
    return {"article": entry.article, "ordered_at": ordered_at, "language": entry.language, "digest": digest, "vector": entry.vector}


def _besides(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What must be so of an article apart from its words."""
    rows = search_rows.c
    if wanted.after is not None:
        yield rows.ordered_at >= wanted.after
    if wanted.before is not None:
        yield rows.ordered_at < wanted.before
    if wanted.unread is not None:
        read = rows.article.in_(_marked(wanted.reader, "article", "read"))
        yield not_(read) if wanted.unread else read
    if wanted.saved is not None:
        standing = select(memberships.c.article).where(memberships.c.until.is_(None))
        in_saved = standing.where(memberships.c.story.in_(_marked(wanted.reader, "story", "saved")))
        saved = or_(rows.article.in_(_marked(wanted.reader, "article", "saved")), rows.article.in_(in_saved))
        yield saved if wanted.saved else not_(saved)


def _within(wanted: Wanted, number: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
    """Between which rows those of a time lie. FTS5 hands rows out in order, and else each would be looked up for its time."""
    rows = search_rows.c
    id = rows.id + 0  # so that SQLite takes the index of times
    if wanted.after is not None:
        yield number >= select(func.min(id)).where(rows.ordered_at >= wanted.after).scalar_subquery()
    if wanted.before is not None:
        yield number <= select(func.max(id)).where(rows.ordered_at < wanted.before).scalar_subquery()


def _marked(reader: int | None, entity: str, kind: str) -> Select[tuple[str]]:
    return select(marks.c.id).where(marks.c.reader == reader, marks.c.entity == entity, marks.c.kind == kind)


# ---- FTS5 ----------------------------------------------------------------------------------------------------------


def _texts(entry: SearchEntry) -> dict[str, str]:
    return {name: " ".join(_words(getattr(entry, name))) for name in ("headline", "body", "outlet", "author", "speaker", "facts")}


def _fts(clauses: Sequence[Clause]) -> _Way:
    """How FTS5 is asked for clauses: its table, the conditions, what a row scores."""
    holds = [_fts_clause(clause) for clause in clauses if not clause.excluded] or [f'facts : "{EVERY}"']
    without = "".join(f" NOT {_fts_clause(clause)}" for clause in clauses if clause.excluded)
    matching = literal_column("search_words").op("MATCH")(" AND ".join(holds) + without)
    return _FTS, (matching,), -func.bm25(literal_column("search_words"), _HEADLINE_WEIGHT, 1.0, 0.0, 0.0, 0.0, 0.0, type_=Float)


def _fts_clause(clause: Clause) -> str:
    after = " *" if clause.start else ""
    phrases = " OR ".join(f'"{" ".join(word[:LONGEST_WORD] for word in phrase)}"{after}' for phrase in clause.phrases)
    return f"({_FTS_COLUMNS[clause.field]} : ({phrases}))"


# ---- tsvector ------------------------------------------------------------------------------------------------------


def _lexemes(entry: SearchEntry) -> dict[str, Any]:
    """The words with their places, as PostgreSQL writes them: its own parser has no say in what a word is."""
    words = [(word, "A") for word in _words(entry.headline)] + [(word, "") for word in _words(entry.body)]
    plain = {name: [(word, "") for word in _words(getattr(entry, name))] for name in ("outlet", "author", "speaker", "facts")}
    return {
        name: " ".join(f"'{word}':{min(place, _LAST_PLACE)}{weight}" for place, (word, weight) in enumerate(listed, 1))
        for name, listed in ({"words": words} | plain).items()
    }


def _tsv(clauses: Sequence[Clause]) -> _Way:
    """As `_fts`, for PostgreSQL."""
    conditions: list[ColumnElement[bool]] = []
    for clause in clauses:
        holds = _TSV.c[_TSV_COLUMNS[clause.field]].op("@@", is_comparison=True)(cast(_tsquery(clause), TSQUERY))
        conditions.append(not_(holds) if clause.excluded else holds)
    text = [f"({_tsquery(clause)})" for clause in clauses if clause.field is Field.TEXT and not clause.excluded]
    return _TSV, tuple(conditions), func.ts_rank(_TSV.c.headline, cast(" | ".join(text), TSQUERY), _SHORTER_FIRST, type_=Float)


def _tsquery(clause: Clause) -> str:
    after = ":*" if clause.start else ""
    return " | ".join("(" + " <-> ".join(f"'{word[:LONGEST_WORD]}'" for word in phrase) + after + ")" for phrase in clause.phrases)
