"""Bylines → the people who wrote an article, and the agency whose copy it says it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.page import Page, around
from octavo.extract.plain import fold, plain
from octavo.model import PublisherKind
from octavo.publishers import known

_METAS = (
    "author", "article:author", "article.author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "dc.creator.name", "citation_author", "byl", "byline", "authors", "og:author",
)  # fmt: skip
_INSTITUTIONS = frozenset({"Organization", "NewsMediaOrganization", "Corporation"})
_BY = re.compile(
    r"^\W*(?:(?:written|words|story|text|reported|posted|published|review(?:ed)?|analysis|opinion|authored|contributed)\s+by\b|by\b|By(?=[A-ZÀ-Þ])|author\b|von\b|par\b|por\b|di\b|"
    r"door\b|av\b|af\b|autor[ae]?s?\b|auteur\b|texto?\b|från\b|przez\b|автор\b)\s*:?\s*|^(?:文|記者|记者|作者|責任編輯|责任编辑)\s*[／/:：]?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:,|;|\||•|·|/|\n|、|，|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b(?=\s+[A-ZÀ-Þ])|\bwith\b)\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[<（][^()\[\]<>（）]*(?:[)\]>）]|$)")
_AFTER = re.compile(
    r"\s+(?:for\s+(?:the\s+)?[A-Z].*|in\s+[A-Z][\w. ]+$|of\s+the\s+.*|at\s+[\dA-Z].*|[Tt]he\s+[A-Z].*|[-–—|]\s.*|@\w+.*|https?:.*|(?:published|updated|posted|on)\b:?.*)$"
)
# Words that stand in roles, desks and institutions, not in names of people.
_ROLE = re.compile(
    r"\b(?:editor(?:s|ial)?|reporters?|correspondents?|writers?|staff|columnists?|contribut\w+|producers?|journalists?|team|desk|newsroom|director|bureau|head|sponsored|"
    r"redaktion|redacción|rédaction|redazione|redactie|agenc(?:y|ies)|wire|services?|press|network|news|media|magazine|times|post|daily|gazette|journal|herald|tribune|"
    r"inc|ltd|llc|gmbh|admin|administrator|guest|authors?|webmaster|user|anonymous|unknown|none|null|undefined|report|today|online|board|chief|manager|analyst|president|"
    r"professor|research|expert|photographs?|photos?|photography|image|video|updated?|published|more|min(?:ute)?s?\s+read)\b",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(r"(?:[A-Z]{1,5}(?:[-–][A-Z]{1,4})?|(?:[A-Za-z]{1,3}\.){1,3}|(?:Ph|Ed|Psy)\.?D\.?|Jr\.?|Sr\.?|Dr\.?|Esq\.?|I{2,3})")
_DEGREES = re.compile(r"(?<=[a-z])(?:\s+(?:[A-Z]{2,4}|Ph\.?D\.?))+$")
_TITLES = re.compile(r"^(?:dr|mr|mrs|ms|prof)\.?\s+(?=\w)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
# A name as people bear it: every word begins with a capital but for a particle; or a word of a script without capitals.
_PERSON = re.compile(
    r"(?:(?:[A-ZÀ-ÞА-ЯΑ-Ω][\w.'’-]*|d[aeiou]s?|del|della|van|von|der|den|ter|ten|la|le|al|el|bin|bint|ibn|ben|y|e|zu|zur|af|av|of|o['’]\w+)\s?){2,6}"
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\s・·.]{2,20}"
)
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author|contributor|writer)", re.IGNORECASE)
_NO_BYLINE = re.compile(
    r"bio|about|comment|related|avatar|img|image|photo|social|follow|more|desc|card|date|time|role|title-?(?!.*name)", re.IGNORECASE
)
_PROFILE = re.compile(
    r"/(?:authors?|staff|people|profiles?|contributors?|writers?|journalists?|reporters?|by|auteurs?|autor(?:es)?)/[^/]+", re.IGNORECASE
)
_BY_LINE = re.compile(r"\s*By:?\s+[A-ZÀ-Þ]")
_CLIMB = 5  # levels above the headline within which a byline may belong to it
_BYLINE = 300  # characters that a byline may have
_NAME, _WORDS = 60, 5  # characters and words that a name may have
_DATELINE = re.compile(r"^[^.!?\n]{0,80}?\(([^()]{2,30})\)\s*[-–—]|^\(?([A-Z][\w. ]{1,24}?)\)?\s*[-–—]\s*[A-Z]")


def people(bylines: Iterable[str], outlets: Iterable[str | None] = ()) -> tuple[str, ...]:
    """The people in bylines, in order, each once: without "By", roles, places and addresses, without outlets and agencies."""
    institutions = {fold(name) for name in outlets if name}
    names: dict[str, str] = {}
    for byline in bylines:
        if fold(_BY.sub("", plain(byline) or "")) in institutions:
            continue
        for name in _names(byline, institutions):
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


class Byline(NamedTuple):
    """What one source on the page says about the writers, as written."""

    raw: list[str]
    signal: str
    confidence: float


def bylines(page: Page, headline: HtmlElement | None) -> Iterator[Byline]:
    """What the page says about its writers, source by source, the most trustworthy first."""
    yield Byline(_listed(page.article.get("author")), "json-ld", 0.95)
    yield Byline(_listed(page.article.get("creator")), "json-ld", 0.9)
    for name in _METAS:
        yield Byline([value for value in page.values(name) if not value.startswith("http")], "meta", 0.9)
    marked = (element for element in page.tree.iter() if "author" in (element.get("itemprop") or "").split())
    yield Byline([text for element in marked if (text := _named(element))], "microdata", 0.85)
    linked = (element for element in page.tree.iter("a") if "author" in (element.get("rel") or "").split())
    yield Byline([text for element in linked if (text := plain(element.text_content()))], "text", 0.8)
    for element in _near(headline):
        yield Byline([plain(element.text_content()) or ""], "text", 0.7)


def institutions(page: Page) -> tuple[str, ...]:
    """The organisations that the page's JSON-LD gives as its author or its source."""
    values = (item for key in ("author", "creator", "provider", "sourceOrganization") for item in jsonld.many(page.article.get(key)))
    return tuple(name for item in values if _is_institution(item) and (name := jsonld.text_of(item)))


