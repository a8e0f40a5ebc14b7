"""Accounts and what goes with them, on both databases: names are given once, what is for one use is used once, the owner remains."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from octavo.accounts import token_digest
from octavo.errors import InputError
from octavo.model import Role
from octavo.store import Instance, NewAccount, Pass, Passkey, Purpose, Scope, Session, Store
from octavo.store.tables import metadata
from octavo.store.tables_people import readers
from store_samples import NOW

WEEK = timedelta(days=7)
UNUSED = timedelta(days=30)


@pytest.fixture
def people(store: Store) -> Iterator[Store]:
    """A store whose readers are taken out again: the database outlives the test."""
    owner = store.owner()
    yield store
    with store.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not readers and "reader" in table.c:
                connection.execute(delete(table))
        connection.execute(delete(readers).where(readers.c.id != owner.id))
        connection.execute(update(readers).values(name=owner.name, role=owner.role))


def new(name: str, role: Role = Role.READER, mail: str | None = None) -> NewAccount:
    return NewAccount(name, name.casefold(), f"digest of {name}", mail, role)


def session(reader: int, token: str, ago: timedelta = timedelta()) -> Session:
    return Session(token_digest(token), reader, NOW - ago, NOW - ago, "Firefox")


def test_the_first_account_is_the_owners(people: Store) -> None:
    before = people.owner()
    assert not people.has_accounts()
    with pytest.raises(InputError, match="no accounts yet"):
        people.add_account(new("Ben"), NOW)
    owner = people.open_accounts(new("Ada"), NOW)
    assert (owner.id, owner.name, owner.role) == (before.id, "Ada", Role.OWNER)
    with pytest.raises(InputError, match="already"):
        people.open_accounts(new("Eve"), NOW)
    assert [one.reader.name for one in people.accounts()] == ["Ada"]


def test_names_and_mail_addresses_are_given_once(people: Store) -> None:
    ada = people.open_accounts(new("Ada", mail="ada@gull.example"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    for taken in (new("ADA"), new("Cleo", mail="ada@gull.example")):
        with pytest.raises(InputError, match="has this"):
            people.add_account(taken, NOW)
    with pytest.raises(InputError):
        people.change_account(ben.id, "Ada", "ada", None)
    people.change_account(ada.id, "Ada G.", "ada g.", None)
    people.change_account(ben.id, "Ada", "ada", "ada@gull.example")
    found = people.account_at("ada@gull.example")
    assert found
    assert found.reader.id == ben.id == getattr(people.account_named("ada"), "reader", ada).id
    assert people.account_named("nobody") is None


def test_who_asks(people: Store) -> None:
    since = NOW - UNUSED
    alone = people.who_asks(token_digest("a"), token_digest("b"), since)
    assert (alone.reader, alone.accounts) == (people.owner(), False)
    ada = people.open_accounts(new("Ada"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    people.open_session(session(ben.id, "cookie"), UNUSED)
    people.add_app_password(ada.id, token_digest("program"), "reader", Scope.READ, NOW)
    stranger = people.who_asks(token_digest("x"), token_digest("y"), since)
    assert (stranger.reader, stranger.accounts) == (None, True)
    by_cookie = people.who_asks(token_digest("cookie"), token_digest("program"), since)
    assert (by_cookie.reader, by_cookie.app_password) == (ben, None)
    by_program = people.who_asks(token_digest("x"), token_digest("program"), since)
    assert (by_program.reader, by_program.session) == (ada, None)
    assert by_program.app_password
    assert by_program.app_password.scope is Scope.READ
    assert people.who_asks(token_digest("cookie"), None, NOW).reader is None, "not used since"
    people.close_account(ben.id, NOW)
    people.open_session(session(ben.id, "again"), UNUSED)
    assert people.who_asks(token_digest("again"), None, since).reader is None


def test_sessions_that_nobody_uses_go(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    people.open_session(session(ada.id, "old", timedelta(days=40)), UNUSED)
    people.open_session(session(ada.id, "first"), UNUSED)
    assert [one.token_hash for one in people.sessions(ada.id, NOW - timedelta(days=99))] == [token_digest("first")]
    people.open_session(session(ada.id, "second"), UNUSED, replaces=token_digest("first"))
    assert [one.token_hash for one in people.sessions(ada.id, NOW - timedelta(1))] == [token_digest("second")]
    people.use_session(token_digest("second"), NOW + WEEK)
    assert people.accounts()[0].used_at == NOW + WEEK


def test_an_owner_remains(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    for deed in (lambda: people.change_role(ada.id, Role.READER), lambda: people.close_account(ada.id, NOW)):
        with pytest.raises(InputError, match="own"):
            deed()
    kept = people.account(ada.id)
    assert kept
    assert (kept.reader.role, kept.closed_at) == (Role.OWNER, None)
    ben = people.add_account(new("Ben", Role.OWNER), NOW)
    people.close_account(ben.id, NOW)
    with pytest.raises(InputError):
        people.change_role(ada.id, Role.EDITOR)


def invitation(token: str, role: Role = Role.EDITOR, lasts: timedelta = WEEK) -> Pass:
    return Pass(token_digest(token), Purpose.INVITATION, NOW, NOW + lasts, role=role, note="Ben")


def test_of_many_who_accept_an_invitation_at_once_one_comes_in(people: Store) -> None:
    people.open_accounts(new("Ada"), NOW)
    people.add_pass(invitation("token"))
    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(lambda number: people.accept(token_digest("token"), new(f"Guest {number}", Role.OWNER), NOW), range(4)))
    (one,) = filter(None, came)
    assert one.role == Role.EDITOR, "the invitation says the role"
    assert len(people.accounts()) == 2


def test_an_invitation_is_not_used_up_by_a_name_that_is_taken(people: Store) -> None:
    people.open_accounts(new("Ada"), NOW)
    people.add_pass(invitation("token"))
    with pytest.raises(InputError):
        people.accept(token_digest("token"), new("Ada"), NOW)
    assert people.passes(Purpose.INVITATION, NOW) == (invitation("token"),)
    assert people.accept(token_digest("token"), new("Ben"), NOW)


def test_a_pass_is_good_for_its_purpose_until_it_expires(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    people.add_pass(Pass(token_digest("reset"), Purpose.RESET, NOW, NOW + WEEK, ada.id))
    assert people.accept(token_digest("reset"), new("Eve"), NOW) is None
    assert people.use_pass(token_digest("reset"), Purpose.LOG_IN, NOW) is None
    assert people.find_pass(token_digest("reset"), Purpose.RESET, NOW + WEEK) is None
    assert people.reset_password(token_digest("reset"), "new digest", NOW) == ada.id
    assert people.reset_password(token_digest("reset"), "newer digest", NOW) is None
    kept = people.account(ada.id)
    assert kept
    assert (kept.password, kept.changed_at) == ("new digest", NOW)


def test_a_new_password_ends_what_the_old_one_opened(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    for reader, token in ((ada.id, "here"), (ada.id, "there"), (ben.id, "elsewhere")):
        people.open_session(session(reader, token), UNUSED)
    people.add_pass(Pass(token_digest("reset"), Purpose.RESET, NOW, NOW + WEEK, ada.id))
    people.set_password(ada.id, "new", NOW, keep=token_digest("here"))
    assert [one.token_hash for one in people.sessions(ada.id, NOW - WEEK)] == [token_digest("here")]
    assert len(people.sessions(ben.id, NOW - WEEK)) == 1
    assert people.passes(Purpose.RESET, NOW) == ()
    people.rehash(ada.id, "old", "stronger")
    assert getattr(people.account(ada.id), "password", "") == "new", "it was changed in the meantime"
    people.rehash(ada.id, "new", "stronger")
    assert getattr(people.account(ada.id), "password", "") == "stronger"


def test_a_passkey_is_kept_once(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    one = Passkey(b"\x01" * 900, ada.id, b"key", 3, "phone", NOW)
    people.add_passkey(one)
    with pytest.raises(InputError):
        people.add_passkey(one)
    people.use_passkey(one.credential, 4, NOW + WEEK)
    assert people.passkey(one.credential) == Passkey(one.credential, ada.id, b"key", 4, "phone", NOW, NOW + WEEK)
    assert people.passkey(b"other") is None


def test_waits_are_kept_for_every_process(people: Store, address: str) -> None:
    def wait(failures: int) -> timedelta:
        return timedelta(seconds=60 if failures > 2 else 0)

    keys = [(b"name", wait), (b"address", wait)]
    with Store.open(address) as other:
        assert [one.attempt(keys, NOW) for one in (people, other, people)] == [None] * 3
        assert other.attempt(keys, NOW) == NOW + timedelta(seconds=60)
        assert other.attempt([(b"address", wait)], NOW + timedelta(seconds=59)) == NOW + timedelta(seconds=60)
    assert people.attempt([(b"another", wait)], NOW) is None
    assert people.attempt(keys, NOW + timedelta(seconds=61)) is None
    people.succeeded(b"name", [b"address"], NOW + timedelta(seconds=62))
    assert people.attempt(keys, NOW + timedelta(seconds=63)) is None
    assert people.attempt(keys, NOW + timedelta(seconds=64)) is not None, "the address has failed before"
    assert people.attempt(keys, NOW + timedelta(days=2)) is None, "forgotten"


def test_attempts_side_by_side_do_not_outrun_the_count(people: Store) -> None:
    def wait(failures: int) -> timedelta:
        return timedelta(seconds=60 if failures > 4 else 0)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: people.attempt([(b"name", wait)], NOW), range(24)))
    assert waits.count(None) == 5


def test_what_the_owner_sets_is_kept_as_far_as_it_differs(people: Store) -> None:
    assert people.instance() == Instance()
    wanted = Instance(name="Gull Post", public_reading=True, retention_days=90)
    people.set_instance(wanted)
    assert people.instance() == wanted
    people.set_instance(Instance())
    assert people.instance() == Instance()


def test_what_was_proved_by_a_password_that_is_no_longer_set_opens_nothing(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    proved = getattr(people.account(ada.id), "changed_at", None)
    assert people.open_session(session(ada.id, "before"), UNUSED, proved=proved)
    assert people.set_password(ada.id, "new", NOW + WEEK, proved=proved)
    assert not people.open_session(session(ada.id, "after"), UNUSED, proved=proved)
    assert not people.set_password(ada.id, "a guesser's", NOW + WEEK, proved=proved)
    assert people.sessions(ada.id, NOW - WEEK) == ()
    assert getattr(people.account(ada.id), "password", "") == "new"
    assert people.open_session(session(ada.id, "by a passkey"), UNUSED)


def test_no_session_is_opened_for_an_account_that_was_closed(people: Store) -> None:
    people.open_accounts(new("Ada"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    people.close_account(ben.id, NOW)
    assert not people.open_session(session(ben.id, "late"), UNUSED)
    people.reopen_account(ben.id)
    assert people.sessions(ben.id, NOW - WEEK) == ()


def test_a_reset_ends_passwords_for_programs_and_keeps_passkeys(people: Store) -> None:
    ada = people.open_accounts(new("Ada"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    for reader in (ada, ben):
        people.add_app_password(reader.id, token_digest(reader.name), "phone", Scope.READ, NOW)
    people.add_passkey(Passkey(b"one", ada.id, b"key", 0, "laptop", NOW))
    people.set_password(ada.id, "new", NOW)
    assert people.app_passwords(ada.id), "who knows the password sees to them alone"
    people.add_pass(Pass(token_digest("reset"), Purpose.RESET, NOW, NOW + WEEK, ada.id))
    assert people.reset_password(token_digest("reset"), "newer", NOW)
    assert [len(people.app_passwords(reader.id)) for reader in (ada, ben)] == [0, 1]
    assert people.passkeys(ada.id)


def test_a_mail_address_is_taken_by_the_link_that_was_sent_to_it(people: Store) -> None:
    ada = people.open_accounts(new("Ada", mail="ada@gull.example"), NOW)
    ben = people.add_account(new("Ben"), NOW)
    assert not people.ask_for_mail(ben.id, "ada@gull.example", token_digest("taken"), NOW, WEEK)
    assert people.take_mail(token_digest("taken"), NOW) is None
    assert people.ask_for_mail(ben.id, "old@gull.example", token_digest("old"), NOW, WEEK)
    assert people.ask_for_mail(ben.id, "ben@gull.example", token_digest("ben"), NOW, WEEK)
    assert people.take_mail(token_digest("old"), NOW) is None, "another was asked for since"
    assert people.take_mail(token_digest("ben"), NOW + WEEK) is None
    assert people.ask_for_mail(ada.id, "ben@gull.example", token_digest("ada"), NOW, WEEK), "nobody has it yet"
    before = people.take_mail(token_digest("ben"), NOW)
    assert before
    assert (before.reader, before.mail) == (ben, None)
    assert people.take_mail(token_digest("ben"), NOW) is None
    with pytest.raises(InputError, match="mail address"):
        people.take_mail(token_digest("ada"), NOW)
    assert [one.mail for one in people.accounts()] == ["ada@gull.example", "ben@gull.example"]
