"""The page of settings: how a reader wants pages set and what stands on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import available_timezones

from babel import Locale
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from octavo.own_editions import ACROSS, Edition, edition
from octavo.store import Preferences
from octavo.web.forms import form_of
from octavo.web.own_editions import choices
from octavo.web.reading import OFFERED, current_reader, desk_of, preferences
from octavo.web.render import page

CHOICES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "size": ("small", "normal", "large", "largest"),
        "density": ("airy", "dense"),
        "theme": ("system", "light", "dark", "sepia"),
    }
)
MOST_LANGUAGES = 100
_TAG = re.compile(r"[a-z]{2,3}")
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}  # codes of CLDR that are none


@dataclass(frozen=True, slots=True)
class SettingsPage:
    chosen: Preferences
    choices: Mapping[str, Sequence[str]]
    interface: Sequence[str]  # languages
    languages: Sequence[str]  # in which there are stories, most stories first, and those chosen before
    zones: Sequence[str]
    countries: Sequence[str]
    editions: Sequence[Edition]
    kept: bool  # the form was just taken


async def settings(request: Request) -> Response:
    store, now = desk_of(request).store, datetime.now(UTC)
    chosen = preferences(request)
    offers = await run_in_threadpool(choices, store, current_reader(request).id, now)
    shown = SettingsPage(
        chosen=chosen,
        choices=CHOICES,
        interface=OFFERED,
        languages=tuple(dict.fromkeys((*(tag for one in offers if one.id.startswith(ACROSS) for tag in one.languages), *chosen.languages))),
        zones=_zones(),
        countries=_countries(),
        editions=offers,
        kept="kept" in request.query_params,
    )
    return page(request, "settings.html", shown=shown)


async def keep(request: Request) -> Response:
    """Keep what the form says. What is no choice of the page is the caller's fault."""
    form = await form_of(request, 20 + MOST_LANGUAGES)
    store, reader = desk_of(request).store, current_reader(request).id
    own = {one.edition.id for one in await run_in_threadpool(store.own_editions, reader)}
    await run_in_threadpool(store.prefer, reader, taken(form, own))
    return RedirectResponse(f"{request.url_for('settings').path}?kept", 303)


def taken(form: FormData, own: Collection[str] = ()) -> Preferences:
    """Preferences as the form has them; `own`: ids of the reader's editions. Raises HTTPException (400) for what cannot be chosen."""
    offers: dict[str, Collection[str]] = {
        **CHOICES,
        "language": ("", *OFFERED),
        "time_zone": ("", *_zones()),
        "home": ("", *_countries()),
    }
    said = {name: str(form.get(name, "")) for name in (*offers, "edition")}
    languages = tuple(dict.fromkeys(str(tag) for tag in form.getlist("languages")))
    sound = all(said[name] in offered for name, offered in offers.items()) and all(_TAG.fullmatch(tag) for tag in languages)
    if not sound or (said["edition"] and said["edition"] not in own and edition(said["edition"]) is None):
        raise HTTPException(400, "There is no such choice.")
    return Preferences(
        size=said["size"],
        density=said["density"],
        theme=said["theme"],
        language=said["language"] or None,
        languages=languages,
        time_zone=said["time_zone"] or None,
        home=said["home"] or None,
        edition=said["edition"] or None,
        keys="keys" in form,
    )


@lru_cache(maxsize=1)
def _zones() -> Sequence[str]:
    return sorted(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> Sequence[str]:
    """ISO 3166-1 alpha-2."""
    codes = map(str, Locale("en").territories)
    return sorted(code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)


ROUTES = (
    ("/settings", settings, ("GET",), "settings"),
    ("/settings", keep, ("POST",), "keep_settings"),
)
