"""Readers with accounts for tests of the pages: each one's browser is logged in without the time that a password takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from fastapi import FastAPI
from starlette.testclient import TestClient

from octavo.accounts import login_of, new_token, password_digest, token_digest
from octavo.desk import Desk
from octavo.model import Reader, Role
from octavo.store import NewAccount, Scope, Session
from octavo.web.reading import cookie_name

PASSWORD = "the gulls come back at dusk"
OTHER = "another sentence for the door"
HOST = "127.0.0.1"
ADDRESS = f"http://{HOST}:8710"


@cache
def digest() -> str:
    return password_digest(PASSWORD)


def account(desk: Desk, name: str, role: Role = Role.READER, mail: str | None = None) -> Reader:
    """A reader with an account whose password is `PASSWORD`. The first one of a desk must be the owner."""
    new = NewAccount(name, login_of(name), digest(), mail, role)
    add = desk.store.add_account if desk.store.has_accounts() else desk.store.open_accounts
    return add(new, datetime.now(UTC))


def log_in(client: TestClient, reader: Reader, ago: timedelta = timedelta()) -> bytes:
    """Log a client in as a reader, some time `ago`. Returns the hash of its session's token."""
    desk: Desk = client.app.state.desk  # type: ignore[attr-defined]
    token, then = new_token(), datetime.now(UTC) - ago
    desk.store.open_session(Session(token_digest(token), reader.id, then, then, "Test"), timedelta(days=400))
    client.cookies.set(cookie_name(desk.settings), token, domain=HOST)
    return token_digest(token)


def is_in(client: TestClient) -> bool:
    """Whether a client is let in as a reader."""
    return client.get("/saved").status_code == 200


def browser_of(app: FastAPI, reader: Reader | None = None, ago: timedelta = timedelta()) -> TestClient:
    """A client that asks as a browser does when it opens a page, logged in as `reader`; None: a stranger's."""
    client = TestClient(
        app, base_url=ADDRESS, headers={"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}, follow_redirects=False
    )
    if reader:
        log_in(client, reader, ago)
    return client


def program_of(app: FastAPI, reader: Reader, scope: Scope = Scope.WRITE) -> TestClient:
    """A client that asks as a program does, with an app password of `reader`."""
    desk: Desk = app.state.desk
    token = new_token()
    desk.store.add_app_password(reader.id, token_digest(token), "a test", scope, datetime.now(UTC))
    return TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer {token}"}, follow_redirects=False)
