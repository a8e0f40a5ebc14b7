"""A page's tree → its lines in reading order, each with what holds it: what later tells the article's lines from all others.

A line is what a reader sees as one: a paragraph, a headline, an item of a list, a row of a table, a run between two line breaks. A frame is an
element that opens a block; frames form a tree of their own. Only visible text is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from octavo.extract.plain import plain, squeezed
from octavo.model import BlockKind

CELL_GAP = " | "
_LAYOUT_CELL = 250  # characters in one cell that no table of figures has
_MOST_LINES = 6000  # of one page; what comes after is not read

_HEADINGS = dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING)
_PLAIN = (
    "p", "div", "section", "article", "main", "header", "footer", "aside", "address", "figure", "details", "summary", "pre", "center",
    "form", "fieldset", "hr", "body", "html", "dl", "nav", "label", "td", "th", "tbody", "thead", "tr", "li", "dt", "dd", "caption",
)  # fmt: skip
# What opens a frame. One with a kind of its own gives it to the plain ones in it: p in blockquote is a quote.
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(_PLAIN, BlockKind.PARAGRAPH),
    **_HEADINGS,
    **dict.fromkeys(("ul", "ol"), BlockKind.LIST),
    "blockquote": BlockKind.QUOTE,
    "table": BlockKind.TABLE,
    "figcaption": BlockKind.CAPTION,
}
_MARKS = frozenset(("br", "a", "b", "strong"))  # what says something of a line and opens no frame; all others only hold text
_UNREAD = frozenset((
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas", "button", "input", "select",
    "textarea", "video", "audio", "title", "dialog", "map",
))  # fmt: skip
_GIVEN = (BlockKind.LIST, BlockKind.TABLE, BlockKind.QUOTE)  # kinds that a frame gives to the plain frames in it
_WHOLE = (BlockKind.LIST, BlockKind.TABLE)  # blocks that paragraphs within them do not part

# What the names that a page gives its elements say about them. Parts of words, because every site joins them in its own way; "-" is where a
# word begins or ends.
HINTS: dict[str, str] = {
    "comment": "comment disqus respond respons reply discuss komment",
    "related": "relat recommend similar recirc outbrain taboola readmore readnext read-more read-next also suggest zergnet",
    "social": "share social follow sharing addthis tweet facebook whatsapp bookmark",
    "ad": "promo banner advert sponsor -ad- -ads- dfp adslot commercial reklam marketing",
    "call": "newsletter subscri signup sign-up donat paywall member login regist signin optin offer cta",
    "foot": "foot copyright legal disclaim colophon bottom",
    "head": "header masthead -top- sitehead site-head",
    "nav": "nav menu crumb pager paginat skip sitemap",
    "side": "sidebar aside rail widget -right- -left- -column- -col- secondary extra supplement",
    "media": "figure image photo img galler media video player slide carousel picture thumb audio podcast",
    "caption": "caption cutline legend",
    "credit": "credit attribution courtesy",
    "author": "byline author bio writer contributor reporter profile avatar autor",
    "date": "date time publish posted",
    "meta": "meta info detail kicker eyebrow overline readtime read-time",
    "tag": "-tag- -tags- topic categor keyword label taxonom taglist",
    "popular": "popular trend most latest recent ranking breaking ticker hot headlines",
    "teaser": "card tease excerpt snippet preview tile blurb",
    "list": "list feed grid item row archive loop stream",
    "title": "title headline heading -h1- -h2- -h3- -h4- -h5- -h6-",
    "lead": "summary -dec- -deck- -dek- -dekk- standfirst lead lede intro subtitle subhead sub-head description abstract strap chapeau annotation bajada",
    "article": "article story news artikel noticia",
    "body": "content body text copy prose wysiwyg inhalt main contenido corpo tresc",
    "post": "post entry single blog",
    "paragraph": "paragraph -para- -p-",
    "hidden": "hidden -hide none sr-only screenreader screen-reader visually collapse print",
    "popup": "cookie consent gdpr popup modal overlay lightbox alert notice toast privacy tooltip dropdown",
    "tool": "tool button btn icon action control search form",
    "quote": "quote pull",
    "embed": "embed instagram twitter iframe youtube",
    "contents": "-toc- table-of contentslist contents-list keypoints key-points highlights takeaway",
    "note": "correction footnote editor -note- -notes- about disclosure",
    "box": "box panel module block wrap container section",
    "poll": "poll quiz rating vote like survey review",
    "fold": "transcript faq accordion tab expand toggle",
    "shop": "product price shop buy cart affiliate store deal",
    "next": "next prev older newer continue",
}  # fmt: skip
_WORD_ENDS = " -_"
# Elements whose name says something of all that they hold.
HOLDERS = (
    "article",
    "main",
    "aside",
    "nav",
    "footer",
    "header",
    "form",
    "figure",
    "table",
    "list",
    "quote",
    "link",
    "body-property",
    "unseen",
)
_HOLDER = {name: 1 << at for at, name in enumerate(HOLDERS)}
_HOLDER_TAGS = {
    **{tag: _HOLDER[tag] for tag in ("article", "main", "aside", "nav", "footer", "header", "form", "figure", "table")},
    "ul": _HOLDER["list"], "ol": _HOLDER["list"], "dl": _HOLDER["list"], "blockquote": _HOLDER["quote"], "a": _HOLDER["link"],
}  # fmt: skip
# Attributes that say as much, with the values that do.
_HOLDER_ATTRIBUTES = {
    "itemprop": (_HOLDER["body-property"], re.compile("^articleBody")),
    "hidden": (_HOLDER["unseen"], re.compile("")),
    "aria-hidden": (_HOLDER["unseen"], re.compile(r"^true\Z")),
    "style": (_HOLDER["unseen"], re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)),
}


class Frame(NamedTuple):
    """An element that opens a block. `form` stands for how it is held: two frames of one template have the same."""

    above: int  # number of the frame that holds it; -1 for the first
    tag: str
    hints: int  # bits of HINTS, of its own names
    all_hints: int  # of its own and all above
    holders: int  # bits of HOLDERS, of itself and all above
    form: int
    depth: int


class Line(NamedTuple):
    """One line as it is read. `group` is the number of the list, table, quote or paragraph that it is a part of."""

    text: str
    kind: BlockKind
    group: int
    frame: int
    tag: str
    linked: int  # characters that are links
    links: int  # how many
    strong: int  # characters set in bold
    parted: bool  # two breaks in a row stand before it


@dataclass(slots=True)
class Lines:
    """The lines of a page, and the frames that hold them."""

    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def lines_of_tree(root: HtmlElement) -> Lines:
    """The lines below an element, in order."""
    reader = _Reader()
    lines, run = reader.found.lines, reader.run
    # An iterative walk: hostile pages nest deeper than Python may recurse.
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            if tag in _UNREAD:
                walk.skip_subtree()
                continue
            if tag in _KINDS:
                reader.open(tag, element)
            elif tag in _MARKS:
                reader.mark(tag, 1)
            text = element.text
        else:
            if tag in _KINDS:
                reader.close(tag)
            elif tag in _MARKS:
                reader.mark(tag, -1)
            text = element.tail if element is not root else None
        if text and (run or not text.isspace()):
            reader.add(text)
        if len(lines) >= _MOST_LINES:
            break
    reader.end()
    return reader.found


@lru_cache(maxsize=4096)
def hints_of(names: str) -> int:
    """The bits of HINTS that an element's names (class, id) bear."""
    hints = 0
    for word in names.lower().split():
        hints |= _hints_of_word(word)
    return hints


