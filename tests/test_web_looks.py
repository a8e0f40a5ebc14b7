"""Whether a person sees an answer, by what the browser says of the request; and how that is noted."""

from __future__ import annotations

import logging
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import Request
from starlette.testclient import TestClient

from newsroom import serving
from octavo.desk import Desk
from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind
from octavo.settings import Settings
from octavo.store import MarkKind
from octavo.store.marks import Marks
from octavo.web import create_app
from octavo.web.pages import is_look
from store_samples import article, article_id, put

PAGES = ("/", "/stories/S1", f"/articles/{article_id('one')}", "/following")


@pytest.mark.parametrize(
    ("headers", "look"),
    [
        ({}, True),
        ({"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}, True),
        ({"sec-fetch-dest": "empty", "sec-fetch-mode": "navigate"}, True),  # a service worker in a person's place
        ({"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}, False),
        ({"sec-fetch-dest": "empty"}, False),
        ({"sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate"}, False),
        ({"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-purpose": "prefetch"}, False),
    ],
)
def test_what_a_person_sees_is_a_look(headers: dict[str, str], look: bool) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_look(Request({"type": "http", "method": "GET", "headers": sent})) is look


def with_a_story(folder: Path) -> Settings:
    settings = Settings(data=folder)
    with Desk.open(settings) as desk:
        put(desk.store, article("one"), now=datetime.now(UTC))
        desk.store.record_decisions([Decision(DecisionKind.OPEN, "S1", article_id("one"))], datetime.now(UTC))
    return settings


def test_pages_come_while_the_database_cannot_be_written_to_and_are_noted_once_it_can(tmp_path: Path) -> None:
    settings = with_a_story(tmp_path)
    with Desk.open(settings) as desk, serving(create_app(desk)) as address, closing(sqlite3.connect(tmp_path / "octavo.sqlite")) as writer:
        writer.isolation_level = None
        writer.execute("BEGIN IMMEDIATE")
        for page in PAGES:
            assert httpx2.get(address + page, timeout=20).status_code == 200  # a writer would wait for 30 seconds
        me = desk.store.owner().id
        assert desk.store.marks(me, "story", ["S1"]) == {}
        writer.execute("ROLLBACK")
        until = time.monotonic() + 20
        while time.monotonic() < until and not (
            MarkKind.OPENED in desk.store.marks(me, "story", ["S1"]).get("S1", {})
            and MarkKind.OPENED in desk.store.marks(me, "article", [article_id("one")]).get(article_id("one"), {})
        ):
            time.sleep(0.01)
        assert set(desk.store.marks(me, "story", ["S1"])["S1"]) == {MarkKind.OPENED, MarkKind.READ}
        assert set(desk.store.marks(me, "article", [article_id("one")])[article_id("one")]) == {MarkKind.OPENED, MarkKind.READ}


def test_a_late_note_undoes_nothing_that_the_reader_did_since(tmp_path: Path) -> None:
    settings = with_a_story(tmp_path)
    with Desk.open(settings) as desk, serving(create_app(desk)) as address, closing(sqlite3.connect(tmp_path / "octavo.sqlite")) as writer:
        writer.isolation_level = None
        writer.execute("BEGIN IMMEDIATE")
        assert httpx2.get(address + "/stories/S1", timeout=20).status_code == 200
        form = {"unread": "story/S1", "back": "/stories/S1"}
        with ThreadPoolExecutor(1) as threads:
            unread = threads.submit(httpx2.post, address + "/marks", data=form, headers={"origin": address}, timeout=40)
            time.sleep(0.5)  # so that it comes while the note is being written
            writer.execute("ROLLBACK")
            assert unread.result().status_code == 303
        assert set(desk.store.marks(desk.store.owner().id, "story", ["S1"])["S1"]) == {MarkKind.OPENED}


def test_of_two_looks_the_later_one_stays_in_whatever_order_they_are_noted(tmp_path: Path) -> None:
    with Desk.open(with_a_story(tmp_path)) as desk:
        me, now = desk.store.owner().id, datetime.now(UTC)
        desk.store.look(me, "S1", {article_id("one"): 2}, now)
        desk.store.look(me, "S1", {article_id("one"): 1}, now - timedelta(seconds=5))
        assert desk.store.looks(["S1"], me)[0].shown == {article_id("one"): 2}
        assert desk.store.looks(["S1"], me)[0].looked_at == now


def test_what_cannot_be_noted_is_told_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refused(*_: object, **__: object) -> None:
        raise StoreError("The disk is full")

    monkeypatch.setattr(Marks, "opened", refused)
    caplog.set_level(logging.WARNING)
    with Desk.open(with_a_story(tmp_path)) as desk, TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
        assert client.get(PAGES[2]).status_code == 200
    assert "could not be noted. The disk is full" in caplog.text
