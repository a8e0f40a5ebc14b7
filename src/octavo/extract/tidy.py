"""The blocks that an extractor found → those that are the article: without repeated headline, credit lines, teasers and calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from octavo.extract.blocks import Piece
from octavo.extract.dates import printed_date
from octavo.extract.picture import captioned
from octavo.extract.plain import fold, width
from octavo.extract.text_lines import Line, lines_of
from octavo.model import BlockKind

_LINE = 80  # characters from which a paragraph counts as prose
_SHORT = 100  # letters (see `width`) up to which a block can be something else than prose
_LABEL = 20  # Latin letters' width that the name of a section may have, in three words
_TOP = 3  # blocks among which a headline above the text is repeated
_HEAD = 4  # blocks among which a picture's caption stands above the text
_CAPTION = 300  # characters
_BESIDE_TEASER = 60  # characters that stand beside a headline that leads elsewhere: its outlet and time
_REPEATED_RUN = 3  # paragraphs in a row that stand there twice are the page's fault, not the author's
_DOUBLED = 0.3  # share of the paragraphs that such runs make
_AFTER = frozenset({"call", "heading", "ad", "legal", "comment"})  # signs of what stands below an article


def tidied(found: Sequence[Piece], headline: str | None = None, lines: Sequence[str] = ()) -> list[Piece]:
    """Pieces without headline and credit lines above the text, without what stands there twice, and without calls and headings below it.

    `lines` are what is known to stand above it: credit lines, names of the outlet. A picture's caption above the text stays, as one.
    """
    opening = {folded for line in (headline or "", *lines) if (folded := fold(line))}
    doubled, seen = _doubled(found), set[str]()
    prose = [at for at, piece in enumerate(found) if width(piece.text) >= _SHORT]
    first, last = (prose[0], prose[-1]) if prose else (0, len(found))
    kept: list[Piece] = []
    for at, piece in enumerate(found):
        folded = fold(piece.text)
        if not folded or (at < max(_TOP, first) and _repeats(piece, opening)) or (folded in doubled and folded in seen):
            continue
        if _is_other(piece, at < first, at > last):
            continue
        seen.add(folded)
        kept.append(Piece(BlockKind.CAPTION, piece.text) if at < _HEAD and at <= first and _is_caption(piece) else piece)
    while kept and kept[-1].kind is BlockKind.HEADING:
        kept.pop()
    return kept


def without_teasers(found: Sequence[Piece], links: Iterable[str]) -> list[Piece]:
    """Pieces without those that hold nothing but texts that lead to other articles of the site, with outlet and time at most."""
    teasers = {fold(text) for text in links}

    def is_teaser(piece: Piece) -> bool:
        rest = [line for line in piece.text.split("\n") if fold(line) not in teasers]
        return len(rest) < piece.text.count("\n") + 1 and sum(map(len, rest)) < _BESIDE_TEASER

    return [piece for piece in found if piece.kind is BlockKind.HEADING or not is_teaser(piece)]


def _repeats(piece: Piece, opening: Collection[str]) -> bool:
    """True for the headline, a credit line or the outlet's name again, with a date, a byline or a slogan at most."""
    folded, first = fold(piece.text), fold(piece.text.partition("\n")[0])
    if folded in opening or (first in opening and width(piece.text) < _SHORT):
        return True
    return any(
        folded.startswith(line + " ") and len(line) > _BESIDE_TEASER // 2 and len(folded) < len(line) + _BESIDE_TEASER for line in opening
    )


def _is_other(piece: Piece, above: bool, below: bool) -> bool:
    """True for a short block that shows itself to be none of the text: a date or a label above it, a call below it."""
    line = _line(piece.text) if len(piece.text) < _SHORT and width(piece.text) < _SHORT else None
    if line is None:
        return False
    if "heading" in line.opens or (below and line.signs & _AFTER):
        return True
    if not above or piece.kind is BlockKind.HEADING:
        return False
    dated = bool(printed_date(line.text) or line.signs & {"time", "byline"})
    return dated or (line.width < _LABEL and len(line.text.split()) <= 3)


def _is_caption(piece: Piece) -> bool:
    line = _line(piece.text) if len(piece.text) < _CAPTION else None
    return line is not None and "photo" in line.signs and captioned(piece.text)[1] is not None


def _line(text: str) -> Line | None:
    return next(iter(lines_of(text.replace("\n", " "))), None)


def _doubled(found: Sequence[Piece]) -> set[str]:
    """The paragraphs of runs that stand there twice: once for each width of screen, or once more behind a fold."""
    folded = [fold(piece.text) for piece in found if piece.kind is BlockKind.PARAGRAPH and len(piece.text) >= _LINE]
    seen: set[tuple[str, ...]] = set()
    doubled: set[str] = set()
    for at in range(len(folded) - _REPEATED_RUN + 1):
        run = tuple(folded[at : at + _REPEATED_RUN])
        if run in seen:
            doubled.update(run)
        seen.add(run)
    twice = sum(len(text) for text in folded if text in doubled)
    return doubled if twice >= _DOUBLED * sum(len(text) for text in folded) else set()
