"""How a name sounds, whatever it is written in: the consonants by which the same name is known again in another language or script.

Vowels, doubled letters and the difference between like consonants are taken away, as in consonant skeletons for matching English with
Arabic names (Freeman, Condon & Ackerman 2006). Letters of other alphabets and syllabaries say in their Unicode names what they sound
like. Chinese characters do not, so names in them have no sound here.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from octavo.words import fold

SPELT_ALIKE = 0.6  # share of the letters that two spellings of a name have in common at least (`SequenceMatcher.ratio`)
_NAMED = re.compile(
    r"(?P<script>CYRILLIC SMALL|GREEK SMALL|ARABIC|HEBREW|KATAKANA|HANGUL) (?:LETTER|SYLLABLE) (?:FINAL |FARSI )?(?P<small>SMALL )?(?P<sound>\w+)"
)
_CHINESE = re.compile("[\u3005\u3400-\u9fff\uf900-\ufaff]")
_SILENT = {"SOFT", "HARD", "HAMZA"}  # signs that are no sound of their own
_INSTEAD = re.compile(r"[aeiou]?\*")  # before the vowel of a small kana, which takes the place of the one before
# Letters that are not heard as their names begin.
_VOWELS = {"SHORT": "y", "WAW": "u", "YEH": "i", "IE": "e", "YERU": "y", "YU": "u", "YA": "a", "IO": "o"}
_AFTER_VOWEL = {"EF": "f", "EL": "l", "EM": "m", "EN": "n", "ER": "r", "ES": "s"}  # Cyrillic letters whose names begin with a vowel
_OPENING = re.compile(r"^[^aeiou]*")
_TOGETHER = [  # in this order: letters written together, then letters that sound in more than one way
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch", "t"),
        (r"sch|sh|dzh|zh|dj", "s"),
        (r"ch", "t"),
        (r"kh|ph", "f"),
        (r"gh", "g"),
        (r"th|ts|tz", "t"),
        (r"ck|q|c(?![eiy])", "k"),
        (r"c", "s"),
        (r"x", "ks"),
        (r"h(?![aeiouy])", ""),
    )
]
_LIKE = str.maketrans({"v": "b", "w": "b", "p": "b", "z": "s", "l": "r", "h": "f", "m": "n"})
_OPEN = frozenset("aeiouy")
_NO_LETTER = re.compile(r"[^a-z]")
_NO_CONSONANT = re.compile(r"[^b-df-hj-np-tv-xz]")


def sound_alike(one: str, other: str, least: int) -> bool:
    """Whether two words can be one name: `least` consonants or more are all that they have, and their letters do not differ too much either."""
    if max(map(len, sounds(one) & sounds(other)), default=0) < least:
        return False
    a, b = (_NO_LETTER.sub("", _latin(name)) for name in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= SPELT_ALIKE


@lru_cache(maxsize=4096)
def sounds(name: str) -> frozenset[str]:
    """The consonants of a name, after an "a" where it begins with a vowel, in each of the ways that it may be heard.

    Empty for a script that says nothing of it. A "j" may be a consonant or not; an "r" at the end of a syllable is left out by some languages.
    """
    spelt = _latin(name)
    for pattern, sound in _TOGETHER:
        spelt = pattern.sub(sound, spelt)
    ways = {spelt}
    if any("a" <= letter <= "z" for letter in fold(name)):
        ways |= {re.sub(r"r(?![aeiouy])", "", way) for way in ways}
    ways = {heard for way in ways for heard in (way.replace("j", ""), way.replace("j", "s"))}
    return frozenset(key for way in ways if (key := _key(way)))


@lru_cache(maxsize=4096)
def _latin(name: str) -> str:
    """A name in small Latin letters, words parted by something else; empty for Chinese characters and what has no letters."""
    folded = fold(name)
    spelt = "" if _CHINESE.search(folded) else "".join(letter if letter.isascii() else _spelt(letter) for letter in folded)
    return _INSTEAD.sub("", spelt) if _NO_LETTER.sub("", spelt) else ""


def _key(way: str) -> str:
    opening = "a" if way[:1] in _OPEN else ""
    return opening + _NO_CONSONANT.sub("", re.sub(r"(.)\1+", r"\1", way.translate(_LIKE)))


def _spelt(letter: str) -> str:
    """A letter of another script as Latin letters: a syllable as it is, a letter of an alphabet as its consonant or as a vowel."""
    named = _NAMED.match(unicodedata.name(letter, ""))
    if not named or named["sound"] in _SILENT:
        return ""
    script, sound = named["script"], named["sound"]
    if script == "KATAKANA" and named["small"]:
        return "" if sound == "TU" else f"*{sound[-1].lower()}"
    if script == "KATAKANA":
        return sound.lower()
    if script == "HANGUL":
        return re.sub("(?<!n)g", "k", sound.lower())
    if script == "CYRILLIC SMALL" and sound in _AFTER_VOWEL:
        return _AFTER_VOWEL[sound]
    opening = _OPENING.match(sound.lower())
    return _VOWELS.get(sound) or (opening[0] if opening else "") or sound[0].lower()
