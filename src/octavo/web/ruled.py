"""Lists of stories as a reader's rules leave them: what is hidden is counted and can be looked at, with the rule that hides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from octavo.model import Story
from octavo.rules import UNTOUCHED, Rule, Verdict, active
from octavo.ruling import verdicts
from octavo.store import Store
from octavo.web.contexts import Teaser, in_order, teasers


@dataclass(frozen=True, slots=True)
class Hidden:
    """A story that is not shown, and the rule that hides it."""

    teaser: Teaser
    rule: Rule


Ruled = Mapping[str, Verdict]
"""Story id → what a reader's rules say of it, for stories of which they say anything."""


def ruled(store: Store, reader: int, stories: Sequence[Story], now: datetime, edition: str | None = None) -> Ruled:
    """What the rules of a reader say of stories, on the pages of an edition or on those that belong to none."""
    return verdicts(store, active(store.rules(reader), now, edition), stories)


def hides(said: Ruled, id: str) -> Rule | None:
    """The rule that hides a story."""
    return said.get(id, UNTOUCHED).hidden


def highlighted(shown: Sequence[Teaser], said: Ruled) -> tuple[Teaser, ...]:
    """Teasers with the words by which rules highlight their stories."""
    return tuple(replace(one, words=said[one.story.id].words) if one.story.id in said else one for one in shown)


def hidden_ones(store: Store, reader: int, hidden: Mapping[str, Rule], now: datetime) -> tuple[Hidden, ...]:
    """Stories that rules hide (story id → rule), as a page shows them, in their order."""
    every = in_order(teasers(store, store.stories(list(hidden)), now, reader), list(hidden))
    return tuple(Hidden(one, hidden[one.story.id]) for one in every)
