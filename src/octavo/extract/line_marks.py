"""By which marks a line shows what it is, in every script: full stops, commas, clocks, bullets, and the phrases of `data/signs.toml`.

Shared by those who read the lines of pages and those who read the lines of texts.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

SIGNS = ("heading", "call", "legal", "ad", "photo", "byline", "time", "comment", "bio")
EDGES = (12, 25, 45, 70, 100, 150, 250, 400)  # widths between which lines are told apart

STOPS = frozenset(".!?。！？．।؟۔…")
INNER_STOP = re.compile(r"[.!?…]['\"”’»)\]]*\s+['\"“‘«(\[¿¡]*[^\W\d_]|[。！？।]")
COMMA = re.compile(r"[,，、،;；]")
SEPARATOR = re.compile(r" [|/»›·•>–-] |\|")
STAMP = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d[年月日時년월일]")
BULLET = re.compile(r"[•·●▪■►▶→›»*+✓✔|-]\s|\d{1,2}[.)]\s")
QUOTE_STARTS = frozenset('"“„«「『')
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")

_APART = re.compile(r"[\s!-/:-@\[-`{-~¡¿«»‹›“”„‘’‚…–—‐‑•·●▪■►▶©®™→←↑↓、。，．！？：；（）「」『』【】《》〈〉・｜]+")


def parted(text: str) -> str:
    """A text in small letters, with single blanks for its punctuation."""
    return _APART.sub(" ", text.casefold()).strip()


def width_of(text: str) -> int:
    """How much a text says, in Latin letters: a Chinese or Korean sign says about as much as two or three."""
    return len(text) if text.isascii() else len(text) + round(1.4 * len(WIDE.findall(text)))


@lru_cache
def phrases() -> dict[str, frozenset[str]]:
    """The phrases of each of SIGNS, `parted`."""
    table = tomllib.loads(files("octavo.extract").joinpath("data", "signs.toml").read_text("utf-8"))
    return {sign: frozenset(parted(phrase) for language in languages.values() for phrase in language) for sign, languages in table.items()}


def is_dense(phrase: str) -> bool:
    """Whether a phrase is of a script that sets no blanks, where it is looked for within words."""
    return WIDE.search(phrase) is not None or UNSPACED.search(phrase) is not None
