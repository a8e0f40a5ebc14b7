"""Mails by a real server on loopback: what arrives, and what is said where none does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from octavo.deliver import Mail, send
from octavo.errors import FetchError, SettingsError
from octavo.settings import MailSecurity, Settings

MAIL = Mail("zoë@gull.example", "Ein neues Paßwort", "Grüße von der Möwe,\nhttps://news.example/reset/" + "x" * 60)


class Postbox:
    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.mails: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return self.answer


@contextmanager
def server(box: Postbox, **options: Any) -> Iterator[Settings]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, **options)
    controller.start()
    try:
        yield Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_security=MailSecurity.NONE, address="https://news.example")
    finally:
        controller.stop()


def test_a_mail_arrives_as_it_was_written() -> None:
    box = Postbox()
    with server(box) as settings:
        send(MAIL, settings)
    (sent,) = box.mails
    told = message_from_bytes(sent.content or b"", policy=policy.default)
    assert (sent.mail_from, sent.rcpt_tos) == ("octavo@news.example", [MAIL.to])
    assert (told["to"], told["subject"], told["auto-submitted"]) == (MAIL.to, MAIL.subject, "auto-generated")
    assert told.get_content().splitlines() == MAIL.text.splitlines()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is on this machine
def test_a_server_that_asks_who_sends_is_told() -> None:
    def known(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"octavo", b"whispered"), handled=False)

    box = Postbox()
    with server(box, authenticator=known, auth_required=True, auth_require_tls=False) as settings:
        send(MAIL, Settings(**settings.model_dump() | {"smtp_user": "octavo", "smtp_password": "whispered"}))
        with pytest.raises(FetchError) as caught:
            send(MAIL, Settings(**settings.model_dump() | {"smtp_user": "octavo", "smtp_password": "secret"}))
    assert len(box.mails) == 1
    assert "535" in caught.value.sentence
    assert "secret" not in caught.value.sentence


@pytest.mark.parametrize("answer", ["554 no zoë@gull.example here", "451 later"])
def test_a_refusal_is_told_without_what_is_private(answer: str) -> None:
    with server(Postbox(answer)) as settings, pytest.raises(FetchError) as caught:
        send(MAIL, settings)
    assert answer[:3] in caught.value.sentence
    assert "zoë" not in str(caught.value)


def test_a_way_without_encryption_is_not_taken_where_one_is_wanted() -> None:
    box = Postbox()
    with server(box) as settings, pytest.raises(FetchError, match="STARTTLS"):
        send(MAIL, Settings(**settings.model_dump() | {"smtp_security": MailSecurity.STARTTLS}))
    assert box.mails == []


def test_where_no_server_is_that_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with pytest.raises(FetchError, match="cannot be used"):
        send(MAIL, Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_security=MailSecurity.NONE))
    with pytest.raises(SettingsError):
        send(MAIL, Settings())


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    settings = Settings(smtp_password="whispered")
    assert "whispered" not in repr(settings)
    assert "whispered" not in str(settings.model_dump())
