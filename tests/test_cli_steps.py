"""The step commands keep their contract: JSON Lines in and out, one clear line for what is wrong, exit code 2 then."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

OCTAVO = [str(Path(sys.executable).with_name("octavo"))]

ARTICLE = {
    "id": "a1",
    "headline": "Dam breaks above Halm",
    "text": 'The dam above Halm broke on Monday. "It was old," Mayor Ada Brill said. The Post reported it first.',
    "published": "2026-03-09",
    "publisher": "The Echo",
}


@pytest.fixture(autouse=True)
def _model(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_MODELS", str(models_folder))


def octavo(*args: str | Path, given: str = "") -> tuple[list[Any], list[str], int]:
    """Run a command: the JSON lines it answers with, its lines on standard error, its exit code."""
    done = subprocess.run([*OCTAVO, *map(str, args)], input=given, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.splitlines(), done.returncode


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_quotes_gives_spans_into_the_text() -> None:
    (row,), said, code = octavo("quotes", given=lines(ARTICLE))
    assert (said, code) == ([], 0)
    assert set(row) == {"id", "quotes", "credits"}
    quote = next(quote for quote in row["quotes"] if quote["kind"] == "direct")
    assert set(quote) == {"speaker", "cue", "content", "kind", "name", "office", "speaker_kind"}
    ((start, end),) = quote["content"]
    assert ARTICLE["text"][start:end].strip('"') == "It was old,"
    assert quote["name"] == "Ada Brill"
    assert all(set(credit) == {"source", "cue", "kind", "name"} for credit in row["credits"])


def test_brief_is_verbatim() -> None:
    given = {
        "story": "s1",
        "articles": [ARTICLE, {**ARTICLE, "id": "a2", "publisher": "The Post", "text": "A dam near Halm has broken and nobody was hurt."}],
    }
    (row,), said, code = octavo("brief", "--sentences", "2", given=lines(given))
    assert (said, code) == ([], 0)
    assert row["story"] == "s1"
    texts = {article["id"]: article["text"] for article in given["articles"]}
    assert 1 <= len(row["sentences"]) <= 2
    for sentence in row["sentences"]:
        assert texts[sentence["article"]][sentence["start"] : sentence["end"]] == sentence["text"]


def test_timeline_keeps_to_the_number_of_dates() -> None:
    articles = [
        {"id": str(day), "published": f"2026-03-0{day}", "text": f"On this day number {day} the talks went on in Halm."}
        for day in range(1, 6)
    ]
    rows, said, code = octavo(
        "timeline", given=lines({"topic": "t", "dates": 2, "articles": articles}, {"topic": "u", "articles": articles})
    )
    assert (said, code) == ([], 0)
    assert [len(row["timeline"]) for row in rows] == [2, 5]
    assert rows[0]["timeline"] == sorted(rows[0]["timeline"], key=lambda entry: entry["date"])
    assert set(rows[0]["timeline"][0]) == {"date", "text", "sources"}


def test_group_answers_for_every_article_with_the_fields_of_the_contract() -> None:
    given = [
        ARTICLE,
        {"id": 2, "headline": "Dam above Halm breaks, town flooded", "publisher": "The Post", "published": "2026-03-09", "language": None},
        {"id": "a3", "headline": "Central bank of Lorvia leaves its rate at two per cent", "published": "2026-03-08"},
        {"id": "a4", "text": ARTICLE["text"], "publisher": "The Post"},
    ]
    rows, said, code = octavo("group", given=lines(*given))
    assert (said, code) == ([], 0)
    assert [row["id"] for row in rows] == ["a1", "2", "a3", "a4"]
    assert all(set(row) == {"id", "story", "thread", "copy_of"} for row in rows)
    assert rows[3]["copy_of"] == "a1"
    assert rows[2]["story"] != rows[0]["story"] == rows[3]["story"]


def test_group_follow_prints_each_decision_with_its_reasons() -> None:
    rows, _, code = octavo("group", "--follow", given=lines(ARTICLE, {**ARTICLE, "id": "a2", "publisher": "The Post"}))
    assert code == 0
    assert [(row["kind"], row["article"]) for row in rows] == [("open", "a1"), ("copy", "a2")]
    assert all(row["reasons"] for row in rows)


def test_extract_names_its_articles_after_the_files(tmp_path: Path) -> None:
    page = (
        "<html><body><article><h1>{0}</h1>"
        + "<p>The dam above Halm broke on Monday and the old town was flooded for two days.</p>" * 4
        + "</article></body></html>"
    )
    (tmp_path / "north").mkdir()
    (tmp_path / "south").mkdir()
    (tmp_path / "north" / "one.html").write_text(page.format("Dam above Halm breaks in the night"))
    with gzip.open(tmp_path / "south" / "one.html.gz", "wt") as packed:
        packed.write(page.format("Old town of Halm is flooded"))
    (tmp_path / "south" / "two.html").write_text(page.format("Halm counts the cost of the flood"))
    rows, said, code = octavo("extract", tmp_path / "north", tmp_path / "south")
    assert (said, code) == ([], 0)
    assert [row["id"] for row in rows] == ["north/one", "south/one", "two"]
    assert set(rows[0]) == {
        "id", "url", "headline", "text", "published", "modified", "authors", "publisher", "language", "image", "section", "signals",
        "keywords", "dateline", "free", "live", "notes", "enclosures", "aggregator", "agency",
    }  # fmt: skip
    assert rows[0]["headline"] == "Dam above Halm breaks in the night"
    assert rows[0]["published"] is None


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    page = "<html><body><article><h1>Dam above Halm breaks</h1>" + "<p>The dam above Halm broke on Monday and the town was flooded.</p>" * 4
    for name in ("a/s/one.html", "a/s/one.htm", "b/s/one.html", "b/s/two.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(page)
    (tmp_path / "b" / "s" / "hollow.html").write_text("<html><body></body></html>")
    rows, said, code = octavo("extract", tmp_path)
    assert [row["id"] for row in rows] == [
        str(tmp_path / "a/s/one.htm"),
        str(tmp_path / "a/s/one.html"),
        str(tmp_path / "b/s/one.html"),
        "two",
    ]
    assert [line.split(": ")[1] for line in said] == [str(tmp_path / "b/s/hollow.html")]
    assert code == 2


def test_a_brief_is_in_the_language_asked_for() -> None:
    german = {
        **ARTICLE,
        "id": "a2",
        "publisher": "Die Post",
        "language": "de",
        "text": "Ein Damm bei Halm ist gebrochen, verletzt wurde niemand.",
    }
    given = lines({"story": "s1", "articles": [ARTICLE, german]})
    for language, source in (("en", "a1"), ("de", "a2")):
        (row,), said, code = octavo("brief", "--language", language, given=given)
        assert (said, code) == ([], 0)
        assert {sentence["article"] for sentence in row["sentences"]} == {source}


def test_half_a_character_stops_nothing(tmp_path: Path) -> None:
    text = "The dam above Halm broke on Monday \ud83d and the old town was flooded, mayor Ada Brill said."
    rows, said, code = octavo("group", given=lines({**ARTICLE, "id": "a\ud83d", "text": text}))
    assert ([row["id"] for row in rows], said, code) == (["a\ufffd"], [], 0)
    rows, said, code = octavo("quotes", given=lines({**ARTICLE, "text": text}))
    assert ([row["id"] for row in rows], said, code) == (["a1"], [], 0)
    story = {"story": "s\ud83d", "articles": [{**ARTICLE, "text": text}]}
    (row,), said, code = octavo("brief", given=lines(story))
    assert (row["sentences"][0]["text"], said, code) == (text.replace("\ud83d", "\ufffd"), [], 0)
    ld = json.dumps({"@type": "NewsArticle", "headline": "Dam above Halm breaks", "author": {"name": "Ada \ud83d"}})
    body = "<p>The dam above Halm broke on Monday and the old town was flooded for two days.</p>" * 4
    (tmp_path / "cut.html").write_text(f'<script type="application/ld+json">{ld}</script><article><h1>Dam breaks</h1>{body}</article>')
    rows, said, code = octavo("extract", tmp_path)
    assert ([row["id"] for row in rows], said, code) == (["cut"], [], 0)


def test_the_same_stream_gives_the_same_ids_dated_or_not() -> None:
    undated = {"id": "a1", "headline": "Dam breaks above Halm"}
    for stream in (lines(undated), lines(undated, {**undated, "id": "a2", "published": "1950-01-01"})):
        first, again = octavo("group", given=stream), octavo("group", given=stream)
        assert first == again
        assert first[2] == 0


@pytest.mark.parametrize("dates", [0, -1, 2.5, True, "3"])
def test_a_number_of_dates_that_is_none_is_named(dates: object) -> None:
    rows, said, code = octavo("timeline", given=lines({"topic": "t", "dates": dates, "articles": [ARTICLE]}))
    assert (rows, code) == ([], 2)
    assert '"dates"' in said[0]


def test_a_date_with_blanks_around_it_is_a_date() -> None:
    (row,), said, code = octavo("timeline", given=lines({"topic": "t", "articles": [{**ARTICLE, "published": " 2026-03-09 "}]}))
    assert ([entry["date"] for entry in row["timeline"]], said, code) == (["2026-03-09"], [], 0)


@pytest.mark.parametrize("command", ["quotes", "group", "brief", "timeline"])
def test_a_broken_line_is_named_and_the_rest_goes_on(command: str, tmp_path: Path) -> None:
    good = {"story": "s", "topic": "t", "articles": [ARTICLE], **ARTICLE}
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": \n' + lines(good) + "[1]\n" + lines({"id": "x"}))
    rows, said, code = octavo(command, file)
    assert len(rows) == 1
    assert code == 2
    assert [line.split(": ")[1] for line in said] == [f"{file}:1", f"{file}:3", f"{file}:4"]


@pytest.mark.parametrize("command", ["quotes", "group", "brief", "timeline", "extract", "read"])
def test_a_missing_and_an_empty_file_are_named(command: str, tmp_path: Path) -> None:
    empty = tmp_path / "hollow.txt"
    empty.touch()
    done = subprocess.run(
        [*OCTAVO, command, str(tmp_path / "nowhere"), str(empty)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert sum("nowhere" in line for line in done.stderr.splitlines()) == 1
    assert sum("hollow.txt" in line for line in done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("extract", "--captured-at", "yesterday", "x.txt"), "yesterday"),
        (("extract", "--url", "https://a.example/", "x.txt", "y.txt"), "--url"),
        (("brief", "--sentences", "0"), "--sentences"),
        (("group", "--weights", "nowhere.toml"), "nowhere.toml"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_options_are_one_clear_line_and_exit_code_2(args: tuple[str, ...], named: str) -> None:
    _, said, code = octavo(*args)
    assert code == 2
    assert named in said[-1]


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        ("sources", "OCTAVO_ALLOW", "intranet:8080"),
        ("sources", "OCTAVO_PORT", "http"),
        ("sources", "OCTAVO_DATA", "/dev/null/octavo"),
        ("quotes", "OCTAVO_PUBLISHERS", "/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(command: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    _, said, code = octavo(command, given=lines(ARTICLE))
    assert (len(said), code) == (1, 2)
    assert variable in said[0]


def test_a_faulty_declaration_of_an_outlet_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "echo.toml").write_text("name = ")
    monkeypatch.setenv("OCTAVO_PUBLISHERS", str(tmp_path))
    for command in ("extract", "sources"):
        _, said, code = octavo(command, *([tmp_path] if command == "extract" else []))
        assert (len(said), code) == (1, 2)
        assert "echo.toml" in said[0]


def test_an_undated_future_or_nonsense_date_is_no_reason_to_fail() -> None:
    rows, said, code = octavo("group", given=lines({**ARTICLE, "published": "soon"}, {**ARTICLE, "id": "a2", "published": "2999-01-01"}))
    assert [row["id"] for row in rows] == ["a1", "a2"]
    assert [line for line in said if "soon" not in line] == []
    assert code == 2


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'aiohttp', 'trafilatura', 'sqlalchemy', 'fastapi', 'onnxruntime', 'dateparser', 'rich'}"
    code = f"import sys; sys.argv = ['octavo', '--help']\nfrom octavo.cli import main\ntry: main()\nexcept SystemExit: pass\nprint('heavy:', sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.rstrip().endswith("heavy: []")
    assert "timeline" in done.stdout
