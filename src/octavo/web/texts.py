"""How texts, dates and directions are written in a page: gettext, times in the reader's zone, `lang` and `dir` of foreign text."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, format_date, format_timedelta, match_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_percent
from babel.units import format_unit
from markupsafe import Markup, escape

from octavo.model import Article
from octavo.moments import instant, precision

LOCALES = Path(__file__).with_name("locale")
_BYTES = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
_HOMES = {"en": "en_GB"}  # whose dates are meant where a language has those of several countries
_TIME, _TIME_TITLED = Markup('<time datetime="%s">%s</time>'), Markup('<time datetime="%s" title="%s">%s</time>')
_ESTIMATED = Markup(' <span class="estimated">(%s)</span>')
_STEPS = (  # how exactly it matters how long ago something was: from when on, to what
    (timedelta(days=1), timedelta(minutes=12)),  # what is said of a day and more changes at multiples of that
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(), timedelta(seconds=1)),
)
RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@lru_cache(maxsize=32)
def translations(language: str) -> gettext.NullTranslations:
    """The interface texts of a language, from its catalog as translators edit it; English, in which they are written, where there is none."""
    path = LOCALES / language / "LC_MESSAGES" / "octavo.po"
    if not path.is_file():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as catalog:
        write_mo(compiled, read_po(catalog, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def direction(language: str | None) -> str:
    return "rtl" if (language or "").split("-")[0] in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=256)  # a page asks for the same few hundreds of times
def spoken(language: str | None) -> Markup:
    """The `lang` and `dir` attributes of a text in `language`; `dir="auto"` where the language is not known."""
    if not language:
        return Markup('dir="auto"')
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


@lru_cache(maxsize=32)
def _locale(reader: str) -> Locale:
    return Locale.parse(reader)


@lru_cache(maxsize=1024)
def language_name(language: str | None, reader: str) -> str:
    """A language's name as the reader writes it; the tag itself where CLDR has none."""
    try:
        return (_locale(reader).languages.get(language) if language else None) or language or ""
    except (UnknownLocaleError, ValueError):
        return language or ""


@lru_cache(maxsize=1024)
def country_name(country: str | None, reader: str) -> str:
    """A country's name (ISO 3166-1 alpha-2) as the reader writes it; the code itself where CLDR has none."""
    return (_locale(reader).territories.get(country) if country else None) or country or ""


def written(when: date, reader: str, day: str | None, *, clock: bool = False) -> str:
    """A day, a moment's hour and minute, or both, as the reader's language writes them. `day`: a skeleton of CLDR, as "yMMMd"."""
    locale = _locale(_HOMES.get(reader, reader))
    shown = [_pattern(locale, skeleton).apply(when, locale) for skeleton in ("Hm" if clock else None, day) if skeleton]
    return shown[0] if len(shown) == 1 else str(locale.datetime_formats["medium"]).format(*shown)


@lru_cache(maxsize=256)
def _pattern(locale: Locale, skeleton: str) -> DateTimePattern:
    """How a language writes a skeleton of CLDR: kept, because finding that out takes longer than writing a date."""
    known: Mapping[str, DateTimePattern] = locale.datetime_skeletons
    return known[skeleton if skeleton in known else match_skeleton(skeleton, known) or skeleton]


def day_time(when: datetime, reader: str, zone: ZoneInfo) -> Markup:
    """A moment that we took ourselves as a `<time>` element."""
    return _TIME % (when.isoformat(), written(when.astimezone(zone), reader, "yMMMd", clock=True))


def lately(when: datetime, now: datetime, reader: str, zone: ZoneInfo) -> Markup:
    """A moment of these days as a `<time>` element: the hour, and the day where it was not today."""
    local = when.astimezone(zone)
    day = None if local.date() == now.astimezone(zone).date() else "MMMd"
    return _TIME % (when.isoformat(), written(local, reader, day, clock=True))


