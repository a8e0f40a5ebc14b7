"""The part of bench/thread_fit.py that writes: another model of threads leaves the rest of a file of weights as it was."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parents[1] / "bench"
TEXT = '# A word.\n\n[threads]\njoin = 0.5\n\n[thread]\nbias = 1.0\n"names * size" = 2.0\n\n[last]\nrows = [\n  [1.0],\n]\n'


@pytest.fixture
def thread_fit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    spec = importlib.util.spec_from_file_location("thread_fit", BENCH / "thread_fit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "thread_fit", module)
    spec.loader.exec_module(module)
    return module


def test_only_the_model_of_threads_is_written(thread_fit: ModuleType) -> None:
    model = {"bias": -0.5, "names * size": 3.25}
    text = thread_fit.written(TEXT, model)
    assert tomllib.loads(text) == tomllib.loads(TEXT) | {"thread": model}
    assert thread_fit.written(text, {"bias": 1.0, "names * size": 2.0}) == TEXT
