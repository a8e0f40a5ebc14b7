"""`octavo stories`: why a story is as it is, and a person's say in which articles belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from octavo.cli.forms import decision_row
from octavo.cli.lines import answer, plain
from octavo.desk import Desk
from octavo.errors import InputError
from octavo.model import Decision, DecisionKind, Wish
from octavo.settings import load_settings
from octavo.store import Store

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead, one a decision.")
A = click.argument("a", metavar="ARTICLE")
B = click.argument("b", metavar="ARTICLE")


@click.group()
def stories() -> None:
    """Say which articles belong together, or ask why they stand where they do."""


@stories.command()
@A
@B
@AS_JSON
def link(a: str, b: str, as_json: bool) -> None:
    """Two articles (ids) belong in one story, from now on and whatever comes in."""
    _wish(Wish(DecisionKind.LINK, a, b), as_json)


@stories.command()
@A
@B
@AS_JSON
def part(a: str, b: str, as_json: bool) -> None:
    """Two articles (ids) do not belong in one story, from now on and whatever comes in."""
    _wish(Wish(DecisionKind.PART, a, b), as_json)


@stories.command()
@click.argument("story", metavar="STORY")
@AS_JSON
def why(story: str, as_json: bool) -> None:
    """The history of a story (its id): each decision with its score and reasons, in the order they were taken."""
    with Desk.open(load_settings()) as desk:
        history = desk.store.history(story)
        if not history:
            raise InputError(f"There is no story {story}", todo="Give the id that stands in the address of the story's page")
        _print(history, desk.store, as_json)


_SAID = {
    DecisionKind.COPY: "{article} is a copy of {other}",
    DecisionKind.OPEN: "{article} opens story {story}",
    DecisionKind.JOIN: "{article} joins story {story}",
    DecisionKind.MERGE: "story {story} takes in story {other}",
    DecisionKind.SPLIT: "{article} leaves story {other} and opens story {story}",
    DecisionKind.MOVE: "{article} leaves story {other} for story {story}",
    DecisionKind.THREAD: "story {story} continues thread {other}",
    DecisionKind.UNTHREAD: "story {story} leaves thread {other}",
    DecisionKind.REVIEW: "what came in is looked at again",
    DecisionKind.LINK: "a person: {article} belongs together with {other}",
    DecisionKind.PART: "a person: {article} does not belong together with {other}",
    DecisionKind.FREE: "a person: nothing is said any more of {article} and {other}",
}


def _wish(wish: Wish, as_json: bool) -> None:
    """Take a wish down as the owner's, whose machine this is."""
    now = datetime.now(UTC)
    with Desk.open(load_settings()) as desk:
        decisions = desk.wish(wish, desk.store.owner().id, now)
        _print([(now, decision) for decision in decisions], desk.store, as_json)


def _print(history: Sequence[tuple[datetime, Decision]], store: Store, as_json: bool) -> None:
    ids = {id for _, decision in history for id in (decision.article, decision.other) if id}
    headlines = {id: head.headline for id, head in store.heads(list(ids)).items()}
    for at, decision in history:
        if as_json:
            answer({"at": at.isoformat()} | decision_row(decision))
            continue
        named = {"story": decision.story}
        for place, id in (("article", decision.article), ("other", decision.other)):
            named[place] = f"{id} “{headlines[id]}”" if id and headlines.get(id) else str(id)
        sure = "" if decision.score is None else f" ({decision.score:.2f})"
        click.echo(plain(f"{at:%Y-%m-%d %H:%M} UTC  {_SAID[decision.kind].format(**named)}{sure}"))
        for reason in decision.reasons:
            click.echo(plain(f"    {reason}"))
