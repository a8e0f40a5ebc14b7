"""Which stories were opened since a moment of the change log: what open pages are told of."""

from __future__ import annotations

from sqlalchemy import and_, func, select, tuple_, union

from octavo.store.columns import oldest_transaction
from octavo.store.database import Part, place
from octavo.store.tables import changes, stories

Place = tuple[int, int]  # transaction and number of a change: a place in the order in which changes are handed out

_ORDER = (changes.c.transaction, changes.c.seq)


class Opened(Part):
    """The change log, read without a cursor of its own."""

    def last_change(self) -> Place:
        """The last change behind which nothing can appear any more; (0, 0) before there is one."""
        last = select(*_ORDER).where(changes.c.transaction < oldest_transaction()).order_by(*(column.desc() for column in _ORDER)).limit(1)
        with self.database.reading() as connection:
            row = connection.execute(last).one_or_none()
            return (row[0], row[1]) if row else (0, 0)

    def stories_opened(self, after: Place, until: Place) -> int:
        """How many stories were opened after the one change and until the other, those left out that another story took in since."""
        transaction, seq = _ORDER
        # Two ranges instead of one of pairs, of which SQLite finds only the first column in an index, and there all transactions are 0. The end
        # is written so that the index is not used for it.
        ranges = (and_(transaction == after[0], seq > after[1]), transaction > after[0])
        ended = tuple_(transaction + 0, seq + 0) <= place(_ORDER, until)
        new = select(changes.c.id).where(changes.c.entity == "story", changes.c.kind == "new", ended)
        opened = union(*(new.where(later) for later in ranges)).subquery()
        counted = select(func.count()).select_from(opened).join(stories, stories.c.id == opened.c.id).where(stories.c.replaced_by.is_(None))
        with self.database.reading() as connection:
            return connection.execute(counted).scalar_one()
