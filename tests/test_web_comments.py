"""Comments: off by default, threaded, sanitised, each reader's own to change, reported and judged, limited in number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Reader, Role
from octavo.settings import Settings
from octavo.store import Comment, Instance, Standing, Store
from octavo.store.tables_people import readers
from octavo.web.comments import LISTED, tree
from octavo.web.markdown import rendered
from store_samples import NOW, later, put_many

K = DecisionKind
OWN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        stories(opened.store)
        yield opened


def stories(store: Store) -> None:
    for number, id in enumerate(put_many(store, ["one", "two"])):
        store.record_decisions([Decision(K.OPEN, f"S{number}", id)], NOW, id)


@pytest.fixture
def opened(desk: Desk, client: TestClient) -> TestClient:
    """A client for whose owner comments are open on the instance and on story S0."""
    desk.store.set_instance(Instance(comments=True))
    assert client.post("/stories/S0/comments/open", data={"open": ""}, headers=OWN).status_code == 200
    return client


def write(client: TestClient, text: str, parent: str = "", status: int = 200) -> str:
    answer = client.post("/stories/S0/comments", data={"text": text, "parent": parent}, headers=OWN)
    assert answer.status_code == status, answer.text
    return answer.text


def test_comments_are_off_until_the_instance_and_the_story_have_them(desk: Desk, client: TestClient) -> None:
    assert client.get("/stories/S0/comments").status_code == 404
    assert client.post("/stories/S0/comments/open", data={"open": ""}, headers=OWN).status_code == 404
    desk.store.set_instance(Instance(comments=True))
    write(client, "Nobody may speak yet.", status=403)
    client.post("/stories/S0/comments/open", data={"open": ""}, headers=OWN)
    assert "Now one may." in write(client, "Now one may.")
    assert desk.store.comment_count("S0") == 1
    assert desk.store.comment_count("S1") is None
    shown = client.post("/stories/S0/comments/open", data={"close": ""}, headers=OWN).text
    assert "Now one may." in shown
    write(client, "Too late.", status=403)


def test_what_is_typed_is_plain_markdown_and_nothing_else(opened: TestClient) -> None:
    shown = write(
        opened,
        "*Well* said <script>alert(1)</script> [here](https://gull.example/a?utm_source=x&id=7) [there](javascript:alert(2))"
        " ![pic](https://gull.example/p.png) <img src=x onerror=alert(3)>\n\n# loud\n\n> quoted",
    )
    said = shown.split('<div class="said"')[1].split("</div>")[0]
    assert "<em>Well</em>" in said
    assert 'href="https://gull.example/a?id=7" rel="nofollow noopener noreferrer ugc"' in said
    assert "<blockquote>" in said
    for tag in ("<script", "<img", "<h1", 'href="javascript'):
        assert tag not in said


@pytest.mark.parametrize("text", ["[" * 5000, "> " * 2500, "*a" * 2500, "- " * 2500, "`" * 5000, "&#x202e;" * 600])
def test_strange_markdown_stays_bounded_and_clean(text: str) -> None:
    assert len(rendered(text)) < 400_000


def test_answers_stand_under_what_they_answer(desk: Desk, opened: TestClient) -> None:
    write(opened, "First.")
    (first,) = desk.store.comments("S0", 9)
    shown = write(opened, "Answer.", first.id)
    assert shown.index("First.") < shown.index("Answer.")
    answer = desk.store.comments("S0", 9)[1]
    assert (answer.parent, answer.name) == (first.id, desk.store.owner().name)
    write(opened, "To nothing.", "01NOSUCHCOMMENT", status=400)
    opened.post(f"/comments/{first.id}", data={"deed": "delete"}, headers=OWN)
    shown = opened.get("/stories/S0/comments").text
    assert "First." not in shown
    assert "deleted by its writer" in shown
    assert "Answer." in shown
    opened.post(f"/comments/{answer.id}", data={"deed": "delete"}, headers=OWN)
    assert "deleted by its writer" not in opened.get("/stories/S0/comments").text  # nothing of the two is left to stand
    assert desk.store.comment(first.id).text == ""  # type: ignore[union-attr]


def test_a_writer_edits_and_it_is_said(desk: Desk, opened: TestClient) -> None:
    write(opened, "Teh harbour.")
    (one,) = desk.store.comments("S0", 9)
    shown = opened.post(f"/comments/{one.id}", data={"deed": "edit", "text": "The harbour."}, headers=OWN).text
    assert "The harbour." in shown
    assert "edited" in shown
    assert opened.post(f"/comments/{one.id}", data={"deed": "edit", "text": " "}, headers=OWN).status_code == 400
    assert opened.post(f"/comments/{one.id}", data={"deed": "edit", "text": "x" * 5001}, headers=OWN).status_code == 400


def test_another_reader_may_report_and_not_change(desk: Desk, opened: TestClient) -> None:
    other = desk.store.add_comment("S0", another(desk.store), None, "Rude words.", Standing.SHOWN, NOW)
    for deed, status in (("edit", 403), ("delete", 403), ("burn", 403), ("report", 200), ("report", 200)):
        assert opened.post(f"/comments/{other}", data={"deed": deed, "text": "Mine now."}, headers=OWN).status_code == status
    (queued,) = desk.store.comments_to_judge(9)
    assert (queued.text, queued.reports) == ("Rude words.", 1)
    assert "Rude words." in opened.get("/comments/queue").text
    opened.post(f"/comments/{other}", data={"deed": "hide", "back": "queue"}, headers=OWN)
    assert not desk.store.comments_to_judge(9)
    assert "hidden by an editor" in opened.get("/stories/S0/comments").text
    opened.post(f"/comments/{other}", data={"deed": "show"}, headers=OWN)
    assert desk.store.comment_count("S0") == 1


def another(store: Store) -> int:
    """A second reader."""
    with store.database.writing() as connection:
        added = connection.execute(insert(readers).values(name="Tove", role="reader", created_at=NOW).returning(readers.c.id))
        return int(added.scalar_one())


def test_who_sees_what() -> None:
    tove, ida, editor = (
        Reader(n, name, role, NOW) for n, name, role in ((1, "Tove", Role.READER), (2, "Ida", Role.READER), (3, "Ed", Role.EDITOR))
    )
    kinds = [Standing.SHOWN, Standing.WAITING, Standing.HIDDEN, Standing.DELETED]
    said = [Comment(kind.value, "S0", 1, "Tove", None, kind.value, kind, NOW, None, 0) for kind in kinds]
    readable = {reader.name: [one.comment.id for one in tree(said, reader) if one.html] for reader in (tove, ida, editor)}
    assert readable == {"Tove": ["shown", "waiting"], "Ida": ["shown"], "Ed": ["shown", "waiting", "hidden"]}


def test_comments_wait_where_the_owner_wants_it(desk: Desk, opened: TestClient) -> None:
    waiting = desk.store.add_comment("S0", another(desk.store), None, "May I?", Standing.WAITING, NOW)
    assert desk.store.comment_count("S0") == 0
    assert [one.id for one in desk.store.comments_to_judge(9)] == [waiting]
    opened.post(f"/comments/{waiting}", data={"deed": "show", "back": "queue"}, headers=OWN)
    assert desk.store.comment_count("S0") == 1


def test_a_reader_writes_only_so_much_in_a_while(opened: TestClient) -> None:
    for number in range(6):
        write(opened, f"Comment {number}")
    answer = opened.post("/stories/S0/comments", data={"text": "One more"}, headers=OWN)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_comments_go_with_a_story_that_is_merged(store: Store) -> None:
    stories(store)
    reader = store.owner().id
    first = store.add_comment("S1", reader, None, "On the second.", Standing.SHOWN, NOW)
    store.record_decisions([Decision(K.MERGE, "S0", other="S1")], later(1))
    store.open_comments("S0", opened=True)
    answer = store.add_comment("S0", reader, first, "Still there.", Standing.SHOWN, later(2))
    assert [one.id for one in store.comments("S0", 9)] == [first, answer]
    assert [one.id for one in store.comments("S0", 1)] == [answer]
    assert store.comment_count("S0") == 2
    assert store.add_comment("S0", reader, None, "Too many.", Standing.SHOWN, later(3), {timedelta(hours=1): 2}) == timedelta(hours=1)
    assert store.comment_count("S0") == 2


def test_comments_go_along_however_many_stories_take_in_one_another(store: Store) -> None:
    for number, id in enumerate(put_many(store, ["one", "two", "three"])):
        store.record_decisions([Decision(K.OPEN, f"S{number}", id)], NOW, id)
    first = store.add_comment("S0", store.owner().id, None, "On the first.", Standing.SHOWN, NOW)
    store.record_decisions([Decision(K.MERGE, "S1", other="S0")], later(1))
    store.record_decisions([Decision(K.MERGE, "S2", other="S1")], later(2))
    assert [one.id for one in store.comments("S2", 9)] == [first]


def test_a_long_chain_of_answers_is_shown(desk: Desk, opened: TestClient) -> None:
    last = None
    for number in range(LISTED):
        moment = NOW + timedelta(seconds=number)
        last = desk.store.add_comment("S0", desk.store.owner().id, last, f"Answer {number}.", Standing.SHOWN, moment)
    shown = opened.get("/stories/S0/comments")
    assert shown.status_code == 200
    assert [shown.text.count(f"<p>Answer {number}.</p>") for number in range(LISTED)] == [1] * LISTED
    assert shown.text.index("<p>Answer 9.</p>") < shown.text.index("<p>Answer 10.</p>")


def test_what_an_editor_hid_or_its_writer_deleted_does_not_come_back(store: Store) -> None:
    stories(store)
    hidden, deleted = (store.add_comment("S0", store.owner().id, None, "Words.", Standing.SHOWN, later(n)) for n in (1, 2))
    store.judge_comment(hidden, Standing.HIDDEN)
    store.edit_comment(hidden, "Again.", Standing.SHOWN, later(3))
    store.judge_comment(deleted, Standing.DELETED)
    store.judge_comment(deleted, Standing.SHOWN)
    assert [one.standing for one in store.comments("S0", 9)] == [Standing.HIDDEN, Standing.DELETED]
