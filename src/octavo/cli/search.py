"""`octavo search`: what the search page finds, as lines of text or JSON; and its index made anew."""

from __future__ import annotations

import click

from octavo.cli.lines import answer, plain
from octavo.desk import Desk
from octavo.errors import InputError
from octavo.passages import Passage
from octavo.searching import Found, Hit
from octavo.settings import load_settings

MOST = 200


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--articles", is_flag=True, help="Print articles instead of stories.")
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True, help="Print at most so many.")
@click.option("--after", metavar="ID", help="Go on after this result, the last one of the page before.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead, one a result.")
@click.option("--rebuild", is_flag=True, help="Make the index anew first.")
def search(words: tuple[str, ...], articles: bool, limit: int, after: str | None, as_json: bool, rebuild: bool) -> None:
    """Find stories by words, in any form and language, and by what they mean.

    WORD may be "a phrase" (in quotation marks that the shell leaves), elect*, and the fields outlet: lang: country: by: said: after: before:
    is:unread is:saved. What stands after -- may begin with a minus: octavo search -- harbour -strike
    """
    if not (words or rebuild):
        raise InputError("There is nothing to look for", todo="Give at least one word, or --rebuild")
    with Desk.open(load_settings()) as desk:
        if rebuild:
            desk.store.forget_search()
        desk.index()
        if rebuild:
            click.echo("octavo: the index was made anew", err=True)
        if words:
            reader = desk.store.owner().id
            _print(
                desk.searcher.search(" ".join(words), reader, stories=not articles, limit=limit, after=after), as_json, articles=articles
            )


def _print(found: Found, as_json: bool, *, articles: bool) -> None:
    if found.trouble:
        click.echo(f"octavo: only words were compared: {found.trouble}", err=True)
    for hit in found.hits:
        if as_json:
            answer(_row(hit))
            continue
        head = hit.article
        id = (not articles and hit.story) or head.id
        click.echo(plain(f"{id}  {head.headline or '(no headline)'}"))
        click.echo(
            plain(
                f"    {head.publisher or 'outlet unknown'} · {head.published or 'date unknown'}{' · near in meaning' if hit.near else ''}"
            )
        )
        if hit.passage:
            click.echo(plain(f"    {_text(hit.passage)}"))
    if not as_json:
        counted = f"more than {found.count}" if found.more else str(found.count)
        click.echo(f"octavo: {counted} found" + (f"; go on with --after {found.next}" if found.next else ""), err=True)


def _row(hit: Hit) -> dict[str, object]:
    head = hit.article
    found = []
    place = 0
    for stretch in hit.passage:
        if stretch.found:
            found.append((place, place + len(stretch.text)))
        place += len(stretch.text)
    return {
        "article": head.id,
        "story": hit.story,
        "headline": head.headline,
        "publisher": head.publisher,
        "published": head.published,
        "language": head.language,
        "url": head.url,
        "passage": _text(hit.passage),
        "found": found,
        "near": hit.near,
    }


def _text(passage: Passage) -> str:
    return "".join(stretch.text for stretch in passage)
