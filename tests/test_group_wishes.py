"""What people wished about articles: together is transitive, apart holds for all that is linked, the later wish wins."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from octavo.group.wishes import Wishes, overruled


def test_nobody_wished() -> None:
    wishes = Wishes()
    assert wishes.company("a") == wishes.apart("a") == frozenset()
    assert wishes.clash(["a", "b"], ["c"]) is None


def test_together_is_transitive() -> None:
    wishes = Wishes().linked("a", "b").linked("d", "c").linked("b", "c").linked("x", "y")
    assert wishes.company("a") == wishes.company("c") == {"a", "b", "c", "d"}
    assert wishes.company("y") == {"x", "y"}
    assert wishes.company("z") == frozenset()


def test_apart_holds_for_all_that_is_linked_but_is_not_transitive() -> None:
    wishes = Wishes().parted("b", "c").linked("a", "b").linked("c", "d").parted("d", "e")
    assert wishes.apart("a") == wishes.apart("b") == {"c", "d"}
    assert wishes.apart("c") == wishes.apart("d") == {"a", "b", "e"}
    assert wishes.apart("e") == {"c", "d"}


def test_a_clash_is_named() -> None:
    wishes = Wishes().linked("a", "b").parted("b", "d").parted("a", "c")
    assert wishes.clash(["x", "a"], ["y", "d", "c"]) == ("a", "c")
    assert wishes.clash(["c", "d"], ["b"]) == ("c", "b")
    assert wishes.clash(["x", "a"], ["y", "b"]) is None


def test_a_link_takes_back_what_parts_the_two_and_nothing_else() -> None:
    before = Wishes().linked("a", "b").linked("c", "d").parted("b", "c").parted("a", "z")
    after = before.linked("a", "d")
    assert after.company("c") == {"a", "b", "c", "d"}
    assert after.parts == (("a", "z"),)
    assert after.apart("d") == {"z"}
    assert overruled(before, after) == ("takes back that b and c do not belong together",)


def test_parting_two_linked_articles_takes_back_the_earliest_link_between_them() -> None:
    before = Wishes().linked("b", "c").linked("a", "b").linked("c", "d")
    after = before.parted("a", "d")
    assert after.company("a") == {"a", "b"}
    assert after.company("d") == {"c", "d"}
    assert after.apart("b") == {"c", "d"}
    assert overruled(before, after) == ("takes back that b and c belong together",)


def test_every_way_between_the_two_is_cut() -> None:
    ring = Wishes().linked("a", "b").linked("b", "c").linked("c", "d").linked("d", "a")
    after = ring.parted("a", "c")
    assert after.links == (("b", "c"), ("a", "d"))
    assert overruled(ring, after) == ("takes back that a and b belong together", "takes back that c and d belong together")


def test_wishing_again_makes_a_wish_the_latest() -> None:
    wishes = Wishes().linked("a", "b").linked("b", "c").linked("b", "a")
    assert wishes.links == (("b", "c"), ("a", "b"))
    assert wishes.parted("a", "c").links == (("a", "b"),)
    assert Wishes().parted("a", "b").parted("b", "a").parts == (("a", "b"),)


def test_a_wish_the_other_way_and_back() -> None:
    wishes = Wishes().linked("a", "b").parted("a", "b").linked("b", "a")
    assert (wishes.company("a"), wishes.apart("a")) == ({"a", "b"}, frozenset())
    assert wishes == Wishes().linked("a", "b")


def test_asking_what_would_hold_changes_nothing() -> None:
    wishes = Wishes().linked("a", "b")
    wishes.parted("a", "b")
    assert wishes == Wishes().linked("a", "b")


@pytest.mark.parametrize("wish", [Wishes.linked, Wishes.parted])
def test_a_wish_needs_two_articles(wish: object) -> None:
    with pytest.raises(ValueError, match="a twice"):
        wish(Wishes(), "a", "a")  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(20))
def test_any_wishes_in_any_order_leave_no_contradiction_and_the_last_one_holds(seed: int) -> None:
    chance = random.Random(seed)
    wishes = Wishes()
    for _ in range(40):
        a, b = chance.sample("abcdefgh", 2)
        link = chance.random() < 0.6
        wishes = wishes.linked(a, b) if link else wishes.parted(a, b)
        assert (b in wishes.company(a), b in wishes.apart(a)) == (link, not link)
        for one, other in combinations("abcdefgh", 2):
            assert not (other in wishes.company(one) and other in wishes.apart(one))
            assert (other in wishes.apart(one)) == (one in wishes.apart(other))
            if other in wishes.company(one):
                assert (wishes.company(one), wishes.apart(one)) == (wishes.company(other), wishes.apart(other))
