"""The days that a running text speaks of: printed dates, weekdays and "yesterday", resolved against the day it was written.

Month and weekday names come from CLDR (through babel), so every language that babel knows works; the words for yesterday, today
and tomorrow are a table of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

NEAR_DAYS = {  # day relative to the day of writing: its words by language
    -1: {
        "en": "yesterday",
        "de": "gestern",
        "es": "ayer",
        "fr": "hier",
        "pt": "ontem",
        "it": "ieri",
        "ja": "昨日",
        "zh": "昨天",
        "ru": "вчера",
    },
    0: {
        "en": "today",
        "de": "heute",
        "es": "hoy",
        "fr": "aujourd'hui",
        "pt": "hoje",
        "it": "oggi",
        "ja": "今日|本日",
        "zh": "今天",
        "ru": "сегодня",
    },
    1: {
        "en": "tomorrow",
        "de": "morgen",
        "es": "mañana",
        "fr": "demain",
        "pt": "amanhã",
        "it": "domani",
        "ja": "明日",
        "zh": "明天",
        "ru": "завтра",
    },
}
CJK = ("ja", "zh", "ko")


@dataclass(frozen=True, slots=True)
class Mention:
    """A day that a text speaks of, at [start, end). `exact`: the text prints day and month, so nothing but the year was worked out."""

    day: date
    start: int
    end: int
    exact: bool


def mentions(text: str, language: str | None, written: date | None) -> Iterator[Mention]:
    """The days in `text` in order of place. What needs the day of writing is left out when that is not known."""
    for match in _pattern(language or "en").finditer(text):
        if day := _day(match, language or "en", written):
            yield Mention(day, *match.span(), exact=match["weekday"] is None and match["near"] is None)


def _day(match: re.Match[str], language: str, written: date | None) -> date | None:
    part = match.groupdict()
    if part["iso"]:
        return _made(*map(int, part["iso"].split("-")))
    if part["near"] and written:
        names = {word: shift for shift, table in NEAR_DAYS.items() for word in table.get(language, "").split("|")}
        return written + timedelta(days=names[part["near"].lower()])
    if part["weekday"] and written:
        # The press names the weekday of what has just happened far oftener than of what is to come.
        return written - timedelta(days=(written.weekday() - _weekdays(language)[part["weekday"].lower().rstrip(".")]) % 7)
    months = _months(language)
    for day, month, year in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if part[day]:
            return _dated(int(part[day]), months[part[month].lower().rstrip(".")], part[year], written)
    return _dated(int(part["d3"]), int(part["m3"]), part["y3"], written) if part["d3"] else None


def _dated(day: int, month: int, year: str | None, written: date | None) -> date | None:
    if year:
        return _made(int(year), month, day)
    if not written:
        return None
    near = [made for y in (written.year - 1, written.year, written.year + 1) if (made := _made(y, month, day))]
    return min(near, key=lambda made: abs((made - written).days), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    names = _locale(language).months
    return {
        name.lower().rstrip("."): number
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in names[form][width].items()
        if not name[:1].isdigit()
    }


@lru_cache(maxsize=64)
def _weekdays(language: str) -> dict[str, int]:
    names = _locale(language).days
    return {name.lower().rstrip("."): number for form in ("format", "stand-alone") for number, name in names[form]["wide"].items()}


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str]:
    def one_of(names: dict[str, int] | list[str]) -> str:
        return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"

    month, weekday = one_of(_months(language)), one_of(_weekdays(language))
    near = one_of([word for table in NEAR_DAYS.values() for word in table.get(language, "").split("|") if word])
    edge = "" if language.startswith(CJK) else r"\b"
    year = r"(?:\s*,?\s+(?:de\s+|del\s+)?(?P<{0}>(?:19|20)\d\d)\b)?"
    return re.compile(
        r"\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
        rf"|\b(?P<d1>\d\d?)(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<m1>{month})\b\.?"
        + year.format("y1")
        + rf"|\b(?P<m2>{month})\b\.?\s+(?P<d2>\d\d?)(?:st|nd|rd|th)?\b(?!:)"
        + year.format("y2")
        + rf"|(?:(?P<y3>(?:19|20)\d\d)\s*年\s*)?(?P<m3>\d\d?)\s*月\s*(?P<d3>\d\d?)\s*日"
        rf"|{edge}(?P<near>{near}){edge}"
        rf"|{edge}(?P<weekday>{weekday}){edge}",
        re.IGNORECASE,
    )
