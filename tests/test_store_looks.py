"""Looks of readers at stories, what stood there then, and what briefs had to take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from octavo.model import Annotation, Brief, BriefSentence, Citation, Decision, DecisionKind
from octavo.store import Look, MarkKind, Store, Withdrawn
from store_samples import NOW, article, article_id, later, put, put_many

K = DecisionKind


def story(store: Store, id: str, *articles: str) -> None:
    for n, one in enumerate(articles):
        store.record_decisions([Decision(K.JOIN if n else K.OPEN, id, one)], later(n))


def test_the_first_look_has_none_before_it(store: Store) -> None:
    (one,) = put_many(store, ["one"])
    story(store, "S1", one)
    me = store.owner().id
    look = store.look(me, "S1", {one: 1}, NOW)
    assert look == Look(me, "S1", NOW, {one: 1})
    assert store.looks(["S1", "S9"]) == (look,)
    assert store.marks(me, "story", ["S1"]) == {"S1": {MarkKind.OPENED: NOW, MarkKind.READ: NOW}}
    assert store.marks(me, "article", [one]) == {one: {MarkKind.READ: NOW}}


def test_visits_within_half_an_hour_are_one_look(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    story(store, "S1", one, two, three)
    me = store.owner().id
    store.look(me, "S1", {one: 1}, NOW)
    assert store.look(me, "S1", {one: 1, two: 1}, later(20)).previous_at is None
    again = store.look(me, "S1", {one: 2, two: 1, three: 1}, later(300))
    assert (again.previous_at, again.before) == (later(20), {one: 1, two: 1})
    reloaded = store.look(me, "S1", {one: 2, two: 1, three: 1}, later(329))
    assert (reloaded.previous_at, reloaded.before) == (later(20), {one: 1, two: 1})
    assert reloaded.looked_at == later(329)


def test_a_page_made_ahead_is_no_look(store: Store) -> None:
    (one,) = put_many(store, ["one"])
    story(store, "S1", one)
    me = store.owner().id
    store.look(me, "S1", {}, NOW)
    ahead = store.look(me, "S1", {one: 1}, later(60), keep=False)
    assert (ahead.previous_at, ahead.before) == (NOW, {})
    assert store.looks(["S1"])[0].looked_at == NOW
    assert store.marks(me, "story", ["S1"])["S1"][MarkKind.OPENED] == NOW


def test_what_joins_while_a_page_is_made_is_not_read(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    story(store, "S1", one, two)
    me = store.owner().id
    store.look(me, "S1", {one: 1}, NOW)
    assert store.marks(me, "article", [one, two]).keys() == {one}


def test_a_look_at_a_story_that_was_taken_in_counts(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    story(store, "S1", one)
    story(store, "S2", two)
    me = store.owner().id
    store.look(me, "S1", {one: 1}, NOW)
    store.look(me, "S2", {two: 1}, later(1))
    store.record_decisions([Decision(K.MERGE, "S1", other="S2")], later(5))
    look = store.look(me, "S1", {one: 1, two: 1}, later(90))
    assert look.before == {one: 1, two: 1}
    assert look.previous_at == later(1)


def test_a_look_is_fresh_until_the_next_one(store: Store) -> None:
    (one,) = put_many(store, ["one"])
    story(store, "S1", one)
    me = store.owner().id
    look = store.look(me, "S1", {one: 1}, NOW)
    store.refresh_look(look)
    assert store.looks(["S1"], me) == (replace(look, fresh=True),)
    newer = store.look(me, "S1", {one: 1}, later(10))
    assert not newer.fresh
    store.refresh_look(look)  # what was found about the look before does not concern this one
    assert not store.looks(["S1"])[0].fresh
    assert store.looks(["S1"], me + 1) == ()


def test_articles_are_read_as_they_were_shown(store: Store) -> None:
    first = article("one")
    put(store, first)
    put(store, replace(first, headline="New headline", text="Another text."), capture_name="again", now=later(60))
    two = article_id("two")
    put(store, article("two"), capture_name="two")
    now = store.articles([first.id, two])
    old = store.articles_at([(first.id, 1), (first.id, 2), (first.id, 3), ("none", 1)])
    assert {place: (found.headline, found.text) for place, found in old.items()} == {
        (first.id, 1): (first.headline, first.text),
        (first.id, 2): ("New headline", "Another text."),
    }
    shown = {found.id: found for found in store.as_shown({first.id: 1, two: 1, "none": 1}, now)}
    assert shown[first.id].text == first.text
    assert shown[two] is now[two]
    assert len(shown) == 2


def test_what_a_brief_had_to_take_back_is_kept_with_it(store: Store) -> None:
    (one,) = put_many(store, ["one"])
    story(store, "S1", one)
    sentence = BriefSentence("Twelve people died.", Citation(one, 0, 19, 1), outlets=3)
    gone = Withdrawn(sentence, later(70) + timedelta(microseconds=5))
    store.set_briefs([Brief("S1", (sentence,), single=True)])
    assert store.briefs(["S1"]) == {"S1": Brief("S1", (sentence,), single=True)}
    assert store.withdrawn(["S1"]) == {}
    store.set_briefs([Brief("S1")], {"S1": [gone]})
    assert store.withdrawn(["S1", "S9"]) == {"S1": (gone,)}
    store.set_briefs([Brief("S1")])
    assert store.withdrawn(["S1"]) == {}


def test_outlets_are_counted_within_a_time(store: Store) -> None:
    for name, publisher, published in (
        ("one", "The Gull", "2031-05-04T08:00+00:00"),
        ("two", "The Gull", "2031-05-04T09:00+00:00"),
        ("three", "Radio Skerry", "2031-05-04T09:00+00:00"),
        ("four", "Radio Skerry", "2031-05-03T09:00+00:00"),
        ("five", None, "2031-05-04T09:00+00:00"),
    ):
        put(store, article(name, publisher=publisher, published=published), capture_name=name)
    assert store.published(later(-240), later(-180)) == {"The Gull": 2, "Radio Skerry": 1}


def test_what_tells_related_stories_is_read_without_the_rest(store: Store) -> None:
    one, _ = put_many(store, ["one", "two"])
    read = store.annotations([one])[one]
    assert store.gists([one, "none"]) == {
        one: Annotation(one, 1, read.version, read.language, names=read.names, vector=read.vector),
    }


def test_a_look_counts_however_often_the_story_was_taken_in(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    for id, first in (("S1", one), ("S2", two), ("S3", three)):
        story(store, id, first)
    me = store.owner().id
    store.look(me, "S3", {three: 1}, NOW)
    store.record_decisions([Decision(K.MERGE, "S2", other="S3")], later(1))
    store.record_decisions([Decision(K.MERGE, "S1", other="S2")], later(2))
    look = store.look(me, "S1", {one: 1, two: 1, three: 1}, later(90), keep=False)
    assert (look.previous_at, look.before) == (NOW, {three: 1})
    store.read_stories(me, ["S1"], later(91))
    (kept,) = store.looks(["S1"], me)
    assert (kept.previous_at, kept.before) == (NOW, {three: 1})
