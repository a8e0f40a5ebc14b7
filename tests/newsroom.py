"""The demonstration press gathered once a session by the real code, for tests of the whole line and of the pages."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, expect, sync_playwright

from octavo.demo import Press, publishers_folder
from octavo.desk import Desk
from octavo.gather import Gathered
from octavo.publishers import known
from octavo.settings import Settings
from octavo.web import create_app
from octavo.web.listening import listen


@dataclass(frozen=True)
class Newsroom:
    press: Press
    desk: Desk
    looks: tuple[Gathered, ...]  # what the first round gave


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Newsroom]:
    """A desk that has carried the whole press through the line, with one look at every source."""
    with pytest.MonkeyPatch.context() as patch, Press() as press:
        patch.setenv("OCTAVO_PUBLISHERS", str(publishers_folder()))
        known.cache_clear()
        settings = Settings(data=tmp_path_factory.mktemp("newsroom"), models=models_folder, allow=press.allow)
        with Desk.open(settings) as desk:
            now = datetime.now(UTC)
            for kind, address, title in press.sources():
                desk.store.add_source(kind, address, now, title=title)
            yield Newsroom(press, desk, asyncio.run(desk.single_round(now)))
    known.cache_clear()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a web app while it is served on loopback."""
    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", timeout_graceful_shutdown=1)  # a page that listens has no end
    listener = listen(config)
    listener.listen()  # who asks before the server has started waits for it
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture(scope="session")
def site(newsroom: Newsroom) -> Iterator[str]:
    """The address of the web app over the newsroom, served on loopback."""
    with serving(create_app(newsroom.desk)) as address:
        yield address


FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")  # no longer: Playwright keeps a loop running, and tests of asyncio want one of their own
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium, started for the tests of one file."""
    expect.set_options(timeout=15_000)  # the machine may be busy
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS, chromium_sandbox=os.geteuid() != 0)
        yield started
        started.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium is."""
    found = (
        os.environ.get("OCTAVO_TEST_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if not found:
        pytest.skip("no Chromium found: install Debian's package chromium, or set OCTAVO_TEST_CHROMIUM to the program")
    return found
