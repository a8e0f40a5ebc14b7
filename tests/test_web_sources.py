"""The pages about sources: how each fares, what a person says of one, and the ways to add more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.editions import edition
from octavo.errors import InputError
from octavo.model import FullText, Obstacle, Source, SourceHealth, SourceKind
from octavo.opml import read_opml
from octavo.web.sources import State, overview, state_of
from octavo.web.texts import size, span

NOW = datetime.now(UTC)


def put(desk: Desk, name: str, kind: SourceKind = SourceKind.FEED, **health: object) -> Source:
    """A source with the health that a round would have left."""
    source = desk.store.add_source(kind, f"https://{name}.example/feed", NOW, title=name.title())
    desk.store.update_source(replace(source, **{"last_tried_at": NOW, "last_success_at": NOW, **health}))
    found = desk.store.source(source.id)
    assert found
    return found


def ailing(desk: Desk) -> None:
    put(desk, "well")
    put(desk, "broken", error_count=3, last_error="There is nothing at this address (status 404).", last_error_at=NOW - timedelta(hours=2))
    put(desk, "worse", error_count=9, last_error="The name is not known.", last_error_at=NOW)
    quiet = put(desk, "quiet")
    desk.store.set_habit(quiet.id, NOW - timedelta(days=20), 3600.0, 7200.0)
    stopped = put(desk, "stopped")
    desk.store.pause_source(stopped.id, True, NOW)
    desk.store.add_source(SourceKind.FEED, "https://new.example/feed", NOW, title="New")
    desk.store.charge_source(quiet.id, 3_400_000, 2_000)


def test_sources_are_grouped_by_how_they_fare(desk: Desk) -> None:
    ailing(desk)
    groups = {state: [health.source.title for health in members] for state, members in overview(desk.store, NOW).groups.items()}
    assert groups == {
        State.FAILING: ["Worse", "Broken"],
        State.SILENT: ["Quiet"],
        State.PAUSED: ["Stopped"],
        State.NEW: ["New"],
        State.WELL: ["Well"],
    }


def test_a_source_that_worked_only_in_part_is_not_failing() -> None:
    tried = Source(1, SourceKind.FOLDER, "/pages", last_tried_at=NOW, last_error="1 of 2 new files cannot be used.")
    assert state_of(SourceHealth(tried)) is State.PARTLY
    assert state_of(SourceHealth(replace(tried, error_count=1))) is State.FAILING


def test_the_page_tells_what_fails_since_when_and_why(desk: Desk, client: TestClient) -> None:
    ailing(desk)
    text = " ".join(client.get("/sources").text.split())
    assert "Failed 3 times in a row, <time" in text
    assert "There is nothing at this address (status 404)." in text
    assert "Silent for 3 weeks. Its longest pause before was 2 hours." in text
    assert "3.4 MB received" in text
    assert text.index("Worse") < text.index("Broken") < text.index("Quiet") < text.index("Well</a>")


def test_the_page_of_a_source_says_all_that_is_known(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    source = put(desk, "harbour", SourceKind.PAGE)
    desk.store.charge_source(source.id, 0, 0, ["robots.txt: ExampleBot"])
    health = SourceHealth(source, articles=40, cut=10, obstacles={Obstacle.PAY_WALL: 7})
    monkeypatch.setattr(desk.store, "source_health", lambda since, now: (replace(health, source=desk.store.source(source.id)),))
    text = " ".join(client.get(f"/sources/{source.id}").text.split())
    assert "40 articles this week, 25% of them only in part" in text
    assert "pay wall 7" in text
    assert "robots.txt: ExampleBot" in text
    assert f'href="/sources/try?source={source.id}"' in text


def test_what_a_person_says_is_kept(desk: Desk, client: TestClient) -> None:
    source = put(desk, "harbour")
    said = {
        "title": " Harbour Herald ",
        "folders": "News/Asia\r\n\r\nNews/Asia\r\n/Sea/",
        "full_text": "always",
        "hours": "1,5",
        "selector": "a",
    }
    answer = client.post(f"/sources/{source.id}", data=said, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sources/{source.id}")
    found = desk.store.source(source.id)
    assert found
    assert (found.title, found.folders, found.full_text, found.interval_seconds, found.selector) == (
        "Harbour Herald",
        ("News/Asia", "Sea"),
        FullText.ALWAYS,
        5400.0,
        None,
    )
    page = client.get(f"/sources/{source.id}").text
    assert 'value="1.5"' in page
    assert '<option value="always" selected>' in page


@pytest.mark.parametrize(("said", "status"), [({"hours": "soon"}, 422), ({"hours": "-1"}, 422), ({"full_text": "perhaps"}, 400)])
def test_what_cannot_be_kept_is_refused(desk: Desk, client: TestClient, said: dict[str, str], status: int) -> None:
    source = put(desk, "harbour")
    assert client.post(f"/sources/{source.id}", data=said).status_code == status
    assert desk.store.source(source.id) == source


def test_a_source_can_be_paused_and_resumed(desk: Desk, client: TestClient) -> None:
    source = put(desk, "harbour")
    for paused in (True, False):
        client.post(f"/sources/{source.id}/pause")
        found = desk.store.source(source.id)
        assert found
        assert found.paused is paused


@pytest.mark.parametrize("path", ["/sources/1", "/sources/99999999999999999999", "/sources/1/pause"])
def test_a_source_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.post(path) if path.endswith("pause") else client.get(path)
    assert answer.status_code == 404


def test_a_starter_pack_is_added_at_once(desk: Desk, client: TestClient) -> None:
    assert "Japan, in English" in client.get("/sources").text
    client.post("/sources/editions", data={"edition": "jp-en"})
    client.post("/sources/editions", data={"edition": "jp-en"})
    assert len(desk.store.sources()) == len(edition("jp-en").offers)
    assert client.post("/sources/editions", data={"edition": "xx-yy"}).status_code == 400


def test_a_list_goes_out_and_comes_in_with_a_report(desk: Desk, client: TestClient) -> None:
    desk.store.add_source(SourceKind.FEED, "https://harbour.example/feed", NOW, title="Harbour", folders=("News",))
    answer = client.get("/sources.opml")
    assert "attachment" in answer.headers["content-disposition"]
    (out,) = read_opml(answer.content).sources
    assert (out.address, out.folders) == ("https://harbour.example/feed", ("News",))
    sent = (
        b'<opml><body><outline text="Sea" xmlUrl="https://sea.example/feed"/>\n<outline text="<b>Bad</b>" xmlUrl="ftp://x/"/></body></opml>'
    )
    text = client.post("/sources/import", files={"list": ("mine.opml", sent)}).text
    assert "1 source added" in text
    assert "&lt;b&gt;Bad&lt;/b&gt;" in text
    assert "line 2" in text
    assert [source.title for source in desk.store.sources()] == ["Harbour", "Sea"]


@pytest.mark.parametrize("files", [{}, {"list": ("mine.opml", b"no list")}, {"other": ("mine.opml", b"<opml/>")}])
def test_what_is_no_list_is_refused(client: TestClient, files: dict[str, tuple[str, bytes]]) -> None:
    answer = client.post("/sources/import", files=files)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_selector_is_tried_out_before_it_is_kept(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(address: str, selector: str, now: datetime) -> dict[str, str]:
        if selector == "(":
            raise InputError("( is no selector", todo="Try another one")
        return {"https://a.example/ferry": "Ferry <runs> aground"} if selector == "h2 a" else {}

    monkeypatch.setattr(desk, "try_selector", found)
    asked = {"address": "https://a.example/"}
    text = client.post("/sources/try", data=asked | {"selector": "h2 a"}).text
    assert "1 link found" in text
    assert "Ferry &lt;runs&gt; aground" in text
    assert '<input type="hidden" name="selector" value="h2 a">' in text
    assert "fits nothing" in client.post("/sources/try", data=asked | {"selector": "h3"}).text
    refused = client.post("/sources/try", data=asked | {"selector": "("})
    assert (refused.status_code, "is no selector" in refused.text) == (422, True)
    assert desk.store.sources() == ()
    client.post("/sources", data=asked | {"selector": "h2 a"})
    (source,) = desk.store.sources()
    assert (source.kind, source.selector) == (SourceKind.PAGE, "h2 a")
    assert 'value="h2 a"' in client.get(f"/sources/try?source={source.id}").text
    assert client.get("/sources/try?source=77").status_code == 200
    assert asyncio.run(found("", "", NOW)) == {}


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 byte"), (999, "999 byte"), (1_000, "1 kB"), (3_449_000, "3.4 MB"), (2 * 10**13, "20 TB")]
)
def test_bytes_are_told_in_their_largest_unit(count: int, shown: str) -> None:
    assert size(count, "en") == shown


def test_lengths_of_time_are_told_in_their_largest_unit() -> None:
    assert (span(90 * 60, "en"), span(86_400 * 3, "de")) == ("2 hours", "3 Tage")
