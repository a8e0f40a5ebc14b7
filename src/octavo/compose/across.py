"""A speaker across stories: under which other names he, she or it speaks, and who speaks in the same stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from octavo.compose.speakers import Sighting, is_full, speakers
from octavo.publishers import folded


@dataclass(frozen=True, slots=True)
class Across:
    """What sightings in several stories say of one speaker."""

    forms: tuple[str, ...]  # other full names of the same person, the most printed first; a surname alone may be another's elsewhere
    beside: tuple[tuple[str, int], ...]  # who else speaks, with in how many of the stories, the most frequent first


def across(name: str, people: Sequence[Sighting], houses: Sequence[Sighting], story_of: Mapping[str, str]) -> Across:
    """What some stories' speakers say of one of them, by name.

    `people` and `houses`: the persons and all others who speak in these stories; `story_of`: article → story. Names of people are told apart
    and brought together as within one story (`speakers`), others by the words of their names.
    """
    groups = [((found.name, *found.forms), [people[place] for place in found.sightings]) for found in speakers(people, {})]
    by_words: dict[str, list[Sighting]] = {}
    for sighting in houses:
        by_words.setdefault(folded(sighting.name), []).append(sighting)
    groups += [(tuple(name for name, _ in Counter(s.name for s in those).most_common()), those) for those in by_words.values()]
    own = [names for names, _ in groups if name in names]
    beside = Counter({names[0]: len({story_of[s.article] for s in those}) for names, those in groups if names not in own})
    forms = dict.fromkeys(form for names in own for form in names if form != name and is_full(form))
    return Across(tuple(forms), tuple(beside.most_common()))
