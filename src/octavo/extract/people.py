"""Bylines → the people who wrote an article, and the agency whose copy it says it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.dateline import agency, dateline_of
from octavo.extract.dates import date_span
from octavo.extract.found import Found, found
from octavo.extract.near import Near
from octavo.extract.page import Page
from octavo.extract.plain import fold, plain
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
    r"professor|research|expert|attorney|lawyer|counsel|(?:co-?)?founder|owner|partner|ceo|cfo|cto|coo|vp|dietitian|dietician|nutritionist|gardener|specialist|consultant|coach|therapist|engineer|scientist|marketer|strategist|advis[eo]r|officer|social|links?|facebook|twitter|instagram|linkedin|youtube|contents|article|blog|checked|reviewed|photographs?|photos?|photography|image|video|updated?|published|more|min(?:ute)?s?\s+read)\b",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(r"(?:[A-Z]{1,5}(?:[-–][A-Z]{1,4})?|(?:[A-Za-z]{1,3}\.){1,3}|(?:Ph|Ed|Psy)\.?D\.?|Jr\.?|Sr\.?|Dr\.?|Esq\.?|I{2,3})")
_DEGREES = re.compile(r"(?<=[a-z])(?:\s+(?!I+V?$)(?:[A-Z]{2,4}|Ph\.?D\.?))+$")
_TWICE = re.compile(r"(\S.*\S)\s+\1")
_TITLES = re.compile(r"^(?:dr|mr|mrs|ms|prof)\.?\s+(?=\w)", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")  # what people sign in with
_LETTER = re.compile(r"[^\W\d_]")
# A name as people bear it: every word begins with a capital but for a particle; or a word of a script without capitals.
_PERSON = re.compile(
    r"(?:(?:[A-ZÀ-ÞА-ЯΑ-Ω][\w.'’-]*|d[aeiou]s?|del|della|van|von|der|den|ter|ten|la|le|al|el|bin|bint|ibn|ben|y|e|zu|zur|af|av|of|o['’]\w+)\s?){2,6}"
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\s・·.]{2,20}"
)
_BY_WITHIN = re.compile(
    r"(?:[|·•—–,]\s*|\d{4}\s+|\b[ap]m\s+|\b(?:[Ww]ritten|[Rr]eported|[Ss]tory|[Ww]ords|[Pp]osted|[Pp]ublished)\s+)[Bb]y:?\s+(?=[A-ZÀ-Þ])"
)
_PROFILE = re.compile(
    r"/(?:authors?|staff|people|profiles?|contributors?|writers?|journalists?|reporters?|by|auteurs?|autor(?:es)?)/[^/]"  # in small letters
)
_BEHIND = re.compile(
    r"\s*(?:Published|Updated|Posted|Modified|Last [Uu]pdated|[Ff]act[- ][Cc]heck|(?:\d+\s*|[Ll]ong\s)(?:[Mm]in(?:ute)?s?\b\.?\s*)?[Rr]ead\b|\s(?:[Oo]n\s|[Ff]or\s)|(?<=[a-z])In\s|\s[-–—|]\s)"
)
_READ = re.compile(r"\bread\b|\bmin\b|\bago\b", re.IGNORECASE)
_NEXT = 5  # lines below the headline in which a name that stands alone is the writer's
_BYLINE = 300  # characters that a byline may have
_STATED = 0.85  # confidence of a byline from which a house's name is believed too
_NAME, _WORDS = 60, 5  # characters and words that a name may have


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
            if name := agency(part):
                return found(name, "byline", 0.9)
    name = dateline_of(text).agency
    return found(name, "dateline", 0.85) if name else None


class Byline(NamedTuple):
    """What one source on the page says about the writers, as written."""

    raw: list[str]
    signal: str
    confidence: float


def bylines(page: Page, near: Near) -> Iterator[Byline]:
    """What the page says about its writers, source by source, the most trustworthy first.

    What is printed at the headline after "By" is what the outlet says; what the head states is at times who put the text online.
    """
    yield from (Byline([text], "text", 0.9) for text in _signed(near))
    for key in ("author", "creator"):
        yield Byline(_listed(page.article.get(key)), "json-ld", 0.9)
    for name in _METAS:
        yield Byline([value for value in page.values(name) if not value.startswith("http")], "meta", 0.9)
    yield Byline([text for element, names in page.marked if "author" in names and (text := _named(element))], "microdata", 0.85)
    links = list(page.tree.iter("a"))
    yield Byline([text for a in links if "author" in (a.get("rel") or "").split() and (text := plain(a.text_content()))], "text", 0.8)
    around = " ".join(said.text for said in (*near.above, *near.below))
    yield Byline(
        [text for a in links if _PROFILE.search((a.get("href") or "").lower()) and (text := plain(a.text_content())) and text in around],
        "text",
        0.8,
    )
    yield from (Byline([_bare(said.text)], "text", 0.7) for said in near.below if said.writer)
    yield from (Byline([name], "text", 0.6) for name in _alone(near))


def _signed(near: Near) -> Iterator[str]:
    """What follows "By" in the lines around the headline; a line that is nothing but "By" speaks of the next one."""
    for lines in (near.below, near.above):
        for at, said in enumerate(lines):
            if match := _BY.match(said.text) or _BY_WITHIN.search(said.text):
                rest = _bare(said.text[match.end() :])
                yield rest if rest or at + 1 == len(lines) else _bare(lines[at + 1].text)


def _alone(near: Near) -> Iterator[str]:
    """Names that stand alone on a line below the headline: marked as the writer's, or beside a date."""
    lines = near.below[:_NEXT]
    for at, said in enumerate(lines):
        name = _bare(said.text)
        beside = [other.text for other in (*lines[max(0, at - 1) : at], *near.below[at + 1 : at + 2])]
        dated = any(date_span(text, None) or _READ.search(text) for text in (said.text, *beside))
        if " " in name and _PERSON.fullmatch(name) and (said.writer or dated):
            yield name


