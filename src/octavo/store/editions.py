"""Editions that readers have made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from octavo.errors import InputError
from octavo.own_editions import Edition
from octavo.store.database import AnyRow, Part
from octavo.store.tables_people import own_editions, rules

MOST_EDITIONS = 50  # of one reader
_TUPLES = ("languages", "countries", "topics")
_OF_READER = select(own_editions).where(own_editions.c.reader == bindparam("reader")).order_by(own_editions.c.made_at, own_editions.c.id)


@dataclass(frozen=True, slots=True)
class OwnEdition:
    """An edition of a reader. `shared`: other readers of the instance may open it."""

    edition: Edition
    reader: int
    shared: bool


class OwnEditions(Part):
    """Editions of readers, by their ids, which nobody can guess."""

    def own_editions(self, reader: int) -> tuple[OwnEdition, ...]:
        """Those of one reader, the oldest first."""
        with self.database.reading() as connection:
            return tuple(_own(row) for row in connection.execute(_OF_READER, {"reader": reader}))

    def own_edition(self, id: str) -> OwnEdition | None:
        """The one with that id, whosever it is."""
        with self.database.reading() as connection:
            row = connection.execute(select(own_editions).where(own_editions.c.id == id)).one_or_none()
            return _own(row) if row else None

    def keep_edition(self, reader: int, edition: Edition, now: datetime) -> None:
        """Keep an edition of a reader, in place of his or her own one with the same id.

        Raises InputError when the id is another reader's, or when there are too many.
        """
        definition = asdict(edition)
        with self.database.writing("editions") as connection:
            owner = connection.execute(select(own_editions.c.reader).where(own_editions.c.id == edition.id)).scalar_one_or_none()
            if owner is not None and owner != reader:
                raise InputError("This edition is another reader's", todo="Make a copy of it")
            if owner is not None:
                connection.execute(update(own_editions).where(own_editions.c.id == edition.id).values(definition=definition))
                return
            count = connection.execute(select(func.count()).select_from(own_editions).where(own_editions.c.reader == reader)).scalar_one()
            if count >= MOST_EDITIONS:
                raise InputError(f"There are {MOST_EDITIONS} editions already", todo="Remove one that you no longer read")
            connection.execute(insert(own_editions).values(id=edition.id, reader=reader, definition=definition, shared=False, made_at=now))

    def share_edition(self, reader: int, id: str, *, shared: bool) -> bool:
        """Let other readers open an edition, or no more. False when the reader has none of that id."""
        own = (own_editions.c.id == id, own_editions.c.reader == reader)
        with self.database.writing("editions") as connection:
            return bool(connection.execute(update(own_editions).where(*own).values(shared=shared)).rowcount)

    def drop_edition(self, reader: int, id: str) -> bool:
        """Forget an edition and the reader's rules that work in it alone. False when the reader has none of that id."""
        own = (own_editions.c.id == id, own_editions.c.reader == reader)
        with self.database.writing("editions") as connection:
            gone = connection.execute(delete(own_editions).where(*own)).rowcount
            if gone:
                connection.execute(delete(rules).where(rules.c.edition == id, rules.c.reader == reader))
            return bool(gone)


def _own(row: AnyRow) -> OwnEdition:
    fields = {name: tuple(value) if name in _TUPLES else value for name, value in row.definition.items()}
    return OwnEdition(Edition(**fields | {"id": row.id}), row.reader, row.shared)
