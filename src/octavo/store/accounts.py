"""Accounts: who may log in under which name, and the sessions that log-ins open. Of passwords and tokens only digests are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from octavo.errors import InputError
from octavo.model import Reader, Role
from octavo.store.database import AnyRow, Part
from octavo.store.tables_people import accounts, passes, readers, sessions

ACCOUNTS = "accounts"  # the lock under which accounts are made and changed


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of a reader who can log in. `login` is the name as it is compared, `password` its digest by argon2id."""

    reader: Reader
    login: str
    password: str
    mail: str | None
    changed_at: datetime  # the password
    closed_at: datetime | None = None  # by the owner; None: open
    used_at: datetime | None = None  # last use of a session that still is


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made of."""

    name: str
    login: str
    password: str  # the digest
    mail: str | None = None
    role: Role = Role.READER


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which a reader is logged in. `token_hash`: the SHA-256 of what its cookie holds."""

    token_hash: bytes
    reader: int
    created_at: datetime
    used_at: datetime
    device: str


class Accounts(Part):
    """Who may log in, and who is."""

    # ---- accounts ----------------------------------------------------------------------------------------------------

    def has_accounts(self) -> bool:
        """Whether people log in here. Without accounts the owner alone reads, unasked."""
        with self.database.reading() as connection:
            return has_accounts(connection)

    def open_accounts(self, owner: NewAccount, now: datetime) -> Reader:
        """Give the owner an account, the first one: from now on everybody logs in. Raises InputError when there are accounts already."""
        with self.database.writing(ACCOUNTS) as connection:
            if has_accounts(connection):
                raise InputError("The owner has an account already", todo="Log in with it")
            id = connection.execute(select(readers.c.id).where(readers.c.role == Role.OWNER).order_by(readers.c.id).limit(1)).scalar_one()
            connection.execute(update(readers).where(readers.c.id == id).values(name=owner.name))
            _keep(connection, id, owner, now)
            return _reader(connection, id)

    def add_account(self, new: NewAccount, now: datetime) -> Reader:
        """A new reader. Raises InputError when there are no accounts yet, or another has the name or the mail address."""
        with self.database.writing(ACCOUNTS) as connection:
            return add_account(connection, new, now)

    def accounts(self) -> tuple[Account, ...]:
        """All accounts in the order in which the readers came."""
        with self.database.reading() as connection:
            return tuple(_account(row) for row in connection.execute(_ACCOUNTS.order_by(readers.c.id)))

    def account(self, reader: int) -> Account | None:
        """The account of a reader."""
        return self._one(accounts.c.reader == reader)

    def account_named(self, login: str) -> Account | None:
        """The account with this name, as names are compared."""
        return self._one(accounts.c.login == login)

    def account_at(self, mail: str) -> Account | None:
        """The account with this mail address."""
        return self._one(accounts.c.mail == mail)

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        with self.database.reading() as connection:
            return _account_where(connection, condition)

    def change_account(self, reader: int, name: str, login: str, mail: str | None) -> None:
        """Another name or mail address. Raises InputError when another reader has it."""
        with self.database.writing(ACCOUNTS) as connection:
            refuse_taken(connection, login, mail, but=reader)
            connection.execute(update(readers).where(readers.c.id == reader).values(name=name))
            connection.execute(update(accounts).where(accounts.c.reader == reader).values(login=login, mail=mail))

    def change_role(self, reader: int, role: Role) -> None:
        """What a reader may do from now on. Raises InputError when no open account of an owner would remain."""
        with self.database.writing(ACCOUNTS) as connection:
            connection.execute(update(readers).where(readers.c.id == reader).values(role=role))
            refuse_without_owner(connection)

    def close_account(self, reader: int, now: datetime) -> None:
        """Let a reader log in no more; what is his or hers stays. Raises InputError when no open account of an owner would remain."""
        with self.database.writing(ACCOUNTS) as connection:
            connection.execute(update(accounts).where(accounts.c.reader == reader).values(closed_at=now))
            connection.execute(delete(sessions).where(sessions.c.reader == reader))
            connection.execute(delete(passes).where(passes.c.reader == reader))
            refuse_without_owner(connection)

    def reopen_account(self, reader: int) -> None:
        """Let a reader log in again."""
        with self.database.writing(ACCOUNTS) as connection:
            connection.execute(update(accounts).where(accounts.c.reader == reader).values(closed_at=None))

    def set_password(self, reader: int, password: str, now: datetime, keep: bytes | None = None, proved: datetime | None = None) -> bool:
        """Another password. Ends all sessions of the reader but the one with the token hash `keep`, and the links that would reset it.

        False, and nothing happens, where the password was changed since the one that was `proved`, by its `Account.changed_at`.
        """
        with self.database.writing(ACCOUNTS) as connection:
            return set_password(connection, reader, password, now, keep, proved)

    def rehash(self, reader: int, old: str, new: str) -> None:
        """Keep the same password with another digest, unless it was changed in the meantime."""
        same = (accounts.c.reader == reader, accounts.c.password == old)
        with self.database.writing(ACCOUNTS) as connection:
            connection.execute(update(accounts).where(*same).values(password=new))

    # ---- sessions ----------------------------------------------------------------------------------------------------

    def open_session(self, new: Session, unused: timedelta, replaces: bytes | None = None, proved: datetime | None = None) -> bool:
        """Keep a new session, in the place of the one that the browser had before. Sessions `unused` for so long go on the occasion.

        False, and none is opened, where the account is closed, or its password was changed since the one that was `proved`, by its
        `Account.changed_at`; None: it was not the password that was proved.
        """
        with self.database.writing(ACCOUNTS) as connection:
            gone = sessions.c.used_at < new.created_at - unused
            connection.execute(delete(sessions).where(gone if replaces is None else gone | (sessions.c.token_hash == replaces)))
            known = account_of(connection, new.reader)
            if known is None or known.closed_at or proved not in (None, known.changed_at):
                return False
            values = {"token_hash": new.token_hash, "reader": new.reader, "created_at": new.created_at, "used_at": new.used_at}
            connection.execute(insert(sessions).values(**values, device=new.device))
            return True

    def use_session(self, token_hash: bytes, now: datetime) -> None:
        """Note that a session is in use."""
        with self.database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(used_at=now))

    def sessions(self, reader: int, since: datetime) -> tuple[Session, ...]:
        """The sessions of a reader that were used after `since`, those used last first."""
        query = select(sessions).where(sessions.c.reader == reader, sessions.c.used_at > since).order_by(sessions.c.used_at.desc())
        with self.database.reading() as connection:
            return tuple(read_session(row) for row in connection.execute(query))

    def end_session(self, reader: int, token_hash: bytes) -> None:
        """Log a browser of this reader out."""
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.reader == reader, sessions.c.token_hash == token_hash))

    def end_sessions(self, reader: int, keep: bytes | None = None) -> None:
        """Log all browsers of this reader out but one."""
        with self.database.writing() as connection:
            end_sessions(connection, reader, keep)


