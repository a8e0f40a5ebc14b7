"""How words are folded, so that search, grouping and the brief all compare the same things.

Folding takes away case, accents and width; a run of Chinese or Japanese characters, which has no spaces, becomes its bigrams.
"""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+(?:['’][^\W_]+)*")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")  # the same in half the time, where nothing else can come
_CJK_START, _HANGUL_START = "\u3040", "\uac00"
# Accents, and the points of Hebrew and Arabic. Marks of other scripts (the voicing of kana, Indic and Thai vowels) make another word.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")


def fold(text: str) -> str:
    """`text` in lower case, without accents and in compatibility form; its length may change."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def words(text: str) -> list[str]:
    """The folded words of `text` in order; runs of CJK characters as overlapping bigrams (a lone one as itself)."""
    if text.isascii():
        return _ASCII_TOKEN.findall(text.lower())
    found: list[str] = []
    for token in _TOKEN.findall(fold(text)):
        if _CJK_START <= token[0] < _HANGUL_START and len(token) > 2:
            found += [token[i : i + 2] for i in range(len(token) - 1)]
        else:
            found.append(token)
    return found


def accented_words(text: str) -> list[str]:
    """The words of `text` in order and in lower case, with their accents: for languages in which they make another word."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).casefold())
