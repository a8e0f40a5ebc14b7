"""Stories that continue one another stand in one thread, in order of time; stories that only share a place or a person do not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from group_samples import NOW, Read, article, group, read
from octavo.annotate import Embedder
from octavo.group import Grouper, story_id, thread_id
from octavo.group.cards import COARSE, Cards
from octavo.group.threading import thread_decisions
from octavo.group.threads import nearest
from octavo.model import Annotation, Decision, DecisionKind

TEXTS = {
    "plan": (
        "2031-02-03",
        "Karland to hold referendum on leaving the Northern Customs Union",
        "Prime Minister Oda Brenn said Karland will hold a referendum on leaving the Northern Customs Union unless the union lowers its levy on "
        "grain. Farmers welcomed the plan, while exporters warned of delays at the border. The union's secretary, Pavel Rohl, called it regrettable.",
    ),
    "doubt": (
        "2031-02-27",
        "Karland hesitates over customs union referendum",
        "The government of Karland is in no hurry to set a date for a referendum on the Northern Customs Union. Prime Minister Oda Brenn did not "
        "answer when asked whether the vote would be held this year. Neighbours have urged Karland to stay in the union.",
    ),
    "end": (
        "2031-04-15",
        "Karland shelves referendum on leaving customs union",
        "Karland will not hold a referendum on leaving the Northern Customs Union for now, a newspaper reported, citing officials. Prime Minister "
        "Oda Brenn is said to fear losing the vote. Secretary Pavel Rohl welcomed the report and promised talks about the grain levy.",
    ),
    "visit": (
        "2031-02-10",
        "Brenn and Solvian president open new rail link",
        "Prime Minister Oda Brenn of Karland and the president of Solvia, Mira Teng, opened a rail link between their capitals. They met for half an "
        "hour and agreed to work more closely on tourism and on the rescue of hikers in the mountains that they share.",
    ),
    "memorial": (
        "2031-03-01",
        "Solvian envoy to attend dam memorial in Karland",
        "The ambassador of Solvia will attend the ceremony for the victims of the dam that broke eighty years ago in Karland, the embassy said. "
        "Last year the envoy stayed away because of a quarrel over the guest list and the customs union.",
    ),
}


FLOOD = ("Orla", "Brandt", "Vessin", "Dyke", "Halder")
TRIAL = ("Kesterson", "Pike", "Lorne", "Court", "Amadi")


@pytest.fixture(scope="module")
def articles(embedder: Embedder) -> dict[str, Read]:
    made = [article(id, headline, text, published=published) for id, (published, headline, text) in TEXTS.items()]
    return dict(zip(TEXTS, read(made, embedder), strict=True))


def look(grouper: Grouper, stories: Sequence[int] | None = None) -> tuple[Decision, ...]:
    """Decides about the threads of stories (numbers; all of them for None) and applies."""
    decisions = thread_decisions(grouper.state, range(len(grouper.state.stories)) if stories is None else stories)
    grouper.apply(None, None, decisions, NOW)
    return decisions


def threads(grouper: Grouper) -> list[list[str]]:
    """The articles of each thread, in the order of its stories."""
    stories = {story.id: story for story in grouper.stories()}
    return [[one for story in thread.stories for one in stories[story].articles] for thread in grouper.threads()]


def opened(grouper: Grouper, matter: int, names: Sequence[str], ids: Sequence[str], *, vectors: bool = True) -> list[int]:
    """Opens a story of one article for each id, whose vectors lie about a direction of the matter; the stories' numbers."""
    direction = np.random.default_rng(matter).normal(size=384)
    mean = grouper.state.centre.used("en")
    numbers = []
    for k, id in enumerate(ids):
        own = np.random.default_rng([matter, k]).normal(size=384)
        vector = mean + 0.5 * (direction + 0.7 * own) / np.linalg.norm(direction + 0.7 * own)
        vector = (vector / np.linalg.norm(vector)).astype("<f2").tobytes() if vectors else b""
        made = article(id, id, published=f"2031-03-{k % 28 + 1:02}")
        told = Annotation(id, 1, "1", "en", names=tuple(names), vector=vector, search_text=id)
        grouper.apply(made, told, [Decision(DecisionKind.OPEN, story_id(id, NOW), id)], NOW)
        numbers.append(grouper.state.articles[id].story)
    return numbers


def named(what: str, count: int) -> list[str]:
    return [f"{what}-{k}" for k in range(count)]


def put(grouper: Grouper, stories: Sequence[int], thread: str) -> None:
    """A person puts stories into a thread."""
    ids = [grouper.state.stories[number].id for number in stories]
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, id, other=thread) for id in ids], NOW)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("order", list(permutations(TEXTS))[::17])
def test_one_matter_over_months_is_one_thread_whatever_the_order(articles: dict[str, Read], order: tuple[str, ...], at_once: bool) -> None:
    grouper = Grouper()
    for id in order:
        group([articles[id]], grouper)
        if not at_once:
            look(grouper)
    look(grouper)
    assert len(grouper.stories()) >= 4
    (thread,) = threads(grouper)
    assert set(thread) == {"plan", "doubt", "end"}
    assert thread[-1] == "end"


def test_a_thread_says_why_and_is_named_after_its_first_story(articles: dict[str, Read]) -> None:
    grouper = Grouper()
    group([articles["end"], articles["plan"]], grouper)
    end, plan = (story.id for story in grouper.stories())
    first, second = look(grouper)
    assert first.kind is DecisionKind.THREAD
    assert (first.story, first.other) == (plan, thread_id(plan))
    assert (second.story, second.other) == (end, thread_id(plan))
    assert "71 days apart" in first.reasons
    assert any(reason.startswith("vector 0.") for reason in first.reasons)
    assert any(reason.startswith(f"continues story {plan} ") for reason in second.reasons)


