"""`octavo add`, `octavo sources`, `octavo editions`: packs are added once, dead sources are told, lists come in and go out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from commands import Run, runner
from octavo.cli.check import Finding, Verdict, counted, judged
from octavo.editions import edition
from octavo.errors import ExtractError, FetchError, OctavoError
from octavo.gather import Gathered, HeldError
from octavo.gather.capture import make_capture
from octavo.model import Article, Extraction, FullText, Source, SourceKind
from octavo.opml import read_opml
from octavo.settings import load_settings
from octavo.store import Store

NOW = datetime(2031, 5, 19, 12, tzinfo=UTC)

FEED = """<rss version="2.0"><channel><title>Harbour Herald</title><item><title>Ferry runs aground off the point</title>
<link>{site}/ferry</link><pubDate>{date}</pubDate><description>Two hundred people were taken off.</description></item></channel></rss>"""
LIST = """<html><head><title>Harbour</title></head><body><nav><a href="/about">About</a></nav>
<ul class="news"><li><a href="/news/ferry-runs-aground">Ferry runs aground</a></li><li><a href="/news/bridge-opens">Bridge opens</a></li></ul>"""
ANSWERS = {
    "/fresh": (200, "application/rss+xml"),
    "/old": (200, "application/rss+xml"),
    "/busy": (503, "text/plain"),
    "/list": (200, "text/html"),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind = ANSWERS.get(self.path, (404, "text/plain"))
        date = datetime.now(UTC) if self.path == "/fresh" else datetime(2020, 1, 2, tzinfo=UTC)
        body = LIST if self.path == "/list" else FEED.format(site=self.headers["Host"], date=date.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a site on loopback that may be fetched."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    pair = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OCTAVO_ALLOW", json.dumps([pair]))
    yield f"http://{pair}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def octavo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("OCTAVO_EXTRACT_WORKERS", "1")

    return runner(capsys, monkeypatch)


def kept() -> tuple[Source, ...]:
    with Store.open(load_settings().database_address) as store:
        return store.sources()


def put(*addresses: str, kind: SourceKind = SourceKind.FEED) -> None:
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.database_address) as store:
        for address in addresses:
            store.add_source(kind, address, NOW)


# ---- starter packs -------------------------------------------------------------------------------------------------


def test_an_edition_is_added_once(octavo: Run) -> None:
    offers = edition("jp-en").offers
    lines, said, code = octavo("add", "--edition", "jp-en")
    assert (lines, code) == ([f"jp-en: {len(offers)} sources added, 0 were there already"], 0)
    assert any("not yet checked" in line for line in said)
    assert octavo("add", "--edition", "jp-en")[0] == [f"jp-en: 0 sources added, {len(offers)} were there already"]
    assert [source.address for source in kept()] == [offer.address for offer in offers]
    publishers = {source.title: (source.publisher, source.folders) for source in kept()}
    assert publishers["The Mainichi"] == ("Mainichi Shimbun", ("Japan, in English",))
    assert publishers["News On Japan"][0] is None, "an aggregator is no outlet"


def test_sources_that_were_never_looked_at_say_so(octavo: Run) -> None:
    octavo("add", "--edition", "jp-en")
    assert all("[not yet checked]" in line for line in octavo("sources")[0])
    lines = octavo("editions", "jp-en")[0]
    assert len(lines) == len(edition("jp-en").offers)
    assert all("not yet checked; gathered here" in line for line in lines)


def test_editions_are_listed(octavo: Run) -> None:
    lines, _, code = octavo("editions")
    assert code == 0
    assert any(line.startswith("jp-en ") and "12 sources" in line for line in lines)
    (row,) = [json.loads(line) for line in octavo("editions", "--json", "jp-en")[0]]
    assert row["sources"][0] | {"checked": None} == {
        "outlet": "kyodo",
        "country": "JP",
        "title": "Kyodo News",
        "kind": "feed",
        "address": "https://english.kyodonews.net/rss/all.xml",
        "checked": None,
    }


@pytest.mark.parametrize(
    "args",
    [
        ("add",),
        ("add", "--edition", "xx-yy"),
        ("editions", "xx-yy"),
        ("sources", "check", "99"),
        ("sources", "check", "--edition", "xx-yy"),
        ("sources", "set", "99", "--title", "A"),
        ("sources", "try", "not an address", "a"),
        ("sources", "import", "no-such-file.opml"),
        ("sources", "export", "no-such-folder/list.opml"),
    ],
)
def test_what_cannot_be_used_gets_a_line_and_exit_code_2(octavo: Run, args: tuple[str, ...]) -> None:
    lines, said, code = octavo(*args)
    assert (lines, code) == ([], 2)
    assert said
    assert not any("Traceback" in line for line in said)


# ---- checking ------------------------------------------------------------------------------------------------------


def test_a_check_tells_the_dead_and_writes_it_down(octavo: Run, site: str) -> None:
    put(*(f"{site}/{path}" for path in ("fresh", "old", "gone", "busy")))
    lines, said, code = octavo("sources", "check")
    assert code == 2
    assert [line[:15].strip() for line in lines if not line.startswith(" ")] == ["well", "silent", "dead", "no answer now"]
    assert "1 entries" in lines[0]
    assert "newest of 2020-01-02" in lines[1]
    assert "404" in lines[3]
    assert said[-1] == "4 sources: 1 well, 1 silent, 1 no answer now, 1 dead"
    assert [(source.last_tried_at is not None, source.error_count) for source in kept()] == [(True, 0), (True, 0), (True, 1), (True, 1)]
    with Store.open(load_settings().database_address) as store:
        assert len(store.waiting_captures(10)) == 2, "what was seen goes on to be read"


def test_a_single_source_is_checked_by_its_number(octavo: Run, site: str) -> None:
    put(f"{site}/fresh", f"{site}/gone")
    lines, _, code = octavo("sources", "check", "1", "--json")
    assert code == 0
    (row,) = [json.loads(line) for line in lines]
    assert (row["id"], row["verdict"], row["entries"], row["sentence"]) == (1, "well", 1, None)
    assert kept()[1].last_tried_at is None


def test_without_a_network_nothing_is_called_dead(octavo: Run) -> None:
    put("http://no-such-host.invalid/feed")
    lines, said, code = octavo("sources", "check")
    assert code == 2
    assert [line.startswith("not yet checked") for line in lines] == [True]
    assert "no server can be reached" in said[-1]
    assert kept()[0].last_tried_at is None


def look(error: OctavoError | None = None, body: bytes | None = None, **source: object) -> Gathered:
    captures = (make_capture("https://a.example/feed", body, NOW),) if body else ()
    return Gathered(Source(1, SourceKind.FEED, "https://a.example/feed", **source), NOW, captures, error=error)


def slow() -> FetchError:
    error = FetchError("It did not answer in time")
    error.__cause__ = TimeoutError()
    return error


@pytest.mark.parametrize(
    ("gathered", "verdict"),
    [
        (look(FetchError("Gone", status=404)), Verdict.DEAD),
        (look(FetchError("A web page instead of a feed")), Verdict.DEAD),
        (look(ExtractError("It holds a picture")), Verdict.DEAD),
        (look(FetchError("Too often", status=429)), Verdict.BUSY),
        (look(FetchError("Down", status=502)), Verdict.BUSY),
        (look(slow()), Verdict.BUSY),
        (look(HeldError("Not asked", retry_after=60)), Verdict.UNCHECKED),
        (look(), Verdict.WELL),
        (look(newest_at=NOW - timedelta(days=3)), Verdict.WELL),
        (look(newest_at=NOW - timedelta(days=300)), Verdict.SILENT),
    ],
)
def test_what_a_look_says_of_a_source(gathered: Gathered, verdict: Verdict) -> None:
    assert judged(gathered, (), NOW).verdict is verdict


@pytest.mark.parametrize(
    ("extraction", "verdict", "entries"),
    [
        (Extraction("c", (Article("a", "A", "", published="2031-05-18"), Article("b", "B", "", published="2029-01-01"))), Verdict.WELL, 2),
        (Extraction("c", (Article("a", "A", "", published="2029-01-01"),)), Verdict.SILENT, 1),
        (Extraction("c", (Article("a", "A", ""),), links=("https://a.example/b",)), Verdict.WELL, 2),
        (Extraction("c"), Verdict.SILENT, 0),
        (Extraction("c", problem="The feed is broken."), Verdict.DEAD, None),
    ],
)
def test_what_is_in_it_counts_too(extraction: Extraction, verdict: Verdict, entries: int | None) -> None:
    finding = judged(look(body=b"<rss/>"), (extraction,), NOW)
    assert (finding.verdict, finding.entries) == (verdict, entries)


def test_counts_name_only_what_there_is() -> None:
    source = Source(1, SourceKind.FEED, "https://a.example/feed")
    assert (
        counted([Finding(source, Verdict.DEAD), Finding(source, Verdict.WELL), Finding(source, Verdict.DEAD)])
        == "3 sources: 1 well, 2 dead"
    )


# ---- lists, list pages and settings --------------------------------------------------------------------------------


def test_a_list_comes_in_line_by_line_and_goes_out_again(octavo: Run, tmp_path: Path) -> None:
    given, taken = tmp_path / "in.opml", tmp_path / "out.opml"
    given.write_text(
        """<opml><body><outline text="News"><outline text="Harbour" XMLURL="https://harbour.example/feed"/></outline>
