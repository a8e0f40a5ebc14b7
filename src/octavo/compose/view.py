"""All that a person reads about one story, gathered in one record for the page, the terminal and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from octavo.compose.brief import brief
from octavo.compose.first_reports import FirstReports, first_reports
from octavo.compose.headline import headline
from octavo.compose.numbers import Disagreement, disagreements
from octavo.compose.provenance import Provenance, provenance
from octavo.compose.timeline import timeline
from octavo.compose.voices import Acknowledgement, Voice, by_time, credited, independent, quoted
from octavo.model import Annotation, Article, Brief, Story, Timeline

DATES = 8  # a story page's timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What takes time to find out about a story, because its texts are read for it. It names articles by their ids alone, so it can be kept."""

    headline: str | None
    brief: Brief
    disagreements: tuple[Disagreement, ...]
    timeline: Timeline
    voices: tuple[Voice, ...]
    credits: tuple[Acknowledgement, ...]
    provenance: Provenance
    reports: FirstReports


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView(Findings):
    """A story as it is read. `articles` in order of time, undated ones last; `first` and `last` as printed, None when no date is known."""

    story: Story
    articles: tuple[Article, ...]
    independent: tuple[Article, ...]
    outlets: tuple[str, ...]  # in order of first report
    first: str | None
    last: str | None


def story_view(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], language: str | None = None, sentences: int = 5
) -> StoryView:
    """Compose a story from its articles with their texts; those that are not in `articles` are left out."""
    return as_read(story, articles, findings(story, articles, annotations, language, sentences))


def findings(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], language: str | None = None, sentences: int = 5
) -> Findings:
    """As `story_view`, what the texts are read for."""
    ordered = by_time(articles)
    return Findings(
        headline=headline(story, ordered, annotations, language),
        brief=brief(story, ordered, annotations, sentences, language),
        disagreements=disagreements(ordered, annotations),
        timeline=timeline(story.id, ordered, annotations, DATES),
        voices=quoted(ordered, annotations),
        credits=credited(ordered, annotations),
        provenance=provenance(story, ordered, annotations),
        reports=first_reports(story, ordered, annotations),
    )


def as_read(story: Story, articles: Sequence[Article], found: Findings) -> StoryView:
    """A story as it is read, of what was found out about just these articles of it."""
    ordered = by_time(articles)
    dates = [article.published for article in ordered if article.published]
    kept: dict[str, Any] = {field.name: getattr(found, field.name) for field in fields(Findings)}
    return StoryView(
        **kept | {"headline": story.headline or found.headline},
        story=story,
        articles=ordered,
        independent=independent(story, ordered),
        outlets=tuple(dict.fromkeys(article.publisher for article in ordered if article.publisher)),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
    )
