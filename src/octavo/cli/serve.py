"""`octavo serve`: the web app and the gathering in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import click
import uvicorn

from octavo.cli.lines import progress
from octavo.desk import Desk
from octavo.errors import SettingsError
from octavo.memory import IN_SERVER, give_back, settle
from octavo.settings import load_settings
from octavo.web import LOOPBACK, create_app
from octavo.web.listening import listen
from octavo.web.render import load_templates
from octavo.web.warming import keep_warm


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; default: OCTAVO_PORT, else 8710.")
def serve(port: int | None) -> None:
    """Serve the pages and gather the sources, until interrupted."""
    give_back()
    settings = load_settings()
    with progress() as show, Desk.open(settings, show) as desk:
        _refuse_open_door(desk)
        _ = desk.embedder  # built before the first visitor, with its progress in the terminal
        run(desk, settings.port if port is None else port)


def _refuse_open_door(desk: Desk) -> None:
    """Raises SettingsError where other machines would come in unasked, or would get no answer."""
    settings = desk.settings
    if settings.host in LOOPBACK:
        return
    if not desk.store.has_accounts():
        raise SettingsError(
            f"Octavo has no accounts yet, so it listens only on this machine, not on {settings.host}",
            todo="Give the owner a name and a password first: octavo readers password NAME",
        )
    if not settings.names:
        raise SettingsError(
            f"Octavo listens on {settings.host}, but does not know under which names people come",
            todo='Set OCTAVO_ADDRESS (https://news.example.org), or OCTAVO_HOSTS (["nas.local"])',
        )


def run(desk: Desk, port: int) -> None:
    """Serve and gather over an open desk until interrupted. Raises SettingsError when the port is taken."""

    @asynccontextmanager
    async def beside() -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work) for work in (desk.keep_going(), keep_warm(app))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    app = create_app(desk, beside)
    config = uvicorn.Config(
        app,
        desk.settings.host,
        port,
        log_level="warning",
        server_header=False,
        forwarded_allow_ips=sorted(desk.settings.proxies),
        timeout_graceful_shutdown=2,  # seconds: a page that listens for news would hold up the stop for ever
    )
    listener = listen(config)
    host = f"[{desk.settings.host}]" if ":" in desk.settings.host else desk.settings.host
    here = desk.settings.address or f"http://{host}:{listener.getsockname()[1]}"
    click.echo(f"Octavo is at {here}/  (stop it with Ctrl-C)")
    load_templates()
    settle(IN_SERVER)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])
