"""What an outlet says that an article is about: keywords as pages and feeds write them → a short list, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from octavo.extract.plain import fold, plain

_MOST = 30  # of one article
_LONGEST, _WORDS = 60, 6  # characters and words of one; more is a sentence
_LIST = 3000  # characters of a list of them that are read
_PARTS = re.compile(r"\s*[,;、，；|\n]\s*")
_LETTER = re.compile(r"[^\W\d_]")
_MACHINE = re.compile(r"://|[=<>{}]|^[\w-]+:\S|_")  # addresses, and what only programs read: "type:article", "ad_slot=2"


def listed(values: Iterable[str]) -> Iterator[str]:
    """The keywords in values that hold a list each: "herring, bay"."""
    return (part for value in values for part in _PARTS.split(value[:_LIST]))


def keywords(given: Iterable[str], section: str | None = None) -> tuple[str, ...]:
    """These keywords as plain text, in order, each once: at most thirty, without the section and what only machines read."""
    found: dict[str, str] = {"": "", fold(section): ""}
    for value in given:
        word = (plain(value[:_LIST]) or "").strip(" #.\"'“”")
        if len(word) <= _LONGEST and len(word.split()) <= _WORDS and _LETTER.search(word) and not _MACHINE.search(word):
            found.setdefault(fold(word), word)
    return tuple(word for word in found.values() if word)[:_MOST]