@lru_cache(maxsize=16384)  # templates have names of few words, which every site uses; only what numbers an element is new
def _hints_of_word(word: str) -> int:
    word = f" {word} "
    parts = _parts()
    hints = 0
    for at in [at for at, pair in enumerate(pairwise(word)) if pair in parts]:
        for part, bit in parts[word[at], word[at + 1]]:
            if word.startswith(part, at):
                hints |= bit
    return hints


@lru_cache
def _parts() -> dict[tuple[str, str], list[tuple[str, int]]]:
    """The parts of words of HINTS with their bits, by their first two characters."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for at, written in enumerate(HINTS.values()):
        for part in written.split():
            for begin in _WORD_ENDS if part[0] == "-" else part[0]:
                for end in _WORD_ENDS if part[-1] == "-" else part[-1]:
                    found.setdefault((begin, part[1]), []).append((begin + part[1:-1] + end, 1 << at))
    return found


class _Reader:
    """Collects text into lines, while the walk tells which elements open and close."""

    def __init__(self) -> None:
        self.found = Lines()
        self.run: list[str] = []  # what the line being written is made of; empty between lines
        self._stack: list[tuple[int, BlockKind, int]] = []  # frame, kind, group
        self._linked = self._links = self._strong = 0
        self._in_link = self._in_strong = 0
        self._cell = self._parted = False
        self._breaks = 0
        self._groups = 0

    def mark(self, tag: str, step: int) -> None:
        """A link, bold type or break begins (1) or ends (-1)."""
        if tag == "a":
            self._in_link += step
            self._links += step > 0
        elif tag != "br":
            self._in_strong += step
        elif step > 0:
            self._break()

    def close(self, tag: str) -> None:
        """A frame ends."""
        if self.run:
            if self._stack[-1][1] is BlockKind.TABLE and tag not in ("tr", "table"):
                self.run.append(" ")
            else:
                self.end()
        self._stack.pop()

    def add(self, text: str) -> None:
        """Text is read; blanks alone only within a line."""
        if text.isspace():
            self.run.append(" ")
            return
        if self._cell:
            self.run.append(CELL_GAP)
            self._cell = False
        self.run.append(text)
        if self._in_link:
            self._linked += len(text)
        if self._in_strong:
            self._strong += len(text)
        self._breaks = 0

    def end(self) -> None:
        """Ends the line that is being written, if any."""
        if not self.run:
            return
        text = squeezed("".join(self.run))
        if "<" in text:  # markup that was escaped once too often would stand in the text as markup
            text = plain(text) or ""
        if text and self._stack:
            frame, kind, group = self._stack[-1]
            tag, most = self.found.frames[frame].tag, len(text)
            linked, strong = min(self._linked, most), min(self._strong, most)
            self.found.lines.append(Line(text, kind, group, frame, tag, linked, self._links, strong, self._parted))
            self._parted = False
            self._links = self._in_link
        self.run.clear()
        self._linked = self._strong = 0
        self._cell = False

    def open(self, tag: str, element: HtmlElement) -> None:
        """A frame begins."""
        above, kind, group = self._stack[-1] if self._stack else (-1, BlockKind.PARAGRAPH, 0)
        if self.run:
            if kind is BlockKind.TABLE and tag not in ("tr", "table"):
                self._cell = self._cell or (tag in ("td", "th") and any(not part.isspace() for part in self.run))
            else:
                self.end()
        own = _KINDS[tag]
        if tag == "table" and _is_layout(element):
            own = BlockKind.PARAGRAPH
            kind = BlockKind.PARAGRAPH
        if own is BlockKind.PARAGRAPH or (kind in _GIVEN and own is not BlockKind.TABLE and own is not BlockKind.HEADING):
            own = kind
        if own not in _WHOLE or own is not kind:
            self._groups += 1
            group = self._groups
        frames = self.found.frames
        frames.append(_framed(tag, element, above, frames[above] if above >= 0 else None, self._in_link > 0))
        self._stack.append((len(frames) - 1, own, group))
        self._breaks = 0
        self._parted = False

    def _break(self) -> None:
        if self._stack and self._stack[-1][1] is BlockKind.TABLE:  # in a row of a table of figures
            if self.run:
                self.run.append(" ")
            return
        self.end()
        self._breaks += 1
        # The second break in a row is how old pages part their paragraphs.
        self._parted = self._parted or self._breaks > 1


def _framed(tag: str, element: HtmlElement, above: int, parent: Frame | None, linked: bool) -> Frame:
    """The frame of an element in the frame `parent`, whose number is `above`."""
    template, id = None, ""
    holders = _HOLDER_TAGS.get(tag, 0)
    for name, value in element.items():
        if name == "class":
            template = value
        elif name == "id":
            id = value
        elif name in _HOLDER_ATTRIBUTES and _HOLDER_ATTRIBUTES[name][1].search(value):
            holders |= _HOLDER_ATTRIBUTES[name][0]
    hints = hints_of(f"{template or ''} {id}") if template or id else 0
    if linked:
        holders |= _HOLDER["link"]
    if parent is None:
        return Frame(-1, tag, hints, hints, holders, hash(tag), 0)
    form = hash((parent.form, tag, template))
    return Frame(above, tag, hints, hints | parent.all_hints, holders | parent.holders, form, parent.depth + 1)


def _is_layout(table: etree._Element) -> bool:
    """True for a table that only places things: it holds a table, or a cell with a text in it."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    return any(sum(len(text) for text in cell.itertext()) >= _LAYOUT_CELL for cell in table.iter("td"))
