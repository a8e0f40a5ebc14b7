"""Names, passwords, tokens and waits: what accounts rest on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from octavo import accounts
from octavo.accounts import (
    attempt_keys,
    checked_mail,
    checked_name,
    checked_password,
    device,
    is_outdated,
    is_password,
    login_of,
    new_app_password,
    new_token,
    password_digest,
    token_digest,
    wait_for_address,
    wait_for_name,
)
from octavo.errors import InputError


@pytest.mark.parametrize(("typed", "name"), [(" Ada  Gull ", "Ada Gull"), ("Zoe\u0308", "Zoë"), ("دانا", "دانا"), ("李", "李")])
def test_a_name_is_kept_as_it_is_meant(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", "a@b", "x" * 61, "Ada\u202egull", "Ada\x00", "\u3164"])
def test_a_name_that_cannot_be_told_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        checked_name(typed)


def test_names_that_look_the_same_are_the_same() -> None:
    assert login_of("Ada Gull") == login_of(" ADA  gull") == login_of("Ａda Gull")
    assert login_of("Straße") == login_of("STRASSE")
    assert login_of("Ada\ufe0f") == login_of("A\u034fda") == login_of("Ada\u115f") == login_of("Ada")
    assert login_of("Ada") != login_of("Adá")


@pytest.mark.parametrize(("typed", "mail"), [(" Ada@Gull.Example ", "ada@gull.example"), ("", None), ("  ", None)])
def test_a_mail_address_is_kept_as_it_is_compared(typed: str, mail: str | None) -> None:
    assert checked_mail(typed) == mail


@pytest.mark.parametrize(
    "typed", ["ada", "a b@c.example", "a@b@c", "a@b.example\nBcc: x@y.example", "<a@b.example>", "@b", "a" * 255 + "@b.example"]
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        checked_mail(typed)


@pytest.mark.parametrize("typed", ["short", "x" * 9, "x" * 201])
def test_a_password_is_neither_short_nor_endless(typed: str) -> None:
    with pytest.raises(InputError):
        checked_password(typed)
    assert checked_password("x" * 10) == "x" * 10


def test_a_password_is_known_by_its_digest_alone() -> None:
    digest = password_digest("Mu\u0308hle am Bach")
    assert digest.startswith("$argon2id$")
    assert digest != password_digest("Mu\u0308hle am Bach")
    assert is_password(digest, "Mühle am Bach"), "the same letters from another keyboard"
    assert not is_password(digest, "mühle am bach")
    assert not is_password(None, "anything at all")


def test_a_password_that_is_too_long_is_wrong_and_not_cut() -> None:
    digest = password_digest("x" * 200)
    assert is_password(digest, "x" * 200)
    assert not is_password(digest, "x" * 201)
    assert not is_password(digest, "x" * 2000)


def test_a_digest_of_lower_parameters_is_renewed() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("a long enough one"))
    assert not is_outdated(password_digest("a long enough one"))


def test_tokens_are_long_and_never_the_same() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43
    one = new_app_password()
    assert one.startswith(accounts.APP_PASSWORD)
    assert len(one.removeprefix(accounts.APP_PASSWORD)) == 32
    assert len({new_app_password() for _ in range(100)}) == 100
    assert token_digest(one) != token_digest(one + " ")
    assert token_digest("\ud800") == token_digest("\ud800"), "whatever a cookie holds has a digest"


def test_waits_begin_late_and_grow() -> None:
    waits = [wait_for_name(failures) for failures in range(1, 20)]
    assert waits[:4] == [timedelta()] * 4
    assert waits[4:8] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert waits[-1] == wait_for_name(10**9) == timedelta(minutes=15)
    assert wait_for_address(19) == timedelta() < wait_for_address(20)


def test_attempts_count_for_a_name_and_for_a_household() -> None:
    name, address = attempt_keys("log in", "ada", "2001:db8:1:2:3:4:5:6")
    assert attempt_keys("log in", "ada", "2001:db8:1:2::9") == (name, address)
    assert attempt_keys("log in", "ada", "2001:db8:1:3::9")[1] != address
    assert attempt_keys("reset", "ada", "2001:db8:1:2::9")[0] != name
    assert attempt_keys("log in", "ada", "192.0.2.1")[1] != attempt_keys("log in", "ada", "192.0.2.2")[1]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(header: str, words: str) -> None:
    assert device(header) == words
