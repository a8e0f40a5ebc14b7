"""The texts of the demonstration press: complete, consistent, and dated before the press serves them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from octavo.demo import gold, gold_copies, gold_threads, texts
from octavo.demo.outlets import OUTLETS, publishers
from octavo.demo.pictures import MOTIFS, png
from octavo.demo.site import answers
from octavo.demo.texts import pieces
from octavo.demo.views import Day, ago, views, with_days

TODAY = date(2026, 3, 4)  # a Wednesday
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY = Day(TODAY, NOW, 8720)
OWN = [piece for piece in pieces().values() if piece.outlet != "harbour"]


def language(piece: texts.Piece) -> str:
    return piece.language or next(o.language for o in OUTLETS if o.id == piece.outlet)


def test_about_sixty_articles_or_more_in_four_languages() -> None:
    counts = Counter(language(piece) for piece in OWN)
    assert counts["en"] >= 25
    assert counts["de"] >= 15
    assert counts["es"] >= 10
    assert counts["ja"] >= 10
    assert {piece.outlet for piece in pieces().values()} == {outlet.id for outlet in OUTLETS} == set(publishers())


def test_texts_are_long_enough_and_have_headline_and_lead() -> None:
    for piece in OWN:
        for text in piece.revisions:
            body = " ".join(text.paragraphs)
            size = len(body) / 2 if language(piece) == "ja" else len(body.split())
            assert 50 <= size <= 400, piece.key
            assert 8 <= len(text.headline) <= 120, piece.key
            assert text.lead, piece.key


def test_pictures_come_with_a_known_motif_a_caption_and_a_credit() -> None:
    for piece in pieces().values():
        given = {bool(piece.picture), bool(piece.caption), bool(piece.credit)}
        assert len(given) == 1, piece.key
        assert piece.picture is None or piece.picture in MOTIFS, piece.key
    assert sum(bool(piece.picture) for piece in pieces().values()) > 30


def test_every_article_is_labelled_under_a_path_of_its_own() -> None:
    paths = [view.path for shown in views(DAY).values() for view in shown]
    assert len(set(paths)) == len(paths) == len(pieces())
    assert set(gold()) == set(paths)
    assert all(gold().values())


def test_stories_run_over_days_outlets_and_languages() -> None:
    sizes = Counter(piece.story for piece in OWN)
    big = [story for story, size in sizes.items() if size >= 3]
    assert len(big) >= 10
    assert max(sizes.values()) <= 9
    across = [story for story in big if len({language(p) for p in OWN if p.story == story}) >= 3]
    assert len(across) >= 8
    assert max(p.revisions[0].day for p in OWN) == 0
    assert min(p.revisions[0].day for p in OWN) == -9


def test_one_thread_of_three_stories_spans_the_ten_days() -> None:
    assert set(gold_threads()) == {"levy-talks", "walkout", "confidence-vote"}
    days = [piece.revisions[0].day for piece in OWN if piece.thread == "coalition"]
    assert (min(days), max(days)) == (-9, 0)


def test_copies_name_an_origin_of_the_same_story_and_share_its_text() -> None:
    copies = gold_copies()
    assert len(copies) >= 7
    assert all(gold()[copy] == gold()[origin] for copy, origin in copies.items())
    for piece in pieces().values():
        if piece.copy_of:
            shared = set(piece.revisions[0].paragraphs) & set(pieces()[piece.copy_of].revisions[0].paragraphs)
            assert len(shared) >= 3, piece.key


def test_related_pieces_exist_and_are_no_copies() -> None:
    for piece in pieces().values():
        assert all(pieces()[key].copy_of is None for key in piece.related)


def test_corrections_have_a_note_and_come_later() -> None:
    corrected = [piece for piece in pieces().values() if len(piece.revisions) > 1]
    assert len(corrected) >= 2
    for piece in corrected:
        first, last = piece.revisions
        assert last.note
        assert first.note is None
        assert first.paragraphs != last.paragraphs
        assert (last.day, last.clock) > (first.day, first.clock)


@pytest.mark.parametrize("corrected", [False, True])
def test_only_the_marked_dates_are_wrong(corrected: bool) -> None:
    wrong = {}
    for shown in views(dataclasses.replace(DAY, corrected=corrected)).values():
        for view in shown:
            assert view.sort <= NOW, view.path
            assert (view.modified or view.sort) <= NOW, view.path
            if view.fed != view.sort:
                assert view.piece.wrong, view.path
                wrong[view.piece.wrong] = view
    assert set(wrong) == set(texts.WRONG)
    assert wrong["future"].fed is not None
    assert wrong["future"].fed > NOW
    assert wrong["zone"].fed is not None
    assert wrong["zone"].fed - wrong["zone"].sort == timedelta(hours=9)
    assert wrong["none"].fed is None
    assert wrong["none"].published is None


def test_days_are_put_into_the_words_of_the_language() -> None:
    assert with_days("on {weekday -1}", TODAY, "en") == "on Tuesday"
    assert with_days("am {weekday 0}, dem {date -4}", TODAY, "de") == "am Mittwoch, dem 28. Februar"
    assert with_days("el {weekday -3}, {date -3}", TODAY, "es") == "el domingo, 1 de marzo"
    assert with_days("{date -2}未明", TODAY, "ja") == "2日未明"
    bodies = [answer.body.decode("utf-8", "replace") for answer in answers(DAY).values() if answer.media_type.startswith("text/html")]
    assert not [body for body in bodies if "{weekday" in body or "{date" in body]


@pytest.mark.parametrize(("hours", "words"), [(0.2, "an hour ago"), (5, "5 hours ago"), (30, "a day ago"), (100, "4 days ago")])
def test_relative_times(hours: float, words: str) -> None:
    assert ago(NOW - timedelta(hours=hours), NOW) == words


def test_the_same_day_gives_the_same_bytes() -> None:
    assert answers(DAY) == answers(Day(TODAY, NOW, 8720))
    assert answers(DAY) != answers(Day(date(2026, 3, 5), NOW, 8720))


def test_labels_are_never_served() -> None:
    labels = {piece.story for piece in OWN if "-" in piece.story} - {piece.slug for piece in OWN}
    for (host, path), answer in answers(DAY).items():
        if answer.media_type.startswith(("text/html", "application/")):
            served = answer.body.decode("utf-8", "replace")
            assert not [label for label in labels if re.search(rf"(?<![\w/-]){label}(?![\w-])", served)], host + path


def test_json_ld_cannot_end_its_script_element_and_is_json() -> None:
    served = answers(DAY)
    for view in views(DAY)["lna"]:
        page = served["lna.localhost", view.path].body.decode()
        data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
        assert data["headline"] == view.text.headline


def test_pictures_are_whole_pngs() -> None:
    drawn = png("quay", 8, 6)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert drawn.endswith(b"IEND\xaeB`\x82")
    assert drawn == png("quay", 8, 6) != png("mole", 8, 6)


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("no fields at all", "between two lines"),
        ('+++\nheadline = "A"\nsotry = "x"\n+++\nText.', "unknown field sotry"),
        ('+++\nheadline = "A"\nstory = "x"\nsection = "S"\nat = "-3 7:40"\n+++\nText.', "`at`"),
        ('+++\nheadline = "A"\nstory = "x"\nsection = "S"\nat = "-3 07:40"\n+++\n', "no text"),
        ('+++\nheadline = "A"\nstory = "x"\nsection = "S"\nat = "-3 07:40"\nwrong = "month"\n+++\nText.', "wrong = 'month'"),
    ],
)
def test_a_faulty_file_is_named(file: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)) as raised:
        texts._piece("courier/odd", {"courier/odd": file})
    assert "courier/odd" in str(raised.value)


def test_a_paragraph_may_stand_for_paragraphs_of_another_file() -> None:
    fields = '+++\nheadline = "A"\nstory = "x"\nsection = "S"\nat = "-3 07:40"\n+++\n'
    raw = {"a/wire": f"{fields}One.\n\nTwo,\nstill two.\n\nThree.\n", "b/copy": f"{fields}Own.\n\n@a/wire 2-3\n"}
    assert texts._piece("b/copy", raw).revisions[0].paragraphs == ("Own.", "Two, still two.", "Three.")
