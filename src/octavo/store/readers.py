"""Who reads here, how they want pages set, and when they last looked at what. The first migration makes the owner."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, true, update

from octavo.model import Reader, Role
from octavo.store.accounts import ANY_ACCOUNT, Session, read_reader, read_session
from octavo.store.backup import LAST_RESTORATION
from octavo.store.credentials import AppPassword, read_app_password
from octavo.store.database import Part
from octavo.store.instance import Instance, instance_of
from octavo.store.tables_people import accounts, app_passwords, instance, readers, sessions

ONE_LOOK = timedelta(minutes=30)  # visits no further apart than this are one look: loading a page again takes no mark away


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a reader wants pages set and what stands on them."""

    size: str = "normal"  # of the letters: "small", "normal", "large", "largest"
    density: str = "airy"  # or "dense"
    theme: str = "system"  # or "light", "dark", "sepia"
    language: str | None = None  # of the interface; None: as the browser asks
    languages: tuple[str, ...] = ()  # that the reader reads; (): all
    time_zone: str | None = None  # IANA; None: the installation's
    home: str | None = None  # ISO 3166-1 alpha-2; news of its outlets stand first
    edition: str | None = None  # that the front page opens with; None: everything
    keys: bool = True  # single letters do something


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and of what kind of instance. `reader` None: a stranger. Without `accounts` it is always the owner."""

    reader: Reader | None
    instance: Instance
    generation: str | None = None  # of what the database holds, as `Store.generation` names it
    preferences: Preferences = Preferences()
    accounts: bool = False
    session: Session | None = None  # that a person logged in for
    app_password: AppPassword | None = None  # with which a program asks in the reader's place


class Readers(Part):
    """Who reads here, and what they have seen."""

    def owner(self) -> Reader:
        """The person whose installation this is."""
        with self.database.reading() as connection:
            return read_reader(connection.execute(_OWNER).one())

    def who_asks(self, session: bytes | None, app_password: bytes | None, since: datetime) -> Asked:
        """Who asks with these token hashes. A session counts only when it was used after `since`, and before an app password."""
        with self.database.reading() as connection:
            door = connection.execute(_DOOR).all()
            wanted = instance_of((row.name, row.value) for row in door)
            accounted, generation = bool(door[0].accounted), door[0].generation
            own = _open_session(connection, session, since) if accounted and session else None
            lent = _app_password(connection, app_password) if accounted and app_password and not own else None
            held = own or lent
            if accounted and not held:
                return Asked(None, wanted, generation, accounts=True)
            row = (connection.execute(_READER, {"id": held.reader}) if held else connection.execute(_OWNER)).one()
            return Asked(read_reader(row), wanted, generation, _preferences(row.preferences or {}), accounted, own, lent)

    def reader_names(self, ids: Collection[int]) -> dict[int, str]:
        """Reader → the name that others see."""
        with self.database.reading() as connection:
            rows = connection.execute(select(readers.c.id, readers.c.name).where(readers.c.id.in_(ids)))
            return {row.id: row.name for row in rows}

    def prefer(self, reader: int, chosen: Preferences) -> None:
        """Keep how a reader wants pages set."""
        with self.database.writing() as connection:
            connection.execute(update(readers).where(readers.c.id == reader).values(preferences=asdict(chosen)))

    def visit(self, reader: int, now: datetime, *, keep: bool = True) -> datetime | None:
        """A reader opens a front page. Returns when he or she did before, None at the first time.

        A visit within half an hour of the last one goes on with it. Without `keep` nothing is written.
        """
        with self.database.writing() if keep else self.database.reading() as connection:
            told = {"of_reader": reader, "one_look_ago": now - ONE_LOOK} | ({"visited_at": now} if keep else {})
            before: datetime | None = connection.execute(_VISIT if keep else _VISITED, told).scalar_one()
            return before


_IS_OPEN = accounts.c.closed_at.is_(None)
_AT_THE_DOOR = select(ANY_ACCOUNT.label("accounted"), LAST_RESTORATION.label("generation")).subquery()
_DOOR = select(instance, _AT_THE_DOOR).select_from(_AT_THE_DOOR.outerjoin(instance, true()))  # one row at least
_READER = select(readers).where(readers.c.id == bindparam("id"))
_OWNER = select(readers).where(readers.c.role == Role.OWNER).order_by(readers.c.id).limit(1)
_SESSION = (
    select(sessions)
    .join(accounts, accounts.c.reader == sessions.c.reader)
    .where(sessions.c.token_hash == bindparam("token_hash"), sessions.c.used_at > bindparam("since"), _IS_OPEN)
)
_APP_PASSWORD = (
    select(app_passwords)
    .join(accounts, accounts.c.reader == app_passwords.c.reader)
    .where(app_passwords.c.token_hash == bindparam("token_hash"), _IS_OPEN)
)
_IS_ANOTHER = readers.c.visited_at < bindparam("one_look_ago", type_=readers.c.visited_at.type)
_BEFORE = case((_IS_ANOTHER, readers.c.visited_at), else_=readers.c.visited_before)
_VISITED = select(_BEFORE).where(readers.c.id == bindparam("of_reader"))
_VISIT = (
    update(readers)
    .where(readers.c.id == bindparam("of_reader"))
    .values(visited_at=bindparam("visited_at"), visited_before=_BEFORE)
    .returning(readers.c.visited_before)
)


def _open_session(connection: Connection, token_hash: bytes, since: datetime) -> Session | None:
    row = connection.execute(_SESSION, {"token_hash": token_hash, "since": since}).one_or_none()
    return read_session(row) if row else None


def _app_password(connection: Connection, token_hash: bytes) -> AppPassword | None:
    row = connection.execute(_APP_PASSWORD, {"token_hash": token_hash}).one_or_none()
    return read_app_password(row) if row else None


def _preferences(kept: Mapping[str, Any]) -> Preferences:
    """Preferences as they were kept, by this Octavo or an older or newer one."""
    known = {name: value for name, value in kept.items() if name in {field.name for field in fields(Preferences)}}
    return Preferences(**known | {"languages": tuple(known.get("languages", ()))})
