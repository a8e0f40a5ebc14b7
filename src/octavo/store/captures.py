"""Captures: everything as it arrived, kept once, and what extraction made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from octavo.model import Capture
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.tables import captures

_FIELDS = tuple(Capture.__slots__)
_COLUMNS = tuple(captures.c[field] for field in _FIELDS)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a capture gave no article."""

    capture: str
    address: str
    source: int | None
    sentence: str  # whose fault, what happened, what to do
    at: datetime


class Captures(Part):
    """What arrived. Rows are only added; extraction marks them."""

    def add_captures(self, arrived: Sequence[Capture]) -> tuple[str, ...]:
        """Keep what is not kept yet, in one transaction. Returns the ids that were new, in order."""
        by_id: dict[str, Capture] = {}
        for capture in arrived:
            by_id.setdefault(capture.id, capture)
        if not by_id:
            return ()
        with self.database.writing("captures") as connection:
            for ids in chunks(by_id):
                for id in connection.execute(select(captures.c.id).where(captures.c.id.in_(ids))).scalars().all():
                    del by_id[id]
            if by_id:
                connection.execute(insert(captures), [_row(capture) for capture in by_id.values()])
        return tuple(by_id)

    def capture(self, id: str) -> Capture | None:
        """The capture with that id, body included."""
        with self.database.reading() as connection:
            return next(iter(_captures(connection.execute(select(*_COLUMNS).where(captures.c.id == id)))), None)

    def capture_problem(self, id: str) -> str | None:
        """Why a capture gave no article; None when it gave some, or waits."""
        with self.database.reading() as connection:
            return connection.execute(select(captures.c.problem).where(captures.c.id == id)).scalar()

    def waiting_captures(self, limit: int) -> tuple[Capture, ...]:
        """Captures that were not extracted yet, in order of arrival, bodies included."""
        with self.database.reading() as connection:
            waiting = select(*_COLUMNS).where(captures.c.extracted_at.is_(None)).order_by(captures.c.seq).limit(limit)
            return _captures(connection.execute(waiting))

    def captures_with_problems(self, limit: int) -> tuple[Problem, ...]:
        """What could not be extracted, last first, without bodies."""
        found = (
            select(captures.c.id, captures.c.address, captures.c.source, captures.c.problem, captures.c.extracted_at)
            .where(captures.c.problem.is_not(None))
            .order_by(captures.c.extracted_at.desc(), captures.c.seq.desc())
            .limit(limit)
        )
        with self.database.reading() as connection:
            return tuple(Problem(row.id, row.address, row.source, row.problem, row.extracted_at) for row in connection.execute(found))


def _captures(rows: Iterable[AnyRow]) -> tuple[Capture, ...]:
    return tuple(Capture(**{field: getattr(row, field) for field in _FIELDS}) for row in rows)


def _row(capture: Capture) -> dict[str, Any]:
    row = {field: getattr(capture, field) for field in _FIELDS}
    return row | {"headers": dict(capture.headers), "size": len(capture.body)}
