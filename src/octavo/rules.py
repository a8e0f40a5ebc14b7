"""A reader's rules: what one matches, and what all of them together say of a story. Pure, but that patterns run against the clock.

The order: a rule that keeps is stronger than all that hide, wherever they stand; factors of rules that weigh are multiplied; all others
do what they do side by side, and where one rule must be named, it is the one that was made first. A rule looks at articles. A story is
hidden or marked as read when all its independent articles are; it is kept, saved, highlighted or weighed when any of its articles is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from math import prod
from operator import itemgetter
from time import monotonic

import numpy as np
import regex  # type: ignore[import-untyped]  # it has no types

from octavo.errors import InputError
from octavo.model import Article
from octavo.words import fold, words

LONGEST = 200  # characters of what is looked for by words or a pattern
LONGEST_TEXT = 2000  # of a text whose meaning is looked for
LONGEST_WORD = 30  # of a highlighting word
LEAD = 600  # characters with which a text begins, of which rules read no more
FACTORS = (0.1, 10.0)  # by which a story may weigh less or more
NEARNESS = (1.0, 8.0)  # standard deviations
USUAL_NEARNESS = 3.5
ONE_SEARCH = 0.1  # seconds that a pattern may take for one text
ALL_SEARCHES = 1.0  # seconds that a pattern may take for all texts that are looked at together
MOST_REPEATS = 1000  # all counts of a pattern multiplied: `regex` unrolls them, and {999} of {999} of {999} fills any memory
ENOUGH = 50  # texts of a language; fewer say nothing about it, and it is judged as all languages together
_BELOW = 0.1587  # of a normal distribution lie more than a standard deviation below its middle
_LEAST_DEVIATION = 0.01  # where all texts are of one kind
_COUNTS = regex.compile(r"\{(\d*)(?:,(\d*))?\}")
_CALLS = regex.compile(r"\(\?(?:R|&|P>|[+-]?\d)")  # a pattern that calls itself has no bounds


class Deed(StrEnum):
    """What a rule does with a story."""

    HIDE = "hide"
    KEEP = "keep"  # no other rule hides it
    READ = "read"
    SAVE = "save"
    HIGHLIGHT = "highlight"  # with a word of the reader's
    WEIGH = "weigh"


class Field(StrEnum):
    """Where in an article a rule looks."""

    ANYWHERE = "anywhere"  # headline or lead
    HEADLINE = "headline"
    LEAD = "lead"  # how the text begins
    OUTLET = "outlet"
    AUTHOR = "author"
    LANGUAGE = "language"
    SECTION = "section"
    PLACE = "place"  # where it was written, or that it names
    SPEAKER = "speaker"  # whom it quotes


class Way(StrEnum):
    """How a rule looks."""

    WORDS = "words"  # any of several, with commas between; "elect*" is the beginning of a word
    REGEX = "regex"
    MEANING = "meaning"  # headline and lead are near to a text, in whatever language


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a reader. `usual`: language → mean and deviation of the likeness to `vector` that texts have; "" stands for all others."""

    id: int
    deed: Deed
    what: str
    where: Field = Field.ANYWHERE
    way: Way = Way.WORDS
    word: str = ""
    factor: float = 1.0
    nearness: float = USUAL_NEARNESS  # by how many deviations a text stands out, at the least
    vector: bytes = b""  # little-endian float16, as annotations have them
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    edition: str | None = None  # id; None: everywhere
    until: datetime | None = None  # from then on it does nothing; None: for good
    off: str | None = None  # why it was switched off


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at of an article."""

    head: Article  # without text
    lead: str = ""
    names: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class Told:
    """A story's articles; `independent` are the ids of those that are voices of their own."""

    articles: tuple[Facts, ...]
    independent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What rules say of a story; each is the rule that says so, None where none does."""

    hidden: Rule | None = None
    kept: Rule | None = None
    read: Rule | None = None
    saved: Rule | None = None
    words: tuple[str, ...] = ()  # that highlight it
    factor: float = 1.0
    rules: frozenset[int] = frozenset()  # ids of all that apply


UNTOUCHED = Verdict()


@dataclass(frozen=True, slots=True)
class Judged:
    verdicts: Mapping[str, Verdict]  # by story
    out_of_time: frozenset[int]  # ids of rules whose pattern took too long; they count for nothing here


def checked(rule: Rule) -> Rule:
    """The rule, tidied, if it can be meant. Raises InputError with a line for the reader."""
    what = " ".join(rule.what.split()) if rule.way is Way.WORDS else rule.what.strip()
    longest = LONGEST_TEXT if rule.way is Way.MEANING else LONGEST
    if not what:
        raise InputError("The rule does not say what it looks for", todo="Give a word")
    if len(what) > longest:
        raise InputError(f"What the rule looks for is longer than {longest} characters", todo="Shorten it")
    word = " ".join(rule.word.split())
    if rule.deed is Deed.HIGHLIGHT and not 0 < len(word) <= LONGEST_WORD:
        raise InputError(f"A rule that highlights needs a word of 1 to {LONGEST_WORD} characters", todo="Give one")
    if rule.deed is Deed.WEIGH and not FACTORS[0] <= rule.factor <= FACTORS[1]:
        raise InputError(f"A factor lies between {FACTORS[0]:g} and {FACTORS[1]:g}", todo="Give such a number")
    if rule.way is Way.MEANING and not NEARNESS[0] <= rule.nearness <= NEARNESS[1]:
        raise InputError(f"How near a text must be lies between {NEARNESS[0]:g} and {NEARNESS[1]:g}", todo="Give such a number")
    if rule.way is Way.REGEX:
        _pattern(what)
    if rule.way is Way.WORDS and not _phrases(what):
        raise InputError("The rule holds no word", todo="Give letters or digits")
    return replace(rule, what=what, word=word)


def active(rules: Iterable[Rule], now: datetime, edition: str | None = None) -> tuple[Rule, ...]:
    """Those rules that work now, on the pages of an edition or, without one, on those that belong to none."""
    return tuple(
        rule for rule in rules if rule.off is None and (rule.until is None or now < rule.until) and rule.edition in (None, edition or None)
    )


def judged(rules: Sequence[Rule], stories: Mapping[str, Told]) -> Judged:
    """What rules say of stories, by story id. A rule whose pattern takes too long says nothing of any."""
    late: set[int] = set()
    hits: dict[int, set[str]] = {}
    texts = _Texts()
    for rule in rules:
        matches = _matcher(rule, texts)
        try:
            hits[rule.id] = {one.head.id for told in stories.values() for one in told.articles if matches(one)}
        except TimeoutError:
            late.add(rule.id)
    sound = [rule for rule in rules if rule.id not in late]
    return Judged({id: _verdict(sound, hits, told) for id, told in stories.items()}, frozenset(late))


def _verdict(rules: Sequence[Rule], hits: Mapping[int, Collection[str]], told: Told) -> Verdict:
    ids = {one.head.id for one in told.articles}
    some = [rule for rule in rules if not ids.isdisjoint(hits[rule.id])]
    if not some:
        return UNTOUCHED

    def first(deed: Deed) -> Rule | None:
        return next((rule for rule in some if rule.deed is deed), None)

    def whole(deed: Deed) -> Rule | None:
        """The first rule that does so, if such rules together cover every voice."""
        covered = {id for rule in some if rule.deed is deed for id in hits[rule.id]}
        return first(deed) if told.independent and told.independent <= covered else None

    kept, hiding, read = first(Deed.KEEP), whole(Deed.HIDE), whole(Deed.READ)
    idle = {deed for deed, rule in ((Deed.HIDE, hiding), (Deed.READ, read)) if rule is None}
    applying = [rule for rule in some if rule.deed not in idle]
    if not applying:
        return UNTOUCHED
    return Verdict(
        hidden=None if kept else hiding,
        kept=kept,
        read=read,
        saved=first(Deed.SAVE),
        words=tuple(dict.fromkeys(rule.word for rule in applying if rule.deed is Deed.HIGHLIGHT)),
        factor=prod(rule.factor for rule in applying if rule.deed is Deed.WEIGH),
        rules=frozenset(rule.id for rule in applying),
    )


# ---- what one rule matches -----------------------------------------------------------------------------------------

Matcher = Callable[[Facts], bool]

_TEXTS: Mapping[Field, Callable[[Facts], Iterable[str | None]]] = {
    Field.ANYWHERE: lambda one: (one.head.headline, one.lead),
    Field.HEADLINE: lambda one: (one.head.headline,),
    Field.LEAD: lambda one: (one.lead,),
    Field.OUTLET: lambda one: (one.head.publisher, one.head.aggregator, one.head.agency),
    Field.AUTHOR: lambda one: one.head.authors,
    Field.LANGUAGE: lambda one: (one.head.language,),
    Field.SECTION: lambda one: (one.head.section,),
    Field.PLACE: lambda one: (one.head.dateline, *one.names),
    Field.SPEAKER: lambda one: one.speakers,
}


class _Texts:
    """The texts of articles as rules by words read them, each made once however many rules ask."""

    def __init__(self) -> None:
        self._folded: dict[tuple[str, Field], str] = {}
        self._words: dict[tuple[str, Field], str] = {}

    def holds(self, one: Facts, where: Field, phrases: Sequence[str]) -> bool:
        """Whether any of these phrases stands there. Words are only parted where the letters of a phrase's first one occur at all."""
        key = one.head.id, where
        if key not in self._folded:
            self._folded[key] = fold(" | ".join(filter(None, _TEXTS[where](one))))
        maybe = [phrase for phrase in phrases if phrase.split(maxsplit=1)[0] in self._folded[key]]
        if maybe and key not in self._words:
            self._words[key] = " | ".join(f" {' '.join(words(text))} " for text in self._folded[key].split(" | "))
        return any(phrase in self._words[key] for phrase in maybe)


