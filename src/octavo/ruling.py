"""Readers' rules at work: what they say of stories, read from the store and kept in memory; the marks that they set; a rule tried out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

import numpy as np

from octavo.annotate import Embedder
from octavo.compose import independent, topic_of
from octavo.model import Article, Story
from octavo.own_editions import edition
from octavo.rules import LEAD, UNTOUCHED, Deed, Facts, Field, Rule, Told, Verdict, Way, around, judged, usual_likeness
from octavo.store import MarkKind, Store

CONSUMER = "rules"
BATCH = 200  # changes worked off at a time
TRIED = timedelta(days=7)  # over which a rule is tried out
MOST_TRIED = 2000  # stories, those that moved last
EXAMPLES = 5  # articles just inside and just outside of what is near in meaning
RULE_SETS = 16  # of which verdicts are kept
VERDICTS = 3000  # kept for each
OUT_OF_TIME = "Its pattern took too long"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done over the last week: the stories that it would touch, those that moved last first."""

    rule: Rule
    stories: tuple[Story, ...]
    among: int  # stories that it was tried on
    out_of_time: bool
    inside: tuple[Article, ...] = ()  # by meaning: just near enough, the one at the border first
    outside: tuple[Article, ...] = ()  # and just not


_KEPT: OrderedDict[tuple[int, ...], OrderedDict[str, tuple[Story, Verdict]]] = OrderedDict()
_LOCK = Lock()


def verdicts(store: Store, rules: Sequence[Rule], stories: Sequence[Story]) -> dict[str, Verdict]:
    """Story id → what rules say of it, for the stories of which they say anything. A rule that runs out of time is switched off.

    The store hands out the same record of a story until something is noted of it or of its articles, and a changed rule has a new id; so
    a verdict is kept with that record.
    """
    if not rules:
        return {}
    key = tuple(rule.id for rule in rules)
    with _LOCK:
        kept = _KEPT.setdefault(key, OrderedDict())
        _KEPT.move_to_end(key)
        while len(_KEPT) > RULE_SETS:
            _KEPT.popitem(last=False)
        found = {one.id: known[1] for one in stories if (known := kept.get(one.id)) and known[0] is one}
    if lacking := [one for one in stories if one.id not in found]:
        made = judged(rules, told(store, rules, lacking))
        for id in made.out_of_time:
            store.switch_rule(id, OUT_OF_TIME)
        fresh = {one.id: (one, made.verdicts.get(one.id, UNTOUCHED)) for one in lacking}
        found |= {id: verdict for id, (_, verdict) in fresh.items()}
        with _LOCK:
            kept.update(fresh)
            while len(kept) > VERDICTS:
                kept.popitem(last=False)
    return {id: verdict for id, verdict in found.items() if verdict is not UNTOUCHED}


def told(store: Store, rules: Sequence[Rule], stories: Sequence[Story]) -> dict[str, Told]:
    """Story id → what rules look at of its articles, as far as these rules do, in a number of queries that does not grow with them."""
    heads = store.heads([id for story in stories for id in story.articles])
    ids, fields = list(heads), {rule.where for rule in rules if rule.way is not Way.MEANING}
    by_meaning = any(rule.way is Way.MEANING for rule in rules)
    leads = store.leads(ids, LEAD) if fields & {Field.ANYWHERE, Field.LEAD} else {}
    gists = store.gists(ids) if by_meaning or Field.PLACE in fields else {}
    speakers = store.speakers(ids) if Field.SPEAKER in fields else {}
    facts = {
        id: Facts(
            head=head,
            lead=leads.get(id, ""),
            names=gists[id].names if id in gists else (),
            speakers=speakers.get(id, ()),
            vector=gists[id].vector if id in gists else b"",
        )
        for id, head in heads.items()
    }
    found = {}
    for story in stories:
        members = [facts[id] for id in story.articles if id in facts]
        voices = independent(story, [one.head for one in members])
        found[story.id] = Told(tuple(members), frozenset(voice.id for voice in voices))
    return found


