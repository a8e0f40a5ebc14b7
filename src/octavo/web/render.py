"""Templates set into pages: the Jinja2 environment and what every page is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from gettext import NullTranslations
from hashlib import sha256
from types import CodeType
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.runtime import Context
from markupsafe import Markup, escape

from octavo import __version__
from octavo.addresses import without_trackers
from octavo.compose import Facet
from octavo.web import images, pictures, texts, why
from octavo.web.footnotes import Citing
from octavo.web.reading import OFFERED, asked, is_editor, is_known, language_of, preferences, zone

STATIC = texts.LOCALES.parent / "static"
MOST_TEXTS = 4096  # of a language, kept as they stand in pages
READER = "Octavo-Reader"  # header of a page: the number of the reader for whom it is; 0: a stranger. Browsers keep the pages of one only


class _Compiled(BytecodeCache):
    """Templates as Python compiled them for the first language that needed them: the others run the same code."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.code


_COMPILED = _Compiled()


class _Context(Context):
    """Jinja asks of all that a template calls whether it wants to be told of the context; that took a quarter of the time in which pages are set.

    Functions that are marked for that are still told; objects whose `__call__` is marked, and macros that turn escaping off, are not.
    """

    def call(self, called: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        if hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **named)
        for told in ("_block_vars", "_loop_vars"):
            named.pop(told, None)
        return called(*args, **named)


class _CodeGenerator(CodeGenerator):
    """Lets templates put out what they show through `_written`: Jinja makes a `Markup` of each of some thousand pieces of a page."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(" + (finalize.src or ""))


def _written(value: object) -> str:
    """As `escape`, but a text with nothing to escape stays as it is. Only good to be joined with other output."""
    if type(value) is Markup:
        return value
    if type(value) is str and not (
        "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
    ):  # quicker than any pattern
        return value
    return escape(value)


def _install(html: Environment, words: NullTranslations) -> None:
    """Let templates translate, as Jinja's "newstyle" does: every text is a format, and what is put into it is escaped."""

    def gettext(text: str, /, **put: Any) -> Markup:
        return Markup(words.gettext(text)) % put if put else plain(text)  # noqa: S704  # our own words, and our translators'

    def ngettext(one: str, several: str, num: int, /, **put: Any) -> Markup:
        return Markup(words.ngettext(one, several, num)) % ({"num": num} | put)  # noqa: S704  # as above

    @lru_cache(maxsize=MOST_TEXTS)
    def plain(text: str) -> Markup:
        return Markup(words.gettext(text)) % {}  # noqa: S704  # as above

    html.newstyle_gettext = True  # type: ignore[attr-defined]  # by the i18n extension
    html.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}


@lru_cache(maxsize=len(OFFERED))
def environment(language: str) -> Environment:
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
    html.context_class, html.code_generator_class = _Context, _CodeGenerator
    html.written = _written  # type: ignore[attr-defined]  # for `_CodeGenerator`
    _install(html, texts.translations(language))
    return html


def load_templates() -> None:
    """Load every template in every language of the interface, so that nobody's page waits until it is compiled."""
    for language in OFFERED:
        html = environment(language)
        for name in html.list_templates():
            html.get_template(name)


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
        environment(language)
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
            why=partial(why.told, words=words, language=language),
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
