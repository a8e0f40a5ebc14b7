"""`octavo editions`: the starter packs, and what of them is gathered here."""

from __future__ import annotations

import click

from octavo.cli.forms import edition_row
from octavo.cli.lines import answer, plain
from octavo.desk import Desk
from octavo.editions import edition
from octavo.editions import editions as every_edition
from octavo.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead, one an edition with all its sources.")
@click.argument("id", required=False, metavar="[EDITION]")
def editions(id: str | None, as_json: bool) -> None:
    """List the starter packs, or the sources of one of them."""
    chosen = [edition(id)] if id else list(every_edition().values())
    if as_json:
        for one in chosen:
            answer(edition_row(one))
    elif id is None:
        for one in chosen:
            checked = sum(offer.checked is not None for offer in one.offers)
            click.echo(plain(f"{one.id:9} {one.name} ({one.language}): {len(one.offers)} sources, {checked or 'none'} of them checked"))
    else:
        with Desk.open(load_settings()) as desk:
            here = {source.address for source in desk.store.sources()}
        for offer in chosen[0].offers:
            state = f"checked {offer.checked}" if offer.checked else "not yet checked"
            gathered = "; gathered here" if offer.address in here else ""
            click.echo(plain(f"{offer.title}  {offer.address}  [{state}{gathered}]"))
