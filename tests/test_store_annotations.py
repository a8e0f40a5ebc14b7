"""Annotations: of the current revision, whole or light, replaced by a newer version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavo.errors import StoreError
from octavo.model import Annotation, Credit, CreditKind, Quote, QuoteKind, SpeakerKind
from octavo.store import Store
from store_samples import annotation, article, article_id, put, put_many


def test_an_annotation_comes_back_as_it_was_made(store: Store) -> None:
    put(store, article())
    made = annotation(
        article(),
        quotes=(
            Quote(((1, 2), (4, 9)), QuoteKind.MIXED),
            Quote(((3, 4),), QuoteKind.INDIRECT, ((0, 1),), ((1, 2),), "Ida Brandt", "Harbour Master", SpeakerKind.PERSON),
        ),
        credits=(Credit(((1, 2),), CreditKind.ANONYMOUS, sentence=(0, 9)), Credit(((5, 6),), CreditKind.OUTLET, ((2, 3),), "The Tern")),
    )
    store.add_annotations([made])
    assert store.annotations([made.article]) == {made.article: made}


def test_a_bare_annotation_comes_back_too(store: Store) -> None:
    put(store, article())
    made = Annotation(article().id, 1, "1", None)
    store.add_annotations([made])
    assert store.annotations([made.article]) == {made.article: made}


def test_a_light_annotation_lacks_only_what_is_heavy(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    whole = store.annotations([id])[id]
    assert whole.vector
    assert store.annotations([id], light=True) == {id: replace(whole, vector=b"", fingerprint=b"", search_text="")}


def test_annotations_keep_the_order_asked_for(store: Store) -> None:
    one, two = put_many(store, ["one", "two"])
    assert list(store.annotations([two, article_id("none"), one])) == [two, one]
    assert store.annotations([]) == {}


def test_a_newer_version_takes_the_place_of_the_older(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    newer = annotation(article(), version="2", quotes=(), names=("Boats",))
    store.add_annotations([newer])
    assert store.annotations([id]) == {id: newer}
    assert [change.kind for change in store.changes("test", "annotation", 10)] == ["new", "new"]


def test_after_a_revision_the_old_annotation_no_longer_counts(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    put(store, article(text="Rewritten."), capture_name="again")
    assert store.annotations([id]) == {}
    second = annotation(article(revision=2))
    store.add_annotations([second, annotation(article(), version="3")])  # one of them comes late
    assert store.annotations([id]) == {id: second}


def test_an_annotation_of_a_text_that_is_not_there_is_refused_with_all_others(store: Store) -> None:
    put(store, article())
    with pytest.raises(StoreError, match="does not fit"):
        store.add_annotations([annotation(article()), annotation(article(revision=2))])
    assert store.counts()["annotations"] == 0
    assert store.changes("test", "annotation", 10) == ()
    store.add_annotations([])
