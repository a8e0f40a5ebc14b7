"""Mails by SMTP, through the server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from octavo.errors import FetchError, SettingsError
from octavo.settings import MailSecurity, Settings

SECONDS = 20.0  # for each answer of the server


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in plain text to one person."""

    to: str
    subject: str
    text: str


def send(mail: Mail, settings: Settings) -> None:
    """Hand a mail to the server. Raises SettingsError where none is set, FetchError when the server does not take it.

    No error names the recipient or repeats what the mail says, so that both can be logged.
    """
    if not settings.smtp_host:
        raise SettingsError("No mail server is set", todo="Set OCTAVO_SMTP_HOST")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_sender, mail.to, mail.subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer is wanted from another machine
    message.set_content(mail.text)
    try:
        with _connected(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        raise FetchError("The mail server refused the recipient", todo=_SEE, subject=settings.smtp_host) from None
    except smtplib.SMTPResponseException as fault:
        what = f"The mail server refused ({fault.smtp_code} {type(fault).__name__})"
        raise FetchError(what, todo=_SEE, subject=settings.smtp_host) from None
    except (OSError, ValueError, smtplib.SMTPException) as fault:
        raise FetchError(f"The mail server cannot be used ({fault})", todo=_SEE, subject=settings.smtp_host) from None


def _connected(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security is MailSecurity.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=SECONDS)
    try:
        if settings.smtp_security is MailSecurity.STARTTLS:
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


_SEE = "See OCTAVO_SMTP_HOST and the settings beside it in docs/settings.md"
