"""How crowded it is around an article, by vector and by words, as pairs are judged by it."""

from __future__ import annotations

import numpy as np
import pytest

from group_samples import BANK, FERRY, NOW, Read, article, at, read
from octavo.group.deciding import Look, look
from octavo.group.features import PAIR_FEATURES
from octavo.group.ids import story_id
from octavo.group.reading import read as reading_of
from octavo.group.state import State
from octavo.group.weights import Weights
from octavo.model import Decision, DecisionKind


def last_look(*articles: Read) -> Look:
    """How the last of some articles looks at those before it, each of which opened a story."""
    state = State(Weights.load())
    for known, annotation in articles:
        seen = look(state, reading_of(known, annotation, NOW), NOW)
        state.enter(known, annotation, seen, None, NOW)
        state.apply([Decision(DecisionKind.OPEN, story_id(known.id, NOW), known.id)], NOW)
    return seen


def column(seen: Look, name: str) -> np.ndarray:
    return seen.pairs[:, PAIR_FEATURES.index(name)]


@pytest.mark.parametrize("others", [0, 4, 14])
def test_words_are_as_common_as_the_eleventh_candidate_has_them(others: int) -> None:
    words = ["buoy", "tide", "crew", "mast", "keel", "hull", "pier", "rope", "dock", "sail", "helm", "cove", "quay", "reef"]
    texts = [*(f"{FERRY} {' '.join(words[: number + 1])}" for number in range(others)), BANK, f"{FERRY} lantern"]
    seen = last_look(*read(article(f"a-{number}", text) for number, text in enumerate(texts)))
    shared = np.sort(column(seen, "words"))[::-1]
    assert len(shared) == others + 1
    assert set(column(seen, "words_background").tolist()) == {shared[min(10, others)]}
    assert column(seen, "above_words_background") == pytest.approx(column(seen, "words") - column(seen, "words_background"))


def test_each_of_a_pair_tells_how_crowded_it_is_around_it() -> None:
    seen = last_look(*(at(f"way-{angle}", angle) for angle in (0, 20, 90, 10)))
    alone, beside, crossed = column(seen, "their_background").tolist()
    assert alone == 0  # nothing had come in before it
    assert crossed < beside
    expected = column(seen, "cosine") - (column(seen, "background") + column(seen, "their_background")) / 2
    assert column(seen, "above_backgrounds") == pytest.approx(expected)
