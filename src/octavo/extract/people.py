"""Bylines → the people who wrote an article, and the agency whose copy it says it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.page import Page
from octavo.extract.plain import fold, plain
from octavo.model import PublisherKind
from octavo.publishers import known

_METAS = "author article:author article.author parsely-author sailthru.author dc.creator dcterms.creator dc.creator.name citation_author byl byline authors og:author".split()
_BY = re.compile(
    r"^\W*(?:(?:written|words|story|text|reported|posted|published|review(?:ed)?|analysis|opinion|authored|contributed)\s+by|by|author|von|par|por|di|door|av|af|autor[ae]?s?|auteur|"
    r"texto?|från|przez|автор)\b\s*:?\s+|^(?:文|記者|记者|作者|責任編輯|责任编辑)\s*[／/:：]?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:,|;|\||•|·|/|\n|、|，|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b(?=\s+[A-ZÀ-Þ])|\bwith\b)\s*", re.IGNORECASE)
_AFTER = re.compile(
    r"\s*(?:\(.*|\[.*|<.*|\bfor\s+(?:the\s+)?[A-Z].*|\bin\s+[A-Z][\w. ]+$|\bof\s+the\s+.*|\bat\s+\d.*|[-–—|]\s.*|@\w+.*|https?:.*|\b(?:published|updated|posted|on)\b:?.*)$"
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|columnist|contributor|producer|journalist|team|desk|newsroom|director|bureau|"
    r"redaktion|redacción|rédaction|redazione|redactie|agencies|agency|wire|services?|press|network|news|media|magazine|times|post|daily|inc|ltd|llc|gmbh|admin|"
    r"administrator|guest|author|webmaster|user|anonymous|unknown|none|null|undefined|contributors|report|today|online|board|chief|manager|analyst|"
    r"phd|md|rd|ms|mph|rdn|cpa|esq|jr|sr|dr|m\.d|ph\.d|photographs?|photos?|photography|video|updated?|published|min(?:ute)?s?\s+read)\b",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(?:dr|mr|mrs|ms|prof)\.?\s+(?=\w)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author|contributor|writer)", re.IGNORECASE)
_NO_BYLINE = re.compile(r"bio|about|comment|related|avatar|img|image|photo|social|follow|more|desc|card|date|time|role|title-?(?!.*name)", re.IGNORECASE)
_CLIMB = 5  # levels above the headline within which a byline may belong to it
_NAME = 60  # characters that a name may have
_DATELINE = re.compile(r"^[^.!?\n]{0,80}?\(([^()]{2,30})\)\s*[-–—]|^\(?([A-Z][\w. ]{1,24}?)\)?\s*[-–—]\s*[A-Z]")


def people(bylines: Iterable[str], outlets: Iterable[str | None] = ()) -> tuple[str, ...]:
    """The people in bylines, in order, each once: without "By", roles, places and addresses, without outlets and agencies."""
    institutions = {fold(name) for name in outlets if name}
    names: dict[str, str] = {}
    for byline in bylines:
        for name in _names(byline):
            key = fold(name)
            if key and key not in institutions and known().of_name(name) is None:
                names.setdefault(key, name)
    # "Smith" beside "Ann Smith" is the same person.
    return tuple(name for key, name in names.items() if not any(other != key and other.endswith(" " + key) for other in names))


def agency_of(bylines: Iterable[str], text: str) -> Found[str] | None:
    """The news agency that a byline or the dateline at the beginning of the text names, as the table of publishers writes it."""
    for byline in bylines:
        for part in _PARTS.split(_BY.sub("", plain(byline) or "")):
            if name := _agency(part):
                return found(name, "byline", 0.9)
    match = _DATELINE.match(text)
    name = _agency(match[1] or match[2]) if match else None
    return found(name, "dateline", 0.85) if name else None


def bylines(page: Page, headline: HtmlElement | None) -> Iterator[tuple[list[str], str, float]]:
    """What the page says about its writers, source by source, the most trustworthy first: raw bylines, signal, confidence."""
    yield _listed(page.article.get("author")), "json-ld", 0.95
    yield _listed(page.article.get("creator")), "json-ld", 0.9
    for name in _METAS:
        yield [value for value in page.values(name) if not value.startswith("http")], "meta", 0.9
    yield [text for element in page.tree.iter() if "author" in (element.get("itemprop") or "").split() and (text := _named(element))], "microdata", 0.85
    yield [text for element in page.tree.iter("a") if "author" in (element.get("rel") or "").split() and (text := plain(element.text_content()))], "text", 0.8
    for element in _near(headline):
        yield [plain(element.text_content()) or ""], "text", 0.7


def authors(page: Page, headline: HtmlElement | None, outlets: Iterable[str | None]) -> Found[tuple[str, ...]] | None:
    """The people who wrote the page's article, from the first source that names any."""
    institutions = tuple(outlets)
    for raw, signal, confidence in bylines(page, headline):
        if names := people(raw, institutions):
            return found(names, signal, confidence)
    return None


def _listed(value: object) -> list[str]:
    """The names in a JSON-LD author: people, and things whose kind is not said; organisations are nobody."""
    names = []
    for item in jsonld.many(value):
        if isinstance(item, dict) and jsonld.types_of(item) & {"Organization", "NewsMediaOrganization", "Corporation"}:
            continue
        if isinstance(item, dict) and isinstance(item.get("name"), list):
            names += [name for name in item["name"] if isinstance(name, str)]
        elif text := jsonld.text_of(item):
            names.append(text)
    return names


def _names(byline: str) -> Iterator[str]:
    text = plain(byline) or ""
    if len(text) > 300:
        return
    for part in _PARTS.split(_BY.sub("", text)):
        name = _TITLES.sub("", _AFTER.sub("", _BY.sub("", part)).strip(" .,:-–—_*'\"“”"))
        if 2 <= len(name) <= _NAME and len(name.split()) <= 5 and _LETTER.search(name) and not re.search(r"\d|[@#{}<>=]", name) and not _ROLE.search(name):
            yield name


def _agency(name: str) -> str | None:
    outlet = known().of_name(name.strip())
    return outlet.name if outlet and outlet.kind is PublisherKind.AGENCY else None


def _named(element: HtmlElement) -> str | None:
    inner = next((part for part in element.iter() if "name" in (part.get("itemprop") or "").split()), element)
    return plain(inner.get("content") or inner.text_content())


def _near(headline: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements around the headline whose class says that they print a byline; the nearest level first."""
    element, seen = headline, set[HtmlElement]()
    for _ in range(_CLIMB):
        element = element.getparent() if element is not None else None
        if element is None or element.tag in ("body", "html"):
            return
        for inner in element.iter():
            if inner in seen or not isinstance(inner.tag, str):
                continue
            seen.add(inner)
            name = f"{inner.get('class') or ''} {inner.get('id') or ''}"
            if _BYLINE_CLASS.search(name) and not _NO_BYLINE.search(name):
                yield inner
