"""All that a person reads about one story, gathered in one record for the page, the terminal and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from octavo.compose.brief import brief
from octavo.compose.first_reports import FirstReports, first_reports
from octavo.compose.headline import headline
from octavo.compose.numbers import Disagreement, disagreements
from octavo.compose.provenance import Provenance, provenance
from octavo.compose.timeline import timeline
from octavo.compose.voices import Acknowledgement, Voice, by_time, credited, independent, quoted
from octavo.model import Annotation, Article, Brief, Story, Timeline

DATES = 8  # a story page's timeline


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as it is read. `articles` in order of time, undated ones last; `first` and `last` as printed, None when no date is known."""

    story: Story
    headline: str | None
    articles: tuple[Article, ...]
    independent: tuple[Article, ...]
    outlets: tuple[str, ...]  # in order of first report
    first: str | None
    last: str | None
    brief: Brief
    disagreements: tuple[Disagreement, ...]
    timeline: Timeline
    voices: tuple[Voice, ...]
    credits: tuple[Acknowledgement, ...]
    provenance: Provenance
    reports: FirstReports


def story_view(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], language: str | None = None, sentences: int = 5
) -> StoryView:
    """Compose a story from its articles with their texts; those that are not in `articles` are left out."""
    ordered = by_time(articles)
    dates = [article.published for article in ordered if article.published]
    return StoryView(
        story=story,
        headline=story.headline or headline(story, ordered, annotations, language),
        articles=ordered,
        independent=independent(story, ordered),
        outlets=tuple(dict.fromkeys(article.publisher for article in ordered if article.publisher)),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        brief=brief(story, ordered, annotations, sentences, language),
        disagreements=disagreements(ordered, annotations),
        timeline=timeline(story.id, ordered, annotations, DATES),
        voices=quoted(ordered, annotations),
        credits=credited(ordered, annotations),
        provenance=provenance(story, ordered, annotations),
        reports=first_reports(story, ordered, annotations),
    )
