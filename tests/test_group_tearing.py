"""Stories that are several come apart, on articles whose vectors are angles (see `plain_weights`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from group_samples import NOW, Read, at, carry, group, homes, look_back, plain_weights, together
from octavo.group import Grouper, tearing
from octavo.model import Decision, DecisionKind, Extraction
from octavo.store import Arrival, Store
from store_samples import capture

K = DecisionKind


def some(name: str, degrees: float, count: int) -> list[Read]:
    return [at(f"{name}{k}", degrees) for k in range(count)]


def six(name: str, degrees: float) -> list[Read]:
    return some(name, degrees, 6)


def put_together(grouper: Grouper, one: str, *others: str) -> None:
    """Makes one story of those of some articles, as a wrong merge does."""
    for other in others:
        assert homes(grouper)[one] != homes(grouper)[other]
        grouper.apply(None, None, [Decision(K.MERGE, homes(grouper)[one], other=homes(grouper)[other])], NOW)
        assert homes(grouper)[one] == homes(grouper)[other]


def merged(read: Sequence[Read], one: str, *others: str, **limits: float) -> Grouper:
    """A grouper that wrongly made one story of several, of which `one` and `others` are articles."""
    grouper = Grouper(plain_weights(**limits))
    carry(read, grouper)
    put_together(grouper, one, *others)
    return grouper


def tears(grouper: Grouper) -> tuple[Decision, ...]:
    return tearing.torn_stories(grouper.state, sorted(grouper.state.to_review()))


def test_a_wrong_merge_of_large_stories_comes_apart_at_once() -> None:
    grouper = merged([*six("a", 0), *six("b", 90), at("a6", 0)], "a0", "b0")
    story = homes(grouper)["a0"]
    _, split, *moves = look_back(grouper)
    assert (split.kind, split.article, split.other) == (K.SPLIT, "b0", story)
    assert [(move.kind, move.article, move.story) for move in moves] == [(K.MOVE, f"b{k}", split.story) for k in range(1, 6)]
    assert split.reasons == ("6 of its 13 articles are hardly near to the others: one story at 0.00 at most, 0.25 is asked for",)
    assert moves[0].reasons == ("leaves with b0",)
    assert together(grouper) == [{f"a{k}" for k in range(7)}, {f"b{k}" for k in range(6)}]
    assert homes(grouper)["a0"] == story, "the larger part keeps the id"
    while look_back(grouper):
        pass
    assert len(together(grouper)) == 2, "and it stays so"


def test_of_equal_parts_the_older_one_keeps_the_id() -> None:
    grouper = merged([*six("a", 0), *six("b", 90)], "b0", "a0")
    story = homes(grouper)["a0"]
    look_back(grouper)
    assert homes(grouper)["a0"] == story != homes(grouper)["b0"]


def test_where_the_first_articles_have_left_the_window_the_newer_part_leaves() -> None:
    """All that stood there before what came in lately is one matter, though little of it is live."""
    grouper = merged([*some("a", 0, 20), *some("b", 90, 9), *some("late", 0, 5)], "late0", "b0", window_articles=15)
    story = homes(grouper)["a0"]
    assert grouper.state.row("a0") is None
    look_back(grouper)
    assert together(grouper) == [{*(f"a{k}" for k in range(20)), *(f"late{k}" for k in range(5))}, {f"b{k}" for k in range(9)}]
    assert homes(grouper)["a0"] == story


def test_of_a_large_story_every_live_article_is_looked_at() -> None:
    """The neighbours of a slice's articles may all lie outside of it: it would seem to hang on nothing."""
    read = [*some("a", 0, 150), *some("b", 90, 130), *some("late", 0, 110)]
    grouper = merged(read, "a0", "b0")
    story = homes(grouper)["a0"]
    look_back(grouper)
    assert [len(articles) for articles in together(grouper)] == [260, 130]
    assert homes(grouper)["late0"] == story


def test_a_story_that_is_too_large_is_not_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    grouper = merged([*six("a", 0), *six("b", 90), at("a6", 0)], "a0", "b0")
    monkeypatch.setattr(tearing, "_LOOKED", 12)
    assert tears(grouper) == ()
    monkeypatch.setattr(tearing, "_LOOKED", 13)
    assert len(tears(grouper)) == 6


