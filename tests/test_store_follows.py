"""What readers follow and what came in of it, their rules, the marks that rules set, and their editions: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from octavo import ruling
from octavo.errors import InputError
from octavo.model import Decision, DecisionKind, Quote, QuoteKind
from octavo.own_editions import Edition
from octavo.rules import Deed, Field, Rule, Way
from octavo.ruling import OUT_OF_TIME, mark_by_rules, mark_stories, tried, verdicts
from octavo.store import Follow, Followed, MarkKind, OwnEdition, Store
from store_samples import NOW, annotation, article, article_id, later, put
from test_store_lists import statements

K, F = DecisionKind, Followed
SINCE = later(-60)


def tell(store: Store, story: str, *names: str, thread: str | None = None, minutes: float = 0, **fields: object) -> None:
    """A story of new articles, one a name, that came in some minutes later."""
    at = later(minutes)
    made = [article(name, **({"published": at.isoformat()} | fields)) for name in names]  # type: ignore[arg-type]
    put(store, *made, capture_name="-".join(names), now=at)
    speakers = (Quote(((0, 3),), QuoteKind.DIRECT, name=f"Speaker of {names[0]}"),)
    store.add_annotations([annotation(one, quotes=speakers, names=(f"Isle of {names[0]}",)) for one in made])
    for n, one in enumerate(made):
        store.record_decisions([Decision(K.JOIN if n else K.OPEN, story, one.id)], at)
    if thread:
        store.record_decisions([Decision(K.THREAD, story, other=thread)], at)


# ---- follows -------------------------------------------------------------------------------------------------------


def test_follows_are_begun_once_listed_by_kind_and_ended(store: Store) -> None:
    me = store.owner().id
    store.follow(me, F.OUTLET, "The Gull", NOW)
    store.follow(me, F.OUTLET, "The Gull", later(5))
    store.follow(me, F.STORY, "S1", later(1))
    assert store.follows(me) == (Follow(F.STORY, "S1", later(1)), Follow(F.OUTLET, "The Gull", NOW))
    assert store.is_followed(me, F.OUTLET, "The Gull")
    assert not store.is_followed(me, F.VOICE, "The Gull")
    assert store.follows(me + 1) == ()
    store.unfollow(me, F.OUTLET, "The Gull")
    store.unfollow(me, F.OUTLET, "The Gull")
    assert [one.entity for one in store.follows(me)] == [F.STORY]
    for wrong in ("", "x" * 301):
        with pytest.raises(InputError):
            store.follow(me, F.SEARCH, wrong, NOW)


def test_looks_at_what_is_followed_are_visits(store: Store) -> None:
    me = store.owner().id
    assert store.visit_follows(me, NOW) is None
    assert store.visit_follows(me, later(10)) is None
    assert store.visit_follows(me, later(90), keep=False) == later(10)
    assert store.visit_follows(me, later(100)) == later(10)
    assert store.visit_follows(me, later(110)) == later(10)


def test_what_came_in_leads_from_what_is_followed_to_stories(store: Store) -> None:
    tell(store, "OLD", "old", minutes=-600, publisher="The Gull", dateline="HALM", thread="T")
    tell(store, "S1", "one", publisher="The Gull", thread="T")
    tell(store, "S2", "two", minutes=5, publisher="Skerry Post", dateline="HALM, Skerry")
    tell(store, "S3", "three", minutes=9, publisher="Skerry Post")
    assert store.outlets_told(["The Gull", "Nobody"], SINCE, 9) == [("The Gull", "S1")]
    assert store.outlets_told(["Skerry Post"], SINCE, 9) == [("Skerry Post", "S3"), ("Skerry Post", "S2")]
    assert store.voices_heard(["Speaker of two", "Speaker of old"], SINCE, 9) == [("Speaker of two", "S2")]
    assert store.moved_threads(["T"], SINCE, 9) == [("T", "S1")]
    places = {"Halm": {"Halm", "HALM"}, "Isle of three": {"Isle of three"}}
    assert store.places_named(places, SINCE, 9) == [("Isle of three", "S3"), ("Halm", "S2")]
    assert store.places_named({}, SINCE, 9) == []
    store.set_thread_headlines({"T": "What went on"})
    assert store.thread_headlines(["T", "X"]) == {"T": "What went on"}


def test_a_followed_story_is_followed_into_the_one_that_took_it_in(store: Store) -> None:
    tell(store, "S1", "one")
    tell(store, "S2", "two", minutes=1)
    tell(store, "S3", "three", minutes=2)
    for into, taken in (("S2", "S1"), ("S3", "S2")):
        store.record_decisions([Decision(K.MERGE, into, other=taken)], later(3))
    assert sorted(store.moved_stories(["S1", "S3", "X"], SINCE, 9)) == [("S1", "S3"), ("S3", "S3")]
    assert store.moved_stories(["S1"], later(60), 9) == []


# ---- rules ---------------------------------------------------------------------------------------------------------

WORDS = Rule(0, Deed.HIGHLIGHT, "harbour, ferry", Field.HEADLINE, word="Sea", edition="jp-en", until=later(60))
MEANING = Rule(0, Deed.WEIGH, "ships", way=Way.MEANING, factor=2.5, nearness=4.0, vector=b"\x00<" * 384, usual={"": (0.1, 0.5)})


def kept(store: Store, rule: Rule) -> Rule:
    id = store.keep_rule(store.owner().id, rule, NOW)
    return next(one for one in store.rules(store.owner().id) if one.id == id)


def test_rules_come_back_as_they_were_kept(store: Store) -> None:
    me = store.owner().id
    made = [kept(store, rule) for rule in (WORDS, MEANING)]
    assert store.rules(me) == tuple(made)
    for rule, given in zip(made, (WORDS, MEANING), strict=True):
        assert {name: getattr(rule, name) for name in Rule.__slots__ if name != "id"} == {
            name: getattr(given, name) for name in Rule.__slots__ if name != "id"
        }
    changed = store.keep_rule(me, MEANING, NOW, instead_of=made[0].id)
    assert [rule.id for rule in store.rules(me)] == [made[1].id, changed]
    with pytest.raises(InputError):
        store.keep_rule(me, MEANING, NOW, instead_of=made[0].id)
    assert not store.drop_rule(me + 1, changed)
    assert store.switch_rule(changed, "too slow")
    assert store.rules(me)[1].off == "too slow"
    assert not store.switch_rule(changed, None, me + 1)
    assert store.switch_rule(changed, None, me)
    assert store.drop_rule(me, changed)
    assert [rule.id for rule in store.rules(me)] == [made[1].id]


def test_verdicts_are_read_once_for_each_state_of_a_story(store: Store) -> None:
    tell(store, "S1", "one")
    tell(store, "S2", "two")
    rule = kept(store, Rule(0, Deed.HIDE, "news of the one", Field.HEADLINE))
    stories = store.stories(["S1", "S2"])
    assert {id: verdict.hidden for id, verdict in verdicts(store, [rule], stories).items()} == {"S1": rule}
    with statements(store) as seen:
        verdicts(store, [rule], stories)
    assert seen == []
    tell(store, "S3", "three", publisher="Skerry Post")
    store.record_decisions([Decision(K.MOVE, "S1", article_id("three"), "S3")], later(1))
    assert verdicts(store, [rule], store.stories(["S1", "S2"])) == {}
    assert verdicts(store, [], stories) == {}


def test_rules_read_what_they_look_at_and_in_as_many_queries_for_many_stories(store: Store) -> None:
    for n in range(12):
        tell(store, f"S{n}", f"n{n}")
    fields = {
        Field.LEAD: "reopened on monday",
        Field.SPEAKER: "speaker of n3",
        Field.PLACE: "isle of n3",
        Field.OUTLET: "the gull",
    }
    rules = [kept(store, Rule(0, Deed.SAVE, what, where)) for where, what in fields.items()]
    counts = []
    for stories in (store.stories(["S3"]), store.stories([f"S{n}" for n in range(12)])):
        with statements(store) as seen:
            found = verdicts(store, rules, stories)
        counts.append(len(seen))
        assert found["S3"].rules == {rule.id for rule in rules}
        ruling._KEPT.clear()
    assert counts[0] == counts[1]


def test_a_rule_that_runs_out_of_time_is_switched_off_and_says_so(store: Store) -> None:
    tell(store, "S1", "one", headline="a" * 3000 + "!")
    rule = kept(store, Rule(0, Deed.HIDE, "(a+)+$", Field.HEADLINE, Way.REGEX))
    assert tried(store, rule, later(5)).out_of_time
    assert verdicts(store, [rule], store.stories(["S1"])) == {}
    assert [one.off for one in store.rules(store.owner().id)] == [OUT_OF_TIME]


def test_a_trial_looks_at_the_last_week(store: Store) -> None:
    tell(store, "OLD", "old", minutes=-8 * 24 * 60)
    tell(store, "S1", "one", minutes=-60)
    tell(store, "S2", "two")
    trial = tried(store, Rule(0, Deed.HIDE, "news", Field.HEADLINE), later(5))
    assert ([story.id for story in trial.stories], trial.among) == (["S2", "S1"], 2)


def test_rules_mark_stories_once_and_a_mark_taken_back_stays_so(store: Store) -> None:
    me = store.owner().id
    tell(store, "S1", "one")
    kept(store, Rule(0, Deed.SAVE, "one", Field.HEADLINE))
    kept(store, Rule(0, Deed.READ, "news", Field.HEADLINE))
    kept(store, Rule(0, Deed.SAVE, "news", Field.HEADLINE, until=NOW))
    assert mark_by_rules(store, later(1)) == 1
    assert set(store.marks(me, "story", ["S1"])["S1"]) == {MarkKind.READ, MarkKind.SAVED}
    assert store.looks(["S1"], me)[0].shown == {article_id("one"): 1}
    store.unmark(me, "story", "S1", MarkKind.SAVED)
    tell(store, "S2", "two", minutes=2)
    store.record_decisions([Decision(K.MOVE, "S1", article_id("two"), "S2")], later(3))
    assert mark_by_rules(store, later(4)) >= 1
    assert set(store.marks(me, "story", ["S1"])["S1"]) == {MarkKind.READ}
    assert set(store.looks(["S1"], me)[0].shown) == {article_id("one"), article_id("two")}
    assert mark_by_rules(store, later(5)) == 0


def test_a_marking_rule_of_an_edition_marks_what_belongs_to_that(store: Store) -> None:
    tell(store, "S1", "one", language="en")
    tell(store, "S2", "two", language="fi")
    kept(store, Rule(0, Deed.SAVE, "news", Field.HEADLINE, edition="world-fi"))
    kept(store, Rule(0, Deed.READ, "news", Field.HEADLINE, edition="0123456789ab"))  # an edition that is gone
    mark_by_rules(store, later(1))
    found = store.marks(store.owner().id, "story", ["S1", "S2"])
    assert {id: set(marks) for id, marks in found.items()} == {"S2": {MarkKind.SAVED}}


def test_marks_of_rules_follow_the_reader_not_the_rule(store: Store) -> None:
    tell(store, "S1", "one")
    rule = kept(store, Rule(0, Deed.SAVE, "one", Field.HEADLINE))
    mark_stories(store, store.owner().id, [rule], store.stories(["S1"]), NOW)
    assert store.rule_hits([rule.id], ["S1"]) == {(rule.id, "S1")}
    assert store.drop_rule(store.owner().id, rule.id)
    assert store.rule_hits([rule.id], ["S1"]) == set()
    store.add_rule_hits({(rule.id, "S1")})
    assert MarkKind.SAVED in store.marks(store.owner().id, "story", ["S1"])["S1"]


# ---- editions ------------------------------------------------------------------------------------------------------


def test_editions_are_kept_changed_shared_and_removed(store: Store) -> None:
    me = store.owner().id
    coast = Edition("0123456789ab", ("en",), ("DE",), "Coast", outlets={"The Gull": 2.0}, others=0.0, local_first=False)
    store.keep_edition(me, coast, NOW)
    assert store.own_editions(me) == (OwnEdition(coast, me, shared=False),)
    changed = Edition("0123456789ab", name="Inland")
    store.keep_edition(me, changed, NOW + timedelta(days=1))
    assert store.share_edition(me, coast.id, shared=True)
    assert not store.share_edition(me + 1, coast.id, shared=False)
    assert store.own_edition(coast.id) == OwnEdition(changed, me, shared=True)
    assert store.own_edition("ffffffffffff") is None
    kept(store, Rule(0, Deed.HIDE, "a", edition=coast.id))
    assert not store.drop_edition(me + 1, coast.id)
    assert store.drop_edition(me, coast.id)
    assert (store.own_editions(me), store.rules(me)) == ((), ())
