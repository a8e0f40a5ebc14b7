"""`octavo search`: what is found as lines and as JSON, the index made anew, and one line for what cannot be meant."""

from __future__ import annotations

import json

import pytest

from commands import Run, runner
from octavo.desk import Desk
from octavo.settings import load_settings
from octavo.store import Store
from store_samples import article, article_id
from test_searching import Meaning, read


@pytest.fixture
def octavo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Desk, "embedder", Meaning())
    with Store.open(load_settings().database_address) as store:
        read(
            store,
            article("yard", text="The yard of Halm is shut. Nobody works there.", headline="Yard shut"),
            article("tower", text="The tower \x1b[31mof Skerry stands.", headline="Tower stands"),
        )

    return runner(capsys, monkeypatch, "search")


def test_hits_are_printed_with_their_sentence(octavo: Run) -> None:
    out, err, code = octavo("works", "shut")
    assert out == [f"{article_id('yard')}  Yard shut", "    The Gull · 2031-05-04T09:30+02:00", "    The yard of Halm is shut."]
    assert err == ["octavo: 1 found"]
    assert code == 0


def test_json_says_where_the_finds_stand(octavo: Run) -> None:
    out, err, code = octavo("--json", "--articles", "yard")
    row = json.loads(out[0])
    assert (row["article"], row["story"], row["language"], row["near"]) == (article_id("yard"), None, "en", False)
    assert [row["passage"][start:end] for start, end in row["found"]] == ["yard"]
    assert (err, code) == ([], 0)


def test_pages_go_on_after_the_last_result(octavo: Run) -> None:
    first, err, _ = octavo("--limit", "1", "the")
    assert err == [f"octavo: 2 found; go on with --after {first[0].split()[0]}"]
    second, err, code = octavo("--limit", "1", "the", "--after", first[0].split()[0])
    assert second[0] != first[0]
    assert (err, code) == (["octavo: 2 found"], 0)


def test_what_a_text_holds_cannot_steer_the_terminal(octavo: Run) -> None:
    out, _, _ = octavo("skerry")
    assert "\x1b" not in "".join(out)


def test_the_index_is_made_anew(octavo: Run) -> None:
    with Store.open(load_settings().database_address) as store:
        store.forget_search()
    assert octavo("--rebuild") == ([], ["octavo: the index was made anew"], 0)
    assert octavo("tower")[1] == ["octavo: 1 found"]


def test_an_excluded_word_stands_after_two_hyphens(octavo: Run) -> None:
    assert octavo("--", "the", "-tower")[0][0].endswith("Yard shut")


@pytest.mark.parametrize(
    ("args", "said"), [((), "nothing to look for"), (("after:soon",), "no date"), (("yard", "--after", "x"), "changed")]
)
def test_what_cannot_be_meant_is_one_line_and_code_two(octavo: Run, args: tuple[str, ...], said: str) -> None:
    out, err, code = octavo(*args)
    assert (out, len(err), code) == ([], 1, 2)
    assert said in err[0]
