"""How words are folded, so that search, grouping and the brief all compare the same things.

Folding takes away case, accents and width; a run of Chinese or Japanese characters, which has no spaces, becomes its bigrams.
"""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+(?:['’][^\W_]+)*")
_CJK_START, _HANGUL_START = "\u3040", "\uac00"


def fold(text: str) -> str:
    """`text` in lower case, without accents and in compatibility form; its length may change."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def words(text: str) -> list[str]:
    """The folded words of `text` in order; runs of CJK characters as overlapping bigrams (a lone one as itself)."""
    found: list[str] = []
    for token in _TOKEN.findall(fold(text)):
        if _CJK_START <= token[0] < _HANGUL_START and len(token) > 2:
            found += [token[i : i + 2] for i in range(len(token) - 1)]
        else:
            found.append(token)
    return found
