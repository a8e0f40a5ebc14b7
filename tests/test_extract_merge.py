"""One article out of two readings of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from octavo.extract import merge
from octavo.model import Article, Block, BlockKind, Enclosure, Image, Note, NoteKind, Signal

NOW = datetime(2031, 5, 20, tzinfo=UTC)


def signed(**confidence: float) -> dict[str, Signal]:
    return {name: Signal("feed" if value < 0.9 else "json-ld", value) for name, value in confidence.items()}


FEED = Article(
    "0123456789abcdef",
    "Herring return",
    "Herring are back …",
    "https://isle.example/n/1",
    (Block(BlockKind.PARAGRAPH, 0, 18),),
    published="2031-05-19T09:30:00Z",
    section="Fishing",
    image=Image("https://isle.example/h.jpg", "Boats", None),
    seen_at=NOW,
    cut=True,
    signals=signed(headline=0.85, text=0.4, published=0.85, section=0.6, image=0.85),
)
PAGE = Article(
    "fedcba9876543210",
    "Herring return to the bay",
    "Herring are back in the bay. It took eleven years.",
    "https://isle.example/n/1",
    (Block(BlockKind.PARAGRAPH, 0, 50),),
    published="2031-05-19T09:31:00Z",
    modified="2031-05-19T12:00:00Z",
    authors=("Ada Brandt",),
    image=Image("https://isle.example/h.jpg", None, "Mia Roth"),
    seen_at=NOW + timedelta(hours=1),
    signals=signed(headline=0.95, text=0.9, published=0.95, authors=0.95, modified=0.95, image=0.9),
)


def test_id_and_first_sight_stay() -> None:
    merged = merge(FEED, PAGE)
    assert (merged.id, merged.seen_at, merged.revision) == (FEED.id, NOW, 1)
    assert merge(PAGE, FEED).seen_at == NOW


def test_the_higher_confidence_wins_field_by_field_in_either_order() -> None:
    for merged in (merge(FEED, PAGE), merge(PAGE, FEED)):
        assert merged.headline == "Herring return to the bay"
        assert merged.published == "2031-05-19T09:31:00Z"
        assert merged.signals["published"].confidence == 0.95
        assert (merged.authors, merged.section, merged.modified) == (("Ada Brandt",), "Fishing", "2031-05-19T12:00:00Z")
        assert merged.signals["section"] == FEED.signals["section"]


def test_a_whole_text_beats_a_cut_one_with_its_blocks() -> None:
    for merged in (merge(FEED, PAGE), merge(PAGE, FEED)):
        assert (merged.text, merged.blocks, merged.cut) == (PAGE.text, PAGE.blocks, False)


def test_of_two_cut_texts_the_longer_one_stays_and_no_text_is_lost() -> None:
    longer = replace(FEED, text="Herring are back in the bay …", blocks=(Block(BlockKind.PARAGRAPH, 0, 29),))
    assert merge(FEED, longer).text == merge(longer, FEED).text == longer.text
    assert merge(PAGE, replace(PAGE, text="", blocks=())).text == PAGE.text


def test_seen_again_the_newer_reading_counts() -> None:
    changed = replace(PAGE, text="Herring are back in the bay. It took twelve years.", headline="Herring return at last")
    merged = merge(PAGE, changed)
    assert (merged.text, merged.headline) == (changed.text, "Herring return at last")


def test_the_later_change_is_the_modified_date() -> None:
    older = replace(PAGE, modified="2031-05-19T10:00:00Z")
    assert merge(PAGE, older).modified == merge(older, PAGE).modified == "2031-05-19T12:00:00Z"


def test_a_picture_keeps_caption_and_credit_of_both() -> None:
    assert merge(FEED, PAGE).image == Image("https://isle.example/h.jpg", "Boats", "Mia Roth")
    assert merge(PAGE, replace(PAGE, image=Image("https://isle.example/other.jpg"))).image == Image("https://isle.example/other.jpg")


def test_merging_twice_changes_nothing_more() -> None:
    once = merge(FEED, PAGE)
    assert merge(once, PAGE) == once


def test_keywords_of_feed_and_page_come_together_without_the_section() -> None:
    feed, page = replace(FEED, keywords=("Herring", "Bay")), replace(PAGE, keywords=("herring", "Fishing", "Isle"))
    assert merge(feed, page).keywords == ("Herring", "Bay", "Isle")
    assert merge(merge(feed, page), page) == merge(feed, page)
    assert merge(page, replace(FEED, keywords=())).keywords == page.keywords


def test_what_is_free_to_read_is_told_by_who_knows_better() -> None:
    locked = replace(PAGE, free=False, signals={**PAGE.signals, "free": Signal("json-ld", 0.9)})
    assert merge(FEED, locked).free is merge(locked, FEED).free is False
    assert merge(replace(locked, free=True), locked).free is False


def test_notes_and_dateline_belong_to_the_text_that_is_taken_and_no_note_beside_it_is_lost() -> None:
    inside, beside = Note(NoteKind.UPDATE, "Herring", (0, 7)), Note(NoteKind.CORRECTION, "The bay is deep.")
    feed = replace(FEED, dateline="HALM", notes=(inside, beside))
    page = replace(PAGE, notes=(Note(NoteKind.EDITOR, "It took", (29, 36)),))
    for merged in (merge(feed, page), merge(page, feed)):
        assert (merged.dateline, merged.notes) == (None, (*page.notes, beside))
    assert merge(merge(feed, page), page).notes == (*page.notes, beside)


def test_enclosures_are_those_of_the_newest_feed_that_has_any() -> None:
    sound, film = Enclosure("https://isle.example/a.mp3"), Enclosure("https://isle.example/v.mp4")
    assert merge(replace(FEED, enclosures=(sound,)), PAGE).enclosures == (sound,)
    assert merge(replace(FEED, enclosures=(sound,)), replace(FEED, enclosures=(film,))).enclosures == (film,)


def test_a_live_ticker_stays_one_through_a_feed_and_ends_when_its_page_is_none_any_more() -> None:
    live = replace(PAGE, live=True)
    assert merge(FEED, live).live
    assert merge(live, FEED).live
    assert not merge(live, PAGE).live
