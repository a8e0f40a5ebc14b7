"""The parts that grouping stands on, each alone: table, centre, rarity, moments, phases, weights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from group_samples import NOW, article
from octavo.errors import InputError
from octavo.group import Weights, phase, story_id
from octavo.group.centre import Centre
from octavo.group.rarity import Rarity
from octavo.group.reading import bucket, moment
from octavo.group.table import Table
from octavo.model import Phase, Signal

WINDOW = timedelta(days=14)


@given(st.lists(st.one_of(st.just("add"), st.integers(0, 9)), max_size=80))
def test_a_table_is_a_queue_whose_rows_keep_their_numbers(steps: list[str | int]) -> None:
    table, model, first = Table({"value": (np.int64, 0), "pair": (np.int64, 2)}, capacity=2), list[int](), 0
    for step in steps:
        if step == "add":
            named = {"pair": (len(model), 1)} if len(model) % 3 else {}  # what is not named is 0
            assert table.append(value=len(model) * 7, **named) == len(model)
            model.append(len(model) * 7)
        else:
            first = min(len(model), first + int(step))
            table.drop_before(first)
        assert (table.first, table.end, len(table)) == (first, len(model), len(model) - first)
        assert table.column("value").tolist() == model[first:]
        assert table.column("pair")[:, 0].tolist() == [number if number % 3 else 0 for number in range(first, len(model))]


def test_columns_that_lie_together_are_columns_like_others() -> None:
    table = Table({"card": {"size": (np.int32, 0), "names": (np.int16, 3)}, "alone": (np.float64, 0)}, capacity=2)
    for number in range(9):
        table.append(size=number, names=(number, 1, 2), alone=number / 2)
        table.drop_before(number - 3)
    assert table.column("size").tolist() == [5, 6, 7, 8]
    assert table.at("names", np.array([3, 0])).tolist() == [[8, 1, 2], [5, 1, 2]]
    table.column("size")[1] = 60
    cards = table.at("card", np.array([1, 2]))
    assert cards["size"].tolist() == [60, 7]
    assert cards["names"].tolist() == [[6, 1, 2], [7, 1, 2]]
    table.append(alone=1.0)
    assert (table.column("size")[-1], table.column("names")[-1].tolist()) == (0, [0, 0, 0]), "what is not named is 0"
    assert table.column("alone").tolist() == [2.5, 3, 3.5, 4, 1]


def test_centring_takes_away_what_a_language_has_in_common() -> None:
    rng = np.random.default_rng(5)
    common = rng.normal(size=384).astype(np.float32)
    vectors = (common / np.linalg.norm(common) + rng.normal(size=(400, 384)) / 40).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    centre = Centre({"*": np.zeros(384, np.float32)}, prior=10)
    assert sum(centre.add(vector, "xx") for vector in vectors) > 1
    rest = centre.centred(vectors, "xx")
    assert float(vectors[0] @ vectors[1]) > 0.7
    assert abs(float((rest @ rest.T).mean())) < 0.1
    assert np.allclose(np.linalg.norm(rest, axis=1), 1, atol=1e-4)
    assert not centre.used("yy").any()


def test_a_vector_that_is_expected_is_centred_as_if_it_were_not() -> None:
    vectors = np.random.default_rng(6).normal(size=(60, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    told, untold = (Centre({"*": np.zeros(384, np.float32)}, prior=10) for _ in range(2))
    languages = ["xx", "yy", "zz"] * 20
    each = told.expect([*vectors, vectors[0]], [*languages, "yy"])
    assert each.tolist() == [
        untold.centred(vector, language).tolist() for vector, language in zip([*vectors, vectors[0]], [*languages, "yy"], strict=True)
    ]
    moved = 0
    for vector, language in zip(vectors, languages, strict=True):
        assert told.centred(vector, language).tolist() == untold.centred(vector, language).tolist()
        moved += told.add(vector, language)
        untold.add(vector, language)
    assert moved, "what was expected is centred by the mean of now"


def test_a_few_articles_hardly_move_a_known_mean() -> None:
    known = np.zeros(384, np.float32)
    known[0] = 0.8
    centre = Centre({"*": known, "xx": known}, prior=200)
    other = np.zeros(384, np.float32)
    other[1] = 1
    assert not any(centre.add(other, "xx") for _ in range(3))
    assert centre.used("xx").tolist() == known.tolist()


def test_a_word_is_the_rarer_the_fewer_articles_hold_it() -> None:
    rarity = Rarity(np.array([bucket("the")], np.uint32), np.array([0.9], np.float32))
    for k in range(200):
        rarity.add([bucket("match"), bucket(f"goal{k}")])
    the, match, goal, new, none = rarity.of(
        np.array([bucket("the"), bucket("match"), bucket("goal7"), bucket("unseen"), 0], np.int32)
    ).tolist()
    assert none == 0 < the < match < goal < new


def test_a_word_that_does_not_come_again_becomes_rarer() -> None:
    rarity = Rarity(np.array([bucket("the")], np.uint32), np.array([0.9], np.float32))
    rarity.add([bucket("the"), bucket("reef")])
    for k in range(3000):
        rarity.add([bucket(f"goal{k}")])
    reef, the = rarity.of(np.array([bucket("reef"), bucket("the")], np.int32)).tolist()
    assert reef == pytest.approx(np.log((3001 + 300) / 1.5), abs=0.011)
    assert the == pytest.approx(-np.log(0.9)), "never rarer than in general text"


def test_shared_words_are_told_and_looking_changes_nothing() -> None:
    rarity = Rarity(np.array([bucket("the")], np.uint32), np.array([0.9], np.float32))
    rarity.add([bucket("reef"), bucket("ferry")])
    mine = np.array([bucket("reef"), bucket("the"), 0, 0], np.int32)
    theirs = np.array([[bucket("the"), bucket("ferry"), 0], [bucket("reef"), bucket("unseen"), 0]], np.int32)
    before = rarity.of(theirs).tolist()
    own, signed = rarity.signed(mine, theirs)
    assert own.tolist() == rarity.of(mine).tolist()
    assert np.abs(signed).tolist() == rarity.of(theirs).tolist() == before
    assert np.minimum(signed, 0).tolist() == [[-before[0][0], 0, 0], [-before[1][0], 0, 0]]
    assert rarity.compared(mine[:2], theirs)[0].tolist() == [[-before[0][0], 0, 0], [-before[1][0], 0, 0]]
    assert rarity.compared(mine[:2], mine[None, :2])[1].tolist() == pytest.approx([1])


def test_of_many_words_the_telling_ones_are_kept_in_order_of_use() -> None:
    rarity = Rarity(np.array([bucket("the"), bucket("of")], np.uint32), np.array([0.9, 0.8], np.float32))
    uses = {bucket("the"): 9, bucket("reef"): 1, bucket("of"): 7, bucket("ferry"): 2}
    assert rarity.rarest(uses, 2).tolist() == [bucket("reef"), bucket("ferry")]
    assert rarity.rarest(uses, 6).tolist() == [*uses, 0, 0]


@pytest.mark.parametrize(
    ("published", "middle", "slack"),
    [
        ("2031-05-19T08:00Z", datetime(2031, 5, 19, 8, tzinfo=UTC), 0),
        ("2031-05-19T08:00+02:00", datetime(2031, 5, 19, 6, tzinfo=UTC), 0),
        ("2031-05-19", datetime(2031, 5, 19, 12, tzinfo=UTC), 12),
        ("2031-05", datetime(2031, 5, 16, tzinfo=UTC), 360),
    ],
)
def test_moments_are_as_precise_as_their_dates(published: str, middle: datetime, slack: float) -> None:
    found = moment(article("a", "x", published=published), NOW)
    assert found is not None
    assert (found.middle * 3600, found.slack) == (middle.timestamp(), slack)


def test_an_estimated_date_is_less_precise() -> None:
    signals = {"published": Signal("text", 0.5, "day", estimated=True)}
    found = moment(article("a", "x", published="2031-05-19", signals=signals), NOW)
    assert found is not None
    assert found.slack == 36


@pytest.mark.parametrize("published", [None, "", "yesterday", "2031-13-40", "2031-05-22"])
def test_what_is_no_date_or_lies_ahead_gives_no_moment(published: str | None) -> None:
    assert moment(article("a", "x", published=published), NOW) is None


@pytest.mark.parametrize(
    ("hours", "voices", "expected"),
    [
        ([5, 1], 1, Phase.EMERGING),
        ([5, 1], 2, Phase.ACTIVE),
        ([80, 24], 7, Phase.COOLING),
        ([14 * 24], 3, Phase.COOLING),
        ([14 * 24 + 1], 3, Phase.CLOSED),
    ],
)
def test_phases(hours: list[int], voices: int, expected: Phase) -> None:
    assert phase([NOW - timedelta(hours=h) for h in hours], voices, NOW, WINDOW) is expected


def test_weights_can_come_from_another_file(tmp_path: Path) -> None:
    from importlib.resources import files

    text = (files("octavo.group") / "weights.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace("window_days = 30", "window_days = 3"), encoding="utf-8")
    assert Weights.load(own).limits.window_days == 3
    assert Weights.load().limits.window_days == 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[pair]", "[pears]", "pair"),
        ("window_days", "windows", "window_days"),
        ("cosine =", "cousin =", "cosine"),
        ("[limits]", "[limits", "cannot be read"),
    ],
)
def test_a_wrong_file_of_weights_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    from importlib.resources import files

    own = tmp_path / "own.toml"
    own.write_text((files("octavo.group") / "weights.toml").read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        Weights.load(own)
    assert "own.toml" in str(error.value)


def test_a_missing_file_of_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Weights.load(tmp_path / "none.toml")


def test_a_moment_before_1970_still_gives_an_id():
    assert story_id("a", datetime(1969, 12, 31, tzinfo=UTC)) == story_id("a", datetime(1970, 1, 1, tzinfo=UTC))
