"""What makes the pages an app: manifest, icons, service worker; being told what is new; bringing a page from elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Timer
from time import sleep

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from octavo.addresses import without_trackers
from octavo.demo import Press
from octavo.desk import Desk
from octavo.errors import InputError, StoreError
from octavo.gather import Fetcher
from octavo.model import Decision, DecisionKind, Extraction, Role
from octavo.settings import Settings
from octavo.store import GROUPING, Arrival
from octavo.store.marks import MarkKind
from octavo.web import create_app, live, share
from octavo.web.live import Live
from octavo.web.share import shared_address
from people import account, browser_of
from store_samples import NOW, annotation, article, capture

HOLDER = "a test"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as serving:
        yield serving


@pytest.fixture
def desk(press: Press, tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path, allow=press.allow)) as opened:
        yield opened


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as asked:
        yield asked


def open_story(desk: Desk, name: str, replaced_by: str | None = None) -> None:
    """A story of one article, named after it; with `replaced_by` that story takes it in at once."""
    taken, written = capture(name), article(name)
    desk.store.add_captures([taken])
    desk.store.add_extraction(Extraction(taken.id, (written,)), NOW)
    desk.store.add_annotations([annotation(written)])
    decisions = [Decision(DecisionKind.OPEN, name, written.id)]
    if replaced_by:
        decisions.append(Decision(DecisionKind.MERGE, replaced_by, other=name))
    with desk.store.lease(GROUPING, HOLDER, 60):
        desk.store.record_arrivals([Arrival(NOW, tuple(decisions), written)], holder=HOLDER)


# ---- installed -----------------------------------------------------------------------------------------------------


def test_the_manifest_names_only_what_is_there(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert told["start_url"] == told["scope"] == "/"
    assert {"any", "maskable"} == {icon["purpose"] for icon in told["icons"]}
    for icon in told["icons"]:
        drawn = client.get(icon["src"])
        assert drawn.status_code == 200
        assert drawn.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            width, height = Image.open(BytesIO(drawn.content)).size
            assert icon["sizes"] == f"{width}x{height}"
    assert client.get(told["share_target"]["action"]).status_code == 200


def test_a_maskable_icon_has_ground_to_its_very_edge_and_nothing_else_there(client: TestClient) -> None:
    drawn = Image.open(BytesIO(client.get("/icons/maskable.png").content)).convert("RGBA")
    edge = drawn.width // 10
    around = [drawn.getpixel((x, y)) for x in (0, edge, drawn.width - 1) for y in (0, edge, drawn.height - 1)]
    assert len(set(around)) == 1
    assert len(drawn.getcolors(drawn.width * drawn.height) or ()) > 1


def test_an_icon_of_another_name_is_not_there(client: TestClient) -> None:
    assert client.get("/icons/nothing.png").status_code == 404


def test_the_worker_knows_its_version_and_files_that_are_there(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert re.match(r'const VERSION = "[0-9a-f]{12}";\n', answer.text)
    listed = re.search(r"const FILES = \[(.*)\];", answer.text)
    assert listed
    files = re.findall(r'"([^"]+)"', listed[1])
    assert "/offline" in files
    assert any(file.startswith("/static/octavo.css?") for file in files)
    assert all(client.get(file).status_code == 200 for file in files)


def test_a_browser_can_be_made_to_forget(client: TestClient) -> None:
    answer = client.post("/offline/forget", follow_redirects=False)
    assert answer.status_code == 303
    assert "storage" in answer.headers["clear-site-data"]


# ---- live ----------------------------------------------------------------------------------------------------------


def test_a_page_is_told_how_many_stories_were_opened_since_it_was_read(client: TestClient, desk: Desk) -> None:
    open_story(desk, "harbour")
    start = client.get("/events/since").json()
    assert start["new"] == 0
    assert client.get("/events/since", params={"cursor": start["cursor"]}).json()["new"] == 0
    open_story(desk, "bridge")
    open_story(desk, "court")
    told = client.get("/events/since", params={"cursor": start["cursor"]}).json()
    assert (told["new"], told["text"]) == (2, "2 new stories")
    assert client.get("/events/since", params={"cursor": told["cursor"]}).json()["new"] == 0


def test_a_story_that_another_took_in_is_not_counted(client: TestClient, desk: Desk) -> None:
    open_story(desk, "harbour")
    start = client.get("/events/since").json()
    open_story(desk, "quay", replaced_by="harbour")
    assert client.get("/events/since", params={"cursor": start["cursor"]}).json()["new"] == 0


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1-1", "1-1-1", "9" * 40 + "-1"])
def test_what_is_no_cursor_is_the_callers_fault(client: TestClient, cursor: str) -> None:
    for path in ("/events", "/events/since"):
        assert client.get(path, params={"cursor": cursor}).status_code == 400


async def test_many_pages_are_told_from_one_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.05)
    looks = []
    last_change = desk.store.last_change
    monkeypatch.setattr(desk.store, "last_change", lambda: (looks.append(1), last_change())[1])
    telling = Live(desk.store)
    open_story(desk, "harbour")
    pages = [telling.opened((0, 0), 1), telling.opened(last_change(), 2)]
    assert [await anext(page) for page in pages] == [1, None]
    open_story(desk, "bridge")
    assert await asyncio.gather(*(anext(page) for page in pages)) == [2, 1]
    seen = len(looks)
    for page in pages:
        await page.aclose()
    await asyncio.sleep(0.2)
    assert len(looks) <= seen + 1  # nobody listens, so nobody looks


async def test_a_silent_stream_gives_signs_of_life(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    page = Live(desk.store).opened((0, 0), 1)
    assert [await anext(page) for _ in range(3)] == [None, None, None]
    await page.aclose()


async def test_there_are_only_so_many_streams(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 1)
    telling = Live(desk.store)
    page = telling.opened((0, 0), 1)
    await anext(page)
    assert telling.full(2)
    await page.aclose()
    assert not telling.full(2)


async def test_one_reader_takes_only_a_share_of_the_streams(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_OF_ONE", 1)
    telling = Live(desk.store)
    page = telling.opened((0, 0), 1)
    await anext(page)
    assert [telling.full(reader) for reader in (1, 2)] == [True, False]
    await page.aclose()
    assert not telling.full(1)


def test_a_stream_ends_with_the_session(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    reader = account(desk, "Ada", Role.OWNER)
    listening = browser_of(create_app(desk), reader)
    ending = Timer(0.5, desk.store.end_sessions, [reader.id])
    ending.start()
    heard = listening.get("/events").text  # comes to an end only when the stream does
    ending.join()
    assert heard.count(": \n\n") > 1
    assert listening.get("/events").status_code == 303


def test_a_stream_ends_quietly_where_the_database_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_: object) -> bool:
        raise StoreError("The database cannot be reached", todo="See that it runs")

    monkeypatch.setattr(live, "is_still_in", gone)
    heard = browser_of(create_app(desk), account(desk, "Ada", Role.OWNER)).get("/events")
    assert heard.text.startswith("retry: ")
    assert "will ask again: The database cannot be reached" in caplog.text


def test_a_page_too_many_is_sent_to_ask_for_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 0)
    answer = client.get("/events")
    assert answer.status_code == 503
    assert "/events/since" in answer.text


# ---- brought from elsewhere ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"url": "https://gull.example/a"}, "https://gull.example/a"),
        ({"title": "News", "text": "Look at this: https://gull.example/a?utm_source=x."}, "https://gull.example/a"),
        ({"title": "HTTPS://gull.example/a”"}, "HTTPS://gull.example/a"),
        ({"url": "gull.example/a?id=3"}, "https://gull.example/a?id=3"),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": "harbour", "text": "nothing"}, ""),
        ({}, ""),
    ],
)
def test_the_address_is_found_in_what_a_phone_shares(given: dict[str, str], address: str) -> None:
    assert shared_address(given) == address


def test_a_page_is_brought_and_saved(client: TestClient, desk: Desk, press: Press) -> None:
    site = press.sites["lna"]
    link = re.search(r'href="/([^"]*varnholt-survives-vote[^"]*)"', page_of(desk, site))
    assert link
    address = site + link[1]
    answer = client.post("/share", data={"url": f"{address}?utm_source=phone"})
    answer = in_the_end(client, answer)
    id = str(answer.url).rpartition("/")[2]
    assert answer.status_code == 200
    assert "Varnholt" in answer.text
    assert MarkKind.SAVED in desk.store.marks(desk.store.owner().id, "article", [id])[id]


def in_the_end(client: TestClient, answer: Response) -> Response:
    """What a browser shows that asks again whenever it is told to."""
    while "refresh" in answer.headers:
        sleep(0.2)
        answer = client.get(str(answer.url))
    return answer


def page_of(desk: Desk, address: str) -> str:
    async def fetched() -> str:
        async with Fetcher(desk.settings) as fetcher:
            return (await fetcher.get(address)).body.decode()

    return asyncio.run(fetched())


@pytest.mark.parametrize(
    ("address", "said"),
    [("not an address", "no web address"), ("http://127.0.0.1:9/", "private"), ("http://lna.localhost:1/", "private")],
)
def test_a_page_that_cannot_be_had_says_why(client: TestClient, address: str, said: str) -> None:
    answer = client.post("/share", data={"url": address})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text


async def test_a_reader_has_only_so_many_pages_fetched_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are there count no more, though he or she never looks at what came of them."""
    hold = asyncio.Event()

    async def fetched(_: Desk, address: str, *__: object) -> str:
        if "slow" in address:
            await hold.wait()
        return "an article"

    monkeypatch.setattr(share, "save_page", fetched)
    monkeypatch.setattr(share, "WAIT_SECONDS", 0.01)
    saving = share.Saving(desk)
    for n in range(share.MOST_OF_ONE + 1):
        await saving.begin(f"https://gull.example/{n}", 1)
    for n in range(share.MOST_OF_ONE):
        await saving.begin(f"https://gull.example/slow/{n}", 1)
    with pytest.raises(InputError, match="fetched for you already"):
        await saving.begin("https://gull.example/slow", 1)
    await saving.begin("https://gull.example/slow", 2)
    hold.set()
    await asyncio.gather(*saving._tasks.values())


