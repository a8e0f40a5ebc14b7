"""Sources: where we gather, when each is due and how it fares."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, or_, select, update

from octavo.errors import InputError
from octavo.model import Source, SourceKind
from octavo.store.columns import LONGEST_ADDRESS, clock
from octavo.store.database import AnyRow, Part
from octavo.store.tables import sources

CLAIM = timedelta(minutes=10)  # how long a source that was handed out is not handed out again

_FIELDS = tuple(Source.__slots__)
_COLUMNS = tuple(sources.c[field] for field in _FIELDS)
_WRITTEN_BACK = (
    "due_at",
    "etag",
    "last_modified",
    "final_address",
    "last_tried_at",
    "last_success_at",
    "error_count",
    "last_error",
)


class Sources(Part):
    """The sources of an installation. A removed one keeps its row, so that its captures keep their origin."""

    def add_source(
        self, kind: SourceKind | str, address: str, now: datetime, title: str | None = None, publisher: str | None = None
    ) -> Source:
        """The source at `address`, due at once: a new one, a removed one taken up again, or the one that is there already.

        Raises InputError for an address of more than 2,000 bytes.
        """
        if len(address.encode(errors="replace")) > LONGEST_ADDRESS:
            raise InputError(f"The address has more than {LONGEST_ADDRESS} bytes", subject=address[:80] + "...")
        with self.database.writing("sources") as connection:
            there = connection.execute(select(*_COLUMNS, sources.c.removed_at).where(sources.c.address == address)).one_or_none()
            if there is None:
                given = {"kind": SourceKind(kind).value, "address": address, "title": title, "publisher": publisher, "added_at": now}
                connection.execute(insert(sources).values(**given, due_at=now, paused=False, error_count=0, bytes_in=0))
            elif there.removed_at is not None:
                again = update(sources).where(sources.c.id == there.id)
                connection.execute(
                    again.values(kind=SourceKind(kind).value, removed_at=None, paused=False, due_at=now, error_count=0, last_error=None)
                )
            return _source(connection.execute(select(*_COLUMNS).where(sources.c.address == address)).one())

    def source(self, id: int) -> Source | None:
        """The source with that id; None when there is none or it was removed."""
        with self.database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(sources.c.id == id, sources.c.removed_at.is_(None))).one_or_none()
            return _source(row) if row else None

    def sources(self) -> tuple[Source, ...]:
        """All sources, in the order they were added."""
        with self.database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).where(sources.c.removed_at.is_(None)).order_by(sources.c.id))
            return tuple(_source(row) for row in rows)

    def due_sources(self, now: datetime, limit: int) -> tuple[Source, ...]:
        """Claim up to `limit` sources that are due at `now`, longest due first.

        Their `due_at` is moved 10 minutes ahead, so that no other worker takes them meanwhile and a worker's death delays them only.
        """
        due = (
            select(sources.c.id)
            .where(sources.c.removed_at.is_(None), ~sources.c.paused, sources.c.due_at <= now)
            .order_by(sources.c.due_at, sources.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self.database.writing() as connection:
            ids = connection.execute(due).scalars().all()
            if ids:
                connection.execute(update(sources).where(sources.c.id.in_(ids)).values(due_at=now + CLAIM))
            found = {row.id: _source(row) for row in connection.execute(select(*_COLUMNS).where(sources.c.id.in_(ids)))}
            return tuple(found[id] for id in ids)

    def update_source(self, source: Source) -> None:
        """Write back schedule and health after a round. A title or publisher only fills a gap; a round may pause, but not resume."""
        values: dict[str, Any] = {field: getattr(source, field) for field in _WRITTEN_BACK}
        if source.due_at is None:
            del values["due_at"]
        values["title"] = func.coalesce(sources.c.title, source.title)
        values["publisher"] = func.coalesce(sources.c.publisher, source.publisher)
        values["paused"] = or_(sources.c.paused, literal(source.paused))
        with self.database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(**values))

    def pause_source(self, id: int, paused: bool, now: datetime) -> None:
        """Pause a source, or resume it, due at once."""
        with self.database.writing() as connection:
            values = {"paused": True} if paused else {"paused": False, "due_at": now}
            connection.execute(update(sources).where(sources.c.id == id).values(**values))

    def remove_source(self, id: int) -> None:
        """Gather no more there. Captures and articles stay."""
        with self.database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == id).values(removed_at=clock()))


def _source(row: AnyRow) -> Source:
    values = {field: getattr(row, field) for field in _FIELDS}
    return Source(**values | {"kind": SourceKind(row.kind)})
