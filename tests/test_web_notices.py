"""Requests for support: shown where they belong, put away for good, by each reader alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Role
from octavo.publishers import known
from octavo.settings import Settings
from octavo.store import Instance
from octavo.web import create_app
from people import account, browser_of
from store_samples import NOW, article, article_id, put


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An instance that reads one outlet which takes support."""
    (tmp_path / "outlets").mkdir()
    declared = 'name = "The Tern"\nkind = "newspaper"\ndomains = ["tern.example"]\nsupport_url = "https://tern.example/support"\n'
    (tmp_path / "outlets" / "tern.toml").write_text(declared)
    monkeypatch.setenv("OCTAVO_PUBLISHERS", str(tmp_path / "outlets"))
    known.cache_clear()
    with Desk.open(Settings(data=tmp_path)) as opened:
        made = replace(article("tern"), publisher="The Tern")
        put(opened.store, made, annotated=True)
        opened.store.record_decisions([Decision(DecisionKind.OPEN, "S1", made.id)], NOW, made.id)
        yield opened
    known.cache_clear()


def test_each_reader_puts_notices_away_for_him_or_herself(desk: Desk) -> None:
    app = create_app(desk)
    ada, tove = (browser_of(app, account(desk, name, role)) for name, role in (("Ada", Role.OWNER), ("Tove", Role.READER)))
    page = f"/articles/{article_id('tern')}"
    assert "https://tern.example/support" in ada.get(page).text
    answer = ada.post("/notices/dismiss", data={"notice": "outlet/tern", "back": page})
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert "https://tern.example/support" not in ada.get(page).text
    assert "https://tern.example/support" in tove.get(page).text
    assert ada.post("/notices/dismiss", data={"notice": "x", "back": "https://elsewhere.example/"}).headers["location"] == "/"


def test_another_text_is_another_notice(desk: Desk) -> None:
    reader = browser_of(create_app(desk), account(desk, "Ada", Role.OWNER))
    assert 'class="request"' not in reader.get("/").text
    desk.store.set_instance(Instance(support_text="Keep us <afloat>", support_url="https://gull.example/help"))
    shown = reader.get("/").text
    assert "Keep us &lt;afloat&gt;" in shown
    name = shown.split('name="notice" value="')[1].split('"')[0]
    reader.post("/notices/dismiss", data={"notice": name, "back": "/"})
    assert "afloat" not in reader.get("/").text
    desk.store.set_instance(Instance(support_text="Keep us dry"))
    assert "Keep us dry" in reader.get("/").text
