"""Templates set into pages: the Jinja2 environment and what every page is given."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from octavo import __version__
from octavo.web import texts

OFFERED = ("en",)  # languages of the interface

ENVIRONMENT = Environment(
    loader=PackageLoader("octavo.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
ENVIRONMENT.filters["spoken"] = texts.spoken
# Pages may be kept by a browser for long, so the style sheet's address changes with its content.
STYLE = sha256((texts.LOCALES.parent / "static" / "octavo.css").read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=len(OFFERED))
def _environment(language: str) -> Environment:
    """The environment of one language, kept, because it keeps the templates that it has compiled."""
    html = ENVIRONMENT.overlay()
    html.install_gettext_translations(texts.translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the i18n extension
    return html


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """One page in the reader's language and time zone."""
    language = texts.wanted_language(request.headers.get("accept-language", ""), OFFERED)
    words = texts.translations(language)
    zone: ZoneInfo = request.app.state.zone
    now = datetime.now(UTC)
    body = (
        _environment(language)
        .get_template(template)
        .render(
            language=language,
            direction=texts.direction(language),
            style=STYLE,
            version=__version__,
            now=now,
            path=request.url.path,
            ago=partial(texts.ago, now=now, reader=language, zone=zone),
            day=partial(texts.day, reader=language),
            day_time=partial(texts.day_time, reader=language, zone=zone),
            published=partial(
                texts.published, reader=language, zone=zone, unknown=words.gettext("date unknown"), estimated=words.gettext("estimated")
            ),
            span=partial(texts.span, reader=language),
            size=partial(texts.size, reader=language),
            share=partial(texts.share, reader=language),
            language_name=partial(texts.language_name, reader=language),
            today=texts.today(now, language, zone),
            **context,
        )
    )
    return HTMLResponse(body, status, headers={"Cache-Control": "private, no-cache"})