<outline text="Broken" xmlUrl="ftp://harbour.example/feed"/>
<outline text="Again" xmlUrl="https://harbour.example/feed"/>
<outline text="Loose" xmlUrl="https://loose.example/feed"/></body></opml>"""
    )
    lines, said, code = octavo("sources", "import", str(given))
    assert code == 2
    assert lines == [f"{given}: 2 sources added, 0 were there already, 1 were named twice"]
    (line,) = said
    assert f"{given}: line 2, “Broken”" in line
    assert octavo("sources", "import", str(given))[0] == [f"{given}: 0 sources added, 2 were there already, 1 were named twice"]
    assert octavo("sources", "export", str(taken))[0] == [f"{taken}: 2 sources"]
    assert [(source.address, source.folders) for source in read_opml(taken.read_bytes()).sources] == [
        ("https://harbour.example/feed", ("News",)),
        ("https://loose.example/feed", ()),
    ]
    assert octavo("sources", "export")[0][0].startswith("<?xml")


def test_folders_of_this_machine_stay_here(octavo: Run, tmp_path: Path) -> None:
    put(str(tmp_path), kind=SourceKind.FOLDER)
    lines, said, code = octavo("sources", "export")
    assert code == 0
    assert str(tmp_path) not in "\n".join(lines)
    assert "left out" in said[0]


def test_a_list_page_is_tried_out_before_it_is_kept(octavo: Run, site: str) -> None:
    lines, _, code = octavo("sources", "try", f"{site}/list", "ul.news")
    assert code == 0
    assert lines == [f"{site}/news/ferry-runs-aground  Ferry runs aground", f"{site}/news/bridge-opens  Bridge opens"]
    for selector in ("ol.news", "ul["):
        assert octavo("sources", "try", f"{site}/list", selector)[2] == 2
        assert octavo("add", "--selector", selector, f"{site}/list")[2] == 2
    assert octavo("add", "--selector", "ul.news a", "--folder", "Harbour", f"{site}/list")[2] == 0
    (source,) = kept()
    assert (source.kind, source.selector, source.folders) == (SourceKind.PAGE, "ul.news a", ("Harbour",))


def test_what_a_person_says_of_a_source_is_kept(octavo: Run) -> None:
    put("https://harbour.example/feed")
    asked = ("--title", "Harbour", "--folder", "A/B", "--folder", "C", "--full-text", "never", "--minutes", "90", "--paused")
    (line,), _, code = octavo("sources", "set", "1", *asked)
    assert code == 0
    assert json.loads(line)["full_text"] == "never"
    (source,) = kept()
    assert (source.title, source.folders, source.full_text, source.interval_seconds, source.paused) == (
        "Harbour",
        ("A/B", "C"),
        FullText.NEVER,
        5400.0,
        True,
    )
    octavo("sources", "set", "1", "--folder", "", "--minutes", "0", "--resumed")
    (source,) = kept()
    assert (source.title, source.folders, source.interval_seconds, source.paused) == ("Harbour", (), None, False)
    assert octavo("sources", "set", "1", "--selector", "a")[2] == 2, "selectors are for list pages"


def test_the_list_of_sources_is_json_lines_too(octavo: Run) -> None:
    put("https://harbour.example/feed")
    (row,) = [json.loads(line) for line in octavo("sources", "--json")[0]]
    assert (row["id"], row["address"], row["full_text"], row["last_tried_at"]) == (1, "https://harbour.example/feed", "short", None)