def test_a_front_page_is_no_article(client: TestClient, press: Press) -> None:
    answer = client.post("/share", data={"url": press.sites["lna"]})
    answer = in_the_end(client, answer)
    assert answer.status_code == 422
    assert "Add it as a source" in answer.text


def test_the_bookmark_leads_here(client: TestClient) -> None:
    text = client.get("/share").text
    assert "javascript:location.href=&#39;http://127.0.0.1:8710/share?" in text


# ---- trackers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("https://a.example/x?utm_source=n&utm_Medium=m", "https://a.example/x"),
        ("https://a.example/x?id=7&fbclid=Iw&page=2", "https://a.example/x?id=7&page=2"),
        ("https://a.example/x?GCLID=1#part", "https://a.example/x#part"),
        ("https://a.example/x?b=%C3%A4&a=+&gclid=1", "https://a.example/x?b=%C3%A4&a=+"),
        ("https://a.example/x#utm_source=n", "https://a.example/x"),
        ("https://a.example/x#:~:text=so", "https://a.example/x#:~:text=so"),
        ("https://a.example/x?ref=12&source=4&s=1", "https://a.example/x?ref=12&source=4&s=1"),
        ("https://a.example/utm_source=1?q", "https://a.example/utm_source=1?q"),
        ("https://a.example/?at_medium=rss&%75tm_id=4", "https://a.example/"),
    ],
)
def test_trackers_are_taken_out_and_nothing_else(address: str, bare: str) -> None:
    assert without_trackers(address) == bare
    assert without_trackers(bare) == bare
