"""Dates as the press prints them: absolute ones, relative ones ("4 days ago") and weekdays, in many languages.

Names of months and weekdays, the order of day and month and the wording of relative times come from CLDR (babel). What can
mean two days is no date here: a wrong date is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_timedelta

_TAGS = (
    "en de fr es pt it ca nl sv da nb fi is pl cs sk hu ro bg sr hr sl mk sq ru uk el tr az ar fa ur he hi bn mr ta te th vi id ms fil sw "
    "zh ja ko lt lv et ka hy"
)
LANGUAGES = tuple(_TAGS.split())

Printed = tuple[str, str]  # an ISO 8601 date and how precise it is: "year", "month", "day", "minute" or "second"

# ---- absolute dates ------------------------------------------------------------------------------------------------

_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d(?!\d?:\d\d))"  # a clock may be glued to it: "Dec 22, 20233:00 AM"
_WORD = r"(?P<m>[^\W\d_][^\s\d,;:|()•·/–—]*?)"
# The first form that gives a valid date wins, so the more exact ones stand first.
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)" + _YEAR + r"\s?(?P<sep>[-/.])\s?(?P<n>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)" + _YEAR + r"\s*[年년]\s*(?P<n>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日日号號일]",
        r"(?<![\d.,/])(?P<a>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?" + _YEAR,
        r"(?<![\d.,/])(?P<a>\d\d)(?P<sep>[-/.])(?P<b>\d\d)(?P=sep)(?P<y>\d\d)(?![\d/-]|[.,]\d)",
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?,?[\s-]*(?:de |of |d['’])?\s*" + _WORD + r"\.?,?[\s-]*(?:del? |of )?\s*" + _YEAR,
        r"(?:(?<![^\W_])|(?<=[\da-zà-ÿ])(?=[A-Z]))"
        + _WORD
        + r"\.?[\s-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|\s+(?:de |del )?)"
        + _YEAR,
        r"(?<!\d)" + _YEAR + r"[.,]?\s+" + _WORD + r"\.?\s+(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})\s+tháng\s+(?P<n>\d{1,2})(?:\s*[,/]\s*|\s+năm\s+)" + _YEAR,
    )
)
_MONTHS_ONLY = tuple(
    re.compile(form)
    for form in (_WORD + r"\.?,?\s+(?:de |del )?" + _YEAR + "$", _YEAR + r"\s*[年년]\s*(?P<n>\d{1,2})\s*[月월]$", _YEAR + r"-(?P<n>\d\d)$")
)

_ZONES: dict[str, float | str] = {
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2,
    "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13, "et": "America/New_York", "pt": "America/Los_Angeles",
}  # fmt: skip
_CLOCK = (
    r"(?P<before>上午|下午|午前|午後|오전|오후)?\s*(?<!\d)(?P<h>\d{1,2})(?:\s?[:.hH]\s?(?P<min>\d\d)(?!\d)(?::(?P<s>\d\d)(?!\d)(?:\.\d+)?)?"
    r"|\s*[時时시点點]\s*(?:(?P<min2>\d{1,2})\s*[分분])?|(?=\s?[ap]\.?m\b))"
    r"\s?(?P<ampm>[ap]\.?m\b\.?)?(?:\s?(?:Uhr|hrs?|Hrs)\b)?\s?\(?(?P<zone>(?:UTC|GMT)?[+-]\d\d?:?(?:\d\d)?(?!\d)|[A-Za-z]{1,4}(?![^\W\d_]))?"
)
_AFTER = re.compile(r"(?:[\s,;|•·/–—()T-]|[^\W\d_]{1,9}\.?(?=\s)|[日(]\S[)日]){0,9}?" + _CLOCK, re.IGNORECASE)
_BEFORE = re.compile(_CLOCK + r"(?:[\s,;|•·/–—()-]|(?:on|am|le|el|il|em|dnia)\b){1,5}(?:[^\W\d_]{2,12}\.?,?\s)?$", re.IGNORECASE)


def printed_date(text: str, language: str | None = None) -> Printed | None:
    """The first absolute date in a short text such as a byline: ISO 8601, as precise as printed, and that precision.

    `language` (BCP 47 primary tag) decides between day and month where both readings are possible; without it, and in English,
    such a date is none. A clock beside the date is read with its zone; a zone that several countries share is left out.
    """
    read = _first_date(_plain(text), language)
    return (read[0], read[1]) if read else None


def date_span(text: str, language: str | None = None) -> tuple[int, int] | None:
    """Where the first absolute date in a short text stands, its clock included: [start, end). None where there is none."""
    read = _first_date(_plain(text), language)
    return read[2:] if read else None


def is_time_word(word: str) -> bool:
    """Whether a word is a month's or weekday's name in one of the languages."""
    return _name(word) in _time_words()


def _first_date(plain: str, language: str | None) -> tuple[str, str, int, int] | None:
    for form in _FORMS:
        match = form.search(plain)
        while match:
            if day := _day(match, language):
                return _with_clock(day, plain, match)
            match = form.search(plain, match.start() + 1)  # a date may begin within what looked like one: "MarlowDec 23, 2024"
    for form in _MONTHS_ONLY:
        whole = form.match(plain.strip())
        if whole and (month := _month(whole, language)):
            return f"{whole['y']}-{month:02}", "month", 0, len(plain)
    return None


def _plain(text: str) -> str:
    """The text with ASCII digits and without the invisible marks that sites set around dates."""
    if text.isascii():
        return text
    kept = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() and not c.isascii() else c for c in kept).replace("\xa0", " ")


def _day(match: re.Match[str], language: str | None) -> date | None:
    part = match.groupdict()
    if "a" in part:
        first, second = int(part["a"]), int(part["b"])
        if len(part["y"]) == 2 and second <= 12 and not _day_first(language):
            return None  # the year might be the first number
        readings = {(m, d) for m, d in ((second, first), (first, second)) if 1 <= m <= 12 and d <= 31}
        if len(readings) == 2:
            readings = {(second, first)} if _day_first(language) else set()
        if not readings:
            return None
        month, day = readings.pop()
    else:
        month, day = _month(match, language) or 0, int(part["d"])
    try:
        return date(int(part["y"]) + (2000 if len(part["y"]) == 2 else 0), month, day)
    except ValueError:
        return None


def _month(match: re.Match[str], language: str | None) -> int | None:
    part = match.groupdict()
    if number := part.get("n"):
        return int(number) if 1 <= int(number) <= 12 else None
    name = _name(part["m"])
    months = _months(language).get(name) if language in LANGUAGES else None
    months = months or _months(None).get(name, frozenset())
    return next(iter(months)) if len(months) == 1 else None


def _with_clock(day: date, plain: str, match: re.Match[str]) -> tuple[str, str, int, int]:
    iso, start, end = day.isoformat(), match.start(), match.end()
    clock = _AFTER.match(plain, end) or _BEFORE.search(plain, max(0, start - 40), start)
    if not clock:
        return iso, "day", start, end
    hour, minute = int(clock["h"]), int(clock["min"] or clock["min2"] or 0)
    half = (clock["ampm"] or clock["before"] or "").lower()
    if half:
        late = half.startswith("p") or half in ("下午", "午後", "오후")
        hour = hour % 12 + (12 if late else 0) if hour <= 12 else hour
    if hour > 23 or minute > 59 or int(clock["s"] or 0) > 59:
        return iso, "day", start, end
    start, end = min(start, clock.start()), max(end, clock.end())
    exact = f":{clock['s']}" if clock["s"] else ""
    return f"{iso}T{hour:02}:{minute:02}{exact}{_offset(clock['zone'], day, hour)}", "second" if exact else "minute", start, end


def _offset(zone: str | None, day: date, hour: int) -> str:
    """A printed zone as "+09:00"; "" for none and for one that is not known for sure."""
    if not zone:
        return ""
    if numbers := re.search(r"([+-])(\d\d?):?(\d\d)?$", zone):
        return f"{numbers[1]}{int(numbers[2]):02}:{numbers[3] or '00'}"
    value = _ZONES.get(zone.lower())
    if value is None:
        return ""
    info: tzinfo = ZoneInfo(value) if isinstance(value, str) else timezone(timedelta(hours=value))
    return datetime(day.year, day.month, day.day, hour, tzinfo=info).isoformat()[-6:]


# ---- relative dates ------------------------------------------------------------------------------------------------

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400, "month": 30 * 86400, "year": 365 * 86400}
# What people print and CLDR does not write: "#" stands for the number; a fixed number otherwise.
_MORE: dict[str, tuple[str, int]] = {
    "a minute ago": ("minute", 1), "an hour ago": ("hour", 1), "a day ago": ("day", 1), "a week ago": ("week", 1),
    "a month ago": ("month", 1), "a year ago": ("year", 1), "# mins ago": ("minute", 0), "# hrs ago": ("hour", 0),
    "vor einer minute": ("minute", 1), "vor einer stunde": ("hour", 1), "vor einem tag": ("day", 1), "vor einer woche": ("week", 1),
    "vor einem monat": ("month", 1), "vor einem jahr": ("year", 1), "vor # std": ("hour", 0), "vor # min": ("minute", 0),
    "il y a une minute": ("minute", 1), "il y a une heure": ("hour", 1), "il y a un jour": ("day", 1), "il y a une semaine": ("week", 1),
    "il y a un mois": ("month", 1), "il y a un an": ("year", 1),
    "hace un minuto": ("minute", 1), "hace una hora": ("hour", 1), "hace un día": ("day", 1), "hace una semana": ("week", 1),
    "hace un mes": ("month", 1), "hace un año": ("year", 1),
    "há um minuto": ("minute", 1), "há uma hora": ("hour", 1), "há um dia": ("day", 1), "há uma semana": ("week", 1), "há um mês": ("month", 1),
    "# minutos atrás": ("minute", 0), "# horas atrás": ("hour", 0), "# dias atrás": ("day", 0), "# semanas atrás": ("week", 0),
    "un'ora fa": ("hour", 1), "un giorno fa": ("day", 1), "una settimana fa": ("week", 1), "un mese fa": ("month", 1),
    "een uur geleden": ("hour", 1), "een dag geleden": ("day", 1), "een week geleden": ("week", 1),
    "godzinę temu": ("hour", 1), "tydzień temu": ("week", 1), "miesiąc temu": ("month", 1), "час назад": ("hour", 1), "день назад": ("day", 1),
    "неделю назад": ("week", 1), "месяц назад": ("month", 1),
    "منذ ساعة": ("hour", 1), "منذ ساعتين": ("hour", 2), "منذ يوم": ("day", 1), "منذ يومين": ("day", 2), "منذ أسبوع": ("week", 1),
    "منذ أسبوعين": ("week", 2), "منذ شهر": ("month", 1), "منذ شهرين": ("month", 2),
    "# days back": ("day", 0), "# hours back": ("hour", 0), "#个小时前": ("hour", 0), "#小時前": ("hour", 0), "#分鐘前": ("minute", 0),
    "#か月前": ("month", 0), "#ヶ月前": ("month", 0), "#달 전": ("month", 0),
}  # fmt: skip
_DAY_BEFORE = (
    "yesterday, gestern, hier, ayer, ieri, ontem, ahir, gisteren, igår, i går, í gær, eilen, wczoraj, včera, tegnap, вчера, вчора, jučer, χθες, χτες, dün, "
    "أمس, دیروز, אתמול, kemarin, hôm qua, 昨天, 昨日, 어제"
)
_YESTERDAY = frozenset(_DAY_BEFORE.split(", "))
_SHORT = re.compile(r"(?P<n>\d{1,3})\s?(?P<unit>m|min|mins|h|hr|hrs|d|w|wk|j|tg|std|g)\.?$", re.IGNORECASE)
_SHORT_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "j": "day", "t": "day", "s": "hour", "g": "day"}


def relative_date(text: str, captured_at: datetime, language: str | None = None) -> Printed | None:
    """What a short text such as "4 days ago", "vor 3 Stunden" or "3日前" means when read at `captured_at` (aware).

    Minutes give a moment to the minute in UTC, hours, days and weeks a day, months a month, years a year: no more than the text knows.
    None where no such wording stands, or where a wording means two things and `language` does not decide.
    """
    plain = _fold(text)
    if plain in _YESTERDAY:
        return _back("day", 1, captured_at)
    if short := _SHORT.match(plain):
        return _back(_SHORT_UNITS[short["unit"][0].lower()], int(short["n"]), captured_at)
    phrases, search = _relative(language if language in LANGUAGES else None)
    found = search.search(plain)
    if not found:
        return None
    number = re.search(r"\d+", found[0])
    unit, fixed = phrases[_key(re.sub(r"\d+", "#", found[0]))]
    return _back(unit, int(number[0]) if number else fixed, captured_at)


def _back(unit: str, count: int, moment: datetime) -> Printed | None:
    moment = moment.astimezone(UTC)
    if count * _SECONDS[unit] > 100 * _SECONDS["year"]:
        return None
    if unit in ("second", "minute"):
        return (moment - timedelta(seconds=count * _SECONDS[unit])).strftime("%Y-%m-%dT%H:%M+00:00"), "minute"
    if unit == "month":
        months = moment.year * 12 + moment.month - 1 - count
        return f"{months // 12:04}-{months % 12 + 1:02}", "month"
    if unit == "year":
        return f"{moment.year - count:04}", "year"
    return (moment - timedelta(seconds=count * _SECONDS[unit])).date().isoformat(), "day"


@lru_cache
def _relative(language: str | None) -> tuple[dict[str, tuple[str, int]], re.Pattern[str]]:
    """Every wording of a time past, with "#" for its number, and one expression that finds any of them."""
    meanings: dict[str, set[tuple[str, int]]] = {}
    for tongue in (language,) if language else LANGUAGES:
        for unit, count, form in product(_SECONDS, (1, 2, 3, 5, 11), ("long", "short", "narrow")):
            said = _fold(_ago(unit, count, form, tongue))
            if len(said) > 4 or not said.isascii():
                for way in {said, said.replace("قبل", "منذ")}:  # the press writes the second, CLDR the first
                    meanings.setdefault(_key(way.replace(str(count), "#")), set()).add((unit, 0 if str(count) in said else count))
    phrases = {said: next(iter(meant)) for said, meant in meanings.items() if len(meant) == 1}
    phrases |= {_key(_fold(said)): meaning for said, meaning in _MORE.items()}
    ways = sorted((_expression(phrase) for phrase in phrases), key=len, reverse=True)
    return phrases, re.compile(r"(?<!\d)(?:" + "|".join(ways) + ")")


def _expression(phrase: str) -> str:
    words = (r"\s*\d{1,3}\s*".join(re.escape(part) for part in word.split("#")) for word in phrase.split(" "))
    # Scripts without spaces go on right after the wording ("3日前に更新"); elsewhere a letter makes it another word.
    return r"(?:\.\s*|\s+)".join(words).removeprefix(r"\s*") + ("" if phrase[-1] >= "\u2e80" else r"(?![^\W\d_])")


def _ago(unit: str, count: int, form: str, language: str) -> str:
    """How CLDR words `count` units ago; "" where it has only signs ("-5 d") or no wording."""
    past = timedelta(seconds=-_SECONDS[unit] * count)
    try:
        said = format_timedelta(past, granularity=unit, threshold=1e9, add_direction=True, format=form, locale=language)  # type: ignore[arg-type]
    except KeyError:
        return ""
    return "" if said[0] in "-−+" or "\u200e" in said else said


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", _plain(text)).strip(" .,•·|-–—").casefold()


def _key(phrase: str) -> str:
    return re.sub(r"[\s.]+", " ", re.sub(r"\s*#\s*", "#", phrase)).strip()


# ---- weekdays ------------------------------------------------------------------------------------------------------


def last_weekday(text: str, captured_at: datetime, language: str, beside: Collection[str]) -> str | None:
    """The day that a past weekday in a text means, when it is the latest such day not after `captured_at`: an ISO date.

    Only a weekday with one of the words `beside` (lower case) at most four words away counts: "reported Wednesday" is past,
    "from Wednesday" need not be. None where the language is not known, no weekday counts, or several different ones are named.
    """
    if language not in LANGUAGES:
        return None
    names = _weekdays(language)
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", _plain(text))
    named = {i: names[_name(word)] for i, word in enumerate(words) if _name(word) in names}
    if len(set(named.values())) != 1 or not any(w.casefold() in beside for i in named for w in words[max(0, i - 4) : i + 5]):
        return None
    today = captured_at.astimezone(UTC).date()
    return (today - timedelta(days=(today.weekday() - next(iter(named.values()))) % 7)).isoformat()


# ---- names from CLDR -----------------------------------------------------------------------------------------------


def _name(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) != "Mn")
    return plain.casefold().strip(".")


@lru_cache
def _months(language: str | None) -> dict[str, frozenset[int]]:
    """Month by name in one language, or in all: a name that means two months in two languages has both."""
    if language:
        found: dict[str, set[int]] = {}
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(language).months[context][width].items():
                    if not any(c.isdigit() for c in name):
                        found.setdefault(_name(name), set()).add(number)
        if language == "en":
            found["sept"] = {9}
        return {name: frozenset(numbers) for name, numbers in found.items()}
    merged: dict[str, frozenset[int]] = {}
    for each in LANGUAGES:
        for name, numbers in _months(each).items():
            merged[name] = merged.get(name, frozenset()) | numbers
    return merged


@lru_cache
def _weekdays(language: str) -> dict[str, int]:
    """Weekday (0 is Monday) by full name."""
    return {_name(name): number for context in ("format", "stand-alone") for number, name in Locale(language).days[context]["wide"].items()}


@lru_cache
def _time_words() -> frozenset[str]:
    return frozenset(_months(None)) | {name for language in LANGUAGES for name in _weekdays(language)}


@lru_cache
def _day_first(language: str | None) -> bool:
    """Whether a language writes the day before the month; no for English, whose countries disagree."""
    if language is None or language == "en" or language not in LANGUAGES:
        return False
    pattern = str(Locale(language).date_formats["short"].pattern).lower()
    return 0 <= pattern.find("d") < pattern.find("m") < pattern.find("y")
