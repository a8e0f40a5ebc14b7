"""What a reader can prove himself or herself with besides the password: passkeys, passwords for programs, and what may be used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from octavo.errors import InputError
from octavo.model import Reader, Role
from octavo.store.accounts import ACCOUNTS, Account, NewAccount, account_of, add_account, refuse_taken, set_password
from octavo.store.database import AnyRow, Part
from octavo.store.tables_people import accounts, app_passwords, passes, passkeys


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn. `public_key` is in COSE form; the private one never leaves the reader's device."""

    credential: bytes
    reader: int
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None


class Scope(StrEnum):
    """What a program may do with a password of its own."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class AppPassword:
    """A password for a program."""

    id: int
    reader: int
    name: str
    scope: Scope
    created_at: datetime
    used_at: datetime | None = None


class Purpose(StrEnum):
    """What something that may be used once is for."""

    INVITATION = "invitation"
    RESET = "reset"
    REGISTER = "register"  # a challenge for a new passkey
    LOG_IN = "log in"  # a challenge for a log-in by passkey
    MAIL = "mail"  # shows that a mail address is the reader's own; it stands in the note


@dataclass(frozen=True, slots=True)
class Pass:
    """What may be used once, until it expires. `token_hash`: SHA-256 of what opens the door."""

    token_hash: bytes
    purpose: Purpose
    created_at: datetime
    expires_at: datetime
    reader: int | None = None  # whose password or passkey
    role: Role | None = None  # that an invitation gives
    note: str | None = None  # for whom an invitation is, or the mail address


class Credentials(Part):
    """Passkeys, passwords for programs, and what may be used once."""

    # ---- passkeys ----------------------------------------------------------------------------------------------------

    def add_passkey(self, new: Passkey) -> None:
        """Keep a passkey. Raises InputError when it is known already."""
        with self.database.writing(ACCOUNTS) as connection:
            if connection.execute(select(passkeys.c.reader).where(passkeys.c.credential == new.credential)).first():
                raise InputError("This passkey is known already", todo="Log in with it")
            values = {"credential": new.credential, "reader": new.reader, "public_key": new.public_key, "sign_count": new.sign_count}
            connection.execute(insert(passkeys).values(**values, name=new.name, created_at=new.created_at))

    def passkeys(self, reader: int) -> tuple[Passkey, ...]:
        """The passkeys of a reader, in the order in which they were made."""
        query = select(passkeys).where(passkeys.c.reader == reader).order_by(passkeys.c.created_at, passkeys.c.credential)
        with self.database.reading() as connection:
            return tuple(_passkey(row) for row in connection.execute(query))

    def passkey(self, credential: bytes) -> Passkey | None:
        """The passkey with this id, if its reader's account is open."""
        query = select(passkeys).join(accounts, accounts.c.reader == passkeys.c.reader)
        with self.database.reading() as connection:
            row = connection.execute(query.where(passkeys.c.credential == credential, accounts.c.closed_at.is_(None))).one_or_none()
            return _passkey(row) if row else None

    def use_passkey(self, credential: bytes, sign_count: int, now: datetime) -> None:
        """Note that somebody logged in by a passkey."""
        with self.database.writing() as connection:
            connection.execute(update(passkeys).where(passkeys.c.credential == credential).values(sign_count=sign_count, used_at=now))

    def remove_passkey(self, reader: int, credential: bytes) -> None:
        """Forget a passkey of this reader."""
        with self.database.writing() as connection:
            connection.execute(delete(passkeys).where(passkeys.c.reader == reader, passkeys.c.credential == credential))

    # ---- passwords for programs --------------------------------------------------------------------------------------

    def add_app_password(self, reader: int, token_hash: bytes, name: str, scope: Scope, now: datetime) -> None:
        """Keep a password for a program."""
        values = {"reader": reader, "token_hash": token_hash, "name": name, "scope": scope, "created_at": now}
        with self.database.writing() as connection:
            connection.execute(insert(app_passwords).values(values))

    def app_passwords(self, reader: int) -> tuple[AppPassword, ...]:
        """The passwords for programs that a reader made, in that order."""
        query = select(app_passwords).where(app_passwords.c.reader == reader).order_by(app_passwords.c.id)
        with self.database.reading() as connection:
            return tuple(read_app_password(row) for row in connection.execute(query))

    def use_app_password(self, id: int, now: datetime) -> None:
        """Note that a program uses its password."""
        with self.database.writing() as connection:
            connection.execute(update(app_passwords).where(app_passwords.c.id == id).values(used_at=now))

    def remove_app_password(self, reader: int, id: int) -> None:
        """Forget a password for a program of this reader."""
        with self.database.writing() as connection:
            connection.execute(delete(app_passwords).where(app_passwords.c.reader == reader, app_passwords.c.id == id))

    # ---- what may be used once ---------------------------------------------------------------------------------------

    def add_pass(self, new: Pass) -> None:
        """Keep what may be used once. Those that expired go on the occasion."""
        values = {"token_hash": new.token_hash, "purpose": new.purpose, "reader": new.reader, "role": new.role, "note": new.note}
        with self.database.writing() as connection:
            connection.execute(delete(passes).where(passes.c.expires_at <= new.created_at))
            connection.execute(insert(passes).values(**values, created_at=new.created_at, expires_at=new.expires_at))

    def passes(self, purpose: Purpose, now: datetime) -> tuple[Pass, ...]:
        """Those that can still be used, the newest first."""
        query = select(passes).where(passes.c.purpose == purpose, passes.c.expires_at > now).order_by(passes.c.created_at.desc())
        with self.database.reading() as connection:
            return tuple(_pass(row) for row in connection.execute(query))

    def find_pass(self, token_hash: bytes, purpose: Purpose, now: datetime) -> Pass | None:
        """One that can still be used. It is not used by that."""
        with self.database.reading() as connection:
            return _find(connection, token_hash, purpose, now)

    def use_pass(self, token_hash: bytes, purpose: Purpose, now: datetime) -> Pass | None:
        """Use one up. None when there is none, or no longer: of several who try at once, one gets it."""
        with self.database.writing(ACCOUNTS) as connection:
            return _use(connection, token_hash, purpose, now)

    def remove_pass(self, token_hash: bytes, purpose: Purpose) -> None:
        """Take one back."""
        with self.database.writing() as connection:
            connection.execute(delete(passes).where(passes.c.token_hash == token_hash, passes.c.purpose == purpose))

    def accept(self, token_hash: bytes, new: NewAccount, now: datetime) -> Reader | None:
        """Make the account that an invitation is for; the invitation's role counts. None when the invitation can no longer be used.

        Raises InputError when another has the name or the mail address; the invitation can then be used again.
        """
        with self.database.writing(ACCOUNTS) as connection:
            used = _use(connection, token_hash, Purpose.INVITATION, now)
            if used is None or used.role is None:
                return None
            return add_account(connection, NewAccount(new.name, new.login, new.password, new.mail, used.role), now)

    def reset_password(self, token_hash: bytes, password: str, now: datetime) -> int | None:
        """Set the password of the reader whom a link is for, and end his or her passwords for programs: who forgot it may have lost it.

        Returns the reader; None when the link can no longer be used.
        """
        with self.database.writing(ACCOUNTS) as connection:
            used = _use(connection, token_hash, Purpose.RESET, now)
            if used is None or used.reader is None:
                return None
            set_password(connection, used.reader, password, now)
            connection.execute(delete(app_passwords).where(app_passwords.c.reader == used.reader))
            return used.reader

    def ask_for_mail(self, reader: int, mail: str, token_hash: bytes, now: datetime, lasts: timedelta) -> bool:
        """Keep what shows that a mail address is this reader's, in place of any that he or she asked for before.

        False, and nothing is kept, where another reader has the address.
        """
        with self.database.writing(ACCOUNTS) as connection:
            connection.execute(delete(passes).where(passes.c.reader == reader, passes.c.purpose == Purpose.MAIL))
            if connection.execute(select(accounts.c.reader).where(accounts.c.mail == mail)).first():
                return False
            values = {"token_hash": token_hash, "purpose": Purpose.MAIL, "reader": reader, "note": mail}
            connection.execute(insert(passes).values(**values, created_at=now, expires_at=now + lasts))
            return True

    def take_mail(self, token_hash: bytes, now: datetime) -> Account | None:
        """Give a reader the mail address that a link was sent to. Returns the account as it was; None when the link can no longer be used.

        Raises InputError when another reader has the address by now.
        """
        with self.database.writing(ACCOUNTS) as connection:
            used = _use(connection, token_hash, Purpose.MAIL, now)
            before = account_of(connection, used.reader) if used and used.reader else None
            if used is None or before is None:
                return None
            refuse_taken(connection, None, used.note, but=before.reader.id)
            connection.execute(update(accounts).where(accounts.c.reader == before.reader.id).values(mail=used.note))
            return before


def _find(connection: Connection, token_hash: bytes, purpose: Purpose, now: datetime) -> Pass | None:
    same = (passes.c.token_hash == token_hash, passes.c.purpose == purpose, passes.c.expires_at > now)
    row = connection.execute(select(passes).where(*same)).one_or_none()
    return _pass(row) if row else None


def _use(connection: Connection, token_hash: bytes, purpose: Purpose, now: datetime) -> Pass | None:
    found = _find(connection, token_hash, purpose, now)
    if found:
        connection.execute(delete(passes).where(passes.c.token_hash == token_hash))
    return found


def _passkey(row: AnyRow) -> Passkey:
    return Passkey(row.credential, row.reader, row.public_key, row.sign_count, row.name, row.created_at, row.used_at)


def read_app_password(row: AnyRow) -> AppPassword:
    """A password for a program as its row has it, without what it opens with."""
    return AppPassword(row.id, row.reader, row.name, Scope(row.scope), row.created_at, row.used_at)


def _pass(row: AnyRow) -> Pass:
    role = Role(row.role) if row.role else None
    return Pass(row.token_hash, Purpose(row.purpose), row.created_at, row.expires_at, row.reader, role, row.note)