def prepared(store: Store, embedder: Callable[[], Embedder], rule: Rule, now: datetime) -> Rule:
    """A rule by meaning with the vector of its text and how near the texts of the last week usually are to that; any other as it is.

    Raises ModelError.
    """
    if rule.way is not Way.MEANING:
        return rule
    vector = np.asarray(embedder().embed([rule.what])[0], "<f2").tobytes()
    texts = [one for told_of in told(store, [rule], _week(store, now)).values() for one in told_of.articles]
    return replace(rule, vector=vector, usual=usual_likeness(vector, ((one.head.language, one.vector) for one in texts)))


def tried(store: Store, rule: Rule, now: datetime) -> Trial:
    """What a prepared rule, alone, would have done over the last week, in its edition."""
    week = _week(store, now)
    belonging = _belonging(store, rule.edition, week)
    stories = [story for story in week if story.id in belonging]
    facts = told(store, [rule], stories)
    made = judged([rule], facts)
    near: tuple[list[Article], list[Article]] = ([], [])
    if rule.way is Way.MEANING:
        near = around(rule, {one.head.id: one for told_of in facts.values() for one in told_of.articles}.values(), EXAMPLES)
    touched = tuple(story for story in stories if rule.id in made.verdicts[story.id].rules)
    return Trial(rule, touched, len(stories), bool(made.out_of_time), tuple(near[0]), tuple(near[1]))


def _week(store: Store, now: datetime) -> tuple[Story, ...]:
    return store.recent_stories(now - TRIED, MOST_TRIED)


# ---- marks that rules set ------------------------------------------------------------------------------------------


def mark_by_rules(store: Store, now: datetime) -> int:
    """Set the marks that rules ask for on stories that changed since the last time. Returns how many stories were looked at."""
    looked_at = 0
    while changes := store.changes(CONSUMER, "story", BATCH):
        ids = list(dict.fromkeys(change.id for change in changes if change.kind != "described"))
        stories = [story for story in store.stories(ids) if story.articles]
        for reader, rules in store.marking_rules(now).items():
            mark_stories(store, reader, rules, stories, now)
        store.done(CONSUMER, changes[-1].seq)
        looked_at += len(stories)
    return looked_at


def _belonging(store: Store, id: str | None, stories: Sequence[Story]) -> set[str]:
    """Ids of those of these stories that belong to an edition; None: everywhere. None of them where that edition is gone."""
    if id is None:
        return {story.id for story in stories}
    own = store.own_edition(id)
    within = own.edition if own else edition(id)
    heads = store.heads([article for story in stories for article in story.articles])
    members = {story.id: [heads[article] for article in story.articles if article in heads] for story in stories}
    return {
        story.id
        for story in stories
        if within
        and within.holds(
            {head.language for head in members[story.id] if head.language},
            {head.publisher for head in members[story.id] if head.publisher},
            topic_of(independent(story, members[story.id])),
        )
    }


def mark_stories(store: Store, reader: int, rules: Sequence[Rule], stories: Sequence[Story], now: datetime) -> None:
    """Set the marks that a reader's rules ask for on these stories, once for each rule and story: a mark that was taken back stays so.

    What a rule has marked as read stays read when the story grows, as long as the rule still covers it.
    """
    marking = [rule for rule in rules if rule.deed in (Deed.READ, Deed.SAVE)]
    wanted: set[tuple[MarkKind, int, str]] = set()
    for within in dict.fromkeys(rule.edition for rule in marking):
        belonging = _belonging(store, within, stories)
        own = [rule for rule in marking if rule.edition == within]
        for id, verdict in verdicts(store, own, [story for story in stories if story.id in belonging]).items():
            marked = ((MarkKind.READ, verdict.read), (MarkKind.SAVED, verdict.saved))
            wanted |= {(kind, rule.id, id) for kind, rule in marked if rule}
    if not wanted:
        return
    ids = sorted({id for _, _, id in wanted})
    hits = store.rule_hits({rule for _, rule, _ in wanted}, ids)
    marks = store.marks(reader, "story", ids)
    new = {(rule, id) for _, rule, id in wanted} - hits
    store.read_stories(
        reader,
        sorted({id for kind, rule, id in wanted if kind is MarkKind.READ and ((rule, id) in new or MarkKind.READ in marks.get(id, {}))}),
        now,
    )
    for id in sorted({id for kind, rule, id in wanted if kind is MarkKind.SAVED and (rule, id) in new}):
        store.mark(reader, "story", id, MarkKind.SAVED, now)
    store.add_rule_hits(new)
