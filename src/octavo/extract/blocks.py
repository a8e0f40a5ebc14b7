"""Markup → blocks → text: one walker for the elements of HTML and for those of trafilatura's trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
_STRUCTURE = frozenset(_KINDS) | _LINES | _CELLS | _BREAKS  # all others only hold text
_WHOLE = frozenset({BlockKind.LIST, BlockKind.TABLE})  # blocks that paragraphs within them do not part


def pieces(root: etree._Element) -> list[Piece]:
    """The blocks below an element, in order. Text outside of block elements becomes paragraphs, two line breaks part them."""
    return list(each_piece(root))


def each_piece(root: etree._Element) -> Iterator[Piece]:
    """The same, one after the other, for those who need only the first of them."""
    writer = _Writer()
    done, run = writer.pieces, writer.run
    # An iterative walk: hostile pages nest deeper than Python may recurse.
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _UNREAD or not isinstance(tag, str):
                walk.skip_subtree()
                continue
            if tag in _STRUCTURE:
                writer.enter(tag)
            text = element.text
        else:
            if tag in _STRUCTURE:
                writer.leave(tag)
            text = element.tail if element is not root else None
        if text:
            if not text.isspace():
                writer.add(text)
            elif run:
                run.append(" ")
        if done:
            yield from done
            done.clear()
    writer.flush()
    yield from done


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
        self._stack = [BlockKind.PARAGRAPH]  # kinds of the blocks that are open; the last is what is written now
        self._lines: list[str] = []
        self.run: list[str] = []  # what the line being written is made of; empty between lines
        self._cell = False

    def enter(self, tag: str) -> None:
        if tag in _KINDS:
            kind, held = _KINDS[tag], self._stack[-1]
            if held in _WHOLE:
                self._soft_end()
            elif self.run or self._lines:
                self.flush()
            self._stack.append(held if kind is BlockKind.PARAGRAPH or held in _WHOLE else kind)
        elif tag in _LINES:
            self._end_line()
        elif tag in _BREAKS:
            self._break()
        elif tag in _CELLS:
            self._cell = any(part.strip() for part in self.run)

    def leave(self, tag: str) -> None:
        if tag in _KINDS:
            if self._stack[-2] in _WHOLE:
                self._soft_end()
            elif self.run or self._lines:
                self.flush()
            self._stack.pop()
        elif tag in _LINES:
            self._end_line()

    def add(self, text: str) -> None:
        """Text that is more than blanks."""
        if self._cell:
            self.run.append(CELL_GAP)
            self._cell = False
        self.run.append(text)

    def flush(self) -> None:
        """Ends the block that is being written."""
        self._end_line()
        if self._lines:
            text = self._lines[0] if len(self._lines) == 1 else "\n".join(filter(None, self._lines))
            self.pieces.append(Piece(self._stack[-1], text))
            self._lines.clear()

    def _soft_end(self) -> None:
        # A paragraph in a cell does not end its row, one in a list item ends its line.
        if self._stack[-1] is BlockKind.TABLE:
            self.run.append(" ")
        else:
            self._end_line()

    def _end_line(self) -> None:
        self._cell = False
        line = ""
        if self.run:
            line = squeezed("".join(self.run))
            if "<" in line:  # markup that was escaped once too often would stand in the text as markup
                line = plain(line) or ""
            self.run.clear()
        if line or (self._lines and self._lines[-1]):  # an empty line only parts; a second one would say nothing
            self._lines.append(line)

    def _break(self) -> None:
        if self._stack[-1] is BlockKind.TABLE:
            self.run.append(" ")
            return
        self._end_line()
        # The second break in a row is how old pages part their paragraphs.
        if self._stack[-1] not in _WHOLE and self._lines and not self._lines[-1]:
            self.flush()
