"""Views that are kept: used as long as they are true, never after; on both databases, whoever changed something."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from octavo import composing
from octavo.annotate import annotate
from octavo.compose import Findings, StoryView, story_view
from octavo.composing import VIEWS_KEPT, keep_view, keep_views, view_of
from octavo.model import Decision, Story
from octavo.model import DecisionKind as K
from octavo.publishers import PublisherTable
from octavo.store import Instance, Store
from octavo.store.tables import views
from octavo.upkeep import let_go_what_is_due
from store_samples import NOW, article, article_id, later, put
from test_store_lists import statements

GULL = (
    "The river Aske flooded the old town of Halm on Monday night after three days of rain. At least 12 people were killed in Halm.\n\n"
    "“We will rebuild the dam,” said Ada Brill, the mayor of Halm."
)
TERN = (
    "At least 14 people were killed when the river Aske flooded Halm, Reuters reported. Divers went on searching at dawn on Tuesday.\n\n"
    "“Nobody warned us before the water came,” Ada Brill told reporters on Tuesday morning."
)
WREN = "Der Fluss Aske hat am Montagabend die Altstadt von Halm überflutet. Mindestens 14 Menschen kamen ums Leben."
FLOOD = {"gull": GULL, "tern": TERN}


def bring(store: Store, *names: str, at: datetime = NOW, **fields: object) -> None:
    """Articles of that name, read, none of them in a story yet."""
    texts = FLOOD | {"wren": WREN}
    made = [article(name, texts[name], publisher=f"The {name}", blocks=(), **fields) for name in names]
    put(store, *made, capture_name=f"{'-'.join(names)} {at} {fields}", now=at)
    store.add_annotations([annotate(found) for found in store.articles([one.id for one in made]).values()])


def decide(store: Store, kind: K, name: str, story: str = "S", other: str | None = None, at: datetime = NOW) -> None:
    store.record_decisions([Decision(kind, story, article_id(name), other)], at)


@pytest.fixture
def flood(store: Store) -> Store:
    """A story S of two outlets, whose view is kept and says in its headline that it was."""
    bring(store, *FLOOD)
    decide(store, K.OPEN, "gull")
    decide(store, K.JOIN, "tern")
    assert keep_view(store, standing(store), "en", NOW)
    mark(store)
    return store


def standing(store: Store, id: str = "S") -> Story:
    found = store.story(id)
    assert found
    return found


def mark(store: Store) -> None:
    """Write into what is kept of S what no composing would say."""
    with store.database.writing() as connection:
        body = connection.execute(select(views.c.body).where(views.c.story == "S")).scalar_one()
        marked = body.replace(b'"headline":"News of the gull"', b'"headline":"As it was kept"')
        assert marked != body
        connection.execute(update(views).where(views.c.story == "S").values(body=marked))


def is_kept(store: Store, language: str | None = "en") -> bool:
    """Whether a reader is shown what was kept; if not, it is what composing gives now."""
    shown = view_of(store, standing(store), language)
    if shown.headline == "As it was kept":
        return True
    assert shown == composed(store, language)
    return False


def composed(store: Store, language: str | None = "en") -> StoryView:
    found = standing(store)
    return story_view(found, list(store.articles(found.articles).values()), store.annotations(found.articles, light=True), language)


def test_what_is_kept_is_all_that_was_composed(store: Store) -> None:
    bring(store, "gull", "tern", "wren")
    decide(store, K.OPEN, "gull")
    for name in ("tern", "wren"):
        decide(store, K.JOIN, name)
    before = view_of(store, standing(store), "en")
    assert before == composed(store)
    assert before.voices
    assert before.disagreements
    assert before.provenance.edges
    assert keep_view(store, standing(store), "en", NOW)
    assert view_of(store, standing(store), "en") == before
    assert [voice.statements for voice in view_of(store, standing(store), "en").voices] == [voice.statements for voice in before.voices]


def test_what_is_kept_is_shown_and_not_composed_again(flood: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "findings", None)  # would fail if it were called
    assert view_of(flood, standing(flood), "en").headline == "As it was kept"
    assert not keep_view(flood, standing(flood), "en", NOW)


def arrives(store: Store) -> None:
    bring(store, "wren", language="de")
    decide(store, K.JOIN, "wren")


def revised(store: Store) -> None:
    put(store, article("gull", GULL.replace("12", "19"), publisher="The gull", blocks=()), capture_name="revised", now=later(5))


def reread(store: Store) -> None:
    store.add_annotations([replace(annotate(store.articles([article_id("gull")])[article_id("gull")]), quotes=())])


def renamed(store: Store) -> None:
    put(store, article("gull", GULL, publisher="The Guillemot", blocks=()), capture_name="renamed", now=later(5))


def parted(store: Store) -> None:
    decide(store, K.SPLIT, "tern", "T", "S")


def copied(store: Store) -> None:
    bring(store, "wren")
    decide(store, K.COPY, "wren", other=article_id("gull"))


def let_go(store: Store) -> None:
    store.set_instance(Instance(retention_days=60))
    assert let_go_what_is_due(store, NOW + timedelta(days=100)).articles == 2


@pytest.mark.parametrize("change", [arrives, revised, reread, renamed, parted, copied, let_go])
def test_what_was_kept_before_a_change_is_never_shown_after_it(flood: Store, address: str, change: Callable[[Store], None]) -> None:
    with Store.open(address) as other:  # as another process
        assert is_kept(other)
        change(flood)
        assert not is_kept(flood)
        assert not is_kept(other)
        assert keep_view(other, standing(other), "en", NOW)
        assert view_of(flood, standing(flood), "en") == composed(flood)


def test_what_is_only_described_anew_leaves_a_view_as_true_as_it_was(flood: Store) -> None:
    flood.set_headlines({"S": "Flood in Halm"})
    assert not keep_view(flood, standing(flood), "en", NOW)
    assert view_of(flood, standing(flood), "en").headline == "Flood in Halm"


def test_a_view_is_of_one_language(flood: Store) -> None:
    assert not is_kept(flood, "de")
    assert is_kept(flood, "en")


def test_a_view_of_another_form_is_thrown_away(flood: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_kept(flood)
    composing._form.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(composing, "__version__", "0.0.1")
        assert not is_kept(flood)
        assert keep_view(flood, standing(flood), "en", NOW)
    composing._form.cache_clear()
    assert keep_view(flood, standing(flood), "en", NOW)


def test_a_view_rests_on_the_outlets_that_are_known(flood: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_kept(flood)
    none = PublisherTable(())
    monkeypatch.setattr(composing, "known", lambda: none)
    assert not is_kept(flood)


def test_two_processes_may_keep_the_same_story_at_once(flood: Store, address: str) -> None:
    arrives(flood)
    with Store.open(address) as other, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: keep_view(store, standing(store), "en", NOW), [flood, other] * 4))
    assert view_of(flood, standing(flood), "en") == composed(flood)
    with flood.database.reading() as connection:
        assert connection.execute(select(views.c.story)).scalars().all() == ["S"]


# ---- what is kept, and for how long --------------------------------------------------------------------------------


def kept(store: Store) -> set[str]:
    with store.database.reading() as connection:
        return set(connection.execute(select(views.c.story)).scalars())


@pytest.fixture
def two(store: Store) -> Store:
    """Story S of one article, story T of another."""
    bring(store, *FLOOD)
    decide(store, K.OPEN, "gull")
    decide(store, K.OPEN, "tern", "T")
    return store


def test_stories_that_changed_are_composed_once(two: Store) -> None:
    assert {story.id for story in keep_views(two, "en", later(1))} == {"S", "T"}
    assert kept(two) == {"S", "T"}
    assert list(keep_views(two, "en", later(2))) == []
    bring(two, "wren")
    decide(two, K.JOIN, "wren", at=later(3))
    assert [story.id for story in keep_views(two, "en", later(4))] == ["S"]
    renamed(two)
    assert [story.id for story in keep_views(two, "en", later(6))] == ["S"]


def test_what_was_begun_and_not_finished_is_taken_up_again(two: Store) -> None:
    next(keep_views(two, "en", later(1)))
    assert len(list(keep_views(two, "en", later(1)))) == 1
    assert kept(two) == {"S", "T"}


def test_a_story_that_cannot_be_composed_keeps_no_other_from_it(
    two: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual = composing.findings

    def fails(story: Story, *rest: Any) -> Findings:
        if story.id == "S":
            raise ValueError("an odd text")
        return usual(story, *rest)

    monkeypatch.setattr(composing, "findings", fails)
    assert [story.id for story in keep_views(two, "en", later(1))] == ["T"]
    assert "Story S cannot be composed" in caplog.text
    assert list(keep_views(two, "en", later(2))) == []


def test_stories_that_moved_long_ago_or_are_no_more_are_not_kept(two: Store) -> None:
    list(keep_views(two, "en", later(1)))
    two.record_decisions([Decision(K.MERGE, "S", other="T")], later(2))
    list(keep_views(two, "en", later(3)))
    assert kept(two) == {"S"}
    renamed(two)
    assert list(keep_views(two, "en", NOW + 2 * VIEWS_KEPT)) == []
    assert kept(two) == set()


def test_views_are_dropped_by_age_and_number(two: Store) -> None:
    for number, id in enumerate(("S", "T")):
        two.keep_view(id, b"digest", b"body", later(number))
    two.drop_views([], later(-5), 2)
    assert kept(two) == {"S", "T"}
    two.drop_views([], later(-5), 1)
    assert kept(two) == {"T"}
    two.drop_views([], later(5), 1)
    assert kept(two) == set()
    for id in ("S", "T"):
        two.keep_view(id, b"digest", b"body", later(6))
    two.drop_views([], later(5), 1)
    assert len(kept(two)) == 1, "of those made at one moment as many as may stay do"


def test_texts_that_were_let_go_do_not_live_on_in_views(two: Store) -> None:
    bring(two, "wren", published="2031-02-01T09:00+00:00")
    decide(two, K.OPEN, "wren", "OLD")
    list(keep_views(two, "en", NOW))
    assert kept(two) == {"S", "T", "OLD"}
    two.set_instance(Instance(retention_days=31))
    assert let_go_what_is_due(two, NOW).articles == 1
    assert kept(two) == {"S", "T"}


def test_an_octavo_that_gives_views_another_form_composes_all_of_them_anew(two: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(list(keep_views(two, "en", later(1)))) == 2
    composing._form.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(composing, "__version__", "0.0.1")
        assert len(list(keep_views(two, "en", later(2)))) == 2
        assert list(keep_views(two, "en", later(3))) == []
    composing._form.cache_clear()
    assert {story.id for story in keep_views(two, "de", later(4))} == {"S", "T"}


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_when_articles_were_read_is_asked_of_an_index_alone(flood: Store) -> None:
    """Their rows are long: vectors and sentences lie in them. What PostgreSQL chooses depends on what it counted last."""
    with statements(flood) as seen:
        flood.kept_view("S", standing(flood).articles)
    (asked,) = (statement for statement in seen if "annotated_at" in statement)
    with flood.database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (json.dumps(standing(flood).articles),)).all()
    assert "USING COVERING INDEX ix_article_annotations_read" in str(plan)
