"""`octavo read`: the stories in files, folders and addresses, from capture to brief in one go, keeping nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from octavo.cli.extract import CAPTURED_AT
from octavo.cli.forms import story_rows
from octavo.cli.lines import Problems, answer, progress, shown
from octavo.cli.paper import print_stories
from octavo.compose import StoryView, front_page, newest, story_view
from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.gather import Fetcher, gather_pages, list_files, parse_taken, read_paths
from octavo.model import Annotation, Article, Capture, Story
from octavo.settings import Settings, load_settings

MOST = 10_000  # stories and problems that are read out


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead (its schema: docs/commands.md).")
@click.option("--sentences", type=click.IntRange(min=1), default=4, show_default=True, help="Sentences of each brief.")
@click.option("--language", metavar="TAG", help="Prefer headlines and briefs in this language.")
@CAPTURED_AT
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|DIR|URL...")
def read(inputs: tuple[str, ...], as_json: bool, sentences: int, language: str | None, captured_at: tuple[str, ...]) -> None:
    """Print the stories in what is given, most important first."""
    problems, now = Problems(), datetime.now(UTC)
    taken = parse_taken(captured_at)
    paths = [Path(given) for given in inputs if "://" not in given]
    addresses = [given for given in inputs if "://" in given]
    with TemporaryDirectory(prefix="octavo-") as folder, progress() as show:
        settings = load_settings()
        throwaway = settings.model_copy(
            update={"data": Path(folder), "database": None, "models": settings.models_folder, "language": language}
        )
        with Desk.open(throwaway, show) as desk:
            desk.take_in(_usable(shown(read_paths(paths, taken, now), "Reading", len(list_files(paths))), problems))
            desk.take_in(_usable(asyncio.run(_fetched(addresses, settings, now)), problems))
            desk.run(now)
            for problem in desk.store.captures_with_problems(MOST):
                problems.add(problem.address, problem.sentence)
            stories = desk.store.recent_stories(since=None, limit=MOST)
            articles = desk.store.articles([id for story in stories for id in story.articles])
            annotations = desk.store.annotations(list(articles))
            threads, reach = desk.store.threads(MOST), desk.store.reach()
    places = front_page(stories, articles, newest(list(articles.values())) if articles else now, reach)
    by_id = {story.id: story for story in stories}
    views = [_view(by_id[place.story], articles, annotations, language, sentences) for place in places]
    if as_json:
        answer(story_rows(views, threads, annotations))
    else:
        print_stories(views, threads, {place.story: place for place in places})
    problems.exit()


def _view(
    story: Story, articles: Mapping[str, Article], annotations: Mapping[str, Annotation], language: str | None, sentences: int
) -> StoryView:
    return story_view(story, [articles[id] for id in story.articles], annotations, language, sentences)


def _usable(captures: Iterable[Capture | OctavoError], problems: Problems) -> Iterator[Capture]:
    for capture in captures:
        if isinstance(capture, Capture):
            yield capture
        else:
            problems.add(capture.subject or "input", f"{capture.what}. {capture.todo}".strip())


async def _fetched(addresses: Sequence[str], settings: Settings, now: datetime) -> list[Capture | OctavoError]:
    if not addresses:
        return []
    async with Fetcher(settings) as fetcher:
        return [page async for _, page in gather_pages(addresses, fetcher, now)]
