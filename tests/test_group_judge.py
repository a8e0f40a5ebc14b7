"""What speaks for a place, worked out by hand on small cases; and who is whose neighbour."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, degrees, exp, log

import numpy as np
import pytest

from group_samples import NOW, at, plain_weights
from octavo.group import Grouper, story_id
from octavo.group.cards import Cards
from octavo.group.features import MERGE_FEATURES, STORY_FEATURES
from octavo.group.judge import Edges, Seen, couples, homes
from octavo.group.reasons import apart
from octavo.group.window import NEIGHBOURS, NOBODY, Window
from octavo.model import Decision, DecisionKind

EN, DE = 1, 2
CLOSE = 0.005  # as near as vectors are kept


def sigmoid(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def vector(*numbers: float) -> np.ndarray:
    return np.pad(np.array(numbers, np.float32), (0, 384 - len(numbers)))


@pytest.fixture
def cards() -> Cards:
    """Story 0: two articles, vectors (1, 0) and (0.6, 0.8), hours 0 to 4. Story 1: one, (0, 1), undated. Story 2: one without a vector."""
    grouper = Grouper(plain_weights())
    bare, told = at("d", 0)
    for (one, annotation), opener in (
        (at("a", 0, published="1970-01-01T00:00Z"), "a"),
        (at("b", degrees(atan2(0.8, 0.6)), published="1970-01-01T04:00Z"), "a"),
        (at("c", 90), "c"),
        ((bare, replace(told, vector=b"")), "d"),
    ):
        kind = DecisionKind.OPEN if one.id == opener else DecisionKind.JOIN
        grouper.apply(one, annotation, [Decision(kind, story_id(opener, NOW), one.id)], NOW)
    return grouper.state.cards


def seen(home: int, stories: list[int], odds: list[float], languages: list[int], time: float = 10.0) -> Seen:
    """One article, vector (1, 0), in English."""
    return Seen(
        vectors=vector(1, 0)[None],
        homes=np.array([home]),
        times=np.array([time]),
        backgrounds=np.array([0.3], np.float32),
        languages=np.array([EN], np.int32),
        stories=np.array([stories]),
        odds=np.array([odds], np.float32),
        their_languages=np.array([languages], np.int32),
    )


def of(matrix: np.ndarray, row: int, names: tuple[str, ...]) -> dict[str, float]:
    return dict(zip(names, matrix[row].tolist(), strict=True))


def test_an_article_and_the_two_stories_in_which_it_has_neighbours(cards: Cards) -> None:
    found = homes(seen(-1, [1, 0, -1, 0], [1, 0, 9, 2], [EN, DE, EN, EN]), cards)
    assert (found.articles.tolist(), found.stories.tolist(), found.neighbours.tolist()) == ([0, 0], [0, 1], [2, 1])
    links = sigmoid(2) + sigmoid(0)
    assert of(found.matrix, 0, STORY_FEATURES) == pytest.approx(
        {
            "top": 2,
            "top_three": 1,  # a story of two can give no third
            "share": links / 2,
            "links": log(1 + links),
            "centre": 0.8,
            "cohesion": 0.6,
            "above_cohesion": 0.2,
            "single": 0,
            "size": log(2),
            "margin": 1,
            "gap": log(1 + 6),
            "language": 0.5,
            "seen": 1,
            "background": 0.3,
            "dated": 1,
            "all_links": log(1 + links + sigmoid(1)),
        },
        abs=CLOSE,
    )
    other = of(found.matrix, 1, STORY_FEATURES)
    assert (other["top"], other["top_three"], other["margin"], other["single"], other["gap"]) == (1, 1, -1, 1, 0)
    assert (other["centre"], other["cohesion"], other["above_cohesion"]) == pytest.approx((0, 0, 0), abs=CLOSE)


def test_its_own_story_is_seen_without_it(cards: Cards) -> None:
    own = of(homes(seen(0, [0], [3], [EN]), cards).matrix, 0, STORY_FEATURES)
    assert (own["single"], own["size"], own["seen"]) == (1, 0, 1)
    assert (own["centre"], own["cohesion"]) == pytest.approx((0.6, 0), abs=CLOSE)
    assert own["margin"] == 4  # there is no rival, and none counts as weaker than -4; the lead is held within 4


def test_of_one_article_the_same_is_said_as_of_several_to_the_last_digit() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        cards, count = Cards(), int(random.integers(5, 30))
        for _ in range(count):
            many = {"mean": random.normal(0, 0.05, 384), "length": random.random(), "vectors": random.integers(0, 9)}
            cards.append(
                begin=random.normal(900, 50), end=random.normal(1000, 50), size=random.integers(1, 40), dated=random.random() < 0.8, **many
            )
        cards.drop_before(int(random.integers(0, 3)))
        held = int(random.integers(1, NEIGHBOURS + 1))
        odds = random.normal(0, 3, held).round(int(random.integers(0, 9)))  # some of them equal
        alone = replace(
            seen(
                -1, random.integers(-1, count, held).tolist(), odds.tolist(), random.integers(1, 3, held).tolist(), random.normal(950, 99)
            ),
            vectors=random.normal(0, 0.05, (1, 384)).astype(np.float32),
        )
        twice = Seen(**{name: np.repeat(getattr(alone, name), 2, 0) for name in Seen.__dataclass_fields__})
        one, two = homes(alone, cards), homes(twice, cards)
        places = two.articles == 1
        for name in ("stories", "neighbours", "company", "matrix"):
            assert getattr(one, name).tolist() == getattr(two, name)[places].tolist(), name


def test_a_large_story_in_which_one_article_is_near_speaks_against_itself(cards: Cards) -> None:
    cards.column("size")[0] = 40
    found = of(homes(seen(-1, [0], [3], [EN]), cards).matrix, 0, STORY_FEATURES)
    assert found["top"] == 3
    assert found["top_three"] == -3  # the two that are missing count as -6
    assert found["seen"] == pytest.approx(1 / NEIGHBOURS)
    assert found["share"] == pytest.approx(sigmoid(3) / NEIGHBOURS)


def test_company_is_the_share_of_a_story_that_is_near_and_a_little_more_for_small_ones(cards: Cards) -> None:
    assert homes(seen(-1, [0], [3], [EN]), cards).company.tolist() == pytest.approx([(sigmoid(3) + 0.5) / 2])
    cards.column("size")[0] = 40
    assert homes(seen(-1, [0], [3], [EN]), cards).company.tolist() == pytest.approx([(sigmoid(3) + 0.5) / NEIGHBOURS])


def test_vectors_are_looked_up_for_the_own_story_and_those_with_enough_company(cards: Cards) -> None:
    one = seen(1, [1, 0, -1, 0], [-3, 2, 9, -3], [EN, DE, EN, EN])  # half a neighbour and half a one in 0, its own story is 1
    all, some, few = (homes(one, cards, least) for least in (0, 0.5, 0.9))
    assert all.matrix.tolist() == some.matrix.tolist()
    left = [name for name, value, other in zip(STORY_FEATURES, all.matrix[0], few.matrix[0], strict=True) if value != other]
    assert left == ["centre", "above_cohesion"]
    assert few.matrix[1].tolist() == all.matrix[1].tolist()
    assert of(few.matrix, 0, STORY_FEATURES)["centre"] == 0
    assert few.company.tolist() == all.company.tolist()


def test_without_neighbours_there_is_no_place(cards: Cards) -> None:
    assert homes(seen(-1, [-1, -1], [5, 5], [EN, EN]), cards).matrix.shape == (0, len(STORY_FEATURES))


def test_a_story_that_has_no_card_any_more_is_known_by_its_neighbours_alone(cards: Cards) -> None:
    cards.drop_before(2)
    found = of(homes(seen(-1, [0, 0], [3, 1], [EN, EN]), cards).matrix, 0, STORY_FEATURES)
    assert (found["size"], found["centre"], found["gap"]) == pytest.approx((log(2), 0, 0))


def test_two_stories_and_the_pairs_between_them(cards: Cards) -> None:
    # Rows 0 and 1 are of story 0, row 2 of story 1; 1 and 2 are each other's neighbours and count once; 3 is of story 2.
    edges = Edges(
        row=np.array([0, 1, 2, 0]),
        other=np.array([2, 2, 1, 1]),
        story=np.array([0, 0, 1, 0]),
        other_story=np.array([1, 1, 0, 0]),
        odds=np.array([-1, 2, 2, 5], np.float32),
        same_language=np.array([True, False, False, True]),
    )
    found = couples(edges, cards)
    assert (found.small.tolist(), found.large.tolist()) == ([1], [0])
    links = sigmoid(-1) + sigmoid(2)
    assert found.links.tolist() == pytest.approx([links])
    assert found.company.tolist() == pytest.approx([links / 2])
    assert of(found.matrix, 0, MERGE_FEATURES) == pytest.approx(
        {
            "linked_small": 1,
            "linked_large": 0.5,
            "top_three": 0.5,
            "share": links / 2,
            "centre": 0.4,  # of (1.6, 0.8) and (0, 1), for two pairs
            "cohesion": (0.6 + 0.7) / 2,
            "small": 0,
            "large": log(2),
            "gap": 0,
            "language": 0.5,
            "links": links / 3,
        },
        abs=CLOSE,
    )


def test_means_are_looked_up_for_couples_with_enough_company(cards: Cards) -> None:
    edges = Edges(np.array([2]), np.array([1]), np.array([1]), np.array([0]), np.array([2], np.float32), np.array([True]))
    company = sigmoid(2) / 2
    all, some, few = (couples(edges, cards, least) for least in (0, company - 0.01, company + 0.01))
    assert all.matrix.tolist() == some.matrix.tolist()
    assert [name for name, value, other in zip(MERGE_FEATURES, all.matrix[0], few.matrix[0], strict=True) if value != other] == ["centre"]
    assert of(few.matrix, 0, MERGE_FEATURES)["centre"] == 0


def test_among_stories_of_one_size_the_younger_one_is_the_smaller(cards: Cards) -> None:
    edges = Edges(np.array([2]), np.array([3]), np.array([1]), np.array([2]), np.array([1], np.float32), np.array([True]))
    found = couples(edges, cards)
    assert (found.small.tolist(), found.large.tolist()) == ([2], [1])


def test_stories_without_a_card_are_no_couple(cards: Cards) -> None:
    cards.drop_before(1)
    edges = Edges(np.array([0]), np.array([2]), np.array([0]), np.array([1]), np.array([4], np.float32), np.array([True]))
    assert couples(edges, cards).matrix.shape == (0, len(MERGE_FEATURES))


# ---- neighbours ----------------------------------------------------------------------------------------------------


def test_a_join_says_how_far_apart_the_dates_are_as_far_as_they_tell() -> None:
    grouper, said = Grouper(plain_weights()), []
    for number, published in enumerate(("2026-03-05", "2026-03-08", "2026-03-09T12:00Z", "2026-03-09T13:30Z", "2026-03-09")):
        one, annotation = at(f"a{number}", (0, 2, 1, 1, 1)[number], published=published)
        decisions = grouper.decide(one, annotation, NOW)
        grouper.apply(one, annotation, decisions, NOW)
        said += [why for decision in decisions for why in decision.reasons if "apart" in why or "same time" in why]
    assert said == ["at least 2 days apart", "at least 4 days apart", "2 hours apart", "of the same time, as far as the dates tell"]


def test_what_is_hardly_apart_is_not_told_as_no_minutes() -> None:
    assert [apart(hours) for hours in (0.0, 0.4 / 60, 0.6 / 60, 30.0)] == [
        "within a minute",
        "within a minute",
        "1 minute apart",
        "1 day apart",
    ]


def window_of(rows: int) -> Window:
    window = Window(plain_weights().limits)
    for _ in range(rows):
        window.append(neighbours=NOBODY)
    return window


def neighbours(window: Window, row: int) -> dict[int, float]:
    rows, odds = (window.column(name)[row - window.first].tolist() for name in ("neighbours", "odds"))
    return {other: kept for other, kept in zip(rows, odds, strict=True) if other >= window.first}


def meet(window: Window, row: int, others: dict[int, float]) -> None:
    nearest_first = sorted(others, key=others.__getitem__, reverse=True)
    window.meet(row, np.array(nearest_first, np.int64), np.array([others[one] for one in nearest_first], np.float32), telling=0)


def test_two_that_meet_are_neighbours_of_each_other() -> None:
    window = window_of(4)
    meet(window, 3, {0: 2, 1: -2})
    assert neighbours(window, 3) == {0: 2, 1: -2}
    assert (neighbours(window, 0), neighbours(window, 1), neighbours(window, 2)) == ({3: 2}, {3: -2}, {})
    assert window.column("changed").tolist() == [True, False, False, False], "a far one is no reason to look again"


def test_a_list_keeps_the_nearest() -> None:
    count = NEIGHBOURS + 6
    window = window_of(count + 1)
    for row in range(1, count):
        meet(window, row, {0: row / 10})
    assert neighbours(window, 0) == pytest.approx({row: row / 10 for row in range(6, count)})
    meet(window, count, {row: row / 10 for row in range(1, count)})
    assert neighbours(window, count) == pytest.approx({row: row / 10 for row in range(6, count)})


def test_one_that_is_farther_than_all_in_a_full_list_changes_nothing() -> None:
    window = window_of(NEIGHBOURS + 2)
    for row in range(1, NEIGHBOURS + 1):
        meet(window, row, {0: 5})
    window.column("changed")[:] = False
    before = neighbours(window, 0)
    meet(window, NEIGHBOURS + 1, {0: 4})
    assert neighbours(window, 0) == before
    assert not window.column("changed").any()
    assert neighbours(window, NEIGHBOURS + 1) == {0: 4}


def test_neighbours_that_left_make_room_first() -> None:
    window = window_of(NEIGHBOURS + 4)
    last = NEIGHBOURS + 1
    for row in range(last):
        meet(window, last, {}) if row == last else meet(window, max(row, 1), {0: 1} if row else {})
    meet(window, last, {row: 9 - row / 10 for row in range(NEIGHBOURS)})
    window.drop_before(2)  # the two nearest leave
    meet(window, last + 1, {last: -1})
    meet(window, last + 2, {last: -2})
    kept = neighbours(window, last)
    assert kept[last + 1] == -1
    assert kept[last + 2] == -2
    assert len(kept) == NEIGHBOURS