def ago(when: datetime, now: datetime, reader: str, zone: ZoneInfo) -> Markup:
    """How long ago a moment was, as a `<time>` element whose title says when exactly."""
    passed = max(timedelta(seconds=1), now - when)  # nothing is "in 0 seconds"
    step = next(step for least, step in _STEPS if passed >= least)
    return _ago(when, passed // step * step + timedelta(seconds=step.seconds // 2), reader, zone)  # between two such changes, not at one


@lru_cache(maxsize=4096)  # lists show the same moments again and again
def _ago(when: datetime, passed: timedelta, reader: str, zone: ZoneInfo) -> Markup:
    exact = written(when.astimezone(zone), reader, "yMMMd", clock=True)
    return _TIME_TITLED % (when.isoformat(), exact, format_timedelta(-passed, add_direction=True, locale=_locale(reader)))


def span(seconds: float, reader: str) -> str:
    """A length of time in its largest unit: "3 hours"."""
    return format_timedelta(timedelta(seconds=seconds), locale=reader)


def size(count: int, reader: str) -> str:
    """A number of bytes in its largest decimal unit: "3.4 MB"."""
    power = min(len(_BYTES) - 1, (len(str(count)) - 1) // 3)
    return format_unit(round(count / 1000**power, 1), f"digital-{_BYTES[power]}", length="short", locale=reader)


def share(part: int, whole: int, reader: str) -> str:
    """`part` of `whole` in per cent."""
    return format_percent(part / whole, locale=reader)


@lru_cache(maxsize=4096)  # a page shows the same dates again and again
def printed(iso: str | None, reader: str, zone: ZoneInfo) -> Markup | None:
    """A date as the press prints them, as a `<time>` element that is no more precise than it is; None where there is none."""
    when, exact = instant(iso), precision(iso or "")
    if not iso or not when:
        return None
    if exact in ("minute", "second"):
        shown = written(when.astimezone(zone), reader, "yMMMd", clock=True)
    else:
        shown = written(when.date(), reader, {"day": "yMMMd", "month": "yMMMM"}.get(exact or "", "y"))
    return _TIME % (iso, shown)


def shortly(iso: str | None, now: datetime, reader: str, zone: ZoneInfo) -> Markup | None:
    """A date as the press prints them, as short as it can be: the hour where it was today, else the day; None where there is none."""
    when, exact = instant(iso), precision(iso or "")
    if not iso or not when:
        return None
    clock = exact in ("minute", "second")
    local, today = (when.astimezone(zone) if clock else when), now.astimezone(zone)
    fresh = clock and local.date() == today.date()
    day = None if fresh else "MMMd" if local.year == today.year else "yMMM"
    return _TIME % (iso, written(local, reader, day, clock=fresh))


def published(article: Article, reader: str, zone: ZoneInfo, unknown: str, estimated: str) -> Markup:
    """An article's date, marked where it was worked out; `unknown` where there is none."""
    signal = article.signals.get("published")
    note = _ESTIMATED % estimated if signal and signal.estimated else ""
    shown = printed(article.published, reader, zone)
    return escape(unknown) if shown is None else shown + note


def day(iso: str, reader: str) -> Markup:
    """An ISO day as a `<time>` element."""
    return _TIME % (iso, written(date.fromisoformat(iso), reader, "yMMMd"))


def wanted_language(accepted: str, offered: Iterable[str]) -> str:
    """The first of the languages in an Accept-Language header that is offered, by its weights; English otherwise."""
    ranked = []
    for place, item in enumerate(accepted.split(",")[:20]):
        tag, _, weight = item.partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    offer = set(offered)
    return next((tag for _, _, tag in sorted(ranked) if tag in offer), "en")


def weekday(when: datetime, reader: str, zone: ZoneInfo) -> str:
    """The day of a moment, with the name of the weekday."""
    return format_date(when.astimezone(zone).date(), "full", locale=_HOMES.get(reader, reader))


def hour(iso: str | None, reader: str, zone: ZoneInfo) -> Markup:
    """The hour and minute of a date as the press prints them, as a `<time>` element; empty where it names no more than a day."""
    when = instant(iso)
    if not iso or not when or precision(iso) not in ("minute", "second"):
        return Markup("")
    return _TIME % (iso, written(when.astimezone(zone), reader, None, clock=True))


def topic_name(code: str, words: gettext.NullTranslations) -> str:
    """The name of an IPTC topic of the top level; the code itself where there is no such topic."""
    _ = words.gettext
    names = {
        "01000000": _("Culture and media"),
        "02000000": _("Crime and justice"),
        "03000000": _("Disasters and accidents"),
        "04000000": _("Economy"),
        "05000000": _("Education"),
        "06000000": _("Environment"),
        "07000000": _("Health"),
        "08000000": _("People and curiosities"),
        "09000000": _("Work"),
        "10000000": _("Lifestyle"),
        "11000000": _("Politics"),
        "12000000": _("Religion"),
        "13000000": _("Science and technology"),
        "14000000": _("Society"),
        "15000000": _("Sport"),
        "16000000": _("Conflict and war"),
        "17000000": _("Weather"),
    }
    return names.get(code, code)
