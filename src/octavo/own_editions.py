"""Editions to read: which stories stand on a front page and how much their outlets weigh. Pure.

Some follow from an id, which anybody can write; a reader's own ones are kept, and go out and come in as TOML files.

A file is written as the starter packs are (`octavo.editions`), whose files can be read here too:

    name = "The coast"
    languages = ["en", "de"]    # none: all
    countries = ["DE"]          # of the outlets; none: all
    topics = ["11000000"]       # IPTC codes; none: all
    local_first = true          # stories that outlets of these countries tell have a place of their own
    others = 1                  # weight of the outlets that are not named; 0 leaves them out
    [outlets]                   # weight by name
    "The Gull" = 2
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from octavo.publishers import known

LONGEST_NAME = 80
LONGEST_FILE = 64_000  # characters
LONGEST_LINE = 2000  # of it: what a line is read with takes time that grows with its square
MOST = {"languages": 50, "countries": 100, "topics": 30, "outlets": 500}
HEAVIEST = 10.0
OWN_ID = re.compile(r"[0-9a-f]{12}")  # of an edition that a reader made
ACROSS = "world"  # what stands for the country in the id of an edition across countries
_ID = re.compile(r"(world|[a-z]{2})-([a-z]{2,3})")
_TAG, _COUNTRY, _TOPIC = re.compile(r"[a-z]{2,3}"), re.compile(r"[A-Z]{2}"), re.compile(r"\d{8}")
_LISTS = {  # field → what its values look like, and that in words
    "languages": (_TAG, 'a language is two or three small letters, as "de"'),
    "countries": (_COUNTRY, 'a country is two capitals, as "DE"'),
    "topics": (_TOPIC, 'a topic is its IPTC code of eight digits, as "11000000"'),
}
_SINGLE = {"language": "languages", "country": "countries"}  # as starter packs have them
_FIELDS = {"name", "local_first", "others", "outlets", "sources", *_LISTS, *_SINGLE}
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Edition:
    """Stories told in one of `languages` (BCP 47, without region), by an outlet of one of `countries` (ISO 3166-1 alpha-2), on one of
    `topics` (IPTC codes).

    () lets everything pass. A story weighs by the mean weight of its outlets, and does not belong to the edition when that is 0.
    """

    id: str = ""
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    name: str = ""  # "": it is named by its countries and languages
    topics: tuple[str, ...] = ()
    outlets: Mapping[str, float] = field(default_factory=dict)  # weight by name
    others: float = 1.0  # weight of all other outlets
    local_first: bool = True  # stories that outlets of `countries` tell have a place of their own

    @property
    def country(self) -> str | None:
        """The country of an edition that has one alone."""
        return self.countries[0] if len(self.countries) == 1 else None

    def holds(self, languages: Iterable[str], outlets: Collection[str], topic: str | None = None) -> bool:
        """Whether a story told in these languages by these outlets on that topic belongs to it."""
        return (
            (not self.languages or any(tag.partition("-")[0] in self.languages for tag in languages))
            and (not self.topics or topic in self.topics)
            and (not self.countries or not set(self.countries).isdisjoint(countries(outlets)))
            and self.weight(outlets) > 0
        )

    def weight(self, outlets: Collection[str]) -> float:
        """By how much a story told by these outlets weighs more than it would elsewhere."""
        if not self.outlets or not outlets:
            return self.others
        return sum(self.outlets.get(name, self.others) for name in outlets) / len(outlets)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file. `line` counts from 1; 0: no line of its own."""

    line: int
    what: str


def edition(id: str) -> Edition | None:
    """The edition of an id: "jp-en", or "world-ar" across countries. None where it is no such id."""
    found = _ID.fullmatch(id)
    return Edition(id, (found[2],), () if found[1] == ACROSS else (found[1].upper(),)) if found else None


def offered(stories: Iterable[Collection[str]]) -> tuple[Edition, ...]:
    """The editions that stories told in these languages fill, those with most stories first: one a language, where there are several."""
    spoken = Counter(tag for languages in stories for tag in {tag.partition("-")[0] for tag in languages})
    ranked = sorted(spoken, key=lambda tag: (-spoken[tag], tag))
    return tuple(Edition(f"{ACROSS}-{tag}", (tag,)) for tag in ranked) if len(spoken) > 1 else ()


def countries(outlets: Iterable[str]) -> list[str]:
    """The countries of those outlets of which they are known, once for each outlet."""
    return [outlet.country for name in outlets if (outlet := known().of_name(name)) and outlet.country]


def at_home(outlets: Iterable[str], homes: Collection[str]) -> bool:
    """Whether a story is told most of all by outlets of these countries."""
    told = countries(outlets)
    return 2 * sum(country in homes for country in told) > len(told)


# ---- files ---------------------------------------------------------------------------------------------------------


