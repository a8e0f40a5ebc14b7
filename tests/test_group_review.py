"""The look back, on articles whose vectors are angles (see `plain_weights`): what later articles show is put right, wishes hold, ids last."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import log

import numpy as np
import pytest

from group_samples import NOW, Read, at, carry, days, homes, line, look_back, plain_weights, together
from octavo.group import Grouper, story_id
from octavo.group.features import MERGE_FEATURES
from octavo.group.judge import Couples
from octavo.group.review import merge_chances
from octavo.model import Decision, DecisionKind

K = DecisionKind
Kinds = list[tuple[DecisionKind, str | None]]


def came(read: Sequence[Read], grouper: Grouper | None = None) -> Grouper:
    """A grouper to which the articles came, without a look back."""
    grouper = grouper or Grouper(plain_weights())
    for one, annotation in read:
        now = one.seen_at or NOW
        grouper.apply(one, annotation, grouper.decide(one, annotation, now), now)
    return grouper


def said(decisions: Sequence[Decision]) -> Kinds:
    return [(decision.kind, decision.article) for decision in decisions]


def copied(grouper: Grouper, origin: str, id: str) -> None:
    """An article comes that is a copy of another one."""
    came([at(id, 0, origin)], grouper)
    assert homes(grouper)[id] == homes(grouper)[origin]
    assert grouper.state.articles[id].copy_of == origin


LATE = [at("a", 0), at("x", 40), at("b1", 70), at("b2", 65), at("b3", 60)]  # x is nearer to what comes after it
BRIDGE = [at("a1", 0), at("a2", 0), at("b1", 60), at("b2", 60), *(at(f"m{k}", 30) for k in range(4))]  # two stories and what unites them


def test_an_article_goes_to_the_story_that_later_ones_make() -> None:
    grouper = came(LATE)
    assert together(grouper) == [{"a", "x"}, {"b1", "b2", "b3"}]
    review, move = look_back(grouper)
    assert (review.kind, review.story, move.kind, move.article) == (K.REVIEW, "", K.MOVE, "x")
    assert move.other == homes(grouper)["a"]
    assert move.score is not None
    assert move.score > 0.9
    assert "its own reaches 0.7" in move.reasons[0]
    assert together(grouper) == [{"a"}, {"x", "b1", "b2", "b3"}]
    assert grouper.story(homes(grouper)["x"]).articles == ("x", "b1", "b2", "b3"), "in order of arrival"


def test_nothing_moves_for_a_gain_below_the_margin() -> None:
    grouper = came(LATE, Grouper(plain_weights(margin=0.3)))
    assert said(look_back(grouper)) == [(K.REVIEW, None)]


def test_two_stories_become_one_when_what_comes_between_unites_them() -> None:
    grouper = came(BRIDGE)
    first, second = homes(grouper)["a1"], homes(grouper)["b1"]
    assert first != second
    (merge,) = look_back(grouper)[1:]
    assert (merge.kind, merge.story, merge.other) == (K.MERGE, first, second)
    assert merge.reasons[0] == "2 of 2 articles of the smaller story are near to one of the other"
    assert len(together(grouper)) == 1
    assert grouper.story(second).replaced_by == first
    assert grouper.story(second).articles == ()


def test_one_article_between_them_unites_no_two_stories() -> None:
    grouper = Grouper(plain_weights())
    carry([*(at(f"a{k}", 0) for k in range(6)), *(at(f"b{k}", 60) for k in range(6)), at("round-up", 30)], grouper)
    assert sorted(map(len, together(grouper))) == [6, 7]


def test_expected_pairs_bound_what_a_network_says_of_two_stories() -> None:
    def chances(says: float) -> list[float]:
        weights = plain_weights(merge_company=1.4, least_company=1.3, many_pairs=100)
        weights = replace(weights, merge=line(MERGE_FEATURES, bias=log(says / (1 - says))))
        links, company = np.array([5, 100, 400], np.float32), np.array([0.1, 0.4, 0.5], np.float32)
        two = np.arange(3)
        found = merge_chances(Couples(two, two, links, company, np.zeros((3, len(MERGE_FEATURES)), np.float32)), weights)
        return [round(float(chance), 3) for chance in found]

    assert chances(0.9) == [0.14, 0.56, 0.7], "never much more than the share of pairs"
    assert chances(0.01) == [0.01, 0.26, 0.52], "and of many pairs never much less"


def test_a_merge_is_undone_when_the_stories_have_nothing_in_common() -> None:
    grouper = came([*(at(f"a{k}", 0) for k in range(6)), *(at(f"b{k}", 90) for k in range(2))])
    first, second = homes(grouper)["a0"], homes(grouper)["b0"]
    grouper.apply(None, None, [Decision(K.MERGE, first, other=second)], NOW)
    while look_back(grouper):
        pass
    assert together(grouper) == [{f"a{k}" for k in range(6)}, {"b0", "b1"}]
    assert homes(grouper)["a0"] == first


def test_a_person_undoes_a_merge_and_it_stays_undone() -> None:
    grouper = came(BRIDGE)
    first, second = homes(grouper)["a1"], homes(grouper)["b1"]
    look_back(grouper)
    back = [Decision(K.SPLIT, second, "b1", other=first), Decision(K.MOVE, second, "b2", other=first)]
    grouper.apply(None, None, back, NOW)
    grouper.apply(None, None, grouper.part("a1", "b1"), NOW)
    while look_back(grouper):
        pass
    assert (homes(grouper)["b1"], homes(grouper)["b2"]) == (second, second)
    assert homes(grouper)["a1"] == first
    assert grouper.story(second).replaced_by is None


def test_an_article_that_fits_nowhere_leaves_and_the_rest_keeps_the_id() -> None:
    grouper = came([*(at(f"a{k}", 0) for k in range(4)), at("x", 90)])
    story = homes(grouper)["a0"]
    grouper.apply(None, None, [Decision(K.REVIEW, ""), Decision(K.MOVE, story, "x", other=homes(grouper)["x"])], NOW)
    assert said(look_back(grouper)) == [(K.REVIEW, None), (K.SPLIT, "x")], "where an article has gone is looked at once more"
    assert together(grouper) == [{"a0", "a1", "a2", "a3"}, {"x"}]
    assert homes(grouper)["a0"] == story


def test_of_two_that_would_change_places_the_surer_goes() -> None:
    grouper = came([at("a", 0), at("b", 90), at("a2", 0), at("b2", 90)])
    first, second = homes(grouper)["a"], homes(grouper)["b"]
    assert (homes(grouper)["a2"], homes(grouper)["b2"]) == (first, second)
    crossed = [Decision(K.MOVE, second, "a2", other=first), Decision(K.MOVE, first, "b2", other=second)]
    grouper.apply(None, None, [Decision(K.REVIEW, ""), *crossed], NOW)
    _, move = look_back(grouper)
    assert (move.kind, move.article) == (K.MOVE, "a2"), "neither into a story that is left nor out of one that is entered"
    assert together(grouper) == [{"a", "a2", "b2"}, {"b"}]


def test_a_story_that_falls_apart_whole_leaves_its_id_with_the_oldest() -> None:
    grouper = came([at("a", 0), at("b", 70)])
    story = homes(grouper)["a"]
    grouper.apply(None, None, [Decision(K.MERGE, story, other=homes(grouper)["b"])], NOW)
    look_back(grouper)
    assert homes(grouper)["a"] == story != homes(grouper)["b"]


def test_copies_go_where_their_origin_goes() -> None:
    grouper = came(LATE)
    copied(grouper, "x", "x-copy")
    assert said(look_back(grouper)) == [(K.REVIEW, None), (K.MOVE, "x"), (K.MOVE, "x-copy")]
    assert together(grouper) == [{"a"}, {"x", "x-copy", "b1", "b2", "b3"}]
    assert [group.origin for story in grouper.stories() for group in story.copies] == ["x"]


def test_copies_leave_with_their_origin() -> None:
    grouper = came([*(at(f"a{k}", 0) for k in range(4)), at("b", 70)])
    story = homes(grouper)["a0"]
    copied(grouper, "b", "b-copy")
    grouper.apply(None, None, [Decision(K.MERGE, story, other=homes(grouper)["b"])], NOW)
    look_back(grouper)
    assert together(grouper) == [{"a0", "a1", "a2", "a3"}, {"b", "b-copy"}]


def test_an_article_is_put_elsewhere_three_times_at_most() -> None:
    grouper = came(LATE)
    a, b = homes(grouper)["a"], homes(grouper)["b1"]
    there_and_back = [Decision(K.MOVE, b, "x", other=a), Decision(K.MOVE, a, "x", other=b)]
    grouper.apply(None, None, there_and_back, NOW)
    assert (K.MOVE, "x") in said(grouper.settle(NOW)), "twice so far"
    grouper.apply(None, None, there_and_back, NOW)
    assert (K.MOVE, "x") not in said(grouper.settle(NOW))


@pytest.mark.parametrize("seed", range(6))
def test_it_comes_to_rest_and_every_article_has_one_place(seed: int) -> None:
    chance = random.Random(seed)
    read = [at(f"n{k}", chance.choice((0, 35, 60, 100, 140)) + chance.gauss(0, 12)) for k in range(90)]
    grouper = came(read)
    looks = 0
    while decisions := look_back(grouper):
        looks += 1
        assert decisions[0].kind is K.REVIEW
        for decision in decisions[1:]:
            assert decision.reasons
        assert looks < 20
    assert grouper.settle(NOW) == ()
    placed = [id for story in grouper.stories() for id in story.articles]
    assert sorted(placed) == sorted(one.id for one, _ in read)
    assert sum(grouper.state.cards.column("size")) == len(read)


def test_a_story_whose_only_article_goes_is_replaced() -> None:
    grouper = came([at("x", 40), at("b1", 86), at("b2", 70), at("b3", 65)])
    x = homes(grouper)["x"]
    look_back(grouper)
    while look_back(grouper):
        pass
    assert len(together(grouper)) == 1
    replaced = {grouper.story(id).replaced_by for id in (x, story_id("b1", NOW))}
    assert replaced == {None, homes(grouper)["x"]}


def test_an_article_whose_mates_have_left_the_window_stays_in_its_story() -> None:
    grouper = Grouper(plain_weights(window_days=10))
    came([at("a1", 0), at("a2", 0, seen_at=days(1)), at("b1", 50, seen_at=days(10.5)), at("b2", 50, seen_at=days(10.6))], grouper)
    look_back(grouper)
    assert grouper.state.row("a1") is None
    assert grouper.state.row("a2") is not None
    assert homes(grouper)["a1"] == homes(grouper)["a2"] != homes(grouper)["b1"]


# ---- what people wish ------------------------------------------------------------------------------------------------


def wish(grouper: Grouper, decisions: Sequence[Decision], now: datetime = NOW) -> None:
    grouper.apply(None, None, decisions, now)


def test_what_is_linked_does_not_move() -> None:
    grouper = came(LATE)
    wish(grouper, grouper.link("a", "x"))
    while look_back(grouper):
        pass
    assert homes(grouper)["a"] == homes(grouper)["x"]


def test_what_is_linked_through_a_copy_does_not_move() -> None:
    grouper = came(LATE)
    copied(grouper, "x", "x-copy")
    wish(grouper, grouper.link("a", "x-copy"))
    while look_back(grouper):
        pass
    assert homes(grouper)["a"] == homes(grouper)["x-copy"] == homes(grouper)["x"]


def test_what_is_parted_is_not_moved_together() -> None:
    grouper = came(LATE)
    wish(grouper, grouper.part("b2", "x"))
    assert said(look_back(grouper)) == [(K.REVIEW, None)]


def test_two_that_are_parted_do_not_meet_in_one_turn() -> None:
    grouper = came([at("a", 0), at("x1", 40), at("c", 135), at("x2", 95), at("b1", 68), at("b2", 66), at("b3", 67)])
    assert together(grouper) == [{"a", "x1"}, {"c", "x2"}, {"b1", "b2", "b3"}]
    free = grouper.settle(NOW)
    assert (K.MOVE, "x1") in said(free)
    assert (K.MOVE, "x2") in said(free)
    wish(grouper, grouper.part("x1", "x2"))
    while look_back(grouper):
        pass
    assert homes(grouper)["x1"] != homes(grouper)["x2"]


def test_stories_that_hold_what_is_parted_are_not_merged() -> None:
    grouper = came(BRIDGE)
    wish(grouper, grouper.part("a1", "b2"))
    while look_back(grouper):
        pass
    assert homes(grouper)["a1"] != homes(grouper)["b2"]


def test_what_is_parted_from_a_text_is_parted_from_its_copies() -> None:
    grouper = came([at("a1", 0), at("a2", 0), at("b", 10)])
    copied(grouper, "b", "b-copy")
    wish(grouper, grouper.part("a1", "b"))
    assert together(grouper) == [{"a1", "a2"}, {"b", "b-copy"}]


def test_a_copy_that_a_person_takes_out_leaves_alone() -> None:
    grouper = came([at("a1", 0), at("a2", 0)])
    copied(grouper, "a1", "a1-copy")
    wish(grouper, grouper.part("a1", "a1-copy"))
    while look_back(grouper):
        pass
    assert together(grouper) == [{"a1", "a2"}, {"a1-copy"}]


def test_a_link_across_a_parting_brings_together_what_is_linked_and_nothing_else() -> None:
    grouper = came([at("a", 0), at("b", 60), at("z", 0)])
    wish(grouper, grouper.part("b", "z"))
    wish(grouper, grouper.link("a", "b"))  # z stands with a, and must not stand with b
    assert homes(grouper)["a"] == homes(grouper)["b"] != homes(grouper)["z"]


def test_a_link_between_two_stories_of_which_neither_can_take_the_other_in() -> None:
    grouper = came([at("a", 0), at("z", 0), at("b", 60), at("y", 60)])
    wish(grouper, grouper.part("b", "z"))
    wish(grouper, grouper.part("a", "y"))
    wish(grouper, grouper.link("a", "b"))
    home = homes(grouper)
    assert home["a"] == home["b"]
    assert len({home["a"], home["z"], home["y"]}) == 3


def test_wishes_hold_through_a_long_stream_and_a_replay_at_any_point() -> None:
    chance = random.Random(5)
    weights = plain_weights(window_days=3, window_articles=60)
    read = [at(f"n{k}", chance.choice((0, 35, 60, 100)) + chance.gauss(0, 10), seen_at=days(k / 20)) for k in range(160)]
    grouper = Grouper(weights)
    journal: list[tuple[Read | None, tuple[Decision, ...], datetime]] = []
    wishes: dict[tuple[str, str], bool] = {}
    for number, (one, annotation) in enumerate(read):
        now = one.seen_at or NOW
        journal.append(((one, annotation), grouper.decide(one, annotation, now), now))
        grouper.apply(one, annotation, journal[-1][1], now)
        if number in (20, 40, 60, 80):
            a, home, linking = one.id, homes(grouper), number in (20, 60)
            b = next(other.id for other, _ in reversed(read[:number]) if (home[other.id] != home[a]) == linking)
            wishes[a, b] = linking
            journal.append((None, (grouper.link if linking else grouper.part)(a, b), now))
            grouper.apply(None, None, journal[-1][1], now)
        if number % 10 == 9:
            journal.append((None, grouper.settle(now), now))
            grouper.apply(None, None, journal[-1][1], now)
        for (a, b), linked in wishes.items():
            assert (homes(grouper)[a] == homes(grouper)[b]) == linked
    assert set(wishes.values()) == {True, False}
    assert all(grouper.state.row(id) is None for pair in wishes for id in pair), "all have left the live window"
    kinds = {decision.kind for _, decisions, _ in journal for decision in decisions}
    assert kinds >= {K.OPEN, K.JOIN, K.MOVE, K.MERGE, K.REVIEW, K.LINK, K.PART}
    again = Grouper(weights)
    for one, decisions, now in journal:
        if one is not None:
            assert again.decide(*one, now) == decisions
        elif decisions and decisions[0].kind is K.REVIEW:
            assert again.settle(now) == decisions
        again.apply(*(one or (None, None)), decisions, now)
    assert (again.stories(), again.threads(), again.due) == (grouper.stories(), grouper.threads(), grouper.due)


# ---- threads that a person makes ---------------------------------------------------------------------------------------


def test_a_person_makes_a_thread_takes_a_story_out_and_puts_it_back() -> None:
    grouper = came([at("a", 0), at("b", 90), at("c", 180)])
    a, b, c = (homes(grouper)[id] for id in "abc")
    grouper.apply(None, None, [Decision(K.THREAD, story, other="long tale") for story in (c, a, b)], NOW)
    (thread,) = grouper.threads()
    assert (thread.id, set(thread.stories)) == ("long tale", {a, b, c})
    grouper.apply(None, None, [Decision(K.UNTHREAD, b, other="long tale")], NOW)
    assert grouper.story(b).thread is None
    assert grouper.state.parted == {(b, "long tale")}
    grouper.apply(None, None, [Decision(K.THREAD, b, other="long tale")], NOW)
    assert grouper.story(b).thread == "long tale"
    assert not grouper.state.parted, "the later word holds"


def test_a_story_that_is_merged_hands_its_thread_on() -> None:
    grouper = came(BRIDGE)
    second = homes(grouper)["b1"]
    grouper.apply(None, None, [Decision(K.THREAD, second, other="tale")], NOW)
    look_back(grouper)
    assert grouper.story(homes(grouper)["a1"]).thread == "tale"
    assert grouper.story(second).thread is None
