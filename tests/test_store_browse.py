"""What is read across stories, on both databases: who is quoted, which pieces of texts, who repeats whom, threads, places."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from octavo.errors import InputError
from octavo.model import Article, Citation, Credit, CreditKind, Decision, DecisionKind, Extraction, Quote, QuoteKind, SpeakerKind
from octavo.store import Store
from octavo.store.outlets import MOST_REACHING
from store_samples import NOW, annotation, article, article_id, capture, put

TEXT = "“At last 𝕏,” said Ida Brandt, the mayor of Köln."
IDA = Quote(((0, 12),), QuoteKind.DIRECT, ((18, 28),), ((13, 17),), "Ida Brandt", "mayor", SpeakerKind.PERSON)


def quoting(store: Store, *articles: Article, quotes: tuple[Quote, ...] = (IDA,), credits: tuple[Credit, ...] = ()) -> None:
    put(store, *articles, capture_name="-".join(a.id for a in articles))
    store.add_annotations([annotation(a, quotes=quotes, credits=credits, names=("Köln", "100% Halm")) for a in articles])


def told(name: str, minutes: int = 0, **fields: object) -> Article:
    at = (NOW - timedelta(days=1) + timedelta(minutes=minutes)).isoformat()
    return article(name, TEXT, published=at, blocks=(), **fields)


def opened(store: Store, story: str, *names: str) -> None:
    kinds = [DecisionKind.OPEN, *[DecisionKind.JOIN] * (len(names) - 1)]
    store.record_decisions([Decision(kind, story, article_id(name)) for kind, name in zip(kinds, names, strict=True)], NOW)


def test_names_are_ranked_by_outlets_then_articles(store: Store) -> None:
    bo = Quote(((0, 12),), QuoteKind.DIRECT, name="Bo Lind", office="Dorfvorsteher", speaker_kind=SpeakerKind.PERSON)
    port = Quote(((0, 12),), QuoteKind.INDIRECT, name="Halm Port", speaker_kind=SpeakerKind.INSTITUTION)
    quoting(store, told("one"), told("two", 1, publisher="The Tern"))
    quoting(store, told("three", 2), told("four", 3), quotes=(bo, port))
    ranked = store.most_quoted(SpeakerKind.PERSON, 10)
    assert [(one.name, one.outlets, one.articles, one.office) for one in ranked] == [
        ("Ida Brandt", 2, 2, "mayor"),
        ("Bo Lind", 1, 2, "Dorfvorsteher"),
    ]
    assert [one.name for one in store.most_quoted(SpeakerKind.PERSON, 10, "Ida Brandt")] == ["Bo Lind"]
    assert [one.name for one in store.most_quoted(SpeakerKind.INSTITUTION, 10)] == ["Halm Port"]
    with pytest.raises(InputError):
        store.most_quoted(SpeakerKind.PERSON, 10, "Nobody")


def test_a_name_leads_to_its_stories_and_to_articles_without_one(store: Store) -> None:
    quoting(store, told("one"), told("two", 1, language="de"), told("three", 2, publisher="The Tern"))
    opened(store, "S1", "one", "two")
    loose = article_id("three")
    assert store.quoted_in(["Ida Brandt"], 10) == (loose, "S1")
    assert store.quoted_in(["Ida Brandt"], 1) == (loose,)
    assert store.quoted_in(["Ida Brandt"], 10, loose) == ("S1",)
    assert store.quoted_in(["Ida Brandt"], 10, outlet="The Tern") == (loose,)
    assert store.quoted_in(["Ida Brandt"], 10, language="de") == ("S1",)
    assert store.quoted_in(["ida brandt"], 10) == ()
    assert store.quoting(["Ida Brandt"]) == {("The Gull", "en"): 1, ("The Gull", "de"): 1, ("The Tern", "en"): 1}
    said = store.utterances(["S1", loose], 10)
    assert {(one.story, one.article, one.quote) for one in said} == {
        (loose, loose, IDA),
        ("S1", article_id("two"), IDA),
        ("S1", article_id("one"), IDA),
    }
    assert [one.article for one in said if one.story == "S1"] == [article_id("two"), article_id("one")]
    assert {one.article for one in store.utterances(["S1", loose], 1)} == {article_id("two"), loose}  # one of each story
    assert [one.article for one in store.utterances(["S1", loose], 10, language="de")] == [article_id("two")]
    assert [one.article for one in store.utterances(["S1", loose], 10, outlet="The Tern")] == [loose]
    assert store.utterances(["S1"], 10, ["Bo Lind"]) == ()
    assert store.titles(["S1", "S2"]) == {"S1": (None, None)}
    store.set_headlines({"S1": "News of the two"})
    assert store.titles(["S1"]) == {"S1": ("News of the two", "de")}


def test_only_the_current_revision_speaks(store: Store) -> None:
    quoting(store, told("one"))
    put(store, article("one", "Nobody says anything any more.", published=told("one").published), capture_name="again")
    assert store.quoted_in(["Ida Brandt"], 10) == ()
    assert store.most_quoted(SpeakerKind.PERSON, 10) == ()


def test_pieces_are_counted_in_code_points(store: Store) -> None:
    quoting(store, told("one"))
    id = article_id("one")
    spots = [(id, 1, 0, 12), (id, 1, 18, 28), (id, 2, 0, 5), ("nothing", 1, 0, 5)]
    assert store.pieces(spots) == {(id, 1, 0, 12): "“At last 𝕏,”", (id, 1, 18, 28): "Ida Brandt"}
    assert store.pieces([]) == {}


def test_a_place_is_found_in_datelines_and_among_names(store: Store) -> None:
    quoting(store, told("one", dateline="HALM, Skerry"), told("two", 1, dateline="OSLO"))
    put(store, told("three", 2, dateline="HALM"), capture_name="third", annotated=True)
    one, two, three = map(article_id, ("one", "two", "three"))
    assert store.datelines() == {"HALM, Skerry": 1, "OSLO": 1, "HALM": 1}
    assert store.told_of(["HALM"], 10) == (three, one)
    assert store.told_of(["HALM"], 1) == (three,)
    assert store.told_of(["HALM"], 10, three) == (one,)
    assert store.told_of(["Köln"], 10) == (two, one)
    assert store.told_of(["100_ Halm"], 10) == ()  # nothing in a name is a wild card
    assert store.told_of(["%"], 10) == ()


def test_threads_are_listed_with_what_they_hold(store: Store) -> None:
    names = ["one", "two", "three", "four"]
    put(store, *(told(name, n) for n, name in enumerate(names)), annotated=True)
    for n, name in enumerate(names):
        opened(store, f"S{n}", name)
    threads = {"S0": "T1", "S1": "T1", "S2": "T2", "S3": "T2"}
    store.record_decisions([Decision(DecisionKind.THREAD, story, other=thread) for story, thread in threads.items()], NOW)
    store.set_thread_headlines({"T1": "The harbour"})
    lines = store.thread_lines(10)
    assert {line.id for line in lines} == {"T1", "T2"}
    first = next(line for line in lines if line.id == "T1")
    assert (first.headline, first.stories, first.articles, first.outlets) == ("The harbour", 2, 2, 1)
    assert (first.last - first.first) == timedelta(minutes=1)
    assert store.thread_lines(10, lines[0].id) == lines[1:]
    assert [one.story for one in store.appearances(["S2", "S1"])] == ["S1", "S2"]
    with pytest.raises(InputError):
        store.thread_lines(10, "T3")


def test_ties_tell_who_credits_and_who_carries_whom(store: Store) -> None:
    tern = Credit(((0, 4),), CreditKind.OUTLET, name="The Tern", sentence=(0, 12))
    quoting(store, told("origin", publisher="The Tern"), quotes=())
    quoting(store, told("copy", 5), told("own", 6), credits=(tern, tern))
    opened(store, "S1", "origin", "own")
    store.record_decisions([Decision(DecisionKind.COPY, "S1", article_id("copy"), article_id("origin"))], NOW)
    repeats, repeated_by = store.ties("The Gull")
    newest = Citation(article_id("own"), 0, 12)
    assert [(tie.outlet, tie.credits, tie.copies, tie.evidence) for tie in repeats] == [("The Tern", 2, 1, newest)]
    assert repeated_by == ()
    repeats, repeated_by = store.ties("The Tern")
    assert repeats == ()
    assert [(tie.outlet, tie.credits, tie.copies) for tie in repeated_by] == [("The Gull", 2, 1)]
    assert store.ties("Nobody") == ((), ())


def test_it_is_counted_who_repeats_whom_in_recent_articles(store: Store) -> None:
    tern = Credit(((0, 4),), CreditKind.OUTLET, name="The Tern", sentence=(0, 12))
    own, nobody = replace(tern, name="The Gull"), replace(tern, name=None, kind=CreditKind.ANONYMOUS)
    assert store.repeats(timedelta(hours=1)) == set()
    quoting(store, told("origin", 50, publisher="The Skua"), told("old", -600, publisher="The Auk"), quotes=(), credits=(own,))
    quoting(store, told("copy", 55), told("own", 56), told("whose", publisher=None), credits=(tern, own, nobody))
    opened(store, "S1", "origin", "own")
    store.record_decisions([Decision(DecisionKind.COPY, "S1", article_id("copy"), article_id("origin"))], NOW)
    recent = {("The Gull", "The Skua"), ("The Tern", "The Gull"), ("The Skua", "The Gull")}
    assert store.repeats(timedelta(hours=1)) == recent
    assert store.repeats(timedelta(hours=12)) == recent | {("The Gull", "The Auk")}


def test_the_last_count_of_who_is_repeated_is_kept(store: Store) -> None:
    assert store.reach() == {}
    store.keep_reach({"gull": 3})
    store.keep_reach({"gull": 4, "tern": 1})
    assert store.reach() == {"gull": 4, "tern": 1}
    store.keep_reach({f"outlet {number:04}": number for number in range(MOST_REACHING + 3)})
    assert len(store.reach()) == MOST_REACHING
    assert "outlet 0002" not in store.reach()


def test_outlets_are_ranked_by_what_they_publish(store: Store) -> None:
    put(store, told("one"), told("two", 1), told("three", 2, publisher="The Tern"), told("four", 3, publisher=None))
    since = NOW - timedelta(days=2)
    assert [(line.name, line.articles) for line in store.outlets(since, 10)] == [("The Gull", 2), ("The Tern", 1)]
    assert [line.name for line in store.outlets(since, 10, "The Gull")] == ["The Tern"]
    assert store.outlets(NOW, 10) == ()


def test_a_source_brings_the_outlets_that_came_with_it(store: Store) -> None:
    source = store.add_source("feed", "https://gull.example/feed", NOW)
    arrived = capture("feed", source=source.id)
    store.add_captures([arrived])
    store.add_extraction(Extraction(arrived.id, (told("one"),)), NOW)
    put(store, told("two"))
    assert store.bringing("The Gull") == (source.id,)
    assert store.bringing("The Tern") == ()
