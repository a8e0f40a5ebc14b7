"""What arrived, as a `Capture`: what it is by its content, and the refusal of what holds no text that Octavo can read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from octavo.errors import ExtractError
from octavo.model import Capture

RSS, ATOM, JSON_FEED = "application/rss+xml", "application/atom+xml", "application/feed+json"
FEED_TYPES = frozenset({RSS, ATOM, JSON_FEED})
HTML, TEXT, XML = "text/html", "text/plain", "application/xml"
LINES = "application/x-ndjson"  # article JSON Lines
_READABLE = FEED_TYPES | {HTML, TEXT, XML, LINES, "application/xhtml+xml", "text/xml"}
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-unknown"})

_HEAD = 4096  # bytes looked at
_ROOTS = {"rss": RSS, "rdf": RSS, "feed": ATOM, "urlset": XML, "sitemapindex": XML, "html": HTML}
_PROLOGUE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)+", re.I | re.S)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([a-z]+)[\s>/]", re.I)
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html", re.I)
_HTML_TAG = re.compile(r"<(?:head|body|title|meta|link|script|style|div|main|article|section|h[1-6]|p|table)[\s>]", re.I)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, a film or a sound"),
    (b"ID3", "a sound"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a packed file"),
    (b"WARC/", "a web archive"),
    (b"SQLite format 3", "a database"),
)


def sniffed(body: bytes) -> str | None:
    """The media type that the content itself tells: a feed, a sitemap, HTML; None when it does not tell."""
    text = _head(body)
    prologue = _PROLOGUE.match(text)
    rest = text[prologue.end() :] if prologue else text
    if root := _ROOT.match(rest):
        if found := _ROOTS.get(root[1].lower()):
            return found
    elif rest.startswith("{") and _JSON_FEED.search(rest):
        return JSON_FEED
    return HTML if _HTML_DOCTYPE.search(text[: prologue.end()] if prologue else "") else None


def make_capture(
    address: str,
    body: bytes,
    at: datetime,
    *,
    declared: str = "",
    charset: str | None = None,
    headers: Mapping[str, str] | None = None,
    source: int | None = None,
    dated: bool = True,
) -> Capture:
    """A capture of what arrived at `at` from `address`. `declared` is the media type named by transport or file ending, "" if none.

    Raises ExtractError for what is empty or holds neither page, text nor feed.
    """
    digest = sha256(address.encode("utf-8", "surrogateescape") + b"\n" + body).hexdigest()
    kind = _media_type(address, body, declared)
    return Capture(digest, address, body, at, kind, charset, headers or {}, source=source, dated=dated)


def _media_type(address: str, body: bytes, declared: str) -> str:
    """Content goes before declaration: feeds come as text/html, pages as text/plain."""
    if not body.strip():
        raise _unreadable(address, "nothing")
    text = _head(body)
    found = next((name for signature, name in _SIGNATURES if body.startswith(signature)), None)
    if found or len(_CONTROL.findall(text)) > len(text) / 100:
        raise _unreadable(address, found or "data that is no text")
    known = sniffed(body) or (declared if declared in _READABLE else None)
    if not known:
        if declared not in _UNTOLD and not declared.startswith("text/"):
            raise _unreadable(address, f"data of the type {declared}")
        known = HTML if _HTML_TAG.search(text) else TEXT
    return known


def _unreadable(address: str, what: str) -> ExtractError:
    return ExtractError(f"It holds {what}", todo="Give a web page, a plain text or a feed", subject=address, fault="what was given")


def _head(body: bytes) -> str:
    """The beginning as text in which ASCII is right, whatever the charset."""
    encoding = next((name for bom, name in _BOMS if body.startswith(bom)), None)
    if encoding:
        return body[2:_HEAD].decode(encoding, "replace")
    return body.removeprefix(b"\xef\xbb\xbf")[:_HEAD].decode("latin-1")
