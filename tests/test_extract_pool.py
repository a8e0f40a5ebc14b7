"""The pool: order, time limit, crashes, and that it starts no more than it needs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from octavo.extract import Pool, extract
from octavo.extract import pool as pools
from octavo.model import Capture

NOW = datetime(2031, 5, 20, tzinfo=UTC)
WORKER = """
import os, sys, time
from multiprocessing.connection import Connection
from octavo.model import Extraction
channel = Connection(int(sys.argv[1]))
channel.send(None)
while True:
    try:
        capture = channel.recv()
    except EOFError:
        break
    if capture.body == b"hang":
        time.sleep(60)
    if capture.body == b"crash":
        os.kill(os.getpid(), 9)
    if capture.body == b"slow":
        time.sleep(0.3)
    channel.send(Extraction(capture.id, title=str(os.getpid())))
"""


def capture(name: str, body: bytes = b"x") -> Capture:
    return Capture(name, f"/{name}.html", body, NOW, "text/html", dated=False)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Workers that do what the capture's body says, so that no test waits for a real page to be slow."""
    (tmp_path / "quick_worker.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pools, "WORKER", "quick_worker")


def test_real_workers_extract_as_the_door_does() -> None:
    html = (
        b"<html><body><article><h1>Herring return</h1>"
        + b"<p>The herring came back to the bay in April, and the boats went out again for the first time.</p>" * 3
    )
    captures = [capture("a", html), capture("b", b"<html><body></body></html>")]
    with Pool(2, 30) as pool:
        assert list(pool.map(captures)) == [extract(c) for c in captures]


@pytest.mark.usefixtures("quick")
def test_answers_come_in_the_order_of_the_captures() -> None:
    bodies = [b"slow", b"x", b"x", b"slow", b"x", b"x", b"x"]
    with Pool(3, 10) as pool:
        assert [e.capture for e in pool.map(capture(str(n), body) for n, body in enumerate(bodies))] == [str(n) for n in range(7)]


@pytest.mark.usefixtures("quick")
def test_a_page_over_its_time_is_given_up_and_the_others_go_on() -> None:
    started = time.monotonic()
    with Pool(2, 0.5) as pool:
        answers = list(pool.map([capture("a"), capture("b", b"hang"), *(capture(str(n)) for n in range(6))]))
    assert [bool(e.problem) for e in answers] == [False, True, *[False] * 6]
    assert "longer than 0.5 seconds" in (answers[1].problem or "")
    assert time.monotonic() - started < 20


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_crash_costs_one_page(workers: int) -> None:
    with Pool(workers, 10) as pool:
        answers = list(pool.map([capture("a", b"crash"), capture("b"), capture("c", b"crash"), capture("d")]))
    assert [bool(e.problem) for e in answers] == [True, False, True, False]
    assert "took the process down" in (answers[0].problem or "")


@pytest.mark.usefixtures("quick")
def test_workers_start_when_they_are_needed_and_serve_again() -> None:
    with Pool(4, 10) as pool:
        assert pool._workers == []
        first = [e.title for e in pool.map([capture("a")])]
        assert len(pool._workers) == 1
        assert [e.title for e in pool.map([capture("b")])] == first


@pytest.mark.usefixtures("quick")
def test_nothing_is_left_behind() -> None:
    with Pool(2, 10) as pool:
        pids = {int(e.title or 0) for e in pool.map(capture(str(n), b"slow") for n in range(4))}
        assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, signal.SIG_DFL)


@pytest.mark.usefixtures("quick")
def test_the_input_is_read_a_little_ahead_only() -> None:
    taken = []

    def endless() -> Iterator[Capture]:
        for number in range(10_000):
            taken.append(number)
            yield capture(str(number))

    with Pool(1, 10) as pool:
        answers = pool.map(endless())
        assert [next(answers).capture for _ in range(3)] == ["0", "1", "2"]
        assert len(taken) < 20
        answers.close()  # type: ignore[attr-defined]
        assert [e.capture for e in pool.map([capture("again")])] == ["again"]


def test_no_captures_no_workers() -> None:
    with Pool(2, 10) as pool:
        assert list(pool.map([])) == []
        assert pool._workers == []
