"""People with an account. The first migration makes the owner."""

from __future__ import annotations

from sqlalchemy import select

from octavo.model import Reader
from octavo.store.database import Part
from octavo.store.tables import readers


class Readers(Part):
    """Who reads here."""

    def owner(self) -> Reader:
        """The person whose installation this is."""
        with self.database.reading() as connection:
            row = connection.execute(select(readers).where(readers.c.role == "owner").order_by(readers.c.id).limit(1)).one()
            return Reader(row.id, row.name, row.role, row.created_at)
