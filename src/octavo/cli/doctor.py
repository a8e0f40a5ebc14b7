"""`octavo doctor`: whether everything that Octavo needs is there, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterator

import click

from octavo import __version__
from octavo.annotate import model_status
from octavo.errors import OctavoError
from octavo.settings import Settings, load_settings
from octavo.store import Store


@click.command()
def doctor() -> None:
    """Check this installation: data folder, database, model of meaning."""
    settings = load_settings()
    click.echo(f"Octavo {__version__}, data in {settings.data}")
    well = True
    for good, line in _findings(settings):
        well &= good
        click.secho(f"  {'ok' if good else 'NO'}  {line}", fg=None if good else "red")
    raise click.exceptions.Exit(0 if well else 2)


def _findings(settings: Settings) -> Iterator[tuple[bool, str]]:
    """What was looked at: whether it is well, and a line about it."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = settings.data / ".doctor"
        probe.touch()
        probe.unlink()
        yield True, "the data folder can be written"
    except OSError as fault:
        yield False, f"the data folder cannot be written: {fault.strerror}. Set OCTAVO_DATA to a folder that can."
    try:
        store = Store.open(settings.database_address)
    except OctavoError as fault:
        yield False, f"the database: {fault.sentence}"
    else:
        counts = store.counts()
        store.close()
        yield True, f"the database: {counts['sources']} sources, {counts['articles']} articles, {counts['stories']} stories"
    for check in model_status(settings.models_folder):
        yield check.good, check.line
