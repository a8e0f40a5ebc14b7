"""Whether what is kept fits together: the database's own checks, and what must be true of Octavo's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, String, and_, cast, exists, func, select

from octavo.store.database import Part
from octavo.store.stories import sentence_of
from octavo.store.tables import article_texts, articles, briefs, changes, copies, cursors, memberships, search_rows, stories, thread_members

SHOWN = 5  # ids named in one line

Progress = Callable[[float], None]

_open_member = memberships.alias()
_text = article_texts.alias()
_threads_agree = and_(thread_members.c.story == stories.c.id, thread_members.c.until.is_(None))
# What no row may be, and how those are found that are so.
_RULES: tuple[tuple[str, Select[Any]], ...] = (
    (
        "articles without the text of their current revision",
        select(articles.c.id).where(~exists().where(_text.c.article == articles.c.id, _text.c.revision == articles.c.revision)),
    ),
    (
        "articles that grouping took in and that stand in no story",
        select(articles.c.id).where(
            articles.c.arrival.is_not(None), ~exists().where(_open_member.c.article == articles.c.id, _open_member.c.until.is_(None))
        ),
    ),
    (
        "articles that stand in a story which another one took in",
        select(memberships.c.article)
        .join(stories, stories.c.id == memberships.c.story)
        .where(memberships.c.until.is_(None), stories.c.replaced_by.is_not(None)),
    ),
    ("stories that are replaced by themselves", select(stories.c.id).where(stories.c.replaced_by == stories.c.id)),
    (
        "stories whose size is not the number of their articles",
        select(stories.c.id).where(
            stories.c.replaced_by.is_(None),
            stories.c.size
            != select(func.count()).where(_open_member.c.story == stories.c.id, _open_member.c.until.is_(None)).scalar_subquery(),
        ),
    ),
    (
        "stories whose thread is not the one that the journal put them in",
        select(stories.c.id)
        .outerjoin(thread_members, _threads_agree)
        .where(func.coalesce(stories.c.thread, "") != func.coalesce(thread_members.c.thread, "")),
    ),
    ("copies of themselves", select(copies.c.article).where(copies.c.article == copies.c.origin)),
    (
        "readers of the change log that are ahead of it",
        select(cursors.c.consumer).where(cursors.c.seq > select(func.coalesce(func.max(changes.c.seq), 0)).scalar_subquery()),
    ),
)


class Soundness(Part):
    """Looks that change nothing."""

    def faults(self, progress: Progress = lambda _: None) -> Iterator[str]:
        """What does not fit together, a line each, all seen at one moment. Nothing comes when all is sound."""
        with self.database.reading() as connection:
            checks = (_file, *(_rule(what, query) for what, query in _RULES), _index, _citations)
            for number, check in enumerate(checks):
                progress(number / len(checks))
                yield from check(connection)
        progress(1.0)


def _file(connection: Connection) -> Iterator[str]:
    """What SQLite itself finds wrong. PostgreSQL keeps references sound by itself, and checks its pages when it reads them."""
    if connection.dialect.name != "sqlite":
        return
    for row in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
        if row[0] != "ok":
            yield f"the file is damaged: {row[0]}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(SHOWN):
        yield f"a row of {row[0]} refers to one of {row[2]} that is not there"


def _rule(what: str, query: Select[Any]) -> Callable[[Connection], Iterator[str]]:
    def check(connection: Connection) -> Iterator[str]:
        found = query.subquery()
        if count := connection.execute(select(func.count()).select_from(found)).scalar_one():
            some = connection.execute(select(cast(found.c[0], String)).limit(SHOWN)).scalars()
            yield f"{count} {what}: {', '.join(some)}{' ...' if count > SHOWN else ''}"

    return check


def _index(connection: Connection) -> Iterator[str]:
    """SQLite's index of words against the rows that it is of; it is older than them only by entries that count no more."""
    newest = connection.execute(select(func.max(search_rows.c.id))).scalar_one() or 0
    name = "rowid" if connection.dialect.name == "sqlite" else "id"
    known = connection.exec_driver_sql(f"SELECT max({name}) FROM search_words").scalar_one() or 0  # noqa: S608  (one of two names of ours)
    if known < newest:
        yield "the index of search lacks words: make it anew with octavo search --rebuild"


def _citations(connection: Connection) -> Iterator[str]:
    """Sentences of briefs against the texts that they were taken from."""
    lengths: dict[tuple[str, int], int | None] = {}
    for story, sentences in connection.execution_options(yield_per=1000).execute(select(briefs.c.story, briefs.c.sentences)):
        for cited in (sentence_of(sentence).citation for sentence in sentences):
            at = (cited.article, cited.revision)
            if at not in lengths:
                query = select(func.length(article_texts.c.text)).where(article_texts.c.article == at[0], article_texts.c.revision == at[1])
                lengths[at] = connection.execute(query).scalar_one_or_none()
            length = lengths[at]
            if length is None or cited.end > length:
                yield f"the brief of story {story} cites what article {at[0]} does not hold"
