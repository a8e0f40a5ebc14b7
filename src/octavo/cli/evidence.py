"""`octavo quotes`, `octavo timeline`, `octavo brief`: each step alone, JSON Lines in and out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from octavo.annotate import VERSION, annotate
from octavo.annotate.language import language_of
from octavo.annotate.sentences import sentences as sentences_of
from octavo.cli.forms import brief_rows, evidence_row, timeline_row
from octavo.cli.lines import Line, Problems, answer, article_of, rows, shown
from octavo.model import Annotation, Article, Story

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


@click.command()
@FILES
def quotes(files: tuple[Path, ...]) -> None:
    """Who said what, and whom the text credits: article JSON Lines in, quotes and credits with their spans out."""
    problems = Problems()
    for line in shown(rows(files, problems), "Reading quotes"):
        if article := article_of(line, problems):
            answer(evidence_row(annotate(article)))
    problems.exit()


@click.command()
@click.option("--dates", type=click.IntRange(min=1), default=10, show_default=True, help='Days to pick for rows without "dates".')
@FILES
def timeline(files: tuple[Path, ...], dates: int) -> None:
    """The days that matter in a long story: {"topic", "dates", "articles"} in, a timeline with its sources out."""
    from octavo.compose import timeline as compose

    problems = Problems()
    for line in shown(rows(files, problems), "Reading timelines"):
        wanted = line.row.get("dates")
        wanted = dates if wanted is None else wanted
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
            problems.add(line.where, '"dates" must be a whole number above 0; line left out')
        elif articles := list(_members(line, "topic", problems)):
            annotations = {article.id: _sentences(article) for article in articles}
            answer(timeline_row(compose(str(line.row["topic"]), articles, annotations, wanted)))
    problems.exit()


@click.command()
@click.option("--sentences", type=click.IntRange(min=1), default=5, show_default=True, help="Sentences to pick.")
@click.option("--language", metavar="CODE", help="The reader's, as in BCP 47: taken where a voice of the story has it.")
@FILES
def brief(files: tuple[Path, ...], sentences: int, language: str | None) -> None:
    """The brief of a story: {"story", "articles"} in, verbatim source sentences with their places out."""
    from octavo.compose import brief as compose

    problems = Problems()
    for line in shown(rows(files, problems), "Reading stories"):
        if articles := list(_members(line, "story", problems)):
            annotations = {article.id: annotate(article) for article in articles}
            story = Story(id=str(line.row["story"]), articles=tuple(article.id for article in articles))
            found = compose(story, articles, annotations, sentences, language)
            answer({"story": story.id, "sentences": brief_rows(found)})
    problems.exit()


def _sentences(article: Article) -> Annotation:
    """What a timeline needs of an article, without its quotes and names, which take six times as long."""
    language = language_of(article.headline, article.text, article.language)
    return Annotation(article.id, article.revision, VERSION, language, sentences_of(article.text, language, article.blocks))


def _members(line: Line, key: str, problems: Problems) -> Iterator[Article]:
    """The articles of a row that holds a whole story; nothing, and a line that says why, when it lacks what it needs."""
    members = line.row.get("articles")
    if line.row.get(key) is None or not isinstance(members, list) or not members:
        problems.add(line.where, f'needs "{key}" and "articles"; line left out')
        return
    given: set[str] = set()
    for number, row in enumerate(members, 1):
        where = f"{line.where} (article {number})"
        if not isinstance(row, dict):
            problems.add(where, "a JSON object is needed; article left out")
        elif article := article_of(Line(where, row), problems, given.__contains__):
            given.add(article.id)
            yield article
