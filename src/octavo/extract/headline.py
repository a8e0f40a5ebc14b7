"""The headline of a page as it is printed, and the element that prints it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.page import Page
from octavo.extract.plain import fold, plain, words

_SEPARATOR = re.compile(r"\s+[|–—\-·•:»«~/]+\s+|\s*[|｜»_]\s*|(?<=\S):\s+(?=[^:]{2,30}$)")
_LONGEST = 300  # characters
_ALIKE = 0.6  # share of words that a printed headline and the page's title have in common


class Headline(NamedTuple):
    """The reading, and the element where it stands (None where only the head of the page says it)."""

    read: Found[str]
    element: HtmlElement | None


def headline(page: Page, outlets: Iterable[str]) -> Headline | None:
    """The page's headline without the outlet's name: the h1 that the page's titles agree with, else JSON-LD, meta tags, `title`."""
    names = tuple(outlets)
    titles = [(without_outlet(text, names), signal, confidence) for text, signal, confidence in _titles(page)]
    printed = [(element, text) for element, text in _printed(page) if fold(text) not in {fold(name) for name in names}]
    likeness = [max((_alike(text, title) for title, _, _ in titles), default=0.0) for _, text in printed]
    best = max(range(len(printed)), key=lambda at: likeness[at], default=None)
    if best is not None and likeness[best] < _ALIKE:
        # A headline that the page's titles do not repeat is believed when it is the only one of its level.
        first = [at for at, (element, _) in enumerate(printed) if element.tag == "h1"]
        best = first[0] if len(first) == 1 else None
    if best is not None:
        return Headline(found(without_outlet(printed[best][1], names), "text", 0.95), printed[best][0])
    if titles:
        title, signal, confidence = titles[0]
        return Headline(found(title, signal, confidence), _bearer(page, title))
    return None


def _bearer(page: Page, title: str) -> HtmlElement | None:
    """The innermost element whose whole text is the title: old pages print their headlines in bold."""
    folded = fold(title)
    bearers = (
        e
        for e in page.tree.iter("b", "strong", "font", "big", "span", "div", "p", "td", "h3", "h4")
        if len(e.text_content()) < 2 * len(title) + 20
    )
    return next(
        (
            e
            for e in bearers
            if fold(e.text_content()) == folded and next(e.iter("a"), None) is None and next(e.iterancestors("a"), None) is None
        ),
        None,
    )


def without_outlet(title: str, outlets: Iterable[str]) -> str:
    """A title without the outlet's name at its end or beginning: "Bridge opens | The Daily" is "Bridge opens"."""
    names = {fold(name) for name in outlets if fold(name)}
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if cuts and _is_outlet(title[cuts[-1].end() :], names):
            title = title[: cuts[-1].start()]
        elif cuts and fold(title[: cuts[0].start()]) in names:
            title = title[cuts[0].end() :]
        else:
            return title.strip()


def _is_outlet(part: str, names: set[str]) -> bool:
    folded = fold(part)
    squeezed = folded.replace(" ", "")
    return any(folded == name or squeezed == name.replace(" ", "") or (len(name) >= 4 and folded.startswith(name + " ")) for name in names)


def _titles(page: Page) -> Iterator[tuple[str, str, float]]:
    """What the page calls itself, the most trustworthy first: text, signal, confidence."""
    options = [
        (jsonld.text_of(page.article.get("headline")), "json-ld", 0.9),
        *(
            (value, "meta", 0.85)
            for value in page.values(
                "og:title", "twitter:title", "parsely-title", "sailthru.title", "citation_title", "dc.title", "headline"
            )
        ),
        (jsonld.text_of(page.article.get("name")), "json-ld", 0.8),
        (page.title, "title", 0.7),
    ]
    for value, signal, confidence in options:
        text = plain(value)
        if text and len(text) <= _LONGEST:
            yield text, signal, confidence


def _printed(page: Page) -> Iterator[tuple[HtmlElement, str]]:
    """What stands on the page as a headline: its h1 (h2 where it has none), and what is marked as one. A link home is the outlet's name."""
    levels = ([e for e in page.tree.iter(tag) if not _leads_home(e, page)] for tag in ("h1", "h2"))
    elements = next((level for level in levels if level), [])
    elements += [e for e, names in page.marked if e.tag not in ("h1", "h2") and "headline" in names]
    for element in elements:
        text = plain(element.text_content())
        if text and 3 <= len(text) <= _LONGEST:
            yield element, text


def _leads_home(element: HtmlElement, page: Page) -> bool:
    link = next((a for a in (*element.iter("a"), *element.iterancestors("a")) if a.get("href")), None)
    address = page.absolute(link.get("href")) if link is not None else None
    return link is not None and (link.get("href") == "/" or (address is not None and urlsplit(address).path in ("", "/")))


def _alike(first: str, second: str) -> float:
    """How much two titles have in common: shared words over the words of the shorter one, none for a word or two."""
    a, b = set(words(first)), set(words(second))
    return len(a & b) / min(len(a), len(b)) if min(len(a), len(b)) > 2 or (a == b and a) else 0.0
