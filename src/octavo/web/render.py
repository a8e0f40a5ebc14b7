"""Templates set into pages: the Jinja2 environment and what every page is given."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import sha256

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

from octavo import __version__
from octavo.addresses import without_trackers
from octavo.compose import Facet
from octavo.web import images, pictures, texts
from octavo.web.footnotes import Citing
from octavo.web.reading import OFFERED, asked, is_editor, is_known, language_of, preferences, zone

STATIC = texts.LOCALES.parent / "static"
READER = "Octavo-Reader"  # header of a page: the number of the reader for whom it is; 0: a stranger. Browsers keep the pages of one only


class _Compiled(BytecodeCache):
    """Templates as Python compiled them for the first language that needed them, for the others to load."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@lru_cache(maxsize=len(OFFERED))
def _environment(language: str) -> Environment:
    """The environment of one language, kept, because it keeps the templates that it has loaded. All share what was compiled."""
    html = Environment(
        loader=PackageLoader("octavo.web"),
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    html.filters |= {"spoken": texts.spoken, "bare": without_trackers}
    html.install_gettext_translations(texts.translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the i18n extension
    return html


def load_templates() -> None:
    """Load every template in every language of the interface, so that nobody's page waits until it is compiled."""
    for language in OFFERED:
        environment = _environment(language)
        for name in environment.list_templates():
            environment.get_template(name)


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of a file in `static`. It changes with the file's content, because browsers may keep such files for long."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """One page in the reader's language and time zone."""
    taste, place = preferences(request), zone(request)
    language = language_of(request)
    words = texts.translations(language)
    setting = pictures.Setting(words, language, place)
    reader, now = asked(request).reader, datetime.now(UTC)
    body = (
        _environment(language)
        .get_template(template)
        .render(
            language=language,
            direction=texts.direction(language),
            asset=asset,
            taste=taste,
            instance=asked(request).instance,
            reader=reader,
            is_editor=is_editor(reader),
            version=__version__,
            now=now,
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            lately=partial(texts.lately, now=now, reader=language, zone=place),
            ago=partial(texts.ago, now=now, reader=language, zone=place),
            day=partial(texts.day, reader=language),
            day_time=partial(texts.day_time, reader=language, zone=place),
            published=partial(
                texts.published, reader=language, zone=place, unknown=words.gettext("date unknown"), estimated=words.gettext("estimated")
            ),
            shortly=partial(texts.shortly, now=now, reader=language, zone=place),
            printed=partial(texts.printed, reader=language, zone=place),
            group_name=partial(pictures.group_name, setting=setting),
            period=partial(pictures.period, setting=setting),
            voice_name=partial(pictures.voice_name, setting=setting),
            facets=Facet,
            edge_kinds=pictures.edge_kinds(setting),
            provenance_picture=partial(pictures.provenance, setting=setting),
            over_time_picture=partial(pictures.over_time, setting=setting),
            bars_picture=partial(pictures.bars, setting=setting),
            span=partial(texts.span, reader=language),
            size=partial(texts.size, reader=language),
            share=partial(texts.share, reader=language),
            country_name=partial(texts.country_name, reader=language),
            language_name=partial(texts.language_name, reader=language),
            weekday=partial(texts.weekday, reader=language, zone=place),
            hour=partial(texts.hour, reader=language, zone=place),
            topic_name=partial(texts.topic_name, words=words),
            citing=partial(Citing, source=words.gettext("Source %(n)s: %(outlet)s"), unknown=words.gettext("outlet unknown")),
            picture=partial(images.picture, shelf=request.app.state.shelf),
            today=texts.weekday(now, language, place),
            **context,
        )
    )
    answer = HTMLResponse(body, status, headers={"Cache-Control": "private, no-cache"})
    if is_known(request):
        answer.headers[READER] = str(reader.id) if reader else "0"
    return answer