def authors(found_bylines: Iterable[Byline], outlets: Iterable[str | None]) -> Found[tuple[str, ...]] | None:
    """The people who wrote an article, from the first of its bylines that names any."""
    names_of_outlets = tuple(outlets)
    for byline in found_bylines:
        names = people(byline.raw, names_of_outlets)
        if byline.signal == "text":
            names = tuple(name for name in names if _PERSON.fullmatch(name))
        if names:
            return found(names, byline.signal, byline.confidence)
    return None


def _is_institution(item: object) -> bool:
    return isinstance(item, dict) and bool(jsonld.types_of(item) & _INSTITUTIONS)


def _listed(value: object) -> list[str]:
    """The names in a JSON-LD author: people, and things whose kind is not said; organisations are nobody."""
    names: list[str] = []
    for item in jsonld.many(value):
        name = item.get("name") if isinstance(item, dict) else item
        if not _is_institution(item):
            names += [text for one in jsonld.many(name) if (text := jsonld.text_of(one))]
    return names


def _names(byline: str, institutions: Collection[str]) -> Iterator[str]:
    text = _BRACKETS.sub("", plain(byline) or "")
    if len(text) > _BYLINE:
        return
    for at, part in enumerate(_PARTS.split(_BY.sub("", text))):
        name = _TITLES.sub("", _AFTER.sub("", _BY.sub("", part)).strip(" ,:-–—_*'\"“”"))
        name = next((name[: -len(end)].strip() for end in institutions if end and name.casefold().endswith(" " + end)), name)
        name = _DEGREES.sub("", name)
        if not re.search(r"(?:\b\w|Jr|Sr)\.$", name):
            name = name.rstrip(".")
        if at and _CREDENTIAL.fullmatch(name):
            continue
        if (
            2 <= len(name) <= _NAME
            and len(name.split()) <= _WORDS
            and _LETTER.search(name)
            and not re.search(r"\d|[@#{}<>=]|^by$", name, re.IGNORECASE)
            and not _ROLE.search(name)
        ):
            yield name


def _agency(name: str) -> str | None:
    outlet = known().of_name(name.strip())
    return outlet.name if outlet and outlet.kind is PublisherKind.AGENCY else None


def _named(element: HtmlElement) -> str | None:
    inner = next((part for part in element.iter() if "name" in (part.get("itemprop") or "").split()), element)
    return plain(inner.get("content") or inner.text_content())


def _near(headline: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements around the headline that print a byline: by their class, a link to a profile, or "By"."""
    for _, element in around(headline, _CLIMB):
        name = " ".join(element.get(key) or "" for key in ("class", "id", "data-testid"))
        classed = _BYLINE_CLASS.search(name) and not _NO_BYLINE.search(name)
        profile = element.tag == "a" and _PROFILE.search(element.get("href") or "")
        if classed or profile or _BY_LINE.match(element.text or ""):
            yield element
