"""Mails that readers get about their accounts. They are written and sent besides the answers, whose time must not tell who has an account."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from octavo.accounts import new_token, token_digest
from octavo.deliver import Mail, send
from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.model import Reader
from octavo.store import Account, Pass, Purpose, Store
from octavo.web import texts

log = logging.getLogger(__name__)

LINK_LASTS = timedelta(hours=2)
_MAILING = ThreadPoolExecutor(1, "mails")
Written = Mail | None  # None: there is nobody to write to


def later(desk: Desk, write: Callable[..., Written], *given: object) -> None:
    """Have `write(desk, *given)` write a mail, and send it, some time after this; where no mails are sent, nothing happens."""
    if desk.settings.mails:
        _MAILING.submit(_send, desk, write, given).add_done_callback(_note)


def _send(desk: Desk, write: Callable[..., Written], given: Sequence[object]) -> None:
    if mail := write(desk, *given):
        send(mail, desk.settings)


def _note(done: Future[None]) -> None:
    """Nobody waits for a mail, so what stood in its way goes into the log."""
    fault = done.exception()
    if fault:
        log.warning("A mail to a reader could not be sent: %s", fault, exc_info=None if isinstance(fault, OctavoError) else fault)


def reset_path(store: Store, reader: int, now: datetime) -> str:
    """The path of a new link that sets the password of a reader, once, within two hours."""
    token = new_token()
    store.add_pass(Pass(token_digest(token), Purpose.RESET, now, now + LINK_LASTS, reader))
    return f"/reset/{token}"


def _to(account: Account, subject: str, told: str, **said: str) -> Written:
    """A mail to the address of an account, where it has one; the text names its reader."""
    return Mail(account.mail, subject, told % {"name": account.reader.name, **said}) if account.mail else None


# ---- what they say ---------------------------------------------------------------------------------------------------


def password_link(desk: Desk, to: str, language: str) -> Written:
    """To who forgot a password, if there is such a reader: the link that sets a new one."""
    account = desk.store.account_at(to)
    if account is None or account.closed_at:
        return None
    _ = texts.translations(language).gettext
    told = _(
        "Hello %(name)s,\n\nsomebody, you most likely, asked for a new password on Octavo. Open this within two hours to set one:\n\n"
        "%(link)s\n\nIf it was not you, do nothing: your password stays as it is."
    )
    link = desk.settings.address + reset_path(desk.store, account.reader.id, datetime.now(UTC))
    return _to(account, _("A new password on Octavo"), told, link=link)


def password_set(_desk: Desk, account: Account, ended: Sequence[str], stay: Sequence[str], language: str) -> Written:
    """To whom a link set a new password: that it did, which programs' passwords ended, and which passkeys still open the account."""
    _ = texts.translations(language).gettext
    told = _(
        "Hello %(name)s,\n\nyour password on Octavo was set anew by a link. All browsers are logged out.\n\n"
        "Passwords of programs that ended: %(programs)s\nPasskeys that still open your account: %(passkeys)s\n\n"
        "If it was not you, or you do not know one of the passkeys, take it back on the page of your account, or ask whoever runs this Octavo."
    )
    names = {"programs": ", ".join(ended) or _("none"), "passkeys": ", ".join(name or _("without a name") for name in stay) or _("none")}
    return _to(account, _("Your password on Octavo was set"), told, **names)


def address_link(desk: Desk, reader: Reader, to: str, language: str) -> Written:
    """To an address that a reader wants to have: the link that makes it his or hers, or to its reader that somebody wanted it."""
    _ = texts.translations(language).gettext
    subject, token = _("Your mail address on Octavo"), new_token()
    if desk.store.ask_for_mail(reader.id, to, token_digest(token), datetime.now(UTC), LINK_LASTS):
        told = _(
            "Hello,\n\n%(name)s, you most likely, gave this address for an account on Octavo. Open this within two hours if it is yours:\n\n"
            "%(link)s\n\nIf it was not you, do nothing."
        )
        return Mail(to, subject, told % {"name": reader.name, "link": f"{desk.settings.address}/mail/{token}"})
    told = _(
        "Hello,\n\nsomebody, you most likely, gave this address for another account on Octavo. It belongs to yours already and stays there."
    )
    return Mail(to, subject, told)


def address_gone(_desk: Desk, before: Account, language: str) -> Written:
    """To the address that an account had until now."""
    _ = texts.translations(language).gettext
    told = _(
        "Hello %(name)s,\n\nthis is no longer the mail address of your account on Octavo.\n\n"
        "If it was not you who changed it, log in, set another password, and give this address again, or ask whoever runs this Octavo."
    )
    return _to(before, _("Your mail address on Octavo"), told)
