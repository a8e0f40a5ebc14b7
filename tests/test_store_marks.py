"""What readers mark, how they want pages set, and when they were here."""

from __future__ import annotations

import pytest

from octavo.errors import InputError
from octavo.model import Decision, DecisionKind, Reader
from octavo.store import Mark, MarkKind, Preferences, Store
from store_samples import NOW, article, later, put, put_many

K = DecisionKind


def story(store: Store, id: str, *articles: str, copies: tuple[tuple[str, str], ...] = ()) -> None:
    for n, one in enumerate(articles):
        store.record_decisions([Decision(K.JOIN if n else K.OPEN, id, one)], later(n))
    for copy, origin in copies:
        store.record_decisions([Decision(K.COPY, id, copy, origin)], later(9))


def asked(store: Store) -> tuple[Reader | None, Preferences]:
    found = store.who_asks(None, None, NOW)
    return found.reader, found.preferences


def read(store: Store, entity: str, *ids: str) -> set[str]:
    return {id for id, marks in store.marks(store.owner().id, entity, ids).items() if MarkKind.READ in marks}


def test_a_story_that_is_read_takes_its_articles_with_it(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    story(store, "S1", one, two)
    story(store, "S2", three)
    me = store.owner().id
    store.mark(me, "article", two, MarkKind.READ, later(20))
    store.mark(me, "story", "S1", MarkKind.READ, later(30))
    store.mark(me, "story", "S1", MarkKind.READ, later(31))
    assert read(store, "story", "S1", "S2") == {"S1"}
    assert read(store, "article", one, two, three) == {one, two}
    assert store.marks(me, "article", [two])[two][MarkKind.READ] == later(20)
    store.unmark(me, "story", "S1", MarkKind.READ)
    assert read(store, "story", "S1") | read(store, "article", one, two) == set()


def test_an_article_that_is_read_is_read_in_all_its_copies(store: Store) -> None:
    one, two, three, other = put_many(store, ["one", "two", "three", "other"])
    story(store, "S1", one, other, copies=((two, one), (three, two)))
    me = store.owner().id
    store.mark(me, "article", three, MarkKind.READ, later(20))
    assert read(store, "article", one, two, three, other) == {one, two, three}
    assert read(store, "story", "S1") == set()
    store.unmark(me, "article", one, MarkKind.READ)
    assert read(store, "article", one, two, three, other) == set()


def test_a_page_that_is_opened_is_read(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    story(store, "S1", one, two)
    me = store.owner().id
    store.opened(me, "story", "S1", later(5))
    store.opened(me, "story", "S1", later(6))
    assert store.marks(me, "story", ["S1"]) == {"S1": {MarkKind.OPENED: later(6), MarkKind.READ: later(6)}}
    assert read(store, "article", one, two) == {one, two}
    assert store.marked(me, MarkKind.OPENED, 10) == (Mark("story", "S1", MarkKind.OPENED, later(6)),)


def test_stories_come_by_the_time_of_their_newest_article_and_by_size(store: Store) -> None:
    old, new, newest, single = (
        put(store, article(name, published=published), capture_name=name)[0]
        for name, published in (
            ("old", "2031-05-01T08:00+00:00"),
            ("new", "2031-05-03T08:00+00:00"),
            ("newest", "2031-05-03T09:00+00:00"),
            ("single", "2031-05-02T08:00+00:00"),
        )
    )
    story(store, "S1", old, newest)
    story(store, "S2", single)
    store.record_decisions([Decision(K.OPEN, "S3", new)], later(30))
    assert store.newest_stories(5) == ("S1", "S3", "S2")
    assert store.newest_stories(1, before="S1") == ("S3",)
    assert store.newest_stories(5, before="S3") == ("S2",)
    with pytest.raises(InputError):
        store.newest_stories(5, before="S9")
    assert store.largest_stories(NOW, 5) == ("S1", "S3", "S2")
    assert store.largest_stories(later(20), 5) == ("S3",)


def test_saving_is_said_of_one_thing_only(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    story(store, "S1", one, two)
    me = store.owner().id
    store.mark(me, "story", "S1", MarkKind.SAVED, later(1))
    store.mark(me, "article", two, MarkKind.SAVED, later(2))
    assert store.marked(me, MarkKind.SAVED, 10) == (
        Mark("article", two, MarkKind.SAVED, later(2)),
        Mark("story", "S1", MarkKind.SAVED, later(1)),
    )
    assert [mark.id for mark in store.marked(me, MarkKind.SAVED, 10, before=later(2))] == ["S1"]
    store.unmark(me, "story", "S1", MarkKind.SAVED)
    assert [mark.id for mark in store.marked(me, MarkKind.SAVED, 10)] == [two]


def test_all_that_moved_last_before_a_moment_is_read(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    story(store, "S1", one)
    store.record_decisions([Decision(K.OPEN, "S2", two)], later(60))
    store.record_decisions([Decision(K.OPEN, "S3", three)], later(120))
    me = store.owner().id
    store.look(me, "S1", {one: 1}, NOW)
    store.refresh_look(store.looks(["S1"], me)[0])
    moved = store.story("S2")
    assert moved
    assert moved.updated_at
    store.read_all(me, moved.updated_at, later(200))
    assert read(store, "story", "S1", "S2", "S3") == {"S1", "S2"}
    assert read(store, "article", one, two, three) == {one, two}
    assert not store.looks(["S1"], me)[0].fresh


def test_what_was_marked_as_read_is_woken_by_news_alone(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    story(store, "S1", one)
    story(store, "S2", two)
    me = store.owner().id
    store.look(me, "S2", {two: 1}, later(-120))
    store.read_all(me, later(5), later(6))
    looks = {look.story: look for look in store.looks(["S1", "S2"], me)}
    assert {id: (look.looked_at, dict(look.shown), look.fresh) for id, look in looks.items()} == {
        "S1": (later(6), {one: 1}, False),
        "S2": (later(6), {two: 1}, False),
    }
    assert (looks["S2"].previous_at, dict(looks["S2"].before)) == (later(-120), {two: 1})
    store.record_decisions([Decision(K.COPY, "S1", three, one)], later(9))
    assert dict(store.looks(["S1"], me)[0].shown) == {one: 1}  # what is new in a copy is told by looking at what stood there


def test_a_story_that_took_another_in_goes_on_with_the_look_at_that(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    story(store, "S1", one)
    story(store, "S2", two)
    me = store.owner().id
    store.look(me, "S1", {one: 1}, NOW)
    store.record_decisions([Decision(K.MERGE, "S2", other="S1")], later(50))
    store.read_stories(me, ["S2"], later(60))
    (look,) = store.looks(["S2"], me)
    assert (dict(look.shown), look.previous_at, dict(look.before)) == ({one: 1, two: 1}, NOW, {one: 1})


def test_what_readers_looked_at_is_counted_since_a_moment(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    for id, member in (("S1", one), ("S2", two), ("S3", three)):
        story(store, id, member)
    me = store.owner().id
    store.opened(me, "story", "S1", later(-600))
    store.opened(me, "story", "S2", later(10))
    store.opened(me, "story", "S3", later(20))
    store.read_stories(me, ["S1"], later(30))
    assert list(store.looked_at(NOW, 5).items()) == [("S3", 1), ("S2", 1)]
    assert list(store.looked_at(NOW, 1)) == ["S3"]


def test_preferences_come_back_as_they_were_kept(store: Store) -> None:
    me = store.owner().id
    assert asked(store) == (store.owner(), Preferences())
    chosen = Preferences(
        size="large", theme="sepia", languages=("de", "ja"), time_zone="Asia/Tokyo", home="JP", edition="jp-en", keys=False
    )
    store.prefer(me, chosen)
    assert asked(store) == (store.owner(), chosen)


def test_visits_within_half_an_hour_are_one_visit(store: Store) -> None:
    me = store.owner().id
    assert store.visit(me, NOW) is None
    assert store.visit(me, later(20)) is None
    assert store.visit(me, later(90), keep=False) == later(20)
    assert store.visit(me, later(100)) == later(20)
    assert store.visit(me, later(120)) == later(20)
    assert store.visit(me, later(200)) == later(120)
