"""Stories as a page of text: how `octavo read` and `octavo demo` print them in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from octavo.cli.lines import plain
from octavo.compose import StoryView, Voice
from octavo.model import Article, Placement, Thread

WIDEST = 110  # longer lines tire the eye
VOICES = 6


def print_stories(views: Sequence[StoryView], threads: Sequence[Thread], places: Mapping[str, Placement]) -> None:
    """Print stories in the order given: headline, outlets, span of time, brief with its sources, who is quoted, who is credited."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDEST) if console.is_terminal else WIDEST
    for number, view in enumerate(views, 1):
        _print_story(console, number, view, places.get(view.story.id))
    headlines = {view.story.id: (number, view) for number, view in enumerate(views, 1)}
    for thread in threads:
        _line(console, "", "The story so far", "bold")
        for number, view in (headlines[story] for story in thread.stories if story in headlines):
            _line(console, "→", f"{number}. {view.headline or '(no headline)'} ({_span(view)})")
        console.print()


def _print_story(console: Console, number: int, view: StoryView, place: Placement | None) -> None:
    _line(console, f"{number}.", view.headline or "(no headline)", "bold")
    _line(console, "", f"{', '.join(view.outlets) or 'outlet unknown'} · {_span(view)}", "italic")
    marks = {article.id: str(mark) for mark, article in enumerate(view.articles, 1)}
    for sentence in view.brief.sentences:
        _line(console, "•", f"{' '.join(sentence.text.split())} [{marks[sentence.citation.article]}]")
    for article in view.articles:
        _line(console, f"[{marks[article.id]}]", _source(article), "dim")
    if quoted := [_said(voice) for voice in view.voices[:VOICES]]:
        _line(console, "", "Quoted: " + "; ".join(quoted))
    if credited := [credit.name or "unnamed sources" for credit in view.credits]:
        _line(console, "", "Credited: " + ", ".join(dict.fromkeys(credited)))
    if place:
        _line(console, "", "Stands here for: " + ", ".join(place.reasons), "dim")
    console.print()


def _line(console: Console, mark: str, text: str, style: str = "") -> None:
    """One paragraph with its mark in the margin, wrapped by the width that its characters really take."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=4, justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark), Text(plain(text), style))
    console.print(grid)


def day(article: Article) -> str:
    """An article's day for people: as printed, marked where it was worked out, said to be unknown where it is."""
    if not article.published:
        return "date unknown"
    signal = article.signals.get("published")
    return article.published[:10] + (" (estimated)" if signal and signal.estimated else "")


def _span(view: StoryView) -> str:
    days = list(dict.fromkeys(day(article) for article in view.articles if article.published))
    if not days:
        return "date unknown"
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _source(article: Article) -> str:
    parts = (
        article.publisher or "outlet unknown",
        f"via {article.aggregator}" if article.aggregator else None,
        day(article),
        article.headline,
    )
    return " · ".join(part for part in parts if part)


def _said(voice: Voice) -> str:
    said = voice.statements[0].text
    return f"{voice.name or 'unnamed'}: {said if len(said) <= 90 else said[:88].rsplit(' ', 1)[0] + ' …'}" + (
        f" and {len(voice.statements) - 1} more" if len(voice.statements) > 1 else ""
    )
