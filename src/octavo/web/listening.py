"""The socket on which a server of the web app listens."""

from __future__ import annotations

import socket

import uvicorn

from octavo.errors import SettingsError


def listen(config: uvicorn.Config) -> socket.socket:
    """The socket of a server, bound, on which answers are sent at once. Raises SettingsError when the port is taken."""
    try:
        listener = config.bind_socket()
    except SystemExit as stop:  # uvicorn's way to say that it cannot have the port; the reason is in its log line
        raise SettingsError(
            f"Port {config.port} cannot be listened on", todo="Stop what uses it, or choose another with OCTAVO_PORT"
        ) from stop
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer on a kept connection waits 40 ms
    return listener
