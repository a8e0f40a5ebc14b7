"""How often somebody failed lately, so that guessing becomes slow: counted here, because several processes may be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from octavo.store.database import Part
from octavo.store.tables_people import attempts

FORGOTTEN = timedelta(days=1)  # after which failures count no more


class Attempts(Part):
    """Attempts by key, a digest of the name or address that they are counted for."""

    def attempt(self, waits: Sequence[tuple[bytes, Callable[[int], timedelta]]], now: datetime) -> datetime | None:
        """Begin an attempt that counts for all these keys; each comes with how long to wait after so many failures.

        Returns until when to wait where one of the keys must; nothing is counted then. None: it may be tried, and counts as a failure
        until `succeeded` says otherwise, so that attempts side by side cannot outrun the count.
        """
        with self.database.writing("attempts") as connection:
            connection.execute(delete(attempts).where(attempts.c.at < now - FORGOTTEN))
            query = select(attempts).where(attempts.c.key.in_([key for key, _ in waits]))
            known = {row.key: row for row in connection.execute(query)}
            if blocked := [row.until for row in known.values() if row.until > now]:
                until: datetime = max(blocked)
                return until
            for key, wait in waits:
                failures = known[key].failures + 1 if key in known else 1
                values = {"failures": failures, "until": now + wait(failures), "at": now}
                if key in known:
                    connection.execute(update(attempts).where(attempts.c.key == key).values(values))
                else:
                    connection.execute(insert(attempts).values(key=key, **values))
            return None

    def succeeded(self, key: bytes, others: Sequence[bytes], now: datetime) -> None:
        """The attempt was none to be slowed down: what counts for `key` is forgotten, for the `others` this one attempt is."""
        with self.database.writing("attempts") as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key))
            fewer = update(attempts).where(attempts.c.key.in_(others)).values(failures=attempts.c.failures - 1, until=now)
            connection.execute(fewer)
