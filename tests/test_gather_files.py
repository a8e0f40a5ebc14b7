"""Files and folders as captures, the times at which they were taken, and what content says of itself."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavo.errors import ExtractError, InputError, OctavoError
from octavo.gather import bare_name, files, list_files, parse_taken, read_paths
from octavo.gather.capture import make_capture, sniffed
from octavo.gather.files import Taken
from octavo.model import Capture

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PAGE = b"<!DOCTYPE html><html><body><p>The ferry runs again.</p></body></html>"
FEED = b'<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel><title>Harbour News</title></channel></rss>'
ATOM = b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<a:feed xmlns:a='http://www.w3.org/2005/Atom'></a:feed>"
JSON_FEED = b'{ "version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "items": [] }'


def read(paths: Sequence[Path], *taken: str) -> list[Capture | OctavoError]:
    return list(read_paths(paths, parse_taken(taken), NOW))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PAGE, "text/html"),
        (b"\n <!-- saved --> <HTML lang=en>", "text/html"),
        (FEED, "application/rss+xml"),
        (b'<rdf:RDF xmlns:rdf="x">', "application/rss+xml"),
        (ATOM, "application/atom+xml"),
        (JSON_FEED, "application/feed+json"),
        (b'<?xml version="1.0"?><urlset xmlns="x">', "application/xml"),
        (b"<sitemapindex>", "application/xml"),
        ("\ufeff<rss version='2.0'>".encode("utf-16-le"), "application/rss+xml"),
        (b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY nbsp ' '>]><rss>", "application/rss+xml"),
        (b"The rss feed <rss> is a fine thing.", None),
        (b'{"version": 1}', None),
        (b"<feedback>", None),
        (b"", None),
    ],
)
def test_content_tells_what_it_is(body: bytes, expected: str | None) -> None:
    assert sniffed(body) == expected


@pytest.mark.parametrize(
    ("body", "declared", "expected"),
    [
        (FEED, "text/html", "application/rss+xml"),
        (PAGE, "text/plain", "text/html"),
        (b"A plain text <p> with a tag", "text/plain", "text/plain"),
        (b"<div><p>a piece of a page</p></div>", "", "text/html"),
        (b"Just words.", "", "text/plain"),
        (b"Just words.", "application/octet-stream", "text/plain"),
        (b"<news><item/></news>", "text/xml", "text/xml"),
        (
            b"Words with one stray \x00 in them, as old systems left behind; " + b"and then many more words follow it. " * 3,
            "",
            "text/plain",
        ),
        ("Wörter".encode("utf-16"), "text/plain", "text/plain"),
    ],
)
def test_content_goes_before_declaration(body: bytes, declared: str, expected: str) -> None:
    assert make_capture("a", body, NOW, declared=declared).media_type == expected


@pytest.mark.parametrize(
    ("body", "declared", "part"),
    [
        (b"", "text/html", "nothing"),
        (b" \n", "text/plain", "nothing"),
        (b"%PDF-1.7 ...", "application/pdf", "a PDF"),
        (b"\x89PNG\r\n", "text/html", "a picture"),
        (b"\x00\x01\x02\x03" * 50, "", "no text"),
        (b'{"id": 1}', "application/json", "application/json"),
    ],
)
def test_what_holds_no_text_is_refused(body: bytes, declared: str, part: str) -> None:
    with pytest.raises(ExtractError, match=part) as caught:
        make_capture("http://outlet.example/x", body, NOW, declared=declared)
    assert caught.value.subject == "http://outlet.example/x"


def test_the_same_answer_has_the_same_id() -> None:
    one = make_capture("http://outlet.example/x", PAGE, NOW)
    assert make_capture("http://outlet.example/x", PAGE, NOW + timedelta(days=1)).id == one.id
    assert make_capture("http://outlet.example/y", PAGE, NOW).id != one.id
    assert make_capture("http://outlet.example/x", PAGE + b" ", NOW).id != one.id
    assert len(one.id) == 64


def test_folders_are_read_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    contents = {
        "b.html": PAGE,
        "a/2.txt": b"Second.",
        "a/1.txt.gz": gzip.compress(b"First."),
        ".hidden.txt": b"x",
        ".git/config.txt": b"x",
        "c": FEED,
    }
    for name, body in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    captures = read([tmp_path, tmp_path / "b.html"])
    assert [(c.address, c.body, c.media_type) for c in captures if isinstance(c, Capture)] == [
        (str(tmp_path / "a/1.txt.gz"), b"First.", "text/plain"),
        (str(tmp_path / "a/2.txt"), b"Second.", "text/plain"),
        (str(tmp_path / "b.html"), PAGE, "text/html"),
        (str(tmp_path / "c"), FEED, "application/rss+xml"),
        (str(tmp_path / "b.html"), PAGE, "text/html"),
    ]
    assert [Path(c.address) for c in captures if isinstance(c, Capture)] == list_files([tmp_path, tmp_path / "b.html"])
    assert all(isinstance(c, Capture) and c.captured_at == NOW and not c.dated for c in captures)


def test_a_faulty_file_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 1000)
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    for name, body in {
        "empty.txt": b"",
        "bomb.txt.gz": gzip.compress(b"a" * 100_000),
        "torn.txt.gz": gzip.compress(b"some text")[:-4],
        "false.html.gz": b"no gzip",
        "data.json": b'{"id": 1}',
        "good.txt": b"Good news.",
        "large.txt": b"a" * 1001,
    }.items():
        (tmp_path / name).write_bytes(body)
    parts = {
        "missing.txt": "no such file",
        "empty": "no files",
        "loop.txt": "cannot be read",
        "empty.txt": "holds nothing",
        "bomb.txt.gz": "larger than",
        "torn.txt.gz": "damaged",
        "false.html.gz": "damaged",
        "data.json": "application/json",
        "large.txt": "larger than",
        "n" * 300: "cannot be read",
        "/dev/null": "neither a file nor a folder",
    }
    results = read([*(tmp_path / name for name in parts), tmp_path / "good.txt"])
    for (name, part), error in zip(parts.items(), results, strict=False):
        assert isinstance(error, InputError | ExtractError)
        assert part in error.what
        assert error.subject == str(tmp_path / name)
        assert str(error).startswith(error.subject)
    assert isinstance(results[-1], Capture)


def test_a_given_time_dates_the_capture(tmp_path: Path) -> None:
    for name in ("a.html.gz", "b.txt", "b.b.txt"):
        (tmp_path / name).write_bytes(gzip.compress(PAGE) if name.endswith("gz") else b"Some words.")
    a, bb, b = read([tmp_path], "2025-08-05", "a=2025-08-04T10:00+02:00", "b.txt=2026-03-04")
    assert isinstance(a, Capture)
    assert isinstance(b, Capture)
    assert isinstance(bb, Capture)
    assert (a.captured_at, a.dated) == (datetime(2025, 8, 4, 8, tzinfo=UTC), True)
    assert (bb.captured_at, bb.dated) == (datetime(2025, 8, 5, 23, 59, 59, tzinfo=UTC), True)
    assert (b.captured_at, b.dated) == (NOW, True), "the end of today has not come yet"


def test_names_and_dates_that_fit_nothing_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Some words.")
    one, two = read([tmp_path], "b.txt=2025-08-05", "a=2025-08-05")
    assert isinstance(one, Capture)
    assert isinstance(two, InputError)
    assert two.subject == "b.txt"
    (future,) = read([tmp_path], "2027-01-01")
    assert isinstance(future, InputError)
    assert "future" in future.what


def test_a_day_ago_is_the_day_before() -> None:
    taken = parse_taken(["2025-08-05"]).general
    assert taken is not None
    assert (taken - timedelta(days=1)).date().isoformat() == "2025-08-04"
    assert (taken - timedelta(hours=5)).date().isoformat() == "2025-08-05"
    assert datetime(2025, 8, 5, 23, 30, tzinfo=UTC) < taken < datetime(2025, 8, 6, tzinfo=UTC)


def test_capture_times_are_parsed() -> None:
    end = datetime(2025, 8, 5, 23, 59, 59, tzinfo=UTC)
    assert parse_taken([]) == Taken()
    assert parse_taken(["a=b.txt=2025-08-05", "2025-08-05", "2025-08-05"]) == Taken(end, {"a=b.txt": end})
    assert parse_taken(["2025-08-05T09:30"]).general == datetime(2025, 8, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "values", [["yesterday"], ["2025-08"], ["2025"], ["2025-02-30"], ["=2025-08-05"], ["a="], [""], ["2025-08-05", "2025-08-06"]]
)
def test_capture_times_that_cannot_be_meant_are_refused(values: list[str]) -> None:
    with pytest.raises(InputError):
        parse_taken(values)


@pytest.mark.parametrize(
    ("name", "bare"), [("0001.html.gz", "0001"), ("0001.txt", "0001"), ("a.b.txt", "a.b"), ("plain", "plain"), ("x.gz", "x")]
)
def test_a_bare_name_has_no_endings(name: str, bare: str) -> None:
    assert bare_name(Path("folder") / name) == bare


def test_article_lines_come_in_parts_that_say_where_they_begin(tmp_path: Path) -> None:
    lines = [f'{{"headline": "Number {n}"}}\n'.encode() for n in range(files.MOST_LINES + 3)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "b.ndjson.gz").write_bytes(gzip.compress(lines[0]))
    (tmp_path / "c.jsonl").write_bytes(b"")
    first, second, third, empty = read([tmp_path])
    assert isinstance(first, Capture)
    assert isinstance(second, Capture)
    assert isinstance(third, Capture)
    assert (first.address, second.address) == (f"{tmp_path}/a.jsonl#1", f"{tmp_path}/a.jsonl#{files.MOST_LINES + 1}")
    assert first.body + second.body == b"".join(lines)
    assert (third.body, third.media_type) == (lines[0], "application/x-ndjson")
    assert isinstance(empty, ExtractError)
