"""`octavo stories`: the history of a story is told in order, wishes are obeyed, and what is not there is named."""

from __future__ import annotations

import json

import pytest

from commands import Run, runner
from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Deed, Wish
from octavo.settings import Settings, load_settings
from octavo.store import Store
from restarts import START, put, rounds
from store_samples import article_id, later, put_many

K = DecisionKind


@pytest.fixture
def octavo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def kept() -> Store:
    return Store.open(load_settings().database_address)


def told() -> None:
    """Three articles: two stories that are merged, and one article that a person takes out again."""
    with kept() as store:
        one, two, three = put_many(store, ["one", "two", "three"])
        store.record_decisions([Decision(K.OPEN, "S1", one, reasons=("no live article is near",))], later(0))
        store.record_decisions([Decision(K.OPEN, "S2", two)], later(1))
        store.record_decisions([Decision(K.JOIN, "S2", three, score=0.8125, reasons=("vector 0.71", "40 minutes apart"))], later(2))
        store.record_decisions([Decision(K.REVIEW, ""), Decision(K.MERGE, "S1", other="S2", score=0.97)], later(3))
        wish = [Decision(K.PART, "S1", three, other=one), Decision(K.SPLIT, "S3", three, other="S1")]
        store.record_decisions(wish, later(4))


def test_why_tells_each_decision_with_score_and_reasons_in_order(octavo: Run) -> None:
    told()
    one, three = article_id("one"), article_id("three")
    lines, said, code = octavo("stories", "why", "S2")
    assert (said, code) == ([], 0)
    assert lines == [
        f"2031-05-04 12:01 UTC  {article_id('two')} “News of the two” opens story S2",
        f"2031-05-04 12:02 UTC  {three} “News of the three” joins story S2 (0.81)",
        "    vector 0.71",
        "    40 minutes apart",
        "2031-05-04 12:03 UTC  story S1 takes in story S2 (0.97)",
    ]
    assert octavo("stories", "why", "S1")[0][2:] == [
        "2031-05-04 12:03 UTC  story S1 takes in story S2 (0.97)",
        f"2031-05-04 12:04 UTC  a person: {three} “News of the three” does not belong together with {one} “News of the one”",
        f"2031-05-04 12:04 UTC  {three} “News of the three” leaves story S1 and opens story S3",
    ]


def apart() -> tuple[str, str, dict[str, str]]:
    """Two articles that stand in different stories, and all articles with their stories."""
    with Desk(Settings(), kept()) as desk:
        put(desk.store, rounds()[0], "first")
        desk.group(START)
        homes = desk.store.stories_of([article.id for article, _ in rounds()[0]])
    a = next(iter(homes))
    return a, next(other for other, story in homes.items() if story != homes[a]), homes


def test_why_gives_json_lines(octavo: Run) -> None:
    told()
    rows = [json.loads(line) for line in octavo("stories", "why", "--json", "S2")[0]]
    assert [row["kind"] for row in rows] == ["open", "join", "merge"]
    assert rows[1] == {
        "at": "2031-05-04T12:02:00+00:00",
        "kind": "join",
        "article": article_id("three"),
        "story": "S2",
        "other": None,
        "score": 0.8125,
        "reasons": ["vector 0.71", "40 minutes apart"],
    }


@pytest.mark.parametrize("args", [("why", "S9"), ("link", "none", "nothing"), ("part", "none", "nothing")])
def test_what_is_not_there_is_named_in_one_line(octavo: Run, args: tuple[str, ...]) -> None:
    told()
    lines, said, code = octavo("stories", *args)
    assert (lines, code) == ([], 2)
    (line,) = said
    assert args[1] in line


def test_a_person_links_and_parts(octavo: Run) -> None:
    a, b, _ = apart()
    lines, said, code = octavo("stories", "link", a, b)
    assert (said, code) == ([], 0)
    assert f"a person: {a}" in lines[0]
    assert any("takes in story" in line for line in lines)
    with kept() as store:
        assert len(set(store.stories_of([a, b]).values())) == 1
    rows = [json.loads(line) for line in octavo("stories", "part", "--json", a, b)[0]]
    assert (rows[0]["kind"], rows[0]["article"], rows[0]["other"]) == ("part", a, b)
    with kept() as store:
        assert len(set(store.stories_of([a, b]).values())) == 2


def test_a_headline_cannot_steer_the_terminal(octavo: Run) -> None:
    with kept() as store:
        (id,) = put_many(store, ["\x1b[2Jharbour"])
        store.record_decisions([Decision(K.OPEN, "S1", id)], later(0))
    assert "\x1b" not in "".join(octavo("stories", "why", "S1")[0])


def test_what_a_person_says_in_the_shell_stands_in_the_editors_log_and_can_be_taken_back(octavo: Run) -> None:
    a, b, before = apart()
    assert octavo("stories", "link", a, b)[2] == 0
    with Desk(Settings(), kept()) as desk:
        owner = desk.store.owner().id
        (line,) = desk.store.repairs(10)
        assert (line.deed, line.story, line.editor, line.wished) == (Deed.MERGE, before[a], owner, (Wish(K.LINK, *sorted((a, b))),))
        assert line.number
        desk.undo(line.number, owner, START)
        assert desk.store.stories_of(list(before)) == before
    assert octavo("stories", "part", a, b)[2] == 0
    with kept() as store:
        assert store.repairs(1)[0].deed is Deed.APART