def test_unlike_stories_come_apart_the_same_one_by_one_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def text(name: str, degrees: float, count: int) -> list[Read]:
        return [at(f"{name}{k}", degrees, " ".join(f"{name}{k}n{word}" for word in range(40))) for k in range(count)]

    alike = 47  # degrees: two knots
    wrong = [
        [text("a", 0, 9), text("b", 180, 5)],
        [text("c", 60, 6), text("d", 60 + alike, 7)],
        [text("e", 240, 12)],
        [text("f", 0, 8), text("g", 120, 6), text("h", 240, 4)],
        [text("i", 200, 7), text("j", 200 + alike, 6)],
    ]
    grouper = Grouper(plain_weights())
    stories = []
    for parts in wrong:
        for part in parts:
            (first, annotation), *others = part
            (opened,) = (replace(one, kind=K.OPEN, story=f"story-{first.id}") for one in grouper.decide(first, annotation, NOW))
            grouper.apply(first, annotation, [opened], NOW)
            for article, annotation in others:
                grouper.apply(article, annotation, [Decision(K.JOIN, opened.story, article.id)], NOW)
        first, *others = (f"story-{part[0][0].id}" for part in parts)
        grouper.apply(None, None, [Decision(K.MERGE, first, other=other) for other in others], NOW)
        stories.append(grouper.state.numbers[first])
    rows = [grouper.state.live_rows(number) for number in stories]
    at_once = tearing._parts(grouper.state, rows)
    assert [sorted(len(part.rows) for part in parts) for parts in at_once] == [[5, 9], [6, 7], [12], [4, 6, 8], [6, 7]]
    assert [parts[0].within > 0 for parts in at_once] == [False, True, False, False, True]
    for own, parts in zip(rows, at_once, strict=True):
        (alone,) = tearing._parts(grouper.state, [own])
        assert [part.rows.tolist() for part in parts] == [part.rows.tolist() for part in alone]
        assert [part[1:] for part in parts] == [pytest.approx(part[1:]) for part in alone]
    torn = tears(grouper)
    assert len({decision.other for decision in torn}) == 4
    monkeypatch.setattr(tearing, "_AT_ONCE", 1)
    assert tears(grouper) == torn


@pytest.mark.parametrize("size", [6, 8])
def test_a_story_of_three_comes_apart_in_one_turn(size: int) -> None:
    read = [*some("a", 0, size), *six("b", 90), *six("c", 180)]
    grouper = Grouper(plain_weights())
    carry(read, grouper)
    before = homes(grouper)
    put_together(grouper, "a0", "b0", "c0")
    splits = [decision for decision in look_back(grouper) if decision.kind is K.SPLIT]
    assert homes(grouper) == before, "the largest keeps the id, the others have their own again"
    assert [split.reasons[0].partition(" articles")[0] for split in splits] == [f"6 of its {len(read)}"] * 2


def test_what_is_near_to_nothing_does_not_leave_together() -> None:
    loners = [at(f"alone{k}", 72 * k) for k in range(1, 5)]
    grouper = merged([*some("a", 0, 8), *loners], "a0", *(f"alone{k}" for k in range(1, 5)))
    assert tears(grouper) == ()
    grouper = merged([*some("a", 0, 10), *six("b", 72), *loners[1:]], "a0", "b0", "alone2", "alone3", "alone4")
    assert [tear.article for tear in tears(grouper)] == [f"b{k}" for k in range(6)]


def test_what_hangs_together_stays_together() -> None:
    grouper = merged([*six("a", 0), *six("b", 55), at("m", 27.5)], "a0", "b0")
    assert [decision.kind for decision in look_back(grouper)] == [K.REVIEW]


def test_a_few_articles_do_not_leave_as_a_part() -> None:
    grouper = merged([*six("a", 0), *(at(f"b{k}", 90) for k in range(3))], "a0", "b0")
    assert all(decision.reasons[0].startswith("its own story reaches") for decision in look_back(grouper)[1:])


def test_copies_leave_with_their_origins() -> None:
    grouper = merged([*six("a", 0), *six("b", 90), at("a6", 0), at("b2-copy", 0, "b2")], "a0", "b0")
    assert grouper.state.articles["b2-copy"].copy_of == "b2"
    look_back(grouper)
    assert together(grouper)[1] == {*(f"b{k}" for k in range(6)), "b2-copy"}


def test_what_a_person_linked_is_not_torn() -> None:
    grouper = Grouper(plain_weights())
    carry([*six("a", 0), *six("b", 90)], grouper)
    grouper.apply(None, None, grouper.link("a0", "b0"), NOW)
    while look_back(grouper):
        pass
    assert homes(grouper)["a0"] == homes(grouper)["b0"]


