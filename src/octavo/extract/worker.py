"""The other end of `pool`: a process that extracts one capture after the other, until its parent goes away."""

from __future__ import annotations

import importlib
import signal
import sys
from multiprocessing.connection import Connection

from octavo.memory import settle

_READERS = ("octavo.extract.html", "trafilatura")  # what most captures need; the rest is loaded when it is met


def work(channel: Connection) -> None:
    """Says that it is ready, then answers every capture with its extraction. Ends when the channel is closed."""
    from octavo.extract.door import extract

    for name in _READERS:
        importlib.import_module(name)
    settle()
    channel.send(None)  # ready
    while True:
        try:
            capture = channel.recv()
        except EOFError:
            return
        channel.send(extract(capture))


if __name__ == "__main__":
    # An interrupt at the terminal reaches every process of the group; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(Connection(int(sys.argv[1])))
