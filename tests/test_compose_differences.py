"""Differences between revisions read as a person would mark them, lose nothing and take bounded time."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo.compose.differences import Fate, Line, changed, differences, withdrawn
from octavo.model import Article, BriefSentence, Citation


def article(text: str, headline: str | None = "The dam at Halm", revision: int = 1) -> Article:
    return Article("a", headline, text, revision=revision)


def marked(line: Line) -> str:
    """A line with what is gone in [-...-] and what is new in {+...+}."""
    frames = {Fate.KEPT: "{}", Fate.GONE: "[-{}-]", Fate.NEW: "{{+{}+}}"}
    return "".join(frames[stretch.fate].format(stretch.text) for stretch in line)


def compared(old: str, new: str) -> list[str]:
    return [marked(line) for line in differences(article(old), article(new)).paragraphs]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Twelve people died.", "Fifteen people died.", "[-Twelve-]{+Fifteen+} people died."),
        ("The mayor spoke.", "The mayor of Halm spoke.", "The mayor {+of Halm +}spoke."),
        ("The old, brittle dam broke.", "The dam broke.", "The [-old, brittle -]dam broke."),
        ("堤防が決壊し、12人が死亡した。", "堤防が決壊し、15人が死亡した。", "堤防が決壊し、[-12-]{+15+}人が死亡した。"),
        ("It rained all day.", "It  rained\nall day.", "It rained all day."),
    ],
)
def test_words_are_marked_where_they_changed(old: str, new: str, shown: str) -> None:
    assert compared(old, new) == [shown]


def test_a_long_paragraph_that_changed_at_both_ends_shows_these_two_changes() -> None:
    middle = " ".join(f"word{n} and then" for n in range(300))
    (line,) = compared(f"Monday {middle} stopped.", f"Tuesday {middle} ended.")
    assert line == f"[-Monday-]{{+Tuesday+}} {middle} [-stopped-]{{+ended+}}."


def test_a_changed_run_of_words_is_one_change_not_many() -> None:
    (line,) = compared("The talks in the town of Halm ended late on Monday night.", "The talks in the town of Halm broke down early today.")
    assert line.count("[-") == 1
    assert line.count("{+") == 1


def test_paragraphs_come_and_go_where_they_stood() -> None:
    old = "The dam broke at ten.\n\nSchools stay shut.\n\nThe mayor thanked all helpers."
    new = "The dam broke at eleven.\n\nThe mayor thanked all helpers.\n\nTrains run again on Friday."
    assert compared(old, new) == [
        "The dam broke at [-ten-]{+eleven+}.",
        "[-Schools stay shut.-]",
        "The mayor thanked all helpers.",
        "{+Trains run again on Friday.+}",
    ]


def test_nothing_changed_is_no_difference_and_a_headline_is_one() -> None:
    text = "The dam broke at ten."
    assert not differences(article(text), article(text))
    found = differences(article(text, "Dam breaks"), article(text, "Dam breaks at Halm"))
    assert found
    assert marked(found.headline) == "Dam breaks{+ at Halm+}"
    assert [changed(line) for line in found.paragraphs] == [False]


@given(st.lists(st.text("ab c,.\n", max_size=30), max_size=6), st.lists(st.text("ab c,.\n", max_size=30), max_size=6))
def test_both_revisions_can_be_read_out_of_their_differences(old: list[str], new: list[str]) -> None:
    before, after = "\n\n".join(old), "\n\n".join(new)
    lines = differences(article(before), article(after)).paragraphs

    def told(without: Fate) -> str:
        return "".join(stretch.text for line in lines for stretch in line if stretch.fate is not without).replace(" ", "")

    assert told(Fate.NEW) == "".join(before.split())
    assert told(Fate.GONE) == "".join(after.split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("no yes " * 20_000, "yes no no " * 20_000),
        ("\n\n".join(["no", "yes"] * 5_000), "\n\n".join(["yes", "yes", "no"] * 5_000)),
        ("\n\n".join(f"{n}a {n}b {n}c" for n in range(3_000)), "\n\n".join(f"{n}d {n}e {n}f" for n in range(3_000))),
    ],
)
def test_texts_that_repeat_themselves_take_bounded_time(old: str, new: str) -> None:
    begun = process_time()
    differences(article(old), article(new))
    assert process_time() - begun < 5


def test_a_cited_sentence_is_withdrawn_once_its_source_carries_it_no_more() -> None:
    said = BriefSentence("Twelve people died.", Citation("a", 0, 19, 1))
    assert withdrawn(said, article("Fifteen people died.", revision=2))
    assert not withdrawn(said, article("In Halm:\n\nTwelve\npeople died.", revision=2))
    assert not withdrawn(said, article("Fifteen people died.", revision=1))
