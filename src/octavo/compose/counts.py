"""The counts in a sentence: how many of what, and what happened to them ("at least 12 people were killed").

A number counts when what it counts stands beside it: what happened (a list of words a language in `counts.toml`), or a noun. Read to be right
rather than complete: dates, ages, money, measures, shares, scores, ranges, parts ("2 of the 12", "another 3") and what only may be are left
out. Numbers are read in digits of every script, with marks between thousands, in words, and with "million" and its like.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from octavo.words import fold

NOUN_WORDS = 2  # of a noun before what happened: "Russian soldiers"
LINKS = 4  # words between a number and what happened
CONTEXT = 7  # words to either side that say which of several things of one noun are counted
COMMAS = (",", "،", "、")
SHORT = 3  # letters of a word that says little
LONGEST_NUMBER = 20  # characters of digits and the marks between them
SENTENCES = 10_000  # of which the counts are kept
UNSPACED = ("ja",)  # languages without spaces: their words are those of the table


class Hedge(IntEnum):
    """On which side of the printed number the true one may lie."""

    BELOW = -1
    NONE = 0
    ABOVE = 1
    NEAR = 2


@dataclass(frozen=True, slots=True)
class Count:
    """A count at [start, end) of a text, from its hedge or its verb to the last word that belongs to it."""

    thing: str  # what happened to them, a table of `counts.toml`: "killed"; "" where only a noun is known
    noun: str  # what is counted, folded; "" for people
    value: float
    hedge: Hedge
    start: int
    end: int
    context: frozenset[str]  # folded words around, for counts of which only the noun is known


@dataclass(frozen=True, slots=True)
class _Token:
    word: str  # folded; "" for a number
    start: int
    end: int
    value: float | None = None


Phrase = tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Language:
    """One table of `counts.toml`, compiled."""

    spaced: bool  # words are parted by spaces; else they are those of the table
    decimal: str
    values: Mapping[str, float]
    scales: Mapping[str, float]
    people: frozenset[str]
    hedges: Mapping[str, Sequence[tuple[Phrase, Hedge]]]  # by their last word, longest first
    part: frozenset[str]
    joints: frozenset[str]
    doubt: re.Pattern[str]
    measures: re.Pattern[str]
    links: frozenset[str]
    things: Mapping[str, Sequence[tuple[Phrase, str]]]  # by their first word, longest first
    token: re.Pattern[str]
    worded: re.Pattern[str]  # a number in words
    telling: re.Pattern[str]  # the first word of what happened


@lru_cache(maxsize=SENTENCES)
def counts(text: str, language: str | None) -> tuple[Count, ...]:
    """The counts in one sentence, in order of place. None for a language without a table, nor for a sentence that speaks of what may be.

    Kept for a while, because a story that grows by an article is read anew with all that it had before.
    """
    table = _languages().get(language or "")
    if table is None or not (_DIGIT.search(text) or (table.telling.search(folded := _folded(text)) and table.worded.search(folded))):
        return ()
    tokens = _tokens(text, table)
    runs = list(_numbers(tokens, table))
    hedging = {at for begin, _, _ in runs for at in range(_hedge(tokens, begin, table)[1], begin)}  # "not" in "not less than"
    if any(table.doubt.fullmatch(token.word) for at, token in enumerate(tokens) if at not in hedging):
        return ()
    return tuple(count for place in range(len(runs)) if (count := _count(tokens, runs, place, table)))


# ---- numbers -------------------------------------------------------------------------------------------------------

_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # four digits between these are a year
_STICKS_BEFORE = re.compile(r"(?:[\w$€£¥₽#№.:/+–−-]|[$€£¥₽]\s)$")
_STICKS_AFTER = re.compile(r"[\w:/°–−-]|[.,٫]\d|\s?[%‰٪$€£¥₽]")
_STICKS_BEFORE_UNSPACED = re.compile(r"[A-Za-z$€£¥#.:/–−〜～-]$")
_STICKS_AFTER_UNSPACED = re.compile(r"[A-Za-z:/%％–−〜～-]|\.\d")
_DIGIT = re.compile(r"\d")
_DASHES = "-–—~〜～/"


def _tokens(text: str, table: _Language) -> list[_Token]:
    """Numbers, words and marks of a text. Digits that are part of something longer (a score, a price, a name) have no value."""
    before, after = (_STICKS_BEFORE, _STICKS_AFTER) if table.spaced else (_STICKS_BEFORE_UNSPACED, _STICKS_AFTER_UNSPACED)
    found = []
    for match in table.token.finditer(text):
        start, end = match.span()
        if match["digits"]:
            loose = not before.search(text[max(0, start - 2) : start]) and not after.match(text[end : end + 2])
            found.append(_Token("", start, end, _value(match[0], table.decimal) if loose else None))
        else:
            word = _folded(match[0])
            found.append(_Token(word, start, end, table.values.get(word)))
    return found


def _value(printed: str, decimal: str) -> float | None:
    """What digits stand for; None where a mark may part thousands or decimals, and for more digits than a count has."""
    if len(printed) > LONGEST_NUMBER:  # Python refuses to read thousands of them
        return None
    whole, _, fraction = printed.partition(decimal) if printed.count(decimal) == 1 else (printed, "", "")
    first, *thousands = re.split(r"\D", whole)
    if len(fraction) == 3 or any(len(group) != 3 for group in thousands):
        return None
    return float(f"{int(''.join([first, *thousands]))}.{int(fraction or 0):0{len(fraction) or 1}}")


def _numbers(tokens: Sequence[_Token], table: _Language) -> Iterator[tuple[int, int, float]]:
    """(first token, token after the last, value): digits or words with the scales behind them; parts of one number taken together."""
    at = 0
    while at < len(tokens):
        begin, total, part = at, 0.0, tokens[at].value
        while part is not None:
            at += 1
            while at < len(tokens) and (scale := table.scales.get(tokens[at].word)):
                part *= scale
                at += 1
            total += part
            scaled = at - begin >= 2 and tokens[at - 1].word in table.scales
            onward = at + (at < len(tokens) and tokens[at].word in table.joints)  # "two hundred and fifty"
            rest = tokens[onward].value if scaled and onward < len(tokens) else None
            at, part = (onward, rest) if rest is not None and rest < part and (onward == at or tokens[onward].word) else (at, None)
        if at > begin:
            first = tokens[begin]
            year = not first.word and at == begin + 1 and first.end - first.start == 4 and _FIRST_YEAR <= total < _LAST_YEAR
            if total >= 1 and total.is_integer() and not year:
                yield begin, at, total
        else:
            at += 1


# ---- what they count -----------------------------------------------------------------------------------------------


def _count(tokens: Sequence[_Token], runs: Sequence[tuple[int, int, float]], place: int, table: _Language) -> Count | None:
    begin, end, value = runs[place]
    hedge, first = _hedge(tokens, begin, table)
    at = end
    if at < len(tokens) and tokens[at].word in table.part and tokens[at - 1].word in table.scales:  # "2 millones de personas"
        at += 1
    noun: list[str] = []
    if at < len(tokens) and tokens[at].word in table.people:
        at += 1
    else:
        while at < len(tokens) and len(noun) < NOUN_WORDS and _names_a_thing(tokens[at], table) and not _at(tokens, at, table):
            noun.append(tokens[at].word)
            at += 1
    beside = tokens[at].word if at < len(tokens) else ""
    if beside in table.part or any(table.measures.fullmatch(word) for word in (*noun, beside)) or _ranged(tokens, runs, place, table):
        return None
    partial = first > 0 and tokens[first - 1].word in table.part  # unless what happened stands before it: "a death toll of 12"
    if not partial and (found := _ahead(tokens, at, table)):
        thing, last = found
        return Count(thing, " ".join(noun), value, hedge, tokens[first].start, tokens[last].end, frozenset())
    if found := _behind(tokens, first, table):
        thing, opening = found
        return Count(thing, " ".join(noun), value, hedge, tokens[opening].start, tokens[at - 1].end, frozenset())
    if partial or not noun or len(noun[0]) <= SHORT:
        return None
    around = (*tokens[max(0, first - CONTEXT) : first], *tokens[end + 1 : end + 1 + CONTEXT])
    context = frozenset(token.word for token in around if len(token.word) > SHORT and token.word not in table.links)
    return Count("", noun[0], value, hedge, tokens[first].start, tokens[end].end, context)


def _names_a_thing(token: _Token, table: _Language) -> bool:
    known = (table.links, table.part, table.joints, table.scales)
    return token.word[:1].isalpha() and token.value is None and not any(token.word in words for words in known)


def _hedge(tokens: Sequence[_Token], begin: int, table: _Language) -> tuple[Hedge, int]:
    """The hedge that ends before a number, and where the two begin."""
    for phrase, hedge in table.hedges.get(tokens[begin - 1].word, ()) if begin else ():
        if tuple(token.word for token in tokens[max(0, begin - len(phrase)) : begin]) == phrase:
            return hedge, begin - len(phrase)
    return Hedge.NONE, begin


def _ranged(tokens: Sequence[_Token], runs: Sequence[tuple[int, int, float]], place: int, table: _Language) -> bool:
    """Whether nothing but a word such as "to" stands between this number and another one."""
    begin, end, _ = runs[place]
    gaps = [tokens[runs[place - 1][1] : begin]] if place else []
    gaps += [tokens[end : runs[place + 1][0]]] if place + 1 < len(runs) else []
    return any(len(gap) <= 1 and all(token.word in table.joints or token.word in _DASHES for token in gap) for gap in gaps)


def _at(tokens: Sequence[_Token], at: int, table: _Language) -> tuple[str, int] | None:
    """What happened, if a word or phrase for it begins at a token; and how many tokens it takes."""
    for phrase, thing in table.things.get(tokens[at].word, ()) if at < len(tokens) else ():
        if tuple(token.word for token in tokens[at : at + len(phrase)]) == phrase:
            return thing, len(phrase)
    return None


def _ahead(tokens: Sequence[_Token], at: int, table: _Language) -> tuple[str, int] | None:
    """What happened, told behind the number after nothing but links and an insertion (", including three children,"); and its last token."""
    inserted = at + 1 < len(tokens) and tokens[at].word in COMMAS and tokens[at + 1].word in table.part
    if inserted:
        at = 1 + next((i for i in range(at + 1, len(tokens)) if tokens[i].word in COMMAS), len(tokens))
    for step in range(at, min(at + LINKS + 1, len(tokens))):
        if found := _at(tokens, step, table):
            return found[0], step + found[1] - 1
        if tokens[step].word not in table.links:
            return None
    return None


def _behind(tokens: Sequence[_Token], before: int, table: _Language) -> tuple[str, int] | None:
    """What happened, told before the number with nothing but links between; and its first token."""
    for step in range(before - 1, max(-1, before - LINKS - 2), -1):
        for length in (2, 1):
            if step - length + 1 >= 0 and (found := _at(tokens, step - length + 1, table)) and found[1] == length:
                return found[0], step - length + 1
        if tokens[step].word not in table.links:
            return None
    return None


# ---- the table -----------------------------------------------------------------------------------------------------


def _folded(word: str) -> str:
    return fold(word).replace("’", "'")


def _listed(text: str) -> list[str]:
    return [_folded(word).replace("_", " ") for word in text.split()]


def _phrases(lists: Iterable[tuple[str, T]], place: int) -> dict[str, list[tuple[Phrase, T]]]:
    """The phrases by the word at `place`, the longest first."""
    found: defaultdict[str, list[tuple[Phrase, T]]] = defaultdict(list)
    listed = ((tuple(words.split(" ")), name) for text, name in lists for words in _listed(text))
    for phrase, name in sorted(listed, key=lambda entry: -len(entry[0])):
        found[phrase[place]].append((phrase, name))
    return dict(found)


def _any_of(text: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in _listed(text)))


def _one_of(words: Iterable[str], spaced: bool) -> re.Pattern[str]:
    listed = "|".join(map(re.escape, words)) or "(?!)"
    return re.compile(rf"\b(?:{listed})\b" if spaced else listed)


def _values(units: str, tens: str) -> dict[str, float]:
    """Word → number, with "twenty-five" and "fünfundzwanzig" made of their parts."""
    ones = {form: float(value) for value, forms in enumerate(_listed(units), 1) for form in forms.split("|")}
    round_ones = {form: 10.0 * value for value, forms in enumerate(_listed(tens), 2) for form in forms.split("|")}
    joined = {
        made: a + b for ten, a in round_ones.items() for one, b in ones.items() if b < 10 for made in (f"{ten}-{one}", f"{one}und{ten}")
    }
    return joined | round_ones | ones


def _compiled(language: str, data: dict[str, Any]) -> _Language:
    spaced = language not in UNSPACED
    lists = {name: frozenset(_listed(data[name])) for name in ("people", "part", "joints", "links")}
    scales = {word: float(scale) for scale, text in data["scales"].items() for word in _listed(text)}
    hedges = _phrases(((data[name], hedge) for name, hedge in (("above", Hedge.ABOVE), ("below", Hedge.BELOW), ("near", Hedge.NEAR))), -1)
    things = _phrases(((text, thing) for thing, text in data["things"].items()), 0)
    values = _values(data["units"], data["tens"])
    space = " " if data["decimal"] == "," else ""  # "12 300" is one number only where a space parts thousands
    digits = rf"(?P<digits>\d{{1,3}}(?:[.,'’٬\u00a0\u202f{space}]\d{{3}})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫]\d+)?)"
    opening = {phrase[0] for phrases in hedges.values() for phrase, _ in phrases}
    known = opening.union(things, scales, *lists.values(), _listed(data["measures"] + " " + data["doubt"]))
    word = r"[^\W\d_]+(?:['’-][^\W\d_]+)*" if spaced else "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    return _Language(
        spaced=spaced,
        decimal=data["decimal"],
        values=values,
        scales=scales,
        hedges=hedges,
        doubt=_any_of(data["doubt"]),
        measures=_any_of(data["measures"]),
        things=things,
        token=re.compile(rf"{digits}|{word}|\S"),
        worded=_one_of(values, spaced),
        telling=_one_of(things, spaced),
        **lists,
    )


@lru_cache(maxsize=1)
def _languages() -> dict[str, _Language]:
    data = tomllib.loads(files(__package__).joinpath("counts.toml").read_text("utf-8"))
    return {language: _compiled(language, table) for language, table in data.items()}
