"""What a person reads is cut out of articles, never worded, and says where it stands."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from octavo.compose import brief, count_reach, coverage, front_page, headline, spread, story_view, timeline
from octavo.compose.comparing import figures, is_year
from octavo.compose.dates import mentions
from octavo.model import (
    Annotation,
    Article,
    Block,
    BlockKind,
    CopyGroup,
    Signal,
    Story,
)
from octavo.words import words

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def article(id: str, text: str, **fields: object) -> Article:
    paragraphs = [Block(BlockKind.PARAGRAPH, m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    given = {"headline": f"Headline of {id}", "publisher": f"The {id}", "language": "en", "published": "2026-03-09", "seen_at": NOW}
    return Article(id=id, text=text, blocks=tuple(paragraphs), **(given | fields))  # type: ignore[arg-type]


def annotation(of: Article, **fields: object) -> Annotation:
    spans = tuple(m.span() for m in re.finditer(r"\S[^.!?。\n]*[.!?。]?[”\"]?", of.text))
    return Annotation(of.id, of.revision, "test", of.language, sentences=spans, **fields)  # type: ignore[arg-type]


def story(*articles: Article, **fields: object) -> Story:
    return Story("S", tuple(a.id for a in articles), **fields)  # type: ignore[arg-type]


FLOOD = (
    article(
        "Echo",
        "The river Aske flooded the old town of Halm on Monday night. Four hundred people left their homes. The mayor thanked all helpers.",
    ),
    article(
        "Post",
        "In Halm the river Aske flooded the old town on Monday. A dam twenty kilometres upstream had broken at ten. Schools stay shut.",
    ),
    article(
        "Bote", "Four hundred people had to leave their homes when the Aske flooded Halm. Trains to the coast do not run until Friday."
    ),
)
NOTES = {a.id: annotation(a) for a in FLOOD}


def test_a_brief_is_cut_out_of_its_articles() -> None:
    made = brief(story(*FLOOD), FLOOD, NOTES, 4)
    texts = {a.id: a.text for a in FLOOD}
    assert len(made.sentences) == 4
    for sentence in made.sentences:
        place = sentence.citation
        assert texts[place.article][place.start : place.end] == sentence.text


def test_a_brief_says_nothing_twice() -> None:
    made = brief(story(*FLOOD), FLOOD, NOTES, 6)
    flooded = [s.text for s in made.sentences if "flooded" in s.text and "old town" in s.text]
    assert len(flooded) == 1


def test_a_brief_hears_different_outlets_first() -> None:
    assert len({s.citation.article for s in brief(story(*FLOOD), FLOOD, NOTES, 3).sentences}) >= 2


def test_copies_are_one_voice_in_the_brief() -> None:
    copy = article("Copy", FLOOD[0].text)
    group = CopyGroup("Echo", ("Echo", "Copy"))
    made = brief(story(FLOOD[0], copy, copies=(group,)), (FLOOD[0], copy), NOTES | {"Copy": annotation(copy)}, 5)
    assert {s.citation.article for s in made.sentences} == {"Echo"}


def test_a_brief_keeps_to_one_language() -> None:
    german = article(
        "Kurier", "Der Fluss Aske überflutete am Montag die Altstadt von Halm. Vierhundert Menschen verließen ihre Häuser.", language="de"
    )
    members, notes = (*FLOOD, german), NOTES | {"Kurier": annotation(german)}
    assert {s.citation.article for s in brief(story(*members), members, notes, 6).sentences} <= {"Echo", "Post", "Bote"}
    assert {s.citation.article for s in brief(story(*members), members, notes, 6, "de").sentences} == {"Kurier"}


@pytest.mark.parametrize(
    "text",
    [
        "What did the mayor of Halm know about the broken dam?",
        "“The dam was old and everybody knew it, she said.",
        "Read our live blog about the flood in Halm here",
    ],
)
def test_a_brief_leaves_out_what_does_not_stand_alone(text: str) -> None:
    lone = article("Lone", text)
    assert brief(story(lone), (lone,), {"Lone": annotation(lone)}).sentences == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mayor Ada Brill said on Monday that “the dam was old and everybody knew it”."),
        ("de", "Bürgermeisterin Ada Brill sagte am Montag: „Der Damm war alt und brüchig.“"),
        ("fi", "Ada Brill sanoi maanantaina: ”Pato oli vanha ja hauras.”"),
    ],
)
def test_a_brief_quotes_in_the_marks_of_every_language(language: str, text: str) -> None:
    lone = article("Lone", text, language=language)
    whole = Annotation("Lone", 1, "test", language, sentences=((0, len(text)),))
    assert [s.text for s in brief(story(lone), (lone,), {"Lone": whole}).sentences] == [text]


def test_the_same_input_gives_the_same_brief() -> None:
    assert len({brief(story(*FLOOD), FLOOD, NOTES, 5) for _ in range(5)}) == 1


def test_the_headline_is_the_one_nearest_to_the_centre() -> None:
    vectors = {"Echo": [1.0, 0.0], "Post": [0.8, 0.6], "Bote": [0.0, 1.0]}
    notes = {id: Annotation(id, 1, "test", "en", vector=np.array(v, "<f2").tobytes()) for id, v in vectors.items()}
    assert headline(story(*FLOOD), FLOOD, notes) == "Headline of Post"
    assert headline(story(*FLOOD), FLOOD, {}) == "Headline of Echo"


def test_the_front_page_weighs_voices_and_freshness_and_says_so() -> None:
    old = article("Old", "x", published="2026-03-01")
    stories = [Story("lone", ("Echo",)), Story("wide", ("Echo", "Post", "Bote")), Story("old", ("Old",))]
    places = front_page(stories, {a.id: a for a in (*FLOOD, old)}, NOW)
    assert [place.story for place in places] == ["wide", "lone", "old"]
    assert places[0].reasons == ("3 independent outlets", "newest report 36 hours ago")


def test_an_outlet_reaches_as_far_as_others_repeat_it_whatever_its_name_is_printed_like() -> None:
    repeats = [
        ("Reuters", "The Echo"),
        ("REUTERS", "the echo"),
        ("Reuters", "The Post"),
        ("The Echo", "The Post"),
        ("The Post", "The post"),
    ]
    assert count_reach(repeats) == {"reuters": 2, "echo": 1}


def test_the_front_page_weighs_how_far_the_outlets_of_a_story_reach() -> None:
    reach = count_reach(("The Post", f"The Carrier {number}") for number in range(31))
    stories = [Story("unheard", ("Echo",)), Story("repeated", ("Post",)), Story("two", ("Echo", "Bote"))]
    two, repeated, unheard = front_page(stories, {a.id: a for a in FLOOD}, NOW, reach)
    assert (two.story, repeated.story, unheard.story) == ("two", "repeated", "unheard")  # a second voice weighs more
    assert repeated.weight == pytest.approx(1.25 * unheard.weight)
    assert repeated.reasons == ("1 independent outlet", "The Post is repeated by 31 outlets", "newest report 36 hours ago")
    assert (repeated.widest, unheard.widest) == (("The Post", 31), None)
    assert [place.story for place in front_page(stories, {a.id: a for a in FLOOD}, NOW, {"post": 10**6})] == ["two", "repeated", "unheard"]


def test_an_agencys_copy_reaches_as_far_as_the_agency() -> None:
    copy = article("Echo", "x", agency="AFP")
    (place,) = front_page([Story("s", ("Echo",))], {"Echo": copy}, NOW, count_reach([("AFP", "The Post"), ("AFP", "The Bote")]))
    assert place.widest == ("Agence France-Presse", 2)


def test_a_date_in_the_future_does_not_make_a_story_fresh() -> None:
    future = article("Future", "x", published="2030-01-01", seen_at=NOW - timedelta(days=5))
    (place,) = front_page([Story("s", ("Future",))], {"Future": future}, NOW)
    assert place.reasons[-1] == "newest report 5 days ago"


def test_an_undated_article_that_came_in_late_does_not_make_a_story_fresh() -> None:
    late = article("Late", "x", published=None)
    members = {a.id: a for a in (article("Old", "x", published="2026-03-01"), late)}
    (place,) = front_page([Story("s", ("Old", "Late"))], members, NOW)
    assert place.reasons[-1] == "newest report 9 days ago"


def test_what_has_no_date_does_not_count_as_fresh() -> None:
    undated = article("Undated", "x", published=None)
    today = article("Today", "x", published="2026-03-10")
    places = front_page([Story("a", ("Undated",)), Story("b", ("Today",))], {a.id: a for a in (undated, today)}, NOW)
    assert [place.story for place in places] == ["b", "a"]
    assert places[1].reasons == ("1 independent outlet", "date unknown")


DAYS = [
    ("The talks began on 3 March 2026 in Halm.", "en", ["2026-03-03"]),
    ("The talks began on March 3 in Halm.", "en", ["2026-03-03"]),
    ("The minister resigned on Friday.", "en", ["2026-03-06"]),
    ("The dam broke yesterday.", "en", ["2026-03-08"]),
    ("Am 3. März 2026 begannen die Gespräche.", "de", ["2026-03-03"]),
    ("Las conversaciones comenzaron el 3 de marzo de 2026.", "es", ["2026-03-03"]),
    ("協議は3月3日に始まった。", "ja", ["2026-03-03"]),
    ("Le 3 mars 2026 les pourparlers ont commencé.", "fr", ["2026-03-03"]),
    ("On 31 February nothing happened.", "en", []),
    ("The film runs 90 minutes and may please.", "en", []),
    ("In December it had been otherwise.", "en", []),
    ("BARAJ 5 HAZİRAN GÜNÜ YIKILDI.", "tr", ["2026-06-05"]),  # capitals that lower() does not take back
    ("TOPLANTI 3 KASIM 2025 GÜNÜ.", "tr", ["2025-11-03"]),
    ("Der Damm brach am Dienſtag.", "de", ["2026-03-03"]),
    ("The council will meet on Friday.", "en", ["2026-03-13"]),
    ("On Friday the council will meet.", "en", ["2026-03-13"]),
    ("He said on Friday that the council will meet.", "en", ["2026-03-06"]),
    ("Next Monday it ends; last Monday it began.", "en", ["2026-03-16", "2026-03-02"]),
    ("Das Kabinett wird am Freitag tagen.", "de", ["2026-03-13"]),
    ("Am Morgen kam er, morgen geht er.", "de", ["2026-03-10"]),
    ("Llegó por la mañana y se va mañana.", "es", ["2026-03-10"]),
    ("La réunion aura lieu vendredi prochain.", "fr", ["2026-03-13"]),
    ("来週の金曜日に始まる。", "ja", ["2026-03-13"]),
    ("Встреча состоялась в пятницу.", "ru", ["2026-03-06"]),
]


@pytest.mark.parametrize(("text", "language", "days"), DAYS)
def test_days_in_running_text(text: str, language: str, days: list[str]) -> None:
    written = datetime(2026, 3, 9, tzinfo=UTC).date()
    assert [m.day.isoformat() for m in mentions(text, language, written)] == days


PRINTED = [  # what a text of 17 September 2031 means by a day without a year
    ("They spoke of the Oct. 7 attack on the bridge.", "en", "2030-10-07"),
    ("It has been shut since October 7.", "en", "2030-10-07"),
    ("Raiders on Oct. 7 killed the keeper.", "en", "2030-10-07"),
    ("He was arrested on Oct. 7.", "en", "2030-10-07"),
    ("On Oct. 7, raiders stormed the bridge.", "en", "2030-10-07"),
    ("A vote is scheduled for Oct. 7 in Halm.", "en", "2031-10-07"),
    ("On Oct. 7, when the report is due, the council meets.", "en", "2031-10-07"),
    ("The attack planned for Oct. 7 was called off.", "en", "2031-10-07"),
    ("The ban was extended to Oct. 7.", "en", "2031-10-07"),
    ("Oct. 7: Barges lined up.", "en", "2031-10-07"),
    ("She will not attend the Sept. 22 meeting.", "en", "2031-09-22"),
    ("The flood of March 3 is not forgotten.", "en", "2031-03-03"),
    ("Seit dem 7. Oktober ist die Brücke zu.", "de", "2030-10-07"),
    ("Nach dem Anschlag vom 7. Oktober schwieg er.", "de", "2030-10-07"),
    ("Der Rat wird am 7. Oktober tagen.", "de", "2031-10-07"),
    ("El ataque del 7 de octubre cerró el puente.", "es", "2030-10-07"),
    ("Les attaques du 7 octobre ont tout changé.", "fr", "2030-10-07"),
    ("10月7日の襲撃から立ち直った。", "ja", "2030-10-07"),
    ("10月7日に会議を開く予定だ。", "ja", "2031-10-07"),
    ("После теракта 7 октября мост закрыт.", "ru", "2030-10-07"),
    ("منذ 7 أكتوبر والجسر مغلق.", "ar", "2030-10-07"),
]


@pytest.mark.parametrize(("text", "language", "day"), PRINTED)
def test_a_day_ahead_is_the_last_one_gone_by_where_the_words_say_so(text: str, language: str, day: str) -> None:
    assert [m.day.isoformat() for m in mentions(text, language, date(2031, 9, 17))] == [day]


@pytest.mark.parametrize(("text", "language"), [(text, language) for text, language, _ in (*DAYS, *PRINTED)])
def test_the_words_of_a_text_tell_whether_it_names_a_day(text: str, language: str) -> None:
    day = date(2031, 9, 17)
    for form in (text, text.upper(), text.replace(" ", "’s ")):
        assert mentions(form, language, day, words(form)) == mentions(form, language, day)


def test_a_thread_is_read_in_turns_and_in_bounds() -> None:
    loud = [article(f"Loud {n:03}", "x", published=f"2026-03-09T10:00:{n // 20:02}Z") for n in range(700)]
    quiet = article("Quiet", "x", published="2026-04-01")
    read, deep = spread([(story(*loud), loud), (story(quiet), [quiet])])
    assert [a.id for a in read[:4]] == ["Loud 000", "Quiet", "Loud 001", "Loud 002"]
    assert (len(read), deep) == (600, 30)
    assert spread([(story(quiet), [quiet])])[0] == (quiet,)
    assert spread([])[0] == ()


def test_a_timeline_looks_no_deeper_than_it_is_told() -> None:
    told = article("Deep", "The talks began in the town of Halm. The bridge over the Aske was shut on March 2.")
    found = timeline("t", [told], {"Deep": annotation(told)}, 5)
    assert "2026-03-02" in [entry.date for entry in found.entries]
    found = timeline("t", [told], {"Deep": annotation(told)}, 5, deep=1)
    assert [entry.date for entry in found.entries] == ["2026-03-09"]


def test_figures_are_known_again_however_their_thousands_are_parted() -> None:
    assert figures("1,200 of 1.200, 1\u202f200 and 1'200 at 3,5 or 3.5 per cent in 2024 100 times") == {"1200", "3.5", "2024", "100"}
    assert figures("no figure") == frozenset()
    assert [figure for figure in ("2024", "1871", "120") if is_year(figure)] == ["2024"]


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31T23:59:59-14:00", "0001", "9999"])
def test_a_date_at_the_ends_of_the_calendar_is_none(published: str) -> None:
    odd = article("Odd", "The river rose on Monday in the town of Halm.", published=published)
    view = story_view(story(*FLOOD, odd), [*FLOOD, odd], NOTES | {"Odd": annotation(odd)})
    assert coverage(view.story, view.articles).undated == 1
    assert view.reports.published[-1].article == "Odd"


def test_a_day_before_all_days_is_no_day() -> None:
    assert list(mentions("It began yesterday, they said on Sunday.", "en", date.min)) == []


def test_days_without_a_year_need_the_day_of_writing() -> None:
    assert list(mentions("It began on March 3, as planned yesterday.", "en", None)) == []


def test_a_timeline_picks_the_days_that_are_told_most_and_cites_them() -> None:
    first = article("Echo", "The talks began on 3 March in Halm. Talks had been asked for since 1 February.", published="2026-03-03")
    second = article(
        "Post", "After the talks of 3 March the minister resigned on 6 March. His party was surprised by it.", published="2026-03-07"
    )
    notes = {a.id: annotation(a) for a in (first, second)}
    assert [entry.date for entry in timeline("talks", (first, second), notes, 1).entries] == ["2026-03-03"]
    made = timeline("talks", (first, second), notes, 9)
    assert [entry.date for entry in made.entries] == ["2026-02-01", "2026-03-03", "2026-03-06", "2026-03-07"]
    texts = {"Echo": first.text, "Post": second.text}
    for entry in made.entries:
        assert " ".join(texts[source.article][source.start : source.end] for source in entry.sources) == entry.text


def test_a_timeline_marks_days_that_rest_on_an_estimate() -> None:
    guess = article("Echo", "The talks in Halm went on all night.", signals={"published": Signal("weekday", 0.4, "day", estimated=True)})
    (entry,) = timeline("talks", (guess,), {"Echo": annotation(guess)}, 5).entries
    assert entry.estimated


def test_undated_articles_have_no_place_in_the_timeline_but_stay_in_the_story() -> None:
    undated = article("Echo", "The talks in Halm went on all night.", published=None)
    view = story_view(story(undated), (undated,), {"Echo": annotation(undated)})
    assert view.timeline.entries == ()
    assert (view.first, view.last) == (None, None)
    assert [a.id for a in view.articles] == ["Echo"]
