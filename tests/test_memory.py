"""What is loaded stays, and what is freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

SETTLED = "import gc; from octavo.memory import settle; settle(100); print(gc.get_threshold()[2], gc.get_freeze_count() > 1000)"
GIVEN_BACK = """
import platform
from octavo.memory import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1])

give_back()
before = resident()
first = b"x" * (30 << 20)
del first  # after such a piece glibc keeps up to twice as much by itself
large = [b"x" * (200_000 + n) for n in range(200)]
del large
print(platform.libc_ver()[0] != "glibc" or resident() - before < 2_500)  # pages of 4 kB, of 10,000
"""


def told(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_a_settled_process_leaves_alone_what_is_loaded() -> None:
    assert told(SETTLED) == "100 True"


def test_what_is_freed_goes_back() -> None:
    assert told(GIVEN_BACK) == "True"
