"""The account page: what a reader changes, whom that logs out, passwords for programs, and what needs a fresh log-in."""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from octavo.accounts import is_password
from octavo.deliver import Mail
from octavo.desk import Desk
from octavo.model import Reader, Role
from octavo.settings import Settings
from octavo.store import Account, Passkey, Scope
from octavo.web import accounts_own, create_app
from octavo.web.accounts_passkeys import origin
from octavo.web.mails import reset_path
from pages import Postbox
from people import ADDRESS, HOST, OTHER, PASSWORD, account, browser_of, is_in, log_in, program_of


@pytest.fixture
def ada(desk: Desk) -> Reader:
    return account(desk, "Ada", Role.OWNER)


@pytest.fixture
def client(app: FastAPI, ada: Reader) -> TestClient:  # logged in
    return browser_of(app, ada)


def test_a_name_is_changed(client: TestClient, desk: Desk, ada: Reader) -> None:
    account(desk, "Ben")
    assert client.post("/account", data={"name": "Ada Gull", "mail": ""}).status_code == 303
    kept = desk.store.account(ada.id)
    assert kept
    assert (kept.reader.name, kept.login, kept.mail) == ("Ada Gull", "ada gull", None)
    for refused in ({"name": "BEN", "mail": ""}, {"name": "Ada", "mail": "x"}, {"name": "", "mail": ""}, {}):
        answer = client.post("/account", data=refused)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert desk.store.account(ada.id) == kept


# ---- a mail address ------------------------------------------------------------------------------------------------


def link_in(mail: Mail) -> str:
    found = re.search(rf"{ADDRESS}(/\S+)", mail.text)
    assert found, mail.text
    return found[1]


def test_a_mail_address_is_kept_when_the_link_in_a_mail_to_it_was_opened(posting: Desk, postbox: Postbox) -> None:
    ada, app = account(posting, "Ada", Role.OWNER, "ada@gull.example"), create_app(posting)
    client, elsewhere = browser_of(app, ada), browser_of(app)
    answer = client.post("/account", data={"name": "Ada Gull", "mail": "NEW@gull.example"})
    assert "A mail is on its way" in client.get(answer.headers["location"]).text
    (asked,) = postbox.taken()
    assert asked.to == "new@gull.example"
    assert "new@gull.example" in elsewhere.get(link_in(asked)).text
    kept = posting.store.account(ada.id)
    assert kept
    assert (kept.reader.name, kept.mail) == ("Ada Gull", "ada@gull.example"), "a link that is only opened does nothing"
    assert elsewhere.post(link_in(asked)).status_code == 200
    assert posting.store.account_at("new@gull.example")
    (told,) = postbox.taken()
    assert told.to == "ada@gull.example"
    assert "no longer the mail address" in told.text
    assert [elsewhere.get(link_in(asked)).status_code, elsewhere.post(link_in(asked)).status_code] == [404, 404]


def test_another_readers_mail_address_gets_the_answer_of_any(posting: Desk, postbox: Postbox) -> None:
    ada, app = account(posting, "Ada", Role.OWNER), create_app(posting)
    account(posting, "Ben", mail="ben@gull.example")
    client = browser_of(app, ada)
    answers = [client.post("/account", data={"name": "Ada", "mail": f"{name}@gull.example"}) for name in ("Ben", "nobody")]
    assert len({(answer.status_code, answer.headers["location"], answer.text) for answer in answers}) == 1
    assert len({client.get(answer.headers["location"]).text for answer in answers}) == 1
    taken, free = postbox.taken()
    assert (taken.to, free.to) == ("ben@gull.example", "nobody@gull.example")
    assert "belongs to yours already" in taken.text
    assert "Ada" not in taken.text, "nor does it say who asked"
    assert ADDRESS not in taken.text


