"""A reader's own data: given out whole and without secrets, removed without a trace; notices that stay away once put away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Deed, Reader, Repair, Role
from octavo.settings import Settings
from octavo.store import Followed, MarkKind, Scope, Standing, Store
from octavo.store.tables import metadata
from octavo.store.tables_people import comments, readers
from people import PASSWORD, account, browser_of, program_of
from store_samples import NOW, article_id, later, put_many


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        (one,) = put_many(opened.store, ["one"])
        opened.store.record_decisions([Decision(DecisionKind.OPEN, "S1", one)], NOW, one)
        yield opened


@pytest.fixture
def owner(desk: Desk) -> Reader:
    return account(desk, "Ada", Role.OWNER)


@pytest.fixture
def tove(desk: Desk, owner: Reader) -> Reader:
    """A reader with something of everything."""
    reader, store = account(desk, "Tove", Role.EDITOR, "tove@gull.example"), desk.store
    store.mark(reader.id, "article", article_id("one"), MarkKind.SAVED, NOW)
    store.look(reader.id, "S1", {article_id("one"): 1}, NOW)
    store.follow(reader.id, Followed.VOICE, "Ida Brandt", NOW)
    store.dismiss(reader.id, "instance/1", NOW)
    first = store.add_comment("S1", reader.id, None, "Well said.", Standing.SHOWN, NOW)
    store.add_comment("S1", owner.id, first, "It was.", Standing.SHOWN, later(1))
    lone = store.add_comment("S1", reader.id, None, "Nobody answers me.", Standing.SHOWN, later(2))
    store.report_comment(lone, owner.id, NOW)
    store.retitle(Repair(Deed.RENAME, "S1", reader.id, NOW, after="Harbour"))
    store.add_app_password(reader.id, b"x" * 32, "phone", Scope.READ, NOW)
    return reader


def test_all_of_it_is_given_out_and_no_secret(app: FastAPI, desk: Desk, tove: Reader, owner: Reader) -> None:
    answer = browser_of(app, tove).get("/account/data")
    assert answer.headers["content-disposition"].startswith("attachment")
    told = answer.json()
    assert told["reader"]["name"] == "Tove"
    assert {(row["id"], row["kind"]) for row in told["marks"]} == {
        *((id, "read") for id in ("S1", article_id("one"))),
        ("S1", "opened"),
        (article_id("one"), "saved"),
    }
    assert [row["id"] for row in told["follows"]] == ["Ida Brandt"]
    assert {row["text"] for row in told["comments"]} == {"Well said.", "Nobody answers me."}
    assert told["accounts"][0]["mail"] == "tove@gull.example"
    assert told["speaks_of"][article_id("one")] == {"headline": "News of the one", "url": "https://gull.example/one"}
    account_kept = desk.store.account(tove.id)
    assert account_kept
    for secret in (account_kept.password, "token_hash", "public_key", '"password"'):
        assert secret not in answer.text
    others = browser_of(app, owner).get("/account/data").text
    assert "Well said." not in others
    assert "tove@gull.example" not in others
    assert program_of(app, tove).get("/account/data").status_code == 403


def test_every_table_that_names_a_reader_is_in_the_data(store: Store) -> None:
    """Whatever comes in later is given out too, because the tables themselves are asked."""
    reader = store.owner().id
    store.dismiss(reader, "x", NOW)
    assert store.personal_data(reader)["dismissals"] == [{"reader": reader, "notice": "x", "at": NOW.isoformat()}]


def named(desk: Desk, reader: int) -> list[str]:
    """Every column that still names a reader."""
    found = []
    with desk.store.database.reading() as connection:
        for table in metadata.sorted_tables:
            for column in table.columns:
                refers = any(key.column is readers.c.id for key in column.foreign_keys) or column is readers.c.id
                if refers and connection.execute(select(column).where(column == reader)).first():
                    found.append(str(column))
    return found


def test_an_account_ends_with_all_that_is_its_readers(app: FastAPI, desk: Desk, tove: Reader) -> None:
    client = browser_of(app, tove)
    assert named(desk, tove.id)
    assert client.post("/account/delete", data={"old": "wrong wrong wrong"}).status_code == 422
    assert named(desk, tove.id)
    answer = client.post("/account/delete", data={"old": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/log-in")
    assert "cache" in answer.headers["clear-site-data"]
    assert named(desk, tove.id) == []
    assert client.get("/saved").status_code == 303
    left = desk.store.comments("S1", 9)
    assert [(one.text, one.name, one.standing) for one in left] == [("", None, Standing.DELETED), ("It was.", "Ada", Standing.SHOWN)]
    assert desk.store.repairs(1)[0].editor is None
    assert not list(desk.store.faults())


def test_the_last_owner_stays(app: FastAPI, desk: Desk, owner: Reader) -> None:
    answer = browser_of(app, owner).post("/account/delete", data={"old": PASSWORD})
    assert answer.status_code == 422
    assert "nobody would own this instance" in answer.text
    assert desk.store.account(owner.id)


def test_an_account_is_deleted_only_soon_after_a_log_in_and_by_no_program(app: FastAPI, desk: Desk, tove: Reader) -> None:
    stale = browser_of(app, tove, timedelta(hours=2)).post("/account/delete", data={"old": PASSWORD})
    assert stale.headers["location"].startswith("/log-in")
    assert program_of(app, tove).post("/account/delete", data={"old": PASSWORD}).status_code == 403
    assert desk.store.account(tove.id)


def test_a_comment_of_nobody_can_be_stored(desk: Desk) -> None:
    row = {"id": "C1", "story": "S1", "reader": None, "parent": None, "text": "", "standing": "deleted", "made_at": NOW}
    with desk.store.database.writing() as connection:
        connection.execute(insert(comments).values(row))
    assert desk.store.comment("C1").name is None  # type: ignore[union-attr]
