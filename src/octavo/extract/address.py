"""Addresses: which site they belong to, and the clean form that is kept."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urldefrag, urlsplit, urlunsplit

_AMP_PARAMETER = re.compile(r"(?:amp|outputtype|output)(?:=(?:1|true|amp)?)?", re.IGNORECASE)
_AMP_ENDING = re.compile(r"/amp/?$|\.amp(?=(?:\.html?)?$)")


def is_web(address: str | None) -> bool:
    """True for an http or https address with a host."""
    try:
        parts = urlsplit(address or "")
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
    from courlan import extract_domain

    domain: str | None = extract_domain(address)
    return domain or name


def clean(address: str) -> str:
    """An address without trackers, fragment and AMP marks, as it is kept. Parameters that name the article stay."""
    from courlan import clean_url

    bare = urldefrag(address.strip())[0]
    parts = urlsplit(clean_url(bare) or bare)
    # Pieces are kept as they stand, because decoding and encoding again would change addresses that are odd but right.
    query = "&".join(piece for piece in parts.query.split("&") if not _AMP_PARAMETER.fullmatch(piece))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], _AMP_ENDING.sub("", parts.path) or "/", query, ""))


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
