"""What rules match and what they say of a story together; editions and their files. All without a store."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo.errors import InputError
from octavo.rules import UNTOUCHED, Deed, Facts, Field, Rule, Told, Way, active, around, checked, judged, usual_likeness
from store_samples import NOW, article

D, F = Deed, Field


def facts(name: str, headline: str = "", lead: str = "", **fields: object) -> Facts:
    own = {key: fields.pop(key) for key in ("names", "speakers", "vector") if key in fields}
    return Facts(article(name, text="", headline=headline, **fields), lead, **own)  # type: ignore[arg-type]


def told(*those: Facts, independent: tuple[int, ...] | None = None) -> Told:
    voices = those if independent is None else tuple(those[n] for n in independent)
    return Told(those, frozenset(one.head.id for one in voices))


def matches(rule: Rule, one: Facts) -> bool:
    return judged([rule], {"S": told(one)}).verdicts["S"] is not UNTOUCHED


@pytest.mark.parametrize(
    ("what", "headline", "fits"),
    [
        ("harbour", "The Harbour reopens", True),
        ("harbour", "Harbours reopen", False),
        ("harbour*", "Harbours reopen", True),
        ("old harbour", "An old harbour reopens", True),
        ("old harbour", "Harbour old and new", False),
        ("ferry, tram", "A tram stops", True),
        ("フェリー、路面電車", "路面電車が止まる", True),
        ("Égalité", "egalite for all", True),
        ("港", "北港が開く", True),
        ("選挙", "総選挙の結果", True),
        ("العبارة، الميناء", "إغلاق الميناء", True),
    ],
)
def test_words_are_found_as_whole_words_in_their_order(what: str, headline: str, fits: bool) -> None:
    assert matches(Rule(1, D.SAVE, what), facts("a", headline)) is fits


def test_every_field_is_read_where_it_stands() -> None:
    one = facts(
        "a",
        "Ferry sails",
        "The lead speaks of rope.",
        publisher="The Gull",
        authors=("Mara Lund",),
        language="en",
        section="Coast",
        dateline="HALM",
        names=("Skerry",),
        speakers=("Ida Brandt",),
    )
    holds = {
        F.HEADLINE: "ferry",
        F.LEAD: "rope",
        F.OUTLET: "gull",
        F.AUTHOR: "mara lund",
        F.LANGUAGE: "en",
        F.SECTION: "coast",
        F.PLACE: "halm",
        F.SPEAKER: "brandt",
    }
    for where in F:
        for field, what in holds.items():
            expected = where is field or (where is F.ANYWHERE and field in (F.HEADLINE, F.LEAD))
            assert matches(Rule(1, D.SAVE, what, where), one) is expected, (where, what)
    assert matches(Rule(1, D.SAVE, "skerry", F.PLACE), one)


def test_a_story_is_hidden_when_all_its_voices_are_and_copies_do_not_count() -> None:
    ball, copy, vote = facts("ball", "Football tonight"), facts("copy", "The match"), facts("vote", "A vote")
    hide = Rule(1, D.HIDE, "football")
    assert judged([hide], {"S": told(ball, vote)}).verdicts["S"].hidden is None
    assert judged([hide], {"S": told(ball, copy, independent=(0,))}).verdicts["S"].hidden == hide
    both = [hide, Rule(2, D.HIDE, "vote")]
    verdict = judged(both, {"S": told(ball, vote)}).verdicts["S"]
    assert verdict.hidden == hide
    assert verdict.rules == {1, 2}
    assert judged([hide], {"S": told()}).verdicts["S"] == UNTOUCHED


def test_what_is_kept_is_never_hidden_wherever_the_rule_stands() -> None:
    ball = facts("ball", "Football in Halm")
    rules = [Rule(1, D.HIDE, "football"), Rule(2, D.KEEP, "halm")]
    for order in (rules, rules[::-1]):
        verdict = judged(order, {"S": told(ball)}).verdicts["S"]
        assert (verdict.hidden, verdict.kept) == (None, rules[1])


def test_marks_words_and_weights_stand_side_by_side() -> None:
    one, other = facts("one", "Ferry and tram"), facts("other", "A vote")
    rules = [
        Rule(1, D.SAVE, "ferry"),
        Rule(2, D.SAVE, "tram"),
        Rule(3, D.HIGHLIGHT, "tram", word="Rails"),
        Rule(4, D.WEIGH, "ferry", factor=3.0),
        Rule(5, D.WEIGH, "vote", factor=0.5),
        Rule(6, D.READ, "ferry"),
    ]
    verdict = judged(rules, {"S": told(one, other)}).verdicts["S"]
    assert (verdict.saved, verdict.read, verdict.words, verdict.factor) == (rules[0], None, ("Rails",), 1.5)
    assert judged(rules, {"S": told(one)}).verdicts["S"].read == rules[5]


def test_a_pattern_out_of_time_counts_for_nothing_and_the_others_do() -> None:
    slow, quick = Rule(1, D.HIDE, "(a+)+$", way=Way.REGEX), Rule(2, D.HIDE, r"^a+\b", way=Way.REGEX)
    found = judged([slow, quick], {"S": told(facts("a", "a" * 3000 + "!"))})
    assert found.out_of_time == {1}
    assert found.verdicts["S"].hidden == quick


@pytest.mark.parametrize(
    "wrong",
    [
        Rule(0, D.HIDE, " "),
        Rule(0, D.HIDE, "!?"),
        Rule(0, D.HIDE, "a" * 201),
        Rule(0, D.HIDE, "(", way=Way.REGEX),
        Rule(0, D.HIDE, "((a{99}){99}){99}", way=Way.REGEX),
        Rule(0, D.HIDE, "a{2000}", way=Way.REGEX),
        Rule(0, D.HIDE, "a(?R)?b", way=Way.REGEX),
        Rule(0, D.HIDE, "(a)(?1)", way=Way.REGEX),
        Rule(0, D.HIDE, "(?V0)a", way=Way.REGEX),
        Rule(0, D.HIGHLIGHT, "a"),
        Rule(0, D.HIGHLIGHT, "a", word="x" * 31),
        Rule(0, D.WEIGH, "a", factor=0.0),
        Rule(0, D.WEIGH, "a", factor=float("nan")),
        Rule(0, D.HIDE, "a", way=Way.MEANING, nearness=99.0),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: Rule) -> None:
    with pytest.raises(InputError):
        checked(wrong)


@given(st.text(max_size=80), st.sampled_from(Way))
def test_any_text_is_a_rule_or_an_input_error(what: str, way: Way) -> None:
    try:
        rule = checked(Rule(1, D.HIDE, what, way=way))
    except InputError:
        return
    judged([rule], {"S": told(facts("a", "The ferry", "sails at noon"))})


def test_rules_work_in_their_edition_and_until_their_day() -> None:
    rules = [
        Rule(1, D.HIDE, "a"),
        Rule(2, D.HIDE, "a", edition="jp-en"),
        Rule(3, D.HIDE, "a", until=NOW),
        Rule(4, D.HIDE, "a", until=NOW + timedelta(hours=1)),
        Rule(5, D.HIDE, "a", off="too slow"),
    ]
    assert [rule.id for rule in active(rules, NOW)] == [1, 4]
    assert [rule.id for rule in active(rules, NOW, "jp-en")] == [1, 2, 4]
    assert [rule.id for rule in active(rules, NOW, "")] == [1, 4]


def test_meaning_is_what_stands_out_among_texts_of_its_language() -> None:
    chance = np.random.default_rng(3)

    def vector(towards: float, start: float) -> bytes:
        made = chance.normal(start, 1, 384)
        made[0] += towards
        return (made / np.linalg.norm(made)).astype("<f2").tobytes()

    asked = np.zeros(384)
    asked[0] = 1
    usual = [("en", vector(0, 0.0)) for _ in range(60)] + [("ja", vector(0, 0.5)) for _ in range(60)] + [("de", vector(0, 0.0))]
    rule = Rule(1, D.SAVE, "boats", way=Way.MEANING, vector=asked.astype("<f2").tobytes())
    rule = Rule(1, D.SAVE, "boats", way=Way.MEANING, vector=rule.vector, usual=usual_likeness(rule.vector, usual))
    assert set(rule.usual) == {"", "en", "ja"}
    near = facts("near", vector=vector(12.0, 0.5), language="ja")
    far = facts("far", vector=vector(0.0, 0.5), language="ja")
    assert [matches(rule, one) for one in (near, far, facts("none", language="ja"))] == [True, False, False]
    inside, outside = around(rule, [far, near], 1)
    assert (inside, outside) == ([near.head], [far.head])
