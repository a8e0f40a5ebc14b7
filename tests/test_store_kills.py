"""Writing that is killed with SIGKILL two hundred times: the database stays sound, and nothing that was said to be kept is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import marking
from octavo.model import Decision, DecisionKind
from octavo.store import Store
from store_samples import NOW, put_many

KILLS = 200
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize(("kills", "seed"), [(KILLS // 2, 1), (KILLS // 2, 2)])
def test_nothing_that_was_kept_is_lost(address: str, kills: int, seed: int) -> None:
    with Store.open(address) as store:
        (one,) = put_many(store, ["one"])
        store.record_decisions([Decision(DecisionKind.OPEN, "S1", one)], NOW, one)
    done = subprocess.run(
        [sys.executable, str(Path(marking.__file__)), address, str(kills), str(seed)],
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > kills
