"""`octavo add`, `octavo sources`, `octavo gather`: what is gathered, and gathering it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from octavo.cli.forms import finding_row, source_row
from octavo.cli.lines import Problems, answer, plain, progress
from octavo.desk import Desk
from octavo.editions import edition, offered
from octavo.errors import InputError, OctavoError
from octavo.gather import Gathered
from octavo.model import FullText, Source, SourceKind
from octavo.opml import LARGEST, read_opml, write_opml
from octavo.settings import load_settings
from octavo.subscribing import subscribe

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead, one a source.")
FULL_TEXT = click.Choice([when.value for when in FullText])


@click.command()
@click.option("--edition", "ids", multiple=True, metavar="ID", help="Add all sources of a starter pack (`octavo editions` lists them).")
@click.option("--folder", "folders", multiple=True, metavar="PATH", help="Put them into this folder (News/Asia).")
@click.option("--selector", metavar="CSS", help="The address is a list page; this finds the links to articles on it.")
@click.argument("addresses", nargs=-1, metavar="[URL]...")
def add(addresses: tuple[str, ...], ids: tuple[str, ...], folders: tuple[str, ...], selector: str | None) -> None:
    """Add sources: addresses of feeds, of pages, of sites whose feed is looked for, or a starter pack."""
    if not addresses and not ids:
        raise click.UsageError("Give an address or --edition.")
    chosen = [edition(id) for id in ids]
    problems, now = Problems(), datetime.now(UTC)
    with Desk.open(load_settings()) as desk:
        for one in chosen:
            added = subscribe(desk.store, offered(one, folders or (one.name,)), now)
            click.echo(plain(f"{one.id}: {added.new} sources added, {added.known} were there already"))
            if unchecked := sum(offer.checked is None for offer in one.offers):
                click.echo(
                    f"octavo: {one.id}: {unchecked} addresses are not yet checked; `octavo sources check` tells the dead ones", err=True
                )
        for address in addresses:
            try:
                source = asyncio.run(desk.add(address, now, folders=folders, selector=selector))
            except OctavoError as fault:
                problems.add(address, fault.sentence)
            else:
                click.echo(plain(f"{source.id}  {source.kind.value}  {source.address}  {source.title or ''}".rstrip()))
    problems.exit()


@click.group(invoke_without_command=True)
@AS_JSON
@click.pass_context
def sources(context: click.Context, as_json: bool) -> None:
    """List the sources with their health; check, change, import and export them."""
    if context.invoked_subcommand:
        return
    with Desk.open(load_settings()) as desk:
        for source in desk.store.sources():
            if as_json:
                answer(source_row(source))
                continue
            click.echo(plain(f"{source.id}  {source.kind.value}  {source.address}  {source.title or ''}  [{_state(source)}]"))
            if source.last_error:
                click.echo(plain(f"    {source.last_error}"))


def _state(source: Source) -> str:
    """How a source fares, in a few words."""
    if source.last_tried_at is None:
        return "paused; not yet checked" if source.paused else "not yet checked"
    state = "paused" if source.paused else f"failed {source.error_count} times" if source.error_count else "well"
    last = f"{source.last_success_at:%Y-%m-%d %H:%M} UTC" if source.last_success_at else "never"
    return f"{state}; last success {last}"


@sources.command()
@click.option("--edition", "ids", multiple=True, metavar="ID", help="Look at a starter pack's addresses, added or not.")
@AS_JSON
@click.argument("numbers", nargs=-1, type=int, metavar="[SOURCE]...")
def check(numbers: tuple[int, ...], ids: tuple[str, ...], as_json: bool) -> None:
    """Look once at each source and tell the dead ones.

    At all of them, or at those given by number. What comes in is kept for the next round. Exit code 2 when some are dead, or none could
    be checked because no server at all can be reached.
    """
    from octavo.cli.check import Verdict, check, counted

    offers = [offer for id in ids for offer in edition(id).offers]
    with Desk.open(load_settings()) as desk, progress() as show:
        every = {source.address: source for source in desk.store.sources()}
        if ids:
            chosen = [every.get(offer.address) or Source(0, offer.kind, offer.address, offer.title) for offer in offers]
        else:
            chosen = [_numbered(desk, number) for number in numbers] or list(every.values())
        show(f"Looking at {len(chosen)} sources", 0.0)
        findings = asyncio.run(check(chosen, desk, datetime.now(UTC)))
    for finding in findings:
        if as_json:
            answer(finding_row(finding))
            continue
        said = [finding.source.title or "", finding.source.address]
        said += [f"{finding.entries} entries"] if finding.entries is not None else []
        said += [f"newest of {finding.newest:%Y-%m-%d}"] if finding.newest else []
        click.echo(plain(f"{finding.verdict.value:15}  {'  '.join(filter(None, said))}"))
        if finding.sentence and finding.verdict is not Verdict.UNCHECKED:
            click.echo(plain(f"    {finding.sentence}"))
    click.echo(counted(findings), err=True)
    if findings and all(finding.verdict is Verdict.UNCHECKED for finding in findings):
        click.echo("octavo: no server can be reached; if this machine has no network, that says nothing about the sources", err=True)
    if any(finding.verdict in (Verdict.DEAD, Verdict.UNCHECKED) for finding in findings):
        raise click.exceptions.Exit(2)


@sources.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def import_(files: tuple[Path, ...]) -> None:
    """Add the sources of OPML files.

    Other feed readers export such files. Folders are kept; what cannot be used is named line by line.
    """
    problems, now = Problems(), datetime.now(UTC)
    with Desk.open(load_settings()) as desk:
        for file in files:
            try:
                with file.open("rb") as opened:
                    read = read_opml(opened.read(LARGEST + 1))
            except OSError as fault:
                problems.add(str(file), f"cannot be read: {fault.strerror or fault}")
                continue
            except OctavoError as fault:
                problems.add(str(file), fault)
                continue
            added = subscribe(desk.store, read.sources, now)
            for problem in (*read.problems, *added.faults):
                problems.add(str(file), problem)
            named = f", {read.repeated} were named twice" if read.repeated else ""
            click.echo(f"{file}: {added.new} sources added, {added.known} were there already{named}")
    problems.exit()


@sources.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]")
def export(file: Path | None) -> None:
    """Write all sources as OPML.

    Into a file or to standard output, for another feed reader or another Octavo.
    """
    with Desk.open(load_settings()) as desk:
        kept = desk.store.sources()
    written = write_opml(kept, "Octavo", datetime.now(UTC))
    left = sum(source.kind is SourceKind.FOLDER for source in kept)
    if file is None:
        click.echo(written, nl=False)
    else:
        try:
            file.write_bytes(written)
        except OSError as fault:
            raise InputError(f"{file} cannot be written ({fault.strerror or fault})", todo="Name another file") from fault
        click.echo(f"{file}: {len(kept) - left} sources")
    if left:
        click.echo(f"octavo: {left} folders of this machine are left out: they mean nothing elsewhere", err=True)


@sources.command("try")
@click.argument("address", metavar="URL")
@click.argument("selector", metavar="CSS")
def try_(address: str, selector: str) -> None:
    """Try a CSS selector out on a list page.

    Shows the links that it finds there now; `octavo add --selector` keeps it.
    """
    with Desk.open(load_settings()) as desk:
        links = asyncio.run(desk.try_selector(address, selector, datetime.now(UTC)))
    if not links:
        raise InputError(f"Nothing at {address} fits the selector {selector}", todo="Try another one")
    for link, text in links.items():
        click.echo(plain(f"{link}  {text}"))


@sources.command("set")
@click.argument("number", type=int, metavar="SOURCE")
@click.option("--title", metavar="TEXT")
@click.option(
    "--folder", "folders", multiple=True, metavar="PATH", help="The folders that it lies in, instead of those before; '' for none."
)
@click.option("--full-text", type=FULL_TEXT, help="When the page behind an entry is fetched for its whole text.")
@click.option("--selector", metavar="CSS", help="What finds the links on a list page; '' for Octavo's own judgement.")
@click.option("--minutes", type=click.FloatRange(0), help="Time between two looks; 0: by how often it publishes.")
@click.option("--paused/--resumed", default=None, help="Stop gathering it for a while, or go on.")
def set_(
    number: int,
    title: str | None,
    folders: tuple[str, ...],
    full_text: str | None,
    selector: str | None,
    minutes: float | None,
    paused: bool | None,
) -> None:
    """Change the settings of a source.

    It is named by its number in the list. Prints the source as JSON.
    """
    with Desk.open(load_settings()) as desk:
        source = _numbered(desk, number)
        if selector and source.kind is not SourceKind.PAGE:
            raise InputError(f"Source {number} is a {source.kind.value}, and selectors are for list pages", todo="Leave it out")
        changed = replace(
            source,
            title=source.title if title is None else title or None,
            folders=tuple(filter(None, folders)) if folders else source.folders,
            full_text=FullText(full_text) if full_text else source.full_text,
            selector=source.selector if selector is None else selector or None,
            interval_seconds=source.interval_seconds if minutes is None else minutes * 60 or None,
        )
        desk.store.configure_source(changed)
        if paused is not None:
            desk.store.pause_source(number, paused, datetime.now(UTC))
        answer(source_row(_numbered(desk, number)))


def _numbered(desk: Desk, number: int) -> Source:
    source = desk.store.source(number)
    if source is None:
        raise InputError(f"There is no source {number}", todo="`octavo sources` lists them with their numbers")
    return source


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
