"""The door: log-in and log-out, the first run, which gives the owner an account, invitations, and what links in mails lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from octavo.accounts import checked_mail, checked_name, checked_password, login_of, password_digest, token_digest
from octavo.desk import Desk
from octavo.errors import InputError
from octavo.model import Role
from octavo.store import Account, NewAccount, Pass, Purpose, Store
from octavo.web.access import RECENTLY, opens_page, problem
from octavo.web.entering import REFUSED, Fault, attempt, come_in, go_out, hashing, is_own_password, seconds_until, succeeded
from octavo.web.forms import form_of, own_path, text_of
from octavo.web.mails import address_gone, address_link, later, password_link, password_set
from octavo.web.reading import asked, can_have_passkeys, desk_of, language_of
from octavo.web.render import page

LONGEST_PASSWORD_TYPED = 1200


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
    ends: Sequence[str] = ()  # names of passwords for programs that a new password ends
    stays: Sequence[str] = ()  # names of passkeys that it does not end


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
    return await come_in(request, account.reader.id, shown.next, account.changed_at)


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
    """Make the account that an invitation is for, and log in. Its mail address has to be shown to be the reader's own first."""
    desk, typed = desk_of(request), filled(await form_of(request))
    found = await _found(request, Purpose.INVITATION)
    shown = DoorPage(typed.name, typed.mail, gone=found is None)
    if found is None:
        return door(request, "invitation.html", shown, 404)
    try:
        mail = mail_to_ask(desk, typed.mail, None)
        made = replace(await new_account(typed, found.role or Role.READER), mail=None)
        reader = await run_in_threadpool(desk.store.accept, found.token_hash, made, datetime.now(UTC))
    except InputError as fault:
        return door(request, "invitation.html", replace(shown, fault=Fault(sentence=str(fault))), REFUSED)
    if reader is None:  # somebody else was quicker
        return door(request, "invitation.html", replace(shown, gone=True), 404)
    if mail is None:
        return await come_in(request, reader.id, "/")
    later(desk, address_link, reader, mail, language_of(request))
    return await come_in(request, reader.id, f"{request.url_for('account').path}?kept=mail#at-you")


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
    later(desk, password_link, mail or "", language_of(request))
    return door(request, "forgotten.html", shown)


async def reset(request: Request) -> Response:
    store, found = desk_of(request).store, await _found(request, Purpose.RESET)
    if found is None or found.reader is None:
        return door(request, "reset.html", DoorPage(gone=True), 404)
    return door(request, "reset.html", await run_in_threadpool(_at_stake, store, found.reader))


def _at_stake(store: Store, reader: int) -> DoorPage:
    """What else opens the account whose password is set anew."""
    return DoorPage(ends=[one.name for one in store.app_passwords(reader)], stays=[one.name for one in store.passkeys(reader)])


async def do_reset(request: Request) -> Response:
    """Set a password by a link. All browsers are logged out by that, this one too: a log-in shows that the password is known.

    Passwords for programs end as well, because whoever forgot the password may have lost more; passkeys stay, and a mail says which.
    """
    store, typed = desk_of(request).store, filled(await form_of(request))
    found = await _found(request, Purpose.RESET)
    if found is None or found.reader is None:
        return door(request, "reset.html", DoorPage(gone=True), 404)
    shown = await run_in_threadpool(_at_stake, store, found.reader)
    try:
        digest = await hashing(password_digest, checked_password(typed.password))
    except InputError as fault:
        return door(request, "reset.html", replace(shown, fault=Fault(sentence=str(fault))), REFUSED)
    if await run_in_threadpool(store.reset_password, found.token_hash, digest, datetime.now(UTC)) is None:
        return door(request, "reset.html", DoorPage(gone=True), 404)
    later(
        desk_of(request), password_set, await run_in_threadpool(store.account, found.reader), shown.ends, shown.stays, language_of(request)
    )
    return await go_out(request, request.url_for("log_in").path)


# ---- a mail address ------------------------------------------------------------------------------------------------


async def mail_link(request: Request) -> Response:
    """What a link leads to that shows a mail address to be a reader's own. Opening it does nothing yet: programs open links as well."""
    found = await _found(request, Purpose.MAIL)
    return door(request, "mail.html", DoorPage(mail=(found and found.note) or "", gone=found is None), 200 if found else 404)


async def take_mail(request: Request) -> Response:
    """Give the reader the mail address, and tell the one that he or she had until now."""
    desk, found = desk_of(request), await _found(request, Purpose.MAIL)
    if found is None:
        return door(request, "mail.html", DoorPage(gone=True), 404)
    shown = DoorPage(mail=found.note or "", sent=True)
    try:
        before = await run_in_threadpool(desk.store.take_mail, found.token_hash, datetime.now(UTC))
    except InputError as fault:
        return door(request, "mail.html", replace(shown, sent=False, fault=Fault(sentence=str(fault))), REFUSED)
    if before is None:  # another window was quicker
        return door(request, "mail.html", DoorPage(gone=True), 404)
    later(desk, address_gone, before, language_of(request))
    return door(request, "mail.html", shown)


def mail_to_ask(desk: Desk, typed: str, own: str | None) -> str | None:
    """The address that is to be shown to be the reader's own first; None: it is so already, or there is none.

    Raises InputError for what is no address, and for any where no mail could show it: who tries an address must not learn from the
    answer whether another reader has it.
    """
    mail = checked_mail(typed)
    if mail in (None, own):
        return None
    if not desk.settings.mails:
        raise InputError("This Octavo sends no mails, so it takes no new mail address", todo="Leave it out")
    return mail


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
    ("/mail/{token}", mail_link, GET, "mail_link"),
    ("/mail/{token}", take_mail, POST, "take_mail"),
)