# ---- within a transaction --------------------------------------------------------------------------------------------


ANY_ACCOUNT = exists(select(accounts.c.reader))
_ANY = select(ANY_ACCOUNT)


def has_accounts(connection: Connection) -> bool:
    """Whether there is an account."""
    return bool(connection.execute(_ANY).scalar_one())


def add_account(connection: Connection, new: NewAccount, now: datetime) -> Reader:
    """Make a reader with an account. Raises InputError."""
    if not has_accounts(connection):
        raise InputError("There are no accounts yet", todo="Give the owner a name and a password first")
    refuse_taken(connection, new.login, new.mail)
    row = insert(readers).values(name=new.name, role=new.role, created_at=now).returning(readers.c.id)
    id: int = connection.execute(row).scalar_one()
    _keep(connection, id, new, now)
    return _reader(connection, id)


def account_of(connection: Connection, reader: int) -> Account | None:
    """The account of a reader."""
    return _account_where(connection, accounts.c.reader == reader)


def set_password(
    connection: Connection, reader: int, password: str, now: datetime, keep: bytes | None = None, proved: datetime | None = None
) -> bool:
    """Another password; what the old one opened ends. False, and nothing happens, where another one than `proved` is set by now."""
    same = (accounts.c.reader == reader, *(() if proved is None else (accounts.c.changed_at == proved,)))
    if not connection.execute(update(accounts).where(*same).values(password=password, changed_at=now)).rowcount:
        return False
    connection.execute(delete(passes).where(passes.c.reader == reader))
    end_sessions(connection, reader, keep)
    return True


def end_sessions(connection: Connection, reader: int, keep: bytes | None) -> None:
    """Log all browsers of a reader out but one."""
    others = () if keep is None else (sessions.c.token_hash != keep,)
    connection.execute(delete(sessions).where(sessions.c.reader == reader, *others))


def read_session(row: AnyRow) -> Session:
    """A session as its row has it."""
    return Session(row.token_hash, row.reader, row.created_at, row.used_at, row.device)


def read_reader(row: AnyRow) -> Reader:
    """A reader as his or her row has it."""
    return Reader(row.id, row.name, Role(row.role), row.created_at)


def _keep(connection: Connection, reader: int, new: NewAccount, now: datetime) -> None:
    values = {"reader": reader, "login": new.login, "password": new.password, "mail": new.mail, "changed_at": now}
    connection.execute(insert(accounts).values(values))


def _reader(connection: Connection, id: int) -> Reader:
    return read_reader(connection.execute(select(readers).where(readers.c.id == id)).one())


def refuse_taken(connection: Connection, login: str | None, mail: str | None, but: int | None = None) -> None:
    """Raises InputError where another reader has the name, as names are compared, or the mail address."""
    for column, value, what in ((accounts.c.login, login, "name"), (accounts.c.mail, mail, "mail address")):
        query = select(accounts.c.reader).where(column == value)
        if value is not None and connection.execute(query).scalar_one_or_none() not in (None, but):
            raise InputError(f"Another reader has this {what} already", todo="Choose another one")


def refuse_without_owner(connection: Connection) -> None:
    """Undo a transaction after which no open account of an owner would remain. Raises InputError."""
    owning = select(readers.c.id).join(accounts).where(readers.c.role == Role.OWNER, accounts.c.closed_at.is_(None))
    if connection.execute(owning.limit(1)).first() is None:
        raise InputError("Then nobody would own this instance", todo="Make another reader an owner first")


def _account_where(connection: Connection, condition: ColumnElement[bool]) -> Account | None:
    row = connection.execute(_ACCOUNTS.where(condition)).one_or_none()
    return _account(row) if row else None


def _account(row: AnyRow) -> Account:
    return Account(read_reader(row), row.login, row.password, row.mail, row.changed_at, row.closed_at, row.used_at)


_LAST_USE = select(func.max(sessions.c.used_at)).where(sessions.c.reader == readers.c.id).scalar_subquery().label("used_at")
_ACCOUNTS = select(
    readers, accounts.c.login, accounts.c.password, accounts.c.mail, accounts.c.changed_at, accounts.c.closed_at, _LAST_USE
).join(accounts)
