"""Databases for tests: SQLite files copied from a migrated template, and a PostgreSQL that the tests start themselves.

`store` and `address` run a test once on each; `empty_address` gives a database without tables. PostgreSQL is started once a session,
in a folder of its own, reachable by a socket only, as an unprivileged user when the tests run as root. There one migrated database
is emptied after each test: a copy of a template takes a hundred times as long.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from octavo.store import Store
from octavo.store.tables import metadata

START_SECONDS = 60
MIGRATED = "migrated"
MISSING = "no PostgreSQL here: install it, on Debian and Ubuntu with 'apt-get install postgresql'"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=50", "shared_buffers=32MB")


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL with a migrated database."""

    folder: Path
    numbers: Iterator[int]

    def address(self, name: str) -> str:
        return f"postgresql://octavo@/{name}?host={self.folder}"

    def do(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(f"user=octavo dbname={database} host={self.folder}", autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """Address of a database without tables."""
        name = f"test_{next(self.numbers)}"
        self.do(f"CREATE DATABASE {name}")
        yield self.address(name)
        self.do(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def migrated(self) -> Iterator[str]:
        """Address of the migrated database; whatever is written there is taken out afterwards."""
        yield self.address(MIGRATED)
        tables = [table.name for table in metadata.sorted_tables if table.name != "readers"]
        self.do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{MIGRATED}' AND pid <> pg_backend_pid();"
            + "SET session_replication_role = replica;"  # the order of tables does not matter then
            + ";".join(f"DELETE FROM {table}" for table in tables)
            + ";DELETE FROM readers WHERE id > 1;UPDATE readers SET name = 'Owner', role = 'owner', preferences = NULL",
            MIGRATED,
        )


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest one where there are several."""
    found = [Path(path).resolve().parent for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def unprivileged() -> dict[str, Any]:
    """What makes a subprocess of root run as somebody else: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


@contextlib.contextmanager
def running(folder: Path, programs: Path) -> Iterator[None]:
    """A PostgreSQL in `folder`, from its making until it is stopped."""
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    making = [programs / "initdb", "-D", folder / "data", "-U", "octavo", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(making, check=True, capture_output=True, cwd=folder, **who)
    options = [part for setting in (*FAST, f"unix_socket_directories={folder}") for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([programs / "postgres", "-D", folder / "data", *options], stdout=log, stderr=log, cwd=folder, **who)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(f"user=octavo dbname=postgres host={folder}").close()
                break
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}") from None
                time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGQUIT)  # its quickest way to stop: nothing in it is to be kept
        process.wait(START_SECONDS)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="octavo-pg-"))  # short: the path of a socket may have only about 100 bytes
    try:
        with running(folder, programs):
            server = Server(folder, count())
            server.do(f"CREATE DATABASE {MIGRATED}")
            Store.open(server.address(MIGRATED)).close()
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables, which is no other fixture's."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        with request.getfixturevalue("postgres_server").fresh() as address:
            yield address


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'octavo.sqlite')}"


@pytest.fixture
def postgres_address(postgres_server: Server) -> Iterator[str]:
    """Address of a migrated PostgreSQL database."""
    with postgres_server.migrated() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest) -> str:
    """Address of a migrated database, once of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_address")
    return found


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An open, empty store, once on each database."""
    with Store.open(address) as opened:
        yield opened
