"""The days that a running text speaks of: printed dates, weekdays and "yesterday", resolved against the day it was written.

Month and weekday names come from CLDR (through babel), so every language that babel knows works; the words for yesterday, today
and tomorrow are a table of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from octavo.model import Article, instant, precision
from octavo.words import fold

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
        "ar": "أمس",
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
        "ar": "اليوم",
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
        "ar": "غدا|غدًا",
    },
}
NEXT, LAST = 7, -7
WEEKS = {  # days from the weekday around the day of writing: words beside it, by language
    NEXT: {
        "en": "next|coming|this coming",
        "de": "nächsten|nächster|kommenden|kommender",
        "es": "próximo",
        "fr": "prochain",
        "pt": "próximo|próxima|que vem",
        "it": "prossimo|prossima",
        "ja": "来週の?|次の",
        "zh": "下周|下星期|下週",
        "ru": "следующий|следующую|следующее|следующей",
    },
    LAST: {
        "en": "last|past",
        "de": "letzten|letzter|vergangenen|vergangener|vorigen",
        "es": "pasado",
        "fr": "dernier",
        "pt": "passado|passada",
        "it": "scorso|scorsa",
        "ja": "先週の?",
        "zh": "上周|上星期|上週",
        "ru": "прошлый|прошлую|прошлое|прошлой",
    },
}
MORNING = {"de": "am|diesem|jeden|heute|gestern|guten", "es": "la|esta|una|cada"}  # words after which the one for tomorrow is the morning
AHEAD = {  # words before a weekday (or soon after one that opens the sentence) that say that it is still to come
    "en": "will|shall|'ll|going to|is to|are to|set to|due|scheduled|expected|plans? to|planned for|until|till",
    "de": "wird|werden|soll|sollen|will|wollen|bis|geplant|erwartet",
    "es": "será|serán|podrá|tendrá|va a|van a|prevista?o?|hasta|prevé|a partir del",
    "fr": "sera|seront|va|vont|doit|doivent|devrait|devraient|prévue?s?|jusqu'à|d'ici|à partir de",
    "pt": "será|serão|vai|vão|deve|devem|previst[ao]s?|até|a partir de",
    "it": "sarà|saranno|dovrà|dovrebbe|previst[aoie]|fino a|entro",
    "ru": "будет|будут|состоится|пройдет|пройдёт|планирует|ожидается|до|намечен[аоы]?",
    "ja": "まで|予定|見通し|方針",
    "zh": "将|將|预计|預計|计划|計劃",
}
BEFORE, AFTER = 60, 20  # characters around a weekday in which such a word counts
INFLECTED = {"ru": {"среду": 2, "пятницу": 4, "субботу": 5}}  # weekdays, Monday is 0, in forms that CLDR does not hold
CJK = ("ja", "zh", "ko")


@dataclass(frozen=True, slots=True)
class Mention:
    """A day that a text speaks of, at [start, end). `exact`: the text prints day and month, so nothing but the year was worked out."""

    day: date
    start: int
    end: int
    exact: bool


def day_of(article: Article) -> date | None:
    """The day on which an article was published, as printed; None when it is not known to the day."""
    known = article.published and precision(article.published) not in (None, "year", "month") and instant(article.published)
    return date.fromisoformat(article.published[:10]) if known and article.published else None


def mentions(text: str, language: str | None, written: date | None) -> Iterator[Mention]:
    """The days in `text` in order of place. What needs the day of writing is left out when that is not known."""
    for match in _pattern(language or "en").finditer(text):
        if day := _day(match, language or "en", written):
            yield Mention(day, *match.span(), exact=match["weekday"] is None and match["near"] is None)


def _day(match: re.Match[str], language: str, written: date | None) -> date | None:
    part = match.groupdict()
    if part["iso"]:
        return _made(*map(int, part["iso"].split("-")))
    if part["near"]:
        if _beside(MORNING.get(language), match, behind=False):
            return None
        return _shifted(written, _number(_near_days, language, part["near"]))
    if part["weekday"]:
        weekday = _number(_weekdays, language, part["weekday"])
        return _shifted(written, _to_weekday(match, language, weekday - written.weekday()) if written and weekday is not None else None)
    for day, month, year in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if part[day]:
            number = _number(_months, language, part[month])
            return _dated(int(part[day]), number, part[year], written) if number else None
    return _dated(int(part["d3"]), int(part["m3"]), part["y3"], written) if part["d3"] else None


def _to_weekday(match: re.Match[str], language: str, ahead: int) -> int:
    """Days from the day of writing to a weekday that stands `ahead` days (or any number of weeks more or less) off.

    The press names the weekday of what has just happened far oftener than of what is to come: forwards only where words say so.
    """
    week = next((week for week, words in WEEKS.items() if _beside(words.get(language), match)), None)
    if week:
        return ahead % week or week
    return ahead % 7 if _ahead(match, language) else -(-ahead % 7)


def _beside(words: str | None, match: re.Match[str], behind: bool = True) -> bool:
    """Whether one of the words stands right before the match, or right behind it."""
    text, (start, end) = match.string, match.span()
    if not words:
        return False
    before, after = _edges(words)
    return bool(before.search(text[max(0, start - BEFORE) : start]) or (behind and after.match(text[end : end + BEFORE])))


def _ahead(match: re.Match[str], language: str) -> bool:
    text, (start, end) = match.string, match.span()
    if language not in AHEAD:
        return False
    found = _whole_words(AHEAD[language], language)
    opens = len(text[:start].split()) <= 1  # "On Friday the council will ..."
    return bool(found.search(text[max(0, start - BEFORE) : start]) or (opens and found.search(text[end : end + AFTER])))


def looks_ahead(text: str, language: str | None) -> bool:
    """Whether a sentence speaks of what is still to come ("will", "scheduled")."""
    return language in AHEAD and bool(_whole_words(AHEAD[language], language).search(text))


@lru_cache(maxsize=128)
def _edges(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"(?<!\w)(?:{words})\s*$", re.IGNORECASE), re.compile(rf"\s*(?:{words})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _whole_words(words: str, language: str) -> re.Pattern[str]:
    return re.compile(words if language.startswith(CJK) else rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def _dated(day: int, month: int, year: str | None, written: date | None) -> date | None:
    if year:
        return _made(int(year), month, day)
    if not written:
        return None
    near = [made for y in (written.year - 1, written.year, written.year + 1) if (made := _made(y, month, day))]
    return min(near, key=lambda made: abs((made - written).days), default=None)


def _shifted(written: date | None, days: int | None) -> date | None:
    if written is None or days is None:
        return None
    try:
        return written + timedelta(days=days)
    except OverflowError:
        return None


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
def _near_days(language: str) -> dict[str, int]:
    return {word: shift for shift, table in NEAR_DAYS.items() for word in table.get(language, "").split("|") if word}


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
    named = {name.lower().rstrip("."): number for form in ("format", "stand-alone") for number, name in names[form]["wide"].items()}
    return named | INFLECTED.get(language, {})


@lru_cache(maxsize=4096)
def _number(table: Callable[[str], dict[str, int]], language: str, matched: str) -> int | None:
    """What a name that the pattern matched stands for. The pattern minds no case, and so takes İ, ı and ſ, which `lower` does not lead back."""
    return next((number for name, number in table(language).items() if _key(name) == _key(matched)), None)


def _key(name: str) -> str:
    return fold(name).replace("ı", "i").rstrip(".")


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str]:
    def one_of(names: dict[str, int]) -> str:
        return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"

    month, weekday, near = one_of(_months(language)), one_of(_weekdays(language)), one_of(_near_days(language))
    edge = "" if language.startswith(CJK) else r"\b"
    year = r"(?:\s*,?\s+(?:de\s+|del\s+)?(?P<{0}>(?:19|20)\d\d)\b)?"
    firsts = {initial for names in (_months, _weekdays, _near_days) for name in names(language) for initial in (name[0], name[0].upper())}
    # Looked for only where a word begins with a digit or with one of the names' initials: four times as fast.
    begins = "" if language.startswith(CJK) else rf"\b(?=[\d{re.escape(''.join(sorted(firsts)))}])"
    return re.compile(
        rf"{begins}(?:"
        r"\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
        rf"|\b(?P<d1>\d\d?)(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<m1>{month})\b\.?"
        + year.format("y1")
        + rf"|\b(?P<m2>{month})\b\.?\s+(?P<d2>\d\d?)(?:st|nd|rd|th)?\b(?!:)"
        + year.format("y2")
        + rf"|(?:(?P<y3>(?:19|20)\d\d)\s*年\s*)?(?P<m3>\d\d?)\s*月\s*(?P<d3>\d\d?)\s*日"
        rf"|{edge}(?P<near>{near}){edge}"
        rf"|{edge}(?P<weekday>{weekday}){edge})",
        re.IGNORECASE,
    )
