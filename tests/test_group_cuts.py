"""Two knots: matters that look alike, each far more alike within itself, on articles whose vectors are angles (see `plain_weights`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from group_samples import NOW, Read, at, carry, homes, look_back, plain_weights, together
from octavo.group import Grouper, cuts
from octavo.group.network import probability
from octavo.group.review import touched_stories
from octavo.model import Decision, DecisionKind

K = DecisionKind
ALIKE = 47  # degrees: two such articles are of one story with a probability of .41


def some(name: str, degrees: float, count: int, words: int = 40, language: str = "xx") -> list[Read]:
    """Articles with so many different words of their own."""
    made = (at(f"{name}{k}", degrees, " ".join(f"{name}{k}n{word}" for word in range(words))) for k in range(count))
    return [(article, replace(annotation, language=language)) for article, annotation in made]


def in_one(*stories: Sequence[Read], **limits: float) -> Grouper:
    """A grouper that made one story of several, as a wrong merge does."""
    grouper = Grouper(plain_weights(**limits))
    carry([read for story in stories for read in story], grouper)
    first, *others = dict.fromkeys(homes(grouper)[story[0][0].id] for story in stories)
    grouper.apply(None, None, [Decision(K.MERGE, first, other=other) for other in others], NOW)
    assert len(together(grouper)) == 1
    return grouper


def opened(story: Sequence[Read], grouper: Grouper) -> int:
    """Puts articles into a story of their own, whatever speaks for it; its number."""
    (first, annotation), *others = story
    (decision,) = grouper.decide(first, annotation, NOW)
    new = replace(decision, kind=K.OPEN, story=f"story-{first.id}")
    grouper.apply(first, annotation, [new], NOW)
    for article, annotation in others:
        grouper.apply(article, annotation, [Decision(K.JOIN, new.story, article.id)], NOW)
    return grouper.state.numbers[new.story]


def test_two_knots_come_apart_and_stay_so() -> None:
    grouper = in_one(some("a", 0, 7), some("b", ALIKE, 6))
    story = homes(grouper)["a0"]
    _, split, *moves = look_back(grouper)
    assert (split.kind, split.article, split.other, len(moves)) == (K.SPLIT, "b0", story, 5)
    assert split.reasons == ("6 of its 13 articles are a knot of their own: 1.00 of one story within it, 0.41 with the others",)
    assert split.score == pytest.approx(0.59, abs=0.01)
    while look_back(grouper):
        pass
    assert together(grouper) == [{f"a{k}" for k in range(7)}, {f"b{k}" for k in range(6)}]


@pytest.mark.parametrize(
    "others",
    [
        [some("b", ALIKE, 6, words=20)],  # headlines
        [some("b", ALIKE, 6, language="yy")],  # what is told in two languages is never as near
        [some("b", 38, 6)],  # nearer
        [some("b", ALIKE, 60)],  # many, of which an article does not keep most
        [some("b", ALIKE, 3)],  # few
        [some("b", ALIKE, 3), some("c", -ALIKE, 3)],  # one knot alone
    ],
)
def test_what_is_no_two_knots_stays(others: Sequence[Sequence[Read]]) -> None:
    grouper = in_one(some("a", 0, 7), *others)
    assert K.SPLIT not in {decision.kind for decision in look_back(grouper)}


@pytest.mark.parametrize(("words", "merges"), [(20, 1), (40, 0)])
def test_two_knots_are_not_merged(words: int, merges: int) -> None:
    grouper = Grouper(plain_weights(merge_company=2))
    numbers = [opened(some("a", 0, 6, words), grouper), opened(some("b", 43.9, 6, words), grouper)]
    assert len(touched_stories(grouper.state, numbers)) == merges


def test_what_an_article_does_not_keep_because_others_are_nearer_may_be_near() -> None:
    crowd = [some("c", -20, 16), some("d", 50, 16)]
    grouper = Grouper(plain_weights())
    one, other, *_ = (opened(story, grouper) for story in (some("a", 0, 7), some("b", 30, 6), *crowd))
    rows = [grouper.state.live_rows(number) for number in (one, other)]
    between = squares(grouper, np.concatenate(rows))[0][:7, 7:]
    assert between.mean() < 0.6 < 0.9 < between[between > 0].min()
    assert not cuts.two_knots(grouper.state, *rows)


def test_what_is_hardly_near_leaves_before_knots_are_looked_for() -> None:
    far = some("c", 180, 8)
    grouper = Grouper(plain_weights())
    numbers = [opened(story, grouper) for story in (some("a", 0, 7), some("b", ALIKE, 6), far)]
    grouper.apply(None, None, grouper.link("c0", "c1"), NOW)
    first, *others = (grouper.state.stories[number].id for number in numbers)
    grouper.apply(None, None, [Decision(K.MERGE, first, other=other) for other in others], NOW)
    _, split, *moves = look_back(grouper)
    assert (split.article, len(moves)) == ("c0", 7)
    assert split.reasons[0].startswith("8 of its 21 articles are hardly near")


def test_sums_are_those_of_the_pairs_on_either_side_of_a_cut() -> None:
    random = np.random.default_rng(4)
    chances = np.triu(random.random((9, 9)), 1)
    order = random.permutation(9)
    found = np.array(cuts.sums(cuts.Pairs(*chances.nonzero(), chances[chances > 0]), order)).T
    for behind, sums in enumerate(found, 1):
        first, second = (np.sort(part) for part in (order[:behind], order[behind:]))
        between = chances[np.ix_(first, second)].sum() + chances[np.ix_(second, first)].sum()
        assert sums == pytest.approx([*(chances[np.ix_(part, part)].sum() for part in (first, second)), between])


def test_knots_are_told_by_the_pairs_that_can_be_compared() -> None:
    grouper = Grouper(plain_weights())
    for story in (some("a", 0, 16), some("b", ALIKE, 15), some("c", 0, 3, language="yy"), some("d", ALIKE, 3, words=5)):
        opened(story, grouper)
    window, rows = grouper.state.window, np.arange(37)
    language, text = window.column("language"), window.column("words")[:, 31] > 0
    alike = (language == language[:, None]) & text & text[:, None] & ~np.eye(37, dtype=np.bool_)
    farthest = np.where((window.column("neighbours") >= 0).all(1), probability(window.column("odds").min(1)), 0)
    (chances,) = squares(grouper, rows)
    known, unknown = alike * chances, alike * (chances == 0) * np.minimum.outer(farthest, farthest)
    assert unknown.any()
    random, found_two = np.random.default_rng(4), 0
    for order in (rows, *(np.concatenate((random.permutation(31), random.permutation(6) + 31)) for _ in range(3))):
        found = np.array(cuts.knots(grouper.state, rows, cuts.graph(grouper.state, [rows]), order)).T
        for behind, (within, between) in enumerate(found.tolist(), 1):
            first, second = order[:behind], order[behind:]
            inside = [known[np.ix_(part, part)].sum() / max(alike[np.ix_(part, part)].sum(), 1) for part in (first, second)]
            across = np.ix_(first, second)
            expected = (known + unknown)[across].sum() / max(alike[across].sum(), 1)
            enough = min(alike[np.ix_(part, part)].sum() / 2 for part in (first, second)) >= 6 <= alike[across].sum()
            if enough and min(inside) >= 0.8 and expected < 0.65 * min(inside):
                assert (within, between) == pytest.approx((min(inside), expected))
                found_two += 1
            else:
                assert between == np.inf
    assert found_two


def test_a_graph_goes_with_its_rows_in_any_order() -> None:
    grouper = in_one(some("a", 0, 7), some("b", ALIKE, 6))
    rows = np.arange(13)
    turned = np.random.default_rng(4).permutation(13)
    (graph,) = squares(grouper, rows)
    assert graph[0, 1] > 0.9 > graph[0, 8] > 0.3
    assert np.array_equal(squares(grouper, turned)[0], graph[np.ix_(turned, turned)])


def test_stories_that_are_looked_at_together_are_seen_as_each_by_itself() -> None:
    grouper = Grouper(plain_weights())
    numbers = [opened(story, grouper) for story in (some("a", 0, 7), some("b", ALIKE, 6), some("c", 180, 9))]
    rows = [grouper.state.live_rows(number) for number in numbers]
    for one, (alone,) in zip(squares(grouper, *rows), (squares(grouper, own) for own in rows), strict=True):
        assert np.array_equal(one, alone)
        assert one.any()


def squares(grouper: Grouper, *stories: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """The graph of each story (rows) as a square of pairs."""
    pairs = cuts.graph(grouper.state, stories)
    assert (np.diff(pairs.one) >= 0).all()
    counts = np.array([len(rows) for rows in stories])
    lines, found = cuts.cells(counts), np.zeros((counts**2).sum())
    for ones, others in ((pairs.one, pairs.other), (pairs.other, pairs.one)):
        assert not found[lines[ones] + others].any(), "each pair once"
        found[lines[ones] + others] = pairs.weight
    ends = (counts**2).cumsum()
    return [found[end - count**2 : end].reshape(count, count) for end, count in zip(ends, counts, strict=True)]
