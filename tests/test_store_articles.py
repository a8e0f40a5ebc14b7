"""Articles: new ones, revisions, what was only seen again; reading whole, as heads, in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavo.errors import InputError, StoreError
from octavo.model import Block, BlockKind, Enclosure, Extraction, Image, Note, NoteKind
from octavo.store import Store
from store_samples import NOW, article, article_id, capture, later, put, seen_in


def kinds(store: Store) -> list[tuple[str, str]]:
    return [(change.id, change.kind) for change in store.changes("test", "article", 100)]


def test_an_article_comes_back_as_it_was_extracted(store: Store) -> None:
    given = article()
    assert put(store, given) == (given.id,)
    assert store.article(given.id) == replace(given, seen_at=NOW)
    assert store.articles([given.id]) == {given.id: replace(given, seen_at=NOW)}
    assert kinds(store) == [(given.id, "new")]


def test_an_article_of_which_little_is_known_comes_back_too(store: Store) -> None:
    given = article(
        text="", headline=None, url=None, blocks=(), published=None, authors=(), publisher=None, language=None, image=None, signals={}
    )
    put(store, given)
    assert store.article(given.id) == replace(given, seen_at=NOW)


def test_what_a_page_says_besides_its_text_comes_back(store: Store) -> None:
    given = article(
        keywords=("Harbour", "Ferries"),
        free=False,
        dateline="HALM",
        notes=(Note(NoteKind.UPDATE, "The harbour", (0, 11)), Note(NoteKind.CORRECTION, "It was Tuesday.")),
        enclosures=(Enclosure("https://gull.example/a.mp3", "audio/mpeg", 5_000_000_000), Enclosure("https://gull.example/b")),
        live=True,
    )
    put(store, given)
    assert store.article(given.id) == replace(given, seen_at=NOW)
    assert store.heads([given.id])[given.id] == replace(given, text="", blocks=(), notes=(), seen_at=NOW)
    assert store.gave_articles(capture().id)
    assert not store.gave_articles("f" * 64)


def test_notes_are_those_of_their_revision(store: Store) -> None:
    first = article(notes=(Note(NoteKind.UPDATE, "The harbour", (0, 11)),))
    second = replace(
        first, text="Corrected: \ud835 it was Tuesday.", notes=(Note(NoteKind.CORRECTION, "Corrected: \ud835 it was", (0, 19)),)
    )
    put(store, first)
    put(store, second, capture_name="again")
    assert [found.notes for n in (1, 2) if (found := store.article(first.id, revision=n))] == [
        first.notes,
        (Note(NoteKind.CORRECTION, "Corrected: \ufffd it was", (0, 19)),),
    ]
    assert put(store, second, capture_name="third") == ()
    more = replace(second, notes=(*second.notes, Note(NoteKind.EDITOR, "The editor fishes.")))
    assert put(store, more, capture_name="fourth") == ()
    found = store.article(first.id)
    assert found
    assert [note.kind for note in found.notes] == [NoteKind.CORRECTION, NoteKind.EDITOR]


def test_what_an_article_was_seen_at_first_is_kept(store: Store) -> None:
    put(store, article(seen_at=later(-600)))
    put(store, article(seen_at=later(60)), capture_name="again", now=later(60))
    found = store.article(article().id)
    assert found is not None
    assert found.seen_at == later(-600)


def test_a_head_has_no_text(store: Store) -> None:
    put(store, article())
    assert store.heads([article().id]) == {article().id: replace(article(), text="", blocks=(), seen_at=NOW)}


def test_reading_keeps_the_order_asked_for_and_leaves_out_what_is_not_there(store: Store) -> None:
    put(store, article("one"), article("two"), article("three"))
    ids = [article_id(name) for name in ("three", "none", "one")]
    assert list(store.articles(ids)) == list(store.heads(ids)) == [ids[0], ids[2]]
    assert store.article(article_id("none")) is None
    assert store.articles([]) == store.heads([]) == {}


def test_how_long_texts_are_in_letters(store: Store) -> None:
    put(store, article("one", "𝕏 für alle"), article("two", ""))
    lengths = {article_id("one"): 10, article_id("two"): 0}
    assert store.text_lengths([*lengths, article_id("none")]) == lengths


def test_an_article_seen_again_unchanged_is_not_handed_back(store: Store) -> None:
    put(store, article())
    assert put(store, article(), capture_name="again") == ()
    assert kinds(store) == [(article().id, "new")]
    assert seen_in(store, article().id) == {capture().id, capture("again").id}


@pytest.mark.parametrize("field", ["text", "headline"])
def test_a_changed_text_or_headline_is_a_revision(store: Store, field: str) -> None:
    put(store, article())
    changed = replace(article(), **{field: "Now it reads otherwise."}, blocks=(Block(BlockKind.PARAGRAPH, 0, 4),))
    assert put(store, changed, capture_name="again", now=later(30)) == (changed.id,)
    now = replace(changed, revision=2, seen_at=NOW)
    assert store.article(changed.id) == now
    assert store.heads([changed.id])[changed.id].revision == 2
    assert store.article(changed.id, revision=2) == now
    assert store.article(changed.id, revision=1) == replace(article(), seen_at=NOW)
    assert store.article(changed.id, revision=3) is None
    assert [(r.revision, r.headline, r.made_at, r.capture) for r in store.revisions(changed.id)] == [
        (1, article().headline, NOW, capture().id),
        (2, changed.headline, later(30), capture("again").id),
    ]
    assert kinds(store) == [(changed.id, "new"), (changed.id, "revised")]


def test_other_fields_change_without_a_revision(store: Store) -> None:
    put(store, article())
    better = article(image=Image("https://gull.example/b.jpg"), authors=("Jonas Wick", "Ann Ode"), blocks=(Block(BlockKind.LIST, 0, 5),))
    assert put(store, better, capture_name="again") == ()
    assert store.article(better.id) == replace(better, seen_at=NOW)
    assert len(store.revisions(better.id)) == 1
    assert kinds(store) == [(better.id, "new"), (better.id, "changed")]


def test_a_capture_gives_several_articles_and_may_be_extracted_again(store: Store) -> None:
    one, two, three = article("one"), article("two"), article("three")
    assert put(store, two, one, two) == (two.id, one.id)
    assert put(store, two, replace(one, text="Corrected."), three) == (one.id, three.id)
    assert seen_in(store, three.id) == {capture().id}
    assert store.counts()["captures"] == 1


def test_what_no_database_can_store_becomes_a_sign_of_the_same_length(store: Store) -> None:
    given = article(text="a\x00b \ud835 𝕏 end", headline="nul \x00", publisher="P" * 400, blocks=(Block(BlockKind.PARAGRAPH, 6, 7),))
    put(store, given)
    found = store.article(given.id)
    assert found is not None
    assert (found.text, found.headline, found.publisher) == ("a\ufffdb \ufffd 𝕏 end", "nul \ufffd", "P" * 300)
    assert found.text[6] == "𝕏"
    assert put(store, given, capture_name="again") == ()


def test_an_extraction_of_a_capture_that_is_not_kept_changes_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="no capture"):
        store.add_extraction(Extraction("f" * 64, (article(),)), NOW)
    assert store.counts()["articles"] == 0


def test_the_latest_come_first_page_by_page(store: Store) -> None:
    dates = {"old": "2031-05-01", "newer": "2031-05-03T23:00+02:00", "undated": None, "future": "2031-12-24", "newest": "2031-05-04T11:59"}
    put(store, *(article(name, published=date) for name, date in dates.items()))
    # What is not dated, and what claims to come from the future, stands where it was first seen.
    wanted = [article_id(name) for name in ("future", "undated", "newest", "newer", "old")]
    assert [head.id for head in store.latest_articles(10)] == wanted
    pages, last = [], None
    while page := store.latest_articles(2, last):
        pages.append([head.id for head in page])
        last = page[-1].id
    assert pages == [wanted[:2], wanted[2:4], wanted[4:]]
    assert store.latest_articles(1)[0].text == ""


def test_the_latest_of_one_publisher_or_source(store: Store) -> None:
    source = store.add_source("feed", "https://tern.example/feed", NOW)
    arrived = capture("tern", source=source.id)
    store.add_captures([arrived])
    store.add_extraction(Extraction(arrived.id, (article("wreck", publisher="The Tern"),)), NOW)
    put(store, article("harbour"), article("market"))
    assert [head.id for head in store.latest_articles(10, publisher="The Tern")] == [article_id("wreck")]
    assert {head.id for head in store.latest_articles(10, publisher="The Gull")} == {article_id("harbour"), article_id("market")}
    assert [head.id for head in store.latest_articles(10, source=source.id)] == [article_id("wreck")]


def test_going_on_from_an_unknown_article_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="no article nowhere"):
        store.latest_articles(10, before="nowhere")
