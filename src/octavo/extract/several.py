"""Pages that carry several whole articles: the ones below or beside the main one, told by their structure.

An appended article begins with a heading of its own, under which a short line says who published it or when, and then prose
follows. That is what sets it apart from a section of the main article (no such line) and from a teaser (no prose).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile, islice, takewhile

from lxml.html import HtmlElement

from octavo.extract.blocks import each_piece
from octavo.extract.dates import printed_date, relative_date
from octavo.extract.plain import fold, plain, squeezed, words
from octavo.model import BlockKind

_HEADINGS = ("h1", "h2", "h3", "h4")
_LINE = 80  # characters from which a run of text is prose
_PROSE = 250  # characters of prose that make an article
_PARAGRAPHS = 2  # of prose; a teaser has one
_CREDIT_LINES = 4  # short texts under the heading among which publisher and date stand; a standfirst may be one of them
_HEADLINE_WORDS, _HEADLINE = 3, 12  # a headline has that many words or, without blanks between words, characters
_STANDFIRST = 200  # characters
_MOST = 20  # parts; a page with more is a list or a live report
_NOT_ARTICLES = re.compile(
    r"(?:^|\s)(?:[\w-]*comments?|comment[-_]?list|commentlist|replies|respond|sidebar|newsletter|cookie[\w-]*|consent[\w-]*)(?=\s|$)",
    re.IGNORECASE,
)
_INLINE = frozenset({"b", "i", "em", "strong", "span", "u"})
_HOST = re.compile(r"(?:^|[\s·|•(])((?:[a-z0-9-]+\.)+[a-z]{2,})(?=$|[\s·|•,)])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """An article beside the main one: its elements apart from heading and credit lines, and what those say."""

    element: HtmlElement
    headline: str
    address: str | None  # where the heading links to, as written
    lines: tuple[str, ...]  # what stands between heading and prose

    @property
    def host(self) -> str | None:
        """The host that the credit lines name, if any."""
        return next((match[1].lower() for line in self.lines if (match := _HOST.search(line))), None)


def taken_apart(tree: HtmlElement, headline: str | None, captured_at: datetime, language: str | None = None) -> list[Part]:
    """The other articles of a page, in page order, taken out of the tree. `headline` is the main article's; `language`
    is that of the page, for its dates."""
    own = fold(headline)
    chosen: dict[HtmlElement, HtmlElement] = {}
    prose: dict[HtmlElement, tuple[int, int]] | None = None  # of many pages it is not needed
    for heading in tree.iter(*_HEADINGS):
        folded = fold(heading.text_content())
        if (
            (len(words(folded)) < _HEADLINE_WORDS and len(folded) < _HEADLINE)
            or folded == own
            or any(above in chosen for above in heading.iterancestors())
        ):
            continue
        for above in _begun(heading):
            if prose is None:
                prose = _prose(tree)
            characters, runs = prose.get(above, (0, 0))
            if characters >= _PROSE and runs >= _PARAGRAPHS:
                if not _holds(above, own) and _is_article(above, heading, runs, captured_at, language):
                    chosen[above] = heading
                break
    # What would leave nothing of the main article is the main article.
    if not prose or len(chosen) > _MOST or prose[tree][0] - sum(prose[container][0] for container in chosen) < _PROSE:
        return []
    return [_part(container, heading) for container, heading in chosen.items()]


def _prose(tree: HtmlElement) -> dict[HtmlElement, tuple[int, int]]:
    """For every element the characters and the runs of prose in it, links left out."""
    sums: dict[HtmlElement, tuple[int, int]] = {}
    for element in tree.iter("p", "div", "td", "section", "article", "blockquote", "li", "main", "body"):
        weight = len(element.text.strip()) if element.text else 0
        for child in element:
            if tail := child.tail:
                weight += len(tail.strip())
            if element.tag == "p" and child.tag in _INLINE:
                weight += len(child.text_content().strip())
        if weight >= _LINE:
            above: HtmlElement | None = element
            while above is not None:
                characters, count = sums.get(above, (0, 0))
                sums[above] = characters + weight, count + 1
                above = above.getparent()
    return sums


def _begun(heading: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that the heading begins and that may hold an article's worth of text, the smallest first."""
    element = heading
    while True:
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "main") or (parent.text or "").strip():
            return
        if any((before.tail or "").strip() or plain(before.text_content()) for before in element.itersiblings(preceding=True)):
            return
        element = parent
        if len(element.text_content()) >= _PROSE:
            yield element


def _holds(container: HtmlElement, headline: str) -> bool:
    return bool(headline) and any(fold(heading.text_content()) == headline for heading in container.iter(*_HEADINGS))


def _is_article(container: HtmlElement, heading: HtmlElement, paragraphs: int, captured_at: datetime, language: str | None) -> bool:
    for element in (container, *container.iterancestors()):
        if element.tag == "body":
            break
        if element.tag in ("aside", "nav", "footer", "form") or _NOT_ARTICLES.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        ):
            return False
    # Headlines that lead elsewhere make a list of teasers.
    teasers = [
        h
        for h in container.iter(*_HEADINGS)
        if h is not heading and (next(h.iter("a"), None) is not None or next(h.iterancestors("a"), None) is not None)
    ]
    lines = _credit_lines(container, heading)
    links = {fold(link.text_content()) for link in container.iter("a")}
    if 2 * len(teasers) >= paragraphs or any(fold(line) in links and len(words(line)) >= _HEADLINE_WORDS for line in lines):
        return False
    return any(printed_date(line, language) or relative_date(line, captured_at, language) for line in lines)


def _credit_lines(container: HtmlElement, heading: HtmlElement) -> list[str]:
    """The short texts between the heading and the first prose or the next heading."""
    own = fold(heading.text_content())
    found = islice(dropwhile(lambda piece: fold(piece.text) != own, each_piece(container)), 1, 1 + _CREDIT_LINES)
    short = takewhile(lambda piece: len(piece.text) < _STANDFIRST and piece.kind in (BlockKind.PARAGRAPH, BlockKind.LIST), found)
    return [line for piece in short for line in piece.text.split("\n")]


def _part(container: HtmlElement, heading: HtmlElement) -> Part:
    lines = [line for line in _credit_lines(container, heading) if len(line) < _LINE]  # a standfirst among them is text
    link = next((a for a in (*heading.iter("a"), *heading.iterancestors("a")) if a.get("href")), None)
    container.drop_tree()
    return Part(container, squeezed(heading.text_content()), link.get("href") if link is not None else None, tuple(lines))
