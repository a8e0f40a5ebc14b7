"""How a process that goes on for long deals with memory: what is loaded stays where it is, what is freed goes back to the system."""

from __future__ import annotations

import gc
from ctypes import CDLL

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # numbers of parameters, from malloc.h
_LARGE = 128 * 1024  # bytes: glibc's own figure, which it else raises with every larger piece that is freed
IN_SERVER = 100  # `seldom` of a process that answers people
_ARENAS = 2  # among which threads share what the C library holds; else there are eight for each processor


def give_back() -> None:
    """Have the C library give back at once what is freed. Called before threads are started; only glibc has these parameters.

    Else a process keeps what it once needed for a moment, for each thread apart: an eighth of the memory of a server with 50,000 live articles.
    """
    library = CDLL(None)
    if hasattr(library, "mallopt"):
        for parameter, value in ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
            library.mallopt(parameter, value)


def settle(seldom: int = 20) -> None:
    """All that is loaded by now stays: Python looks for garbage less often, and not at all among what is there already.

    `seldom`: how many looks at what is young come before one at everything that came since. In a server that keeps hundreds of thousands of
    records, a look through them all took a third of a second out of the midst of an answer; in a worker, a tenth of the time of a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, seldom)
