"""The way to usearch, with the system's C++ library in front of the copy that usearch carries.

The linker makes parts of that copy (the ids of locales) those of the whole process. What is loaded after it and uses the system's
copy, as onnxruntime does, then crashes. With the system's in front all use that one.
"""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "linux":
    ctypes.CDLL("libstdc++.so.6", mode=ctypes.RTLD_GLOBAL)

from usearch.compiled import Index, MetricKind, ScalarKind  # `usearch.index` wraps `Index` for many vectors at once: 0.1 ms a call

__all__ = ["Index", "MetricKind", "ScalarKind"]
