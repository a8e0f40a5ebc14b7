"""The door: log-in and log-out, the first run, which gives the owner an account, invitations, and the way back in without the password."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from octavo.accounts import checked_mail, checked_name, checked_password, login_of, new_token, password_digest, token_digest
from octavo.deliver import Mail, send
from octavo.desk import Desk
from octavo.errors import InputError, OctavoError
from octavo.model import Role
from octavo.store import Account, NewAccount, Pass, Purpose, Store
from octavo.web import texts
from octavo.web.access import RECENTLY, opens_page, own_path, problem
from octavo.web.entering import REFUSED, Fault, attempt, come_in, go_out, hashing, is_own_password, seconds_until, succeeded
from octavo.web.forms import form_of, text_of
from octavo.web.reading import asked, can_have_passkeys, desk_of, language_of
from octavo.web.render import page

log = logging.getLogger(__name__)

RESET_LASTS = timedelta(hours=2)
LONGEST_PASSWORD_TYPED = 1200
_MAILING = ThreadPoolExecutor(1, "mails")  # besides the answers, whose time must not tell whether there is anybody to write to


@dataclass(frozen=True, slots=True)
class DoorPage:
    """A form outside of the door, as it was filled in, and why it was not taken."""

    name: str = ""
    mail: str = ""
    next: str = "/"
    fault: Fault | None = None
    mails: bool = False  # this instance can send mails
    passkeys: bool = False  # the address is one that passkeys can be for
    again: bool = False  # somebody is logged in, but too long ago for what was asked
    sent: bool = False
    gone: bool = False  # the link can no longer be used


class Filled(NamedTuple):
    """What somebody typed into a form for an account."""

    name: str
    mail: str
    password: str


# ---- log-in --------------------------------------------------------------------------------------------------------


async def log_in(request: Request) -> Response:
    own, place = asked(request).session, own_path(request.query_params.get("next", "/"))
    if not asked(request).accounts or (own and datetime.now(UTC) - own.created_at <= RECENTLY):
        return RedirectResponse(place, 303)
    return door(request, "log_in.html", DoorPage(next=place, again=own is not None))


async def do_log_in(request: Request) -> Response:
    """Log in by name, or mail address, and password. What is wrong is not said, and takes as long."""
    store, form = desk_of(request).store, await form_of(request)
    typed, shown = filled(form), DoorPage(name=text_of(form, "name"), next=own_path(text_of(form, "next", 2000)))
    account = await run_in_threadpool(_account_of, store, typed.name)
    made = await attempt(request, "log in", account.login if account else login_of(typed.name))
    if isinstance(made, datetime):
        return too_many(request, "log_in.html", shown, made)
    if not await is_own_password(request, account, typed.password) or account is None:
        return door(request, "log_in.html", replace(shown, fault=Fault("wrong")), REFUSED)
    await succeeded(request, made)
    return await come_in(request, account.reader.id, shown.next)


async def log_out(request: Request) -> Response:
    return await go_out(request, request.url_for("log_in").path)


def _account_of(store: Store, typed: str) -> Account | None:
    """The account of a name or mail address; no name holds the sign that every mail address does."""
    return store.account_at(typed.strip().casefold()) if "@" in typed else store.account_named(login_of(typed))


def too_many(request: Request, template: str, shown: DoorPage, until: datetime) -> Response:
    """The answer to attempts that come too fast, the same for every name."""
    seconds = seconds_until(until)
    headers = {"Retry-After": str(seconds)}
    if not opens_page(request):
        return problem(request, 429, f"Too many attempts. Try again in {seconds} seconds.", headers)
    answer = door(request, template, replace(shown, fault=Fault(wait=seconds)), 429)
    answer.headers.update(headers)
    return answer


# ---- first run -----------------------------------------------------------------------------------------------------


async def welcome(request: Request) -> Response:
    if asked(request).accounts:
        return RedirectResponse(request.url_for("account").path, 303)
    return door(request, "welcome.html", DoorPage())


async def open_accounts(request: Request) -> Response:
    """Give the owner a name and a password. From then on everybody logs in."""
    store, typed = desk_of(request).store, filled(await form_of(request))
    try:
        made = await new_account(typed, Role.OWNER)
        owner = await run_in_threadpool(store.open_accounts, made, datetime.now(UTC))
    except InputError as fault:
        return door(request, "welcome.html", DoorPage(typed.name, typed.mail, fault=Fault(sentence=str(fault))), REFUSED)
    return await come_in(request, owner.id, "/")


# ---- invitations ---------------------------------------------------------------------------------------------------


async def invitation(request: Request) -> Response:
    found = await _found(request, Purpose.INVITATION)
    return door(request, "invitation.html", DoorPage(gone=found is None), 200 if found else 404)


async def accept(request: Request) -> Response:
    """Make the account that an invitation is for, and log in."""
    store, typed = desk_of(request).store, filled(await form_of(request))
    found = await _found(request, Purpose.INVITATION)
    shown = DoorPage(typed.name, typed.mail, gone=found is None)
    if found is None:
        return door(request, "invitation.html", shown, 404)
    try:
        made = await new_account(typed, found.role or Role.READER)
        reader = await run_in_threadpool(store.accept, found.token_hash, made, datetime.now(UTC))
    except InputError as fault:
        return door(request, "invitation.html", replace(shown, fault=Fault(sentence=str(fault))), REFUSED)
    if reader is None:  # somebody else was quicker
        return door(request, "invitation.html", replace(shown, gone=True), 404)
    return await come_in(request, reader.id, "/")


# ---- a password forgotten ------------------------------------------------------------------------------------------


async def forgotten(request: Request) -> Response:
    return door(request, "forgotten.html", DoorPage())


async def send_reset(request: Request) -> Response:
    """Mail a link to whoever has an account with this address. The answer is the same for every address and does not wait for it."""
    desk, form = desk_of(request), await form_of(request)
    shown = DoorPage(mail=text_of(form, "mail"), sent=True)
    if not desk.settings.mails:
        return door(request, "forgotten.html", DoorPage(), 404)
    try:
        mail = checked_mail(shown.mail)
    except InputError as fault:
        return door(request, "forgotten.html", DoorPage(mail=shown.mail, fault=Fault(sentence=str(fault))), REFUSED)
    made = await attempt(request, "reset", mail or "")
    if isinstance(made, datetime):
        return too_many(request, "forgotten.html", replace(shown, sent=False), made)
    _MAILING.submit(_mail_reset, desk, mail or "", language_of(request)).add_done_callback(_note)
    return door(request, "forgotten.html", shown)


def _mail_reset(desk: Desk, mail: str, language: str) -> None:
    account = desk.store.account_at(mail)
    if account is None or account.closed_at:
        return
    path = reset_path(desk.store, account.reader.id, datetime.now(UTC))
    _ = texts.translations(language).gettext
    told = _(
        "Hello %(name)s,\n\nsomebody, you most likely, asked for a new password on Octavo. Open this within two hours to set one:\n\n"
        "%(link)s\n\nIf it was not you, do nothing: your password stays as it is."
    )
    body = told % {"name": account.reader.name, "link": desk.settings.address + path}
    send(Mail(mail, _("A new password on Octavo"), body), desk.settings)


def _note(done: Future[None]) -> None:
    """Nobody waits for a mail, so what stood in its way goes into the log."""
    fault = done.exception()
    if fault:
        log.warning(
            "A mail that resets a password could not be sent: %s", fault, exc_info=None if isinstance(fault, OctavoError) else fault
        )


def reset_path(store: Store, reader: int, now: datetime) -> str:
    """The path of a new link that sets the password of a reader, once, within two hours."""
    token = new_token()
    store.add_pass(Pass(token_digest(token), Purpose.RESET, now, now + RESET_LASTS, reader))
    return f"/reset/{token}"


async def reset(request: Request) -> Response:
    found = await _found(request, Purpose.RESET)
    return door(request, "reset.html", DoorPage(gone=found is None), 200 if found else 404)


async def do_reset(request: Request) -> Response:
    """Set a password by a link. All browsers are logged out by that, this one too: a log-in shows that the password is known."""
    store, typed = desk_of(request).store, filled(await form_of(request))
    found = await _found(request, Purpose.RESET)
    if found is None:
        return door(request, "reset.html", DoorPage(gone=True), 404)
    try:
        digest = await hashing(password_digest, checked_password(typed.password))
    except InputError as fault:
        return door(request, "reset.html", DoorPage(fault=Fault(sentence=str(fault))), REFUSED)
    if await run_in_threadpool(store.reset_password, found.token_hash, digest, datetime.now(UTC)) is None:
        return door(request, "reset.html", DoorPage(gone=True), 404)
    return await go_out(request, request.url_for("log_in").path)


# ---- shared --------------------------------------------------------------------------------------------------------


async def new_account(typed: Filled, role: Role) -> NewAccount:
    """The account that somebody asks for. Raises InputError that says what is wrong with what was typed."""
    name, mail, password = checked_name(typed.name), checked_mail(typed.mail), checked_password(typed.password)
    return NewAccount(name, login_of(name), await hashing(password_digest, password), mail, role)


def filled(form: FormData) -> Filled:
    """What stands in a form for an account. Nothing is cut from a password: what is too long is refused or wrong."""
    return Filled(text_of(form, "name"), text_of(form, "mail"), text_of(form, "password", LONGEST_PASSWORD_TYPED))


async def _found(request: Request, purpose: Purpose) -> Pass | None:
    token: str = request.path_params["token"]
    return await run_in_threadpool(desk_of(request).store.find_pass, token_digest(token), purpose, datetime.now(UTC))


def door(request: Request, template: str, shown: DoorPage, status: int = 200) -> Response:
    """A page outside of the door. Nothing of it stays in the browser."""
    shown = replace(shown, mails=desk_of(request).settings.mails, passkeys=can_have_passkeys(request))
    answer = page(request, template, status, shown=shown, name=asked(request).instance.name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


GET, POST = ("GET",), ("POST",)
ROUTES = (
    ("/log-in", log_in, GET, "log_in"),
    ("/log-in", do_log_in, POST, "do_log_in"),
    ("/log-out", log_out, POST, "log_out"),
    ("/welcome", welcome, GET, "welcome"),
    ("/welcome", open_accounts, POST, "open_accounts"),
    ("/invitation/{token}", invitation, GET, "invitation"),
    ("/invitation/{token}", accept, POST, "accept"),
    ("/forgotten", forgotten, GET, "forgotten"),
    ("/forgotten", send_reset, POST, "send_reset"),
    ("/reset/{token}", reset, GET, "reset"),
    ("/reset/{token}", do_reset, POST, "do_reset"),
)
