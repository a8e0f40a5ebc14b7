"""`octavo serve`: the web app and the gathering in one process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import click
import uvicorn

from octavo.cli.lines import progress
from octavo.desk import Desk
from octavo.errors import SettingsError
from octavo.settings import load_settings
from octavo.web import LOOPBACK, create_app


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; default: OCTAVO_PORT, else 8710.")
def serve(port: int | None) -> None:
    """Serve the pages and gather the sources, until interrupted."""
    settings = load_settings()
    if settings.host not in LOOPBACK:
        raise SettingsError(
            f"Octavo has no accounts yet, so it listens only on this machine, not on {settings.host}",
            todo="Leave OCTAVO_HOST at 127.0.0.1, and reach it from elsewhere through an SSH tunnel",
        )
    with progress() as show, Desk.open(settings, show) as desk:
        _ = desk.embedder  # built before the first visitor, with its progress in the terminal
        run(desk, settings.port if port is None else port)


def run(desk: Desk, port: int) -> None:
    """Serve and gather over an open desk until interrupted. Raises SettingsError when the port is taken."""

    @asynccontextmanager
    async def gathering() -> AsyncIterator[None]:
        work = asyncio.create_task(desk.keep_going())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    config = uvicorn.Config(
        create_app(desk, gathering),
        desk.settings.host,
        port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,  # seconds: a page that listens for news would hold up the stop for ever
    )
    try:
        listener = config.bind_socket()
    except SystemExit as stop:  # uvicorn's way to say that it cannot have the port; the reason is in its log line
        raise SettingsError(f"Port {port} cannot be listened on", todo="Stop what uses it, or choose another with OCTAVO_PORT") from stop
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer on a kept connection waits 40 ms
    host = f"[{desk.settings.host}]" if ":" in desk.settings.host else desk.settings.host
    click.echo(f"Octavo is at http://{host}:{listener.getsockname()[1]}/  (stop it with Ctrl-C)")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])
