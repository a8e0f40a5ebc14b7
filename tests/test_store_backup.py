"""Backups: of both databases, while others write, back into both; what is refused, and with which words; and what is not sound."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text, update
from starlette.testclient import TestClient

from octavo.cli import octavo
from octavo.desk import Desk
from octavo.errors import InputError, StoreError
from octavo.model import Brief, BriefSentence, Citation, Decision, DecisionKind, Deed, Extraction, Repair, Role, SourceKind
from octavo.settings import Settings
from octavo.store import MarkKind, Pass, Purpose, SearchEntry, Session, Store
from octavo.store.migrate import VERSION_TABLE
from octavo.store.tables import article_texts, cursors, memberships, metadata, stories
from octavo.web import create_app
from store_samples import NOW, article, capture, put, put_many

K = DecisionKind
NOT_COMPARED = {"restorations", "search_rows", "leases", "cursors"}


def rows(store: Store) -> dict[str, list[str]]:
    """Everything that is kept and not made from the rest."""
    with store.database.reading() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in NOT_COMPARED
        }


def fill(store: Store, *names: str) -> tuple[str, ...]:
    """Articles in two stories of which one took the other in, a mark, a brief, a source, a word in the index. Returns the articles' ids."""
    store.add_source(SourceKind.FEED, f"https://gull.example/{names[0]}", NOW, title="The Gull")
    one, two, *rest = put_many(store, names)
    for decision in (
        Decision(K.OPEN, f"S{one}", one),
        Decision(K.OPEN, f"S{two}", two),
        *(Decision(K.JOIN, f"S{one}", id) for id in rest),
        Decision(K.MERGE, f"S{one}", other=f"S{two}"),
    ):
        store.record_decisions([decision], NOW, decision.article)
    store.mark(store.owner().id, "article", one, MarkKind.SAVED, NOW)
    store.set_briefs([Brief(f"S{one}", (BriefSentence("At last", Citation(one, 5, 12, 1)),))])
    store.index([SearchEntry(one, "en", "harbour", "reopened", "", "", "", "", b"\0" * 768)])
    return one, two, *rest


def test_a_backup_is_put_back_into_either_database(store: Store, empty_address: str, tmp_path: Path) -> None:
    fill(store, "one", "two", "three")
    before, told = rows(store), list[float]()
    store.backup(tmp_path / "kept.sqlite", told.append)
    with Store.open(empty_address) as other:
        fill(other, "four", "five")
        assert other.heads([article("four").id])  # which is then known by heart
        other.restore(tmp_path / "kept.sqlite", NOW, told.append)
        assert rows(other) == before
        assert not other.heads([article("four").id])
        assert not list(other.faults())
        assert other.add_source(SourceKind.FEED, "https://tern.example/feed", NOW).id > max(one.id for one in store.sources())
        put(other, article("six"), capture_name="six", annotated=True)
    assert told
    assert all(0 <= share <= 1 for share in told)
    assert rows(store) == before


def test_a_backup_holds_one_moment_while_others_write(address: str, tmp_path: Path) -> None:
    stop = threading.Event()
    with Store.open(address) as store:
        fill(store, "one", "two")

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                put_two(store, number)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                least = store.counts()
                store.backup(tmp_path / f"kept{number}.sqlite")
                most = store.counts()
                with Store.open(f"sqlite:///{tmp_path / f'kept{number}.sqlite'}") as kept:
                    counts = kept.counts()
                    assert all(least[name] <= counts[name] <= most[name] for name in ("captures", "articles"))
                    assert counts["captures"] % 2 == 1  # one, and then two at a time
                    assert not list(kept.faults())
        finally:
            stop.set()
            writer.join()
        store.restore(tmp_path / "kept2.sqlite", NOW)
        assert {name: count for name, count in store.counts().items() if name != "waiting"} == {
            name: count for name, count in counts.items() if name != "waiting"
        }


def put_two(store: Store, number: int) -> None:
    store.add_captures([capture(f"gale {number}"), capture(f"calm {number}")])
    store.add_extraction(Extraction(capture(f"gale {number}").id, (article(f"gale {number}"),)), NOW)


def test_what_runs_goes_on_with_what_was_put_back(sqlite_address: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database=sqlite_address)
    with Desk.open(settings) as running, Store.open(sqlite_address) as other:
        assert not running.renew()
        one, *_ = fill(other, "one", "two")
        other.backup(tmp_path / "kept.sqlite")
        searcher = running.searcher
        four, *_ = fill(other, "four", "five")
        assert set(running.store.heads([one, four])) == {one, four}
        other.restore(tmp_path / "kept.sqlite", NOW)
        assert running.renew()
        assert not running.renew()
        assert set(running.store.heads([one, four])) == {one}
        assert running.searcher is not searcher
        running.group(NOW)  # with a grouper that knows this journal, not the other


