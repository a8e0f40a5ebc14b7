"""What the page of an article shows: its text with everything marked in it, its revisions, and what else its story holds."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from octavo.compose import Differences, Line, Related, changed, differences, moment
from octavo.model import Annotation, Article, Block, BlockKind, Span
from octavo.store import Revision, Store
from octavo.web.composed import Kept
from octavo.web.contexts import Teaser, teasers


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what it is marked as: "quote", "speaker", "credited", "noted"."""

    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an article: what stands before the cited characters, they themselves, what stands after them."""

    kind: BlockKind
    before: tuple[Piece, ...]
    cited: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    passages: tuple[Passage, ...]
    legend: tuple[str, ...]  # what is marked besides the citation
    current: bool  # False: an older revision is shown
    revisions: tuple[Revision, ...]
    changes: tuple[Line, ...]  # what changed since the revision before, () for the first one; () in it: paragraphs without a change
    gone: bool  # the cited characters stand in an older revision and the newest no longer carries them
    story: Teaser | None
    others: tuple[Article, ...]  # of the same story, other outlets first
    related: tuple[Related, ...]
    problem: str | None  # why the whole text could not be had


def article(store: Store, kept: Kept, found: Article, cited: Span | None, now: datetime) -> ArticlePage:
    """The page of one revision of an article, with the characters marked that something cites."""
    revisions = store.revisions(found.id)
    newest = store.article(found.id) or found
    before = store.article(found.id, found.revision - 1) if found.revision > 1 else None
    own = store.story_of(found.id)
    others = [head for head in store.heads(own.articles).values() if head.id != found.id] if own else []
    read = store.annotations([found.id], light=True).get(found.id)
    spans = _marked(found, read if read and read.revision == found.revision else None)
    said = " ".join(found.text[slice(*cited)].split()) if cited else ""
    return ArticlePage(
        article=found,
        passages=_passages(found, spans, cited or (0, 0)),
        legend=tuple(kind for kind, those in spans.items() if those),
        current=found.revision == newest.revision,
        revisions=revisions,
        changes=_changes(differences(before, found)) if before else (),
        gone=said not in " ".join(newest.text.split()),
        story=next(iter(teasers(store, [own], now)), None) if own else None,
        others=tuple(sorted(others, key=lambda head: (head.publisher == found.publisher, moment(head)))),
        related=kept.related(store, own, now) if own else (),
        problem=store.page_problem(found.id),
    )


def _changes(found: Differences) -> tuple[Line, ...]:
    """The lines in which something changed, with one empty line for all that stand unchanged between two of them."""
    lines = [line if changed(line) else () for line in (found.headline, *found.paragraphs)]
    shown = [line for line, before in zip(lines, [None, *lines], strict=False) if line or before]
    return tuple(shown if any(shown) else ())


def _marked(found: Article, annotation: Annotation | None) -> dict[str, list[Span]]:
    """What is marked in a text → where."""
    quotes = annotation.quotes if annotation else ()
    credits = annotation.credits if annotation else ()
    return {
        "quote": [span for quote in quotes for span in quote.content],
        "speaker": [span for quote in quotes for span in quote.speaker],
        "noted": [note.span for note in found.notes if note.span],
        "credited": [span for credit in credits for span in credit.source],
    }


def _passages(found: Article, spans: Mapping[str, Sequence[Span]], cited: Span) -> tuple[Passage, ...]:
    cuts = {edge for block in found.blocks for edge in (block.start, block.end, *_within(block, cited))}
    starts, pieces = _pieces(found.text, spans, cuts)

    def between(start: int, end: int) -> tuple[Piece, ...]:
        return tuple(pieces[bisect_left(starts, start) : bisect_left(starts, end)])

    passages = []
    for block in found.blocks:
        start, end = _within(block, cited)
        passages.append(Passage(block.kind, between(block.start, start), between(start, end), between(end, block.end)))
    return tuple(passages)


def _within(block: Block, span: Span) -> Span:
    """As much of a span as lies in a block; an empty one at its edge where none does."""
    start, end = (min(max(edge, block.start), block.end) for edge in span)
    return start, end


def _pieces(text: str, spans: Mapping[str, Sequence[Span]], cuts: Collection[int]) -> tuple[list[int], list[Piece]]:
    """A text cut at `cuts` and wherever something begins or ends to be marked: where each piece begins, and the pieces."""
    turns: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)  # place → what begins (1) or ends (-1) to be marked there
    for kind, those in spans.items():
        for start, end in those:
            turns[start].append((kind, 1))
            turns[end].append((kind, -1))
    edges = sorted(turns.keys() | cuts)
    marked: Counter[str] = Counter()
    pieces = []
    for start, end in pairwise(edges):
        for kind, turn in turns.get(start, ()):
            marked[kind] += turn
        pieces.append(Piece(text[start:end], tuple(kind for kind in spans if marked[kind])))
    return edges[:-1], pieces
