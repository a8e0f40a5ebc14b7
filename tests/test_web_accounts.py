"""The door as a browser finds it: first run, log-in and log-out, invitations, forgotten passwords, and guessers slowed down."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from octavo import accounts
from octavo.accounts import token_digest
from octavo.desk import Desk
from octavo.model import Role
from octavo.settings import Settings
from octavo.store import Pass, Passkey, Purpose, Scope
from octavo.web import create_app
from octavo.web.mails import reset_path
from pages import Postbox
from people import ADDRESS, HOST, OTHER, PASSWORD, account, browser_of, is_in, log_in


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    return browser_of(app)


def enter(client: TestClient, name: str, password: str = PASSWORD, place: str = "/") -> Response:
    return client.post("/log-in", data={"name": name, "password": password, "next": place})


# ---- first run -----------------------------------------------------------------------------------------------------


def test_without_accounts_the_owner_reads_unasked(stranger: TestClient) -> None:
    assert is_in(stranger)
    assert stranger.get("/log-in").headers["location"] == "/"
    assert "/welcome" in stranger.get("/account").text


def test_the_first_run_makes_the_owner_and_closes_the_door(app: FastAPI, stranger: TestClient, desk: Desk) -> None:
    before = desk.store.owner()
    answer = stranger.post("/welcome", data={"name": "Ada Gull", "password": PASSWORD, "mail": "Ada@gull.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert is_in(stranger)
    assert desk.store.owner().id == before.id, "whatever the owner marked stays"
    assert desk.store.owner().name == "Ada Gull"
    other = browser_of(app)
    assert other.get("/saved").headers["location"] == "/log-in?next=/saved"
    assert other.get("/welcome").status_code == 303
    assert other.post("/welcome", data={"name": "Eve", "password": PASSWORD}).headers["location"].startswith("/log-in")
    assert stranger.get("/welcome").headers["location"] == "/account"
    assert stranger.post("/welcome", data={"name": "Ada", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    "given",
    [{"name": "", "password": PASSWORD}, {"name": "Ada", "password": "short"}, {"name": "Ada", "password": PASSWORD, "mail": "x"}, {}],
)
def test_a_first_run_that_cannot_be_taken_changes_nothing(stranger: TestClient, desk: Desk, given: dict[str, str]) -> None:
    answer = stranger.post("/welcome", data=given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert PASSWORD not in answer.text
    assert not desk.store.has_accounts()


@pytest.mark.parametrize("header", [{"x-forwarded-for": "192.0.2.1"}, {"forwarded": "for=192.0.2.1"}, {"x-real-ip": "192.0.2.1"}])
def test_without_accounts_nobody_comes_in_through_a_proxy(stranger: TestClient, header: dict[str, str]) -> None:
    answer = stranger.get("/", headers=header)
    assert answer.status_code == 403
    assert "octavo readers password" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_without_accounts_nobody_comes_in_by_calling_us_localhost_from_elsewhere(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://192.0.2.7:8710", headers={"host": "localhost:8710"})
    assert client.get("/saved").status_code == 403


def test_another_name_is_answered_only_with_accounts(tmp_path: Path) -> None:
    with Desk.open(Settings(data=tmp_path, address="https://news.example.org", hosts=frozenset({"nas.local"}))) as desk:
        client = browser_of(create_app(desk))
        for host in ("news.example.org", "nas.local:8710"):
            assert client.get("/", headers={"host": host}).status_code == 403
        account(desk, "Ada", Role.OWNER)
        for host, status in (("news.example.org", 303), ("NAS.local:8710", 303), ("127.0.0.1:8710", 303), ("evil.example", 403)):
            assert client.get("/", headers={"host": host}).status_code == status


# ---- log-in --------------------------------------------------------------------------------------------------------


def test_a_log_in_opens_a_session_and_a_log_out_ends_it(app: FastAPI, stranger: TestClient, desk: Desk) -> None:
    ada = account(desk, "Ada Gull", Role.OWNER, "ada@gull.example")
    answer = enter(stranger, " ADA gull ", place="/saved?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/saved?x=1")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"octavo=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax$", cookie)
    token = stranger.cookies["octavo"]
    assert [one.token_hash for one in desk.store.sessions(ada.id, datetime.now(UTC) - timedelta(1))] == [token_digest(token)]
    assert is_in(stranger)
    assert stranger.get("/log-in?next=/saved").headers["location"] == "/saved", "who is in need not knock"
    out = stranger.post("/log-out")
    assert "storage" in out.headers["clear-site-data"]
    assert not is_in(stranger)
    stranger.cookies.set("octavo", token, domain=HOST)
    assert not is_in(stranger), "the server forgot it, too"
    assert enter(browser_of(app), "ada@GULL.example").status_code == 303, "by the mail address, too"


def test_an_address_with_https_makes_a_cookie_that_only_https_carries(tmp_path: Path) -> None:
    with Desk.open(Settings(data=tmp_path, address="https://news.example.org")) as desk:
        account(desk, "Ada", Role.OWNER)
        client = TestClient(create_app(desk), base_url="https://news.example.org", follow_redirects=False)
        assert re.match(
            r"__Host-octavo=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure$", enter(client, "Ada").headers["set-cookie"]
        )
        assert is_in(client)


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\t/x", "/a b", ""])
def test_a_log_in_leads_nowhere_else(stranger: TestClient, desk: Desk, place: str) -> None:
    account(desk, "Ada", Role.OWNER)
    assert 'name="next" value="/"' in stranger.get("/log-in", params={"next": place}).text
    assert enter(stranger, "Ada", place=place).headers["location"] == "/"


def test_each_log_in_gets_a_new_token_and_the_old_one_ends(app: FastAPI, stranger: TestClient, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    enter(stranger, "Ada")
    first = stranger.cookies["octavo"]
    enter(stranger, "Ada")
    assert stranger.cookies["octavo"] != first
    assert len(desk.store.sessions(ada.id, datetime.now(UTC) - timedelta(1))) == 1
    given = browser_of(app)
    given.cookies.set("octavo", "chosen-by-somebody-else", domain=HOST)
    enter(given, "Ada")
    assert given.cookies["octavo"] != "chosen-by-somebody-else"


def test_a_session_ends_when_it_is_not_used(app: FastAPI, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    unused = timedelta(days=desk.settings.session_days)
    assert is_in(browser_of(app, ada, unused - timedelta(hours=1)))
    assert not is_in(browser_of(app, ada, unused + timedelta(hours=1)))


def test_the_use_of_a_session_is_noted(app: FastAPI, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    client = browser_of(app, ada, timedelta(days=3))
    client.get("/saved")
    (kept,) = desk.store.sessions(ada.id, datetime.now(UTC) - timedelta(minutes=1))
    assert kept.created_at < datetime.now(UTC) - timedelta(days=2)


def without_moments(text: str) -> str:
    return re.sub(r"in \d+ seconds", "", text)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: FastAPI, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    closed = account(desk, "Ben")
    desk.store.close_account(closed.id, datetime.now(UTC))
    answers = [enter(browser_of(app), name, password) for name, password in (("Ada", OTHER), ("Eve", OTHER), ("Ben", PASSWORD), ("", ""))]
    assert {answer.status_code for answer in answers} == {422}
    pages = {answer.text.replace(f'value="{name}"', "") for answer, name in zip(answers, ("Ada", "Eve", "Ben", ""), strict=True)}
    assert len({page.replace('value=""', "") for page in pages}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_an_unknown_name_costs_the_same_work(app: FastAPI, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    account(desk, "Ada", Role.OWNER)
    verified = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        accounts._HASHER.__class__, "verify", lambda self, digest, typed: (verified.append(digest), verify(self, digest, typed))[1]
    )
    for name in ("Ada", "Eve"):
        enter(browser_of(app), name, OTHER)
    assert len(verified) == 2
    assert len({digest.rpartition("$")[0].rpartition("$")[0] for digest in verified}) == 1, "with the same parameters"


@pytest.mark.usefixtures("long_waits")
@pytest.mark.parametrize("name", ["Ada", "Nobody"])
def test_guessing_becomes_slow_for_names_that_are_and_that_are_not(stranger: TestClient, desk: Desk, name: str) -> None:
    account(desk, "Ada", Role.OWNER)
    statuses = [enter(stranger, name, OTHER).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    answer = enter(stranger, name)
    assert answer.status_code == 429, "the right password is not tried either"
    assert int(answer.headers["retry-after"]) >= 1
    program = stranger.post("/log-in", data={"name": name, "password": PASSWORD}, headers={"sec-fetch-mode": "cors"})
    assert (program.status_code, program.headers["content-type"]) == (429, "application/problem+json")


@pytest.mark.usefixtures("long_waits")
def test_a_mail_address_gives_no_second_row_of_guesses(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER, "ada@gull.example")
    statuses = [enter(stranger, name, OTHER).status_code for name in ("Ada", "ada@gull.example") * 3]
    assert statuses == [422] * 5 + [429]


@pytest.mark.usefixtures("long_waits")
def test_challenges_of_passkeys_are_not_given_without_end(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    assert [stranger.post("/log-in/passkey/options").status_code for _ in range(21)][-2:] == [200, 429]


@pytest.mark.usefixtures("long_waits")
def test_one_address_that_tries_many_names_becomes_slow(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    assert [enter(stranger, f"name {number}", OTHER).status_code for number in range(21)][-2:] == [422, 429]


def test_who_gets_it_right_in_the_end_is_not_slowed_down(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    for _ in range(4):
        for _ in range(4):
            enter(stranger, "Ada", OTHER)
        assert enter(stranger, "Ada").status_code == 303


def test_a_digest_that_became_weak_is_renewed_at_log_in(stranger: TestClient, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    desk.store.set_password(ada.id, PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD), datetime.now(UTC))
    assert enter(stranger, "Ada").status_code == 303
    kept = desk.store.account(ada.id)
    assert kept
    assert not accounts.is_outdated(kept.password)
    assert enter(stranger, "Ada").status_code == 303


def test_a_closed_account_lets_nobody_in(app: FastAPI, stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    ben = account(desk, "Ben")
    client = browser_of(app, ben)
    assert is_in(client)
    desk.store.close_account(ben.id, datetime.now(UTC))
    assert not is_in(client)
    desk.store.reopen_account(ben.id)
    assert not is_in(client)
    assert enter(stranger, "Ben").status_code == 303


def test_nothing_of_the_door_stays_in_a_browser(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    for path in ("/log-in", "/forgotten", "/reset/x", "/invitation/x"):
        assert stranger.get(path).headers["cache-control"] == "no-store"


def test_a_log_in_with_a_password_that_is_changed_in_that_moment_lets_nobody_in(
    stranger: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    open_session = desk.store.open_session

    def overtaken(*given: Any) -> bool:
        desk.store.set_password(ada.id, "another digest", datetime.now(UTC))
        return open_session(*given)

    monkeypatch.setattr(desk.store, "open_session", overtaken)
    answer = enter(stranger, "Ada", place="/saved")
    assert (answer.status_code, answer.headers["location"]) == (303, "/log-in?next=/saved")
    assert not is_in(stranger)
    assert desk.store.sessions(ada.id, datetime.now(UTC) - timedelta(1)) == ()


# ---- invitations ---------------------------------------------------------------------------------------------------


def link_in(answer: Response) -> str:
    found = re.search(r"<output[^>]*>([^<]+)</output>", answer.text)
    assert found
    return found[1].removeprefix(ADDRESS)


def test_an_invitation_makes_one_reader(app: FastAPI, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    owner = browser_of(app, ada)
    path = link_in(owner.post("/readers/invitations", data={"note": "for Ben", "role": "editor", "lasts": "7"}))
    assert "for Ben" in owner.get("/readers").text
    assert path.rpartition("/")[2] not in owner.get("/readers").text, "the link is shown only once"
    guest = browser_of(app)
    assert "You are invited" in guest.get(path).text
    assert guest.post(path, data={"name": "ada", "password": PASSWORD}).status_code == 422, "that name is taken"
    answer = guest.post(path, data={"name": "Ben", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert is_in(guest)
    ben = desk.store.account_named("ben")
    assert ben
    assert ben.reader.role == Role.EDITOR
    late = browser_of(app)
    assert late.get(path).status_code == 404
    assert late.post(path, data={"name": "Eve", "password": PASSWORD}).status_code == 404
    assert desk.store.account_named("eve") is None


def test_an_invitation_can_be_taken_back_and_ends(app: FastAPI, desk: Desk) -> None:
    ada = account(desk, "Ada", Role.OWNER)
    owner, guest = browser_of(app, ada), browser_of(app)
    path = link_in(owner.post("/readers/invitations", data={"role": "reader", "lasts": "1"}))
    button = re.search(r'name="invitation" value="([0-9a-f]+)"', owner.get("/readers").text)
    assert button
    owner.post("/readers/invitations/take-back", data={"invitation": button[1]})
    assert guest.get(path).status_code == 404
    now = datetime.now(UTC)
    desk.store.add_pass(Pass(token_digest("old"), Purpose.INVITATION, now - timedelta(8), now - timedelta(1), role=Role.READER))
    assert guest.get("/invitation/old").status_code == 404
    assert guest.get("/reset/" + path.rpartition("/")[2]).status_code == 404


@pytest.mark.parametrize("given", [{"role": "king", "lasts": "7"}, {"role": "reader", "lasts": "9999"}, {}])
def test_an_invitation_is_one_of_the_pages_choices(app: FastAPI, desk: Desk, given: dict[str, str]) -> None:
    owner = browser_of(app, account(desk, "Ada", Role.OWNER))
    assert owner.post("/readers/invitations", data=given).status_code == 400


# ---- a password forgotten ------------------------------------------------------------------------------------------


def test_a_link_sets_a_password_once_and_ends_all_sessions(app: FastAPI, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    ben = account(desk, "Ben")
    before, client = browser_of(app, ben), browser_of(app)
    path, other = (reset_path(desk.store, ben.id, datetime.now(UTC)) for _ in range(2))
    assert client.post(path, data={"password": "short"}).status_code == 422
    answer = client.post(path, data={"password": OTHER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/log-in")
    assert not is_in(before)
    assert enter(client, "Ben").status_code == 422
    assert enter(client, "Ben", OTHER).status_code == 303
    for used in (path, other):
        assert client.get(used).status_code == 404
        assert client.post(used, data={"password": PASSWORD}).status_code == 404


def test_a_link_says_what_it_ends_and_what_still_opens_the_account(posting: Desk, postbox: Postbox) -> None:
    ada, client = account(posting, "Ada", Role.OWNER, "ada@gull.example"), browser_of(create_app(posting))
    for id, name in enumerate(("phone", "kitchen")):
        posting.store.add_app_password(ada.id, token_digest(name), name, Scope.READ, datetime.now(UTC))
        posting.store.add_passkey(Passkey(bytes([id]), ada.id, b"key", 0, f"key of the {name}", datetime.now(UTC)))
    posting.store.add_passkey(Passkey(b"unnamed", ada.id, b"key", 0, "", datetime.now(UTC)))
    path = reset_path(posting.store, ada.id, datetime.now(UTC))
    shown = client.get(path).text
    assert "phone" in shown
    assert "key of the kitchen" in shown
    assert "<bdi>without a name</bdi>" in shown
    assert client.post(path, data={"password": OTHER}).status_code == 303
    assert posting.store.app_passwords(ada.id) == ()
    assert len(posting.store.passkeys(ada.id)) == 3
    (told,) = postbox.taken()
    assert told.to == "ada@gull.example"
    assert "ended: phone, kitchen\n" in told.text
    assert "key of the phone, key of the kitchen, without a name\n" in told.text
    assert OTHER not in told.text


def test_an_invited_reader_shows_the_mail_address_first(posting: Desk, postbox: Postbox) -> None:
    owner = account(posting, "Ada", Role.OWNER, "ada@gull.example")
    app = create_app(posting)
    for guest, mail in (("Ben", "ben@gull.example"), ("Cleo", "ADA@gull.example")):
        path = link_in(browser_of(app, owner).post("/readers/invitations", data={"role": "reader", "lasts": "7"}))
        answer = browser_of(app).post(path, data={"name": guest, "password": PASSWORD, "mail": mail})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?kept=mail#at-you")
        assert getattr(posting.store.account_named(guest.casefold()), "mail", "") is None
    assert [mail.to for mail in postbox.taken()] == ["ben@gull.example", "ada@gull.example"]


def test_the_owner_gives_a_link_to_who_forgot(app: FastAPI, desk: Desk) -> None:
    owner, ben = browser_of(app, account(desk, "Ada", Role.OWNER)), account(desk, "Ben")
    path = link_in(owner.post(f"/readers/{ben.id}/reset"))
    assert browser_of(app).post(path, data={"password": OTHER}).status_code == 303
    assert owner.post("/readers/999/reset").status_code == 404
    desk.store.close_account(ben.id, datetime.now(UTC))
    assert owner.post(f"/readers/{ben.id}/reset").status_code == 422


def test_a_closed_account_has_no_way_back(app: FastAPI, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    ben = account(desk, "Ben")
    path = reset_path(desk.store, ben.id, datetime.now(UTC))
    desk.store.close_account(ben.id, datetime.now(UTC))
    assert browser_of(app).get(path).status_code == 404


def test_without_mail_the_page_says_whom_to_ask(stranger: TestClient, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    assert "octavo readers reset" in stranger.get("/forgotten").text
    assert stranger.post("/forgotten", data={"mail": "ada@gull.example"}).status_code == 404


def test_a_mail_that_cannot_be_sent_is_logged_without_whom_it_was_for(
    tmp_path: Path, sqlite_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "address": ADDRESS}
    with Desk.open(Settings(data=tmp_path, database=sqlite_address, **mail)) as desk:
        account(desk, "Ada", Role.OWNER, "ada@gull.example")
        assert browser_of(create_app(desk)).post("/forgotten", data={"mail": "ada@gull.example"}).status_code == 200
        for _ in range(100):
            if said := [record.getMessage() for record in caplog.records if record.name == "octavo.web.mails"]:
                break
            sleep(0.1)
    assert "could not be sent" in said[0]
    assert "gull.example" not in said[0]
    assert "/reset/" not in said[0]


# ---- readers -------------------------------------------------------------------------------------------------------


def test_an_instance_keeps_an_owner(app: FastAPI, desk: Desk) -> None:
    ada, ben = account(desk, "Ada", Role.OWNER), account(desk, "Ben")
    owner = browser_of(app, ada)
    assert owner.post(f"/readers/{ada.id}/role", data={"role": "reader"}).status_code == 422
    assert owner.post(f"/readers/{ada.id}/close").status_code == 422
    assert owner.post(f"/readers/{ben.id}/role", data={"role": "owner"}).status_code == 303
    assert owner.post(f"/readers/{ada.id}/role", data={"role": "reader"}).status_code == 303
    assert owner.get("/readers").status_code == 403
    assert browser_of(app, ben).get("/readers").status_code == 200


def test_an_account_is_closed_and_opened_again(app: FastAPI, desk: Desk) -> None:
    owner, ben = browser_of(app, account(desk, "Ada", Role.OWNER)), account(desk, "Ben")
    client = browser_of(app, ben)
    owner.post(f"/readers/{ben.id}/close")
    assert not is_in(client)
    owner.post(f"/readers/{ben.id}/close")
    log_in(client, ben)
    assert is_in(client)
    assert owner.post(f"/readers/{ben.id}/role", data={"role": "king"}).status_code == 400
