"""The same text is found again: whole, edited, cut, under another headline, within a longer piece; and what only looks like it is not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from group_samples import BANK, FERRY, LONG, NOW, article, group, read, together
from octavo.annotate import annotate
from octavo.annotate.search_text import search_text
from octavo.group import Grouper, Weights
from octavo.group.copies import Copied, Copies
from octavo.group.passages import Text, runs_of, text_of
from octavo.group.reading import moment
from octavo.model import Article, Decision, DecisionKind
from octavo.origins import Member, Role, agencies_of, origin_of, role_of

EDITED = LONG.replace("has approved", "approved").replace("nine million", "9 million") + " A vote is due on Monday."
OTHER = (
    "Three schools in Ostermark will share one kitchen from September, the district said on Friday, because cooks are hard to find. "
    "Meals will be brought by van and kept warm in boxes. Parents fear that the food will be cold, and one school asked for a year "
    "to prepare. The district expects to save a tenth of its costs and will look at the matter again after the winter holidays. "
)
JAPANESE = (
    "トルヴィク港の管理委員会は、魚市場を来年秋までに北の岸壁へ移す計画を承認した。1911年に建てられた古い建物は、海岸の歴史を伝える"
    "博物館になる予定だ。仲買人たちは、新しい岸壁にまだ冷蔵庫がないことを理由に、移転をもっと遅らせるよう求めていた。委員長のシグネ・"
    "アルダル氏は、初霜が降りる前に冷蔵庫が完成すると述べた。移転には九百万クローネがかかり、その三分の一を県が負担する。"
)
JAPANESE_OTHER = (
    "オスターマルクの三つの学校は九月から一つの調理場を共同で使うと、教育委員会が金曜日に発表した。調理師が見つからないためだという。"
    "給食は車で運ばれ、保温箱に入れられる。保護者からは食事が冷めるとの声が上がり、ある学校は準備に一年がほしいと訴えている。"
)


def prose(seed: int, count: int) -> str:
    """Sentences of made-up words."""
    rng = random.Random(seed)
    syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    sentences = []
    while count > 0:
        length = min(count, rng.randint(6, 20))
        sentences.append(" ".join("".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(length)).capitalize() + ".")
        count -= length
    return " ".join(sentences)


def as_text(one: Article) -> Text:
    return text_of(one, search_text(one.headline, one.text), moment(one, NOW), one.seen_at or NOW)


def post(headline: str | None, text: str = "", **fields: object) -> Text:
    return as_text(article("any", headline, text, **fields))


def known(*texts: Text, size: int = 1000) -> Copies:
    """An index of the texts of articles "0", "1" and so on, none of them a copy."""
    copies = Copies(Weights.load().copies, size)
    for number, text in enumerate(texts):
        copies.add(text, str(number))
    return copies


def decided(*articles: Article) -> tuple[list[Decision], Grouper]:
    grouper = Grouper()
    return [decisions[0] for decisions in group(read(articles), grouper)], grouper


# ---- through the door of grouping ----------------------------------------------------------------------------------


def test_edits_and_a_new_headline_do_not_hide_a_copy() -> None:
    (_, _, copy), grouper = decided(
        article("first", "Fish market to move", LONG),
        article("other", "One kitchen for three schools", OTHER),
        article("edited", "Torvik: museum plan", EDITED),
    )
    assert (copy.kind, copy.other) == (DecisionKind.COPY, "first")
    assert copy.reasons[0].startswith("the same text (alike 0.")
    assert together(grouper) == [{"first", "edited"}, {"other"}]


def test_a_cut_text_is_a_copy_in_either_order() -> None:
    cut = LONG[: LONG.index("The move will cost")]
    for first, second in ((LONG, cut), (cut, LONG)):
        (_, copy), _ = decided(article("a", "Fish market to move", first), article("b", "Market moves north", second))
        assert (copy.kind, copy.other) == (DecisionKind.COPY, "a")


def test_a_copy_of_a_copy_names_the_origin() -> None:
    found, grouper = decided(*(article(id, f"Headline {id}", LONG) for id in "abcd"))
    assert [decision.other for decision in found] == [None, "a", "a", "a"]
    assert [copy.articles for copy in grouper.stories()[0].copies] == [("a", "b", "c", "d")]


def test_the_same_page_fifty_times_is_one_copy_group() -> None:
    found, grouper = decided(*(article(str(k), "Ferry runs aground off Torvik", "", publisher="Torvik Post") for k in range(50)))
    assert {decision.kind for decision in found[1:]} == {DecisionKind.COPY}
    assert len(grouper.stories()) == 1


def test_short_texts_are_copies_only_if_equal() -> None:
    (_, near, same), _ = decided(
        article("a", "Ferry aground", FERRY),
        article("b", "Bank raises rate", BANK),
        article("c", "FERRY aground", FERRY.replace("all 214", "all  214")),
    )
    assert near.kind is DecisionKind.OPEN
    assert (same.kind, same.other) == (DecisionKind.COPY, "a")


def test_two_or_three_words_say_nothing() -> None:
    (_, second), _ = decided(article("a", "Live updates"), article("b", "Live updates"))
    assert second.kind is not DecisionKind.COPY


def test_a_text_that_returns_after_weeks_is_no_copy() -> None:
    (_, again), _ = decided(article("a", "Market", LONG, published="2031-04-02"), article("b", "Market", LONG, published="2031-05-19"))
    assert again.kind is not DecisionKind.COPY


def test_the_earliest_published_is_taken_for_the_origin() -> None:
    _, grouper = decided(
        article("late", "Market", LONG, published="2031-05-19T12:00Z"), article("early", "Market", LONG, published="2031-05-19T07:00Z")
    )
    assert grouper.stories()[0].copies[0].origin == "early"
    assert grouper.stories()[0].opened_at == NOW


# ---- carried inside a longer piece ---------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [0, 30, 400, 790])
def test_a_hundred_words_are_found_in_nine_hundred(before: int) -> None:
    for seed in range(8):
        wire, around = prose(seed, 100), prose(100 + seed, 800).split()
        piece = " ".join((*around[:before], wire, *around[before:]))
        for first, second in ((wire, piece), (piece, wire)):
            found = known(post("One thing", first)).find(post("Another headline altogether", second))
            assert found is not None
            assert (found.origin, found.part) == ("0", True)
            assert 80 <= found.words <= 110


@pytest.mark.parametrize("shared", [40, 120])
def test_a_shared_quote_or_paragraph_makes_no_copy(shared: int) -> None:
    for seed in range(20):
        common = prose(seed, shared)
        one, other = (f"{prose(50 + seed, 150)} {common} {prose(90 + seed, 150)}", f"{prose(seed + 150, 250)} {common}")
        assert known(post("One thing", one)).find(post("Another", other)) is None


def test_fifty_words_that_are_half_of_a_short_text_make_no_copy() -> None:
    for seed in range(20):
        common = prose(seed, 50)
        assert known(post("One", f"{common} {prose(seed + 50, 50)}")).find(post("Another", f"{prose(seed + 90, 500)} {common}")) is None


def test_a_very_long_piece_agrees_with_no_short_text_by_chance() -> None:
    phrase, long = prose(7, 15), prose(8, 1500)
    short = [prose(seed, 70) for seed in range(1000, 1200)]
    copies = known(*(post(f"Number {number}", f"{text} {phrase}") for number, text in enumerate(short)))
    assert copies.find(post("A very long piece", f"{phrase} {long}")) is None
    assert _origin(copies.find(post("A very long piece", f"{phrase} {long} {short[199]}"))) == "199"
    assert copies.find(post("A novel", f"{phrase} {prose(9, 5000)}")) is None
    copies = known(post("A very long piece", f"{phrase} {long}"))
    assert {copies.find(post(f"Number {number}", f"{text} {phrase}")) for number, text in enumerate(short)} == {None}


def test_a_round_up_that_carries_several_texts_is_the_copy_of_none() -> None:
    texts = [prose(seed, 120) for seed in range(3)]
    copies = known(*(post(f"Number {seed}", text) for seed, text in enumerate(texts)))
    assert copies.find(post("The morning in short", " ".join(texts))) is None
    assert copies.find(post("One thing", f"{texts[1]} {prose(9, 200)}")) == copies.find(post("One thing", f"{texts[1]} {prose(9, 200)}"))
    assert _origin(copies.find(post("One thing", f"{texts[1]} {prose(9, 200)}"))) == "1"


def test_texts_without_spaces_between_words_are_copies_too() -> None:
    copies = known(post("魚市場、北の岸壁へ", JAPANESE), post("三校が調理場を共有", JAPANESE_OTHER))
    edited = JAPANESE.replace("承認した", "可決した").replace("述べた", "話した")
    assert _origin(copies.find(post("港の計画", edited))) == "0"
    assert _origin(copies.find(post("海岸の話題", f"昨日の会議では多くの意見が出た。{JAPANESE}{JAPANESE_OTHER[:60]}"))) == "0"
    assert copies.find(post("町の話題", JAPANESE[:40] + JAPANESE_OTHER[60:])) is None


# ---- series and standing phrases -----------------------------------------------------------------------------------


def report(claims: int, before: int, average: int, day: str) -> str:
    return (
        f"The number of people in Lorvania who asked for help for the first time after losing their work was {claims} last week, the "
        f"labour office said on {day}. The week before it had been {before}. The mean of four weeks, which changes less, is {average}. "
        "The office counts all who ask in person, by letter or through its pages. Its figures are adjusted for the season and are often "
        "corrected in the following weeks. Economists look at them as an early sign of how the labour market is doing."
    )


def test_a_report_with_other_figures_is_no_copy() -> None:
    copies = known(
        post("Fewer ask for help", report(21834, 23011, 22870, "Thursday"), published="2031-05-16T08:00Z", publisher="The Coast")
    )
    again = report(24112, 21834, 22991, "Tuesday")
    for publisher in ("The Coast", "Torvik Post"):
        assert copies.find(post("More ask for help", again, published="2031-05-20T08:00Z", publisher=publisher)) is None
    same = post("Jobs: fewer claims", report(21834, 23011, 22870, "Friday"), published="2031-05-17T08:00Z", publisher="Torvik Post")
    assert _origin(copies.find(same)) == "0"


@pytest.mark.parametrize(
    ("published", "copy"), [("2031-05-19T15:00Z", True), ("2031-05-19", True), ("2031-05-20T08:00Z", False), ("2031-05-20", False)]
)
def test_a_headline_that_returns_on_another_day_is_a_series(published: str, copy: bool) -> None:
    copies = known(post("Ships expected at Torvik today", published="2031-05-19T08:00Z", publisher="Torvik Post"))
    found = copies.find(post("Ships expected at Torvik today", published=published, publisher="Torvik Post"))
    assert (found is not None) == copy


def test_a_brief_text_that_another_outlet_prints_days_later_is_a_copy() -> None:
    copies = known(post("Ferry aground", FERRY, published="2031-05-16T08:00Z", publisher="Torvik Post"))
    later = {"published": "2031-05-19T08:00Z"}
    assert copies.find(post("Maren stuck in fog", FERRY, publisher="The Coast", **later)) is not None
    assert copies.find(post("Ferry aground", FERRY, publisher="Torvik Post", **later)) is None
    assert copies.find(post("Ferry aground", publisher="The Coast", **later)) is None


def test_what_an_outlet_prints_every_week_is_a_series() -> None:
    copies = known(post("What the harbour board does", LONG, published="2031-05-12", publisher="Torvik Post"))
    assert copies.find(post("What the harbour board does", LONG, published="2031-05-19", publisher="Torvik Post")) is None
    assert copies.find(post("What the harbour board does", LONG, published="2031-05-16", publisher="Torvik Post")) is not None


def test_without_a_date_the_arrival_counts() -> None:
    copies = known(post("Ships expected at Torvik today"))
    assert copies.find(post("Ships expected at Torvik today", seen_at=NOW + timedelta(hours=5))) is not None
    assert copies.find(post("Ships expected at Torvik today", seen_at=NOW + timedelta(hours=30))) is None
    dated = post("Ships expected at Torvik today", published="2031-05-18T06:00Z", seen_at=NOW + timedelta(hours=1))
    assert copies.find(dated) is not None


def test_an_outlets_standing_text_under_other_headlines_is_no_copy() -> None:
    for standing in (LONG, prose(3, 25), prose(4, 300)):
        copies = known(post("Rail strike ends after nine days", standing, publisher="The Coast"))
        assert copies.find(post("Two hurt in hotel fire", standing, publisher="The Coast")) is None
        assert _origin(copies.find(post("Rail strike ends after nine days", standing, publisher="The Coast"))) == "0"
        assert _origin(copies.find(post("Nine days of rail strike are over", standing, publisher="The Coast"))) == "0"
        assert _origin(copies.find(post("Trains run again", standing, publisher="Torvik Post"))) == "0"


def test_what_an_outlet_prints_below_every_article_neither_makes_nor_hides_a_copy() -> None:
    foot = prose(5, 45)
    texts = [prose(seed, 60) for seed in range(200, 500)]
    copies = Copies(Weights.load().copies, 1000)
    for number, text in enumerate(texts):
        one = post(f"Number {number}", f"{text} {foot}", publisher="The Coast")
        assert copies.find(one) is None
        copies.add(one, str(number))
    for number in (0, 150, 299):
        found = copies.find(post("Another headline", texts[number] + " " + prose(9, 10), publisher="Torvik Post"))
        assert _origin(found) == str(number)


# ---- what is kept --------------------------------------------------------------------------------------------------


def test_a_text_that_goes_on_coming_stays_known_after_its_origin_is_forgotten() -> None:
    copies, start = known(size=20), datetime(2031, 1, 1, tzinfo=UTC)
    for day in range(0, 60, 3):
        published = start + timedelta(days=day)
        text = post(f"Headline of day {day}", LONG, published=published.isoformat(), seen_at=published)
        found = copies.find(text)
        if day == 0:
            assert found is None
            copies.add(text, "origin")
        else:
            assert _origin(found) == "origin"
            copies.renew(text, "origin")
        for number in range(15):
            copies.add(post(None, prose(1000 + 20 * day + number, 80), seen_at=published), f"{day}-{number}")
    assert copies.find(post("Again", LONG, published="2031-04-30", seen_at=start + timedelta(days=119))) is None


def test_posts_within_a_day_take_no_room() -> None:
    text = post("Fish market to move", LONG, published="2031-05-19T08:00Z")
    copies = known(text, post("One kitchen for three schools", OTHER), size=4)
    for hour in range(1, 11):
        again = post("Fish market to move", LONG, published=f"2031-05-19T{8 + hour:02}:00Z")
        assert _origin(copies.find(again)) == "0"
        copies.renew(again, "0")
    assert _origin(copies.find(post("One kitchen for three schools", OTHER))) == "1"


def test_a_longer_piece_that_carries_a_text_does_not_stand_for_it() -> None:
    wire, rest = prose(1, 120), prose(2, 500)
    copies = known(post("Wire", wire, published="2031-05-12"))
    piece = post("Analysis", f"{wire} {rest}", published="2031-05-16")
    assert _origin(copies.find(piece)) == "0"
    copies.renew(piece, "0")
    assert copies.find(post("Something else", rest, published="2031-05-16")) is None


def test_only_the_last_texts_are_kept() -> None:
    texts = [post(f"Number {seed}", prose(seed, 70)) for seed in range(120)]
    copies = known(*texts, size=50)
    found = [_origin(copies.find(replace(text, headline=0, whole=0))) for text in texts]
    assert found[:70] == [None] * 70
    assert [number for number in range(70, 120) if found[number] not in (None, str(number))] == []
    assert found[70:].count(None) <= 2


def test_the_same_calls_give_the_same_finds() -> None:
    texts = [post(f"Number {seed}", f"{prose(seed % 20, 80)} {prose(seed, 10)}") for seed in range(80)]
    runs = []
    for _ in range(2):
        copies, found = known(size=30), []
        for number, text in enumerate(texts):
            copy = copies.find(text)
            found.append(copy)
            if copy is None:
                copies.add(text, str(number))
            else:
                copies.renew(text, copy.origin)
        runs.append(found)
    assert runs[0] == runs[1]
    assert any(runs[0])


def test_looking_changes_nothing() -> None:
    copies, text = known(post("Fish market to move", LONG)), post("Torvik", EDITED)
    assert copies.find(text) == copies.find(text)
    assert copies.find(post(None)) is copies.find(post("No")) is None


# ---- texts as numbers ----------------------------------------------------------------------------------------------


def test_a_text_is_the_same_under_every_headline() -> None:
    texts = [post(headline, LONG) for headline in ("Fish market's move won't wait", None, "Torvik 港の市場 moves")]
    assert len({text.body for text in texts}) == 1
    assert len({text.whole for text in texts}) == 3
    assert all(text.passages.tolist() == texts[0].passages.tolist() for text in texts)
    assert {text.words for text in texts} == {len(LONG.split())}


def test_a_passage_has_the_same_number_wherever_it_stands() -> None:
    alone, within = post(None, LONG), post(None, f"{OTHER} {LONG} {FERRY}")
    start = len(OTHER.split())
    assert within.passages.tolist()[start : start + len(alone.passages)] == alone.passages.tolist()
    assert len(set(within.passages.tolist())) == len(within.passages)


def test_a_very_long_text_is_known_by_its_beginning() -> None:
    novel = prose(8, 30000)
    assert _origin(known(post("A novel", novel)).find(post("The novel", novel + prose(9, 3000)))) == "0"


# ---- whose text it is ----------------------------------------------------------------------------------------------


def member(article: str, hour: int, role: Role = Role.OTHER, number: int = 0, hosted: bool = False) -> Member:
    return Member(article, number, datetime(2031, 5, 19, hour, tzinfo=UTC), role, hosted)


def test_an_agency_had_its_text_first_whenever_it_came_in() -> None:
    early, carrier, agency = member("early", 7), member("carrier", 9, Role.CARRIER), member("agency", 12, Role.AGENCY)
    assert origin_of([early, carrier, agency]) == "agency"
    assert origin_of([early, carrier]) == "carrier"
    assert origin_of([early, member("later", 8, number=-1)]) == "early"
    assert origin_of([member("hosted", 7, hosted=True), member("own", 9)]) == "own"
    assert origin_of([member("b", 7, number=2), member("a", 7, number=3)]) == "b"


@pytest.mark.parametrize(
    ("publisher", "agency", "text", "role"),
    [
        ("Reuters", None, "The port was closed on Monday.", Role.AGENCY),
        ("Reuters", None, "TORVIK (Reuters) - The port was closed on Monday.", Role.AGENCY),
        ("Torvik Post", "Reuters", "The port was closed on Monday.", Role.CARRIER),
        ("Xinhua", "Reuters", "The port was closed on Monday.", Role.CARRIER),
        ("Torvik Post", None, "TORVIK (Reuters) - The port was closed on Monday.", Role.CARRIER),
        ("Torvik Post", None, "The port was closed on Monday. (AP)", Role.CARRIER),
        ("Torvik Post", None, "The port was closed on Monday, Reuters reported, citing two officials.", Role.OTHER),
        (None, None, "The port was closed on Monday.", Role.OTHER),
    ],
)
def test_who_is_an_agency_and_who_carries_its_text(publisher: str | None, agency: str | None, text: str, role: Role) -> None:
    one = article("one", "Port closed", text, publisher=publisher, agency=agency)
    assert role_of(publisher, agencies_of(one, annotate(one).credits)) is role


def _origin(found: Copied | None) -> str | None:
    return None if found is None else found.origin


def test_what_is_expected_is_found_as_if_it_were_not() -> None:
    texts = [post(f"Headline {k % 7}", prose(k % 7, 60 + k)) for k in range(30)]
    told, untold = known(), known()
    told.expect(texts[:20])
    found = []
    for number, text in enumerate(texts):
        found.append(told.find(text))
        assert found[-1] == untold.find(text)
        for copies in (told, untold):
            if found[-1] is None:
                copies.add(text, f"text-{number}")
            else:
                copies.renew(text, found[-1].origin)
    assert [one is None for one in found] == [True] * 7 + [False] * 23


def test_texts_read_together_are_read_as_each_alone() -> None:
    texts = [search_text(f"Headline {k}", body) for k, body in enumerate((LONG, "", OTHER, JAPANESE, LONG * 12, "Two words"))]
    texts += ["", "word", "one two three four", "x" * 40_000]
    texts, known = [*texts, *(prose(k, 700).lower() for k in range(12))], {}
    while rest := [text for text in texts if text and text not in known]:
        some = runs_of(rest)
        assert some, "at least the first one is read"
        known |= some
    assert set(known) == set(texts) - {""}
    for text, runs in known.items():
        alone = runs_of([text])[text]
        for part in ("letters", "starts", "ends", "passages"):
            assert getattr(runs, part).tolist() == getattr(alone, part).tolist()
        assert [text[a:b] for a, b in zip(runs.starts.tolist(), runs.ends.tolist(), strict=True)] == text[:16384].split()
    assert runs_of([]) == runs_of(["", ""]) == {}
