"""The cue words of a language, read from `lexicons/<language>.toml` and compiled for quick look-up.

A lexicon is data that anyone may edit; `lexicons/README.md` says what each of its lists means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word may be, as bits of one number. Those of the first block come from the lexicon's list of the same name."""

    SPEECH: int = 1 << 0
    CLAUSAL: int = 1 << 1
    POSITION: int = 1 << 2
    SHARED: int = 1 << 3
    CITED: int = 1 << 4
    REPORTED: int = 1 << 5
    INTRODUCES: int = 1 << 6
    CONTINUES: int = 1 << 7
    AS: int = 1 << 26
    BREAKS: int = 1 << 28
    AUXILIARIES: int = 1 << 8
    PASSIVE: int = 1 << 9
    ADVERBS: int = 1 << 10
    TIMES: int = 1 << 11
    STOPS: int = 1 << 12
    RELATIVES: int = 1 << 13
    CONJUNCTIONS: int = 1 << 14
    LINKS: int = 1 << 15
    PREPOSITIONS: int = 1 << 16
    DETERMINERS: int = 1 << 17
    NOMINATIVE: int = 1 << 18
    PRONOUNS: int = 1 << 19
    PERSONS: int = 1 << 20
    ROLES: int = 1 << 21

    CAPITAL: int = 1 << 22
    MARK: int = 1 << 23  # punctuation
    QUOTED: int = 1 << 24  # words in quotation marks, long enough to be a statement
    SCARE: int = 1 << 25  # fewer words in quotation marks
    INSTITUTIONS: int = 1 << 30
    GROUPS: int = 1 << 31

    PHRASE: int = 1 << 29  # begins a phrase of `before` or `after`
    JUDGED: int = 1 << 27  # no cue of the lexicon, but one where the judge says so


Word = _Word()
"""One object with slots, because Python reads these faster than what belongs to a class."""

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
class Weights:
    """What `bench/train_quotes.py` learned: features and their weights, as `quotes_judge` adds them up. `source` is one for all languages."""

    cues: frozenset[str] = frozenset()  # words beyond the lexicon that are cues where the judge says so
    cue: Mapping[str, float] = field(default_factory=dict)  # whether a word is a cue
    end: Mapping[str, float] = field(default_factory=dict)  # whether a statement ends before a word
    mark: Mapping[str, float] = field(default_factory=dict)  # whether marked words are somebody's own
    source: Mapping[str, float] = field(default_factory=dict)  # who says a quotation that no cue claims


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    language: str
    spaced: bool  # the script parts words by spaces
    verb_second: bool  # the verb is the second element, so that the subject often follows it (German)
    capitals: bool  # the script has capitals, and names are written with them
    drops_subject: bool  # a verb alone may go on with who spoke last: "Añadió que"
    reported: bool  # verb forms alone may mark reported speech
    apart: bool  # marked words within an indirect statement are quotes of their own
    words: Mapping[str, int]  # lower-case word → Word flags
    needs: Mapping[str, tuple[str, ...]]  # verb form → words of which one must follow in the clause
    before: Phrases  # before a source: "according to"
    after: Phrases  # after a source: "zufolge"
    definite: frozenset[str]  # articles that point back: "the official"
    impersonal: frozenset[str]  # subjects that nobody is: "heißt es"
    genitive: frozenset[str]  # articles that go on with a phrase behind a noun
    oblique: frozenset[str]  # words that begin no subject: "dem"
    indefinite: frozenset[str]  # articles of someone who is not named: "a spokeswoman"
    plural: frozenset[str]  # pronouns for several: "they"
    case_endings: tuple[str, ...]  # by which forms of one name differ, the longest first
    inside: frozenset[str]  # words before a place: "in"
    owners: frozenset[str]  # before a noun, for who it is of: "her refusal"
    participles: tuple[str, ...]  # endings of learned cues that share the subject of their clause: "-ing"
    adverb_endings: tuple[str, ...]  # of words that are adverbs without being listed
    credits: CreditWords
    weights: Weights  # what was learned for the language; empty where nothing was


