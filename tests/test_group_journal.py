"""The journal of decisions is the truth: applying it gives the state, and people's repairs are decisions like others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from group_samples import NOW, Read, article, group, read, stream, together
from octavo.annotate import Embedder
from octavo.group import Grouper, story_id
from octavo.model import Decision, DecisionKind


@pytest.fixture(scope="module")
def articles(embedder: Embedder) -> list[Read]:
    subjects = ("the ferry Maren at Torvik", "the bank of Lorvania", "the chess open of Ostermark", "the fish market", "the mountain road")
    events = ("council debates {}", "new report criticises {}", "visitors praise {}", "fire damages {}")
    made = [
        article(
            f"{i}-{k}",
            event.format(subject).capitalize(),
            f"On day {k % 3} {event.format(subject)}, witnesses said.",
            published=f"2031-05-1{k % 3}",
        )
        for k in range(6)
        for i, subject in enumerate(subjects)
        for event in (events[(i + k // 2) % 4],)
    ]
    return [*stream(embedder), *read(made, embedder)]


@pytest.mark.parametrize("stop", [0, 1, 7, 20, 35])
def test_a_restart_in_the_middle_changes_nothing(articles: list[Read], stop: int) -> None:
    whole = Grouper()
    journal = group(articles, whole)
    again = Grouper()
    for (one, annotation), decisions in zip(articles[:stop], journal[:stop], strict=True):
        again.apply(one, annotation, decisions, NOW)
    assert group(articles[stop:], again) == journal[stop:]
    assert again.stories() == whole.stories()
    assert again.threads() == whole.threads()


def test_the_same_stream_gives_the_same_stories(articles: list[Read]) -> None:
    one, other = Grouper(), Grouper()
    assert group(articles, one) == group(articles, other)
    assert 3 < len(one.stories()) < len(articles)


def test_a_restart_after_articles_have_left_the_window(articles: list[Read]) -> None:
    days = [NOW + timedelta(days=k) for k in range(len(articles))]
    whole, again = Grouper(), Grouper()
    journal = [group([one], whole, now)[0] for one, now in zip(articles, days, strict=True)]
    for (one, annotation), decisions, now in zip(articles[:25], journal, days, strict=False):
        again.apply(one, annotation, decisions, now)
    assert [group([one], again, now)[0] for one, now in zip(articles[25:], days[25:], strict=True)] == journal[25:]
    assert again.stories() == whole.stories()


def ids(grouper: Grouper) -> dict[str, str]:
    return {article: story.id for story in grouper.stories() for article in story.articles}


@pytest.fixture
def grouper(embedder: Embedder) -> Grouper:
    grouper = Grouper()
    group(stream(embedder), grouper)
    return grouper


def test_merge(grouper: Grouper) -> None:
    home = ids(grouper)
    ferry, bank = home["ferry-1"], home["bank-1"]
    grouper.apply(None, None, [Decision(DecisionKind.MERGE, bank, other=ferry)], NOW)
    assert together(grouper) == [{"ferry-1", "ferry-2", "ferry-3", "bank-1", "bank-2"}, {"chess-1"}]
    assert grouper.stories()[0].articles == ("ferry-1", "bank-1", "ferry-2", "ferry-3", "bank-2")
    assert grouper.story(ferry).replaced_by == bank


def test_new_articles_find_the_merged_story(grouper: Grouper, embedder: Embedder) -> None:
    home = ids(grouper)
    grouper.apply(None, None, [Decision(DecisionKind.MERGE, home["bank-1"], other=home["ferry-1"])], NOW)
    more = article("ferry-4", "Passengers of the ferry Maren safe after sandbank accident off Torvik", published="2031-05-19T12:00Z")
    decision = group(read([more], embedder), grouper)[0][0]
    assert (decision.kind, decision.story) == (DecisionKind.JOIN, home["bank-1"])


def test_split_and_move(grouper: Grouper) -> None:
    ferry = ids(grouper)["ferry-1"]
    new = story_id("ferry-2", NOW)
    repair = [
        Decision(DecisionKind.SPLIT, new, "ferry-2", other=ferry),
        Decision(DecisionKind.MOVE, new, "ferry-3", other=ferry),
    ]
    grouper.apply(None, None, repair, NOW)
    assert together(grouper) == [{"ferry-1"}, {"bank-1", "bank-2"}, {"chess-1"}, {"ferry-2", "ferry-3"}]
    assert grouper.stories()[-1].id == new


def test_a_story_emptied_by_a_move_is_replaced(grouper: Grouper) -> None:
    home = ids(grouper)
    grouper.apply(None, None, [Decision(DecisionKind.MOVE, home["bank-1"], "chess-1", other=home["chess-1"])], NOW)
    assert together(grouper) == [{"ferry-1", "ferry-2", "ferry-3"}, {"bank-1", "chess-1", "bank-2"}]
    assert grouper.story(home["chess-1"]).replaced_by == home["bank-1"]


def test_threads_follow_merges_and_repairs(grouper: Grouper) -> None:
    home = ids(grouper)
    ferry, bank, chess = home["ferry-1"], home["bank-1"], home["chess-1"]
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, story, other="thread") for story in (chess, bank, ferry)], NOW)
    assert [thread.stories for thread in grouper.threads()] == [(ferry, bank, chess)]
    grouper.apply(None, None, [Decision(DecisionKind.MERGE, bank, other=ferry)], NOW)
    assert [thread.stories for thread in grouper.threads()] == [(bank, chess)]
    grouper.apply(None, None, [Decision(DecisionKind.UNTHREAD, chess, other="thread")], NOW)
    assert grouper.threads() == ()
    assert grouper.story(bank).thread == "thread"


def test_a_decision_about_an_unknown_story_is_an_error(grouper: Grouper) -> None:
    with pytest.raises(KeyError):
        grouper.apply(None, None, [Decision(DecisionKind.MERGE, "nowhere", other=ids(grouper)["bank-1"])], NOW)
