"""What a brief prefers, in which order it reads, and how many voices it says to stand behind a sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from octavo.compose import brief, timeline
from octavo.compose.standing import inviting, leaning
from octavo.model import Annotation, Article, Brief, Quote, QuoteKind, Story


def article(id: str, text: str, published: str = "2026-03-09", language: str = "en") -> Article:
    return Article(id, None, text, published=published, publisher=f"The {id}", language=language)


def annotation(of: Article, quotes: tuple[Quote, ...] = ()) -> Annotation:
    spans = tuple(m.span() for m in re.finditer(r"\S[^.!?。\n]*[.!?。]?[”\"]?", of.text))
    return Annotation(of.id, of.revision, "test", of.language, sentences=spans, quotes=quotes)


def composed(*articles: Article, language: str | None = None, **quotes: tuple[Quote, ...]) -> Brief:
    notes = {a.id: annotation(a, quotes.get(a.id, ())) for a in articles}
    return brief(Story("S", tuple(a.id for a in articles)), articles, notes, 5, language)


FLOOD = "The river Aske flooded the old town of Halm on Monday night, and 400 people left their homes."
AGAIN = "Some 400 people had to leave their homes when the river Aske flooded Halm on Monday."
CAT = "A white cat was found on the roof of the school in the morning."


def test_a_sentence_says_how_many_independent_voices_carry_it() -> None:
    made = composed(article("Echo", FLOOD), article("Post", AGAIN), article("Bote", CAT))
    assert {s.text: s.outlets for s in made.sentences} == {AGAIN: 2, CAT: 1} or {s.text: s.outlets for s in made.sentences} == {
        FLOOD: 2,
        CAT: 1,
    }
    assert not made.single


@pytest.mark.parametrize(
    ("place", "dateline"),
    [
        ("HALM", "HALM (LNA) - "),
        ("HALM", "HALM, 9 March (LNA) — "),
        ("HALM, Lorvia", "HALM, Lorvia (LNA) -- "),
        ("HALM", "HALM, Lorvia – "),
    ],
)
def test_a_sentence_begins_behind_the_dateline(place: str, dateline: str) -> None:
    source = replace(article("Echo", f"{dateline}{FLOOD} {CAT}"), dateline=place)
    first = composed(source).sentences[0]
    assert first.text == FLOOD
    assert source.text[first.citation.start : first.citation.end] == FLOOD


def test_a_timeline_shows_no_dateline_either() -> None:
    source = replace(article("Echo", f"HALM, 9 March (LNA) - {FLOOD} HALM - {CAT}"), dateline="HALM")
    (entry,) = timeline("t", [source], {"Echo": annotation(source)}, 1).entries
    assert (entry.date, entry.text) == ("2026-03-09", f"{FLOOD} HALM - {CAT}")  # the second one is no beginning of a text
    assert [source.text[one.start : one.end] for one in entry.sources] == [FLOOD, f"HALM - {CAT}"]


@pytest.mark.parametrize("opening", ["HALM: The mayor – who is in his ninth year – has ", "HALM council - all nine of it - has "])
def test_what_is_no_dateline_stays(opening: str) -> None:
    told = f"{opening}asked the people of the old town to leave their homes."
    assert composed(replace(article("Echo", f"{told} {CAT}"), dateline="HALM")).sentences[0].text == told


def test_another_number_is_another_fact() -> None:
    made = composed(article("Echo", FLOOD), article("Post", AGAIN.replace("400", "700")))
    assert [s.outlets for s in made.sentences][:1] == [1]


def test_a_voice_of_another_language_counts_by_numbers_and_names() -> None:
    german = article("Bote", "In Halm mussten am Montag 400 Menschen wegen der Aske ihre Häuser verlassen.", language="de")
    made = composed(article("Echo", FLOOD), german, article("Post", CAT))
    assert {s.text: s.outlets for s in made.sentences}[FLOOD] == 2


def test_a_story_of_one_voice_is_single() -> None:
    made = composed(article("Echo", f"{FLOOD} {CAT}"))
    assert made.single
    assert {s.outlets for s in made.sentences} == {1}


def test_a_voice_of_which_only_the_headline_is_known_has_the_story_too() -> None:
    assert not composed(article("Echo", FLOOD), article("Post", "")).single


def test_what_several_voices_say_comes_first() -> None:
    assert composed(article("Bote", CAT, "2026-03-08"), article("Echo", FLOOD), article("Post", AGAIN)).sentences[0].text in (FLOOD, AGAIN)


def test_a_brief_reads_from_what_happened_over_reactions_to_what_is_to_come() -> None:
    said, ahead = (
        "“Nobody in this town had ever seen such a flood before”, the mayor said.",
        "Trains to the coast will run again on Friday.",
    )
    detail = "A dam twenty kilometres upstream had broken at ten that evening."
    start = len(FLOOD) + 1
    quote = Quote(((start, start + len(said) - 17),), QuoteKind.DIRECT, name="the mayor")
    texts = [s.text for s in composed(article("Echo", f"{FLOOD} {said} {ahead} {detail}"), Echo=(quote,)).sentences]
    assert sorted(texts) == sorted([FLOOD, said, ahead, detail])
    assert [t for t in texts if t != texts[0]] == [t for t in (FLOOD, detail, said, ahead) if t != texts[0]]


def test_the_readers_language_is_taken_where_a_voice_has_it() -> None:
    german = article("Bote", "Der Fluss Aske überflutete am Montag die Altstadt von Halm.", language="de")
    members = (article("Echo", FLOOD), article("Post", AGAIN), german)
    assert {s.citation.article for s in composed(*members, language="de").sentences} == {"Bote"}
    assert "Bote" not in {s.citation.article for s in composed(*members, language="ja").sentences}


def test_a_language_without_a_fitting_sentence_gives_way() -> None:
    empty = article("Bote", "Wie konnte das geschehen?", language="de")
    assert composed(article("Echo", FLOOD), empty, language="de").sentences[0].text == FLOOD


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "But he did not go."), ("de", "Doch er ging nicht."), ("fr", "Cependant, elle reste."), ("ja", "しかし彼は行かなかった。")],
)
def test_sentences_that_lean_on_the_one_before_are_known(language: str, text: str) -> None:
    assert leaning(text, language)
    assert not leaning("Halm ist 2026." if language == "de" else "Halm 2026.", language)


def test_a_brief_does_not_begin_in_the_middle() -> None:
    leant = "But he did not tell the people of Halm that the river Aske would flood the old town."
    assert leant not in [s.text for s in composed(article("Echo", f"{leant} {FLOOD}")).sentences]


def test_what_speaks_to_the_reader_is_left_out() -> None:
    asked = "Sign up for our newsletter to hear more of the river Aske and of Halm."
    assert inviting(asked)
    assert [s.text for s in composed(article("Echo", f"{asked} {FLOOD}")).sentences] == [FLOOD]


def test_a_timeline_prefers_the_days_that_later_articles_come_back_to() -> None:
    news = [article(f"Day{n}", f"The council of Halm sat for {n} hours on 5 March 2026.", "2026-03-05") for n in range(2, 5)]
    back = [article(f"Late{n}", f"The dam of Halm broke on 3 March 2026, as {n} people saw.", "2026-03-09") for n in range(2, 4)]
    notes = {a.id: annotation(a) for a in (*news, *back)}
    assert [entry.date for entry in timeline("t", (*news, *back), notes, 1).entries] == ["2026-03-03"]


def test_a_copied_sentence_is_told_once_in_a_timeline() -> None:
    copied = "The dam of Halm broke on 3 March 2026 at ten in the evening."
    other = "Forty people died on 1 March 2026 in a fire at the harbour."
    copies = [article(f"C{n}", copied) for n in range(4)]
    lone = [article("A", other), article("B", other.replace("Forty", "Some forty"))]
    notes = {a.id: annotation(a) for a in (*copies, *lone)}
    made = timeline("t", (*copies, *lone), notes, 1)
    assert [entry.date for entry in made.entries] == ["2026-03-01"]
    (entry,) = made.entries
    assert entry.text == other or entry.text == other.replace("Forty", "Some forty")
