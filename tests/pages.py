"""What tests of the pages share: an empty installation, its app, a browser that the owner uses alone, and mails that are caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from octavo import accounts
from octavo.deliver import Mail
from octavo.desk import Desk
from octavo.settings import Settings
from octavo.web import create_app, mails
from people import ADDRESS


@pytest.fixture
def desk(tmp_path: Path, sqlite_address: str) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path, database=sqlite_address)) as opened:
        yield opened


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create_app(desk)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=ADDRESS, headers={"sec-fetch-mode": "navigate"}) as opened:
        yield opened


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who must wait waits long, so that a busy machine does not let it pass between two attempts."""
    monkeypatch.setattr(accounts, "_wait", lambda beyond: timedelta(hours=beyond >= 0))


@dataclass
class Postbox:
    """Mails that would have been sent."""

    sent: list[Mail] = field(default_factory=list)

    def taken(self) -> list[Mail]:
        """What was sent since the last time, when all that was to be written is."""
        mails._MAILING.submit(lambda: None).result()
        found, self.sent = self.sent, []
        return found


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Postbox:
    box = Postbox()
    monkeypatch.setattr(mails, "send", lambda mail, _: box.sent.append(mail))
    return box


@pytest.fixture
def posting(tmp_path: Path, sqlite_address: str) -> Iterator[Desk]:
    """An installation that sends mails."""
    with Desk.open(Settings(data=tmp_path, database=sqlite_address, address=ADDRESS, smtp_host="mail.example")) as opened:
        yield opened
