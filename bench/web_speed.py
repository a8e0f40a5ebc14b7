"""Measure how fast the web app answers on a large database, asked from a second process, and how much its pages weigh.

    python bench/web_speed.py ADDRESS [--pages N] [--only WORD] [--models FOLDER] [--live N] [--json OUT]

ADDRESS is that of a database which `web_data.py` has made. The server runs in a process of its own, without gathering, and tells for each
answer how long it took from the request to the last byte: by the clock and of its processor's time. Where other programs run too, the
clock tells more of them than of us; processor time tells what a page costs. A third number is taken while several ask at once.
With --models the model of meaning is loaded too, and with --live the state of grouping with N live articles, made from the beginning of the
journal (minutes), as they are under `octavo serve`: then the memory is that with them.

Each page is asked for twice: the first time nothing of it is kept in memory ("first"), the second time it is ("again").
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import http.client
import json
import multiprocessing
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before numpy is loaded

import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octavo.desk import Desk
from octavo.group import Grouper
from octavo.memory import IN_SERVER, give_back, settle
from octavo.settings import load_settings
from octavo.store import Store
from octavo.web import create_app
from octavo.web.listening import listen
from octavo.web.render import load_templates
from octavo.web.warming import warm

AT_ONCE = 4  # who ask together
RECENT = timedelta(days=14)
SMALL, LARGE = 10, 40  # articles: a story below, and one from
LISTS = ("/", "/latest", "/threads", "/voices", "/outlets", "/topics", "/saved", "/history", "/sources", "/settings")
CLOCK, PROCESSOR = "x-clock", "x-processor"  # seconds, in the head of the last byte's message


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    clock: float  # seconds, as the server says
    processor: float
    weight: int  # bytes
    packed: int  # bytes, as gzip packs them


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of page: milliseconds as (median, 95th percentile), weight in bytes as (median, largest)."""

    page: str
    answers: int
    processor: tuple[float, float]
    clock: tuple[float, float]
    at_once: tuple[float, float] | None  # clock, while several ask; not taken where each page is to be the first of its kind
    weight: tuple[float, float]
    packed: float  # median


@dataclass(frozen=True, slots=True)
class Report:
    database: str
    lines: tuple[Line, ...]
    beside: float  # bytes of styles, scripts and icon
    memory: float  # MB of the server at the end
    with_model: bool
    live: int  # articles in the state of grouping


# ---- the server ----------------------------------------------------------------------------------------------------


class Timed:
    """ASGI middleware that holds an answer back until it is whole, and says in its head how long it took to make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        clock, processor = time.perf_counter(), time.process_time()
        await self.app(scope, receive, hold)
        took = {CLOCK: time.perf_counter() - clock, PROCESSOR: time.process_time() - processor}
        held[0]["headers"] = [*held[0]["headers"], *((name.encode(), f"{seconds:.6f}".encode()) for name, seconds in took.items())]
        for message in held:
            await send(message)


def grouped(store: Store, count: int) -> Grouper:
    """The state of grouping as a desk has it that decides, after the first `count` articles."""
    grouper = Grouper()
    for arrival in store.arrivals(0):
        grouper.apply(arrival.article, arrival.annotation, arrival.decisions, arrival.at)
        count -= arrival.article is not None
        if count <= 0:
            break
    return grouper


def serve(address: str, models: Path | None, live: int, ready: Connection) -> None:
    """The server's process: tells its port when it listens, and goes on until it is told to stop."""
    give_back()
    with TemporaryDirectory() as scratch:
        settings = load_settings()
        settings = settings.model_copy(update={"data": Path(scratch), "database": address, "models": models})
        with Desk.open(settings) as desk:
            if models:
                desk.embedder.embed(["warm"])
            _beside = grouped(desk.store, live) if live else None  # held as long as pages are served
            app = create_app(desk)
            for _ in warm(desk, app.state.kept):  # as `octavo serve` does; and so the next
                pass
            load_templates()
            settle(IN_SERVER)
            server = uvicorn.Server(uvicorn.Config(Timed(app), "127.0.0.1", 0, log_level="warning"))
            listener = listen(server.config)
            listener.listen()  # who asks before the server has started waits for it
            ready.send(listener.getsockname()[1])

            async def until_told() -> None:
                work = asyncio.create_task(server.serve([listener]))
                await asyncio.to_thread(ready.recv)
                server.should_exit = True
                await work

            asyncio.run(until_told())


# ---- who asks ------------------------------------------------------------------------------------------------------


