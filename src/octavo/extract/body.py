"""The article's text on a page: its lines are judged (`page_chain`) and become blocks; in doubt a second reading is weighed against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from octavo.extract.blocks import Piece, length
from octavo.extract.dates import printed_date
from octavo.extract.page_chain import chances, doubt, taken, weights
from octavo.extract.page_features import Matrix, features
from octavo.extract.page_lines import Line, Lines, lines_of_tree
from octavo.extract.plain import fold, words
from octavo.extract.second import second_reading
from octavo.extract.several import Part
from octavo.extract.text_chain import TEXT
from octavo.extract.tidy import tidied
from octavo.model import BlockKind

_DOUBT = 0.23  # from which there is a second reading; see `page_chain.doubt`
_MOST_LINES = 3000  # of a page of which there is a second reading: of a longer one it would take too long
_MOST_ELEMENTS = 25_000  # of a page that is read a second time
_PARAGRAPHS = 0.5  # share of the second reading in paragraphs: on pages set in tables and line breaks it is the worse one
_STATED = 0.6  # share of the text in the page's JSON-LD under which that is the better text
_HEAD = 4  # lines at the beginning of a text among which headline and date are looked for
_DATE = 60  # characters that a line with nothing but a date may have
_SOME = 400  # characters of a first reading that is more than a notice
_SHARED = 0.05  # share of it that stands in the second one too, if that is of the same article
_SURE = 0.6  # chance of a line that is text beyond a toss
_TOP = 3  # rows by which a table is judged
_FOUND = 16  # characters from which a line is looked for in another text
_STEM = 5  # letters that words of one root share in most languages


@dataclass(frozen=True, slots=True)
class Body:
    """A page's lines, the numbers of those that are its article's text, and the blocks that they make."""

    page: Lines
    text: tuple[int, ...]
    pieces: list[Piece]


def body_of(
    tree: HtmlElement, headline: str | None = None, stated: str | None = None, described: str | None = None, names: Sequence[str] = ()
) -> Body:
    """The article of a page or of a part of one, without its headline; no pieces when there is none. The tree is not changed.

    `stated` is the text that the page's JSON-LD gives, if any: plain, paragraphs on lines of their own; `described` what its head says that
    it is about; `names` are lines known to stand above the text: those of the outlet, of credits.
    """
    page = lines_of_tree(tree)
    likely = _whole_tables(chances(features(page, headline, stated, described), weights()), page)
    text = taken(likely)
    if doubt(likely, [len(line.text) for line in page.lines]) >= _DOUBT and _may_be_read_again(tree, page):
        second = second_reading(tree)
        lines = _lines_in(page.lines, second)
        if _is_better(page.lines, lines, text):
            return Body(page, tuple(lines), tidied(second, headline, names))
    found = pieces_of(page, _below_head(page, text, headline))
    if stated and length(found) < _STATED * len(stated):
        found = [Piece(BlockKind.PARAGRAPH, line) for line in stated.split("\n")]
    return Body(page, tuple(text), tidied(found, headline, names))


def _may_be_read_again(tree: HtmlElement, page: Lines) -> bool:
    """False for a page that would cost a second reader too much, whose time grows with the square of the elements in one run of text; and for
    one whose paragraphs hold so little that what he finds in them would be no more than a notice."""
    paragraphs = sum(len(line.text) for line in page.lines if line.tag == "p")
    return paragraphs >= _PARAGRAPHS * _SOME and len(page.lines) <= _MOST_LINES and tree.xpath("count(.//*)") <= _MOST_ELEMENTS


def part_pieces(part: Part) -> list[Piece]:
    """The blocks of an article that was taken out of a page, without its heading and credit lines."""
    body = body_of(part.element, part.headline, names=part.lines)
    return body.pieces or pieces_of(body.page, range(len(body.page.lines)))


def _below_head(page: Lines, text: Sequence[int], headline: str | None) -> list[int]:
    """The text without the headline and the dates that stand above it in the same paragraph, parted by breaks alone."""
    own = fold(headline)
    head = [
        at
        for at in text[:_HEAD]
        if fold(page.lines[at].text) == own or (len(page.lines[at].text) < _DATE and printed_date(page.lines[at].text))
    ]
    return [at for at in text if at not in head]


def pieces_of(page: Lines, text: Sequence[int]) -> list[Piece]:
    """The blocks that lines make: items of a list, rows of a table and lines of a paragraph are one."""
    found: list[Piece] = []
    last, before = -2, None
    for at in text:
        line = page.lines[at]
        if before is not None and _goes_on(before, line, at - last == 1):
            found[-1] = Piece(line.kind, f"{found[-1].text}\n{line.text}")
        else:
            found.append(Piece(line.kind, line.text))
        last, before = at, line
    return found


def _goes_on(before: Line, line: Line, next_to: bool) -> bool:
    if before.group != line.group or before.kind is not line.kind:
        return False
    return line.kind in (BlockKind.LIST, BlockKind.TABLE) or (next_to and not line.parted and before.frame == line.frame)


def _lines_in(lines: Sequence[Line], found: Sequence[Piece]) -> list[int]:
    """The lines of the page that stand in a text."""
    joined = fold(" ".join(piece.text for piece in found))
    return [at for at, line in enumerate(lines) if len(line.text) >= _FOUND and fold(line.text) in joined]


def _is_better(lines: Sequence[Line], second: Sequence[int], first: Sequence[int]) -> bool:
    """Whether a second reading of the page is to be taken for the first one: both given as lines, where the first is in doubt.

    Not on pages that are set in tables and line breaks, and not where it is the text of something else than a first one of some length.
    """
    if _width(lines, [at for at in second if lines[at].tag == "p"]) < _PARAGRAPHS * max(_width(lines, second), 1):
        return False
    long = _width(lines, first)
    return long < _SOME or _width(lines, set(first) & set(second)) >= _SHARED * long


def _width(lines: Sequence[Line], numbers: Iterable[int]) -> int:
    return sum(len(lines[at].text) for at in numbers)


def _whole_tables(likely: Matrix, page: Lines) -> Matrix:
    """The chances with one for all rows of a table: a table of figures is text as a whole or not at all, and text where it stands in a row
    with the paragraphs of the text."""
    groups: dict[int, list[int]] = {}
    for at, line in enumerate(page.lines):
        if line.kind is BlockKind.TABLE:
            groups.setdefault(line.group, []).append(at)
    for rows in groups.values():
        before = rows[0] - 1
        beside = before >= 0 and likely[before, TEXT] >= _SURE and page.frames[page.lines[before].frame].above == _holder(page, rows[0])
        likely[rows, TEXT] = max(_SURE if beside else 0.0, float(likely[rows[:_TOP], TEXT].max()))
    return likely


def _holder(page: Lines, row: int) -> int:
    """The number of the frame that holds the table of a row."""
    number = page.lines[row].frame
    while page.frames[number].tag != "table" and page.frames[number].above >= 0:
        number = page.frames[number].above
    return page.frames[number].above


def about(found: Sequence[Piece], headline: str) -> float:
    """The share of the headline's words that stand in a text, by their first letters; 1 for a headline without any."""
    wanted = _stems(headline)
    return len(wanted & _stems(" ".join(piece.text for piece in found))) / len(wanted) if wanted else 1.0


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text) if len(word) >= _STEM - 1}
