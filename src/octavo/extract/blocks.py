"""Markup → blocks → text: one walker for the elements of HTML and for those of trafilatura's trees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from octavo.extract.plain import plain, squeezed
from octavo.model import Block, BlockKind

GAP = "\n\n"  # between two blocks of a text
CELL_GAP = " | "


class Piece(NamedTuple):
    """A block before it has its place in the text. Lists and tables hold one line an item or row."""

    kind: BlockKind
    text: str


_HEADINGS = dict.fromkeys(("head", "h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING)
_PLAIN = (
    "p", "div", "section", "article", "main", "header", "footer", "aside", "address", "figure", "details", "summary", "pre", "center",
    "form", "fieldset", "hr", "body", "html", "dl", "nav",
)  # fmt: skip
# What opens a block of its own. An element with a kind of its own gives it to the plain ones in it: p in blockquote is a quote.
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(_PLAIN, BlockKind.PARAGRAPH),
    **_HEADINGS,
    **dict.fromkeys(("list", "ul", "ol"), BlockKind.LIST),
    **dict.fromkeys(("quote", "blockquote"), BlockKind.QUOTE),
    "table": BlockKind.TABLE,
    "figcaption": BlockKind.CAPTION,
}
_LINES = frozenset({"item", "li", "row", "tr", "dt", "dd"})
_CELLS = frozenset({"cell", "td", "th"})
_BREAKS = frozenset({"lb", "br"})
_UNREAD = frozenset((
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas", "button", "input", "select",
    "textarea", "video", "audio", "title",
))  # fmt: skip
_WHOLE = frozenset({BlockKind.LIST, BlockKind.TABLE})  # blocks that paragraphs within them do not part


def pieces(root: etree._Element) -> list[Piece]:
    """The blocks below an element, in order. Text outside of block elements becomes paragraphs, two line breaks part them."""
    writer = _Writer()
    # An iterative walk: hostile pages nest deeper than Python may recurse.
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        tag = tag.rpartition("}")[2]
        if event == "start":
            if tag in _UNREAD or not tag:
                walk.skip_subtree()
                continue
            writer.enter(tag)
            writer.add(element.text)
        else:
            if tag not in _UNREAD and tag:
                writer.leave(tag)
            if element is not root:
                writer.add(element.tail)
    writer.flush()
    return writer.pieces


def composed(found: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The text that pieces make, parted by one blank line, and their ranges in it."""
    blocks, texts, at = [], [], 0
    for kind, text in found:
        blocks.append(Block(kind, at, at + len(text)))
        texts.append(text)
        at += len(text) + len(GAP)
    return GAP.join(texts), tuple(blocks)


def length(found: Sequence[Piece]) -> int:
    """How many characters pieces hold."""
    return sum(len(piece.text) for piece in found)


class _Writer:
    """Collects text into lines and lines into pieces, while the walk tells which elements open and close."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._stack: list[BlockKind] = []
        self._lines: list[str] = []
        self._run: list[str] = []
        self._cell = False

    def enter(self, tag: str) -> None:
        if tag in _KINDS:
            kind = _KINDS[tag]
            if self._kind() in _WHOLE:
                self._soft_end()
            else:
                self.flush()
            self._stack.append(self._kind() if kind is BlockKind.PARAGRAPH or self._kind() in _WHOLE else kind)
        elif tag in _LINES:
            self._end_line()
        elif tag in _BREAKS:
            self._break()
        elif tag in _CELLS:
            self._cell = any(part.strip() for part in self._run)

    def leave(self, tag: str) -> None:
        if tag in _KINDS:
            if len(self._stack) > 1 and self._stack[-2] in _WHOLE:
                self._soft_end()
            else:
                self.flush()
            self._stack.pop()
        elif tag in _LINES:
            self._end_line()

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self._cell and text.strip():
            self._run.append(CELL_GAP)
            self._cell = False
        self._run.append(text)

    def flush(self) -> None:
        """Ends the block that is being written."""
        self._end_line()
        text = "\n".join(line for line in self._lines if line)
        self._lines.clear()
        if text:
            self.pieces.append(Piece(self._kind(), text))

    def _kind(self) -> BlockKind:
        return self._stack[-1] if self._stack else BlockKind.PARAGRAPH

    def _soft_end(self) -> None:
        # A paragraph in a cell does not end its row, one in a list item ends its line.
        if self._kind() is BlockKind.TABLE:
            self._run.append(" ")
        else:
            self._end_line()

    def _end_line(self) -> None:
        line = squeezed("".join(self._run))
        # Markup that was escaped once too often would stand in the text as markup.
        line = (plain(line) or "") if "<" in line else line
        if line or (self._lines and self._lines[-1]):  # an empty line only parts; a second one would say nothing
            self._lines.append(line)
        self._run.clear()
        self._cell = False

    def _break(self) -> None:
        if self._kind() is BlockKind.TABLE:
            self._run.append(" ")
            return
        self._end_line()
        # The second break in a row is how old pages part their paragraphs.
        if self._kind() not in _WHOLE and self._lines and not self._lines[-1]:
            self.flush()
