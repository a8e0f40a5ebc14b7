"""What a template sees of an article: a piece at one revision, with its addresses and its dates worked out for one day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date, format_datetime

from octavo.demo.outlets import OUTLETS, Outlet, publishers
from octavo.demo.texts import Piece, Text, pieces

_DAY_WORDS = {  # "{weekday -2}" and "{date -2}" in a text, as CLDR patterns
    "weekday": dict.fromkeys(("en", "de", "es", "ja"), "EEEE"),
    "date": {"en": "d MMMM", "de": "d. MMMM", "es": "d 'de' MMMM", "ja": "d日"},
}
_DAY_MARK = re.compile(r"\{(?P<word>weekday|date) (?P<day>-?\d+)\}")


@dataclass(frozen=True, slots=True)
class Day:
    """The day that the press serves: everything in it follows from this and the texts."""

    today: date
    now: datetime  # what relative times ("2 hours ago") count from
    port: int
    corrected: bool = False  # serve the last revision of each text instead of the first

    def base(self, outlet: str) -> str:
        """The address of an outlet's site, without a slash at its end."""
        return f"http://{self.host(outlet)}"

    def host(self, outlet: str) -> str:
        """An outlet's exact "host:port"."""
        return f"{publishers()[outlet].domains[0]}:{self.port}"


@dataclass(frozen=True, slots=True)
class View:
    """An article as it is served."""

    piece: Piece
    outlet: Outlet
    publisher: str
    language: str
    path: str
    url: str
    text: Text
    published: datetime | None  # None: nobody printed it
    modified: datetime | None  # set once the text was corrected
    fed: datetime | None  # the date that the feed gives, right or wrong
    sort: datetime  # when it really came out
    picture: str | None  # address
    picture_path: str
    caption: str | None

    @property
    def blocks(self) -> tuple[tuple[str, str], ...]:
        """Paragraphs and sub-headlines in order, each with its tag: ("p", "..."), ("h2", "...")."""
        return tuple(("h2", p[3:]) if p.startswith("## ") else ("p", p) for p in self.text.paragraphs)

    def printed(self, moment: datetime | None) -> str:
        """A moment as the outlet's pages print it; "" for none."""
        if moment is None:
            return ""
        return format_datetime(moment, self.outlet.dates, tzinfo=self.outlet.zone, locale=self.language)


def views(day: Day) -> Mapping[str, tuple[View, ...]]:
    """Every outlet's articles on that day, by outlet id, newest first."""
    outlets = {o.id: o for o in OUTLETS}
    shown = [_view(piece, outlets[piece.outlet], day) for piece in pieces().values()]
    newest = sorted(shown, key=lambda view: (view.sort, view.path), reverse=True)
    return {o.id: tuple(v for v in newest if v.outlet.id == o.id) for o in OUTLETS}


def moment(text: Text, outlet: Outlet, today: date) -> datetime:
    """When a text came out."""
    return datetime.combine(today + timedelta(days=text.day), time.fromisoformat(text.clock), tzinfo=outlet.zone)


def fed_date(piece: Piece, published: datetime) -> datetime | None:
    """The date that the feed gives: right, or wrong in the way that the piece is marked for."""
    if piece.wrong == "future":  # next year's number typed in
        return published + timedelta(days=366)
    if piece.wrong == "zone":  # the clock of the place, called UTC
        return published.replace(tzinfo=UTC)
    return None if piece.wrong == "none" else published


def article_path(piece: Piece, outlet: Outlet) -> str:
    """The path of a piece on its outlet's site."""
    section = "".join(c for c in unicodedata.normalize("NFKD", piece.section) if not unicodedata.combining(c)).lower()
    return outlet.path.format(section=section.replace(" ", "-"), language=piece.language or outlet.language, slug=piece.slug)


def ago(then: datetime, now: datetime) -> str:
    """A relative time in English words, as an aggregator prints it."""
    hours = max(1, round((now - then).total_seconds() / 3600))
    if hours < 24:
        return "an hour ago" if hours == 1 else f"{hours} hours ago"
    return "a day ago" if hours < 48 else f"{hours // 24} days ago"


def with_days(text: str, today: date, language: str) -> str:
    """A text with its day marks put into words: "{weekday -1}" becomes "Friday" where today is a Saturday."""

    def word(mark: re.Match[str]) -> str:
        return format_date(today + timedelta(days=int(mark["day"])), _DAY_WORDS[mark["word"]][language], locale=language)

    return _DAY_MARK.sub(word, text)


def _view(piece: Piece, outlet: Outlet, day: Day) -> View:
    first = moment(piece.revisions[0], outlet, day.today)
    revision = piece.revisions[-1 if day.corrected else 0]
    came = moment(revision, outlet, day.today)
    language = piece.language or outlet.language

    def dated(text: str) -> str:
        return with_days(text, day.today, language)

    text = replace(revision, lead=dated(revision.lead), paragraphs=tuple(map(dated, revision.paragraphs)))
    path = article_path(piece, outlet)
    picture_path = f"/pictures/{piece.slug}.{outlet.picture_type}"
    return View(
        piece=piece,
        outlet=outlet,
        publisher=publishers()[outlet.id].name,
        language=language,
        path=path,
        url=day.base(outlet.id) + path,
        text=text,
        published=None if piece.wrong == "none" else first,
        modified=came if came != first else None,
        fed=fed_date(piece, first),
        sort=first,
        picture=day.base(outlet.id) + picture_path if piece.picture else None,
        picture_path=picture_path,
        caption=dated(piece.caption) if piece.caption else None,
    )
