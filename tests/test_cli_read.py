"""`octavo read`: from saved captures to stories in one go, on captures of our own making."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

OCTAVO = str(Path(sys.executable).with_name("octavo"))
SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "read.schema.json").read_text("utf-8"))

AGGREGATOR = """logo
Dam above Halm breaks, old town under water

Dam above Halm breaks, old town under water

Aske Post14-03-2026
The dam above Halm broke early on Saturday and the river Aske flooded the old town within an hour.
Four hundred people left their homes, the fire brigade said. Nobody was hurt, according to the district office.
Mayor Ada Brill said the dam had been inspected in autumn. "We were told that it would hold for another ten years," she told reporters.
Soldiers are to bring sandbags from the coast by the evening, and schools in the whole district stay shut until Wednesday.
Try Our AI Features

Explore what Newsbird AI can do for you:

Comments

No comments yet...

Related Articles

Halm mayor knew of cracks in the dam, engineer says
Halm mayor knew of cracks in the dam, engineer says

Coast Courier

timea day ago

  • Coast Courier

Halm mayor knew of cracks in the dam, engineer says

The town hall of Halm was warned of cracks in the dam above the town in October, the engineer who inspected it said on Sunday. Ruben Tal told the Coast Courier that he had sent mayor Ada Brill two letters about the dam and received no answer. "I asked them to lower the lake before the winter," Tal said. The river Aske flooded the old town of Halm on Saturday after the dam had broken. A spokesman for the mayor did not answer questions.

Central bank of Lorvia keeps its rate for the fifth time
Central bank of Lorvia keeps its rate for the fifth time

Aske Post

time3 days ago

  • Aske Post

Central bank of Lorvia keeps its rate for the fifth time

The central bank of Lorvia left its key rate at two per cent on Friday, as most economists had expected. Inflation is likely to fall below the target by the summer, governor Ilse Marant said. The krone hardly moved. Two members of the board had voted for a cut, the bank said in a statement. Banks in Port Aldous expect the first cut in June, when the new forecast for wages is out, but the governor would not name a month.

DOWNLOAD THE APP

Get Started Now: Download the App

Download Newsbird app today from your preferred app store and start exploring.
app-storeplay-store
"""


@pytest.fixture
def capture(tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OCTAVO_MODELS", str(models_folder))
    file = tmp_path / "page.txt"
    file.write_text(AGGREGATOR, "utf-8")
    return file


def read(*args: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([OCTAVO, "read", *map(str, args)], capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def read_json(*args: str | Path) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    done = read("--json", *args)
    answer: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(answer, SCHEMA)
    return answer, done


def test_the_articles_of_a_capture_become_stories_with_dates_and_evidence(capture: Path) -> None:
    answer, done = read_json(capture, "--captured-at", "2026-03-16")
    assert (done.returncode, done.stderr) == (0, "")
    articles = {a["headline"]: a for story in answer["stories"] for a in story["articles"]}
    assert {headline: (a["publisher"], a["published"]) for headline, a in articles.items()} == {
        "Dam above Halm breaks, old town under water": ("Aske Post", "2026-03-14"),
        "Halm mayor knew of cracks in the dam, engineer says": ("Coast Courier", "2026-03-15"),
        "Central bank of Lorvia keeps its rate for the fifth time": ("Aske Post", "2026-03-13"),
    }
    for article in articles.values():
        for box in ("logo", "AI Features", "Comments", "app", "Related Articles", "time"):
            assert not re.search(rf"\b{box}\b", article["text"]), (box, article["text"])
        assert article["headline"] not in article["text"]
    texts = {a["id"]: a["text"] for a in articles.values()}
    for story in answer["stories"]:
        assert story["brief"]
        for sentence in story["brief"]:
            assert texts[sentence["article"]][sentence["start"] : sentence["end"]] == sentence["text"]
    names = {quote["name"] for story in answer["stories"] for quote in story["quotes"]}
    assert {"Ada Brill", "Ruben Tal"} <= names


def test_what_belongs_together_stands_together_and_the_rest_does_not(capture: Path) -> None:
    answer, _ = read_json(capture, "--captured-at", "page.txt=2026-03-16")
    home = {a["headline"].split()[0]: story["id"] for story in answer["stories"] for a in story["articles"]}
    threads = [set(thread["stories"]) for thread in answer["threads"]]
    dam, mayor, bank = home["Dam"], home["Halm"], home["Central"]
    assert dam == mayor or any({dam, mayor} <= thread for thread in threads)
    assert bank not in (dam, mayor)
    assert not any(bank in thread for thread in threads)


def test_without_a_capture_date_relative_dates_stay_unknown(capture: Path) -> None:
    answer, _ = read_json(capture)
    dates = [a["published"] for story in answer["stories"] for a in story["articles"]]
    assert sorted(dates, key=str) == ["2026-03-14", None, None]


def test_a_date_after_the_capture_is_refused(capture: Path) -> None:
    answer, _ = read_json(capture, "--captured-at", "2026-03-10")
    assert "2026-03-14" not in [a["published"] for story in answer["stories"] for a in story["articles"]]


def test_the_printed_stories_name_outlets_dates_sources_and_speakers(capture: Path) -> None:
    done = read(capture, "--captured-at", "2026-03-16")
    assert done.returncode == 0
    for shown in ("Aske Post", "Coast Courier", "2026-03-15", "Quoted: ", "Ada Brill", "[1]"):
        assert shown in done.stdout


def test_what_cannot_be_read_is_named_and_the_rest_is_read(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    answer, done = read_json(tmp_path)
    assert len([a for story in answer["stories"] for a in story["articles"]]) == 3
    assert done.returncode == 2
    assert sum("picture.jpg" in line for line in done.stderr.splitlines()) == 1
    assert sum("empty.html" in line for line in done.stderr.splitlines()) == 1


def test_a_text_cannot_steer_the_terminal(capture: Path) -> None:
    capture.write_text(AGGREGATOR.replace("broke early", "broke \x1b[2J early"), "utf-8")
    done = read(capture)
    assert "broke" in done.stdout
    assert "\x1b" not in done.stdout


def test_nothing_is_kept(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_DATA", str(tmp_path / "data"))
    read(capture)
    assert not (tmp_path / "data").exists()
