"""Where a text names an outlet: names and aliases of the publishers' table, found by their first word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from octavo.model import Publisher, Span
from octavo.publishers import PublisherTable

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Outlets:
    """A publishers' table, made ready for a search in text."""

    by_first_word: dict[str, tuple[tuple[str, Publisher], ...]]  # the longest name first
    unspaced: re.Pattern[str] | None  # names in scripts without spaces
    of_unspaced: dict[str, Publisher]


@lru_cache(maxsize=4)
def outlets(table: PublisherTable) -> Outlets:
    """The table's names. A declaration that comes first wins a name that two claim, as in the table itself."""
    spaced: dict[str, dict[str, Publisher]] = {}
    unspaced: dict[str, Publisher] = {}
    for publisher in table:
        for name in (publisher.name, *publisher.aliases):
            if _UNSPACED.search(name):
                unspaced.setdefault(name, publisher)
            elif first := _WORD.search(name):
                spaced.setdefault(first.group(), {}).setdefault(name, publisher)
    longest = sorted(unspaced, key=len, reverse=True)
    return Outlets(
        {first: tuple(sorted(names.items(), key=lambda item: -len(item[0]))) for first, names in spaced.items()},
        re.compile("|".join(map(re.escape, longest))) if longest else None,
        unspaced,
    )


def mentions(text: str, found: Outlets) -> Iterator[tuple[Span, Publisher]]:
    """Every place where an outlet is named, in order within each kind of script; case counts ("Time" is no "time")."""
    after = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < after:
            continue
        for name, publisher in found.by_first_word.get(word.group(), ()):
            end = start + len(name)
            if text.startswith(name, start) and not text[end : end + 1].isalnum():
                after = end
                yield (start, end), publisher
                break
    if found.unspaced:
        for m in found.unspaced.finditer(text):
            yield m.span(), found.of_unspaced[m.group()]
