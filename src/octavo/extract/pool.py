"""Extraction in worker processes, because one page in many takes half a minute or takes the process down with it.

Workers are programs of their own (`octavo.extract.worker`), started when there is work for them: nothing is forked from a process
with threads, and the caller's main module is not run again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from time import monotonic
from types import TracebackType

from octavo.errors import ExtractError, SettingsError
from octavo.model import Capture, Extraction

WORKER = "octavo.extract.worker"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # a worker's sums are small; the workers are the threads
_START_SECONDS = 60.0  # within which a worker must have come up
_AHEAD = 4  # captures per worker that are taken from the input before the first of them is answered


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    channel: Connection
    deadline: float
    ready: bool = False
    task: tuple[int, Capture] | None = None


@dataclass(slots=True)
class _Run:
    """One call of `map`: what waits for a worker, and what is answered but not yet handed on."""

    waiting: deque[tuple[int, Capture]] = field(default_factory=deque)
    answers: dict[int, Extraction] = field(default_factory=dict)


class Pool:
    """`workers` processes at most; a page that takes longer than `seconds` is given up and its process replaced."""

    def __init__(self, workers: int, seconds: float) -> None:
        self._most = max(1, workers)
        self._seconds = seconds
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in list(self._workers):
            self._end(worker)

    def map(self, captures: Iterable[Capture]) -> Iterator[Extraction]:
        """Extractions in the order of the captures, each as soon as it and those before it are there.

        A page over its time and a page that takes its worker down give a problem; the others go on. The input is read only a
        little ahead of the output. Raises SettingsError when workers cannot be started at all. One `map` at a time.
        """
        source = enumerate(captures)
        run = _Run()
        given, taken, exhausted = 0, 0, False
        try:
            while True:
                while not exhausted and taken - given < self._most * _AHEAD:
                    task = next(source, None)
                    exhausted = task is None
                    if task is not None:
                        run.waiting.append(task)
                        taken += 1
                while given in run.answers:
                    yield run.answers.pop(given)
                    given += 1
                if exhausted and given == taken:
                    return
                if given not in run.answers and not (not exhausted and taken - given < self._most * _AHEAD):
                    self._hand_out(run)
                    self._collect(run)
        finally:
            # A caller that stops early leaves workers at work on pages that nobody waits for.
            for worker in [w for w in self._workers if w.task]:
                self._end(worker)

    def _hand_out(self, run: _Run) -> None:
        idle = [worker for worker in self._workers if worker.ready and worker.task is None]
        starting = sum(not worker.ready for worker in self._workers)
        for _ in range(min(len(run.waiting) - len(idle) - starting, self._most - len(self._workers))):
            self._workers.append(_started())
        for worker in idle:
            if run.waiting:
                worker.task = run.waiting.popleft()
                worker.deadline = monotonic() + self._seconds
                try:
                    worker.channel.send(worker.task[1])
                except OSError:
                    self._fail(worker, run, _CRASHED)

    def _collect(self, run: _Run) -> None:
        """Waits until a worker says something or is over its time."""
        busy = [worker for worker in self._workers if worker.task or not worker.ready]
        soonest = min(worker.deadline for worker in busy)
        spoken = wait([worker.channel for worker in busy], timeout=max(0.0, soonest - monotonic()))
        for worker in busy:
            if worker.channel in spoken:
                self._receive(worker, run)
            elif monotonic() >= worker.deadline:
                self._fail(worker, run, f"Reading it took longer than {self._seconds:g} seconds")

    def _receive(self, worker: _Worker, run: _Run) -> None:
        try:
            message = worker.channel.recv()
        except (EOFError, OSError):
            self._fail(worker, run, _CRASHED)
            return
        if message is None:
            worker.ready = True
        elif worker.task is not None:
            run.answers[worker.task[0]] = message
            worker.task = None

    def _fail(self, worker: _Worker, run: _Run, what: str) -> None:
        self._end(worker)
        if not worker.ready:
            raise SettingsError("A process for extraction does not start", todo="Run `octavo doctor`; memory may be short")
        if worker.task is not None:
            number, capture = worker.task
            run.answers[number] = Extraction(capture.id, problem=ExtractError(what, todo="The other pages were read").sentence)

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.wait()
        worker.channel.close()


_CRASHED = "Reading it took the process down that did it"


def _started() -> _Worker:
    ours, theirs = Pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", WORKER, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
        )
    finally:
        theirs.close()
    return _Worker(process, ours, monotonic() + _START_SECONDS)