def ask(port: int, paths: Sequence[str]) -> list[Answer]:
    """One browser that asks for pages, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    answers = []
    for path in paths:
        connection.request("GET", path, headers={"accept-language": "en"})
        answer = connection.getresponse()
        body = answer.read()
        clock, processor = (float(answer.headers.get(name, "nan")) for name in (CLOCK, PROCESSOR))
        answers.append(Answer(answer.status, clock, processor, len(body), len(gzip.compress(body, 6))))
    connection.close()
    return answers


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    ranked = sorted(seconds)
    return 1000 * statistics.median(ranked), 1000 * ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]


def line(page: str, answers: Sequence[Answer], at_once: Sequence[Answer] = ()) -> Line:
    good = [answer for answer in answers if answer.status == 200]
    if len(good) < len(answers):
        print(f"{page}: {len(answers) - len(good)} of {len(answers)} answers were no page", file=sys.stderr)
    return Line(
        page,
        len(good),
        spread([answer.processor for answer in good]),
        spread([answer.clock for answer in good]),
        spread([answer.clock for answer in at_once]) if at_once else None,
        (statistics.median(answer.weight for answer in good), max(answer.weight for answer in good)),
        statistics.median(answer.packed for answer in good),
    )


def measured(page: str, paths: Sequence[str], port: int, *, again: bool) -> list[Line]:
    """The lines of one kind of page; `again`: each is asked for a second time, and that counts by itself."""
    lines = [line(f"{page}, first", ask(port, paths))] if again else []
    alone = ask(port, paths)
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        shares = [paths[start::AT_ONCE] for start in range(AT_ONCE)]
        at_once = [answer for answers in crowd.map(lambda share: ask(port, share), shares) for answer in answers]
    return [*lines, line(f"{page}, again" if again else page, alone, at_once)]


def beside(port: int) -> float:
    """The bytes that the front page loads beside itself, packed as gzip does it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def body(path: str) -> bytes:
        connection.request("GET", path)
        return connection.getresponse().read()

    return sum(len(gzip.compress(body(path), 6)) for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', body("/").decode()))


def pages(store: Store, count: int) -> dict[str, list[str]]:
    """Kind of page → the addresses that are asked for."""
    draw = random.Random(1)
    stories = store.recent_stories(datetime.min.replace(tzinfo=UTC), 100_000)
    moved = [story.updated_at for story in stories if story.updated_at]
    since = max(moved) - RECENT  # by the stories themselves, so that each run draws the same
    recent = [story for story in stories if story.updated_at and story.updated_at > since]
    heads = store.latest_articles(5000)
    sizes = {
        "story, as they come": recent,
        f"story of fewer than {SMALL} articles": [story for story in recent if len(story.articles) < SMALL],
        f"story of {SMALL} to {LARGE - 1}": [story for story in recent if SMALL <= len(story.articles) < LARGE],
        f"story of {LARGE} and more": [story for story in recent if len(story.articles) >= LARGE],
    }
    found = {
        name: [f"/stories/{story.id}" for story in draw.sample(those, min(count, len(those)))] for name, those in sizes.items() if those
    }
    found["article"] = [f"/articles/{head.id}" for head in draw.sample(heads, count)]
    words = [(head.headline or "").split() for head in draw.sample(heads, count)]
    found["search for one word"] = [f"/search?q={quote(draw.choice(some))}" for some in words]
    found["search for two words"] = [f"/search?q={quote(' '.join(some[:2]))}" for some in words]
    return found


def measure(address: str, count: int, only: str, models: Path | None, live: int) -> Report:
    with Store.open(address, create=False) as store:
        wanted = pages(store, count)
    near, far = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(address, models, live, far))
    process.start()
    try:
        port = near.recv()
        lines = []
        there = [path for path in LISTS if only in path and ask(port, [path])[0].status == 200]
        for path in there:
            lines += measured(path, [path] * count, port, again=False)
        for page, paths in wanted.items():
            if only in page and ask(port, ["/search" if page.startswith("search") else "/"])[0].status == 200:
                lines += measured(page, paths, port, again=not page.startswith("search"))
        loaded, memory = beside(port), resident(process.pid or 0)
        near.send("stop")
    finally:
        process.join(10)
        process.kill()
    return Report(address.partition(":")[0], tuple(lines), loaded, memory, models is not None, live)


def resident(process: int) -> float:
    """The memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def show(report: Report) -> None:
    title = f"{report.database}, {os.cpu_count()} cores, milliseconds as median / 95th percentile"
    table = Table("page", "asked", "processor", "clock", f"clock, {AT_ONCE} at once", "kB (largest)", "packed", title=title)
    for one in report.lines:
        times = (f"{taken[0]:.0f} / {taken[1]:.0f}" if taken else "" for taken in (one.processor, one.clock, one.at_once))
        weight = f"{one.weight[0] / 1000:.0f} ({one.weight[1] / 1000:.0f})"
        table.add_row(one.page, str(one.answers), *times, weight, f"{one.packed / 1000:.0f}")
    console = Console(width=130)
    console.print(table)
    console.print(f"Styles, scripts and icon: {report.beside / 1000:.0f} kB packed, loaded once")
    beside = [
        name for name, there in (("the model of meaning", report.with_model), (f"{report.live:,} live articles", report.live)) if there
    ]
    console.print(f"Memory of the server: {report.memory:.0f} MB, loaded before: {', '.join(beside) or 'nothing'}")


def main() -> None:
    """Reads the command line, measures and shows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("address", help="SQLAlchemy address of a database that web_data.py has made")
    parser.add_argument("--pages", type=int, default=60, help="pages of each kind that are asked for")
    parser.add_argument("--only", default="", metavar="WORD", help="pages whose kind holds this word: story, search, /latest")
    parser.add_argument("--models", type=Path, help="folder of the model of meaning, which is loaded then")
    parser.add_argument("--live", type=int, default=0, metavar="N", help="the state of grouping with N articles is loaded, too")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    report = measure(given.address, given.pages, given.only, given.models, given.live)
    show(report)
    if given.json:
        given.json.write_text(json.dumps(asdict(report), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
