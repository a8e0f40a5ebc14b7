"""Notices that a reader does not want to see again: the instance's own, an outlet's request for support."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select

from octavo.store.database import Part
from octavo.store.tables_people import dismissals

MOST = 1000  # that one reader has put away


class Notices(Part):
    """Per reader: what was put away. A notice is known by a name that its owner chooses, such as "outlet/The Gull"."""

    def dismiss(self, reader: int, notice: str, now: datetime) -> None:
        """Put a notice away; twice is as once. Of too many the earliest come back."""
        with self.database.writing("notices") as connection:
            mine = dismissals.c.reader == reader
            if connection.execute(select(dismissals.c.at).where(mine, dismissals.c.notice == notice)).first():
                return
            old = select(dismissals.c.notice).where(mine).order_by(dismissals.c.at.desc(), dismissals.c.notice).offset(MOST - 1)
            connection.execute(delete(dismissals).where(mine, dismissals.c.notice.in_(connection.execute(old).scalars().all())))
            connection.execute(insert(dismissals).values(reader=reader, notice=notice, at=now))

    def dismissed(self, reader: int, notices: Collection[str]) -> set[str]:
        """Those of these notices that a reader has put away."""
        with self.database.reading() as connection:
            found = select(dismissals.c.notice).where(dismissals.c.reader == reader, dismissals.c.notice.in_(notices))
            return set(connection.execute(found).scalars())