def test_an_address_that_another_took_meanwhile_is_refused_to_who_was_slower(posting: Desk, postbox: Postbox) -> None:
    ada, ben, app = account(posting, "Ada", Role.OWNER), account(posting, "Ben"), create_app(posting)
    for reader in (ada, ben):
        browser_of(app, reader).post("/account", data={"name": reader.name, "mail": "both@gull.example"})
    first, second = (link_in(mail) for mail in postbox.taken())
    assert browser_of(app).post(first).status_code == 200
    assert browser_of(app).post(second).status_code == 422


@pytest.mark.usefixtures("long_waits")
def test_mails_are_not_sent_without_end(posting: Desk, postbox: Postbox) -> None:
    client = browser_of(create_app(posting), account(posting, "Ada", Role.OWNER))
    asked = [client.post("/account", data={"name": "Ada", "mail": f"{n}@gull.example"}).status_code for n in range(6)]
    assert asked == [303] * 5 + [429]
    assert len(postbox.taken()) == 5


def test_an_address_that_is_taken_away_is_told_so(posting: Desk, postbox: Postbox) -> None:
    ada = account(posting, "Ada", Role.OWNER, "ada@gull.example")
    client = browser_of(create_app(posting), ada)
    assert client.post("/account", data={"name": "Ada", "mail": "ada@gull.example"}).headers["location"].endswith("kept=you#at-you")
    assert postbox.taken() == []
    client.post("/account", data={"name": "Ada", "mail": ""})
    assert [mail.to for mail in postbox.taken()] == ["ada@gull.example"]
    assert posting.store.account_at("ada@gull.example") is None


