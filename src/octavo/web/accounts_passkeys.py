"""Passkeys (W3C WebAuthn Level 3): made on the account page, used at the log-in; the server's part of both, by py_webauthn.

A script asks for options, lets the browser make or use a passkey, and puts what that gives into the field `credential` of a form. py_webauthn
is loaded when somebody first does so: with what it stands on it takes a dozen megabytes.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from octavo.accounts import token_digest
from octavo.errors import InputError
from octavo.store import Pass, Passkey, Purpose
from octavo.web.accounts import DoorPage, door, too_many
from octavo.web.accounts_own import back_to, shown_again
from octavo.web.entering import REFUSED, Fault, attempt, come_in, counted, succeeded
from octavo.web.forms import form_of, hex_of, own_path, text_of
from octavo.web.reading import current_reader, desk_of

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 20
LARGEST = 20_000  # letters of what a browser sends


T = TypeVar("T")


class NoProofError(Exception):
    """What a browser sent proves nothing."""


async def begin_registration(request: Request) -> Response:
    """What a browser needs to make a passkey for the reader: one that it finds by itself later, and that asks who holds the device."""
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    reader = current_reader(request)
    known = await run_in_threadpool(desk_of(request).store.passkeys, reader.id)
    options = generate_registration_options(
        rp_id=request.url.hostname or "",
        rp_name="Octavo",
        user_id=str(reader.id).encode(),
        user_name=reader.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.credential) for one in known],
    )
    return await _options(request, options, Purpose.REGISTER, reader.id)


async def register(request: Request) -> Response:
    """Keep the passkey that a browser made."""
    from webauthn import verify_registration_response

    store, reader, form = desk_of(request).store, current_reader(request), await form_of(request)
    try:
        if len(await run_in_threadpool(store.passkeys, reader.id)) >= MOST_PASSKEYS:
            raise InputError(f"There are {MOST_PASSKEYS} passkeys already", todo="Take some back first")
        sent = _sent(text_of(form, "credential", LARGEST))
        made = _proved(
            verify_registration_response,
            credential=sent,
            expected_challenge=await _challenge(request, sent, Purpose.REGISTER, reader.id),
            expected_rp_id=request.url.hostname or "",
            expected_origin=origin(request),
            require_user_verification=True,
        )
        name = " ".join(text_of(form, "name", 60).split())
        new = Passkey(made.credential_id, reader.id, made.credential_public_key, made.sign_count, name, datetime.now(UTC))
        await run_in_threadpool(store.add_passkey, new)
    except NoProofError:
        return await shown_again(request, REFUSED, Fault("passkey"), "passkeys")
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "passkeys")
    return back_to(request, "passkeys")


async def remove(request: Request) -> Response:
    credential = hex_of(await form_of(request), "passkey")
    await run_in_threadpool(desk_of(request).store.remove_passkey, current_reader(request).id, credential)
    return back_to(request, "passkeys")


async def begin_log_in(request: Request) -> Response:
    """What a browser needs to ask for a passkey; which reader it is for, only the passkey says. Each one asked for counts as an attempt."""
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement

    made = await attempt(request, "passkey", None)
    if isinstance(made, datetime):
        return too_many(request, "log_in.html", DoorPage(), made)
    options = generate_authentication_options(rp_id=request.url.hostname or "", user_verification=UserVerificationRequirement.REQUIRED)
    return await _options(request, options, Purpose.LOG_IN, None)


async def log_in(request: Request) -> Response:
    """Log in by the passkey that a browser used. It proves the device and who holds it, so nothing is left to guess or to slow down."""
    from webauthn import verify_authentication_response

    store, form = desk_of(request).store, await form_of(request)
    shown = DoorPage(next=own_path(text_of(form, "next", 2000)), fault=Fault("passkey"))
    try:
        sent = _sent(text_of(form, "credential", LARGEST))
        known = await run_in_threadpool(store.passkey, _bytes(sent.get("rawId")))
        if known is None:
            raise NoProofError
        used = _proved(
            verify_authentication_response,
            credential=sent,
            expected_challenge=await _challenge(request, sent, Purpose.LOG_IN, None),
            expected_rp_id=request.url.hostname or "",
            expected_origin=origin(request),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except NoProofError:
        return door(request, "log_in.html", shown, REFUSED)
    await succeeded(request, counted(request, "passkey", None))
    await run_in_threadpool(store.use_passkey, known.credential, used.new_sign_count, datetime.now(UTC))
    return await come_in(request, known.reader, shown.next)


# ---- shared --------------------------------------------------------------------------------------------------------


async def _options(
    request: Request, options: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions, purpose: Purpose, reader: int | None
) -> Response:
    """Options as the script hands them to the browser. Their challenge is kept, to be used once."""
    from webauthn.helpers import options_to_json_dict

    now = datetime.now(UTC)
    new = Pass(token_digest(options.challenge.hex()), purpose, now, now + CHALLENGE_LASTS, reader)
    await run_in_threadpool(desk_of(request).store.add_pass, new)
    return JSONResponse(options_to_json_dict(options), headers={"Cache-Control": "no-store"})


async def _challenge(request: Request, sent: dict[str, Any], purpose: Purpose, reader: int | None) -> bytes:
    """The challenge that a browser answers, used up by that. Raises NoProofError when it is not one of ours for that."""
    try:
        told = json.loads(_bytes(sent["response"]["clientDataJSON"]))
        challenge = _bytes(told["challenge"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise NoProofError from None
    store, now = desk_of(request).store, datetime.now(UTC)
    found = await run_in_threadpool(store.use_pass, token_digest(challenge.hex()), purpose, now)
    if found is None or found.reader != reader:
        raise NoProofError
    return challenge


def _proved(verify: Callable[..., T], **given: object) -> T:
    """What py_webauthn finds proved. Raises NoProofError."""
    try:
        return verify(**given)
    except Exception as fault:  # it says in all kinds of ways that foreign bytes are not what they should be
        raise NoProofError from fault


def _sent(text: str) -> dict[str, Any]:
    """What a browser sent. Raises NoProofError."""
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        raise NoProofError from None
    if not isinstance(sent, dict):
        raise NoProofError
    return sent


def _bytes(said: object) -> bytes:
    """Bytes written as base64url. Raises NoProofError."""
    from webauthn.helpers import base64url_to_bytes

    if not isinstance(said, str):
        raise NoProofError
    try:
        return base64url_to_bytes(said)
    except (ValueError, binascii.Error):
        raise NoProofError from None


def origin(request: Request) -> str:
    """The origin under which the reader's browser knows us: by HTTPS where a proxy has that done for us."""
    own = desk_of(request).settings.address
    return own if own.partition("://")[2] == request.url.netloc else f"{request.url.scheme}://{request.url.netloc}"


POST = ("POST",)
ROUTES = (
    ("/log-in/passkey", log_in, POST, "passkey_log_in"),
    ("/log-in/passkey/options", begin_log_in, POST, "begin_passkey_log_in"),
    ("/account/passkeys", register, POST, "add_passkey"),
    ("/account/passkeys/options", begin_registration, POST, "begin_passkey"),
    ("/account/passkeys/remove", remove, POST, "remove_passkey"),
)
