"""What a reader types to find articles, taken apart: words, "phrases", -not, and fields like outlet: and after:. Pure.

Nothing is folded here; a term holds what was typed. The language is small and forgives: an unknown field is text, a quotation mark
that is never closed ends with the line. Only what would quietly find the wrong things is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from octavo.errors import InputError
from octavo.moments import instant

LONGEST = 500  # characters of a query
MOST_TERMS = 24
SHORTEST_START = 3  # letters before a "*": fewer would be the beginning of nearly everything


class Field(StrEnum):
    """Where a term must stand. The value is the name that a reader types."""

    TEXT = ""  # headline and text
    OUTLET = "outlet"
    LANGUAGE = "lang"
    COUNTRY = "country"  # of the outlet
    AUTHOR = "by"
    SPEAKER = "said"  # somebody whom the article quotes


FACTS = (Field.LANGUAGE, Field.COUNTRY)
ONE_OF = (Field.OUTLET, *FACTS)
"""An article has one of each, so several such terms are alternatives; those of other fields must all be there."""


@dataclass(frozen=True, slots=True)
class Term:
    text: str  # as typed
    field: Field = Field.TEXT
    exact: bool = False  # it stood in quotation marks: these words, in this order and form
    start: bool = False  # "elect*": its last word may go on
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart."""

    terms: tuple[Term, ...] = ()
    after: datetime | None = None  # that moment or later
    before: datetime | None = None  # earlier than that moment
    unread: bool | None = None  # None: read or not
    saved: bool | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that an article must hold, or must not: any of `phrases`, each of them folded words in their order."""

    field: Field
    phrases: tuple[tuple[str, ...], ...]
    start: bool = False  # the last word of each phrase may go on
    excluded: bool = False


_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"') | {"：": ":", "－": "-"})
_PART = re.compile(r"(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:\"(?P<quoted>[^\"]*)\"?|(?P<bare>[^\s\"]*))")
_TAGS = {Field.LANGUAGE: re.compile(r"[a-z]{2,3}"), Field.COUNTRY: re.compile(r"[a-z]{2}")}
_STATES = {"unread": ("unread", True), "read": ("unread", False), "saved": ("saved", True)}
_FIELDS = {field.value: field for field in Field if field.value}


def parse_query(typed: str) -> Query:
    """The query that a reader typed. Raises InputError, one line for the reader, for one that cannot be meant."""
    if len(typed) > LONGEST:
        raise InputError(f"The query is longer than {LONGEST} characters", todo="Look for fewer words")
    query = Query()
    for part in _parts(typed.translate(_QUOTES)):
        query = _and(query, part)
        if len(query.terms) > MOST_TERMS:
            raise InputError(f"The query has more than {MOST_TERMS} parts", todo="Look for fewer words")
    if query == Query():
        raise InputError("There is nothing to look for", todo="Give at least one word, or a field such as outlet:")
    return query


def _parts(typed: str) -> list[re.Match[str]]:
    """The parts of a query, in order, each from one space to the next, or a quotation."""
    found, place = [], 0
    while place < len(typed):
        if typed[place].isspace():
            place += 1
            continue
        part = _PART.match(typed, place)
        assert part  # every part of the pattern may be empty
        found.append(part)
        place = max(part.end(), place + 1)
    return found


def _and(query: Query, part: re.Match[str]) -> Query:
    """`query` with one more part."""
    name, quoted = (part["field"] or "").lower(), part["quoted"]
    value = (part["bare"] if quoted is None else quoted).strip()
    if name and name not in _READ:
        name, value = "", f"{part['field']}:{value}"  # "12:30", "Re:Zero", an address
    if not any(character.isalnum() for character in value):
        if name:
            raise InputError(f"{name}: is followed by nothing", todo=f"Write it without a space: {name}:something")
        return query
    return _READ[name](query, name, value, quoted is not None, bool(part["minus"]))


def _term(query: Query, name: str, value: str, exact: bool, excluded: bool) -> Query:
    field = _FIELDS.get(name, Field.TEXT)
    if tag := _TAGS.get(field):
        value = value.lower().split("-")[0]
        if not tag.fullmatch(value):
            example = {Field.LANGUAGE: "lang:de", Field.COUNTRY: "country:jp"}[field]
            raise InputError(f"{name}:{value} is no code that Octavo knows", todo=f"Write it as its two letters: {example}")
    start = value.endswith("*") and not exact
    if start and sum(character.isalnum() for character in value) < SHORTEST_START:
        raise InputError(f"{value} is the beginning of too many words", todo=f"Give at least {SHORTEST_START} letters before the *")
    return replace(query, terms=(*query.terms, Term(value.rstrip("*"), field, exact, start, excluded)))


def _date(query: Query, name: str, value: str, _exact: bool, excluded: bool) -> Query:
    moment = instant(value)
    if not moment or excluded:
        raise InputError(f"{name}:{value} is no date", todo=f"Write {name}:2025-06-18, {name}:2025-06 or {name}:2025")
    if name == "after":
        return replace(query, after=max(moment, query.after or moment))
    return replace(query, before=min(moment, query.before or moment))


def _state(query: Query, name: str, value: str, _exact: bool, excluded: bool) -> Query:
    if value.lower() not in _STATES:
        raise InputError(f"{name}:{value} is not known", todo="There are is:unread, is:read and is:saved")
    state, wanted = _STATES[value.lower()]
    return replace(query, unread=wanted != excluded) if state == "unread" else replace(query, saved=wanted != excluded)


_READ: dict[str, Callable[[Query, str, str, bool, bool], Query]] = {
    "": _term,
    **dict.fromkeys(_FIELDS, _term),
    "after": _date,
    "before": _date,
    "is": _state,
}
