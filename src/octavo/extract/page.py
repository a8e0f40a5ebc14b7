"""An HTML capture, parsed once: its tree, its meta tags, its JSON-LD, and how its addresses are to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from octavo.extract import jsonld
from octavo.extract.address import is_web
from octavo.extract.decode import decoded
from octavo.extract.plain import plain
from octavo.model import Capture

_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)  # the parser of lxml.html asks Python for the class of every element
# What no tree of lxml may hold.
_CONTROLS = bytes((*range(9), 0x0B, *range(0x0E, 0x20)))
_NO_CHARACTERS = ("\ufffe", "\uffff")
_PAGE_FEED = bytes.maketrans(b"\f", b" ")


@dataclass(frozen=True)
class Page:
    """What the readers of metadata look at. `metas` maps lower-case names to their contents in page order."""

    tree: HtmlElement
    address: str  # of the capture
    captured_at: datetime
    dated: bool
    metas: Mapping[str, tuple[str, ...]]
    elements: tuple[HtmlElement, ...]  # in page order; held, because lxml makes each one anew for every walk as long as nobody holds it

    @cached_property
    def nodes(self) -> tuple[jsonld.Node, ...]:
        return jsonld.nodes(self.tree)

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the page's main article; {} without one."""
        titles = (*self.values("og:title", "twitter:title"), *self.h1s, self.title or "")
        return jsonld.article_node(self.nodes, [a for a in (self.address, self.link("canonical"), *self.values("og:url")) if a], titles)

    @cached_property
    def marked(self) -> tuple[tuple[HtmlElement, frozenset[str]], ...]:
        """The elements that microdata names, apart from meta tags, in page order, with these names."""
        return tuple((e, frozenset(e.get("itemprop").split())) for e in self.tree.iterfind(".//*[@itemprop]") if e.tag != "meta")

    @cached_property
    def title(self) -> str | None:
        """The `title` element, with the outlet's name still in it. Only the head's: pictures (SVG) have titles too."""
        return next(
            (plain(element.text_content()) for element in self.tree.iter("title") if _parent_tag(element) in ("head", "html", "body")), None
        )

    @cached_property
    def h1s(self) -> tuple[str, ...]:
        """The texts of the page's first-level headlines, in page order."""
        return tuple(text for element in self.tree.iter("h1") if (text := plain(element.text_content())))

    @cached_property
    def base(self) -> str:
        """What relative addresses start from."""
        element = next(self.tree.iter("base"), None)
        return urljoin(self.address, (element.get("href") or "").strip()) if element is not None else self.address

    def values(self, *names: str) -> tuple[str, ...]:
        """The contents of the meta tags of these names, in the order of the names."""
        return tuple(value for name in names for value in self.metas.get(name, ()))

    def absolute(self, address: object) -> str | None:
        """An address on the page as an absolute http(s) address; None for anything else (javascript:, data: ...)."""
        if not isinstance(address, str) or not address.strip():
            return None
        try:
            whole = urljoin(self.base, address.strip())
        except ValueError:
            return None
        return whole if is_web(whole) else None

    def link(self, relation: str) -> str | None:
        """The first absolute address of a `link` element with this relation."""
        return next(
            (
                found
                for element in self.tree.iter("link")
                if relation in (element.get("rel") or "").lower().split() and (found := self.absolute(element.get("href")))
            ),
            None,
        )


def parsed(capture: Capture) -> Page | None:
    """The page of a capture, or None when there is not one element in it."""
    # UTF-8 is handed on and named, because lxml would believe a declaration in the page over the characters it is given.
    text = decoded(capture.body, capture.charset)
    for sign in _NO_CHARACTERS:
        text = text.replace(sign, "")
    body = text.encode("utf-8", "replace").translate(_PAGE_FEED, _CONTROLS)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := (element.get("content") or element.get("value") or "").strip():
            metas.setdefault(name.strip().lower(), []).append(content)
    held = tuple(tree.iter())
    return Page(tree, capture.address, capture.captured_at, capture.dated, {name: tuple(values) for name, values in metas.items()}, held)


def around(element: HtmlElement | None, levels: int) -> Iterator[tuple[int, HtmlElement]]:
    """The elements around one, with the level (from 1) of the ancestor that holds them: the nearest level first, in page order."""
    seen: set[HtmlElement] = set()
    for level in range(1, levels + 1):
        element = element.getparent() if element is not None else None
        if element is None or element.tag in ("body", "html"):
            return
        for inner in element.iter():
            if inner not in seen and isinstance(inner.tag, str):
                seen.add(inner)
                yield level, inner


def _parent_tag(element: etree._Element) -> str | None:
    parent = element.getparent()
    return parent.tag if parent is not None and isinstance(parent.tag, str) else None
