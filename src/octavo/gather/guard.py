"""The private-address guard: what may be connected to at all, decided on the address that is really connected.

A name is never trusted: it may answer differently at every question (DNS rebinding). So the outside connector asks `is_public` in its
socket factory, which sees the final address of each connection, whether it came from a name, a literal or a redirect.
What the person running Octavo allows beyond that are exact `host:port` pairs. They have a connector of their own, which is used for
requests to just these pairs and for nothing else. Because the two never share a connection, no pooled connection made for an allowed pair
can serve another address, and the socket factory need not know for whom it is asked.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import AddrInfoType, TCPConnector, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from octavo.errors import InputError, RefusedError, SettingsError

_PAIR = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@\[\]]+):\d{1,5}")

# What ipaddress (or an older version of it) calls global, and yet is not a host on the public internet.
_NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",  # IETF protocol assignments; some clouds keep their metadata here
            "192.88.99.0/24",  # relays of 6to4, withdrawn by RFC 7526
            "224.0.0.0/4",  # multicast
            "168.63.129.16/32",  # the host's own services on a large cloud, reachable from inside only
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out as global unicast
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "3fff::/20")))  # protocol assignments (Teredo among them); documentation
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052, the well-known prefix

LOOPBACK = ("127.0.0.1", "::1")


class PrivateAddressError(OSError):
    """A connection to an address that is not public was about to be made. An OSError, for the happy-eyeballs race to pass it on."""

    def __init__(self) -> None:
        # One text for all addresses: the race joins errors of the same text into one and hides those that differ.
        super().__init__(errno.EACCES, "private or reserved address")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is a host on the public internet.

    IPv6 forms that carry an IPv4 address (IPv4-mapped, 6to4, NAT64) are judged by what they carry; Teredo and everything outside of
    2000::/3 is not public.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC)
    carried = address.ipv4_mapped or address.sixtofour or (IPv4Address(address.packed[12:]) if address in _NAT64 else None)
    if carried is not None:
        return is_public(carried)
    return address in _UNICAST and address.is_global and not any(address in network for network in _NOT_PUBLIC_6)


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket for a public address (aiohttp's `socket_factory`). Raises PrivateAddressError for any other."""
    family, kind, protocol, _, sockaddr = info
    try:
        public = is_public(ip_address(str(sockaddr[0])))
    except ValueError:  # not an address at all
        public = False
    if not public:
        raise PrivateAddressError
    return socket.socket(family, kind, protocol)


class Lookup(AbstractResolver):
    """Names to addresses: `localhost` and everything under it is loopback without asking (RFC 6761), the rest is asked of `names`."""

    def __init__(self, names: AbstractResolver) -> None:
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Addresses of a host, as aiohttp wants them. Raises OSError when the name service does."""
        if host.lower().rstrip(".").rpartition(".")[2] != "localhost":
            return await self._names.resolve(host, port, family)
        kinds = (socket.AF_INET, socket.AF_INET6)
        return [ResolveResult(hostname=host, host=a, port=port, family=k, proto=0, flags=0) for a, k in zip(LOOPBACK, kinds, strict=True)]

    async def close(self) -> None:
        """Closes what it asks."""
        await self._names.close()


def connector(*, inside: bool, names: AbstractResolver | None = None) -> TCPConnector:
    """The connector for allowed pairs (`inside`) or for everything else, which then connects to public addresses only.

    `names` replaces the system's name service. Limits are the caller's: the connector has none.
    """
    lookup = Lookup(names or ThreadedResolver())
    return TCPConnector(resolver=lookup, socket_factory=None if inside else public_socket, limit=0, limit_per_host=0)


def allowed_pairs(allow: Iterable[str]) -> frozenset[str]:
    """The allow-list as it is compared. Raises SettingsError for an entry that is no `host:port` pair."""
    try:
        return frozenset(pair(checked(f"http://{entry if _PAIR.fullmatch(entry) else ''}/")) for entry in allow)
    except InputError as problem:
        raise SettingsError(
            "OCTAVO_ALLOW holds something that is no pair of host and port", todo='Write pairs such as "news.localhost:8080"'
        ) from problem


def pair(url: URL) -> str:
    """Host and port of a checked URL, as the allow-list writes them: "intranet:8080", "[::1]:80"."""
    return f"{url.host_subcomponent}:{url.port}"


def checked(address: str, base: URL | None = None) -> URL:
    """An address, seen from `base` if there is one, as a URL that may be asked for, without its fragment.

    Raises InputError for what is no address, RefusedError for other schemes than http and https and for a name or password in it.
    """
    try:
        url = URL(address)
        url = (base.join(url) if base else url).with_fragment(None)
        host = url.host  # decoded here for the first time
    except (ValueError, IndexError) as problem:  # IndexError: what yarl makes of some brackets
        raise InputError(f"This is no web address ({problem})", todo="Check its spelling", subject=address) from problem
    if url.scheme not in {"http", "https"}:
        raise _refused(f"Only http and https addresses are fetched, not {url.scheme or 'one without a scheme'}", url)
    if not host or not url.port:
        raise InputError("This web address names no host", todo="Check its spelling", subject=address)
    if url.raw_user is not None or url.raw_password is not None:
        raise _refused("Addresses with a name or password in them are not fetched", url.with_user(None))
    return url.with_path("/", keep_query=True) if url.path == "/" else url  # "http://host" and "http://host/" are one address


def _refused(what: str, url: URL) -> RefusedError:
    return RefusedError(what, todo="Give the plain web address of the page or feed", subject=str(url))