def test_looking_changes_nothing_and_says_the_same_again(articles: dict[str, Read]) -> None:
    grouper = Grouper()
    group(articles.values(), grouper)
    numbers = range(len(grouper.state.stories))
    assert thread_decisions(grouper.state, numbers) == thread_decisions(grouper.state, reversed(numbers)) != ()
    look(grouper)
    assert look(grouper) == ()


@pytest.mark.parametrize(("stories", "among"), [(40, 30), (1500, 1400)])
def test_the_nearest_stories_are_those_of_the_last_opened(stories: int, among: int) -> None:
    centres = np.random.default_rng(3).normal(size=(stories, 384))
    centres[:, 128:] = 0  # so that the ranking by the first numbers is the whole one
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    cards = Cards()
    for centre, length in zip(centres, np.random.default_rng(4).uniform(0.4, 1, stories), strict=True):
        cards.append(mean=length * centre, length=length, vectors=1, size=1)
    asked = [stories - 1, stories // 2, 2]
    for one, found in zip(asked, nearest(cards, asked, among, 20, 0.0), strict=True):
        likeness = centres @ centres[one]
        likeness[[one, *range(stories - among)]] = -1
        best = [int(other) for other in np.argsort(-likeness)[:20] if likeness[other] >= 0]
        assert list(found)[:10] == best[:10]
        assert len(set(found) & set(best)) >= len(best) - 1, "the last one may change with what lies between two steps of float16"
        assert list(found.values()) == pytest.approx(likeness[list(found)].tolist(), abs=2e-3)


def test_what_is_kept_of_the_means_changes_with_them() -> None:
    random, cards = np.random.default_rng(5), Cards()

    def some(*shape: int) -> NDArray[np.float32]:
        return random.normal(size=(*shape, 384)).astype(np.float32)

    for turn in range(60):
        for _ in range(random.integers(1, 60)):
            cards.append(mean=some(), length=1, vectors=2, size=2)
        one, other, gone = random.choice(np.arange(cards.first, cards.end), 3, replace=len(cards) < 3).tolist()
        match turn % 4:
            case 0 if one != other:
                cards.merge(one, other)
            case 1:
                cards.shift(np.array([one, other, one]), some(3))
            case 2:
                cards.clear(gone)
            case 3:
                cards.drop_before(cards.end - 500)
        first = max(cards.first, cards.end - int(random.choice([300, 400])))
        means, lengths = (cards.column(name)[first - cards.first :] for name in ("mean", "length"))
        directions = means[:, :COARSE].astype(np.float32) / np.maximum(lengths, np.float32(1e-6))[:, None]
        assert cards.coarse(first).T.tolist() == directions.tolist()


def test_two_matters_come_out_as_two_threads() -> None:
    grouper = Grouper()
    for part in range(4):
        look(grouper, opened(grouper, 1, FLOOD, named(f"flood-{part}", 5)))
        look(grouper, opened(grouper, 2, TRIAL, named(f"trial-{part}", 5)))
    assert sorted(map(len, threads(grouper))) == [20, 20]
    assert {frozenset(id.partition("-")[0] for id in thread) for thread in threads(grouper)} == {frozenset(["flood"]), frozenset(["trial"])}


def test_names_alone_tie_nothing_together() -> None:
    grouper = Grouper()
    for matter in range(10):
        opened(grouper, matter, FLOOD, [f"matter-{matter}"])
    assert look(grouper) == ()


def test_stories_without_vectors_stand_in_no_thread() -> None:
    grouper = Grouper()
    opened(grouper, 1, FLOOD, named("flood", 6), vectors=False)
    assert look(grouper) == ()


def test_two_threads_of_one_matter_become_one_and_the_larger_one_keeps_its_id() -> None:
    grouper = Grouper()
    numbers = opened(grouper, 1, FLOOD, named("flood", 15))
    put(grouper, numbers[:4], "small")
    put(grouper, numbers[4:14], "large")
    look(grouper, numbers[14:])
    assert {grouper.state.stories[number].thread for number in numbers} == {"large"}


def test_what_a_person_took_out_of_a_thread_is_never_brought_back_to_it() -> None:
    grouper = Grouper()
    numbers = opened(grouper, 1, FLOOD, named("flood", 12))
    look(grouper)
    (thread,) = grouper.threads()
    out = grouper.state.stories[numbers[5]].id
    grouper.apply(None, None, [Decision(DecisionKind.UNTHREAD, out, other=thread.id)], NOW)
    for part in range(3):
        # A larger thread of the same matter comes, which the story may join; the two threads must then stay two.
        put(grouper, opened(grouper, 1, FLOOD, named(f"more-{part}", 20)), "more")
        look(grouper)
    assert grouper.story(out).thread != thread.id
    inside = {story for one in grouper.threads() if out in one.stories for story in one.stories}
    assert not inside & set(thread.stories) - {out}


def test_a_story_that_joins_a_long_thread_says_so() -> None:
    grouper = Grouper()
    numbers = opened(grouper, 1, FLOOD, named("flood", 60))
    put(grouper, numbers, "flood")
    assert look(grouper, opened(grouper, 1, FLOOD, ["late"]))[0].reasons[0].startswith("continues 60 stories, the last one ")
