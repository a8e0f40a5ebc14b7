"""The door before every route: what the table says is what happens, and a route that it does not know cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.errors import StoreError
from octavo.model import Reader, Role
from octavo.store import AppPassword, Asked, Instance, Scope, Session
from octavo.web import access, app, create_app, guard
from octavo.web.access import ACCESS, Who, refusal
from octavo.web.forms import own_path
from people import ADDRESS, account, browser_of, program_of

NOW = datetime(2031, 5, 19, 12, tzinfo=UTC)


@pytest.fixture
def opened(desk: Desk) -> FastAPI:
    account(desk, "Ada", Role.OWNER)
    return create_app(desk)


def test_every_route_stands_in_the_table_and_nothing_else_does() -> None:
    names = [name for module in app.MODULES for *_, name in module.ROUTES]
    assert sorted(names) == sorted(set(names))
    assert set(names) == set(ACCESS)


def test_an_app_with_a_route_that_nobody_spoke_of_does_not_start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(_: Request) -> Response:
        return PlainTextResponse("private")

    monkeypatch.setattr(app, "MODULES", (SimpleNamespace(ROUTES=(("/new", answer, ("GET",), "brand_new"),)),))
    with pytest.raises(LookupError, match="brand_new"):
        create_app(desk)


def asker(role: Role | None, *, scope: Scope | None = None, ago: timedelta = timedelta()) -> Asked:
    reader = Reader(1, "Ada", role) if role else None
    session = Session(b"", 1, NOW - ago, NOW, "") if role and not scope else None
    return Asked(reader, Instance(), accounts=True, session=session, app_password=AppPassword(1, 1, "", scope, NOW) if scope else None)


OLD = timedelta(hours=1)
MATRIX = {  # who asks → what stands in the way of reading and of writing, for each Who in order; "-": nothing does
    "stranger": (asker(None), "- 401 401 401 401 401 401 401 401", "- 401 401 401 401 401 401 401 401"),
    "reader": (asker(Role.READER), "- - - 403 - - 403 403 403", "- - - 403 - - 403 403 403"),
    "editor": (asker(Role.EDITOR), "- - - - - - 403 403 403", "- - - - - - 403 403 403"),
    "owner": (asker(Role.OWNER), "- - - - - - - - -", "- - - - - - - - -"),
    "owner who logged in long ago": (asker(Role.OWNER, ago=OLD), "- - - - - 401 - 401 -", "- - - - - 401 - 401 -"),
    "owner's program": (asker(Role.OWNER, scope=Scope.WRITE), "- - - - 403 403 403 403 -", "- - - - 403 403 403 403 -"),
    "owner's program that reads": (asker(Role.OWNER, scope=Scope.READ), "- - - - 403 403 403 403 -", "- 403 403 403 403 403 403 403 403"),
    "reader's program": (asker(Role.READER, scope=Scope.WRITE), "- - - 403 403 403 403 403 403", "- - - 403 403 403 403 403 403"),
}


@pytest.mark.parametrize("who", MATRIX)
def test_the_table_means_what_it_says(who: str) -> None:
    asked, *expected = MATRIX[who]
    for writes, statuses in zip((False, True), expected, strict=True):
        found = [refusal(one, asked, NOW, writes=writes) for one in Who]
        assert [str(one.status) if one else "-" for one in found] == statuses.split()


def test_a_stranger_is_sent_to_the_log_in_and_back(opened: FastAPI) -> None:
    client = browser_of(opened)
    assert client.get("/search?q=harbour&x=/").headers["location"] == "/log-in?next=/search%3Fq%3Dharbour%26x%3D/"
    assert client.post("/marks").headers["location"] == "/log-in?next=/"
    script = client.get("/palette.json", headers={"sec-fetch-mode": "cors", "accept": "text/html"})
    assert (script.status_code, script.headers["www-authenticate"]) == (401, "Bearer"), "no dialog of the browser's"
    plain = TestClient(opened, base_url=ADDRESS, headers={"user-agent": "Mozilla/5.0 Firefox/140.0"}).get("/images/0/0")
    assert (plain.status_code, plain.headers["www-authenticate"]) == (401, "Bearer"), "without HTTPS browsers say less of themselves"


def test_a_browser_whose_session_ended_elsewhere_forgets_what_it_kept(opened: FastAPI, desk: Desk) -> None:
    ben = account(desk, "Ben")
    client = browser_of(opened, ben)
    desk.store.end_sessions(ben.id)
    answer = client.get("/saved")
    assert answer.headers["location"] == "/log-in?next=/saved"
    assert answer.headers["clear-site-data"] == '"cache"', "what waits in its storage is sent when the reader logs in again"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "clear-site-data" not in browser_of(opened).get("/saved").headers


def test_it_forgets_too_where_strangers_may_read(opened: FastAPI, desk: Desk) -> None:
    ben = account(desk, "Ben")
    client = browser_of(opened, ben)
    desk.store.set_instance(Instance(public_reading=True))
    desk.store.end_sessions(ben.id)
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["clear-site-data"] == '"cache"', "what waits in its storage is sent when the reader logs in again"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "clear-site-data" not in browser_of(opened).get("/").headers


def test_what_is_there_and_what_is_not_looks_the_same_to_a_stranger(opened: FastAPI) -> None:
    client = browser_of(opened)
    for path in ("/stories/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/articles/0000000000000000", "/images/0/0", "/sources/1"):
        assert client.get(path).status_code == 303


def test_a_reader_is_told_who_may(opened: FastAPI, desk: Desk) -> None:
    client = browser_of(opened, account(desk, "Ben"))
    answer = client.post("/sources", data={"address": "https://gull.example/feed"})
    assert answer.status_code == 403
    assert "editor" in answer.text
    assert client.get("/sources").status_code == 200
    assert program_of(opened, account(desk, "Cleo")).post("/sources").headers["content-type"] == "application/problem+json"


def test_each_reader_has_his_or_her_own(opened: FastAPI, desk: Desk) -> None:
    ben, cleo = (browser_of(opened, account(desk, name)) for name in ("Ben", "Cleo"))
    ben.post("/settings", data={"size": "largest", "density": "dense", "theme": "sepia"})
    assert 'data-theme="sepia"' in ben.get("/settings").text
    assert 'data-theme="system"' in cleo.get("/settings").text


def test_strangers_see_only_what_is_made_for_them(opened: FastAPI, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def excerpt(_: Request) -> Response:
        return PlainTextResponse("an excerpt")

    monkeypatch.setattr(access, "PUBLIC", {"story": excerpt, "settings": excerpt})
    stranger, ben = browser_of(opened), browser_of(opened, account(desk, "Ben"))
    assert stranger.get("/stories/x").status_code == 303
    desk.store.set_instance(Instance(public_reading=True))
    assert stranger.get("/stories/x").text == "an excerpt"
    assert stranger.get("/articles/x").status_code == 303, "there is no public handler"
    assert stranger.get("/settings").status_code == 303, "the table does not open it to visitors"
    assert ben.get("/stories/x").status_code == 404, "a reader gets the page itself"
    assert stranger.get("/stories/x", headers={"authorization": "Bearer wrong"}).status_code == 303


def test_what_is_too_large_is_not_taken_in(opened: FastAPI, desk: Desk) -> None:
    client = browser_of(opened, desk.store.owner())
    assert client.post("/account", data={"name": "x" * 100_000}).status_code == 400
    assert client.post("/account", data={f"field {number}": "x" for number in range(99)}).status_code == 400
    file = {"list": ("list.opml", b"x" * (guard.LARGEST_BODY + 1))}
    assert client.post("/sources/import", files=file).status_code == 413


def test_an_endless_address_is_nobodys(opened: FastAPI) -> None:
    assert browser_of(opened).get(f"/sources/{'9' * 5000}").status_code == 414


@pytest.mark.parametrize(("encoding", "status"), [("unicode_escape", 415), ("punycode", 415), ('"UTF-8"', 422), ("utf8", 422)])
def test_forms_are_text_in_utf_8(opened: FastAPI, encoding: str, status: int) -> None:
    body = '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n\\ud800\r\n--x--\r\n'
    answer = browser_of(opened).post(
        "/log-in", content=body, headers={"content-type": f"multipart/form-data; boundary=x; charset={encoding}"}
    )
    assert answer.status_code == status


def test_a_path_that_is_none_is_nobodys(opened: FastAPI) -> None:
    assert browser_of(opened).get("/nowhere").status_code == 404
    assert browser_of(opened).get("/static/octavo.css").status_code == 200


@pytest.mark.parametrize(
    ("said", "place"), [("/saved?x=1#a", "/saved?x=1#a"), ("//x", "/"), ("/\\x", "/"), ("x", "/"), ("", "/"), ("/a\nb", "/")]
)
def test_only_our_own_paths_are_gone_to(said: str, place: str) -> None:
    assert own_path(said) == place


@pytest.mark.parametrize(("forwarded", "warned"), [("192.0.2.7", True), ("192.0.2.7, testclient", False), (None, False)])
def test_a_proxy_that_no_setting_names_is_warned_of_once(
    opened: FastAPI, caplog: pytest.LogCaptureFixture, forwarded: str | None, warned: bool
) -> None:
    """The server takes the word of a named proxy: then the visitor whom the header names is who asks."""
    for _ in range(2):
        assert browser_of(opened).get("/log-in", headers={"x-forwarded-for": forwarded} if forwarded else {}).status_code == 200
    said = [record.getMessage() for record in caplog.records if "OCTAVO_PROXIES" in record.getMessage()]
    assert len(said) == warned
    assert all("testclient" in one for one in said)


def test_a_page_says_for_whom_it_is_unless_nobody_could_tell(opened: FastAPI, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By that a browser knows when to throw away what it keeps; a broken database is no reason."""

    def broken(*_: object) -> Asked:
        raise StoreError("The database cannot be reached", todo="See that it runs")

    ben = account(desk, "Ben")
    assert browser_of(opened, ben).get("/settings").headers["octavo-reader"] == str(ben.id)
    assert browser_of(opened).get("/log-in").headers["octavo-reader"] == "0"
    monkeypatch.setattr(desk.store, "who_asks", broken)
    answer = TestClient(opened, base_url=ADDRESS, raise_server_exceptions=False).get("/settings")
    assert answer.status_code == 500
    assert "octavo-reader" not in answer.headers
