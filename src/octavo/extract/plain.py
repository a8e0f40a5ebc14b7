"""Strings as people read them: no markup, no entities, no control characters, single blanks."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# A tag as a page writes it; "a < b" and "<3" are text and stay. A comment that is not closed lasts to the end, as in a browser.
_TAG = re.compile(r"<(?:!--(?:-?>|.*?(?:-->|$))|/?[a-zA-Z][^<>]*>|![a-zA-Z][^<>]*>)", re.DOTALL)
_HIDDEN_ELEMENT = re.compile(r"<(script|style|template|noscript|iframe|object|svg)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
# Zero-width blanks, soft hyphens, byte order marks, embedding marks and controls say nothing to a reader. Joiners (200C, 200D) do.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ufffe\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6])>|<br\s*/?>|&lt;/p&gt;", re.IGNORECASE)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_WORD = re.compile(r"\w+")
_NO_WORD = {code: " " for code in range(128) if not _WORD.match(chr(code))}


def squeezed(text: str) -> str:
    """A run of text with single blanks, composed characters (NFC) and nothing invisible; lines become blanks."""
    text = text.strip()
    if text.isprintable() and "  " not in text:  # as most are: there is no other blank and nothing invisible
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    single = unicodedata.normalize("NFC", " ".join(text.split()))
    if single.isprintable():  # nothing invisible is
        return single
    return " ".join(_INVISIBLE.sub("", single).split())


def plain(value: object) -> str | None:
    """A field's value as one line of plain text: entities resolved, markup taken out. None when nothing is left or it is no text.

    Fields arrive escaped once, twice or not at all, so tags are taken out before and after entities are resolved.
    """
    if not isinstance(value, str):
        return None
    text = value
    for _ in range(3):
        if "<" not in text and "&" not in text:
            break
        bare = html.unescape(_untagged(text))
        if bare == text:
            break
        text = bare
    # Markup that entities hid until the last round must not survive either.
    return squeezed(_untagged(text)) or None


def _untagged(text: str) -> str:
    return _TAG.sub(" ", _HIDDEN_ELEMENT.sub(" ", text)) if "<" in text else text


def lines(value: object) -> str | None:
    """A field's value as plain text whose lines are kept, empty ones left out. None when nothing is left or it is no text."""
    if not isinstance(value, str):
        return None
    return "\n".join(line for part in _BLOCK_END.sub("\n", value).split("\n") if (line := plain(part))) or None


def width(text: str) -> int:
    """How much a text says, in letters of an alphabet: a Chinese, Japanese or Korean character says as much as two or three."""
    return len(text) + round(1.4 * len(_WIDE.findall(text)))


def words(text: str | None) -> list[str]:
    """The words of a text as they are compared: without case, punctuation and compatibility forms."""
    if not text or text.isascii():
        return text.lower().translate(_NO_WORD).split() if text else []
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=2048)  # the same lines of a page are compared again and again
def fold(text: str | None) -> str:
    """A headline as it is compared: its words, parted by one blank."""
    return " ".join(words(text))
