"""What was learned: readable weights, answers by their sum, and rules alone where nothing was learned."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes_judge import Judge
from octavo.annotate.quotes_lexicon import Weights, Word, judged, lexicons, plain_lexicons
from octavo.annotate.quotes_marks import marked
from octavo.annotate.quotes_statements import statements
from octavo.annotate.quotes_words import read_sentences, read_words
from octavo.annotate.sentences import sentences


def contents(text, weights, language="en"):
    """What is found in a text with these weights."""
    lexicon = judged(plain_lexicons()[language], weights)
    words = read_words(text, marked(text), lexicon)
    found = statements(words, read_sentences(words, sentences(text, language)), Judge(weights))
    return [" … ".join(text[slice(*words.span(*part))] for part in statement.content) for statement in found]


TEXT = "Mara Lind backs a new bridge over the harbour in the spring."


def test_a_learned_word_is_a_cue_where_the_sum_is_above_zero():
    assert contents(TEXT, Weights()) == []
    assert contents(TEXT, Weights(frozenset({"backs"}), {"always": 0.1})) == ["a new bridge over the harbour in the spring"]
    assert contents(TEXT, Weights(frozenset({"backs"}), {"always": 0.1, "word backs": -0.2})) == []


def test_a_learned_end_cuts_a_statement():
    weights = Weights(frozenset({"backs"}), {"always": 1.0}, {"here in": 1.0})
    assert contents(TEXT, weights) == ["a new bridge over the harbour"]


def test_marked_words_may_be_nobodys_own():
    text = "The band played all night at “the old bridge over the harbour” in town."
    assert contents(text, Weights()) == ["“the old bridge over the harbour”"]
    assert contents(text, Weights(mark={"always": -1.0})) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_weights_of_the_package_name_no_names(language):
    weights = lexicons()[language].weights
    assert weights.mark
    features = [*weights.cue, *weights.end, *weights.mark]
    assert all(len(feature) < 60 for feature in features)
    assert all(word == word.lower() for word in weights.cues)


def test_learned_participles_share_the_subject_of_their_clause():
    lexicon = judged(plain_lexicons()["en"], Weights(frozenset({"backing", "backs"})))
    assert lexicon.words["backing"] & Word.SHARED
    assert not lexicon.words["backs"] & Word.SHARED
