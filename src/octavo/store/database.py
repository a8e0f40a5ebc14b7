"""The way to the database: engines, transactions that read and transactions that write, errors in words.

Reading transactions see one state from their first to their last query. Writing transactions on SQLite begin with the lock
(`BEGIN IMMEDIATE`), so that nothing is read that another may still change; on PostgreSQL the writers that must not meet take the
same named lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import local
from time import monotonic, sleep, time
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Row,
    Tuple,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
    tuple_,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, DisconnectionError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from octavo.errors import InputError, SettingsError, StoreError
from octavo.store.known import Known

# What every page asks for stands in its module as a statement that was made once: making one anew takes four times as long as SQLite takes
# to answer it through one that is there.
BUSY_SECONDS = 30
_OLDEST_SQLITE = (3, 35)  # RETURNING
_OLDEST_POSTGRES = (13,)  # pg_current_xact_id
SURELY_THERE = 1.0  # seconds since its last use in which a connection is not asked whether its server is still there
USED = "used"  # in a connection's `info`: when it was given back
_CONNECTIONS = 40  # at once, beside five that stay open: as many as threads make pages, since each holds one while it does
_POSTGRES = {
    "timezone": "UTC",
    "random_page_cost": 1.1,
    # A plan for any word whatever goes through all articles: a hundred times slower than one for the word that is asked for.
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",  # what PostgreSQL would compile for a large archive takes longer to compile than to run
}

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]


class _Shared(local):
    """What a thread reads by while it reads from one state."""

    wanted = False
    connection: Connection | None = None
    readings = 0  # that are going on


class Database:
    """One open database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"
        self.known = Known(sqlite=self.sqlite)
        self._writer = engine.execution_options(begin="IMMEDIATE")
        self._reader = engine if self.sqlite else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._shared = _Shared()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, or the one that this thread shares. Raises StoreError."""
        shared = self._shared
        if not shared.wanted:
            with _in_words(), self._reader.begin() as connection:
                self.known.begin(connection)
                yield connection
            return
        with _in_words():
            if shared.connection is None:
                shared.connection = self._reader.connect()
                self.known.begin(shared.connection)
            shared.readings += 1
            try:
                yield shared.connection
            except SQLAlchemyError:
                shared.connection.rollback()  # PostgreSQL would take no further query
                self.known.begin(shared.connection)  # the next one begins anew, with another state
                raise
            finally:
                shared.readings -= 1

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """Within, all transactions of this thread that read are one, until it writes: one state of the database, and a third of the ways there."""
        shared = self._shared
        if shared.wanted:
            yield
            return
        shared.wanted = True
        try:
            yield
        finally:
            shared.wanted = False
            self._give_back()

    @contextmanager
    def writing(self, lock: str | None = None) -> Iterator[Connection]:
        """A transaction that writes, committed at the end, undone after an error. Raises StoreError.

        On PostgreSQL transactions with the same `lock` follow one another; on SQLite all do.
        """
        if not self._shared.readings:
            self._give_back()
        with _in_words(), self._writer.begin() as connection:
            self._lock(connection, lock)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction in which SQLite lets tables be rebuilt that others refer to. Raises StoreError."""
        with _in_words(), self._writer.connect() as connection:
            self._foreign_keys(connection, on=False)
            try:
                with connection.begin():
                    self._lock(connection, "migrate")
                    yield connection
                    if self.sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreError(
                            "The migration left rows behind that refer to nothing", todo="Keep the database as it is and report this"
                        )
            finally:
                self._foreign_keys(connection, on=True)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _give_back(self) -> None:
        """End what this thread shares: the next reading sees what was written, and no thread waits for a second connection with one in hand."""
        connection, self._shared.connection = self._shared.connection, None
        if connection:
            connection.close()

    def _lock(self, connection: Connection, name: str | None) -> None:
        if name and not self.sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"octavo {name}"))))

    def _foreign_keys(self, connection: Connection, *, on: bool) -> None:
        if self.sqlite:  # below SQLAlchemy, which would begin a transaction first, and inside one the pragma does nothing
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


class Part:
    """Base of the parts of `Store`, one a domain: all they share is the database."""

    def __init__(self, database: Database) -> None:
        self.database = database


