"""`octavo backup`, `octavo restore`, `octavo check`: what the one who runs an instance does to keep it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from octavo.cli.lines import plain, progress
from octavo.settings import load_settings
from octavo.store import Store

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything that is kept into FILE, also while Octavo runs.

    FILE is an SQLite database, whatever the installation's own database is, and holds one moment. It holds what readers marked and the
    hashes of their passwords: keep it as you keep the database. Settings of the environment are not in it.
    """
    with progress() as show, Store.open(load_settings().database_address, create=False) as store:
        store.backup(file, lambda share: show("writing the backup", share))
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put what the backup FILE holds in the place of everything that is kept now.

    Octavo may run meanwhile; it waits and goes on from there. Into PostgreSQL as well as SQLite, whatever the backup was made of.
    """
    now = datetime.now(UTC)
    with progress() as show, Store.open(load_settings().database_address) as store:
        held = store.counts()
        if held["articles"] and not yes:
            click.confirm(
                f"{held['articles']} articles in {held['stories']} stories stand here and will be gone. Go on?", abort=True, err=True
            )
        store.restore(file, now, lambda share: show("putting the backup back", share))
        counts = store.counts()
    click.echo(f"{counts['articles']} articles in {counts['stories']} stories stand here now")


@click.command()
def check() -> None:
    """Look whether everything that is kept fits together. Changes nothing; exit code 2 when something does not."""
    with progress() as show, Store.open(load_settings().database_address, create=False) as store:
        faults = list(store.faults(lambda share: show("looking through the database", share)))
        counts = store.counts()
    for fault in faults:
        click.echo(plain(f"octavo: {fault}"), err=True)
    if faults:
        raise click.exceptions.Exit(2)
    click.echo(f"sound: {counts['captures']} captures, {counts['articles']} articles, {counts['stories']} stories")
