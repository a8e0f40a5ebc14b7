"""Bodies cut to what is read of them."""

from __future__ import annotations


def head_of(body: bytes, most: int) -> bytes:
    """A body, or its beginning of at most so many bytes: up to the end of a line or tag, so that no character is torn apart."""
    if len(body) <= most:
        return body
    head = body[:most]
    return head[: max(head.rfind(b"\n"), head.rfind(b">")) + 1] or head
