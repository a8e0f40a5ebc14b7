"""A field's value together with where it came from."""

from __future__ import annotations

from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from octavo.model import Signal

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """One reading of a field. `signal` goes into the article's signals under the field's name."""

    value: T
    signal: Signal


def found(value: T, signal: str, confidence: float, precision: str | None = None, estimated: bool = False) -> Found[T]:
    """A value and its signal in one."""
    return Found(value, _signal(signal, confidence, precision, estimated))


_signal = lru_cache(maxsize=512)(Signal)  # frozen, and few that differ
