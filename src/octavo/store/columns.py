"""Column types that mean the same on SQLite and PostgreSQL, and the few SQL expressions that the two spell differently."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Dialect, Integer, LargeBinary, String, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import TIMESTAMP, Insert, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NAME_LENGTH = 300  # code points; PostgreSQL indexes at most 2,700 bytes
LONGEST_ADDRESS = 2000  # bytes, of an address that is indexed

Counter = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers only INTEGER keys by itself


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates, which no database takes, as U+FFFD: of the same length, so that offsets stay true."""
    return _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text from outside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Name(TypeDecorator[str]):
    """A name from outside that is indexed: cut to 300 code points, the same way in what is stored and in what is asked for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value[:_NAME_LENGTH])


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime: a timestamp with time zone on PostgreSQL, on SQLite a text of fixed width that sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(26))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None).isoformat(timespec="microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _in_utc if dialect.name == "postgresql" else _of_text


def _in_utc(value: datetime | None) -> datetime | None:
    return value and value.astimezone(UTC)


def _of_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{value}+00:00") if value else None


class Json(TypeDecorator[Any]):
    """Lists and tables that no query looks into, as ASCII text (PostgreSQL's own JSON type refuses NUL)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _of_json


def _of_json(value: str | None) -> Any:
    if value is None:
        return None
    try:
        return from_json(value)  # five times as fast, and lists are hundreds of these
    except ValueError:  # half a character, which only the standard library takes
        return json.loads(value)


class Packed(TypeDecorator[bytes]):
    """Bytes, kept compressed with zlib."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.decompress(value)


class Listed(UserDefinedType[Any]):
    """Ids or whole numbers as one value: an array on PostgreSQL, on SQLite a list in JSON."""

    cache_ok = True
    render_bind_cast = True  # so that PostgreSQL plans with what is in it

    def __init__(self, of: str) -> None:
        self.of = of

    def get_col_spec(self, **_: Any) -> str:
        return f"{self.of}[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return _in_json if dialect.name == "sqlite" else _as_array


def _in_json(values: Iterable[Any]) -> str:
    return json.dumps(list(values))


def _as_array(values: Iterable[Any]) -> str:
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> _Among:
        """As it is: SQLAlchemy would write "= 1" behind it for SQLite, which then goes through the whole table."""
        return self


def among(column: Column[Any], values: Sequence[Any] | None = None) -> ColumnElement[bool]:
    """Whether an id or a whole number is one of `values`, or of the parameter `ids` of a statement that was made once.

    They go to the database as one value. With `in_` each goes for itself: of hundreds that takes longer than the query.
    """
    kind = Listed("BIGINT" if isinstance(column.type, Integer | BigInteger) else "TEXT")
    return _Among(column, bindparam("ids", values, type_=kind, unique=values is not None, required=values is None))


def insert_or_renew(table: Table) -> Insert:
    """What writes a row of `table`, in the place of the one with the same key. SQLite takes it as PostgreSQL does."""
    row = insert(table)
    rest = {column.name: row.excluded[column.name] for column in table.c if not column.primary_key}
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


_AMONG = {"sqlite": "({} IN (SELECT value FROM json_each({})))", "postgresql": "({} = ANY ({}))"}


@compiles(_Among)
def _spell_among(element: _Among, compiler: Any, **options: Any) -> str:
    return _AMONG[compiler.dialect.name].format(*(compiler.process(one, **options) for one in element.clauses))


class clock(ColumnElement[datetime]):  # noqa: N801  (written like the SQL function it is)
    """The database's own clock: several machines agree on it."""

    type = Moment()
    inherit_cache = True


class this_transaction(ColumnElement[int]):  # noqa: N801
    """The number of the running transaction; 0 on SQLite, where transactions that write follow one another."""

    type = BigInteger()
    inherit_cache = True


class oldest_transaction(ColumnElement[int]):  # noqa: N801
    """The lowest number of a transaction that may still commit: what is numbered below it is complete."""

    type = BigInteger()
    inherit_cache = True


class next_transaction(ColumnElement[int]):  # noqa: N801
    """A number above that of every transaction that this server has begun."""

    type = BigInteger()
    inherit_cache = True


_SPELLINGS: dict[type[ColumnElement[Any]], dict[str, str]] = {
    clock: {"sqlite": "strftime('%Y-%m-%dT%H:%M:%f000', 'now')", "postgresql": "clock_timestamp()"},
    this_transaction: {"sqlite": "0", "postgresql": "pg_current_xact_id()::text::bigint"},
    oldest_transaction: {"sqlite": "1", "postgresql": "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"},
    next_transaction: {"sqlite": "1", "postgresql": "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"},
}


def _spell(element: ColumnElement[Any], compiler: Any, **_: Any) -> str:
    return _SPELLINGS[type(element)][compiler.dialect.name]


for _element in _SPELLINGS:
    compiles(_element)(_spell)
