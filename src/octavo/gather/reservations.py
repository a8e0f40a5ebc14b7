"""How publishers keep their texts from use by AI: what robots.txt, headers and pages say of it, in short marks.

Octavo does not train anything. It keeps these marks with the source, so that whoever uses its data knows what the publisher wants.
A mark names where it stands and what it is: "robots.txt: GPTBot" (that crawler may not read the site), "robots.txt: ai-train=no"
(Content Signals), "header: tdm-reservation" (W3C TDM Reservation Protocol), "meta: noai".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from protego import Protego

AGENTS = (  # crawlers that gather texts for language models, as robots.txt files name them
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-ai",
    "Google-Extended",
    "GPTBot",
    "Meta-ExternalAgent",
    "PerplexityBot",
)
_SIGNALS = re.compile(r"^[ \t]{0,99}content-(?:signal|usage)[ \t]{0,99}:(.*)$", re.I | re.M)
_REFUSED = re.compile(r"\b((?:ai-train|train-ai|ai-input|ai-use)\s*=\s*n(?:o)?)\b", re.I)
_NO_AI = re.compile(r"\b(noai|noimageai)\b", re.I)
_HEAD = 65536  # bytes of a page in which its meta tags are looked for
_META = re.compile(rb"<meta\s[^>]{1,1000}>", re.I)
_NAME = re.compile(rb"name\s*=\s*[\"']?\s*(robots|tdm-reservation)\b", re.I)
_CONTENT = re.compile(rb"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)


def reserved_in_robots(text: str, rules: Protego) -> tuple[str, ...]:
    """The marks of a robots.txt, given also as it was parsed."""
    signals = {"".join(found.lower().split()) for line in _SIGNALS.findall(text) for found in _REFUSED.findall(line)}
    # A rule for every crawler says nothing of AI.
    agents = [agent for agent in AGENTS if agent.lower() in text.lower() and not rules.can_fetch("/", agent)]
    return tuple(f"robots.txt: {mark}" for mark in (*agents, *sorted(signals)))


def reserved_in_answer(headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    """The marks in an answer's headers (lower-case names) and, if it is a page, in its meta tags."""
    said = {("header", "tdm-reservation", headers.get("tdm-reservation", "")), ("header", "robots", headers.get("x-robots-tag", ""))}
    said |= {("meta", *tag) for tag in _metas(body[:_HEAD])}
    found: set[str] = set()
    for where, name, value in said:
        if name == "robots":
            found |= {f"{where}: {mark.lower()}" for mark in _NO_AI.findall(value)}
        elif value.strip() == "1":
            found.add(f"{where}: {name}")
    return tuple(sorted(found))


def _metas(head: bytes) -> Iterator[tuple[str, str]]:
    """Names and contents of the meta tags that may reserve something."""
    for tag in _META.findall(head):
        name, content = _NAME.search(tag), _CONTENT.search(tag)
        if name and content:
            yield name[1].decode().lower(), b"".join(group or b"" for group in content.groups()).decode("latin-1")
