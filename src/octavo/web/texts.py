"""How texts, dates and directions are written in a page: gettext, times in the reader's zone, `lang` and `dir` of foreign text."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_percent
from babel.units import format_unit
from markupsafe import Markup, escape

from octavo.model import Article, instant, precision

LOCALES = Path(__file__).with_name("locale")
_BYTES = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@lru_cache(maxsize=32)
def translations(language: str) -> gettext.NullTranslations:
    """The interface texts of a language; English, in which they are written, where there are none."""
    return gettext.translation("octavo", LOCALES, [language], fallback=True)


def direction(language: str | None) -> str:
    return "rtl" if (language or "").split("-")[0] in RIGHT_TO_LEFT else "ltr"


def spoken(language: str | None) -> Markup:
    """The `lang` and `dir` attributes of a text in `language`; `dir="auto"` where the language is not known."""
    if not language:
        return Markup('dir="auto"')
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


def language_name(language: str | None, reader: str) -> str:
    """A language's name as the reader writes it; the tag itself where CLDR has none."""
    try:
        return (Locale.parse(reader).languages.get(language) if language else None) or language or ""
    except (UnknownLocaleError, ValueError):
        return language or ""


def day_time(when: datetime, reader: str, zone: ZoneInfo) -> Markup:
    """A moment that we took ourselves as a `<time>` element."""
    shown = format_datetime(when.astimezone(zone), "d MMM yyyy, HH:mm", locale=reader)
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), shown)


def ago(when: datetime, now: datetime, reader: str, zone: ZoneInfo) -> Markup:
    """How long ago a moment was, as a `<time>` element whose title says when exactly."""
    exact = format_datetime(when.astimezone(zone), "d MMM yyyy, HH:mm", locale=reader)
    shown = format_timedelta(min(when, now) - now, add_direction=True, locale=reader)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(when.isoformat(), exact, shown)


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


def published(article: Article, reader: str, zone: ZoneInfo, unknown: str, estimated: str) -> Markup:
    """An article's date, no more precise than it is known, marked where it was worked out; `unknown` where there is none."""
    iso = article.published
    when, exact = instant(iso), precision(iso or "")
    if not iso or not when:
        return escape(unknown)
    if exact in ("minute", "second"):
        shown = format_datetime(when.astimezone(zone), "d MMM yyyy, HH:mm", locale=reader)
    else:
        shown = format_date(when.date(), {"day": "d MMM yyyy", "month": "MMMM yyyy"}.get(exact or "", "yyyy"), locale=reader)
    signal = article.signals.get("published")
    note = Markup(' <span class="estimated">({})</span>').format(estimated) if signal and signal.estimated else ""
    return Markup('<time datetime="{}">{}</time>{}').format(iso, shown, note)


def day(iso: str, reader: str) -> Markup:
    """An ISO day as a `<time>` element."""
    return Markup('<time datetime="{}">{}</time>').format(iso, format_date(date.fromisoformat(iso), "d MMM yyyy", locale=reader))


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


def today(now: datetime, reader: str, zone: ZoneInfo) -> str:
    return format_date(now.astimezone(zone).date(), "full", locale=reader)
