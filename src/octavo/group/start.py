"""What is known before the first article: the mean vector of each language and how common common words are.

Numbers only, made by `bench/group_start.py`; docs/grouping.md tells from what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """`means`: language → mean vector, "*" for all others; `shares`: for each of `buckets`, the share of texts that hold the word."""

    means: dict[str, NDArray[np.float32]]
    buckets: NDArray[np.uint32]
    shares: NDArray[np.float32]


@lru_cache(maxsize=1)
def load_start() -> Start:
    """The package's own start."""
    with as_file(files("octavo.group") / "start.npz") as path, np.load(path) as data:
        means = dict(zip(data["languages"].tolist(), data["means"].astype(np.float32), strict=True))
        return Start(means, data["buckets"], data["shares"].astype(np.float32))
