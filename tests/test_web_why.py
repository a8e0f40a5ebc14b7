"""The reasons of decisions in the reader's language."""

from __future__ import annotations

import pytest

from newsroom import Newsroom
from octavo.group import reasons
from octavo.group.copies import Copied
from octavo.web.reading import OFFERED
from octavo.web.texts import translations
from octavo.web.why import told


def in_german(*said: str) -> list[str]:
    return list(told(said, translations("de"), "de"))


def test_what_grouping_says_of_the_whole_press_is_known_in_every_language(newsroom: Newsroom) -> None:
    store = newsroom.desk.store
    said = {reason for story in store.newest_stories(200) for one in store.decisions_of(story) if one.article for reason in one.reasons}
    assert len(said) > 40
    for language in OFFERED[1:]:
        kept = [reason for reason, shown in zip(said, told(said, translations(language), language), strict=True) if shown == reason]
        assert all(reason.startswith("vector ") for reason in kept), (language, kept)  # one word in some of them


@pytest.mark.parametrize(
    "said",
    [
        *reasons.of_copy(Copied("a", 0.91, 0, False, 0.7)),
        *reasons.of_copy(Copied("a", 0.91, 1, True, None)),
        *reasons.of_copy(Copied("a", 0.91, 0, False, 0.0)),
        "0 minutes apart",
        *reasons.of_move(0.91, None),
        *reasons.of_move(0.91, 0.2),
        *reasons.of_tear(0.1, 0.3, 4, 11),
        *reasons.of_knot(0.9, 0.4, 4, 11),
        "a person linked a1 and b2",
        "a person parted a1 and b2",
        "a person took a repair back",
        "takes back that a1 and b2 belong together",
        "takes back that a1 and b2 do not belong together",
        "leaves with a1",
        "a copy of a1",
        "its own story reaches 0.10, 0.35 is asked for",
        "of the same time, as far as the dates tell",
        "at least 3 hours apart",
    ],
)
def test_rarer_reasons_are_known_too(said: str) -> None:
    assert in_german(said) != [said]


def test_numbers_and_names_stay_and_spans_are_written_out() -> None:
    said = (
        "1 shared rare word: Halmar",
        "1 day apart",
        "at least 40 minutes apart",
        "near to 5 of its 12 articles",
        "of an earlier version",
    )
    assert in_german(*said) == [
        "gemeinsame seltene Wörter: Halmar",
        "1 Tag auseinander",
        "mindestens 40 Minuten auseinander",
        "nahe bei 5 ihrer Artikel (von 12)",
        "of an earlier version",
    ]
    assert list(told(said[1:3], translations("en"), "en")) == ["1 day apart", "at least 40 minutes apart"]
