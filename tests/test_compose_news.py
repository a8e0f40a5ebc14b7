"""What is new since a reader looked: marked on the sentence, and nothing that only says again what was known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from octavo.compose import News, news
from octavo.compose.numbers import Disagreement, Figure
from octavo.model import Annotation, Article, Block, BlockKind, BriefSentence, Citation, CopyGroup, Note, NoteKind, Quote, QuoteKind, Story

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FLOOD = (
    "The river Aske flooded the old town of Halm on Monday night after three days of rain. Four hundred people left their homes.\n\n"
    "Mayor Ada Brill thanked all helpers and promised to rebuild the dam near the mill."
)


def article(id: str, text: str, **fields: object) -> Article:
    paragraphs = tuple(Block(BlockKind.PARAGRAPH, m.start(), m.end()) for m in re.finditer(r"[^\n]+", text))
    given = {"headline": None, "publisher": f"The {id}", "language": "en", "published": "2026-03-09", "seen_at": NOW}
    return Article(id=id, text=text, blocks=paragraphs, **(given | fields))  # type: ignore[arg-type]


def annotation(of: Article, **fields: object) -> Annotation:
    spans = tuple(m.span() for m in re.finditer(r"\S[^.!?。\n]*[.!?。]?[”\"]?", of.text))
    return Annotation(of.id, of.revision, "test", of.language, sentences=spans, **fields)  # type: ignore[arg-type]


def since(before: tuple[Article, ...], *now: Article, names: tuple[str, ...] = (), **fields: object) -> News:
    story = Story("S", tuple(a.id for a in now), **fields)  # type: ignore[arg-type]
    return news(story, before, now, {a.id: annotation(a, names=names) for a in now})


def said(found: News, *articles: Article) -> list[str]:
    texts = {a.id: a.text for a in articles}
    return [texts[c.article][c.start : c.end] for c in found.facts]


ECHO = article("Echo", FLOOD)


def test_nothing_that_came_in_is_no_news() -> None:
    found = since((ECHO,), ECHO)
    assert not found
    assert found == News()


@pytest.mark.parametrize(
    "text",
    [
        "On Monday night the old town of Halm was flooded by the river Aske after days of rain.",
        "Ada Brill, the mayor, thanked the helpers and promised to rebuild the dam by the mill.",
    ],
)
def test_what_was_said_in_other_order_is_not_new(text: str) -> None:
    post = article("Post", text)
    found = since((ECHO,), ECHO, post)
    assert found.facts == ()
    assert found.outlets == ("The Post",)


@pytest.mark.parametrize(
    "text",
    [
        "Engineers from the coast reported cracks along the foundations of two bridges.",
        "The river Aske flooded the old town of Halm after 72 hours of rain on Monday night.",
    ],
)
def test_new_words_and_new_numbers_are_new(text: str) -> None:
    post = article("Post", text)
    assert said(since((ECHO,), ECHO, post), post) == [text]


def test_words_that_were_never_said_together_are_new() -> None:
    apart = (
        "Farmers counted missing sheep.",
        "Divers searched sunken ferries.",
        "Judges postponed several trials.",
        "Nurses emptied crowded wards.",
    )
    known = article("Echo", "\n\n".join(apart))
    post = article("Post", "Farmers searched crowded trials, missing ferries and nurses.")
    assert said(since((known,), known, post), post) == [post.text]
    assert since((known,), known, article("Bote", " ".join(apart))).facts == ()


def test_a_label_is_not_a_fact() -> None:
    post = article("Post", "Send this story to someone you know | Printable page without pictures")
    assert since((ECHO,), ECHO, post).facts == ()


def test_a_copy_of_what_was_known_brings_no_outlet() -> None:
    copy = article("Copy", FLOOD)
    assert not since((ECHO,), ECHO, copy, copies=(CopyGroup("Echo", ("Echo", "Copy")),))
    assert since((), copy, ECHO, copies=(CopyGroup("Echo", ("Echo", "Copy")),)).outlets == ("The Echo",)


def test_a_second_article_of_an_outlet_is_no_new_outlet() -> None:
    again = article("Again", "Trains to the harbour remain cancelled until engineers inspect every bridge.", publisher="the echo")
    found = since((ECHO,), ECHO, again)
    assert found.outlets == ()
    assert len(found.facts) == 1


def test_in_another_language_only_what_can_be_compared_is_new() -> None:
    german = article("Bote", "Am Montag trat die Aske in Halm über die Ufer. In Nordhalm wurden 37 Brücken gesperrt.", language="de")
    assert said(since((ECHO,), ECHO, german), german) == ["In Nordhalm wurden 37 Brücken gesperrt."]


def test_a_translation_of_what_was_known_is_not_new() -> None:
    english = article("Echo", "Ada Brill said on Monday that 412 houses in Halm had to be torn down by the 14 brigades.")
    german = article("Bote", "In Halm regnete es tagelang ohne Pause.", language="de")
    later = article("Blatt", "Laut Ada Brill müssen 412 Gebäude abgerissen werden, daran arbeiten 14 Trupps.", language="de")
    assert since((english, german), english, german, later, names=("Ada Brill",)).facts == ()
    without = since((german,), german, later, names=("Ada Brill",))
    assert len(without.facts) == 1


def test_a_revision_that_adds_something_is_news_and_one_that_does_not_is_none() -> None:
    tidied = replace(ECHO, text=FLOOD.replace("Four hundred", "Some four hundred"), revision=2)
    found = since((ECHO,), tidied)
    assert found.revised == {"Echo"}
    assert not found
    added = replace(ECHO, text=FLOOD + "\n\nDivers found the ferry captain alive inside a flooded cabin.", revision=2)
    assert said(since((ECHO,), added), added) == ["Divers found the ferry captain alive inside a flooded cabin."]


def test_new_quotes_are_new_and_translated_ones_are_not() -> None:
    text = "“Nobody warned the campers along the upper valley before midnight,” said Jost Vandam."
    post = article("Post", text)
    quote = Quote(((0, 67),), QuoteKind.DIRECT, name="Jost Vandam")
    notes = {"Echo": annotation(ECHO), "Post": annotation(post, quotes=(quote,))}
    story = Story("S", ("Echo", "Post"))
    assert news(story, (ECHO,), (ECHO, post), notes).quotes == (Citation("Post", 0, 67, 1),)
    german = replace(post, id="Bote", language="de")
    both = {**notes, "Bote": annotation(german, quotes=(quote,))}
    assert news(story, (ECHO, post), (ECHO, post, german), both).quotes == ()
    silent = {"Echo": annotation(ECHO), "Bote": annotation(german, quotes=(replace(quote, content=()),))}
    assert news(story, (ECHO,), (ECHO, german), silent).quotes == ()


def test_another_number_for_the_same_thing_is_new() -> None:
    post = article("Post", "Five are dead.")
    sentence = Citation("Post", 0, 14, 1)
    figures = (
        Figure(3, "three are dead", Citation("Echo", 0, 5, 1), "The Echo", None),
        Figure(5, "five are dead", sentence, "The Post", None),
    )
    notes = {a.id: annotation(a) for a in (ECHO, post)}
    story = Story("S", ("Echo", "Post"))
    found = news(story, (ECHO,), (ECHO, post), notes, (Disagreement("dead", figures),))
    assert found.numbers == (sentence,)
    assert found.marks(sentence)
    same = replace(figures[1], value=3)
    assert news(story, (ECHO,), (ECHO, post), notes, (Disagreement("dead", (figures[0], same)),)).numbers == ()


def test_a_correction_is_news_once() -> None:
    note = Note(NoteKind.CORRECTION, "Correction: the dam stands near the mill.")
    corrected = replace(ECHO, notes=(note,), revision=2)
    assert since((ECHO,), corrected).notes == (("Echo", note),)
    assert since((corrected,), corrected).notes == ()


def test_a_correction_in_the_text_is_no_fact_of_the_story() -> None:
    words = "Correction: yesterday's version misspelled seventeen surnames of village councillors."
    text = FLOOD + "\n\n" + words
    note = Note(NoteKind.CORRECTION, words, (len(text) - len(words), len(text)))
    found = since((ECHO,), replace(ECHO, text=text, notes=(note,), revision=2))
    assert (found.facts, found.notes) == ((), (("Echo", note),))


def test_what_was_taken_back_is_news_to_who_has_read_it() -> None:
    sentence = BriefSentence(FLOOD[:95], Citation("Echo", 0, 95, 1))
    shorter = replace(ECHO, text=FLOOD[95:].strip(), revision=2)
    story, notes = Story("S", ("Echo",)), {"Echo": annotation(shorter)}
    found = news(story, (ECHO,), (shorter,), notes, withdrawn=(sentence,))
    assert found.withdrawn == (sentence.citation,)
    assert found.marks(sentence.citation)
    assert not found.marks(Citation("Echo", 0, 95, 2))
    assert not news(story, (shorter,), (shorter,), notes, withdrawn=(sentence,))
    reworded = replace(ECHO, text=FLOOD.replace("the old town of Halm", "Halm's old town"), revision=2)
    assert not news(story, (ECHO,), (reworded,), {"Echo": annotation(reworded)}, withdrawn=(sentence,))


def test_a_mark_is_on_the_sentence_that_is_new() -> None:
    post = article("Post", "The river Aske flooded the old town of Halm on Monday. Divers found 17 stolen bells beneath the cathedral.")
    found = since((ECHO,), ECHO, post)
    (fact,) = found.facts
    assert found.marks(fact)
    assert found.marks(Citation("Post", fact.start + 3, fact.end + 40))
    assert not found.marks(Citation("Post", 0, 20))
    assert not found.marks(Citation("Echo", fact.start, fact.end))


def test_the_leading_ones_repeat_nothing_and_come_from_all() -> None:
    bells = "Divers found 17 stolen bells beneath the cathedral of Halm on Tuesday morning."
    one = article("One", bells + " Prosecutors questioned nine sailors about smuggling cathedral treasures abroad.")
    two = article(
        "Two", "On Tuesday morning divers found 17 stolen bells beneath the cathedral. Insurers expect claims of 88 million crowns."
    )
    found = since((ECHO,), ECHO, one, two)
    assert len(found.facts) == 4
    leading = [{"One": one, "Two": two}[c.article].text[c.start : c.end] for c in found.leading]
    assert leading[0] == bells
    assert sum("bells" in text for text in leading) == 1
    assert len(leading) == 3
