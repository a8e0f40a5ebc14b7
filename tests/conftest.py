"""What all tests share: the fixtures' homes, and the switch that makes a skipped test a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

pytest_plugins = ["databases", "models", "newsroom", "pages"]

os.environ.pop("OCTAVO_PUBLISHERS", None)  # what is set later is the newsroom's, for as long as that is open
NO_SKIP = os.environ.get("OCTAVO_TEST_NO_SKIP") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NO_SKIP and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"OCTAVO_TEST_NO_SKIP is set, and this test was skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the settings or the data folder of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("OCTAVO_") and not name.startswith(("OCTAVO_TEST_", "OCTAVO_PUBLISHERS"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OCTAVO_DATA", str(tmp_path_factory.mktemp("data")))