def write_edition(edition: Edition) -> str:
    """An edition as a TOML file."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lists = {"languages": edition.languages, "countries": edition.countries, "topics": edition.topics}
    lines = [
        f"name = {quoted(edition.name)}",
        *(f"{title} = [{', '.join(map(quoted, values))}]" for title, values in lists.items()),
        f"local_first = {str(edition.local_first).lower()}",
        f"others = {edition.others:g}",
        *(("", "[outlets]", *(f"{quoted(name)} = {weight:g}" for name, weight in edition.outlets.items())) if edition.outlets else ()),
    ]
    return "\n".join(lines) + "\n"


def read_edition(text: str) -> tuple[Edition | None, tuple[Fault, ...]]:
    """The edition that a TOML file declares, without an id; or None and all that is wrong with it, in order of lines."""
    if len(text) > LONGEST_FILE:
        return None, (Fault(0, f"the file is longer than {LONGEST_FILE} characters"),)
    if long := next((number for number, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST_LINE), None):
        return None, (Fault(long, f"a line is longer than {LONGEST_LINE} characters"),)
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        return None, (Fault(int(place[1]) if place else len(text.splitlines()), f"this is no TOML: {error}"),)
    return edition_of(data, text.splitlines())


def edition_of(data: Mapping[str, Any], lines: Collection[str] = ()) -> tuple[Edition | None, tuple[Fault, ...]]:
    """As `read_edition`, of fields that stand in these lines."""
    faults = [Fault(_line(lines, name), f"there is no field {name[:40]!r}") for name in data if name not in _FIELDS]
    given = dict(data)
    for single, several in _SINGLE.items():
        if single in given:
            given.setdefault(several, [given[single]])

    def fault(name: str, what: str) -> None:
        faults.append(Fault(_line(lines, name), what))

    found: dict[str, tuple[str, ...]] = {}
    for name, (form, words) in _LISTS.items():
        values = given.get(name, [])
        if not isinstance(values, list) or len(values) > MOST[name]:
            fault(name, f"{name} is a list of at most {MOST[name]}")
            continue
        for value in values:
            if not (isinstance(value, str) and form.fullmatch(value)):
                fault(name, f"{words}, not {value!r}"[:200])
        found[name] = tuple(dict.fromkeys(str(value) for value in values))
    title = given.get("name")
    title = " ".join(_UNPRINTED.sub(" ", title).split()) if isinstance(title, str) else ""
    if not 0 < len(title) <= LONGEST_NAME:
        fault("name", f"an edition has a name of 1 to {LONGEST_NAME} characters")
    local_first, others = given.get("local_first", True), given.get("others", 1.0)
    if not isinstance(local_first, bool):
        fault("local_first", "local_first is true or false")
    if not _is_weight(others):
        fault("others", f"a weight is a number from 0 to {HEAVIEST:g}")
    outlets = _outlets(given, fault)
    if faults:
        return None, tuple(sorted(faults, key=lambda one: one.line))
    return (
        Edition(
            name=title,
            languages=found["languages"],
            countries=found["countries"],
            topics=found["topics"],
            outlets=outlets,
            others=float(others),
            local_first=local_first,
        ),
        (),
    )


def _outlets(given: Mapping[str, Any], fault: Callable[[str, str], None]) -> dict[str, float]:
    """Outlets with their weights; those of a starter pack's sources weigh 1."""
    named = given.get("outlets", {})
    if not isinstance(named, dict) or len(named) > MOST["outlets"]:
        fault("outlets", f"outlets is a table of at most {MOST['outlets']} names with their weights")
        named = {}
    outlets = {}
    for name, weight in named.items():
        if not (0 < len(name.strip()) <= LONGEST_NAME) or _UNPRINTED.search(name):
            fault(name, f"an outlet has a name of 1 to {LONGEST_NAME} characters")
        elif not _is_weight(weight):
            fault(name, f"the weight of {name} is a number from 0 to {HEAVIEST:g}, not {weight!r}"[:200])
        else:
            outlets[name.strip()] = float(weight)
    sources = given.get("sources", [])
    ids = {outlet.id: outlet.name for outlet in known()} if sources else {}
    for source in sources if isinstance(sources, list) else [None]:
        id = source.get("outlet") if isinstance(source, dict) else None
        if isinstance(id, str) and id in ids:
            outlets.setdefault(ids[id], 1.0)
        else:
            fault(str(id or "sources"), f"no publisher is declared as {id}"[:200])
    return outlets


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HEAVIEST


def _line(lines: Iterable[str], name: str) -> int:
    """The first line that gives a field a value or holds it in quotation marks; 0 where none does."""
    sign = re.compile(rf'\s*{re.escape(name)}\s*=|\s*\[{re.escape(name)}\]|.*"{re.escape(name)}"')
    return next((number for number, line in enumerate(lines, 1) if sign.match(line)), 0)
