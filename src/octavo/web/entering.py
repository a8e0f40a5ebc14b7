"""How a browser comes in and goes out: the cookie of a session, passwords checked without haste, and guessers slowed down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TypeVar
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from octavo.accounts import attempt_keys, device, is_outdated, is_password, new_token, password_digest, token_digest
from octavo.accounts import wait_for_address as for_address
from octavo.accounts import wait_for_name as for_name
from octavo.store import Account, Session
from octavo.web.app_files import FORGET, FORGET_PAGES
from octavo.web.reading import asked, cookie_name, desk_of

KEPT = timedelta(days=400)  # that a browser keeps the cookie, the longest there is; the server ends a session sooner
REFUSED = 422

T = TypeVar("T")
_HASHERS = ThreadPoolExecutor(2, "passwords")  # each takes 64 MiB, so many at once could take all memory; the others wait


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form was not taken: the usual reasons by `kind`, for which the page has words, any other by a `sentence`."""

    kind: str = ""  # "wrong", "old", "passkey", "unnamed"
    sentence: str = ""
    wait: int = 0  # seconds after which one may try again


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt: the keys under which it counts, for a name and for the visitor's address."""

    name: bytes
    address: bytes


async def hashing(work: Callable[..., T], *given: object) -> T:
    """Do what takes long and much memory where only a little of it is done at a time."""
    return await asyncio.get_running_loop().run_in_executor(_HASHERS, work, *given)


def counted(request: Request, purpose: str, name: str | None) -> Attempt:
    """Under what an attempt counts."""
    return Attempt(*attempt_keys(purpose, name or "", request.client.host if request.client else ""))


async def attempt(request: Request, purpose: str, name: str | None) -> Attempt | datetime:
    """Begin an attempt at something that belongs to a name; None where no name is told, so that only the visitor's address counts.

    Returns until when to wait where it may not be made yet.
    """
    keys = counted(request, purpose, name)
    waits = [(keys.address, for_address), *(() if name is None else ((keys.name, for_name),))]
    return await run_in_threadpool(desk_of(request).store.attempt, waits, datetime.now(UTC)) or keys


def seconds_until(moment: datetime) -> int:
    """Whole seconds until a moment, at least one."""
    return max(1, ceil((moment - datetime.now(UTC)).total_seconds()))


async def succeeded(request: Request, made: Attempt) -> None:
    """The attempt was none to be slowed down."""
    await run_in_threadpool(desk_of(request).store.succeeded, made.name, (made.address,), datetime.now(UTC))


async def is_own_password(request: Request, account: Account | None, typed: str) -> bool:
    """Whether this is the password of an account; takes as long where there is none, or it is closed. Renews a digest that became weak."""
    digest = account.password if account and not account.closed_at else None
    if not await hashing(is_password, digest, typed):
        return False
    if account and is_outdated(account.password):
        renewed = await hashing(password_digest, typed)
        await run_in_threadpool(desk_of(request).store.rehash, account.reader.id, account.password, renewed)
    return True


async def come_in(request: Request, reader: int, place: str, proved: datetime | None = None) -> Response:
    """Open a session for a reader and go on to a place. A browser gets a new token at every log-in, and forgets the pages that it kept before.

    `proved`: when the password was set that the reader gave; where it was changed meanwhile, or the account closed, nobody comes in.
    """
    desk, token, now = desk_of(request), new_token(), datetime.now(UTC)
    opened = Session(token_digest(token), reader, now, now, device(request.headers.get("user-agent", "")))
    before = asked(request).session
    replaced = before.token_hash if before else None
    if not await run_in_threadpool(desk.store.open_session, opened, desk.settings.session, replaced, proved):
        return to_log_in(request, place)
    answer = RedirectResponse(place, 303, headers=FORGET_PAGES)
    secure = desk.settings.is_secure or request.url.scheme == "https"
    answer.set_cookie(cookie_name(desk.settings), token, int(KEPT.total_seconds()), secure=secure, httponly=True, samesite="lax")
    return answer


def to_log_in(request: Request, place: str) -> Response:
    """Send a browser to the log-in, and from there on to a place."""
    path = f"{request.url_for('log_in').path}?next={quote(place, safe='/')}"
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


async def go_out(request: Request, place: str) -> Response:
    """End the session of this browser."""
    desk, own = desk_of(request), asked(request).session
    if own:
        await run_in_threadpool(desk.store.end_session, own.reader, own.token_hash)
    return sent_out(request, place)


def sent_out(request: Request, place: str) -> Response:
    """Send a browser on whose session is over, and have it forget all that it kept of it."""
    answer = RedirectResponse(place, 303)
    forget_session(request, answer)
    return answer


def forget_session(request: Request, answer: Response, forget: Mapping[str, str] = FORGET) -> None:
    """Have the browser that gets this answer forget a session that is over, and what it kept of it."""
    settings = desk_of(request).settings
    answer.headers.update(forget)
    answer.delete_cookie(cookie_name(settings), secure=settings.is_secure, httponly=True, samesite="lax")
