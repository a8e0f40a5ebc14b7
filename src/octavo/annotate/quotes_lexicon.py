"""The cue words of a language, read from `lexicons/<language>.toml` and compiled for quick look-up.

A lexicon is data that anyone may edit; `lexicons/README.md` says what each of its lists means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


class Word:
    """What a word may be, as bits of one number. Those of the first block come from the lexicon's list of the same name."""

    SPEECH = 1 << 0
    CLAUSAL = 1 << 1
    POSITION = 1 << 2
    SHARED = 1 << 3
    CITED = 1 << 4
    REPORTED = 1 << 5
    INTRODUCES = 1 << 6
    CONTINUES = 1 << 7
    AS = 1 << 26
    AUXILIARIES = 1 << 8
    PASSIVE = 1 << 9
    ADVERBS = 1 << 10
    TIMES = 1 << 11
    STOPS = 1 << 12
    RELATIVES = 1 << 13
    CONJUNCTIONS = 1 << 14
    LINKS = 1 << 15
    PREPOSITIONS = 1 << 16
    DETERMINERS = 1 << 17
    NOMINATIVE = 1 << 18
    PRONOUNS = 1 << 19
    PERSONS = 1 << 20
    ROLES = 1 << 21

    CAPITAL = 1 << 22
    MARK = 1 << 23  # punctuation
    QUOTED = 1 << 24  # words in quotation marks, long enough to be a statement
    SCARE = 1 << 25  # fewer words in quotation marks


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
    impersonal: frozenset[str]  # subjects that nobody is: "heißt es"
    oblique: frozenset[str]  # words that begin no subject: "dem"
    credits: CreditWords


_LISTS = {
    "cues": ("speech", "clausal", "position", "shared", "cited", "reported", "introduces", "continues", "as"),
    "words": (
        "auxiliaries", "passive", "adverbs", "times", "stops", "relatives", "conjunctions", "links", "prepositions", "determiners",
        "nominative", "pronouns", "persons", "roles",
    ),
}  # fmt: skip


def compiled(text: str) -> Lexicon:
    """One lexicon, parsed. Raises tomllib.TOMLDecodeError, KeyError, TypeError or ValueError for a faulty one."""
    data = tomllib.loads(text)
    for table, names in (
        ("cues", (*_LISTS["cues"], "before", "after")),
        ("words", (*_LISTS["words"], "definite", "impersonal", "oblique")),
    ):
        if unknown := set(data[table]) - set(names):
            raise ValueError(f"{data['language']}.toml, {table}: unknown list {', '.join(sorted(unknown))}")
    words: dict[str, int] = {}
    needs: dict[str, set[str]] = {}
    free: set[str] = set()
    for table, names in _LISTS.items():
        for name in names:
            flag = getattr(Word, name.upper())
            for entry in data[table].get(name, ()):
                forms, _, need = entry.partition("|")
                for form in forms.split():
                    words[form] = words.get(form, 0) | flag
                    if need:
                        needs.setdefault(form, set()).update(need.split())
                    elif table == "cues":
                        free.add(form)
    return Lexicon(
        language=data["language"],
        spaced=data.get("spaced", True),
        verb_second=data.get("verb_second", False),
        apart=data.get("apart", False),
        words=words,
        needs={form: tuple(sorted(need)) for form, need in needs.items() if form not in free},
        before=_phrases(data["cues"].get("before", ())),
        after=_phrases(data["cues"].get("after", ())),
        definite=frozenset(data["words"].get("definite", ())),
        impersonal=frozenset(data["words"].get("impersonal", ())),
        oblique=frozenset(data["words"].get("oblique", ())),
        credits=CreditWords(**{name: tuple(entries) for name, entries in data["credits"].items()}),
    )


def _phrases(entries: list[str]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        words = tuple(entry.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(all_, key=len, reverse=True)) for first, all_ in found.items()}


@lru_cache(maxsize=1)
def lexicons() -> Mapping[str, Lexicon]:
    """All lexicons of the package by language."""
    folder = files("octavo.annotate").joinpath("lexicons")
    read = (compiled(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    return MappingProxyType({lexicon.language: lexicon for lexicon in read})
