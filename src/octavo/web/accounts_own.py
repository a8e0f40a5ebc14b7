"""The account page: a reader's name, password, browsers, passkeys and passwords for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from octavo.accounts import checked_name, checked_password, login_of, new_app_password, password_digest, token_digest
from octavo.errors import InputError
from octavo.store import Account, AppPassword, Passkey, Scope, Session
from octavo.web.accounts import LONGEST_PASSWORD_TYPED, filled, mail_to_ask
from octavo.web.entering import REFUSED, Fault, attempt, hashing, is_own_password, seconds_until, succeeded
from octavo.web.forms import form_of, hex_of, text_of
from octavo.web.mails import address_gone, address_link, later
from octavo.web.reading import asked, can_have_passkeys, current_reader, desk_of, language_of
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
    mails: bool = False  # this instance sends mails, so that an address can be shown to be one's own


async def account(request: Request) -> Response:
    return await shown_again(request, kept=request.query_params.get("kept"))


async def change(request: Request) -> Response:
    """Another name, at once, or another mail address, which has to be shown to be the reader's own by a link that is sent to it."""
    desk, form, reader = desk_of(request), await form_of(request), current_reader(request)
    known, typed = await account_asking(request), filled(form)
    try:
        name, asked_for = checked_name(typed.name), mail_to_ask(desk, typed.mail, known.mail)
        made = asked_for and await attempt(request, "mail", known.login)
        if isinstance(made, datetime):
            return await shown_again(request, 429, Fault(wait=seconds_until(made)), "you")
        kept = known.mail if typed.mail.strip() else None
        await run_in_threadpool(desk.store.change_account, reader.id, name, login_of(name), kept)
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "you")
    if kept != known.mail:
        later(desk, address_gone, known, language_of(request))
    if asked_for:
        later(desk, address_link, reader, asked_for, language_of(request))
    return back_to(request, "mail" if asked_for else "you", "you")


async def change_password(request: Request) -> Response:
    """Another password, for who knows the old one. Other browsers are logged out by that."""
    store, form, own = desk_of(request).store, await form_of(request), asked(request).session
    known, typed = await account_asking(request), filled(form)
    if refused := await refused_without_password(request, known, form, "password"):
        return refused
    try:
        digest = await hashing(password_digest, checked_password(typed.password))
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "password")
    keep = own.token_hash if own else None
    if not await run_in_threadpool(store.set_password, known.reader.id, digest, datetime.now(UTC), keep, known.changed_at):
        return await shown_again(request, REFUSED, Fault("old"), "password")  # another one was set in this very moment
    return back_to(request, "password")


async def end_session(request: Request) -> Response:
    """Log out one other browser, or all others."""
    store, form, reader, own = desk_of(request).store, await form_of(request), current_reader(request), asked(request).session
    if "others" in form:
        await run_in_threadpool(store.end_sessions, reader.id, own.token_hash if own else None)
    else:
        await run_in_threadpool(store.end_session, reader.id, hex_of(form, "session"))
    return back_to(request, "browsers")


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
    return back_to(request, "programs")


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
            mails=desk_of(request).settings.mails,
        )

    answer = page(request, "account.html", status, shown=await run_in_threadpool(read))
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def account_asking(request: Request) -> Account:
    """The account of the reader who asks. Raises HTTPException (403) where the owner uses Octavo alone."""
    known = await run_in_threadpool(desk_of(request).store.account, current_reader(request).id)
    if known is None:
        raise HTTPException(403, "There are no accounts yet. Give yourself a name and a password first.")
    return known


async def refused_without_password(request: Request, known: Account, form: FormData, section: str) -> Response | None:
    """The answer to who does not give the account's password in the field `old` of a section's form; None to who does."""
    made = await attempt(request, "password", known.login)
    if isinstance(made, datetime):
        return await shown_again(request, 429, Fault(wait=seconds_until(made)), section)
    if not await is_own_password(request, known, text_of(form, "old", LONGEST_PASSWORD_TYPED)):
        return await shown_again(request, REFUSED, Fault("old"), section)
    await succeeded(request, made)
    return None


def back_to(request: Request, kept: str, section: str = "") -> Response:
    """Back to a section of the account page, which says that its form was taken; `kept`: which words say so, where not the section's own."""
    return RedirectResponse(f"{request.url_for('account').path}?kept={kept}#at-{section or kept}", 303)


GET, POST = ("GET",), ("POST",)
ROUTES = (
    ("/account", account, GET, "account"),
    ("/account", change, POST, "change_account"),
    ("/account/password", change_password, POST, "change_password"),
    ("/account/browsers", end_session, POST, "end_session"),
    ("/account/programs", add_app_password, POST, "add_app_password"),
    ("/account/programs/{id:int}/remove", remove_app_password, POST, "remove_app_password"),
)
