"""Fresh databases for tests: an SQLite file and a PostgreSQL that the tests start themselves, each made from a migrated template.

`store` and `address` run a test once on each; `empty_address` gives a database without tables. PostgreSQL is started once a session,
in a folder of its own, reachable by a socket only, as an unprivileged user when the tests run as root.
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

START_SECONDS = 60
MISSING = "no PostgreSQL here: install it, on Debian and Ubuntu with 'apt-get install postgresql'"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=50", "shared_buffers=32MB")


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL with a migrated template."""

    folder: Path
    numbers: Iterator[int]

    def address(self, name: str) -> str:
        return f"postgresql://octavo@/{name}?host={self.folder}"

    def do(self, statement: str) -> None:
        with psycopg.connect(f"user=octavo dbname=postgres host={self.folder}", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @contextlib.contextmanager
    def fresh(self, template: str) -> Iterator[str]:
        name = f"test_{next(self.numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.address(name)
        self.do(f"DROP DATABASE {name} WITH (FORCE)")


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
            server.do("CREATE DATABASE migrated")
            Store.open(server.address("migrated")).close()
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
    """Address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'octavo.sqlite'}"
    else:
        with request.getfixturevalue("postgres_server").fresh("template0") as address:
            yield address


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'octavo.sqlite')}"


@pytest.fixture
def postgres_address(postgres_server: Server) -> Iterator[str]:
    """Address of a migrated PostgreSQL database."""
    with postgres_server.fresh("migrated") as address:
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