def _bare(text: str) -> str:
    """A byline up to the date in it, or to what else sites print behind a name, at times without a blank."""
    span = date_span(text, None)
    text = text[: span[0]] if span else text
    return _BEHIND.split(text, maxsplit=1)[0].strip(" ,|·•-–—:")


def institutions(page: Page) -> tuple[str, ...]:
    """The organisations that the page's JSON-LD gives as its author or its source."""
    values = (item for key in ("author", "creator", "provider", "sourceOrganization") for item in jsonld.many(page.article.get(key)))
    return tuple(name for item in values if _is_institution(item) and (name := jsonld.text_of(item)))


def authors(found_bylines: Iterable[Byline], outlets: Iterable[str | None], stated: Sequence[str] = ()) -> Found[tuple[str, ...]] | None:
    """The people who wrote an article, from the first of its bylines that names any.

    Where nobody is named, the team or house that signs it: of a byline, or of those `stated` (see `institutions`); never an agency.
    """
    names_of_outlets, found_bylines = tuple(outlets), list(found_bylines)
    for byline in found_bylines:
        names = people(byline.raw, names_of_outlets)
        if byline.signal == "text":
            names = tuple(name for name in names if _PERSON.fullmatch(name))
        if names:
            return found(names, byline.signal, byline.confidence)
    for byline in (*found_bylines, Byline(list(stated), "json-ld", 0.9)):
        for raw in byline.raw if byline.confidence >= _STATED else ():
            if (name := _house(raw)) is not None:
                return found((name,), byline.signal, 0.5)
    return None


def _house(byline: str) -> str | None:
    """The team or house that a byline names; None for an agency and for what is no name."""
    name = _BY.sub("", plain(byline) or "").strip(" ,.:-–—")
    fits = 2 <= len(name) <= _NAME and len(name.split()) <= _WORDS and _LETTER.search(name) and not re.search(r"[@{}<>=]", name)
    return name if fits and agency(name) is None else None


def _is_institution(item: object) -> bool:
    return isinstance(item, dict) and bool(jsonld.types_of(item) & _INSTITUTIONS) and "Person" not in jsonld.types_of(item)


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
        name = _TWICE.sub(r"\1", _DEGREES.sub("", name))
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
            and not _LOGIN.fullmatch(name)
        ):
            yield name


def _named(element: HtmlElement) -> str | None:
    inner = next((part for part in element.iter() if "name" in (part.get("itemprop") or "").split()), element)
    return plain(inner.get("content") or inner.text_content())
