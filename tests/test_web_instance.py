"""The owner's page of the instance, and the numbers for whoever watches over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.settings import Settings
from octavo.store import Instance
from octavo.store.tables_people import instance
from store_samples import NOW, put_many

OWN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        put_many(opened.store, ["one", "two"])
        yield opened


def test_settings_are_kept_and_shown(desk: Desk, client: TestClient) -> None:
    fields = {
        "name": "  The  Harbour Desk ",
        "public_reading": "on",
        "comments": "on",
        "retention_days": "90",
        "retention_gigabytes": "5",
        "support_text": "Keep our server afloat",
        "support_url": "https://gull.example/help",
    }
    shown = client.post("/instance", data=fields, headers=OWN).text
    assert desk.store.instance() == Instance(
        name="The Harbour Desk",
        public_reading=True,
        comments=True,
        support_text="Keep our server afloat",
        support_url="https://gull.example/help",
        retention_days=90,
        retention_bytes=5_000_000_000,
    )
    for value in ("The Harbour Desk", 'value="90"', 'value="5"', "Keep our server afloat", "Your settings are kept"):
        assert value in shown
    client.post("/instance", data={}, headers=OWN)
    assert desk.store.instance() == Instance()


@pytest.mark.parametrize(
    "fields",
    [
        {"retention_days": "30"},
        {"retention_days": "-90"},
        {"retention_days": "many"},
        {"retention_days": "9999999"},
        {"retention_gigabytes": "0"},
        {"support_url": "javascript:alert(1)"},
        {"support_url": "https://["},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(desk: Desk, client: TestClient, fields: dict[str, str]) -> None:
    desk.store.set_instance(Instance(comments=True))
    assert client.post("/instance", data=fields, headers=OWN).status_code == 400
    assert desk.store.instance() == Instance(comments=True)


def test_what_is_not_known_of_another_octavos_settings_is_left_out(desk: Desk) -> None:
    with desk.store.database.writing() as connection:
        connection.execute(insert(instance).values(name="a thing to come", value=1))
    assert desk.store.instance() == Instance()


def test_metrics_tell_what_is_kept_and_how_long_answers_take(desk: Desk, client: TestClient) -> None:
    client.get("/instance")
    client.get("/stories/none")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert float(lines["octavo_articles"]) == 2
    assert float(lines["octavo_waiting"]) == 0
    assert float(lines['octavo_http_seconds_count{route="instance",status="200"}']) == 1
    assert float(lines['octavo_http_seconds_count{route="story",status="404"}']) == 1
    assert "process_resident_memory_bytes" in lines
    desk.store.restore(backup := _backup(desk), NOW)
    assert backup.exists()
    assert "a backup was put back" in client.get("/instance").text


def _backup(desk: Desk) -> Path:
    file = desk.settings.data / "kept.sqlite"
    desk.store.backup(file)
    return file
