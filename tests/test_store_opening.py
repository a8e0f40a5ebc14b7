"""Opening a store: migrations, what is refused, and with which words."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, bindparam, make_url, text

from databases import Server
from octavo.errors import SettingsError, StoreError
from octavo.model import Decision, DecisionKind, Source, SourceKind
from octavo.store import MarkKind, NewAccount, Store, database
from octavo.store.columns import Moment
from octavo.store.database import connect
from octavo.store.migrate import FOLDER, VERSION_TABLE, newest
from octavo.store.tables import metadata
from store_samples import NOW, capture, put_many

CATALOGUE = {
    "sqlite": f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name NOT IN ('{VERSION_TABLE}', 'sqlite_sequence') ORDER BY name",
    "postgresql": f"""
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '{VERSION_TABLE}%' AND a.attnum > 0 AND NOT a.attisdropped
        UNION SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '{VERSION_TABLE}'
        UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '{VERSION_TABLE}'
         ORDER BY 1, 2, 3
    """,
}


def catalogue(connection: Connection) -> list[tuple[str, ...]]:
    """What the database says about its tables, without the order, lines and quotes of a table's clauses, which mean nothing."""
    rows = connection.execute(text(CATALOGUE[connection.dialect.name]))
    return [
        (*row[:2], "\n".join(sorted(filter(None, re.split(r"[\s,()]*[,\n(][\s,()]*|\)$", (row[2] or "").replace('"', ""))))))
        for row in rows
    ]


def of_metadata(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether the metadata say what a table is; the words of search are spelled by each database in its own way."""
    return not (name or "").startswith("search_words")


def test_the_migrations_make_the_tables_that_the_code_declares(empty_address: str) -> None:
    declared = connect(empty_address, create=True)
    with declared.writing() as connection:
        metadata.create_all(connection)
        wanted = catalogue(connection)
        metadata.drop_all(connection)
    declared.close()
    with Store.open(empty_address) as store, store.database.reading() as connection:
        assert catalogue(connection) == wanted
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "include_name": of_metadata})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_what_is_there(empty_address: str) -> None:
    with Store.open(empty_address) as store:
        owner = store.owner()
        assert owner.role == "owner"
        assert set(store.counts().values()) == {0}
    with Store.open(empty_address, create=False) as store:
        assert store.owner() == owner


@contextmanager
def of_form(version: str, address: str) -> Iterator[Connection]:
    """A new database as it was at that version, in the transaction that makes it."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    old = connect(address, create=True)
    with old.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        yield connection
    old.close()


def test_a_database_of_the_first_form_is_brought_to_this_one(empty_address: str) -> None:
    with of_form("0001", empty_address):
        pass
    with Store.open(empty_address) as store:
        (id,) = put_many(store, ["harbour"])
        store.record_decisions([Decision(DecisionKind.OPEN, "S1", id)], NOW)
        assert store.story_of(id)
    with Store.open(empty_address, create=False) as store, store.database.reading() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one() == newest()


def test_sources_of_an_older_form_are_gathered_on(empty_address: str) -> None:
    with of_form("0002", empty_address) as connection:
        connection.execute(
            text(
                "INSERT INTO sources (id, kind, address, added_at, due_at, paused, error_count, bytes_in)"
                " VALUES (7, 'feed', 'https://gull.example/feed', :now, :now, :no, 2, 99)"
            ).bindparams(bindparam("now", NOW, Moment), bindparam("no", False, Boolean))
        )
    with Store.open(empty_address) as store:
        wanted = Source(7, SourceKind.FEED, "https://gull.example/feed", added_at=NOW, due_at=NOW, error_count=2, bytes_in=99)
        assert store.sources() == (wanted,)
        store.remove_source(7)
        if empty_address.startswith("sqlite"):  # PostgreSQL's own counter was gone round here
            assert store.add_source(SourceKind.FEED, "https://gull.example/new", NOW).id == 8, "numbers are not given twice"


def test_several_threads_may_open_an_empty_database_at_once(empty_address: str) -> None:
    def open_and_close(_: int) -> int:
        with Store.open(empty_address) as store:
            return store.owner().id

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_and_close, range(4))) == [1, 1, 1, 1]


