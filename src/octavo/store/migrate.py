"""Brings a database to the form that this Octavo needs, or says why it cannot.

Migrations are the files `migrations/versions/NNNN_*.py`; their numbers follow one another, so that a newer database is known
as such. alembic is loaded only when there is something to do.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from octavo.errors import StoreError
from octavo.store.database import Database

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "octavo_version"
_alembic_is_not_threadsafe = threading.Lock()


def newest() -> str:
    """The number of the last migration that this Octavo knows."""
    return max(file.name[:4] for file in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def migrate(database: Database, *, create: bool) -> None:
    """Run the migrations that are missing, in one transaction. An empty database gets its tables when `create` says so.

    Raises StoreError for a database that a newer Octavo has written, that is not Octavo's, or that is empty and must not be made.
    """
    with database.reading() as connection:
        if _version(connection, create=create) == newest():
            return
    with _alembic_is_not_threadsafe, database.migrating() as connection:
        if _version(connection, create=create) != newest():  # another process may have been quicker
            _upgrade(connection)


def _version(connection: Connection, *, create: bool) -> str | None:
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise StoreError(
                f"The database holds tables, but not Octavo's ({', '.join(sorted(tables)[:3])} ...)",
                todo="Give Octavo a database of its own",
            )
        if not create:
            raise StoreError("The database is empty", todo="Check its address, or let Octavo make its tables")
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608
    if version is not None and version > newest():
        raise StoreError(
            f"The database was written by a newer Octavo (its form is {version}, this one knows {newest()})", todo="Update Octavo"
        )
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
