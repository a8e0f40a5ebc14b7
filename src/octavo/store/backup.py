"""Backups: the whole database as one SQLite file that is itself an Octavo database, made and taken back while others read and write.

From SQLite to SQLite pages are copied (SQLite's online backup); where PostgreSQL is on one side, rows are, in one transaction on each
side, and the index of search is left out, which then fills itself again.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, insert, select, update
from ulid import ULID

from octavo.errors import InputError, StoreError
from octavo.store.database import BUSY_SECONDS, Database, Part, chunks, connect
from octavo.store.migrate import migrate
from octavo.store.search import SEARCH, empty_index
from octavo.store.tables import cursors, leases, metadata, restorations, search_rows
from octavo.store.tables_people import passes, sessions

PAGES = 2000  # of 4 kB, between two words about how far it is
ROWS = 1000

LAST_RESTORATION = select(func.max(restorations.c.id)).scalar_subquery()

Progress = Callable[[float], None]


class Backups(Part):
    """Everything that is kept, into a file and back."""

    def backup(self, file: Path, progress: Progress = lambda _: None) -> None:
        """Write all that is kept at this moment into `file`, which appears when it is whole. Others may go on writing meanwhile.

        `progress` is told the share that is done. Raises InputError when the file is there or cannot be written, StoreError.
        """
        with _appearing(file) as part:
            if self.database.sqlite:
                with closing(self._driver()) as source, closing(sqlite3.connect(part)) as copy:
                    source.execute("BEGIN")
                    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on one state is seen, whoever writes
                    source.backup(copy, pages=PAGES, progress=lambda _, left, all: progress(1 - left / max(all, 1)))
                return
            with closing(_made(part)) as target, self.database.reading() as source, target.migrating() as connection:
                _copy_rows(source, connection, progress)

    def restore(self, file: Path, now: datetime, progress: Progress = lambda _: None) -> None:
        """Put what a backup holds in the place of everything that is kept, in one transaction. The file stays as it is.

        What runs on this database meanwhile waits, and then finds another `generation`. Raises InputError for a file that cannot be read
        or is no sound backup, StoreError for one that a newer Octavo has written.
        """
        with _opened(file) as backup:
            with backup.writing() as connection:
                connection.execute(delete(leases))  # who decides has to ask anew
                for table in (sessions, passes):  # what was ended or used since the backup opens nothing again
                    connection.execute(delete(table))
                connection.execute(insert(restorations).values(id=str(ULID()), at=now))
            if self.database.sqlite:
                source: Any = backup.engine.raw_connection()
                with closing(source), closing(self._driver()) as target:
                    source.driver_connection.backup(target, pages=-1, sleep=0.05)
            else:
                with backup.reading() as connection, self.database.writing("restore") as target:
                    _copy_rows(connection, target, progress)
        self.forget_known()
        progress(1.0)

    def generation(self) -> str | None:
        """The last time that a backup was put back here, as a name of its own; None: never. What rests on an older one is void."""
        with self.database.reading() as connection:
            last: str | None = connection.execute(select(LAST_RESTORATION)).scalar_one()
            return last

    def restored_at(self) -> datetime | None:
        """When a backup was put back last; None: never."""
        with self.database.reading() as connection:
            last: datetime | None = connection.execute(
                select(restorations.c.at).order_by(restorations.c.id.desc()).limit(1)
            ).scalar_one_or_none()
            return last

    def forget_known(self) -> None:
        """Read anew what was kept in memory of what this database held."""
        self.database.known.forget()

    def _driver(self) -> sqlite3.Connection:
        """A connection to our SQLite file that nobody else uses."""
        return sqlite3.connect(str(self.database.engine.url.database), timeout=BUSY_SECONDS, isolation_level=None)


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """A file beside `file` to write to, that takes its name at the end; after an error it is gone."""
    if file.exists():
        raise InputError("There is a file of that name", todo="Choose another name; a backup writes over nothing", subject=str(file))
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(0o600, exist_ok=False)  # it holds digests of passwords and what everybody reads
        yield part
        part.rename(file)
    except OSError as fault:
        raise InputError(f"It cannot be written ({fault.strerror})", todo="Choose another place", subject=str(file)) from fault
    except sqlite3.Error as fault:
        raise StoreError(f"The backup failed ({fault})", todo="See that the disk has room for a second copy of the database") from fault
    finally:
        for left in (part, part.with_name(f"{part.name}-wal"), part.with_name(f"{part.name}-shm")):
            left.unlink(missing_ok=True)


def _made(file: Path) -> Database:
    """An SQLite database of our form in a new file."""
    database = connect(f"sqlite:///{file}", create=True)
    migrate(database, create=True)
    return database


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """A copy of a backup, brought to the form that this Octavo needs."""
    with tempfile.TemporaryDirectory(prefix="octavo-restore-") as folder:
        copy = Path(folder) / "backup.sqlite"
        try:
            shutil.copyfile(file, copy)
        except OSError as fault:
            raise InputError(
                f"It cannot be read ({fault.strerror})", todo="Give a file that octavo backup made", subject=str(file)
            ) from fault
        database = None
        try:
            database = connect(f"sqlite:///{copy}", create=False)
            with database.reading() as connection:
                said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if said != "ok":
                raise InputError(f"The file is damaged ({said})", todo="Take another backup", subject=str(file))
            migrate(database, create=False)
            yield database
        finally:
            if database:
                database.close()


def _copy_rows(source: Connection, target: Connection, progress: Progress) -> None:
    """All rows of one database in place of those of another."""
    copied = [table for table in metadata.sorted_tables if table is not search_rows]
    empty_index(target)
    for table in reversed(copied):
        for column in _own_references(table):
            target.execute(update(table).values({column: None}))
        target.execute(delete(table))
    for number, table in enumerate(copied):
        progress(number / len(copied))
        own, keys = _own_references(table), list(table.primary_key)
        later: list[dict[str, Any]] = []  # rows that refer to rows of the same table, which may come after them
        for some in chunks(source.execution_options(yield_per=ROWS).execute(select(table)).mappings(), ROWS):
            later += [_reference(row, own, keys) for row in some if any(row[column.name] is not None for column in own)]
            target.execute(insert(table), [{**row, **{column.name: None for column in own}} for row in some])
        if later:
            here = [key == bindparam(f"key_{key.name}", type_=key.type) for key in keys]
            target.execute(update(table).where(*here).values({c.name: bindparam(f"new_{c.name}", type_=c.type) for c in own}), later)
    target.execute(delete(cursors).where(cursors.c.consumer == SEARCH))
    if target.dialect.name == "postgresql":
        for table in copied:
            _go_on_counting(target, table)


def _own_references(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]


def _reference(row: Mapping[Any, Any], own: Sequence[Column[Any]], keys: Sequence[Column[Any]]) -> dict[str, Any]:
    return {f"key_{key.name}": row[key.name] for key in keys} | {f"new_{column.name}": row[column.name] for column in own}


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers rows from a sequence, which knows nothing of rows that came with their numbers."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    if connection.execute(select(sequence)).scalar_one():
        last = func.max(column)
        connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))
