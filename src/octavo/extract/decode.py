"""Bytes → characters, and what kind of thing the bytes are, whatever their label says."""

from __future__ import annotations

import codecs
import re

from octavo.model import Capture

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What browsers read for a label, because pages mean the larger set (WHATWG Encoding Standard).
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_PYTHON_ONLY = re.compile("idna|punycode|escape|utf-?_?7|undefined")  # no page means them; some take quadratic time
_BLANKS = b" \t\r\n"  # that some servers send before anything else
_HEAD_BYTES = 4096  # pages put scripts before their declaration although they must not
_FAULTS = 0.002  # share of bytes that may be broken before a declared encoding is disbelieved

_FEED_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf)\b", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(r"<(?:\w+:)?(urlset|sitemapindex)\b", re.IGNORECASE)
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?:[^<>\[]|\[[^\]]*\])*>)*", re.DOTALL | re.IGNORECASE)
_HTML_SIGN = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|article|div|p|span|a|h1|table|script)\b", re.IGNORECASE)
_JSON_FEED = re.compile(r'"(?:version"\s*:\s*"https?:[\\/]+jsonfeed\.org|items"\s*:\s*\[)')
_BINARY = {
    b"%PDF": "PDF document",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"PK\x03\x04": "archive",
    b"RIFF": "media file",
}


def decoded(body: bytes, charset: str | None = None) -> str:
    """The characters of a page or feed.

    In order: byte order mark; UTF-8 where the bytes are valid UTF-8; the transport's charset and the page's own declaration, the
    page's first when the transport only gives the old default Latin-1; at last a guess from the bytes.
    """
    bare = body.lstrip(_BLANKS)
    for mark, encoding in _BOMS:
        if bare.startswith(mark):
            return bare.decode(encoding, "replace")
    declared = _DECLARED.search(body[:_HEAD_BYTES])
    names = [_codec(charset), _codec(declared[1].decode("ascii")) if declared else None]
    if names[0] == "cp1252":
        names.reverse()
    # Seven-bit encodings of Japanese and Chinese are valid UTF-8 too, as gibberish.
    if not any(name and name.startswith(("iso2022", "hz")) for name in names):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in names:
        if name:
            text = body.decode(name, "replace")
            if text.count("\ufffd") <= _FAULTS * len(body) + 1:
                return text
    from charset_normalizer import from_bytes  # comes with trafilatura

    best = from_bytes(body).best()
    return str(best) if best else body.decode("utf-8", "replace")


def kind_of(capture: Capture) -> str:
    """What a capture's bytes are: "html", "feed", "text", or else in words what they are: "sitemap", "PDF document" ..."""
    body = capture.body
    for magic, name in _BINARY.items():
        if body.startswith(magic):
            return name
    head = decoded(body[:_HEAD_BYTES], capture.charset) if not body.isascii() else body[:_HEAD_BYTES].decode("ascii")
    if head[:512].count("\x00") > 8:
        return "binary file"
    prolog = _PROLOG.match(head)
    start = head[prolog.end() if prolog else 0 :]
    if _FEED_ROOT.match(start):
        return "feed"
    if _SITEMAP_ROOT.match(start):
        return "sitemap"
    if start.startswith("{") and (_JSON_FEED.search(head) or "feed" in capture.media_type):
        return "feed"
    if start.startswith("<") and (_HTML_SIGN.search(head) or "html" in capture.media_type):
        return "html"
    if "html" in capture.media_type and _HTML_SIGN.search(decoded(body[:65536], capture.charset)):
        return "html"
    if start.startswith("<") and ("xml" in capture.media_type or "rss" in capture.media_type):
        return "feed"  # broken before its root; the feed reader says so
    return "text"


def _codec(name: str | None) -> str | None:
    """Python's name of the encoding that a label means; None for none, an unknown one, and one that is no character set."""
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().lower()).name
        b"a".decode(found, "replace")  # fails for what Python counts as an encoding and is no character set ("zlib")
    except (LookupError, ValueError):
        return None
    return None if _PYTHON_ONLY.search(found) else _MEANT.get(found, found)
