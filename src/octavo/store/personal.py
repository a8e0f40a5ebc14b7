"""All that is a reader's own, wherever it lies: given out as data, and removed with the account.

Both go by the tables' references to readers, so a table that is added later is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, delete, exists, select, update

from octavo.store.accounts import ACCOUNTS, refuse_without_owner
from octavo.store.comments import Standing
from octavo.store.database import Part, chunks
from octavo.store.tables import articles, metadata, repairs, stories
from octavo.store.tables_people import accounts, comment_reports, comments, readers

_SECRET = {accounts.c.password}
_STAYS = {comments.c.reader, repairs.c.editor, repairs.c.undone_by}  # what others rest on; it loses the name


class Personal(Part):
    """A reader's own data."""

    def personal_data(self, reader: int) -> dict[str, Any]:
        """Everything that is kept of a reader, by table, as JSON values, with headline and address of what it speaks of.

        Hashes of secrets are left out: they serve nobody else.
        """
        found: dict[str, Any] = {}
        with self.database.reading() as connection:
            own = connection.execute(select(readers).where(readers.c.id == reader)).one()
            found["reader"] = {name: _json(value) for name, value in own._mapping.items()}
            for column in _references():
                told = [one for one in column.table.columns if not isinstance(one.type, LargeBinary) and one not in _SECRET]
                rows = connection.execute(select(*told).where(column == reader)).mappings()
                if lines := [{name: _json(value) for name, value in row.items()} for row in rows]:
                    found.setdefault(column.table.name, []).extend(lines)
            found["speaks_of"] = dict(_spoken_of(connection, found))
        return found

    def delete_reader(self, reader: int) -> None:
        """Remove a reader with all that is his or hers. Comments that others answered stay without text and name.

        Raises InputError when nobody would own the instance any more.
        """
        with self.database.writing(ACCOUNTS) as connection:
            own = comments.c.reader == reader
            connection.execute(update(comments).where(own).values(text="", standing=Standing.DELETED.value))
            unanswered = select(comments.c.id).where(own, ~exists().where(_answer.c.parent == comments.c.id))
            connection.execute(delete(comment_reports).where(comment_reports.c.comment.in_(unanswered)))
            connection.execute(delete(comments).where(comments.c.id.in_(unanswered)))
            for column in reversed(tuple(_references())):
                change = update(column.table).values({column: None}) if column in _STAYS else delete(column.table)
                connection.execute(change.where(column == reader))
            connection.execute(delete(readers).where(readers.c.id == reader))
            refuse_without_owner(connection)


_answer = comments.alias()


def _references() -> Iterator[Column[Any]]:
    """Every column that names a reader."""
    for table in metadata.sorted_tables:
        yield from (column for column in table.columns if any(key.column is readers.c.id for key in column.foreign_keys))


def _spoken_of(connection: Connection, found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id → headline and address of the articles and stories that a reader's rows name."""
    ids = {value for rows in found.values() if isinstance(rows, list) for row in rows for value in row.values() if isinstance(value, str)}
    for table, address in ((articles, articles.c.url), (stories, None)):
        columns = [table.c.id, table.c.headline, *([address] if address is not None else [])]
        for some in chunks(ids):
            for row in connection.execute(select(*columns).where(table.c.id.in_(some))):
                yield row.id, {"headline": row.headline} | ({"url": row.url} if address is not None else {})


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
