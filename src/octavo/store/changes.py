"""The change log: one sequence of what was written, one cursor a consumer.

On PostgreSQL a transaction may commit later than one that began after it, so numbers appear out of order. Every change therefore
carries the number of its transaction; changes are handed out in the order (transaction, seq) and only below the oldest
transaction that still runs, so nothing can appear behind a cursor. (A transaction that stays open holds consumers up; it loses nothing.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, tuple_, update

from octavo.errors import StoreError
from octavo.store.columns import next_transaction, oldest_transaction
from octavo.store.database import AnyRow, Database, Part, place
from octavo.store.tables import changes, cursors


@dataclass(frozen=True, slots=True)
class Change:
    """Something was written. `kind` is "new", "changed" or

    - of an article "revised": its text or headline changed, so that annotations and what rests on them must be made again,
    - of a story "replaced": another took it in,
    - of a story or thread "described": it got a headline or a phase, which are derived themselves.
    """

    seq: int
    entity: str  # "article", "annotation", "story", "thread"
    id: str
    kind: str
    at: datetime


def note(connection: Connection, entity: str, kind: str, ids: Iterable[str]) -> None:
    """Add a change for each of `ids`, in the transaction that makes it."""
    rows = [{"entity": entity, "kind": kind, "id": id} for id in ids]
    if rows:
        connection.execute(insert(changes), rows)


Place = tuple[int, int]  # transaction and number of a change: a place in the order in which changes are handed out

ORDER = (changes.c.transaction, changes.c.seq)


def later(after: Place) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The changes after a place, as two ranges, the earlier one first.

    Of one range of pairs SQLite finds only the first column in an index, and there all transactions are 0.
    """
    transaction, seq = ORDER
    return and_(transaction == after[0], seq > after[1]), transaction > after[0]


class Changes(Part):
    """What changed, for those who derive something from it. Every change is handed out at least once."""

    def changes(self, consumer: str, entity: str | None, limit: int) -> tuple[Change, ...]:
        """The next changes after `consumer`'s cursor, in order; only those of `entity` where it is given."""
        with self.database.reading() as connection:
            cursor = connection.execute(select(cursors.c.transaction, cursors.c.seq).where(cursors.c.consumer == consumer)).one_or_none()
            query = select(changes).where(changes.c.transaction < oldest_transaction()).order_by(*ORDER)
            if entity is not None:
                query = query.where(changes.c.entity == entity)
            rows: list[AnyRow] = []
            for some in later((cursor.transaction, cursor.seq) if cursor else (0, 0)):
                rows += connection.execute(query.where(some).limit(limit - len(rows)))
            return tuple(Change(row.seq, row.entity, row.id, row.kind, row.at) for row in rows)

    def done(self, consumer: str, seq: int) -> None:
        """`consumer` has worked off the changes up to the one with number `seq`. A cursor never goes back.

        Raises StoreError when there is no such change.
        """
        with self.database.writing(f"cursor {consumer}") as connection:
            transaction = connection.execute(select(changes.c.transaction).where(changes.c.seq == seq)).scalar_one_or_none()
            if transaction is None:
                raise StoreError(f"There is no change number {seq}")
            cursor = connection.execute(select(cursors.c.transaction, cursors.c.seq).where(cursors.c.consumer == consumer)).one_or_none()
            if cursor is None:
                connection.execute(insert(cursors).values(consumer=consumer, transaction=transaction, seq=seq))
            elif (cursor.transaction, cursor.seq) < (transaction, seq):
                connection.execute(update(cursors).where(cursors.c.consumer == consumer).values(transaction=transaction, seq=seq))


def settle(database: Database) -> None:
    """Make the log usable after a dump was restored on a server whose transactions have lower numbers.

    There all changes are complete, so they get transaction 0 and stay in the order of `seq`; each cursor goes back before the first
    change that it had not seen.
    """
    with database.reading() as connection:
        if not _from_elsewhere(connection):
            return
    with database.writing("settle") as connection:
        if not _from_elsewhere(connection):
            return
        for cursor in connection.execute(select(cursors)).all():
            unseen = select(func.min(changes.c.seq)).where(place(ORDER, (cursor.transaction, cursor.seq)) < tuple_(*ORDER))
            first = connection.execute(unseen).scalar_one()
            last = connection.execute(select(func.max(changes.c.seq))).scalar_one_or_none() or 0
            connection.execute(
                update(cursors).where(cursors.c.consumer == cursor.consumer).values(transaction=0, seq=last if first is None else first - 1)
            )
        connection.execute(update(changes).values(transaction=0))


def _from_elsewhere(connection: Connection) -> bool:
    newest = [connection.execute(select(func.max(table.c.transaction))).scalar_one() or 0 for table in (changes, cursors)]
    begun: int = connection.execute(select(next_transaction())).scalar_one()
    return max(newest) >= begun
