"""The identity of an article: the same article gets the same id, wherever and whenever it is seen."""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from octavo.extract.plain import fold


def article_id(url: str | None, publisher: str | None, headline: str | None, day: str | None, capture_id: str, ordinal: int) -> str:
    """16 hex digits from what identifies an article.

    Its canonical address; without one, publisher + folded headline + day ("2025-06-18", the beginning of a more precise date will
    do); without one of those three, the capture's id and the article's ordinal in it, counted from 0.
    """
    key: tuple[str, ...]
    if url:
        key = ("url", address_key(url))
    elif publisher and day and len(day) >= 10 and (folded := fold(headline)):
        key = ("headline", fold(publisher), folded, day[:10])
    else:
        key = ("capture", capture_id, str(ordinal))
    return blake2b("\x1f".join(key).encode("utf-8", "replace"), digest_size=8).hexdigest()


def address_key(url: str) -> str:
    """An address as it is compared: without scheme, "www.", default port, last slash, fragment and the order of its parameters.

    What cannot be read as an address ("https://[::1") is compared as it is written.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(":80").removesuffix(":443").removeprefix("www.")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True))) if parts.query else ""
    return host + parts.path.rstrip("/") + ("?" + query if query else "")
