"""A person's repair: what follows at once when somebody says that two articles belong together, or that they do not."""

from __future__ import annotations

from collections.abc import Mapping

from octavo.group.state import State
from octavo.group.wishes import overruled
from octavo.model import Decision, DecisionKind, Wish


def link(state: State, a: str, b: str) -> tuple[Decision, ...]:
    """A LINK, and what brings the two articles together: the MERGE of their stories, or MOVEs where the stories must stay two."""
    wished = state.wishes.linked(a, b)
    one, other = (state.stories[state.articles[article].story] for article in (a, b))
    said = Decision(DecisionKind.LINK, one.id, a, other=b, reasons=overruled(state.wishes, wished))
    if one is other:
        return (said,)
    why = f"a person linked {a} and {b}"
    if wished.clash(one.articles, other.articles) is None:
        into, gone = (one, other) if len(one.articles) >= len(other.articles) else (other, one)
        return (said, Decision(DecisionKind.MERGE, into.id, other=gone.id, reasons=(why,)))
    # The stories hold articles that must stay apart, so only what is linked comes together: in the one, in the other, or on its own.
    company = wished.company(a)
    for into, gone in ((one, other), (other, one)):
        if wished.clash(company, set(into.articles) - company) is None:
            return (said, *(_put(article, into.id, gone.id, why) for article in gone.articles if article in company))
    first, *rest = ((article, story.id) for story in (one, other) for article in story.articles if article in company)
    fresh = state.fresh_id(first[0])
    split = Decision(DecisionKind.SPLIT, fresh, first[0], other=first[1], reasons=(why,))
    return (said, split, *(_put(article, fresh, home, why) for article, home in rest))


def part(state: State, a: str, b: str) -> tuple[Decision, ...]:
    """A PART, and the SPLIT of article `b` with its copies and all that is linked with it, if the two stand in one story."""
    wished = state.wishes.parted(a, b)
    one, other = (state.stories[state.articles[article].story] for article in (a, b))
    said = Decision(DecisionKind.PART, one.id, a, other=b, reasons=overruled(state.wishes, wished))
    if one is not other:
        return (said,)
    going, staying = (wished.company(article) | {article} for article in (b, a))
    texts = {state.origin(article) for article in going} - {state.origin(article) for article in staying}
    leaving = [article for article in one.articles if article in going or state.origin(article) in texts]
    why = f"a person parted {a} and {b}"
    fresh = state.fresh_id(leaving[0])
    split = Decision(DecisionKind.SPLIT, fresh, leaving[0], other=one.id, reasons=(why,))
    return (said, split, *(_put(article, fresh, one.id, why) for article in leaving[1:]))


def say(state: State, wish: Wish) -> tuple[Decision, ...]:
    """A wish taken down alone: both articles stay where they stand."""
    return (Decision(wish.kind, state.stories[state.articles[wish.a].story].id, wish.a, other=wish.b),)


def put_back(state: State, homes: Mapping[str, str]) -> tuple[Decision, ...]:
    """SPLITs and MOVEs that bring articles (ids) back to the stories (ids) in which they stood; where a wish forbids it they stay."""
    standing = {article: state.stories[state.articles[article].story].id for article in homes}
    members = {id: set(state.story(state.numbers[id]).articles) for id in {*homes.values(), *standing.values()}}
    found: list[Decision] = []
    for article, home in homes.items():
        away = standing[article]
        company = state.wishes.company(article) | {article}
        held = any(homes.get(one) != home for one in company & members[away] - {article})
        if away == home or held or state.wishes.clash(company, members[home]):
            continue
        kind = DecisionKind.MOVE if members[home] else DecisionKind.SPLIT  # a story that another one took in lives again
        found.append(Decision(kind, home, article, other=away, reasons=("a person took a repair back",)))
        members[away].discard(article)
        members[home].add(article)
    return tuple(found)


def _put(article: str, into: str, out_of: str, why: str) -> Decision:
    return Decision(DecisionKind.MOVE, into, article, other=out_of, reasons=(why,))
