"""The outlets of the demonstration press as a table: how each of them addresses, dates and feeds its articles.

Names, kinds and domains stand in `publishers/*.toml`, the looks in `templates/<outlet>.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import lru_cache
from pathlib import Path

from octavo.model import Publisher, SourceKind
from octavo.publishers import declared

PORT = 8720  # where `octavo demo` puts the press, so that addresses (and with them article ids) are the same at every start

MAINLAND = timezone(timedelta(hours=1))
ISLANDS = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of an outlet: its path and its form, which names the template (or "json")."""

    path: str
    form: str
    full: bool = True  # carries whole texts, not only the lead
    language: str | None = None  # None: whatever the outlet prints


@dataclass(frozen=True, slots=True)
class Outlet:
    """How an outlet of the press publishes. `sources` is what a reader of it would add: kinds and paths."""

    id: str
    language: str
    slogan: str
    colour: str
    path: str  # of an article; {section}, {language} and {slug} are filled in
    dates: str  # how its pages print a moment, as a CLDR pattern
    sources: tuple[tuple[SourceKind, str], ...]
    feeds: tuple[Feed, ...] = ()
    zone: timezone = MAINLAND
    sitemap: str | None = None
    charset: str = "utf-8"
    picture_type: str = "png"
    robots: str = "User-agent: *\nDisallow:\n"
    moved: tuple[tuple[str, str], ...] = ()  # permanent redirects: from path, to path


OUTLETS = (
    Outlet(
        "lna",
        "en",
        "The wire of the Republic",
        "#1d3557",
        "/{language}/{slug}",
        "d MMM y HH:mm 'LT'",
        ((SourceKind.FEED, "/en/wire.rss"), (SourceKind.FEED, "/de/draht.rss")),
        (Feed("/en/wire.rss", "rss", language="en"), Feed("/de/draht.rss", "rss", language="de")),
        sitemap="/news-sitemap.xml",
        picture_type="svg",
    ),
    Outlet(
        "courier",
        "en",
        "Halmar's morning paper since 1887",
        "#7a1f1f",
        "/{section}/{slug}",
        "EEEE d MMMM y, h:mm a",
        ((SourceKind.FEED, "/feed.atom"),),
        (Feed("/feed.atom", "atom", full=False),),
        sitemap="/sitemap-news.xml",
        robots="User-agent: *\nDisallow: /members/\n\nUser-agent: TrainingBot\nDisallow: /\n",
    ),
    Outlet(
        "gazette",
        "en",
        "Harbour news, tides and sport",
        "#0b4f6c",
        "/news/{slug}.html",
        "MMMM d, y",
        ((SourceKind.FEED, "/rss.xml"),),
        (Feed("/rss.xml", "broken"),),
    ),
    Outlet(
        "radio",
        "en",
        "Public radio for four languages",
        "#3d5a2a",
        "/stories/{slug}",
        "d MMMM y, HH:mm",
        ((SourceKind.FEED, "/feed.json"),),
        (Feed("/feed.json", "json"),),
    ),
    Outlet(
        "tagblatt",
        "de",
        "Unabhängige Zeitung für die Hauptstadt",
        "#14213d",
        "/{section}/{slug}",
        "dd.MM.y, HH:mm 'Uhr'",
        ((SourceKind.SITEMAP, "/news-sitemap.xml"),),
        (Feed("/rss", "rss"),),
        sitemap="/news-sitemap.xml",
    ),
    Outlet(
        "volksbote",
        "de",
        "Die Zeitung des oberen Weldratals",
        "#5b3a1a",
        "/artikel/{slug}",
        "d. MMMM y, H.mm 'Uhr'",
        ((SourceKind.FEED, "/rss"),),
        (Feed("/atom.xml", "atom"),),
        charset="iso-8859-1",
        moved=(("/rss", "/atom.xml"),),
    ),
    Outlet(
        "mirador",
        "es",
        "El diario del sur",
        "#9a3412",
        "/{section}/{slug}",
        "d 'de' MMMM 'de' y · HH:mm 'h'",
        ((SourceKind.FEED, "/rss/portada.xml"),),
        (Feed("/rss/portada.xml", "rss"),),
    ),
    Outlet(
        "kitasaki",
        "ja",
        "島の毎日を伝える",
        "#8a1538",
        "/articles/{slug}",
        "y年M月d日 H時mm分",
        ((SourceKind.FEED, "/index.rss"),),
        (Feed("/index.rss", "rss", full=False),),
        zone=ISLANDS,
        sitemap="/sitemap.xml",
    ),
    Outlet(
        "harbour",
        "en",
        "All of Lorvia's papers in one place",
        "#334155",
        "/story/{slug}",
        "d MMMM y",
        ((SourceKind.PAGE, "/"),),
        (Feed("/rss", "rss", full=False),),
    ),
)


def publishers_folder() -> Path:
    """The folder of the outlets' declarations, for `OCTAVO_PUBLISHERS`."""
    return Path(__file__).parent / "publishers"


@lru_cache(maxsize=1)
def publishers() -> dict[str, Publisher]:
    """The declarations of `publishers/*.toml` by outlet id."""
    return {o.id: declared((publishers_folder() / f"{o.id}.toml").read_text("utf-8"), o.id) for o in OUTLETS}
