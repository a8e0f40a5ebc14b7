"""Commands as a shell runs them, in the process of the test."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from octavo.cli import main

Run = Callable[..., tuple[list[str], list[str], int]]  # lines on standard output, lines on standard error, exit code


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *before: str) -> Run:
    """What runs `octavo`, with `before` in front of the words that it is given and `typed` on standard input."""

    def run(*words: str, typed: str = "") -> tuple[list[str], list[str], int]:
        monkeypatch.setattr(sys, "argv", ["octavo", *before, *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert isinstance(stop.value.code, int)
        return said.out.splitlines(), said.err.splitlines(), stop.value.code

    return run
