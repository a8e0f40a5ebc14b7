"""Addresses: which site they belong to, and the clean form that is kept."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urldefrag, urlsplit, urlunsplit

from octavo.addresses import without_trackers

_AMP_PARAMETER = re.compile(r"(?:amp|outputtype|output)(?:=(?:1|true|amp)?)?", re.IGNORECASE)
# Most addresses are as simple as one of these; to take them apart takes ten times as long.
_SIMPLE_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#]|\Z)")
_SIMPLE_CLEAN = re.compile(r"https?://(?!\S*xn--)[a-z0-9.-]+(?:/[A-Za-z0-9_~%!=,-][A-Za-z0-9._~%!=,-]*+)*+/?")
_AMP_ENDING = re.compile(r"/amp/?$|\.amp(?=(?:\.html?)?$)")


def is_web(address: str | None) -> bool:
    """True for an http or https address with a host."""
    if not address:
        return False
    if _SIMPLE_WEB.match(address):
        return True
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def host(address: str | None) -> str | None:
    """The host of a web address, lower case, without "www."; None for anything else."""
    return (urlsplit(address).hostname or "").removeprefix("www.") if address and is_web(address) else None


def site(address: str | None) -> str | None:
    """What stands for one owner: the registrable name ("example.co.uk"); host and port for bare numbers and single names."""
    name = host(address)
    if not name or not address:
        return None
    if "." not in name or _is_number(name) or name.endswith((".localhost", ".local")):
        port = urlsplit(address).port
        return f"{name}:{port}" if port else name
    return _domain(urlsplit(address).hostname or "") or name


def clean(address: str) -> str:
    """An address without trackers, fragment and AMP marks, as it is kept. Parameters that name the article stay."""
    from courlan import clean_url

    bare = urldefrag(address.strip())[0]
    if _SIMPLE_CLEAN.fullmatch(bare) and bare.count("/") > 2 and not _AMP_ENDING.search(bare):
        return bare
    parts = urlsplit(clean_url(bare) or bare)
    # Pieces are kept as they stand, because decoding and encoding again would change addresses that are odd but right.
    query = "&".join(piece for piece in parts.query.split("&") if not _AMP_PARAMETER.fullmatch(piece))
    return without_trackers(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], _AMP_ENDING.sub("", parts.path) or "/", query, "")))


@lru_cache(maxsize=4096)  # the links of a page, the entries of a feed lead to few hosts
def _domain(host: str) -> str | None:
    from courlan import extract_domain

    domain: str | None = extract_domain(f"https://{host}/")
    return domain


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
