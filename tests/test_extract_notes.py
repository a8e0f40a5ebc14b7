"""Corrections, clarifications, editor's notes and updates: where they stand in a text, and those beside it."""

from __future__ import annotations

import pytest

from octavo.extract.blocks import Piece, composed
from octavo.extract.notes import note_kind, notes_of
from octavo.model import BlockKind, Note, NoteKind

FIRST = "The herring are back in the bay of Halm."
CORRECTION, EDITOR, UPDATE = NoteKind.CORRECTION, NoteKind.EDITOR, NoteKind.UPDATE


def found_in(*given: str | Piece, live: bool = False) -> list[tuple[NoteKind, str]]:
    text, blocks = composed(one if isinstance(one, Piece) else Piece(BlockKind.PARAGRAPH, one) for one in (FIRST, *given))
    notes = notes_of(text, blocks, live=live)
    assert all(note.span and text[note.span[0] : note.span[1]] == note.text for note in notes)
    return [(note.kind, note.text) for note in notes]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Correction: The bay was full in 1931, not in 1913.", CORRECTION),
        ("Correction, May 3, 2031: The bay was full in 1931.", CORRECTION),
        ("Correction added on Nov. 18, 2031: The caption was wrong.", CORRECTION),
        ("An earlier version of this article misstated the depth of the bay.", CORRECTION),
        ("Clarification: The bay belongs to the island.", NoteKind.CLARIFICATION),
        ("[Editor’s note: The writer fishes herself.]", EDITOR),
        ("*Editor's Note — The writer fishes herself.", EDITOR),
        ("UPDATE (3:05 p.m. ET): The boats are back.", UPDATE),
        ("This story has been updated with what the mayor said.", UPDATE),
        ("Berichtigung: In einer früheren Version stand ein falsches Jahr.", CORRECTION),
        ("(Anm. d. Red.: Die Autorin fischt selbst.)", EDITOR),
        ("Rectificatif : la baie est au nord.", CORRECTION),
        ("Fe de errata: la bahía está al norte.", CORRECTION),
        ("Errata corrige: la baia è a nord.", CORRECTION),
        ("訂正：湾は北にあります。", CORRECTION),
        ("【訂正】湾は北にあります。", CORRECTION),
        ("编者按：海湾在北方。", EDITOR),
        ("От редакции: залив находится на севере.", EDITOR),
        ("تصحيح: الخليج في الشمال.", CORRECTION),
    ],
)
def test_a_note_begins_with_what_its_language_calls_it(line: str, kind: NoteKind) -> None:
    assert found_in(line) == [(kind, line)]


@pytest.mark.parametrize(
    "line",
    [
        "Corrections officers met on Monday: they were not glad.",
        "Update often: Fish stocks change every year.",
        "The update: nobody knows.",
        "This story originally appeared in The Gull.",
        "He asked for a correction.",
    ],
)
def test_sentences_with_the_same_words_are_no_notes(line: str) -> None:
    assert found_in(line) == []


def test_a_note_may_begin_within_a_paragraph_and_goes_on_to_its_end() -> None:
    assert found_in("The bay is deep. An earlier version of this story gave its depth wrongly. It is 40 m.") == [
        (CORRECTION, "An earlier version of this story gave its depth wrongly. It is 40 m.")
    ]


def test_a_label_that_stands_alone_labels_the_paragraph_below_it() -> None:
    below = "The bay lies in the north of the island, not in the south."
    assert found_in(Piece(BlockKind.HEADING, "Correction"), below, "The fish do not mind.") == [(CORRECTION, f"Correction\n\n{below}")]


def test_a_menu_is_no_note() -> None:
    assert found_in(Piece(BlockKind.LIST, "Corrections\nHousing in Halm and on the island"), "Correction") == []


def test_the_posts_of_a_live_ticker_are_no_updates_and_its_corrections_stay() -> None:
    lines = ("Update: The boats are back in the bay.", "Correction: There were eleven boats, not twelve.")
    assert found_in(*lines, live=True) == [(CORRECTION, lines[1])]


def test_what_stands_elsewhere_has_no_place_unless_the_text_holds_it_and_comes_once() -> None:
    text, blocks = composed([Piece(BlockKind.PARAGRAPH, part) for part in (FIRST, "Correction: It was eleven years.")])
    beside = [(CORRECTION, "It was eleven years."), (EDITOR, FIRST), (CORRECTION, "The bay is deep."), (CORRECTION, "The bay is deep.")]
    assert notes_of(text, blocks, beside) == (
        Note(EDITOR, FIRST, (0, len(FIRST))),
        Note(CORRECTION, "Correction: It was eleven years.", (len(FIRST) + 2, len(text))),
        Note(CORRECTION, "The bay is deep."),
    )


def test_a_link_to_corrections_is_no_note() -> None:
    assert note_kind("Corrections") is None
    assert note_kind("Correction: the bay was full in 1931, not in 1913.") is CORRECTION