def test_what_a_person_linked_may_leave_together() -> None:
    grouper = Grouper(plain_weights())
    carry([*six("a", 0), *six("b", 90), at("a6", 0)], grouper)
    grouper.apply(None, None, grouper.link("b1", "b2"), NOW)
    put_together(grouper, "a0", "b0")
    look_back(grouper)
    assert together(grouper) == [{f"a{k}" for k in range(7)}, {f"b{k}" for k in range(6)}]


def test_a_persons_merge_is_not_undone_around_what_was_linked() -> None:
    grouper = Grouper(plain_weights())
    carry([*six("a", 0), *six("b", 90), at("a6", 0)], grouper)
    state = grouper.state
    state.window.column("moves")[state.articles["b0"].row - state.window.first] = tearing.MOVES  # so it would stay
    grouper.apply(None, None, grouper.link("a0", "b0"), NOW)
    while look_back(grouper):
        pass
    assert len(together(grouper)) == 1


def test_it_ends_however_often_the_merge_is_made_again() -> None:
    grouper = merged([*six("a", 0), *six("b", 90), at("a6", 0)], "a0", "b0")
    for _ in range(3):
        assert K.SPLIT in {decision.kind for decision in look_back(grouper)}
        again = [Decision(K.MERGE, homes(grouper)["a0"], other=homes(grouper)["b0"])]
        grouper.apply(None, None, again, NOW)
    assert K.SPLIT not in {decision.kind for decision in look_back(grouper)}, "no article is put elsewhere more than three times"


def test_where_nothing_is_new_nothing_is_looked_at() -> None:
    grouper = merged([*six("a", 0), *six("b", 90)], "a0", "b0")
    grouper.apply(None, None, [Decision(K.REVIEW, "")], NOW)
    assert look_back(grouper) == ()


def test_the_journal_gives_the_same_state_back() -> None:
    read = [*six("a", 0), *six("b", 90), at("a6", 0)]
    grouper, again = merged(read, "a0", "b0"), Grouper(plain_weights())
    carry(read, again)
    again.apply(None, None, [Decision(K.MERGE, homes(again)["a0"], other=homes(again)["b0"])], NOW)
    again.apply(None, None, look_back(grouper), NOW)
    assert again.stories() == grouper.stories()
    assert again.settle(NOW) == grouper.settle(NOW)


def test_a_story_that_was_merged_and_is_torn_off_again_is_the_same_story() -> None:
    grouper = Grouper(plain_weights())
    carry([*six("a", 0), *six("b", 90), at("a6", 0)], grouper)
    before = homes(grouper)
    for _ in range(2):
        put_together(grouper, "a0", "b0")
        look_back(grouper)
        assert homes(grouper) == before
    assert grouper.story(before["b0"]).replaced_by is None


def test_also_when_it_had_come_to_be_by_being_torn_off() -> None:
    grouper = Grouper(plain_weights())
    group([*six("a", 0), at("a6", 0)], grouper)
    for article, annotation in six("b", 90):
        grouper.apply(article, annotation, [Decision(K.JOIN, homes(grouper)["a0"], article.id)], NOW)
    look_back(grouper)
    before = homes(grouper)
    assert before["b0"] != before["a0"]
    put_together(grouper, "a0", "b0")
    look_back(grouper)
    assert homes(grouper) == before


def test_the_store_follows_and_its_journal_gives_the_same_state_back(store: Store) -> None:
    read = [*six("a", 0), *six("b", 90), at("a6", 0)]
    arrived = capture("tearing")
    store.add_captures([arrived])
    store.add_extraction(Extraction(arrived.id, tuple(article for article, _ in read)), NOW)
    store.add_annotations([annotation for _, annotation in read])
    grouper = Grouper(plain_weights())
    journal = [Arrival(NOW, group([one], grouper)[0], one[0]) for one in read]
    before = homes(grouper)
    for _ in range(2):
        merge = Decision(K.MERGE, before["a0"], other=before["b0"])
        grouper.apply(None, None, [merge], NOW)
        journal.append(Arrival(NOW, (merge, *(torn := look_back(grouper)))))
        assert before["b0"] in {decision.story for decision in torn}
    store.record_arrivals(journal)
    again = Grouper(plain_weights())
    for arrival in store.arrivals():
        again.apply(arrival.article, arrival.annotation, arrival.decisions, arrival.at)
    assert homes(again) == homes(grouper) == store.stories_of(list(before)) == before
    assert (again.stories(), again.settle(NOW)) == (grouper.stories(), grouper.settle(NOW))
    assert store.resolve(before["b0"]) == before["b0"]
    found = store.story(before["b0"])
    assert found is not None
    assert (found.articles, found.replaced_by) == (tuple(f"b{k}" for k in range(6)), None)
