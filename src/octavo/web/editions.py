"""Editions to read: the stories that are told in a language, or by the outlets of a country in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from octavo.publishers import known

ACROSS = "world"  # what stands for the country in the id of an edition across countries
_ID = re.compile(r"(world|[a-z]{2})-([a-z]{2,3})")


@dataclass(frozen=True, slots=True)
class Edition:
    """Stories told in one of `languages` (BCP 47, without region) and by an outlet of `country` (ISO 3166-1 alpha-2).

    () and None let everything pass.
    """

    id: str = ""
    languages: tuple[str, ...] = ()
    country: str | None = None

    def holds(self, languages: Iterable[str], outlets: Iterable[str]) -> bool:
        """Whether a story told in these languages by these outlets belongs to it."""
        spoken = not self.languages or any(tag.partition("-")[0] in self.languages for tag in languages)
        return spoken and (self.country is None or self.country in countries(outlets))


def edition(id: str) -> Edition | None:
    """The edition of an id: "jp-en", or "world-ar" across countries. None where it is no such id."""
    found = _ID.fullmatch(id)
    return Edition(id, (found[2],), None if found[1] == ACROSS else found[1].upper()) if found else None


def countries(outlets: Iterable[str]) -> list[str]:
    """The countries of those outlets of which they are known, once for each outlet."""
    return [outlet.country for name in outlets if (outlet := known().of_name(name)) and outlet.country]


def at_home(outlets: Iterable[str], home: str) -> bool:
    """Whether a story is told most of all by a country's own outlets."""
    told = countries(outlets)
    return 2 * told.count(home) > len(told)


def offered(stories: Iterable[Collection[str]]) -> tuple[Edition, ...]:
    """The editions that stories told in these languages fill, those with most stories first: one a language, where there are several."""
    spoken = Counter(tag for languages in stories for tag in {tag.partition("-")[0] for tag in languages})
    ranked = sorted(spoken, key=lambda tag: (-spoken[tag], tag))
    return tuple(Edition(f"{ACROSS}-{tag}", (tag,)) for tag in ranked) if len(spoken) > 1 else ()
