"""Writers at the same time wait for one another, and a process that is killed leaves a sound database."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind
from octavo.store import Store
from octavo.store.articles import whole
from store_samples import NOW, annotation, article, article_id, capture, put, put_many, seen_in

TESTS = Path(__file__).parent
WRITER = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from store_samples import article, put
from octavo.store import Store
address, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Store.open(address) as store:
    for n in range(count):
        put(store, article(f"{{name}}{{n}}"), article("shared", text=f"Text {{n}} of {{name}}."), capture_name=f"{{name}}{{n}}", annotated=True)
        print(n, flush=True)
"""


def writer(address: str, name: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, address, name, str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def texts(store: Store) -> list[str]:
    return [found.text for found in store.articles([article_id("one")]).values()]


def test_processes_that_write_at_once_wait_for_one_another(address: str) -> None:
    writers = [writer(address, name, 10) for name in ("tern", "gull")]
    for process in writers:
        assert (process.communicate()[1].decode(), process.returncode) == ("", 0)
    with Store.open(address) as store:
        counts = store.counts()
        assert (counts["captures"], counts["articles"]) == (20, 21)
        revisions = store.revisions(article_id("shared"))
        assert [found.revision for found in revisions] == list(range(1, 21))
        seen = store.changes("test", "article", 100)
        assert len(seen) == 20 + len(revisions)


def test_threads_that_write_the_same_lose_nothing(store: Store) -> None:
    def write(n: int) -> tuple[str, ...]:
        return put(store, article("shared"), article(f"own{n}"), capture_name=f"page{n}")

    with ThreadPoolExecutor(4) as pool:
        changed = [id for ids in pool.map(write, range(12)) for id in ids]
    assert sorted(changed) == sorted([article_id("shared"), *(article_id(f"own{n}") for n in range(12))])
    assert len(seen_in(store, article_id("shared"))) == 12


def test_threads_that_annotate_the_same_do_not_collide(store: Store) -> None:
    put(store, article())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.add_annotations([annotation(article(), version=str(n))]), range(12)))
    assert store.counts()["annotations"] == 1


def test_decisions_of_two_at_once_get_different_numbers(store: Store) -> None:
    ids = put_many(store, [f"paper{n}" for n in range(12)])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda id: store.record_decisions([Decision(DecisionKind.OPEN, f"S{id}", id)], NOW), ids))
    assert sorted(arrival.article.id for arrival in store.arrivals() if arrival.article) == sorted(ids)


def test_a_reader_sees_one_state_while_another_writes(store: Store) -> None:
    put(store, article("one"))
    with store.database.reading() as connection:
        before = whole(connection, [article_id("one")])
        put(store, article("one", text="Rewritten."), capture_name="again")
        assert whole(connection, [article_id("one")]) == before
    found = store.article(article_id("one"))
    assert found is not None
    assert found.text == "Rewritten."


def test_a_thread_reads_from_one_state_until_it_writes_itself(store: Store) -> None:
    put(store, article("one"))
    (before,) = texts(store)
    with store.from_one_state(), ThreadPoolExecutor(1) as another:
        assert texts(store) == [before]
        another.submit(put, store, article("one", text="Rewritten."), capture_name="again").result()
        assert another.submit(texts, store).result() == ["Rewritten."]
        assert texts(store) == [before]
        put(store, article("two"))
        assert texts(store) == ["Rewritten."]
    assert texts(store) == ["Rewritten."]


def test_what_others_keep_meanwhile_is_not_shown_before_its_time(store: Store) -> None:
    put(store, article("one", publisher="The Gull"))
    with store.from_one_state(), ThreadPoolExecutor(1) as another:
        store.counts()
        another.submit(put, store, article("one", publisher="The Tern"), capture_name="again").result()
        assert another.submit(store.heads, [article_id("one")]).result()[article_id("one")].publisher == "The Tern"
        assert store.heads([article_id("one")])[article_id("one")].publisher == "The Gull"
    assert store.heads([article_id("one")])[article_id("one")].publisher == "The Tern"


def test_a_thread_that_shares_holds_one_connection_at_most(store: Store) -> None:
    held = store.database.engine.pool.checkedout  # type: ignore[attr-defined]
    with store.from_one_state():
        store.counts()
        with store.from_one_state():
            store.counts()
        assert held() == 1
        with store.database.writing():
            assert held() == 1
        assert held() == 0
        store.counts()
    assert held() == 0


def test_a_query_that_fails_does_not_end_what_a_thread_shares(store: Store) -> None:
    with store.from_one_state():
        with pytest.raises(StoreError), store.database.reading() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        assert store.counts()["articles"] == 0


def test_a_writer_that_waits_too_long_says_so(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.store.database.BUSY_SECONDS", 0.1)
    with Store.open(sqlite_address) as store, store.database.writing(), pytest.raises(StoreError, match=r"busy for 0\.1 seconds"):
        store.add_captures([capture()])


def test_a_killed_writer_leaves_a_sound_database(sqlite_address: str) -> None:
    process = writer(sqlite_address, "gull", 100_000)
    assert process.stdout is not None
    while process.stdout.readline().strip() != b"5":
        pass
    time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    connection = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    with Store.open(sqlite_address) as store:
        assert store.counts()["articles"] >= 6
        heads = store.latest_articles(1000)
        texts = store.articles([head.id for head in heads])
        assert len(texts) == len(heads)  # no article without its text
        new = {change.id for change in store.changes("test", "article", 10_000) if change.kind == "new"}
        assert new == set(texts)  # and none that the change log does not tell of
        put(store, article("after"), capture_name="after")