def connect(address: str, *, create: bool) -> Database:
    """The database at an SQLAlchemy address; an SQLite file is made when it is missing and `create` says so.

    Raises SettingsError for an address that cannot be used and StoreError for a database that cannot be reached.
    """
    url = _url(address)
    engine = _sqlite(url, create=create) if url.get_backend_name() == "sqlite" else _postgres(url)
    database = Database(engine)
    try:
        with database.reading() as connection:
            version = connection.dialect.server_version_info or ()
    except StoreError:
        database.close()
        raise
    if not database.sqlite and version < _OLDEST_POSTGRES:
        database.close()
        raise StoreError(f"The server runs PostgreSQL {version[0]}", todo=f"Octavo needs PostgreSQL {_OLDEST_POSTGRES[0]} or newer")
    return database


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(
            "The address of the database cannot be read", todo="Write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(f"Octavo does not know the database {url.get_backend_name()}", todo="Use sqlite:/// or postgresql://")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise SettingsError("The address of the database names no file", todo="Write sqlite:///FILE; Octavo's threads need a file")
        return url
    return url.set(drivername="postgresql+psycopg")


def _sqlite(url: URL, *, create: bool) -> Engine:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise SettingsError(f"This Python comes with SQLite {sqlite3.sqlite_version}", todo="Octavo needs SQLite 3.35 or newer")
    file = Path(url.database or "")
    if not file.exists():
        if not create:
            raise StoreError(f"There is no database {file}", todo="Check the path, or let Octavo make one")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(0o600)  # it will hold digests of passwords and what everybody reads
        except OSError as error:
            raise StoreError(f"The file {file} cannot be made: {error.strerror}", todo="Choose another data folder") from error
    # Parameters are hidden, so that a traceback names no digest and no mail address.
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, max_overflow=_CONNECTIONS, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        _keep_a_log(connection)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Put a database into WAL mode. Of several that do so with a new file, SQLite refuses all but one at once, whatever the time they would wait."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)


def _postgres(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            connect_args={"connect_timeout": 10, "options": " ".join(f"-c {name}={value}" for name, value in _POSTGRES.items())},
            pool_use_lifo=True,  # what a connection has prepared is there for the next page
            max_overflow=_CONNECTIONS,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise SettingsError("The driver for PostgreSQL is not installed", todo="Install it with: pip install 'octavo[postgres]'") from error

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[USED] = time()

    @event.listens_for(engine, "checkout")
    def ask_whether_it_is_there(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        """SQLAlchemy's own "pre ping" asks each time, and a page takes three connections one after the other."""
        now = time()  # the other clock stands still while the machine sleeps
        if abs(now - record.info.get(USED, now)) > SURELY_THERE:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # the pool makes a new one

    return engine


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _sentence(error) from error
    except OverflowError as error:  # SQLite's driver says so before SQLAlchemy sees it
        raise InputError("A number is larger than the database can hold") from error


def _sentence(error: SQLAlchemyError) -> InputError | StoreError:
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0].rstrip(".")
    if isinstance(error, DataError):
        return InputError(f"A value is larger than the database can hold ({said})")
    if isinstance(error, IntegrityError):
        return StoreError(f"What was to be written does not fit what is kept ({said})")
    if "file is not a database" in said:
        return StoreError("The file is not an SQLite database", todo="Check the path; Octavo left the file as it is")
    if "database is locked" in said:
        return StoreError(f"The database was busy for {BUSY_SECONDS} seconds", todo="See which other program holds it open, then try again")
    if isinstance(error, OperationalError):
        return StoreError(
            f"The database cannot be used ({said})", todo="Check its address, that its server runs and that its disk has room"
        )
    return StoreError(f"The database refused ({said})")


def chunks(items: Iterable[T], size: int = 5000) -> Iterator[Sequence[T]]:
    """`items` in order, in lists of at most `size`: databases take only so many values in one statement."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def place(columns: Sequence[Column[Any]], values: Sequence[Any]) -> Tuple:
    """`values` as a row to compare a row of these columns with: `tuple_(*columns) < place(columns, values)`."""
    return tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))
