"""Everything that the press answers on one day: pages, feeds, sitemaps, robots.txt, pictures and icons, as bytes by host and path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from octavo.demo.outlets import OUTLETS, Feed, Outlet, publishers
from octavo.demo.pictures import icon, png, svg
from octavo.demo.views import Day, View, ago, views
from octavo.model import PublisherKind

_MEDIA = {"rss": "application/rss+xml", "broken": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at one address. `location` is set for a permanent redirect."""

    body: bytes
    media_type: str
    modified: datetime
    location: str | None = None

    @property
    def etag(self) -> str:
        """A strong entity tag, quotes included."""
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'


def answers(day: Day) -> Mapping[tuple[str, str], Answer]:
    """All answers of the press by domain (without port) and path."""
    shown = views(day)
    by_key = {view.piece.key: view for some in shown.values() for view in some}
    return {
        (publishers()[outlet.id].domains[0], path): answer
        for outlet in OUTLETS
        for path, answer in _outlet(outlet, shown[outlet.id], by_key, day)
    }


def _outlet(outlet: Outlet, shown: Sequence[View], by_key: Mapping[str, View], day: Day) -> Iterator[tuple[str, Answer]]:
    publisher, base = publishers()[outlet.id], day.base(outlet.id)
    newest = day.now if day.corrected else max(view.sort for view in shown)
    common: dict[str, Any] = {
        "outlet": outlet,
        "publisher": publisher,
        "base": base,
        "views": shown,
        "by_key": by_key,
        "day": day,
        "newest": newest,
        "aggregator": publisher.kind is PublisherKind.AGGREGATOR,
    }
    html = f"text/html; charset={outlet.charset}"

    def page(view: View | None, at: datetime) -> Answer:
        full = [by_key[key] for key in view.piece.related] if view else []
        others = [other for other in shown if view and other is not view and other.language == view.language][:5]
        text = _TEMPLATES.get_template(f"{outlet.id}.html").render(**common, view=view, full=full, others=others)
        return Answer(_encoded(text, outlet.charset), html, at)

    yield "/", page(None, newest)
    for view in shown:
        if not view.piece.gone:
            yield view.path, page(view, view.modified or view.sort)
        if view.piece.picture:
            drawn = svg(view.piece.slug, view.piece.picture) if outlet.picture_type == "svg" else png(view.piece.slug)
            yield view.picture_path, Answer(drawn, "image/svg+xml" if outlet.picture_type == "svg" else "image/png", view.sort)
    for feed in outlet.feeds:
        yield feed.path, Answer(_feed(feed, common), f"{_MEDIA[feed.form]}; charset={outlet.charset}", newest)
    if outlet.sitemap:
        yield outlet.sitemap, Answer(_TEMPLATES.get_template("sitemap.xml").render(**common).encode(), "application/xml", newest)
    robots = outlet.robots + (f"\nSitemap: {base}{outlet.sitemap}\n" if outlet.sitemap else "")
    yield "/robots.txt", Answer(robots.encode(), "text/plain; charset=utf-8", day.now)
    yield "/favicon.svg", Answer(icon(publisher.name.removeprefix("The ")[0], outlet.colour), "image/svg+xml", day.now)
    yield "/favicon.ico", Answer(png(outlet.id, 32, 32), "image/png", day.now)
    yield "/support", Answer(_TEMPLATES.get_template("support.html").render(**common).encode(), "text/html; charset=utf-8", day.now)
    for old, new in outlet.moved:
        yield old, Answer(b"", "text/plain", day.now, location=base + new)


def _feed(feed: Feed, common: Mapping[str, Any]) -> bytes:
    shown = [view for view in common["views"] if feed.language in (None, view.language)]
    if feed.form == "json":
        return json.dumps(_json_feed(feed, shown, common), ensure_ascii=False, indent=1).encode()
    text = _TEMPLATES.get_template(f"{feed.form}.xml").render(**{**common, "views": shown}, feed=feed)
    return _encoded(text, common["outlet"].charset)


def _json_feed(feed: Feed, shown: Sequence[View], common: Mapping[str, Any]) -> dict[str, Any]:
    """A feed after JSON Feed 1.1."""
    items = []
    for view in shown:
        item: dict[str, Any] = {"id": view.url, "url": view.url, "title": view.text.headline, "summary": view.text.lead}
        item["content_html"] = str(_body(view)) if feed.full else str(escape(view.text.lead))
        item["authors"] = [{"name": name} for name in view.piece.authors]
        item |= {"image": view.picture} if view.picture else {}
        item |= {"date_published": view.fed.isoformat()} if view.fed else {}
        item |= {"date_modified": view.modified.isoformat()} if view.modified else {}
        items.append(item)
    base = common["base"]
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": common["publisher"].name,
        "home_page_url": f"{base}/",
        "feed_url": base + feed.path,
        "icon": f"{base}/favicon.svg",
        "language": common["outlet"].language,
        "items": items,
    }


def _body(view: View) -> Markup:
    """The article's paragraphs as HTML."""
    return Markup("\n").join(Markup("<{0}>{1}</{0}>").format(tag, text) for tag, text in view.blocks)


def _json_ld(view: View) -> Markup:
    """The article as schema.org NewsArticle, safe inside a script element."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": view.text.headline,
        "description": view.text.lead,
        "inLanguage": view.language,
        "articleSection": view.piece.section,
        "mainEntityOfPage": view.url,
        "author": [{"@type": "Person", "name": name} for name in view.piece.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": view.publisher},
    }
    if view.published:
        data["datePublished"] = view.published.isoformat()
        data["dateModified"] = (view.modified or view.published).isoformat()
    if view.picture:
        data["image"] = {
            "@type": "ImageObject",
            "url": view.picture,
            "caption": view.caption,
            "creditText": view.piece.credit,
        }
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - our own texts, "<" taken out


def _encoded(text: str, charset: str) -> bytes:
    """Text in an outlet's charset; what that lacks (dashes, curly quotes in ISO 8859-1) becomes a character reference."""
    return text.encode(charset, "xmlcharrefreplace")


_TEMPLATES = Environment(
    loader=PackageLoader("octavo.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.globals |= {"body": _body, "json_ld": _json_ld, "ago": ago}
_TEMPLATES.filters |= {"rfc822": format_datetime, "iso": datetime.isoformat}
