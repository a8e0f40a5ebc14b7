"""Stories that are two come apart, on articles whose vectors are angles (see `plain_weights`)."""

from __future__ import annotations

from collections.abc import Sequence

from group_samples import NOW, Read, at, carry, homes, look_back, plain_weights, together
from octavo.group import Grouper
from octavo.model import Decision, DecisionKind

K = DecisionKind


def six(name: str, degrees: float) -> list[Read]:
    return [at(f"{name}{k}", degrees) for k in range(6)]


def merged(read: Sequence[Read], one: str, other: str) -> Grouper:
    """A grouper that wrongly made one story of two, of which `one` and `other` are articles."""
    grouper = Grouper(plain_weights())
    carry(read, grouper)
    assert homes(grouper)[one] != homes(grouper)[other]
    grouper.apply(None, None, [Decision(K.MERGE, homes(grouper)[one], other=homes(grouper)[other])], NOW)
    assert homes(grouper)[one] == homes(grouper)[other]
    return grouper


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