def _matcher(rule: Rule, texts: _Texts) -> Matcher:
    """Whether an article is meant. What it gives back raises TimeoutError once a pattern has taken too long."""
    if rule.way is Way.MEANING:
        return lambda one: stands_out(rule, one) >= rule.nearness
    if rule.way is Way.REGEX:
        return _searcher(_pattern(rule.what.strip()), rule.where)
    phrases = _phrases(rule.what)
    return lambda one: texts.holds(one, rule.where, phrases)


@lru_cache(maxsize=256)
def _phrases(what: str) -> tuple[str, ...]:
    """The phrases that a rule by words looks for, folded, with the spaces that stand around whole words."""
    found = []
    for part in fold(what).replace("、", ",").replace("،", ",").replace("，", ",").split(","):
        if held := " ".join(words(part)):
            # A single letter of a script without spaces stands in the middle of the pairs that texts are made of.
            alone = len(held) == 1 and held >= "\u3040"
            found.append(held if alone else f" {held}" if part.rstrip().endswith("*") else f" {held} ")
    return tuple(found)


@lru_cache(maxsize=256)
def _pattern(what: str) -> regex.Pattern[str]:
    """A pattern, ready. Capitals and small letters count as the same. Raises InputError."""
    counts = prod(max(1, *(int(count) for count in found if count)) for found in _COUNTS.findall(what) if any(found))
    if counts > MOST_REPEATS:
        raise InputError(f"The pattern repeats more than {MOST_REPEATS} times", todo="Take + or * instead of large numbers in braces")
    if _CALLS.search(what):
        raise InputError("The pattern calls itself", todo="Write it without (?R), (?1) and the like")
    try:
        return regex.compile(what, regex.IGNORECASE | regex.VERSION1)
    except (regex.error, ValueError) as fault:  # the second for flags that exclude one another
        raise InputError(f"The pattern cannot be read: {fault}", todo="See how regular expressions are written") from fault