_LISTS = {
    "cues": ("speech", "clausal", "position", "shared", "cited", "reported", "introduces", "continues", "as", "breaks"),
    "words": (
        "auxiliaries", "passive", "adverbs", "times", "stops", "relatives", "conjunctions", "links", "prepositions", "determiners",
        "nominative", "pronouns", "persons", "roles", "institutions", "groups",
    ),
}  # fmt: skip

_PHRASES = ("before", "after")
_SETS = ("definite", "genitive", "indefinite", "impersonal", "oblique", "owners", "plural", "inside")
_ENDINGS = ("adverb_endings", "participles", "case_endings")


def compiled(text: str) -> Lexicon:
    """One lexicon, parsed. Raises tomllib.TOMLDecodeError, KeyError, TypeError or ValueError for a faulty one."""
    data = tomllib.loads(text)
    for table, names in (("cues", (*_LISTS["cues"], *_PHRASES)), ("words", (*_LISTS["words"], *_SETS, *_ENDINGS))):
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
    before, after = _phrases(data["cues"].get("before", ())), _phrases(data["cues"].get("after", ()))
    for word in (*before, *after):
        words[word] = words.get(word, 0) | Word.PHRASE
    for word in words:
        if not word[0].isalnum():
            words[word] |= Word.MARK

    def some(name: str) -> frozenset[str]:
        return frozenset(data["words"].get(name, ()))

    def endings(name: str) -> tuple[str, ...]:
        return tuple(sorted(data["words"].get(name, ()), key=len, reverse=True))

    return Lexicon(
        language=data["language"],
        spaced=data.get("spaced", True),
        verb_second=data.get("verb_second", False),
        capitals=data.get("capitals", True),
        drops_subject=data.get("drops_subject", False),
        reported="reported" in data["cues"],
        apart=data.get("apart", False),
        words=words,
        needs={form: tuple(sorted(need)) for form, need in needs.items() if form not in free},
        before=before,
        after=after,
        definite=some("definite"),
        indefinite=some("indefinite"),
        impersonal=some("impersonal"),
        oblique=some("oblique"),
        genitive=some("genitive"),
        owners=some("owners"),
        plural=some("plural"),
        inside=some("inside"),
        adverb_endings=endings("adverb_endings"),
        participles=endings("participles"),
        case_endings=endings("case_endings"),
        credits=CreditWords(**{name: tuple(entries) for name, entries in data["credits"].items()}),
        weights=Weights(),
    )


def _phrases(entries: list[str]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        words = tuple(entry.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(all_, key=len, reverse=True)) for first, all_ in found.items()}


@lru_cache(maxsize=1)
def lexicons() -> Mapping[str, Lexicon]:
    """All lexicons of the package by language, with what was learned for each."""
    folder = files("octavo.annotate").joinpath("lexicons", "weights")
    source = tomllib.loads(folder.joinpath("any.toml").read_text("utf-8"))["source"]
    return MappingProxyType(
        {name: judged(plain, replace(_weights(folder.joinpath(f"{name}.toml")), source=source)) for name, plain in plain_lexicons().items()}
    )


def plain_lexicons() -> dict[str, Lexicon]:
    """All lexicons by language as people wrote them, without anything learned."""
    folder = files("octavo.annotate").joinpath("lexicons")
    read = (compiled(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    return {lexicon.language: lexicon for lexicon in read}


def _weights(file: Traversable) -> Weights:
    if not file.is_file():
        return Weights()
    data = tomllib.loads(file.read_text("utf-8"))
    return Weights(frozenset(data["cues"].split()), data["cue"], data["end"], data["mark"])


def judged(lexicon: Lexicon, weights: Weights) -> Lexicon:
    """The lexicon with these weights, and their cues among its words; those with an ending of `participles` share a subject."""
    words = dict(lexicon.words)
    for word in weights.cues:
        shared = Word.SHARED if lexicon.participles and word.endswith(lexicon.participles) else 0
        words[word] = words.get(word, 0) | Word.JUDGED | shared
    return replace(lexicon, words=words, weights=weights)
