"""The owner's page of readers: who has an account, invitations, roles, and ways back in for those who forgot their password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.accounts import new_token, token_digest
from octavo.errors import InputError
from octavo.model import Reader, Role
from octavo.store import Account, Pass, Purpose
from octavo.web.entering import REFUSED, Fault
from octavo.web.forms import form_of, hex_of, text_of
from octavo.web.mails import reset_path
from octavo.web.reading import asked, current_reader, desk_of
from octavo.web.render import page

LASTS = (1, 7, 30)  # days that an invitation may last
MOST_INVITATIONS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a form."""

    fault: Fault | None = None
    link: str | None = None  # shown this once
    reader: Reader | None = None  # whose password the link sets; None: it is an invitation


@dataclass(frozen=True, slots=True)
class ReadersPage:
    accounts: Sequence[Account]
    invitations: Sequence[Pass]
    own: Reader
    told: Told
    roles: Sequence[Role] = tuple(Role)
    lasts: Sequence[int] = LASTS


NOTHING = Told()


async def readers(request: Request) -> Response:
    if not asked(request).accounts:
        return RedirectResponse(request.url_for("welcome").path, 303)
    return await _readers(request)


async def invite(request: Request) -> Response:
    """Make an invitation. Its link is shown in the answer, and never again."""
    store, form, token, now = desk_of(request).store, await form_of(request), new_token(), datetime.now(UTC)
    role, lasts = text_of(form, "role"), text_of(form, "lasts")
    if role not in list(Role) or lasts not in map(str, LASTS):
        raise HTTPException(400, "There is no such choice.")
    if len(await run_in_threadpool(store.passes, Purpose.INVITATION, now)) >= MOST_INVITATIONS:
        return await _readers(
            request, Told(Fault(sentence=f"There are {MOST_INVITATIONS} invitations already. Take some back first.")), REFUSED
        )
    note = " ".join(text_of(form, "note").split())[:60] or None
    made = Pass(token_digest(token), Purpose.INVITATION, now, now + timedelta(days=int(lasts)), role=Role(role), note=note)
    await run_in_threadpool(store.add_pass, made)
    return await _readers(request, Told(link=_address(request, f"/invitation/{token}")))


async def take_back(request: Request) -> Response:
    """Take an invitation back."""
    token_hash = hex_of(await form_of(request), "invitation")
    await run_in_threadpool(desk_of(request).store.remove_pass, token_hash, Purpose.INVITATION)
    return _back(request)


async def change_role(request: Request) -> Response:
    store, role, found = desk_of(request).store, text_of(await form_of(request), "role"), await _found(request)
    if role not in list(Role):
        raise HTTPException(400, "There is no such choice.")
    try:
        await run_in_threadpool(store.change_role, found.reader.id, Role(role))
    except InputError as fault:
        return await _readers(request, Told(Fault(sentence=str(fault))), REFUSED)
    return _back(request)


async def close(request: Request) -> Response:
    """Close a reader's account, or open it again when it is closed."""
    store, found = desk_of(request).store, await _found(request)
    try:
        if found.closed_at:
            await run_in_threadpool(store.reopen_account, found.reader.id)
        else:
            await run_in_threadpool(store.close_account, found.reader.id, datetime.now(UTC))
    except InputError as fault:
        return await _readers(request, Told(Fault(sentence=str(fault))), REFUSED)
    return _back(request)


async def give_reset(request: Request) -> Response:
    """Make a link that sets a reader's password, for who cannot have it by mail. It is shown in the answer, and never again."""
    store, found = desk_of(request).store, await _found(request)
    if found.closed_at:
        return await _readers(request, Told(Fault(sentence="This account is closed. Open it again first.")), REFUSED)
    path = await run_in_threadpool(reset_path, store, found.reader.id, datetime.now(UTC))
    return await _readers(request, Told(link=_address(request, path), reader=found.reader))


async def _found(request: Request) -> Account:
    found = await run_in_threadpool(desk_of(request).store.account, int(request.path_params["id"]))
    if found is None:
        raise HTTPException(404, "There is no such reader.")
    return found


async def _readers(request: Request, told: Told = NOTHING, status: int = 200) -> Response:
    store, own = desk_of(request).store, current_reader(request)

    def read() -> ReadersPage:
        return ReadersPage(store.accounts(), store.passes(Purpose.INVITATION, datetime.now(UTC)), own, told)

    answer = page(request, "readers.html", status, shown=await run_in_threadpool(read))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _address(request: Request, path: str) -> str:
    """An address of ours as others can open it."""
    own = desk_of(request).settings.address
    return own + path if own else str(request.base_url).rstrip("/") + path


def _back(request: Request) -> Response:
    return RedirectResponse(request.url_for("readers").path, 303)


GET, POST = ("GET",), ("POST",)
ROUTES = (
    ("/readers", readers, GET, "readers"),
    ("/readers/invitations", invite, POST, "invite"),
    ("/readers/invitations/take-back", take_back, POST, "take_back"),
    ("/readers/{id:int}/role", change_role, POST, "change_role"),
    ("/readers/{id:int}/close", close, POST, "close_account"),
    ("/readers/{id:int}/reset", give_reset, POST, "give_reset"),
)
