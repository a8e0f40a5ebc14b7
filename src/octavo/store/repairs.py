"""The editors' log: what was repaired, by whom, and whether it was taken back; and the titles that editors give."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from octavo.errors import StoreError
from octavo.model import DecisionKind, Deed, Repair, Wish
from octavo.store.changes import note
from octavo.store.database import AnyRow, Part
from octavo.store.tables import repairs, stories


class Repairs(Part):
    """What editors did to stories. What came of it for articles stands in the journal."""

    def repairs(self, limit: int, before: int | None = None, story: str | None = None) -> tuple[Repair, ...]:
        """The log, last first, from the line before number `before` on; only of one story where it is given."""
        query = select(repairs).order_by(repairs.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(repairs.c.number < before)
        if story is not None:
            query = query.where(repairs.c.story == story)
        with self.database.reading() as connection:
            return tuple(_repair(row) for row in connection.execute(query))

    def repair(self, number: int) -> Repair | None:
        """One line of the log."""
        with self.database.reading() as connection:
            row = connection.execute(select(repairs).where(repairs.c.number == number)).one_or_none()
            return _repair(row) if row else None

    def retitle(self, repair: Repair) -> None:
        """Give a story the title `repair.after`, or, when the repair was undone, the one before it; and note it in the log.

        Raises StoreError when there is no such story.
        """
        title = repair.after if repair.undone_at is None else repair.before
        with self.database.writing("journal") as connection:
            if not connection.execute(update(stories).where(stories.c.id == repair.story).values(title=title)).rowcount:
                raise StoreError(f"There is no story {repair.story}")
            log(connection, repair)
            note(connection, "story", "described", [repair.story])

    def title(self, story: str) -> str | None:
        """The title that an editor gave a story; None: it bears the headline of an article."""
        with self.database.reading() as connection:
            return connection.execute(select(stories.c.title).where(stories.c.id == story)).scalar_one_or_none()


def log(connection: Connection, repair: Repair) -> None:
    """Note a repair in the log, or that it was undone, in the transaction that does it. Raises StoreError for one undone before."""
    if repair.number is None:
        detail = {
            "wished": [[wish.kind.value, wish.a, wish.b] for wish in repair.wished],
            "overruled": [[wish.kind.value, wish.a, wish.b] for wish in repair.overruled],
            "homes": dict(repair.homes),
            "before": repair.before,
            "after": repair.after,
        }
        row = {"deed": repair.deed.value, "story": repair.story, "editor": repair.editor, "at": repair.at, "detail": detail}
        connection.execute(insert(repairs).values(row))
        return
    still = update(repairs).where(repairs.c.number == repair.number, repairs.c.undone_at.is_(None))
    if not connection.execute(still.values(undone_at=repair.undone_at, undone_by=repair.undone_by)).rowcount:
        raise StoreError(f"There is no repair {repair.number} that could be taken back")


def _repair(row: AnyRow) -> Repair:
    detail: dict[str, Any] = row.detail
    return Repair(
        Deed(row.deed),
        row.story,
        row.editor,
        row.at,
        row.number,
        tuple(Wish(DecisionKind(kind), a, b) for kind, a, b in detail["wished"]),
        tuple(Wish(DecisionKind(kind), a, b) for kind, a, b in detail["overruled"]),
        detail["homes"],
        detail["before"],
        detail["after"],
        row.undone_at,
        row.undone_by,
    )
