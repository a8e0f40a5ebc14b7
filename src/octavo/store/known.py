"""Heads of articles and stories kept in memory as long as the change log says nothing of them: most pages are lists of the same ones.

Each use begins with a look at what was noted since the last one, in the transaction that reads, so that what is handed out is what that
transaction would have read. To one that began before others saw a change nothing is handed out, and nothing that it read is kept. On SQLite
transactions that write follow one another, so the number of a change tells what is new; on PostgreSQL they do not, so all changes are looked
at again that may have come after the last look began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, bindparam, func, select

from octavo.model import Article, Story
from octavo.store.columns import oldest_transaction
from octavo.store.tables import changes

MOST = {Article: 10_000, Story: 5_000}  # that are kept; those that were read first go
MOST_CHANGES = 5_000  # between two looks, more than which nothing is kept any more
TURN, LOOKED = "turn", "looked"  # in `Connection.info`: which turn it was when the transaction began, and whether it has looked for changes

T = TypeVar("T", bound=Article | Story)


class Known:
    """What is known of one database. Safe to use from several threads."""

    def __init__(self, *, sqlite: bool) -> None:
        mark = select(func.coalesce(func.max(changes.c.seq), 0) + 1) if sqlite else select(oldest_transaction())
        now, order = mark.subquery(), changes.c.seq if sqlite else changes.c.transaction
        since = now.outerjoin(changes, order >= bindparam("seen", type_=order.type))
        self._noted = select(now.c[0], changes.c.seq, changes.c.id).select_from(since).limit(MOST_CHANGES)
        self.turn = 0  # rises with each change that is seen
        self._seen = 0  # all changes of a lower order have been looked at
        self._last: set[int | None] = set()  # what the last look saw
        self._heads: dict[str, Article] = {}
        self._stories: dict[str, Story] = {}
        self._standing: dict[str, str] = {}  # article → story that it stands in, of the stories here
        self._lock = Lock()

    def begin(self, connection: Connection) -> None:
        """A transaction begins: called before its first query, with which its state is taken."""
        connection.info.update({TURN: self.turn, LOOKED: False})

    def heads(
        self, connection: Connection, ids: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, Article]]
    ) -> dict[str, Article]:
        """The heads of these articles, in the order of `ids`, those that are not known taken from `read`; those not there are left out."""
        return self._take(connection, self._heads, ids, read, MOST[Article])

    def stories(self, connection: Connection, ids: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, Story]]) -> dict[str, Story]:
        """As `heads`, for stories."""
        return self._take(connection, self._stories, ids, read, MOST[Story])

    def _take(
        self, connection: Connection, kept: dict[str, T], ids: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, T]], most: int
    ) -> dict[str, T]:
        self._look(connection)
        with self._lock:
            found = {id: kept[id] for id in ids if id in kept} if self._is_current(connection) else {}
        lacking = [id for id in ids if id not in found]
        fresh = read(lacking) if lacking else {}
        with self._lock:
            if self._is_current(connection) and len(fresh) < most:
                kept |= fresh
                self._standing |= {article: one.id for one in fresh.values() if isinstance(one, Story) for article in one.articles}
                while len(kept) > most:
                    self._forget(next(iter(kept)))
        found |= fresh
        return {id: found[id] for id in ids if id in found}

    def forget(self) -> None:
        """Keep nothing any more: the database holds something else now."""
        with self._lock:
            self._clear()
            self._seen, self._last = 0, set()
            self.turn += 1

    def _clear(self) -> None:
        for kept in (self._heads, self._stories, self._standing):
            kept.clear()

    def _look(self, connection: Connection) -> None:
        """Forget what changed since the last look. A transaction sees the same at its second look as at its first."""
        if connection.info[LOOKED]:
            return
        rows = connection.execute(self._noted, {"seen": self._seen}).all()
        noted = {seq for _, seq, _ in rows}
        with self._lock:
            current = self._is_current(connection)
            if len(rows) == MOST_CHANGES:
                self._clear()
            for _, _, id in rows:
                self._forget(id)
            if len(rows) == MOST_CHANGES or noted - self._last - {None}:
                self.turn += 1
            if current:
                connection.info.update({TURN: self.turn, LOOKED: True})
                self._seen = max(self._seen, rows[0][0])
                self._last = noted

    def _is_current(self, connection: Connection) -> bool:
        """Whether no other transaction has seen a change since this one began."""
        return bool(connection.info[TURN] == self.turn)

    def _forget(self, id: str) -> None:
        """Forget an article with the story that it stands in, or a story."""
        self._heads.pop(id, None)
        story = self._stories.pop(self._standing.get(id, id), None)
        for article in story.articles if story else ():
            self._standing.pop(article, None)
