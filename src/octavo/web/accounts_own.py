"""The account page: a reader's name, password, browsers, passkeys and passwords for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.accounts import checked_mail, checked_name, checked_password, login_of, new_app_password, password_digest, token_digest
from octavo.errors import InputError
from octavo.store import Account, AppPassword, Passkey, Scope, Session
from octavo.web.accounts import LONGEST_PASSWORD_TYPED, filled
from octavo.web.entering import REFUSED, Fault, attempt, hashing, is_own_password, seconds_until, succeeded
from octavo.web.forms import form_of, hex_of, text_of
from octavo.web.reading import asked, can_have_passkeys, current_reader, desk_of
from octavo.web.render import page

MOST_APP_PASSWORDS = 50


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What a reader sees of the own account. `account` None: the owner uses Octavo alone, without log-in."""

    account: Account | None
    sessions: Sequence[Session] = ()
    own: Session | None = None  # of this browser
    passkeys: Sequence[Passkey] = ()
    app_passwords: Sequence[AppPassword] = ()
    scopes: Sequence[Scope] = tuple(Scope)
    has_passkeys: bool = False  # there can be passkeys under this address
    fault: Fault | None = None
    at: str | None = None  # the section whose form was refused
    kept: str | None = None  # the section whose form was taken
    made: str | None = None  # a password for a program, shown this once


async def account(request: Request) -> Response:
    return await shown_again(request, kept=request.query_params.get("kept"))


async def change(request: Request) -> Response:
    """Another name or mail address."""
    form, reader = await form_of(request), current_reader(request)
    try:
        name, mail = checked_name(text_of(form, "name")), checked_mail(text_of(form, "mail"))
        await run_in_threadpool(desk_of(request).store.change_account, reader.id, name, login_of(name), mail)
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "you")
    return _back(request, "you")


async def change_password(request: Request) -> Response:
    """Another password, for who knows the old one. Other browsers are logged out by that."""
    store, form, own = desk_of(request).store, await form_of(request), asked(request).session
    known, old, typed = (
        await run_in_threadpool(store.account, current_reader(request).id),
        text_of(form, "old", LONGEST_PASSWORD_TYPED),
        filled(form),
    )
    made = await attempt(request, "password", known.login if known else "")
    if isinstance(made, datetime):
        return await shown_again(request, 429, Fault(wait=seconds_until(made)), "password")
    if not await is_own_password(request, known, old) or known is None:
        return await shown_again(request, REFUSED, Fault("old"), "password")
    await succeeded(request, made)
    try:
        digest = await hashing(password_digest, checked_password(typed.password))
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "password")
    await run_in_threadpool(store.set_password, known.reader.id, digest, datetime.now(UTC), own.token_hash if own else None)
    return _back(request, "password")


async def end_session(request: Request) -> Response:
    """Log out one other browser, or all others."""
    store, form, reader, own = desk_of(request).store, await form_of(request), current_reader(request), asked(request).session
    if "others" in form:
        await run_in_threadpool(store.end_sessions, reader.id, own.token_hash if own else None)
    else:
        await run_in_threadpool(store.end_session, reader.id, hex_of(form, "session"))
    return _back(request, "browsers")


async def add_app_password(request: Request) -> Response:
    """Make a password for a program. It is shown in the answer, and never again."""
    store, form, reader = desk_of(request).store, await form_of(request), current_reader(request)
    name, scope, token = " ".join(text_of(form, "name").split())[:60], text_of(form, "scope"), new_app_password()
    if scope not in list(Scope):
        raise HTTPException(400, "There is no such choice.")
    if not name:
        return await shown_again(request, REFUSED, Fault("unnamed"), "programs")
    if len(await run_in_threadpool(store.app_passwords, reader.id)) >= MOST_APP_PASSWORDS:
        return await shown_again(
            request, REFUSED, Fault(sentence=f"There are {MOST_APP_PASSWORDS} already. Take some back first."), "programs"
        )
    await run_in_threadpool(store.add_app_password, reader.id, token_digest(token), name, Scope(scope), datetime.now(UTC))
    return await shown_again(request, made=token)


async def remove_app_password(request: Request) -> Response:
    await run_in_threadpool(desk_of(request).store.remove_app_password, current_reader(request).id, int(request.path_params["id"]))
    return _back(request, "programs")


async def shown_again(
    request: Request,
    status: int = 200,
    fault: Fault | None = None,
    at: str | None = None,
    *,
    kept: str | None = None,
    made: str | None = None,
) -> Response:
    """The account page, with why the form of the section `at` was not taken, or what was kept or made."""
    store, reader, unused = desk_of(request).store, current_reader(request).id, desk_of(request).settings.session

    def read() -> AccountPage:
        known = store.account(reader)
        if known is None:
            return AccountPage(None)
        return AccountPage(
            known,
            store.sessions(reader, datetime.now(UTC) - unused),
            asked(request).session,
            store.passkeys(reader),
            store.app_passwords(reader),
            has_passkeys=can_have_passkeys(request),
            fault=fault,
            at=at,
            kept=kept,
            made=made,
        )

    answer = page(request, "account.html", status, shown=await run_in_threadpool(read))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(request: Request, section: str) -> Response:
    return RedirectResponse(f"{request.url_for('account').path}?kept={section}#at-{section}", 303)


GET, POST = ("GET",), ("POST",)
ROUTES = (
    ("/account", account, GET, "account"),
    ("/account", change, POST, "change_account"),
    ("/account/password", change_password, POST, "change_password"),
    ("/account/browsers", end_session, POST, "end_session"),
    ("/account/programs", add_app_password, POST, "add_app_password"),
    ("/account/programs/{id:int}/remove", remove_app_password, POST, "remove_app_password"),
)
