"""Search as a whole: words in their forms, meaning across languages, stories and articles, page after page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from octavo.annotate import annotate, vector_bytes
from octavo.desk import Desk
from octavo.errors import InputError, ModelError
from octavo.model import Article, Decision, DecisionKind
from octavo.query import MOST_TERMS
from octavo.searching import DIMENSIONS, Hit, Searcher, keep_index
from octavo.settings import Settings
from octavo.store import Store
from store_samples import NOW, article, article_id, later, put
from test_store_lists import HEAVY, statements

MEANT = {"ferry": 0, "fähre": 0, "boat": 0, "bakery": 1}  # word → what it is about
TEXTS = {
    "harbour": ("Dockers strike", "The dockers of Halm went on strike at dawn. Nothing moves in the harbour.", "en"),
    "ferry": ("Ferry sails again", "The strikes are over. The ferry to Skerry sails again, said Ida Brandt, the mayor.", "en"),
    "faehre": ("Fähre fährt wieder", "Die Fähre nach Skerry fährt wieder. Die Häuser am Kai sind beflaggt.", "de"),
    "tokyo": ("港の門が開く", "東京都で港の門が開いた。", "ja"),
} | {f"filler{n}": (f"Page {n}", f"What stands on page {n} of the almanac.", "en") for n in range(40)}


class Meaning:
    """Texts lie on the axis of the first word that is known, all others near an axis of their own."""

    name = "invented"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            axis = next((axis for word, axis in MEANT.items() if word in text.lower()), None)
            row[2 if axis is None else axis] = 1
            row[3 + sum(map(ord, text)) % 300] += 0.2
            row /= np.linalg.norm(row)
        return rows


def invented(name: str) -> Article:
    headline, text, language = TEXTS[name]
    return article(name, text=text, headline=headline, language=language, publisher="The Gull" if language == "en" else "Kitasaki")


def read(store: Store, *articles: Article) -> None:
    """Store articles and their annotations and take them into the index."""
    put(store, *articles, capture_name="-".join(found.id for found in articles))
    stored = store.articles([found.id for found in articles]).values()
    store.add_annotations([annotate(one, vector_bytes(Meaning().embed([f"{one.headline} {one.text}"])[0])) for one in stored])
    keep_index(store)


@pytest.fixture
def filled(store: Store) -> Store:
    read(store, *(invented(name) for name in TEXTS))
    together = {"ferry": "S1", "faehre": "S1", "harbour": "S2"}
    opened: set[str] = set()
    for name, story in together.items():
        store.record_decisions([Decision(DecisionKind.JOIN if story in opened else DecisionKind.OPEN, story, article_id(name))], NOW)
        opened.add(story)
    return store


@pytest.fixture
def searcher(filled: Store) -> Searcher:
    return Searcher(filled, Meaning)


NAMES = {article_id(name): name for name in TEXTS}


def hits(searcher: Searcher, typed: str, *, stories: bool = False) -> list[Hit]:
    return list(searcher.search(typed, searcher.store.owner().id, stories=stories, limit=20).hits)


def names(searcher: Searcher, typed: str) -> list[str]:
    return [NAMES[hit.article.id] for hit in hits(searcher, typed)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("strike", ["harbour", "ferry"]),
        ("STRIKES harbour", ["harbour"]),
        ('"strikes"', ["ferry"]),
        ("haus", ["faehre"]),  # Häuser
        ("fahre", ["faehre"]),
        ("東京", ["tokyo"]),
        ("都で", ["tokyo"]),
        ("門", ["tokyo"]),
        ("said:brandt", ["ferry"]),
        ("by:wick lang:ja", ["tokyo"]),
        ("lang:de lang:ja outlet:kitasaki", ["tokyo", "faehre"]),
        ("alman* -page", []),
        ("nowhere", []),
    ],
)
def test_words(searcher: Searcher, typed: str, found: list[str]) -> None:
    assert set(names(searcher, typed)) == set(found)


def test_the_word_itself_stands_before_its_forms(searcher: Searcher) -> None:
    assert names(searcher, "strike") == ["harbour", "ferry"]
    assert names(searcher, "strikes") == ["ferry", "harbour"]


def test_what_is_near_in_meaning_is_found_in_another_language(searcher: Searcher) -> None:
    assert {NAMES[hit.article.id]: hit.near for hit in hits(searcher, "ferry")} == {"ferry": False, "faehre": True}
    assert {NAMES[hit.article.id]: hit.near for hit in hits(searcher, "boat")} == {"ferry": True, "faehre": True}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("boat lang:de", ["faehre"]),
        ("boat -mayor", ["faehre"]),
        ('boat "ida brandt"', ["ferry"]),
        ("boat before:2030", []),
        ('"boat"', []),  # what stands in quotation marks must be said
        ("boat*", []),
    ],
)
def test_meaning_keeps_within_what_else_is_asked(searcher: Searcher, typed: str, found: list[str]) -> None:
    assert names(searcher, typed) == found


def test_hits_show_the_sentence_that_answers(searcher: Searcher) -> None:
    (hit,) = hits(searcher, "harbour moves")
    assert [(one.text, one.found) for one in hit.passage] == [
        ("Nothing ", False),
        ("moves", True),
        (" in the ", False),
        ("harbour", True),
        (".", False),
    ]
    assert hit.article.text == ""
    assert [one.text for one in hits(searcher, "dockers")[0].headline if one.found] == ["Dockers"]


@pytest.mark.parametrize("mark", ["", "-", "said:", '"'])
def test_the_longest_query_is_answered(searcher: Searcher, mark: str) -> None:
    typed = " ".join(f"{mark}nation{chr(97 + n)}" + mark * (mark == '"') for n in range(MOST_TERMS))
    assert len([hit for hit in hits(searcher, typed) if not hit.near]) == (20 if mark == "-" else 0)


def test_stories_stand_once_by_their_best_article(searcher: Searcher) -> None:
    found = hits(searcher, "ferry", stories=True)
    assert [(hit.story, hit.article.id, hit.articles) for hit in found] == [("S1", article_id("ferry"), 2)]
    assert [hit.story for hit in hits(searcher, "門", stories=True)] == [None]  # no story yet


def test_copies_of_a_text_stand_once_among_articles(searcher: Searcher) -> None:
    searcher.store.record_decisions([Decision(DecisionKind.COPY, "S1", article_id("filler1"), article_id("filler2"))], NOW)
    found = {NAMES[hit.article.id]: hit.articles for hit in hits(searcher, '"page 1"')}
    assert found == {"filler1": 1}
    page = searcher.search("almanac", searcher.store.owner().id, stories=False, limit=50)
    assert page.count == 39
    assert sorted(hit.articles for hit in page.hits) == [1] * 38 + [2]


def test_pages_hold_everything_once(searcher: Searcher) -> None:
    reader = searcher.store.owner().id
    seen: list[str] = []
    after = None
    for _ in range(10):
        page = searcher.search("page", reader, stories=True, limit=7, after=after)
        assert page.count == 40
        seen += [hit.article.id for hit in page.hits]
        if not (after := page.next):
            break
    assert len(seen) == len(set(seen)) == 40
    with pytest.raises(InputError, match="results have changed"):
        searcher.search("page", reader, stories=True, limit=7, after="nobody")


@pytest.mark.parametrize("stories", [True, False])
def test_as_many_queries_for_forty_results_as_for_ten_and_no_bodies(searcher: Searcher, stories: bool) -> None:
    reader = searcher.store.owner().id
    searcher.search("page", reader, stories=stories, limit=10)
    counts = []
    for limit in (10, 40):
        with statements(searcher.store) as seen:
            assert len(searcher.search("page", reader, stories=stories, limit=limit).hits) == limit
        counts.append(len(seen))
        assert not [one for one in seen if any(f"articles.{name}" in one or f"article_annotations.{name}" in one for name in HEAVY)]
    assert counts[0] == counts[1] <= 8


def test_without_a_model_words_are_found_and_the_trouble_is_told(filled: Store) -> None:
    def missing() -> Meaning:
        raise ModelError("The weights are missing", todo="Install them")

    found = Searcher(filled, missing).search("ferry", filled.owner().id, stories=False, limit=5)
    assert [NAMES[hit.article.id] for hit in found.hits] == ["ferry"]
    assert found.trouble
    assert "The weights are missing" in found.trouble


def test_a_query_of_marks_alone_has_no_word(searcher: Searcher) -> None:
    with pytest.raises(InputError, match="nothing to look for"):
        hits(searcher, "— …")


def test_a_revised_article_is_found_by_its_new_words_alone(searcher: Searcher) -> None:
    assert set(names(searcher, "boat")) == {"ferry", "faehre"}
    old = searcher.store.articles([article_id("ferry")])[article_id("ferry")]
    put(searcher.store, replace(old, headline="Bakery opens", text="The bakery of Halm opens at dawn."), capture_name="new", now=later(5))
    stored = searcher.store.articles([old.id])[old.id]
    assert stored.revision == 2
    searcher.store.add_annotations([annotate(stored, vector_bytes(Meaning().embed([str(stored.headline)])[0]))])
    assert keep_index(searcher.store) == 1
    assert names(searcher, '"ferry"') == []
    assert names(searcher, "bakery") == ["ferry"]
    assert names(searcher, "boat") == ["faehre"]


def test_the_index_is_kept_once_and_can_be_made_anew(filled: Store) -> None:
    assert keep_index(filled) == 0
    filled.forget_search()
    searcher = Searcher(filled, Meaning)
    assert names(searcher, "dockers") == []
    assert keep_index(filled) == len(TEXTS)
    assert names(searcher, "dockers") == ["harbour"]


@pytest.fixture
def desk(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk(Settings(data=tmp_path_factory.mktemp("desk")), store) as opened:
        yield opened


def test_a_round_of_the_desk_keeps_the_index(desk: Desk) -> None:
    desk.embedder = Meaning()
    put(desk.store, invented("harbour"))
    desk.run(NOW)
    assert [hit.article.id for hit in desk.searcher.search("dockers", desk.store.owner().id, stories=True, limit=5).hits] == [
        article_id("harbour")
    ]
