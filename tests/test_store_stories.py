"""Decisions and the stories they lead to: each kind's effect, lasting ids, history, and the same journal giving the same stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, select

from octavo.errors import InputError, StoreError
from octavo.model import Annotation, Brief, BriefSentence, Citation, CopyGroup, Decision, DecisionKind, Phase, Signal, Story, Thread
from octavo.store import Arrival, Store
from octavo.store.tables import arrivals, article_annotations, memberships, thread_members
from store_samples import NOW, annotation, article, article_id, later, put, put_many

K = DecisionKind


def opened(store: Store, story: str, *articles: str, minute: float = 0) -> None:
    """A story that the first of these articles opens and the others join, a minute apart."""
    for n, id in enumerate(articles):
        store.record_decisions([Decision(K.JOIN if n else K.OPEN, story, id)], later(minute + n))


def shown(store: Store, id: str) -> Story:
    found = store.story(id)
    assert found is not None
    return found


def test_an_article_opens_a_story_and_others_join_it(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", two, one)
    opened(store, "S2", three, minute=30)
    assert shown(store, "S1") == Story("S1", (two, one), opened_at=NOW, updated_at=later(1))
    assert store.story_of(one) == shown(store, "S1")
    assert store.stories_of([three, one, article_id("none")]) == {one: "S1", three: "S2"}
    assert [story.id for story in store.stories(["S2", "S9", "S1"])] == ["S2", "S1"]
    assert store.story("S9") is None
    assert store.story_of(article_id("none")) is None


def test_annotated_articles_wait_for_grouping_in_the_order_they_were_stored(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    put(store, article("unread"), capture_name="unread")
    assert store.ungrouped(2) == (one, two)
    opened(store, "S1", two)
    assert store.ungrouped(10) == (one, three)
    store.record_decisions([], NOW, one)  # taken in, though nothing came of it
    assert store.ungrouped(10) == (three,)


def test_copies_are_folded_around_the_one_that_had_it_first(store: Store) -> None:
    dates = {"one": "2031-05-04T09:00", "two": "2031-05-04T08:00", "three": None, "four": "2031-05-04T07:00"}
    put(store, *(article(name, published=date) for name, date in dates.items()), annotated=True)
    one, two, three, four = (article_id(name) for name in dates)
    opened(store, "S1", one, four)
    store.record_decisions([Decision(K.COPY, "S1", two, other=one)], later(5))
    store.record_decisions([Decision(K.COPY, "S1", three, other=two)], later(6))
    assert shown(store, "S1").articles == (one, four, two, three)
    assert shown(store, "S1").copies == (CopyGroup(two, (two, one, three)),)


def test_a_merge_moves_everything_and_leaves_a_pointer(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one)
    opened(store, "S2", two, minute=10)
    opened(store, "S3", three, minute=20)
    store.record_decisions([Decision(K.MERGE, "S1", other="S2")], later(30))
    assert shown(store, "S1") == Story("S1", (one, two), opened_at=NOW, updated_at=later(10))
    assert (shown(store, "S2").articles, shown(store, "S2").replaced_by) == ((), "S1")
    store.record_decisions([Decision(K.MERGE, "S3", other="S1")], later(31))
    assert [store.resolve(id) for id in ("S1", "S2", "S3", "S9")] == ["S3", "S3", "S3", "S9"]
    assert store.stories_of([one, two, three]) == {one: "S3", two: "S3", three: "S3"}
    assert [story.id for story in store.recent_stories(None, 10)] == ["S3"]
    assert {(change.id, change.kind) for change in store.changes("test", "story", 100) if change.kind == "replaced"} == {
        ("S2", "replaced"),
        ("S1", "replaced"),
    }


def test_a_split_opens_a_story_of_its_own(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one, two, three)
    store.record_decisions([Decision(K.SPLIT, "S2", two, other="S1"), Decision(K.MOVE, "S2", three, other="S1")], later(60))
    assert shown(store, "S1") == Story("S1", (one,), opened_at=NOW, updated_at=NOW)
    assert shown(store, "S2") == Story("S2", (two, three), opened_at=later(1), updated_at=later(2))


def test_a_move_takes_an_article_elsewhere_and_an_emptied_story_points_there(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one, three)
    opened(store, "S2", two, minute=10)
    store.record_decisions([Decision(K.MOVE, "S2", one, other="S1")], later(20))
    assert shown(store, "S1").articles == (three,)
    assert shown(store, "S2") == Story("S2", (one, two), opened_at=later(10), updated_at=later(10))
    store.record_decisions([Decision(K.MOVE, "S2", three, other="S1")], later(21))
    assert (shown(store, "S1").articles, shown(store, "S1").replaced_by) == ((), "S2")


def test_the_history_of_memberships_is_kept(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    store.record_decisions([Decision(K.MOVE, "S2", one, other="S1")], later(5))
    seqs = [seq for seq, _, _ in store.journal()]
    with store.database.reading() as connection:
        rows = connection.execute(select(memberships).where(memberships.c.article == one).order_by(memberships.c.since)).all()
    assert [(row.story, row.since, row.until) for row in rows] == [("S1", seqs[0], seqs[2]), ("S2", seqs[2], None)]


def test_stories_are_threaded_in_order_of_what_they_tell(store: Store) -> None:
    put(store, article("one", published="2031-05-03"), article("two", published="2031-05-01"), article("three"), annotated=True)
    one, two, three = (article_id(name) for name in ("one", "two", "three"))
    for n, id in enumerate((one, two, three)):
        opened(store, f"S{n + 1}", id, minute=n)
    store.record_decisions([Decision(K.THREAD, "S1", other="T1"), Decision(K.THREAD, "S2", other="T1")], later(5))
    store.record_decisions([Decision(K.THREAD, "S3", other="T2")], later(6))
    store.set_thread_headlines({"T1": "The harbour"})
    assert store.thread("T1") == Thread("T1", ("S2", "S1"), "The harbour")
    assert shown(store, "S1").thread == "T1"
    assert store.threads(10) == (Thread("T1", ("S2", "S1"), "The harbour"),)  # one story is no thread to show
    store.record_decisions([Decision(K.THREAD, "S2", other="T2")], later(7))
    store.record_decisions([Decision(K.UNTHREAD, "S1", other="T1")], later(8))
    assert store.thread("T1") == Thread("T1", (), "The harbour")
    assert store.threads(10) == (Thread("T2", ("S2", "S3")),)
    assert shown(store, "S1").thread is None
    assert store.thread("T9") is None
    with store.database.reading() as connection:
        assert [row.thread for row in connection.execute(select(thread_members).where(thread_members.c.until.is_not(None)))] == ["T1", "T1"]
    assert {(change.id, change.kind) for change in store.changes("test", "thread", 100)} == {
        ("T1", "new"),
        ("T2", "new"),
        ("T1", "changed"),
        ("T1", "described"),
        ("T2", "changed"),
    }


def test_a_story_that_is_taken_in_hands_its_thread_on(store: Store) -> None:
    ids = put_many(store, ["one", "two", "three", "four"])
    for n, id in enumerate(ids, 1):
        opened(store, f"S{n}", id)
    store.record_decisions([Decision(K.THREAD, "S1", other="T1"), Decision(K.THREAD, "S2", other="T2")], NOW)
    store.record_decisions([Decision(K.MERGE, "S3", other="S1"), Decision(K.MERGE, "S3", other="S2")], NOW)
    assert [shown(store, id).thread for id in ("S1", "S2", "S3")] == [None, None, "T1"]
    assert store.thread("T2") == Thread("T2", ())


@pytest.mark.parametrize(
    "wrong",
    [
        Decision(K.JOIN, "S9", article_id("three")),
        Decision(K.JOIN, "S2", article_id("one")),
        Decision(K.OPEN, "S1", article_id("three")),
        Decision(K.OPEN, "S9", article_id("none")),
        Decision(K.MERGE, "S1", other="S1"),
        Decision(K.MERGE, "S1", other="S9"),
        Decision(K.MERGE, "S1"),
        Decision(K.MOVE, "S1", article_id("one"), other="S2"),
        Decision(K.JOIN, "S1"),
        Decision(K.UNTHREAD, "S1", other="T1"),
        Decision(K.THREAD, "S9", other="T1"),
        Decision(K.UNTHREAD, "S2", other="T1"),
        Decision(K.MOVE, "S1", article_id("one"), other="S1"),
        Decision(K.SPLIT, "S2", article_id("one"), other="S1"),
        Decision(K.SPLIT, "S1", article_id("one"), other="S1"),
        Decision(K.COPY, "S1", article_id("one"), other=article_id("three")),
        Decision(K.LINK, "S1", article_id("one"), other=article_id("one")),
        Decision(K.LINK, "S1", article_id("one"), other="S2"),
        Decision(K.LINK, "S2", article_id("one"), other=article_id("two")),
        Decision(K.PART, "S1", article_id("one")),
        Decision(K.PART, "S9", article_id("one"), other=article_id("two")),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_nothing_changes(store: Store, wrong: Decision) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    store.record_decisions([Decision(K.THREAD, "S2", other="T2")], NOW)
    before = (store.counts(), store.stories(["S1", "S2"]), store.changes("test", None, 100))
    with pytest.raises(StoreError):
        store.record_arrivals([Arrival(later(5), (Decision(K.JOIN, "S1", three),), store.article(three)), Arrival(later(6), (wrong,))])
    assert (store.counts(), store.stories(["S1", "S2"]), store.changes("test", None, 100)) == before


def test_a_replaced_story_takes_nothing_in(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    store.record_decisions([Decision(K.MERGE, "S1", other="S2")], NOW)
    with pytest.raises(StoreError, match="another took it in"):
        store.record_decisions([Decision(K.JOIN, "S2", three)], NOW)


JOURNAL = (  # when, which article arrived, what was decided
    (0, "one", Decision(K.OPEN, "S1", "one", reasons=("no live article is near",))),
    (1, "two", Decision(K.COPY, "S1", "two", other="one", score=0.97, reasons=("97 of 100 words",))),
    (2, "three", Decision(K.OPEN, "S2", "three"), Decision(K.THREAD, "S2", other="T1"), Decision(K.THREAD, "S1", other="T1")),
    (3, "four", Decision(K.JOIN, "S2", "four", score=0.71), Decision(K.MERGE, "S2", other="S1")),
    (3, "five", Decision(K.OPEN, "S3", "five")),
    (3, None, Decision(K.REVIEW, "")),
    (3, None, Decision(K.REVIEW, ""), Decision(K.MOVE, "S2", "five", other="S3"), Decision(K.SPLIT, "S3", "five", other="S2")),
    (4, None, Decision(K.LINK, "S2", "two", other="five"), Decision(K.MERGE, "S2", other="S3")),
    (4, None, Decision(K.PART, "S2", "five", other="two"), Decision(K.SPLIT, "S3", "five", other="S2")),
    (9, None, Decision(K.SPLIT, "S4", "four", other="S2"), Decision(K.MOVE, "S3", "two", other="S2")),
)


def test_the_same_journal_gives_the_same_stories(sqlite_address: str, address: str) -> None:
    names = ["one", "two", "three", "four", "five"]
    stories = ["S1", "S2", "S3", "S4"]

    def named(decision: Decision) -> Decision:
        ids = {name: article_id(name) for name in names}
        return replace(decision, article=ids.get(decision.article or ""), other=ids.get(decision.other or "", decision.other))

    def told(store: Store) -> list[tuple[datetime, Decision]]:
        return [(at, decision) for _, at, decision in store.journal()]

    with Store.open(address) as first:
        put_many(first, names)
        articles = first.articles([article_id(name) for name in names])
        given = [
            Arrival(later(minute), tuple(map(named, decisions)), articles[article_id(name)] if name else None)
            for minute, name, *decisions in JOURNAL
        ]
        last = first.record_arrivals(given)
        taken = list(first.arrivals())
        wanted = (first.stories(stories), first.thread("T1"), first.recent_stories(None, 10), told(first))
        assert [replace(arrival, annotation=None, seq=None) for arrival in taken] == given
        assert [arrival.annotation for arrival in taken] == [arrival.article and annotation(arrival.article) for arrival in given]
        assert taken[-1].seq == last == list(first.journal())[-1][0]
        assert [story.articles for story in wanted[0]] == [
            (),
            (article_id("one"), article_id("three")),
            (article_id("two"), article_id("five")),
            (article_id("four"),),
        ]
    other = sqlite_address if address != sqlite_address else sqlite_address.replace("octavo.sqlite", "second.sqlite")
    with Store.open(other) as second:
        put_many(second, names)
        second.record_arrivals(taken)
        assert (second.stories(stories), second.thread("T1"), second.recent_stories(None, 10), told(second)) == wanted


def test_the_journal_is_read_in_order_from_any_place(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.store.journal._PAGE", 3)
    ids = put_many(store, [f"paper{n}" for n in range(9)])
    given = [Decision(K.OPEN, f"S{n}", id, score=n / 8, reasons=(f"number {n}",)) for n, id in enumerate(ids)]
    for n, decision in enumerate(given):
        store.record_decisions([decision], later(n))
    entries = list(store.journal())
    assert [decision for _, _, decision in entries] == given
    assert [at for _, at, _ in entries] == [later(n) for n in range(9)]
    assert list(store.journal(after=entries[3][0])) == entries[4:]
    arrived = [arrival.article for arrival in store.arrivals(after=entries[3][0])]
    assert [article.id for article in arrived if article] == list(ids[4:])
    assert store.decisions_of("S4") == (given[4],)


def test_a_replay_reads_an_article_as_it_was_when_it_arrived(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    put(store, article(text="Rewritten."), capture_name="again")
    read = annotation(article(revision=2), vector=b"\x01\x3c" * 384)
    store.add_annotations([read])
    opened(store, "S1", id)
    before = list(store.arrivals())
    assert before[0].annotation == read
    assert before[0].article
    assert (before[0].article.revision, before[0].article.text, before[0].article.published) == (2, "Rewritten.", article().published)
    sure = {"published": Signal("meta", 1.0, "second"), "headline": Signal("meta", 1.0)}
    again = article(headline="Harbour closed", published="2031-05-01T10:00:00Z", publisher="The Tern", language="da", signals=sure)
    put(store, again, capture_name="third")
    store.add_annotations([annotation(replace(again, revision=3))])
    assert list(store.arrivals()) == before


def test_a_replay_goes_on_without_an_annotation_that_is_not_kept(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    opened(store, "S1", id)
    with store.database.writing() as connection:
        connection.execute(delete(article_annotations))
    assert [arrival.annotation for arrival in store.arrivals()] == [Annotation(id, 1, "", "en")]


def test_journals_from_before_heads_were_kept_are_read_with_the_heads_of_now(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    opened(store, "S1", id)
    with store.database.writing() as connection:
        connection.execute(delete(arrivals))
    assert [arrival.article for arrival in store.arrivals()] == [store.article(id)]


def test_an_article_stays_in_its_story_when_it_is_revised(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    opened(store, "S1", one, two)
    put(store, article("one", headline="Something else altogether", text="Rewritten."), capture_name="again")
    store.add_annotations([annotation(article("one", revision=2))])
    assert store.ungrouped(10) == ()
    assert shown(store, "S1").articles == (one, two)


def test_wishes_and_reviews_change_no_story(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    before = store.stories(["S1", "S2"])
    store.done("test", store.changes("test", None, 100)[-1].seq)
    given = [Decision(K.REVIEW, ""), Decision(K.LINK, "S1", one, other=two, reasons=("a person",)), Decision(K.PART, "S2", two, other=one)]
    for decision in given:
        store.record_decisions([decision], later(9))
    assert store.stories(["S1", "S2"]) == before
    assert store.changes("test", None, 100) == ()
    assert [arrival.decisions for arrival in store.arrivals()][2:] == [(decision,) for decision in given]
    assert store.decisions_of("S1")[1:] == (given[1],)
    assert store.decisions_of("S2")[1:] == (given[2],)


def test_a_merged_story_that_is_split_off_again_is_the_same_story(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    opened(store, "S1", one)
    opened(store, "S2", two, three, minute=5)
    store.record_decisions([Decision(K.THREAD, "S2", other="T1"), Decision(K.MERGE, "S1", other="S2")], later(10))
    store.record_decisions([Decision(K.SPLIT, "S2", two, other="S1"), Decision(K.MOVE, "S2", three, other="S1")], later(20))
    assert shown(store, "S2") == Story("S2", (two, three), opened_at=later(5), updated_at=later(6))
    assert (shown(store, "S1").articles, shown(store, "S1").thread) == ((one,), "T1")
    assert store.resolve("S2") == "S2"
    store.record_decisions([Decision(K.MOVE, "S2", one, other="S1")], later(30))
    assert [store.resolve(id) for id in ("S1", "S2")] == ["S2", "S2"]
    assert shown(store, "S2").thread == "T1"  # it came with the last article


def test_a_story_merged_into_one_that_is_merged_itself_lives_on_in_the_last(store: Store) -> None:
    ids = put_many(store, ["one", "two", "three"])
    for n, id in enumerate(ids, 1):
        opened(store, f"S{n}", id)
    store.record_decisions([Decision(K.MERGE, "S2", other="S3"), Decision(K.MERGE, "S1", other="S2")], later(5))
    assert [store.resolve(f"S{n}") for n in (1, 2, 3)] == ["S1"] * 3
    store.record_decisions([Decision(K.SPLIT, "S2", ids[1], other="S1")], later(6))
    assert [store.resolve(f"S{n}") for n in (1, 2, 3)] == ["S1", "S2", "S2"]
    assert [shown(store, f"S{n}").articles for n in (1, 2, 3)] == [(ids[0], ids[2]), (ids[1],), ()]


def test_a_copy_that_is_moved_is_a_copy_no_more_until_it_comes_back(store: Store) -> None:
    one, two, three, four = put_many(store, ["one", "two", "three", "four"])
    opened(store, "S1", one)
    opened(store, "S2", four)
    for id in (two, three):
        store.record_decisions([Decision(K.COPY, "S1", id, other=one)], later(5))
    store.record_decisions([Decision(K.MOVE, "S2", two, other="S1")], later(6))
    assert [len(group.articles) for group in shown(store, "S1").copies] == [2]
    assert shown(store, "S2").copies == ()
    store.record_decisions([Decision(K.MOVE, "S2", three, other="S1")], later(7))
    assert shown(store, "S1").copies == ()
    assert [set(group.articles) for group in shown(store, "S2").copies] == [{two, three}]  # still one voice without their origin
    store.record_decisions([Decision(K.MERGE, "S1", other="S2")], later(8))
    assert [set(group.articles) for group in shown(store, "S1").copies] == [{one, two, three}]


def test_recent_stories_come_last_updated_first_page_by_page(store: Store) -> None:
    ids = put_many(store, [f"paper{n}" for n in range(5)])
    for n, id in enumerate(ids):
        opened(store, f"S{n}", id, minute=n // 2)  # two at a time in the same minute
    assert [story.id for story in store.recent_stories(None, 10)] == ["S4", "S3", "S2", "S1", "S0"]
    assert [story.id for story in store.recent_stories(later(1), 10)] == ["S4", "S3", "S2"]
    pages, last = [], None
    while page := store.recent_stories(None, 2, last):
        pages.append([story.id for story in page])
        last = page[-1].id
    assert pages == [["S4", "S3"], ["S2", "S1"], ["S0"]]
    with pytest.raises(InputError, match="no story S9"):
        store.recent_stories(None, 2, "S9")


def test_what_is_derived_is_written_only_where_it_differs(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    store.done("test", store.changes("test", None, 100)[-1].seq)
    for _ in range(2):
        store.set_headlines({"S1": "The harbour reopens", "S2": None, "S9": "No such story"})
        store.set_phases({"S1": Phase.ACTIVE, "S2": Phase.EMERGING})
    assert (shown(store, "S1").headline, shown(store, "S1").phase) == ("The harbour reopens", Phase.ACTIVE)
    assert [(change.id, change.kind) for change in store.changes("test", None, 100)] == [("S1", "described")] * 2


def test_briefs_are_kept_and_replaced(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    opened(store, "S1", one)
    opened(store, "S2", two)
    first = Brief("S1", (BriefSentence("It reopened.", Citation(one, 3, 15, 2)), BriefSentence("At last.", Citation(two, 0, 8))))
    store.set_briefs([first, Brief("S2")])
    assert store.briefs(["S2", "S1", "S9"]) == {"S1": first, "S2": Brief("S2")}
    store.set_briefs([Brief("S1", first.sentences[1:])])
    assert store.briefs(["S1"])["S1"].sentences == first.sentences[1:]
