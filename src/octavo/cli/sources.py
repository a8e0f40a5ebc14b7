"""`octavo add`, `octavo sources`, `octavo gather`: what is gathered, and gathering it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from octavo.cli.lines import Problems, plain, progress
from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.gather import Gathered
from octavo.settings import load_settings


@click.command()
@click.argument("addresses", nargs=-1, required=True, metavar="URL...")
def add(addresses: tuple[str, ...]) -> None:
    """Add sources: addresses of feeds, of pages, or of sites whose feed is looked for."""
    problems = Problems()
    with Desk.open(load_settings()) as desk:
        for address in addresses:
            try:
                source = asyncio.run(desk.add(address, datetime.now(UTC)))
            except OctavoError as fault:
                problems.add(address, fault.sentence)
            else:
                click.echo(plain(f"{source.id}  {source.kind.value}  {source.address}  {source.title or ''}".rstrip()))
    problems.exit()


@click.command()
def sources() -> None:
    """List the sources with their health."""
    with Desk.open(load_settings()) as desk:
        for source in desk.store.sources():
            state = "stopped" if source.paused else f"failed {source.error_count} times" if source.error_count else "well"
            last = f"{source.last_success_at:%Y-%m-%d %H:%M} UTC" if source.last_success_at else "never"
            click.echo(plain(f"{source.id}  {source.kind.value}  {source.address}  {source.title or ''}  [{state}; last success {last}]"))
            if source.last_error:
                click.echo(plain(f"    {source.last_error}"))


@click.command()
@click.option("--once", is_flag=True, help="Look once at everything that is due, then stop (otherwise go on until interrupted).")
def gather(once: bool) -> None:
    """Gather what is due and carry it through to stories, without the web app."""
    problems = Problems()
    with progress() as show, Desk.open(load_settings(), show) as desk:
        if once:
            _report(asyncio.run(desk.single_round(datetime.now(UTC))), desk, problems)
        else:
            asyncio.run(desk.keep_going())
    problems.exit()


def _report(looks: Sequence[Gathered], desk: Desk, problems: Problems) -> None:
    for look in looks:
        if look.error:
            problems.add(look.source.title or look.source.address, look.error.sentence)
    counts = desk.store.counts()
    click.echo(f"{len(looks)} sources looked at; {counts['articles']} articles in {counts['stories']} stories now.")
