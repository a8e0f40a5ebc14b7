"""The page of repair: every deed by its form, the log and the way back, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Story
from octavo.settings import Settings
from octavo.store import Instance
from store_samples import NOW, put_many

K = DecisionKind


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two stories, of four articles (one of them a copy) and of two."""
    with Desk.open(Settings(data=tmp_path)) as opened:
        for names in (("one", "two", "three", "four"), ("x", "y")):
            ids = put_many(opened.store, names)
            story = f"S{names[0]}"
            for number, id in enumerate(ids):
                kind = K.COPY if names[number] == "two" else K.JOIN if number else K.OPEN
                decision = Decision(kind, story, id, other=ids[0] if kind is K.COPY else None, reasons=("vector 0.71",))
                opened.store.record_decisions([decision], NOW, id)
        opened.compose(NOW)
        yield opened


def story(desk: Desk, id: str) -> Story:
    found = desk.store.story(desk.store.resolve(id) or id)
    assert found
    return found


def do(client: TestClient, story: str, **fields: str | list[str]) -> str:
    answer = client.post(f"/stories/{story}/repair", data=fields, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200, answer.text
    assert "Done." in answer.text
    return answer.text


def test_the_page_shows_articles_with_copies_and_reasons(desk: Desk, client: TestClient) -> None:
    shown = client.get("/stories/Sone/repair").text
    for id in story(desk, "Sone").articles:
        assert f'value="{id}"' in shown
    assert "copy of The Gull" in shown
    assert "vector 0.71" in shown


def test_articles_are_taken_out_and_put_back(desk: Desk, client: TestClient) -> None:
    one, two, three, four = story(desk, "Sone").articles
    shown = do(client, "Sone", deed="apart", article=[three, four])
    assert story(desk, "Sone").articles == (one, two)
    assert len(set(desk.store.stories_of([three, four]).values())) == 2
    assert "articles taken out" in shown
    number = desk.store.repairs(1)[0].number
    back = client.post(f"/repairs/{number}/undo", headers={"sec-fetch-site": "same-origin"})
    assert "taken back" in back.text
    assert story(desk, "Sone").articles == (one, two, three, four)
    assert client.post(f"/repairs/{number}/undo", headers={"sec-fetch-site": "same-origin"}).status_code == 400


def test_articles_become_a_story_or_go_to_another(desk: Desk, client: TestClient) -> None:
    one, _, three, four = story(desk, "Sone").articles
    do(client, "Sone", deed="split", article=[three, four])
    assert len(set(desk.store.stories_of([three, four]).values())) == 1
    x, y = story(desk, "Sx").articles
    do(client, "Sx", deed="move", article=[y], other="Sone")
    assert desk.store.stories_of([y, one]) == {y: "Sone", one: "Sone"}
    assert story(desk, "Sx").articles == (x,)


def test_two_stories_are_merged_by_an_address(desk: Desk, client: TestClient) -> None:
    do(client, "Sx", deed="merge", address="http://127.0.0.1:8710/stories/Sone?all#voices")
    assert story(desk, "Sx").id == story(desk, "Sone").id
    assert len(story(desk, "Sx").articles) == 6


def test_the_way_to_a_story_that_took_another_in_holds_until_that_is_taken_back(desk: Desk, client: TestClient) -> None:
    """A browser keeps no such way as a permanent one."""
    desk.store.set_instance(Instance(comments=True))
    do(client, "Sx", deed="merge", other="Sone")
    into = story(desk, "Sx").id
    (gone,) = {"Sx", "Sone"} - {into}
    for page in ("", "/comments"):
        answer = client.get(f"/stories/{gone}{page}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/stories/{into}{page}")
    number = desk.store.repairs(1)[0].number
    client.post(f"/repairs/{number}/undo", headers={"sec-fetch-site": "same-origin"})
    assert client.get(f"/stories/{gone}", follow_redirects=False).status_code == 200


def test_a_title_is_given_and_taken_away(desk: Desk, client: TestClient) -> None:
    do(client, "Sone", deed="rename", title="  The <harbour>\n strike ")
    assert story(desk, "Sone").headline == "The <harbour> strike"
    assert "The &lt;harbour&gt; strike" in client.get("/stories/Sone").text
    assert "The &lt;harbour&gt; strike" in client.get("/repairs").text
    do(client, "Sone", deed="rename", title="")
    assert story(desk, "Sone").headline != "The <harbour> strike"
    assert len(desk.store.repairs(9)) == 2
    do(client, "Sone", deed="rename", title="")  # which changes nothing
    assert len(desk.store.repairs(9)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"deed": "burn"},
        {"deed": "apart"},
        {"deed": "apart", "article": "none"},
        {"deed": "merge"},
        {"deed": "merge", "other": "Snone"},
        {"deed": "merge", "other": "Sone"},
        {"deed": "merge", "address": "https://elsewhere.example/a b"},
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(desk: Desk, client: TestClient, fields: dict[str, str]) -> None:
    before = desk.store.counts()
    answer = client.post("/stories/Sone/repair", data=fields, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 400
    assert desk.store.counts() == before
    assert not desk.store.repairs(1)


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/stories/Snone/repair").status_code == 404
    assert client.get("/repairs?before=x").status_code == 404
    assert client.post("/repairs/77/undo", headers={"sec-fetch-site": "same-origin"}).status_code == 400
    assert client.post("/stories/Sone/repair", data={"deed": "split"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
