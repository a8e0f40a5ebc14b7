"""Stories that continue one another stand in one thread, in order of time; stories that only share a place or a person do not."""

from __future__ import annotations

from itertools import permutations

import pytest

from group_samples import NOW, Read, article, group, read
from octavo.annotate import Embedder
from octavo.group import Grouper, thread_id
from octavo.model import Decision, DecisionKind

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


@pytest.fixture(scope="module")
def articles(embedder: Embedder) -> dict[str, Read]:
    made = [article(id, headline, text, published=published) for id, (published, headline, text) in TEXTS.items()]
    return dict(zip(TEXTS, read(made, embedder), strict=True))


def threads(grouper: Grouper) -> list[list[str]]:
    """The articles of each thread, in the order of its stories."""
    stories = {story.id: story for story in grouper.stories()}
    return [[one for story in thread.stories for one in stories[story].articles] for thread in grouper.threads()]


@pytest.mark.parametrize("order", list(permutations(TEXTS))[::17])
def test_one_matter_over_months_is_one_thread_whatever_the_order_of_arrival(articles: dict[str, Read], order: tuple[str, ...]) -> None:
    grouper = Grouper()
    group([articles[id] for id in order], grouper)
    assert len(grouper.stories()) >= 4
    (thread,) = threads(grouper)
    assert set(thread) == {"plan", "doubt", "end"}
    assert thread[-1] == "end"


def test_a_thread_says_why_and_is_named_after_its_first_story(articles: dict[str, Read]) -> None:
    grouper = Grouper()
    decided = group([articles["end"], articles["plan"]], grouper)[1]
    assert [decision.kind for decision in decided] == [DecisionKind.OPEN, DecisionKind.THREAD, DecisionKind.THREAD]
    first, second = decided[1:]
    plan = grouper.stories()[1].id
    assert (first.story, first.other) == (plan, thread_id(plan))
    assert second.story == grouper.stories()[0].id
    assert "71 days apart" in first.reasons
    assert any(reason.startswith("vector 0.") for reason in first.reasons)
    assert thread_id(plan)[:10] == plan[:10]


def test_a_story_taken_out_of_a_thread_is_not_put_back(articles: dict[str, Read], embedder: Embedder) -> None:
    grouper = Grouper()
    group([articles["plan"], articles["end"]], grouper)
    (thread,) = grouper.threads()
    grouper.apply(None, None, [Decision(DecisionKind.UNTHREAD, thread.stories[1], other=thread.id)], NOW)
    again = article("again", TEXTS["end"][1] + " after all", TEXTS["end"][2] + " So it was said.", published="2031-04-15")
    group(read([again], embedder), grouper)
    assert grouper.story(thread.stories[1]).thread != thread.id
