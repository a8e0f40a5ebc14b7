"""Who says a quotation that no cue claims: chosen among the phrases around it by weights that are the same for all languages."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes import find_quotes
from octavo.annotate.quotes_judge import Judge
from octavo.annotate.quotes_lexicon import Weights, lexicons, plain_lexicons
from octavo.annotate.quotes_marks import marked
from octavo.annotate.quotes_sources import candidates
from octavo.annotate.quotes_words import read_sentences, read_words
from octavo.annotate.sentences import sentences


def speakers(text, language):
    """Each direct quote's speaker as printed."""
    found = find_quotes(text, language, sentences(text, language))
    return [" ".join(text[slice(*span)] for span in quote.speaker) for quote in found if quote.kind.value == "direct"]


def read(text, language="en"):
    words = read_words(text, marked(text), plain_lexicons()[language])
    return words, read_sentences(words, sentences(text, language))


@pytest.mark.parametrize(
    ("text", "language", "speaker"),
    [
        ("Auch die Leiterin des Hafens, Ada Lind, zeigte sich zufrieden: „Wir haben lange auf diesen Tag gewartet.“", "de", "die Leiterin des Hafens, Ada Lind"),
        ("Am Montag eröffnete Ada Lind im Hafen die Brücke mit den Worten: „Sie wird uns allen lange nützen.“", "de", "Ada Lind"),
        ("Die Leiterin des Hafens griff den Rat an: „So kann es hier nicht weitergehen.“", "de", "Die Leiterin des Hafens"),
        ("“The bridge will hold for a hundred years,” Lind fumed on Tuesday.", "en", "Lind"),
        ("Lind fue tajante: «El puente va a resistir muchos años».", "es", "Lind"),
    ],
)  # fmt: skip
def test_a_quotation_without_a_cue(text, language, speaker):
    assert speakers(text, language) == [speaker]


def test_who_spoke_last_goes_on_in_reported_speech():
    text = "Ada Lind kritisierte den Plan. Sie sagte, die Stadt brauche Geld. Auch habe der Rat „viel zu lange damit gewartet“."
    quotes = find_quotes(text, "de", sentences(text, "de"))
    assert [quote.name for quote in quotes if quote.kind.value == "direct"] == ["Ada Lind"]


def test_candidates_are_the_phrases_around_and_who_spoke():
    words, parted = read("Ada Lind came home. The mayor was at the harbour: “The bridge will hold for years.” Bo Reed left.")
    found, nobody = candidates(words, parted, 1, words.places[0], [((0, 2), 0)])
    assert [words.text[slice(*words.span(*phrase))] for phrase, _ in found] == ["Ada Lind", "The mayor", "the harbour", "Bo Reed"]
    assert "none form colon" in nobody


def test_the_heaviest_candidate_speaks_unless_nobody_is_likelier():
    words, parted = read("The mayor was at the harbour: “The bridge will hold for years.”")
    source = lambda weights: Judge(Weights(source=weights)).source(words, parted, 0, words.places[0], ())  # noqa: E731
    assert source({"before -": 1.0}) == (0, 2)
    assert source({"before preposition": 1.0}) == (4, 6)
    assert source({"before -": 1.0, "none": 2.0}) is None


def test_all_languages_share_the_weights():
    assert len({id(lexicon.weights.source) for lexicon in lexicons().values()}) == 1
    assert all(len(feature) < 60 for feature in lexicons()["es"].weights.source)
