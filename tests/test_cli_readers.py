"""`octavo readers`: the owner's account, further readers and ways back in, from the machine itself; `octavo serve` keeps the door shut."""

from __future__ import annotations

import json

import pytest

from commands import Run, runner
from octavo.accounts import is_password
from octavo.model import Role
from octavo.settings import load_settings
from octavo.store import Account, Store

PASSWORD = "the gulls come back at dusk"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def named(login: str) -> Account | None:
    with Store.open(load_settings().database_address) as store:
        return store.account_named(login)


def test_the_first_password_makes_the_owners_account(run: Run) -> None:
    assert run("readers") == ([], [], 0)
    assert run("readers", "add", "Ben", typed=PASSWORD)[2] == 2
    assert run("readers", "password", typed=PASSWORD)[2] == 2
    assert run("readers", "password", "Ada Gull", typed=f"{PASSWORD}\n")[2] == 0
    kept = named("ada gull")
    assert kept
    assert kept.reader.role == Role.OWNER
    assert is_password(kept.password, PASSWORD)
    assert run("readers", "password", typed="another sentence\n")[2] == 0
    changed = named("ada gull")
    assert changed
    assert is_password(changed.password, "another sentence")


def test_readers_are_added_and_listed(run: Run) -> None:
    run("readers", "password", "Ada", typed=PASSWORD)
    assert run("readers", "add", "Ben", "--role", "editor", "--mail", "Ben@gull.example", typed=PASSWORD)[2] == 0
    lines, _, code = run("readers", "--json")
    rows = [json.loads(line) for line in lines]
    assert code == 0
    assert [(row["name"], row["role"], row["mail"]) for row in rows] == [("Ada", "owner", None), ("Ben", "editor", "ben@gull.example")]
    assert all("digest" not in line and "argon2" not in line for line in lines)
    assert "Ben" in run("readers")[0][1]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "Ada"), PASSWORD, "has this name"),
        (("add", "Ben"), "short", "10 to 200"),
        (("add", "Ben"), "", "10 to 200"),
        (("add", "a@b"), PASSWORD, "no @"),
        (("add", "Ben", "--mail", "x"), PASSWORD, "no mail address"),
        (("password", "Nobody"), PASSWORD, "no such reader"),
        (("reset", "Nobody"), "", "no such reader"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(run: Run, words: tuple[str, ...], typed: str, said: str) -> None:
    run("readers", "password", "Ada", typed=PASSWORD)
    lines, errors, code = run("readers", *words, typed=typed)
    assert (lines, len(errors), code) == ([], 1, 2)
    assert said in errors[0]


def test_a_link_brings_back_who_forgot(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("readers", "password", "Ada", typed=PASSWORD)
    (link,), _, code = run("readers", "reset")
    assert code == 0
    assert link.startswith("http://127.0.0.1:8710/reset/")
    monkeypatch.setenv("OCTAVO_ADDRESS", "https://news.example.org/")
    assert run("readers", "reset", "ada")[0][0].startswith("https://news.example.org/reset/")


def test_the_door_stays_shut_as_long_as_nobody_is_asked_for_a_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_HOST", "0.0.0.0")
    _, (error,), code = run("serve")
    assert code == 2
    assert "octavo readers password" in error
    run("readers", "password", "Ada", typed=PASSWORD)
    _, (error,), code = run("serve")
    assert code == 2
    assert "OCTAVO_ADDRESS" in error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADDRESS", "news.example.org"),
        ("ADDRESS", "ftp://x.example"),
        ("ADDRESS", "https://x.example/path"),
        ("ADDRESS", "http://["),
        ("HOSTS", "nas.local"),
        ("SMTP_SECURITY", "some"),
        ("SMTP_PORT", "0"),
        ("SESSION_DAYS", "0"),
    ],
)
def test_a_setting_that_cannot_be_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"OCTAVO_{name}", value)
    _, (error,), code = run("readers")
    assert code == 2
    assert f"OCTAVO_{name}" in error
