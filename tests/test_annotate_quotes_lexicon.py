"""The lexicons parse, and faulty ones are refused."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes_lexicon import Word, compiled, lexicons

SMALL = """
language = "xx"
[cues]
speech = ["zeg zegt", "deel | mee"]
position = ["deel"]
before = ["volgens", "volgens de"]
[words]
stops = ["dat"]
[credits]
before = ["volgens"]
after = ["meldt"]
"""


def test_the_demonstration_press_is_covered():
    assert {"en", "de", "es", "ja", "fr", "pt", "ar", "ru"} <= set(lexicons())


@pytest.mark.parametrize("language", sorted(lexicons()))
def test_every_lexicon_can_find_speech_and_credits(language):
    lexicon = lexicons()[language]
    assert any(flags & Word.SPEECH for flags in lexicon.words.values())
    assert lexicon.before or lexicon.after
    assert lexicon.credits.before
    assert lexicon.credits.insiders
    assert all(word == word.lower() for word in lexicon.words)


def test_forms_of_a_verb_and_what_it_needs():
    lexicon = compiled(SMALL)
    assert lexicon.words["zegt"] == Word.SPEECH
    assert lexicon.words["deel"] == Word.SPEECH | Word.POSITION
    assert lexicon.needs == {}, "a form that also stands alone needs nothing"
    assert lexicon.before == {"volgens": (("volgens", "de"), ("volgens",))}


def test_a_misspelt_list_is_refused():
    with pytest.raises(ValueError, match="speach"):
        compiled(SMALL.replace("speech =", "speach ="))
    with pytest.raises(TypeError, match="afterr"):
        compiled(SMALL.replace("after =", "afterr ="))
