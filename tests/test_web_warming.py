"""What is made ready before anybody asks: the stories of the front page, the views of all that changed, the templates."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from octavo import composing
from octavo.annotate import annotate
from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Story
from octavo.settings import Settings
from octavo.store import Store
from octavo.web import create_app, render, warming
from octavo.web.composed import Composed, Kept
from store_samples import article, article_id, put

FLOOD = "The river Aske flooded the old town of Halm on Monday night after three days of rain. Two bridges fell."
BELLS = "Engineers from Skerry found seventeen cracks along the foundations of the northern bridge on Tuesday morning."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with story S, on the front page."""
    with Desk.open(Settings(data=tmp_path)) as opened:
        now = datetime.now(UTC)
        put(opened.store, article("gull", FLOOD, blocks=(), published=now.isoformat()), now=now)
        opened.store.add_annotations([annotate(found) for found in opened.store.articles([article_id("gull")]).values()])
        opened.store.record_decisions([Decision(DecisionKind.OPEN, "S", article_id("gull"))], now)
        opened.compose(now)
        yield opened


def ask(desk: Desk) -> str:
    """The page of story S, as one sees it who is the first to ask after a start."""
    with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
        answer = client.get("/stories/S")
        assert answer.status_code == 200
        return answer.text


def test_nobody_waits_for_a_story_to_be_composed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    list(warming.warm(desk, kept))
    with monkeypatch.context() as patch:
        patch.setattr(composing, "findings", None)  # would fail if it were called
        assert "Two bridges fell" in ask(desk)
        found = desk.store.story("S")
        assert found
        list(warming.warm(desk, kept))  # finds everything ready
        assert kept.related(desk.store, found, datetime.now(UTC)) == ()


def test_what_comes_in_after_is_shown_at_once_and_made_ready_in_the_next_round(desk: Desk) -> None:
    list(warming.warm(desk, Kept()))
    now = datetime.now(UTC)
    put(desk.store, article("tern", BELLS, blocks=(), published=now.isoformat()), capture_name="tern", now=now)
    desk.store.add_annotations([annotate(found) for found in desk.store.articles([article_id("tern")]).values()])
    desk.store.record_decisions([Decision(DecisionKind.JOIN, "S", article_id("tern"))], now)
    assert "seventeen cracks" in ask(desk)
    found = desk.store.story("S")
    assert found
    list(warming.warm(desk, Kept()))
    assert not composing.keep_view(desk.store, found, desk.settings.language, now)


def test_a_story_that_cannot_be_composed_keeps_none_of_the_others_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)
    put(desk.store, article("tern", BELLS, blocks=(), published=now.isoformat()), capture_name="tern", now=now)
    desk.store.add_annotations([annotate(found) for found in desk.store.articles([article_id("tern")]).values()])
    desk.store.record_decisions([Decision(DecisionKind.OPEN, "T", article_id("tern"))], now)
    desk.compose(now)
    composed = Kept.story

    def odd(kept: Kept, store: Store, found: Story, *asked: Any) -> Composed:
        if found.id == "S":
            raise ValueError("an odd text")
        return composed(kept, store, found, *asked)

    monkeypatch.setattr(Kept, "story", odd)
    assert "T" in [story.id for story in warming.warm(desk, Kept())]
    assert "Story S cannot be composed" in caplog.text


async def test_it_goes_on_after_a_fault_until_it_is_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warming, "PAUSE_SECONDS", 0.0)
    looks: list[str] = []

    def odd(*_: object) -> Iterator[None]:
        looks.append("begun")
        if len(looks) == 3:
            raise asyncio.CancelledError
        raise ValueError("an odd text")
        yield

    monkeypatch.setattr(warming, "warm", odd)
    with pytest.raises(asyncio.CancelledError):
        await warming.keep_warm(create_app(desk))
    assert caplog.text.count("could not be made ready") == 2


def test_templates_are_compiled_once_for_all_languages() -> None:
    render.load_templates()
    names = render.environment("en").list_templates()
    assert {"story.html", "front.html"} <= set(names)
    for language in render.OFFERED:
        loaded = {name for _, name in render.environment(language).cache}  # type: ignore[union-attr]
        assert loaded >= set(names)
    assert len(render._COMPILED._code) == len(names)
