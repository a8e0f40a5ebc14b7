"""How other servers fail, as sentences: one table for what the network does, one for what a status means, one for walls."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from octavo.errors import FetchError, OctavoError, RefusedError
from octavo.gather.guard import PrivateAddressError
from octavo.gather.robots import RobotsError
from octavo.model import Obstacle

LONGEST_RETRY_AFTER = 30 * 24 * 3600.0  # seconds; what is longer is taken for a slip

_WAIT = "Nothing: Octavo tries again later"
_LOOK = "Look at the address in a browser"

# status: what happened, what to do
_STATUSES = {
    401: ("The server wants a name and password", "Only public pages can be gathered; look for the outlet's feed"),
    402: ("The server wants to be paid", "Look for the outlet's free feed"),
    403: ("The server refuses us, maybe because it lets only browsers in", "Look for the outlet's feed, or ask its owner"),
    404: ("There is nothing at this address", "Look for its new address in a browser"),
    410: ("The server says that this is gone for good", "Remove the source or give its new address"),
    429: ("The server says that we ask too often", _WAIT),
    451: ("The server may not show this for legal reasons", "Look for another source"),
    503: ("The server is not available at present", _WAIT),
}

# headers of the services that keep machines out, and what their values hold then
_WALLS = (("cf-mitigated", "challenge"), ("x-datadome", ""), ("x-amzn-waf-action", ""), ("x-sucuri-block", ""), ("x-px-block", ""))

# status: what stands in the way of a page
_OBSTACLES = {
    401: Obstacle.PAY_WALL,
    402: Obstacle.PAY_WALL,
    403: Obstacle.BOT_WALL,
    404: Obstacle.MISSING,
    410: Obstacle.MISSING,
    451: Obstacle.MISSING,
}

_OFFLINE = frozenset({socket.EAI_AGAIN, errno.ENETUNREACH, errno.ENETDOWN})

# kind of error: what happened, what to do, whose fault; in this order, the first that fits
_NETWORK: tuple[tuple[tuple[type[BaseException], ...], str, str, str | None], ...] = (
    ((TimeoutError, asyncio.TimeoutError), "{host} did not send its answer within {seconds:g} seconds", _WAIT, None),
    (
        (aiohttp.ClientConnectorDNSError,),
        "The name {host} is not known",
        "Check its spelling and this machine's network",
        "the address or the network",
    ),
    (
        (aiohttp.ClientConnectorCertificateError,),
        "The certificate of {host} is not valid ({detail})",
        "Look at the address in a browser",
        None,
    ),
    ((aiohttp.ClientSSLError,), "No secure connection to {host} can be made ({detail})", _LOOK, None),
    ((ConnectionRefusedError,), "{host} takes no connections", _WAIT, None),
    ((aiohttp.ClientConnectorError,), "{host} cannot be reached ({detail})", _WAIT, "the other server or the network"),
    ((aiohttp.ServerDisconnectedError, ConnectionResetError), "{host} hung up without an answer", _WAIT, None),
    ((aiohttp.ClientPayloadError,), "The answer of {host} broke off or is damaged", _WAIT, None),
    ((aiohttp.InvalidURL, UnicodeError), "{host} is not a valid name of a server", "Check its spelling", "the address"),
    ((aiohttp.ClientResponseError,), "The answer of {host} is not proper HTTP ({detail})", _LOOK, None),
    ((Exception,), "{host} could not be fetched ({detail})", _WAIT, None),
)


class WallError(FetchError):
    """A site asked for proof that a person is reading."""


class OfflineError(FetchError):
    """This machine seems to have no network at present: the name service gives no answer, or no way leads out."""


def obstacle_of(error: OctavoError) -> Obstacle | None:
    """What stands between us and a page, by the error that it gave; None where it is the page itself that is of no use."""
    if isinstance(error, RobotsError):
        return Obstacle.ROBOTS
    if isinstance(error, WallError):
        return Obstacle.BOT_WALL
    return _OBSTACLES.get(error.status or 0, Obstacle.UNREACHABLE) if isinstance(error, FetchError) else None


def network_failure(error: Exception, host: str, seconds: float) -> OctavoError:
    """The error to raise for what aiohttp or the system raised; `seconds` is the time that the fetch had."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, PrivateAddressError):
        return RefusedError(
            f"{host} leads to a private or reserved address",
            todo="If you trust it, add its host and port to OCTAVO_ALLOW",
        )
    if isinstance(cause, OSError) and cause.errno in _OFFLINE:
        what = f"{host} cannot be looked up or reached from here ({_detail(cause)})"
        return OfflineError(what, todo="Check this machine's network; Octavo tries again soon", fault="the network")
    what, todo, fault = next(row[1:] for row in _NETWORK if isinstance(error, row[0]) or isinstance(cause, row[0]))
    return FetchError(what.format(host=host, seconds=seconds, detail=_detail(cause)), todo=todo, fault=fault)


def status_failure(status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    """The error for an answer that is not what was asked for; `headers` must not care for case."""
    retry_after = headers.get("Retry-After")
    if any(mark in headers.get(name, "").lower() for name, mark in _WALLS if name in headers):
        what = f"The site wants proof that a person is reading (status {status})"
        return WallError(what, todo="Look for the outlet's feed, or ask its owner", status=status)
    by_class = {4: ("The server refuses the request", _LOOK), 5: ("The server has an error of its own", _WAIT)}
    what, todo = _STATUSES.get(status) or by_class.get(status // 100) or ("The server gave an unexpected answer", _LOOK)
    wait = parse_retry_after(retry_after, now) if retry_after else None
    return FetchError(f"{what} (status {status})", todo=todo, status=status, retry_after=wait)


def too_large(limit: int) -> FetchError:
    """The error for a body that goes beyond the limit, in bytes."""
    return FetchError(f"The answer is larger than {limit / 1e6:g} MB", todo="Raise OCTAVO_FETCH_BYTES if it is worth it")


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, which holds seconds or a date; None when it holds neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(0.0, (date - now).total_seconds()), LONGEST_RETRY_AFTER)


def clean(value: str) -> str:
    """A header's value as text that can be stored and sent again: bytes that were no UTF-8 are replaced."""
    return value.encode("utf-8", "replace").decode()


def _detail(error: BaseException) -> str:
    """The error in the system's words, short and in one line."""
    said = error.message.partition("\n")[0] if isinstance(error, aiohttp.ClientResponseError) else ""
    text = said or (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return " ".join(text.split())[:160]
