"""Which stories were opened since a moment of the change log: what open pages are told of."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_, union

from octavo.store.changes import ORDER, Place, later
from octavo.store.columns import oldest_transaction
from octavo.store.database import Part, place
from octavo.store.tables import changes, stories


class Opened(Part):
    """The change log, read without a cursor of its own."""

    def last_change(self) -> Place:
        """The last change behind which nothing can appear any more; (0, 0) before there is one."""
        last = select(*ORDER).where(changes.c.transaction < oldest_transaction()).order_by(*(column.desc() for column in ORDER)).limit(1)
        with self.database.reading() as connection:
            row = connection.execute(last).one_or_none()
            return (row[0], row[1]) if row else (0, 0)

    def stories_opened(self, after: Place, until: Place) -> int:
        """How many stories were opened after the one change and until the other, those left out that another story took in since."""
        transaction, seq = ORDER
        ended = tuple_(transaction + 0, seq + 0) <= place(ORDER, until)  # written so that no index is used for the end
        new = select(changes.c.id).where(changes.c.entity == "story", changes.c.kind == "new", ended)
        opened = union(*(new.where(some) for some in later(after))).subquery()
        counted = select(func.count()).select_from(opened).join(stories, stories.c.id == opened.c.id).where(stories.c.replaced_by.is_(None))
        with self.database.reading() as connection:
            return connection.execute(counted).scalar_one()
