"""Says in words and numbers why a decision was taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from octavo.group.copies import Match
from octavo.group.rarity import Rarity
from octavo.group.reading import Reading
from octavo.group.threads import Link
from octavo.group.weights import PAIR_FEATURES
from octavo.group.window import Window

_RARE = 3.0  # a word in less than one of twenty articles
_NAMED = 6  # words that are written out


def span(hours: float) -> str:
    """A length of time as people say it: "40 minutes", "1 day"."""
    for unit, length in (("day", 24.0), ("hour", 1.0)):
        if hours >= length:
            return _counted(round(hours / length), unit)
    return _counted(round(hours * 60), "minute")


def of_copy(match: Match, window: Window, reading: Reading) -> tuple[str, ...]:
    """Why an article is a copy of the one at a row of the window."""
    what = "one text stands within the other" if match.part else "the same text"
    return (f"{what} (alike {match.alike:.2f})", *_apart(reading, window, match.row))


def of_join(
    reading: Reading, words: NDArray[np.int32], window: Window, row: int, pair: NDArray[np.float32], rarity: Rarity
) -> tuple[str, ...]:
    """Why an article is near its story: what it has in common with the nearest of its articles, at `row`; `pair` are their features."""
    at = row - window.first
    value = dict(zip(PAIR_FEATURES, pair.tolist(), strict=True))
    said = [] if value["no_vector"] else [f"vector {value['cosine']:.2f}"]
    common = words[np.isin(words, window.column("words")[at]) & (words > 0)]
    common = common[np.argsort(-rarity.of(common), kind="stable")]
    rare = [reading.words[word] for word in common[rarity.of(common) >= _RARE].tolist()]
    if rare:
        more = ", ..." if len(rare) > _NAMED else ""
        said.append(f"{_counted(len(rare), 'shared rare word')}: {', '.join(rare[:_NAMED])}{more}")
    names = [name for word, name in reading.names.items() if word in set(window.column("names")[at].tolist())]
    if names:
        said.append(f"shared names: {', '.join(names[:_NAMED])}")
    if window.column("language")[at] != window.code(reading.language):
        said.append("in another language")
    if value["same_publisher"]:
        said.append("from the same outlet")
    return (*said, *_apart(reading, window, row))


def of_thread(link: Link, story: str) -> tuple[str, ...]:
    """Why a story and story `story` continue one another."""
    said = [f"continues {story} with probability {link.probability:.2f}", f"vector {link.cosine:.2f}", f"shared words {link.words:.2f}"]
    if link.names:
        said.append(f"shared names {link.names:.2f}")
    if link.days is not None:
        said.append(f"{span(link.days * 24)} apart")
    return tuple(said)


def _apart(reading: Reading, window: Window, row: int) -> tuple[str, ...]:
    at = np.array([row - window.first])
    if reading.moment is None or not window.column("dated")[at[0]]:
        return ()
    hours = float(window.gaps(reading, at)[0])
    if reading.moment.slack or window.column("slack")[at[0]]:
        return (f"at least {span(hours)} apart",) if hours else ("of the same time, as far as the dates tell",)
    return (f"{span(hours)} apart",)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
