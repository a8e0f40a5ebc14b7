"""Front pages and lists: told apart from articles, and the links to articles on them; by a person's selector, where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

from octavo.errors import ExtractError
from octavo.extract import jsonld
from octavo.extract.address import clean, is_web, site
from octavo.extract.blocks import Piece
from octavo.extract.identity import address_key
from octavo.extract.page import Page, parsed
from octavo.extract.plain import fold, plain, words
from octavo.extract.selector import selected
from octavo.model import Capture, Extraction

_LIST_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})
_MANY = 10  # links to articles that make a list
_PROSE = 100  # letters: a page with no longer run of text between its links has none
_SUMMARY = 150  # letters, on average, that stand under a headline that leads elsewhere
_SUMMARIES = 500  # letters that the summary under a teaser may have
_TEASERS = 0.25  # share of a text's lines that lead elsewhere: then it is a list with summaries
_SHORT_WORDS, _SHORT_CHARACTERS = 4, 20  # a headline has more; without blanks between words the second alone counts
_SHORTEST = 8  # characters that any headline has
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{8}")
_SLUG = re.compile(r"[^/]+[-_][^/]+[-_]|/[^/]+/[^/]*[^/\d][-_]|\d{4,}|\.s?html?$|/[^/]+/[^/]+/[^/]+")
_SERVICE = re.compile(
    r"/(?:tags?|topics?|authors?|categor(?:y|ies)|search|login|signin|subscribe|newsletters?|about|contact|privacy|terms|jobs|account)(?:/|$)",
    re.IGNORECASE,
)
_LONGEST_LIST = 500
_MOST_LINKS = 5000  # distinct ones of a page that are looked at


class Lead(NamedTuple):
    """A link whose text is as long as a headline: its address as written, and that text."""

    href: str
    text: str


def leads(page: Page) -> list[Lead]:
    """The links of a page whose text is as long as a headline, in page order, the first such one of each address; none in its frame."""
    found: list[Lead] = []
    seen: set[str | None] = {None}
    for element in page.tree.iter("a"):
        href = element.get("href")
        if href in seen:
            continue
        written = element.text_content()
        text = plain(written) if _may_be_headline(written) else None
        # Of the links to one address a later one may bear the headline.
        if text is None or not _is_headline(text):
            continue
        seen.add(href)
        if len(seen) > _MOST_LINKS:
            break
        if next(element.iterancestors("nav", "footer"), None) is None:
            found.append(Lead(href, text))
    return found


def article_links(page: Page, found: Iterable[Lead] | None = None) -> dict[str, str]:
    """Addresses on the page's own site that look like articles, with the text of the link that leads there; in page order.

    `found` are the page's `leads`, where they were read already.
    """
    home, own = site(page.address), address_key(page.address)
    links: dict[str, tuple[str, str]] = {}
    for href, text in leads(page) if found is None else found:
        address = page.absolute(href)
        if address is None or (home is not None and site(address) != home):
            continue
        kept = clean(address)
        path = urlsplit(kept).path
        if _SLUG.search(path) and not _SERVICE.search(path) and (key := address_key(kept)) != own:
            links.setdefault(key, (kept, text))
        if len(links) >= _LONGEST_LIST:
            break
    return dict(links.values())


def may_be_listing(page: Page) -> bool:
    """False for a page that says that it is an article; the front page of a site is a list, whatever it says."""
    return _is_front(page) or not (page.article or page.values("article:published_time") or "article" in page.values("og:type"))


def is_listing(page: Page, links: Mapping[str, str], found: Sequence[Piece], headline: str | None) -> bool:
    """True for a page that leads to articles and is none itself.

    `links` are its `article_links`, `found` what would be its text, `headline` what stands on it as one.
    """
    if len(links) < _MANY // 2 or not may_be_listing(page):
        return False
    if _is_front(page):
        return True
    if len(links) < (_MANY // 2 if any(jsonld.types_of(node) & _LIST_TYPES for node in page.nodes) else _MANY):
        return False
    headlines = {fold(text) for text in links.values()}
    lines = [line for piece in found for line in piece.text.split("\n")]
    teasers = sum(fold(line) in headlines for line in lines)
    longest = max((_weight(run) for is_teaser, run in groupby(lines, lambda line: fold(line) in headlines) if not is_teaser), default=0)
    # A page that prints no headline of its own but many that lead elsewhere.
    printed = len(words(headline)) >= _SHORT_WORDS or bool(_DENSE.search(headline or ""))
    headed = sum(fold(heading.text_content()) in headlines for heading in page.tree.iter("h2", "h3", "h4"))
    if not printed and headed >= _MANY and _weight(lines) < _SUMMARY * headed:
        return True
    return longest < _PROSE or (longest < _SUMMARIES and teasers >= _MANY // 2 and teasers >= _TEASERS * len(lines))


def _weight(run: Iterable[str]) -> int:
    """How much a run of lines says, in letters of an alphabet: a character of a dense script says as much as three."""
    return sum(len(line) * (3 if _DENSE.search(line) else 1) for line in run)


def read_list(capture: Capture) -> Extraction:
    """The links of a page of which a person said that it is a list, and where they are (`Capture.selector`); else the problem."""
    page = parsed(capture)
    if page is None:
        return Extraction(capture.id, problem=ExtractError("The page is empty", todo="Check the address in a browser").sentence)
    links = selected_links(page, capture.selector or "a")
    if not links:
        what = f"Nothing on the page fits the selector {capture.selector}"
        return Extraction(capture.id, title=page.title, problem=ExtractError(what, todo="Look whether the page has changed").sentence)
    return Extraction(capture.id, title=page.title, links=tuple(links))


def selected_links(page: Page, selector: str) -> dict[str, str]:
    """The links that a CSS selector finds, with the longest text that leads to each, in page order.

    What it finds are links, hold links, or stand inside of one. Raises InputError for what is no selector.
    """
    links: dict[str, tuple[str, str]] = {}
    for found in selected(selector, page.tree):
        for element in (*found.iter("a"), *found.iterancestors("a")):
            address = page.absolute(element.get("href"))
            if address is None:
                continue
            text = plain(element.text_content()) or plain(element.get("title")) or ""
            kept = clean(address)
            known = links.setdefault(address_key(kept), (kept, text))
            links[address_key(kept)] = (known[0], max(known[1], text, key=len))
        if len(links) >= _LONGEST_LIST:
            break
    return dict(links.values())


def links_of(capture: Capture, selector: str) -> dict[str, str]:
    """What `selected_links` finds on a captured page: for trying a selector out. Raises InputError; {} for what is no page."""
    page = parsed(capture)
    return selected_links(page, selector) if page is not None else {}


def _is_front(page: Page) -> bool:
    return is_web(page.address) and urlsplit(page.address).path in ("", "/")


def _may_be_headline(written: str) -> bool:
    """False for a text as it stands on a page that is too short for a headline, however it is put in order."""
    return len(written) >= _SHORT_CHARACTERS or (len(written) >= _SHORTEST and not written.isascii())


def _is_headline(text: str) -> bool:
    return (len(text) >= _SHORT_CHARACTERS and len(text.split()) >= _SHORT_WORDS) or bool(_DENSE.search(text))
