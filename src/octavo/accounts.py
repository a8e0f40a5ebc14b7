"""What an account rests on: names and how they are compared, passwords and their digests, tokens, and how long a guesser waits. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

import regex  # type: ignore[import-untyped]  # it has no types
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from octavo.errors import InputError

LONGEST_NAME = 60
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200  # in code points; no rules on which ones (NIST SP 800-63B)
LONGEST_MAIL = 254  # RFC 5321
APP_PASSWORD = "octavo_"  # noqa: S105  (what every password for a program begins with, so that one that leaked can be found)

_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")  # fillers and variation selectors are letters and marks to Unicode
_HASHER = PasswordHasher()  # argon2id with the library's parameters, which follow RFC 9106
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(32))  # verified where there is no such name, so that it takes as long


# ---- names ---------------------------------------------------------------------------------------------------------


def checked_name(typed: str) -> str:
    """A name as it is shown. Raises InputError for one that cannot be used."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not login_of(name) or len(name) > LONGEST_NAME or not name.isprintable() or "@" in name:
        raise InputError(f"A name has 1 to {LONGEST_NAME} letters, digits, signs and spaces, and no @", todo="Choose another one")
    return name


def login_of(name: str) -> str:
    """A name as names are compared: without regard to case, width, spaces and what is not seen, so that no two look the same but for these."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", name)).casefold().split())


def checked_mail(typed: str) -> str | None:
    """A mail address as mail addresses are compared; None for none. Raises InputError for what is none."""
    mail = typed.strip().casefold()
    if mail and (len(mail) > LONGEST_MAIL or not _MAIL.fullmatch(mail) or not mail.isprintable()):
        raise InputError("This is no mail address", todo="Write it as name@example.org, or leave it out")
    return mail or None


# ---- passwords -----------------------------------------------------------------------------------------------------


def checked_password(typed: str) -> str:
    """A password that may be set. Raises InputError for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(typed) <= LONGEST_PASSWORD:
        raise InputError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", todo="A sentence that only you know is a good one"
        )
    return typed


def password_digest(password: str) -> str:
    """The digest that is kept. Takes tens of milliseconds and 64 MiB, as it must."""
    return _HASHER.hash(_as_compared(password))


def is_password(digest: str | None, typed: str) -> bool:
    """Whether this is the password. None where there is no account: False, after the same work."""
    try:
        _HASHER.verify(digest or _NOBODYS, _as_compared(typed[: LONGEST_PASSWORD + 1]))
    except VerifyMismatchError:
        return False
    return digest is not None


def is_outdated(digest: str) -> bool:
    """Whether a digest was made with lower parameters than today's."""
    return _HASHER.check_needs_rehash(digest)


def _as_compared(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # two keyboards may spell one letter in two ways


# ---- tokens --------------------------------------------------------------------------------------------------------


def new_token() -> str:
    """256 random bits as text for cookies and links."""
    return secrets.token_urlsafe(32)


def new_app_password() -> str:
    """A password for a program: 160 random bits, in letters that can be read out and typed."""
    return APP_PASSWORD + "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(32))


def token_digest(token: str) -> bytes:
    """What is kept of a token. SHA-256 is enough: unlike a password it cannot be guessed, however fast one guesses.

    Looking up by this digest also compares in constant time as far as the token is concerned: nobody can steer the digest's bytes.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


# ---- guessing ------------------------------------------------------------------------------------------------------


def wait_for_name(failures: int) -> timedelta:
    """How long to wait after so many failures for one name: none at first, then 1, 2, 4 ... seconds, up to 15 minutes."""
    return _wait(failures - 5)


def wait_for_address(failures: int) -> timedelta:
    """The same for one network address, from which several people may come."""
    return _wait(failures - 20)


def _wait(beyond: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(beyond, 20), 900)) if beyond >= 0 else timedelta()


def attempt_keys(purpose: str, name: str, address: str) -> tuple[bytes, bytes]:
    """What an attempt is counted for: a name, and a network address (of IPv6 its first 64 bits, which one household has)."""
    return token_digest(f"{purpose} name {name}"), token_digest(f"{purpose} address {_network(address)}")


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return known.exploded[:19] if isinstance(known, IPv6Address) and known.ipv4_mapped is None else address


# ---- devices -------------------------------------------------------------------------------------------------------

# What the header says → what a person calls it, the first that fits; most browsers name older ones besides themselves.
_BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """A browser and its system in words, as a list of sessions shows them; "" when the header names none that is known."""
    return " · ".join(filter(None, (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))))


def _first(known: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for sign, name in known if sign in text), "")
