"""Addresses as feeds and sitemaps write them → absolute ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from octavo.extract.address import is_web

_LONGEST = 4000  # characters that an address may have
_BLANKS = re.compile(r"[\t\r\n]+\s*")  # line breaks that a layout put into an address


def absolute(address: object, base: str | None) -> str | None:
    """The http or https address that is meant, starting from `base`; None for anything else, without a base for relative ones too."""
    if not isinstance(address, str) or not address.strip() or len(address) > _LONGEST:
        return None
    written = _BLANKS.sub("", address.strip())
    try:
        whole = urljoin(base, written) if base and not written.startswith(("http:", "https:")) else written
    except ValueError:
        return None
    return whole if is_web(whole) else None


def first_absolute(addresses: Iterable[object], base: str | None) -> str | None:
    """The first of some addresses that is a web address, absolute."""
    return next((whole for address in addresses if (whole := absolute(address, base))), None)


def resolved(base: str, address: str | None) -> str:
    """`address` as it is to be read at `base`; the base itself for none and for what cannot be read."""
    if not address:
        return base
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return base
