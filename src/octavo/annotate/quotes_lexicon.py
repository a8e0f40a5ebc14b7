"""The cue words of a language, read from `lexicons/<language>.toml` and compiled for quick look-up.

A lexicon is data that anyone may edit; `lexicons/README.md` says what each of its lists means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


class Word(IntFlag):
    """What a word may be. The first block is filled from the lexicon's lists of the same name, the second by reading the text."""

    SPEECH = 1  # verb whose statement may stand on either side
    POSITION = 2  # verb whose statement follows
    SHARED = 4  # participle that shares the subject of its clause
    INTRODUCES = 8
    AUXILIARIES = 16
    PASSIVE = 32
    ADVERBS = 64
    TIMES = 128
    STOPS = 256
    RELATIVES = 512
    CONJUNCTIONS = 1024
    LINKS = 2048
    PREPOSITIONS = 4096
    DETERMINERS = 8192
    PRONOUNS = 16384
    PERSONS = 32768
    ROLES = 65536
    CONTINUES = 1 << 17
    REPORTS = 1 << 18  # nouns that name a statement: "statement", "Angaben"

    CLAUSAL = 1 << 19  # verb that counts only before "that", a colon or a quotation

    CAPITAL = 1 << 20
    MARK = 1 << 21  # punctuation
    QUOTED = 1 << 22  # words in quotation marks, long enough to be a statement
    SCARE = 1 << 23  # a word or title in quotation marks


Phrases = Mapping[str, tuple[tuple[str, ...], ...]]  # first word → the whole phrases that begin with it, longest first


@dataclass(frozen=True, slots=True)
class CreditWords:
    """What `credits.py` looks for. Every entry is a regular expression without groups that capture."""

    before: tuple[str, ...]  # ends before an outlet's name: "according to"
    after: tuple[str, ...]  # begins after it: "reported"
    outlets: tuple[str, ...] = ()  # nouns that announce an outlet's name: "newspaper"
    agencies: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()  # before a source without a name: "citing"
    said: tuple[str, ...] = ()
    indefinite: tuple[str, ...] = ()  # "a", "two"
    insiders: tuple[str, ...] = ()  # nouns for sources that papers do not name: "official"
    persons: tuple[str, ...] = ()  # nouns that may be such a source where more is said of them: "people familiar with"
    unqualified: tuple[str, ...] = ()  # of these, those that need no article: "sources said"
    nameless: tuple[str, ...] = ()  # "unnamed"
    familiar: tuple[str, ...] = ()  # "familiar with"
    anonymity: tuple[str, ...] = ()  # "on condition of anonymity"


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    language: str
    spaced: bool  # the script parts words by spaces
    verb_second: bool  # the verb is the second element, so that the subject often follows it (German)
    apart: bool  # marked words within an indirect statement are quotes of their own
    words: Mapping[str, int]  # lower-case word → Word flags
    needs: Mapping[str, tuple[str, ...]]  # verb form → words of which one must follow in the clause
    before: Phrases  # before a source: "according to"
    after: Phrases  # after a source: "zufolge"
    definite: frozenset[str]  # articles that point back: "the official"
    credits: CreditWords


_LISTS = {
    "cues": ("speech", "clausal", "position", "shared", "introduces", "continues"),
    "words": (
        "auxiliaries", "passive", "adverbs", "times", "stops", "relatives", "conjunctions", "links", "prepositions",
        "determiners", "pronouns", "persons", "roles", "reports",
    ),
}  # fmt: skip


def compiled(text: str) -> Lexicon:
    """One lexicon, parsed. Raises tomllib.TOMLDecodeError, KeyError or TypeError for a faulty one."""
    data = tomllib.loads(text)
    words: dict[str, int] = {}
    needs: dict[str, set[str]] = {}
    free: set[str] = set()
    for table, names in _LISTS.items():
        for name in names:
            flag = Word[name.upper()]
            for entry in data[table].get(name, ()):
                forms, _, need = entry.partition("|")
                for form in forms.split():
                    words[form] = words.get(form, 0) | int(flag)
                    if need:
                        needs.setdefault(form, set()).update(need.split())
                    elif table == "cues":
                        free.add(form)
    return Lexicon(
        language=data["language"],
        spaced=data.get("spaced", True),
        verb_second=data.get("verb_second", False),
        apart=data.get("apart", False),
        words=MappingProxyType(words),
        needs=MappingProxyType({form: tuple(sorted(need)) for form, need in needs.items() if form not in free}),
        before=_phrases(data["cues"].get("before", ())),
        after=_phrases(data["cues"].get("after", ())),
        definite=frozenset(data["words"].get("definite", ())),
        credits=CreditWords(**{name: tuple(entries) for name, entries in data["credits"].items()}),
    )


def _phrases(entries: list[str]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        words = tuple(entry.split())
        found.setdefault(words[0], []).append(words)
    return MappingProxyType({first: tuple(sorted(all_, key=len, reverse=True)) for first, all_ in found.items()})


@lru_cache(maxsize=1)
def lexicons() -> Mapping[str, Lexicon]:
    """All lexicons of the package by language."""
    folder = files("octavo.annotate").joinpath("lexicons")
    read = (compiled(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    return MappingProxyType({lexicon.language: lexicon for lexicon in read})
