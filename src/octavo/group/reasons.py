"""Says in words and numbers why a decision was taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from octavo.group.copies import Copied
from octavo.group.features import PAIR_FEATURES
from octavo.group.rarity import Rarity
from octavo.group.reading import Reading
from octavo.group.window import Window

_RARE = 3.0  # a word in less than one of twenty articles
_NAMED = 6  # words that are written out


def span(hours: float) -> str:
    """A length of time as people say it: "40 minutes", "1 day"."""
    for unit, length in (("day", 24.0), ("hour", 1.0)):
        if hours >= length:
            return _counted(round(hours / length), unit)
    return _counted(round(hours * 60), "minute")


def apart(hours: float) -> str:
    """How far apart two moments are: "40 minutes apart", "within a minute"."""
    return f"{span(hours)} apart" if round(hours * 60) else "within a minute"


def of_copy(copied: Copied) -> tuple[str, ...]:
    """Why an article is a copy of another one."""
    what = f"{_counted(copied.words, 'word')} stand in both" if copied.part else "the same text"
    return (f"{what} (alike {copied.alike:.2f})", *(() if copied.apart is None else (apart(copied.apart),)))


def of_join(
    reading: Reading, words: NDArray[np.int32], window: Window, row: int, pair: NDArray[np.float32], rarity: Rarity
) -> tuple[str, ...]:
    """Why an article is near its story: what it has in common with the nearest of its articles, at `row`; `pair` are their features."""
    at = row - window.first
    value = dict(zip(PAIR_FEATURES, pair.tolist(), strict=True))
    said = [] if value["no_vector"] else [f"vector {value['cosine']:.2f}"]
    common = words[rarity.shared(window.column("words")[at], words)]
    rarities = rarity.of(common)
    order = np.argsort(-rarities, kind="stable")
    rare = [reading.words[word] for word in common[order[rarities[order] >= _RARE]].tolist()]
    if rare:
        more = ", ..." if len(rare) > _NAMED else ""
        said.append(f"{_counted(len(rare), 'shared rare word')}: {', '.join(rare[:_NAMED])}{more}")
    theirs = set(window.column("names")[at].tolist())
    names = [name for word, name in reading.names.items() if word in theirs]
    if names:
        said.append(f"shared names: {', '.join(names[:_NAMED])}")
    if window.column("language")[at] != window.code(reading.language):
        said.append("in another language")
    if value["same_publisher"]:
        said.append("from the same outlet")
    return (*said, *_apart(reading, window, row))


def of_move(there: float, here: float | None) -> tuple[str, ...]:
    """Why an article was put elsewhere: the probability of the new story and that of its own (None if it was alone there)."""
    before = "it stood alone" if here is None else f"its own reaches {here:.2f}"
    return (f"with what came in since, that story reaches {there:.2f}, {before}",)


def of_merge(grounds: Mapping[str, float], articles: int) -> tuple[str, ...]:
    """Why two stories are one: the `MERGE_FEATURES` of the pair, and how many articles the smaller one has."""
    linked = round(grounds["linked_small"] * articles)
    said = [
        f"{linked} of {_counted(articles, 'article')} of the smaller story are near to one of the other",
        f"vector {grounds['centre']:.2f}",
    ]
    if grounds["gap"]:
        said.append(apart(float(np.expm1(grounds["gap"]))))
    return tuple(said)


def of_tear(chance: float, asked: float, going: int, all: int) -> tuple[str, ...]:
    """Why a part of a story is one of its own: how probable it is that it and the rest are one, and how many articles go."""
    return (f"{going} of its {all} articles are hardly near to the others: one story at {chance:.2f} at most, {asked:.2f} is asked for",)


def of_knot(within: float, between: float, going: int, all: int) -> tuple[str, ...]:
    """Why one of two knots is a story of its own: the shares of pairs that are expected to be of one story within the looser one, and between both."""
    return (f"{going} of its {all} articles are a knot of their own: {within:.2f} of one story within it, {between:.2f} with the others",)


def _apart(reading: Reading, window: Window, row: int) -> tuple[str, ...]:
    at = row - window.first
    if reading.moment is None or not window.column("dated")[at]:
        return ()
    slack = float(window.column("slack")[at])
    hours = max(abs(float(window.column("middle")[at]) - reading.moment.middle) - slack - reading.moment.slack, 0.0)
    if reading.moment.slack or slack:
        return (f"at least {span(hours)} apart",) if round(hours * 60) else ("of the same time, as far as the dates tell",)
    return (apart(hours),)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