def _searcher(pattern: regex.Pattern[str], where: Field) -> Matcher:
    left = ALL_SEARCHES

    def matches(one: Facts) -> bool:
        nonlocal left
        for text in filter(None, _TEXTS[where](one)):
            begun = monotonic()
            found = pattern.search(text, timeout=max(0.001, min(ONE_SEARCH, left)))
            left -= monotonic() - begun
            if found:
                return True
        return False

    return matches


# ---- meaning -------------------------------------------------------------------------------------------------------


def stands_out(rule: Rule, one: Facts) -> float:
    """By how many deviations an article is nearer to the text of a rule than texts of its language are; far below for one without vector."""
    if not (one.vector and rule.vector):
        return -99.0
    mean, deviation = rule.usual.get(one.head.language or "") or rule.usual.get("", (1.0, 1.0))
    likeness = float(np.frombuffer(one.vector, "<f2").astype(np.float32) @ np.frombuffer(rule.vector, "<f2").astype(np.float32))
    return (likeness - mean) / deviation


def usual_likeness(vector: bytes, texts: Iterable[tuple[str | None, bytes]]) -> dict[str, tuple[float, float]]:
    """Language → mean and deviation of the likeness to a vector that texts (language, vector) have; "" for all of them together.

    Told by the half that is less like it (as in `octavo.vectors`): what is sought, of which there may be much, does not count.
    """
    asked = np.frombuffer(vector, "<f2").astype(np.float32)
    found: dict[str, list[bytes]] = {"": []}
    for language, text in texts:
        if text:
            found[""].append(text)
            found.setdefault(language or "unknown", []).append(text)
    usual = {}
    for language, those in found.items():
        if len(those) >= ENOUGH or (those and not language):
            likeness = np.frombuffer(b"".join(those), "<f2").astype(np.float32).reshape(len(those), -1) @ asked
            low, middle = np.quantile(likeness, (_BELOW, 0.5))
            usual[language] = float(middle), max(float(middle - low), _LEAST_DEVIATION)
    return usual


def around(rule: Rule, articles: Iterable[Facts], each: int) -> tuple[list[Article], list[Article]]:
    """The articles that stand just inside the border of a rule that goes by meaning, and just outside: the nearest to it first."""
    ranked = sorted(((stands_out(rule, one), one.head.id, one.head) for one in articles), key=itemgetter(0, 1))
    inside = [head for by, _, head in ranked if by >= rule.nearness]
    outside = [head for by, _, head in ranked if by < rule.nearness]
    return inside[:each], outside[: -each - 1 : -1]
