"""Which script a text is written in, and which scripts a language is written in."""

from __future__ import annotations

import re

_RANGES = {
    "Latin": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Armenian": "\u0531-\u0587",
    "Hebrew": "\u05d0-\u05ea",
    "Arabic": "\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0900-\u0963",
    "Bengali": "\u0980-\u09e3",
    "Gurmukhi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0ae3",
    "Odia": "\u0b00-\u0b63",
    "Tamil": "\u0b80-\u0be5",
    "Telugu": "\u0c00-\u0c63",
    "Kannada": "\u0c80-\u0ce3",
    "Malayalam": "\u0d00-\u0d63",
    "Sinhala": "\u0d80-\u0ddf",
    "Thai": "\u0e01-\u0e4e",
    "Lao": "\u0e80-\u0ece",
    "Tibetan": "\u0f40-\u0fbc",
    "Burmese": "\u1000-\u103f",
    "Georgian": "\u10a0-\u10ff",
    "Ethiopic": "\u1200-\u137f",
    "Khmer": "\u1780-\u17d3",
    "Kana": "\u3041-\u3096\u30a1-\u30fa\u30fc\uff66-\uff9d",
    "Hangul": "\u1100-\u11ff\uac00-\ud7a3",
    "Han": "\u3005-\u3006\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af",
}
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _RANGES.items()))

UNSPACED = "".join(_RANGES[script] for script in ("Han", "Kana", "Thai", "Lao", "Khmer", "Burmese"))
"""For a character class: all letters of scripts that put no space between words."""

_LANGUAGES = {  # of each script; a language that stands nowhere is written in Latin
    "Latin": "az bs kk mn sh sr tk uz",  # these in Cyrillic, too
    "Cyrillic": "az bs kk mn sh sr tk uz ba be bg ce cv ky mhr mk os ru sah tg tt udm uk",
    "Greek": "el",
    "Armenian": "hy",
    "Hebrew": "he yi",
    "Arabic": "ar fa ur ps sd ug ckb arz azb pnb",
    "Devanagari": "hi mr ne sa mai bh",
    "Bengali": "bn as bpy",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Odia": "or",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Sinhala": "si",
    "Thai": "th",
    "Lao": "lo",
    "Tibetan": "bo dz",
    "Burmese": "my",
    "Georgian": "ka",
    "Ethiopic": "am ti",
    "Khmer": "km",
    "Kana": "ja",
    "Hangul": "ko",
    "Han": "zh ja yue wuu",
}


def scripts_of_language(language: str) -> frozenset[str]:
    """The scripts in which a language (primary BCP 47 tag) is printed."""
    return frozenset(script for script, languages in _LANGUAGES.items() if language in languages.split()) or frozenset({"Latin"})


def letters_by_script(text: str) -> dict[str, int]:
    """How many letters of each script a text has; scripts without any are left out."""
    counts: dict[str, int] = {}
    for run in _LETTERS.finditer(text):
        script = run.lastgroup or ""
        counts[script] = counts.get(script, 0) + len(run[0])
    return counts
