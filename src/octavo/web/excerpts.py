"""The beginning of a text, short enough to stand beside others or to leave the instance."""

from __future__ import annotations


def excerpt(text: str, longest: int) -> str:
    """The beginning of a text in one line of at most so many characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[longest // 2 :] else cut).rstrip(" .,;:–-") + "…"
