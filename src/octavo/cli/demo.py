"""`octavo demo`: Octavo over the demonstration press, the first thing that a new user sees."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime

import click

from octavo.cli.lines import progress
from octavo.cli.paper import print_stories
from octavo.cli.serve import run
from octavo.compose import front_page, story_view
from octavo.demo import PORT, Press, publishers_folder
from octavo.desk import Desk
from octavo.memory import give_back
from octavo.settings import load_settings

SHOWN = 5


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the web app; default: OCTAVO_PORT, else 8710.")
@click.option("--press-port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port of the demonstration press.")
@click.option("--once", is_flag=True, help="Print the front page and stop, without the web app.")
def demo(port: int | None, press_port: int, once: bool) -> None:
    """Start Octavo with the demonstration press: invented outlets of an invented country, gathered over loopback."""
    give_back()
    os.environ.setdefault("OCTAVO_PUBLISHERS", str(publishers_folder()))
    with Press(press_port) as press, progress() as show:
        own = load_settings()
        # A folder for each day: the press's news are always of this morning, and yesterday's would stand beside them.
        folder = own.data / "demo" / f"{press.today:%Y-%m-%d}"
        for old in (own.data / "demo").glob("????-??-??"):
            if old < folder:
                shutil.rmtree(old, ignore_errors=True)
        changes = {
            "data": folder,
            "database": None,
            "models": own.models_folder,
            "allow": own.allow | press.allow,
            "language": own.language or "en",
        }
        settings = own.model_copy(update=changes)
        with Desk.open(settings, show) as desk:
            now = datetime.now(UTC)
            for kind, address, title in press.sources():
                desk.store.add_source(kind, address, now, title=title)
            click.echo("Gathering the demonstration press ...", err=True)
            asyncio.run(desk.single_round(now))
            _print_front_page(desk, now)
            if not once:
                run(desk, settings.port if port is None else port)


def _print_front_page(desk: Desk, now: datetime) -> None:
    """Today's front page in the terminal: its first stories."""
    stories = {story.id: story for story in desk.store.recent_stories(since=None, limit=500)}
    heads = desk.store.heads([id for story in stories.values() for id in story.articles])
    places = front_page(list(stories.values()), heads, now, desk.store.reach())[:SHOWN]
    views = []
    for place in places:
        members = stories[place.story].articles
        views.append(
            story_view(
                stories[place.story],
                list(desk.store.articles(members).values()),
                desk.store.annotations(members),
                desk.settings.language,
                3,
            )
        )
    print_stories(views, (), {place.story: place for place in places})