def test_where_no_mails_are_sent_there_is_no_address_to_try(client: TestClient, desk: Desk) -> None:
    account(desk, "Ben", mail="ben@gull.example")
    assert 'name="mail"' not in client.get("/account").text
    answers = [client.post("/account", data={"name": "Ada", "mail": f"{name}@gull.example"}) for name in ("ben", "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].text == answers[1].text


# ---- a password ----------------------------------------------------------------------------------------------------


def test_a_password_is_changed_by_who_knows_it_and_logs_the_others_out(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    elsewhere, ben = browser_of(app, ada), browser_of(app, account(desk, "Ben"))
    assert client.post("/account/password", data={"old": OTHER, "password": OTHER}).status_code == 422
    assert client.post("/account/password", data={"old": PASSWORD, "password": "short"}).status_code == 422
    assert is_in(elsewhere)
    assert client.post("/account/password", data={"old": PASSWORD, "password": OTHER}).status_code == 303
    kept = desk.store.account(ada.id)
    assert kept
    assert is_password(kept.password, OTHER)
    assert [is_in(one) for one in (client, elsewhere, ben)] == [True, False, True]


def test_of_two_who_change_a_password_at_once_one_does(
    app: FastAPI, client: TestClient, desk: Desk, ada: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else sets it while the old one, which both gave, is looked at."""

    async def overtaken(request: Request, known: Account | None, typed: str) -> bool:
        desk.store.set_password(ada.id, "another's digest", datetime.now(UTC))
        return True

    monkeypatch.setattr(accounts_own, "is_own_password", overtaken)
    assert client.post("/account/password", data={"old": PASSWORD, "password": OTHER}).status_code == 422
    assert getattr(desk.store.account(ada.id), "password", "") == "another's digest"


@pytest.mark.usefixtures("long_waits")
def test_an_old_password_cannot_be_guessed_either(client: TestClient) -> None:
    statuses = [client.post("/account/password", data={"old": OTHER, "password": OTHER}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_browsers_are_listed_and_logged_out(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    first, second = browser_of(app, ada), browser_of(app, ada)
    third = TestClient(app, base_url=ADDRESS)
    token_hash = log_in(third, ada)
    stranger = browser_of(app, account(desk, "Ben"))
    assert client.get("/account").text.count("this one") == 1
    stranger.post("/account/browsers", data={"session": token_hash.hex()})
    assert is_in(third), "nobody logs another reader's browser out"
    client.post("/account/browsers", data={"session": token_hash.hex()})
    assert [is_in(one) for one in (client, first, third)] == [True, True, False]
    client.post("/account/browsers", data={"others": ""})
    assert [is_in(one) for one in (client, first, second, stranger)] == [True, False, False, True]
    assert client.post("/account/browsers", data={"session": "zz"}).status_code == 400


# ---- programs ------------------------------------------------------------------------------------------------------


def made(client: TestClient, scope: str = "read", name: str = "my reader") -> str:
    answer = client.post("/account/programs", data={"name": name, "scope": scope})
    found = re.search(r"<output[^>]*>([^<]+)</output>", answer.text)
    assert found, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return found[1]


def asking(app: FastAPI, authorization: str) -> TestClient:
    return TestClient(app, base_url=ADDRESS, headers={"authorization": authorization}, follow_redirects=False)


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def test_a_program_comes_in_by_its_password(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    token = made(client)
    assert token not in client.get("/account").text
    (kept,) = desk.store.app_passwords(ada.id)
    assert (kept.name, kept.scope, kept.used_at) == ("my reader", Scope.READ, None)
    for way in (f"Bearer {token}", f"bearer  {token} ", basic("ada", token), basic("", token)):
        assert asking(app, way).get("/saved").status_code == 200
    assert desk.store.app_passwords(ada.id)[0].used_at
    client.post(f"/account/programs/{kept.id}/remove")
    assert asking(app, f"Bearer {token}").get("/saved").status_code == 401


@pytest.mark.parametrize(
    "way", ["Bearer x", "Bearer", "Basic", "Basic %%%", "Basic " + b64encode(b"\xff\xfe").decode(), "Digest x", basic("ada", PASSWORD), ""]
)
def test_anything_else_is_refused(app: FastAPI, client: TestClient, way: str) -> None:
    answer = asking(app, way).get("/saved")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["status"] == 401
    assert "Basic" in answer.headers["www-authenticate"]


def test_a_program_may_write_only_where_its_password_says_so(app: FastAPI, ada: Reader) -> None:
    for scope, status in ((Scope.READ, 403), (Scope.WRITE, 303)):
        answer = program_of(app, ada, scope).post("/settings", data={"size": "large", "density": "airy", "theme": "dark"})
        assert answer.status_code == status


def test_no_program_reaches_the_account_or_what_the_owner_sets(app: FastAPI, ada: Reader) -> None:
    program = program_of(app, ada)
    for path in ("/account", "/readers", "/welcome"):
        assert program.get(path).status_code == 403
    for path in ("/account", "/account/password", "/account/programs", "/account/passkeys/options", "/readers/invitations"):
        assert program.post(path, data={"name": "x", "scope": "write"}).status_code == 403


def test_a_program_of_another_takes_nothing_back(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    token = made(client, "write")
    (kept,) = desk.store.app_passwords(ada.id)
    ben = browser_of(app, account(desk, "Ben"))
    assert ben.post(f"/account/programs/{kept.id}/remove").status_code == 303
    assert asking(app, f"Bearer {token}").get("/saved").status_code == 200
    account(desk, "Cleo", Role.OWNER)
    desk.store.close_account(ada.id, datetime.now(UTC))
    assert asking(app, f"Bearer {token}").get("/saved").status_code == 401, "a closed account has no programs"


def test_a_password_for_a_program_is_asked_for_as_the_page_does(client: TestClient) -> None:
    assert client.post("/account/programs", data={"name": "x", "scope": "admin"}).status_code == 400
    assert client.post("/account/programs", data={"name": " ", "scope": "read"}).status_code == 422


# ---- what needs a fresh log-in -------------------------------------------------------------------------------------


FRESH = ["/account", "/account/programs", "/account/passkeys", "/account/passkeys/remove", "/readers/invitations", "/readers/1/reset"]


@pytest.mark.parametrize("path", FRESH)
def test_a_browser_left_open_gives_nobody_a_lasting_way_in(app: FastAPI, desk: Desk, ada: Reader, path: str) -> None:
    stale = browser_of(app, ada, timedelta(hours=2))
    answer = stale.post(path, data={"name": "Eve", "scope": "write"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/log-in?next=/{path.split('/')[1]}")
    assert "once more" in stale.get("/log-in").text
    assert stale.get("/account").status_code == 200
    assert desk.store.app_passwords(ada.id) == ()
    assert desk.store.owner().name == "Ada"


def test_alone_there_is_nothing_to_change(app: FastAPI) -> None:
    client = browser_of(app)
    for path in ("/account", "/account/programs", "/account/passkeys", "/readers/invitations"):
        assert client.post(path, data={"name": "Eve", "scope": "write", "role": "owner", "lasts": "7"}).status_code == 403
    assert client.get("/readers").headers["location"] == "/welcome"


def test_no_secret_is_logged(app: FastAPI, client: TestClient, desk: Desk, ada: Reader, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = browser_of(app)
    stranger.post("/log-in", data={"name": "Ada", "password": PASSWORD})
    stranger.post("/log-in", data={"name": PASSWORD, "password": "Ada"})  # typed into the wrong field
    client.post("/account/password", data={"old": PASSWORD, "password": OTHER})
    token = made(client)
    asking(app, f"Bearer {token}").get("/saved")
    path = reset_path(desk.store, ada.id, datetime.now(UTC))
    stranger.post(path, data={"password": PASSWORD})
    assert caplog.records
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))  # what the tests ask by
    for secret in (PASSWORD, OTHER, token, path.rpartition("/")[2], *client.cookies.values(), *stranger.cookies.values()):
        assert secret not in said


# ---- passkeys that prove nothing -----------------------------------------------------------------------------------

SENT = [
    "",
    "{",
    "[]",
    '{"rawId": 3}',
    '{"rawId": "AAAA"}',
    '{"rawId": "AAAA", "response": []}',
    '{"rawId": "AAAA", "response": {"clientDataJSON": "!!"}}',
    '{"rawId": "AAAA", "response": {"clientDataJSON": "e30"}}',  # {}
    '{"rawId": "AAAA", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAiQUFBQSJ9"}}',  # a challenge that is none of ours
    "[" * 5000,
    json.dumps({"rawId": "AAAA", "response": {"clientDataJSON": urlsafe_b64encode(b"[" * 9000).decode()}}),
]


@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("path", ["/log-in/passkey", "/account/passkeys"])
def test_what_is_no_passkey_is_refused(client: TestClient, desk: Desk, ada: Reader, path: str, sent: str) -> None:
    known = Passkey(b"\0\0\0", ada.id, b"key", 0, "phone", datetime.now(UTC))
    desk.store.add_passkey(known)
    assert client.post(path, data={"credential": sent}).status_code == 422
    assert desk.store.passkeys(ada.id) == (known,)


@pytest.mark.parametrize(
    "key", ["oA", "oQEC", "BQ", "gYGB", "_w"], ids=["no key", "no curve", "a number", "lists in lists", "nothing at all"]
)  # CBOR
def test_a_passkey_whose_key_cannot_be_read_is_refused(client: TestClient, desk: Desk, ada: Reader, key: str) -> None:
    challenge = client.post("/account/passkeys/options").json()["challenge"]
    told = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": ADDRESS}).encode()
    key_bytes = urlsafe_b64decode(key + "==")
    data = sha256(HOST.encode()).digest() + b"\x45" + bytes(4 + 16) + b"\x00\x03" + b"one" + key_bytes
    attested = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
    response = {"clientDataJSON": urlsafe_b64encode(told).decode(), "attestationObject": urlsafe_b64encode(attested).decode()}
    sent = json.dumps({"id": "b25l", "rawId": "b25l", "type": "public-key", "response": response})
    assert client.post("/account/passkeys", data={"credential": sent}).status_code == 422
    assert not desk.store.passkeys(ada.id)


def test_a_challenge_is_good_for_its_own_purpose_and_once(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    told = client.post("/account/passkeys/options").json()
    assert told["user"]["name"] == "Ada"
    assert told["authenticatorSelection"]["userVerification"] == "required"
    asked = browser_of(app).post("/log-in/passkey/options").json()
    assert "allowCredentials" not in asked or not asked["allowCredentials"], "nobody learns whose passkeys there are"
    assert asked["challenge"] != browser_of(app).post("/log-in/passkey/options").json()["challenge"]


def test_passkeys_are_taken_back_by_their_reader_only(app: FastAPI, client: TestClient, desk: Desk, ada: Reader) -> None:
    desk.store.add_passkey(Passkey(b"one", ada.id, b"key", 0, "phone", datetime.now(UTC)))
    ben = browser_of(app, account(desk, "Ben"))
    ben.post("/account/passkeys/remove", data={"passkey": b"one".hex()})
    assert desk.store.passkeys(ada.id)
    client.post("/account/passkeys/remove", data={"passkey": b"one".hex()})
    assert not desk.store.passkeys(ada.id)


@pytest.mark.parametrize(("host", "told"), [("news.example.org", "https://news.example.org"), ("nas.local:8710", "http://nas.local:8710")])
def test_a_passkey_is_for_the_origin_that_the_browser_sees(tmp_path: Path, sqlite_address: str, host: str, told: str) -> None:
    settings = Settings(data=tmp_path, database=sqlite_address, address="https://news.example.org")
    with Desk.open(settings) as desk:
        scope = {"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": [(b"host", host.encode())]}
        assert origin(Request(scope | {"app": create_app(desk)})) == told, "a proxy speaks HTTPS in our place"


# ---- hostile input -------------------------------------------------------------------------------------------------

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "\0",
    "\u202e\u2066",
    "'\"`{{7*7}}${7*7}",
    "😀" * 60,
    "x" * 70_000,
    "99999999999999999999",
    "%00%ff",
    "",
]
FORMS = {  # path → the fields of its form
    "/log-in": ("name", "password", "next"),
    "/log-in/passkey": ("credential", "next"),
    "/forgotten": ("mail",),
    "/welcome": ("name", "password", "mail"),
    "/invitation/x": ("name", "password", "mail"),
    "/reset/x": ("password",),
    "/account": ("name", "mail"),
    "/account/password": ("old", "password"),
    "/account/browsers": ("session",),
    "/account/programs": ("name", "scope"),
    "/account/passkeys": ("credential", "name"),
    "/account/passkeys/remove": ("passkey",),
    "/account/programs/99999999999999999999/remove": (),
    "/readers/invitations": ("role", "lasts", "note"),
    "/readers/invitations/take-back": ("invitation",),
    "/readers/99999999999999999999/role": ("role",),
    "/readers/1/role": ("role",),
    "/readers/77/reset": (),
}


@pytest.mark.parametrize("path", FORMS)
def test_no_form_breaks_by_what_is_typed_into_it(app: FastAPI, client: TestClient, desk: Desk, ada: Reader, path: str) -> None:
    for typed in HOSTILE:
        if not is_in(client):
            log_in(client, ada)
        answer = client.post(path, data=dict.fromkeys(FORMS[path], typed))
        assert answer.status_code < 500, typed
        assert "<img src=x" not in answer.text
    assert client.post(path, content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"}).status_code < 500
    assert client.post(path, files={"name": ("a", b"b")}).status_code < 500
    assert client.post(path, content=b"{", headers={"content-type": "application/json"}).status_code < 500


def test_markup_in_a_name_is_shown_as_it_was_typed(app: FastAPI, client: TestClient, desk: Desk) -> None:
    name = "<b onclick=x>Eve</b>"
    eve = account(desk, name)
    client.post("/readers/invitations", data={"role": "reader", "lasts": "7", "note": name})
    made(client, name=name)
    for page in (client.get("/readers").text, client.get("/account").text, browser_of(app, eve).get("/account").text):
        assert "<b onclick" not in page
        assert "&lt;b onclick=x&gt;" in page