def test_a_new_file_that_another_one_is_about_to_write_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "octavo.sqlite"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.3, other.rollback)
    done.start()
    with Store.open(f"sqlite:///{file}") as store:
        assert store.owner().id == 1
    done.join()
    other.close()


def test_several_processes_may_open_an_empty_database_at_once(empty_address: str) -> None:
    code = "import sys; from octavo.store import Store; Store.open(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", code, empty_address], stderr=subprocess.PIPE) for _ in range(3)]
    outcomes = [(process.communicate()[1].decode(), process.returncode) for process in processes]
    assert outcomes == [("", 0)] * 3


def test_a_newer_database_is_refused(empty_address: str) -> None:
    with Store.open(empty_address) as store, store.database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9000'"))
    with pytest.raises(StoreError, match=rf"newer Octavo \(its form is 9000, this one knows {newest()}\). Update Octavo"):
        Store.open(empty_address)


def test_a_database_of_something_else_is_refused_and_left_alone(empty_address: str) -> None:
    database = connect(empty_address, create=True)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE recipes (id INTEGER)"))
    with pytest.raises(StoreError, match=r"not Octavo's \(recipes"):
        Store.open(empty_address)
    with database.reading() as connection:
        connection.execute(text("SELECT * FROM recipes"))
    database.close()


def test_an_empty_database_is_refused_when_none_is_to_be_made(empty_address: str) -> None:
    with pytest.raises(StoreError, match=r"There is no database|The database is empty"):
        Store.open(empty_address, create=False)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database " * 100)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_text() == "no database " * 100


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "octavo.sqlite"
    Store.open(f"sqlite:///{file}").close()
    assert file.exists()


def test_nobody_else_on_the_machine_reads_a_new_database(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'octavo.sqlite'}") as store:
        store.owner()
        assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'octavo.sqlite'}")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://someone@host/name", "does not know the database mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(address: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Store.open(address)


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        Store.open(f"postgresql://octavo:secret@/none?host={tmp_path}")
    assert "secret" not in caught.value.sentence


@pytest.mark.postgres
def test_a_server_that_was_away_is_asked_again(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    with postgres_server.fresh() as address, Store.open(address) as store:
        name = make_url(address).database
        with store.from_one_state():  # so that two connections wait to be used again
            store.owner()
            ThreadPoolExecutor(1).submit(store.owner).result()
        postgres_server.do(end_all.format(name))
        with pytest.raises(StoreError, match="cannot be used"):  # it was used a moment ago
            store.owner()
        assert store.owner()
        postgres_server.do(end_all.format(name))
        monkeypatch.setattr(database, "SURELY_THERE", 0.0)
        assert store.owner()


def test_a_closed_file_can_be_copied_and_opened_elsewhere(sqlite_address: str, tmp_path: Path) -> None:
    with Store.open(sqlite_address) as store:
        owner = store.owner()
    copied = shutil.copy(sqlite_address.removeprefix("sqlite:///"), tmp_path / "copied.sqlite")
    with Store.open(f"sqlite:///{copied}") as store:
        assert store.owner() == owner
    with sqlite3.connect(copied) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_what_refers_to_nothing_is_refused_right_after_the_tables_are_made(empty_address: str) -> None:
    with Store.open(empty_address) as store, pytest.raises(StoreError, match="does not fit"):
        store.add_captures([capture(source=12)])


def test_readers_of_an_older_form_keep_their_numbers_and_none_is_given_twice(empty_address: str) -> None:
    with of_form("0015", empty_address) as connection:
        connection.execute(
            text("INSERT INTO marks (reader, entity, id, kind, at) VALUES (1, 'article', 'none', 'saved', :now)").bindparams(
                bindparam("now", NOW, Moment)
            )
        )
    with Store.open(empty_address) as store:
        ada = store.open_accounts(NewAccount("Ada", "ada", "digest"), NOW)
        assert MarkKind.SAVED in store.marks(ada.id, "article", ["none"])["none"]
        ben = store.add_account(NewAccount("Ben", "ben", "digest"), NOW)
        store.delete_reader(ben.id)
        assert store.add_account(NewAccount("Cleo", "cleo", "digest"), NOW).id > ben.id
        assert store.owner().id == ada.id == 1
