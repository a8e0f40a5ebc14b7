"""Leases: the right to do alone, for a while, what only one process may do at a time. Their time is the database's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from octavo.errors import StoreError
from octavo.store.columns import clock
from octavo.store.database import Part
from octavo.store.tables import leases


class Leases(Part):
    """Who may do what alone. `holder` names one process: "host:pid", say."""

    def acquire_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take the lease, or keep it, for `seconds` from now. False when another holds it."""
        with self.database.writing(f"lease {name}") as connection:
            now = connection.execute(select(clock())).scalar_one()
            row = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
            if row and row.holder != holder and row.until > now:
                return False
            until = now + timedelta(seconds=seconds)
            if row:
                connection.execute(update(leases).where(leases.c.name == name).values(holder=holder, until=until))
            else:
                connection.execute(insert(leases).values(name=name, holder=holder, until=until))
            return True

    def release_lease(self, name: str, holder: str) -> None:
        """Give the lease back, if it is still that holder's."""
        with self.database.writing(f"lease {name}") as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))

    @contextmanager
    def lease(self, name: str, holder: str, seconds: float) -> Iterator[Callable[[], None]]:
        """Hold the lease while the block runs; the block calls what it is given to keep it for another `seconds`.

        Raises StoreError when another holds it, at the start or when it is to be kept.
        """

        def keep() -> None:
            if not self.acquire_lease(name, holder, seconds):
                raise _taken(name)

        keep()
        try:
            yield keep
        finally:
            self.release_lease(name, holder)


def hold(connection: Connection, name: str, holder: str) -> None:
    """Make sure, within a writing transaction and until its end, that the lease is still that holder's. Raises StoreError."""
    row = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
    if row is None or row.holder != holder or row.until <= connection.execute(select(clock())).scalar_one():
        raise _taken(name)


def _taken(name: str) -> StoreError:
    return StoreError(
        f"Another process holds the lease '{name}', or this one let it run out", todo="Let only one process do this at a time"
    )
