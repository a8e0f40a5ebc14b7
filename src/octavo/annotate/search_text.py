"""The words under which an article is found: folded, so that case, accents and width of letters do not matter.

Both sides of a search fold alike: what is stored (`search_text`) and what a reader types (`folded_query`). Scripts without
spaces give overlapping pairs of letters, because no index can tell their words apart. Words are letters and digits only, parted by
one space: SQLite's FTS5 and PostgreSQL's "simple" tsvector then see the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from octavo.annotate.scripts import UNSPACED

# Letters that carry their stroke or ligature in themselves, so that taking accents off leaves them.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ё": "е"})
_ACCENTS = re.compile(r"(?<=[a-z\u0370-\u03ff])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_MARKS = r"\u0300-\u036f\u0900-\u0dff\u0f00-\u0fff"  # where vowel signs are part of a word but no letters for `re`
_PART = re.compile(rf"([{UNSPACED}]+)|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{_MARKS}])*")


def search_text(headline: str | None, text: str) -> str:
    """All folded words of an article in their order, parted by spaces."""
    return " ".join(_words(f"{headline or ''}\n{text}"))


def folded_query(words: str) -> tuple[str, ...]:
    """What a reader typed, as words that `search_text` would hold, each once, in order.

    A single letter of a script without spaces stays alone; it is the beginning of words of the index, not one of them.
    """
    return tuple(dict.fromkeys(_words(words)))


def _words(text: str) -> Iterator[str]:
    for part in _PART.finditer(_folded(text)):
        run = part[1]
        if run and len(run) > 1:
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        else:
            yield part[0]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", plain)))