def test_what_was_ended_or_used_since_a_backup_opens_nothing_again(store: Store, tmp_path: Path) -> None:
    reader, day = store.owner().id, timedelta(days=1)
    store.open_session(Session(b"token", reader, NOW, NOW, "Firefox"), day)
    store.add_pass(Pass(b"invitation", Purpose.INVITATION, NOW, NOW + day, role=Role.OWNER))
    store.backup(tmp_path / "kept.sqlite")
    assert (tmp_path / "kept.sqlite").stat().st_mode & 0o077 == 0
    store.end_sessions(reader)
    store.use_pass(b"invitation", Purpose.INVITATION, NOW)
    store.restore(tmp_path / "kept.sqlite", NOW)
    assert not store.sessions(reader, NOW - day)
    assert not store.passes(Purpose.INVITATION, NOW)


def test_what_cannot_be_written_or_read_is_said(store: Store, tmp_path: Path) -> None:
    taken, foreign, torn = tmp_path / "taken", tmp_path / "foreign", tmp_path / "torn"
    taken.write_text("mine")
    with pytest.raises(InputError, match=r"There is a file of that name. Choose another name"):
        store.backup(taken)
    assert taken.read_text() == "mine"
    with pytest.raises(InputError, match="It cannot be written"):
        store.backup(tmp_path / "nowhere" / "kept")
    with pytest.raises(InputError, match="It cannot be read"):
        store.restore(tmp_path / "nothing", NOW)
    with pytest.raises(StoreError, match="not an SQLite database"):
        store.restore(taken, NOW)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE birds (name)")
    with pytest.raises(StoreError, match="not Octavo's"):
        store.restore(foreign, NOW)
    store.backup(torn)
    torn.write_bytes(torn.read_bytes()[:-8192])
    with pytest.raises((InputError, StoreError)):
        store.restore(torn, NOW)
    assert store.generation() is None
    assert not list(tmp_path.glob("*.part*"))


def test_a_backup_of_a_newer_octavo_is_refused(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "kept")
    with closing(sqlite3.connect(tmp_path / "kept", isolation_level=None)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Octavo"):
        store.restore(tmp_path / "kept", NOW)


def test_a_story_of_a_wrong_size_is_named(store: Store) -> None:
    one, *_ = fill(store, "one", "two", "three")
    with store.database.writing() as connection:
        connection.execute(update(stories).values(size=2))
    assert list(store.faults()) == [f"1 stories whose size is not the number of their articles: S{one}"]


def test_what_is_not_sound_is_named(store: Store) -> None:
    one, two, three = fill(store, "one", "two", "three")
    assert not list(store.faults())
    harm = (
        (delete(article_texts).where(article_texts.c.article == three), r"1 articles without the text of their current revision: " + three),
        (delete(memberships).where(memberships.c.article == two), r"1 articles that grouping took in and that stand in no story: " + two),
        (update(stories).values(replaced_by=f"S{one}"), "stories that are replaced by themselves"),
        (insert(cursors).values(consumer="clock", transaction=0, seq=10**6), "ahead of it: clock"),
        (update(article_texts).where(article_texts.c.article == one).values(text="Short"), f"the brief of story S{one} cites"),
        (
            text(
                "DELETE FROM search_words" if not store.database.sqlite else "INSERT INTO search_words (search_words) VALUES ('delete-all')"
            ),
            "index of search",
        ),
    )
    for statement, _ in harm:
        with store.database.engine.connect() as connection:
            unchecked = "PRAGMA foreign_keys = OFF" if store.database.sqlite else "SET session_replication_role = replica"
            connection.connection.driver_connection.execute(unchecked)
            connection.execute(statement)
            connection.commit()
    found = "\n".join(store.faults())
    for _, said in harm:
        assert re.search(said, found), said


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_DATA", str(tmp_path))
    with Store.open(f"sqlite:///{tmp_path / 'octavo.sqlite'}") as store:
        fill(store, "one", "two", "three")
    run, kept = CliRunner().invoke, str(tmp_path / "kept.sqlite")
    assert "sound: 1 captures, 3 articles, 1 stories" in run(octavo, ["check"]).output
    assert "bytes" in run(octavo, ["backup", kept]).output
    assert "Go on?" in run(octavo, ["restore", kept], input="n\n").output
    assert "3 articles in 1 stories stand here now" in run(octavo, ["restore", kept, "--yes"]).output
    with Store.open(f"sqlite:///{tmp_path / 'octavo.sqlite'}") as store, store.database.writing() as connection:
        connection.execute(insert(cursors).values(consumer="clock", transaction=0, seq=10**6))
    broken = run(octavo, ["check"])
    assert broken.exit_code == 2
    assert "readers of the change log that are ahead of it: clock" in broken.output


def test_pages_show_what_was_put_back(tmp_path: Path) -> None:
    with Desk.open(Settings(data=tmp_path)) as desk, Store.open(str(desk.store.database.engine.url)) as other:
        one, *_ = fill(desk.store, "one", "two")
        desk.store.backup(tmp_path / "kept.sqlite")
        desk.store.retitle(Repair(Deed.RENAME, f"S{one}", None, NOW, after="Quite another title"))
        with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
            assert "Quite another title" in client.get(f"/stories/S{one}").text
            other.restore(tmp_path / "kept.sqlite", NOW)
            assert "Quite another title" not in client.get(f"/stories/S{one}").text
