"""Quotation marks of all conventions, apostrophes, and marks that nobody closed."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes_marks import marked


def inner(text):
    return [text[slice(*m.inner)] for m in marked(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She said “go on” twice.", ["go on"]),
        ('She said "go on" twice.', ["go on"]),
        ("Sie sagte „weiter so“ und ging.", ["weiter so"]),
        ("Sie sagte „weiter so” und ging.", ["weiter so"]),
        ("Sie sagte »weiter so« und ging.", ["weiter so"]),
        ("Elle a dit « continuez » deux fois.", [" continuez "]),
        ("Ella dijo «sigan» dos veces.", ["sigan"]),
        ("Hon sa ”fortsätt” två gånger.", ["fortsätt"]),
        ("She said ‘go on’ twice.", ["go on"]),
        ("She said 'go on' twice.", ["go on"]),
        ("She said ''it's time to go'' twice.", ["it's time to go"]),
        ("She said ``go on'' twice.", ["go on"]),
        ("彼は「続けて」と言った。", ["続けて"]),
        ("『橋』という本", ["橋"]),
        ("She said “he told me ‘go on’ and left” twice.", ["he told me ‘go on’ and left"]),
        ("Sie sagte „er rief ‚weiter‘ und ging“ laut.", ["er rief ‚weiter‘ und ging"]),
        ("彼は「『橋』を読んだ」と言った。", ["『橋』を読んだ"]),
        ("The girls' team won; it's the town's first title, isn't it?", []),
        ("In the ’90s rock ’n’ roll was everything.", []),
        ("He is 6'2\" tall.", []),
        ("The '90s were loud. “Go on,” she said.", ["Go on,"]),
        ("„Eins“, sagte er. „Zwei“, sagte sie.", ["Eins", "Zwei"]),
    ],
)
def test_conventions(text, found):
    assert inner(text) == found


def test_an_open_mark_ends_with_the_paragraph_and_says_so():
    found = marked("“One and on.\n\n“Two.” Rest.")
    assert [(m.start, m.end, m.closed) for m in found] == [(0, 12, False), (14, 20, True)]


def test_many_stray_marks_are_quick():
    assert marked("the 'word " * 5000) == []
