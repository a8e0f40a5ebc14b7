"""The JSON forms of the records, as the commands print them (`docs/commands.md`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from octavo.compose import Disagreement, StoryView
from octavo.model import Annotation, Article, Brief, Citation, Credit, Decision, Quote, Source, Thread, Timeline

if TYPE_CHECKING:
    from octavo.cli.check import Finding
    from octavo.editions import Edition

Row = dict[str, Any]


def article_row(article: Article, id: str | None = None) -> Row:
    """An article as `octavo extract` prints it."""
    image = article.image
    return {
        "id": id or article.id,
        "url": article.url,
        "headline": article.headline,
        "text": article.text,
        "published": article.published,
        "modified": article.modified,
        "authors": list(article.authors),
        "publisher": article.publisher,
        "language": article.language,
        "image": {"url": image.url, "caption": image.caption, "credit": image.credit} if image else None,
        "section": article.section,
        "keywords": list(article.keywords),
        "dateline": article.dateline,
        "free": article.free,
        "live": article.live,
        "notes": [{"kind": note.kind.value, "text": note.text, "span": list(note.span) if note.span else None} for note in article.notes],
        "enclosures": [{"url": e.url, "media_type": e.media_type, "length": e.length} for e in article.enclosures],
        "aggregator": article.aggregator,
        "agency": article.agency,
        "signals": {
            name: {"signal": s.signal, "confidence": round(s.confidence, 3), "precision": s.precision, "estimated": s.estimated}
            for name, s in article.signals.items()
        },
    }


def quote_row(quote: Quote) -> Row:
    return {
        "speaker": [list(s) for s in quote.speaker],
        "cue": [list(s) for s in quote.cue],
        "content": [list(s) for s in quote.content],
        "kind": quote.kind.value,
        "name": quote.name,
        "office": quote.office,
        "speaker_kind": quote.speaker_kind and quote.speaker_kind.value,
    }


def credit_row(credit: Credit) -> Row:
    return {
        "source": [list(s) for s in credit.source],
        "cue": [list(s) for s in credit.cue],
        "kind": credit.kind.value,
        "name": credit.name,
    }


def evidence_row(annotation: Annotation) -> Row:
    """Quotes and credits of one article as `octavo quotes` prints them."""
    return {
        "id": annotation.article,
        "quotes": [quote_row(quote) for quote in annotation.quotes],
        "credits": [credit_row(credit) for credit in annotation.credits],
    }


def citation_row(citation: Citation) -> Row:
    return {"article": citation.article, "start": citation.start, "end": citation.end}


def brief_rows(brief: Brief) -> list[Row]:
    return [{"text": s.text, "outlets": s.outlets, **citation_row(s.citation)} for s in brief.sentences]


def timeline_row(timeline: Timeline) -> Row:
    entries = [{"date": e.date, "text": e.text, "sources": [citation_row(c) for c in e.sources]} for e in timeline.entries]
    return {"topic": timeline.topic, "timeline": entries}


def story_rows(views: Sequence[StoryView], threads: Sequence[Thread], annotations: Mapping[str, Annotation]) -> Row:
    """All that `octavo read --json` prints: stories with their articles, brief and evidence, and the threads among them."""
    headlines = {view.story.id: view.headline for view in views}
    return {
        "stories": [_story_row(view, annotations) for view in views],
        "threads": [
            {"id": thread.id, "headline": headlines.get(thread.stories[-1]), "stories": [id for id in thread.stories if id in headlines]}
            for thread in threads
        ],
    }


def _story_row(view: StoryView, annotations: Mapping[str, Annotation]) -> Row:
    evidence = [annotations[article.id] for article in view.articles if article.id in annotations]
    origin = {copy: group.origin for group in view.story.copies for copy in group.articles if copy != group.origin}
    return {
        "id": view.story.id,
        "headline": view.headline,
        "outlets": list(view.outlets),
        "first": view.first,
        "last": view.last,
        "articles": [article_row(article) | {"copy_of": origin.get(article.id)} for article in view.articles],
        "brief": brief_rows(view.brief),
        "single": view.brief.single,
        "disagreements": [_disagreement_row(found) for found in view.disagreements],
        "timeline": timeline_row(view.timeline)["timeline"],
        "quotes": [{"article": a.article, **quote_row(quote)} for a in evidence for quote in a.quotes],
        "credits": [{"article": a.article, **credit_row(credit)} for a in evidence for credit in a.credits],
    }


def _disagreement_row(found: Disagreement) -> Row:
    figures = [
        {
            "value": figure.value,
            "printed": figure.printed,
            "outlet": figure.outlet,
            "published": figure.published,
            "newest": figure.newest,
            **citation_row(figure.citation),
        }
        for figure in found.figures
    ]
    return {"thing": found.thing, "figures": figures}


def decision_row(decision: Decision) -> Row:
    """A decision of grouping, with its reasons."""
    return {
        "kind": decision.kind.value,
        "article": decision.article,
        "story": decision.story,
        "other": decision.other,
        "score": None if decision.score is None else round(decision.score, 4),
        "reasons": list(decision.reasons),
    }


def source_row(source: Source) -> Row:
    """A source with what a person said of it and how it fares. Moments are ISO 8601 in UTC."""
    return {
        "id": source.id,
        "kind": source.kind.value,
        "address": source.address,
        "title": source.title,
        "publisher": source.publisher,
        "folders": list(source.folders),
        "full_text": source.full_text.value,
        "selector": source.selector,
        "interval_seconds": source.interval_seconds,
        "paused": source.paused,
        "last_tried_at": _moment(source.last_tried_at),
        "last_success_at": _moment(source.last_success_at),
        "newest_at": _moment(source.newest_at),
        "error_count": source.error_count,
        "last_error": source.last_error,
        "last_error_at": _moment(source.last_error_at),
        "bytes_in": source.bytes_in,
        "bytes_out": source.bytes_out,
    }


def finding_row(finding: Finding) -> Row:
    """What `octavo sources check` found of one source."""
    return {
        "id": finding.source.id or None,
        "address": finding.source.address,
        "title": finding.source.title,
        "verdict": finding.verdict.value,
        "sentence": finding.sentence or None,
        "entries": finding.entries,
        "newest": _moment(finding.newest),
    }


def edition_row(edition: Edition) -> Row:
    """A starter pack with all that it offers."""
    return {
        "id": edition.id,
        "name": edition.name,
        "country": edition.country,
        "language": edition.language,
        "sources": [
            {
                "outlet": offer.outlet.id,
                "country": offer.outlet.country,
                "title": offer.title,
                "kind": offer.kind.value,
                "address": offer.address,
                "checked": offer.checked.isoformat() if offer.checked else None,
            }
            for offer in edition.offers
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
