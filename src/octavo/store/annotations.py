"""Annotations: one a revision of an article, with its quotes and credits as rows of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, select

from octavo.model import Annotation, Credit, CreditKind, Quote, QuoteKind, Spans, SpeakerKind
from octavo.store.changes import note
from octavo.store.columns import among
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.tables import article_annotations, articles, credits, quotes

_LIGHT = ("article", "revision", "version", "language", "names", "sentences")
_HEAVY = ("vector", "fingerprint", "search_text")
_QUOTE = tuple(quotes.c[name] for name in ("article", "revision", "kind", "name", "speaker", "cue", "content", "office", "speaker_kind"))
_CREDIT = tuple(credits.c[name] for name in ("article", "revision", "kind", "name", "source", "cue", "sentence_start", "sentence_end"))
_REVISIONS = select(articles.c.id, articles.c.revision).where(among(articles.c.id))


class Annotations(Part):
    """What a machine read out of articles."""

    def add_annotations(self, made: Sequence[Annotation]) -> None:
        """Store annotations in one transaction; each takes the place of an earlier one of the same revision.

        Raises StoreError when there is no such revision.
        """
        by_revision = {(annotation.article, annotation.revision): annotation for annotation in made}
        if not by_revision:
            return
        of_revision = (
            article_annotations.c.article == bindparam("old_article"),
            article_annotations.c.revision == bindparam("old_revision"),
        )
        with self.database.writing("annotations") as connection:
            connection.execute(
                delete(article_annotations).where(*of_revision),
                [{"old_article": id, "old_revision": revision} for id, revision in by_revision],
            )
            connection.execute(insert(article_annotations), [_row(annotation) for annotation in by_revision.values()])
            _insert(connection, quotes, [row for annotation in by_revision.values() for row in _quote_rows(annotation)])
            _insert(connection, credits, [row for annotation in by_revision.values() for row in _credit_rows(annotation)])
            note(connection, "annotation", "new", [id for id, _ in by_revision])

    def annotations(self, ids: Sequence[str], *, light: bool = False) -> dict[str, Annotation]:
        """The annotations of the current revisions of these articles, in the order of `ids`; those without one are left out.

        `light` ones come without vector, fingerprint and search text: all that pages need.
        """
        with self.database.reading() as connection:
            current = dict(connection.execute(_REVISIONS, {"ids": ids}).all())
            return of_revisions(connection, {id: current[id] for id in ids if id in current}, light=light)


def of_revisions(connection: Connection, revisions: Mapping[str, int], *, light: bool = False) -> dict[str, Annotation]:
    """Article id → annotation of that revision of it, in the order given; those that have none are left out."""
    columns = [article_annotations.c[name] for name in (_LIGHT if light else _LIGHT + _HEAVY)]
    found = {}
    for chunk in chunks(revisions):
        wanted = {id: revisions[id] for id in chunk}
        said, credited = defaultdict[str, list[Quote]](list), defaultdict[str, list[Credit]](list)
        for row in _rows(connection, _QUOTE, quotes, wanted, quotes.c.ordinal):
            said[row.article].append(_quote(row))
        for row in _rows(connection, _CREDIT, credits, wanted, credits.c.ordinal):
            credited[row.article].append(_credit(row))
        for row in _rows(connection, columns, article_annotations, wanted):
            found[row.article] = _annotation(row, said[row.article], credited[row.article])
    return {id: found[id] for id in revisions if id in found}


def _rows(
    connection: Connection, columns: Sequence[Column[Any]], table: Table, revisions: Mapping[str, int], *order: Column[Any]
) -> Iterator[AnyRow]:
    # SQLite uses no index for a list of pairs, so a few rows too many are read and left out here.
    query = select(*columns).where(among(table.c.article, list(revisions)), table.c.revision.in_(set(revisions.values())))
    return (row for row in connection.execute(query.order_by(*order)) if row.revision == revisions[row.article])


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _row(annotation: Annotation) -> dict[str, Any]:
    return {field: getattr(annotation, field) for field in _LIGHT + _HEAVY}


def _keys(annotation: Annotation, ordinal: int) -> dict[str, Any]:
    return {"article": annotation.article, "revision": annotation.revision, "version": annotation.version, "ordinal": ordinal}


def _quote_rows(annotation: Annotation) -> Iterator[dict[str, Any]]:
    for ordinal, quote in enumerate(annotation.quotes):
        spans = {"speaker": quote.speaker, "cue": quote.cue, "content": quote.content}
        of_speaker = {"name": quote.name, "office": quote.office, "speaker_kind": quote.speaker_kind and quote.speaker_kind.value}
        yield _keys(annotation, ordinal) | spans | of_speaker | {"kind": quote.kind.value}


def _credit_rows(annotation: Annotation) -> Iterator[dict[str, Any]]:
    for ordinal, credit in enumerate(annotation.credits):
        spans = {"source": credit.source, "cue": credit.cue}
        sentence = {"sentence_start": credit.sentence[0], "sentence_end": credit.sentence[1]}
        yield _keys(annotation, ordinal) | spans | sentence | {"kind": credit.kind.value, "name": credit.name}


def _annotation(row: AnyRow, said: Sequence[Quote], credited: Sequence[Credit]) -> Annotation:
    values = dict(row._mapping) | {"names": tuple(row.names), "sentences": _spans(row.sentences)}
    return Annotation(**values, quotes=tuple(said), credits=tuple(credited))


def _quote(row: AnyRow) -> Quote:
    kind = SpeakerKind(row.speaker_kind) if row.speaker_kind else None
    return Quote(_spans(row.content), QuoteKind(row.kind), _spans(row.speaker), _spans(row.cue), row.name, row.office, kind)


def _credit(row: AnyRow) -> Credit:
    return Credit(_spans(row.source), CreditKind(row.kind), _spans(row.cue), row.name, (row.sentence_start, row.sentence_end))


def _spans(pairs: Sequence[Sequence[int]]) -> Spans:
    return tuple((start, end) for start, end in pairs)
