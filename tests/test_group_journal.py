"""The journal of decisions is the truth: applying it gives the state, and people's repairs are decisions like others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

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


Entry = tuple[Read | None, tuple[Decision, ...], datetime]  # what a journal says of one arrival


def journal_of(articles: list[Read], grouper: Grouper, days: list[datetime], every: int = 7) -> list[Entry]:
    """Decides and applies in order, with a look back after each `every` articles; the journal of it."""
    journal: list[Entry] = []
    for number, (one, now) in enumerate(zip(articles, days, strict=True), 1):
        journal.append((one, group([one], grouper, now)[0], now))
        if number % every == 0:
            decisions = grouper.settle(now)
            grouper.apply(None, None, decisions, now)
            journal.append((None, decisions, now))
    return journal


def replayed(journal: list[Entry]) -> Grouper:
    again = Grouper()
    for one, decisions, now in journal:
        again.apply(*(one or (None, None)), decisions, now)
    return again


@pytest.mark.parametrize("stop", [0, 6, 7, 8, 20, 34])
@pytest.mark.parametrize("apart", [timedelta(), timedelta(days=1)])
def test_a_restart_between_two_looks_back_changes_nothing(articles: list[Read], stop: int, apart: timedelta) -> None:
    days = [NOW + k * apart for k in range(len(articles))]
    whole = Grouper()
    journal = journal_of(articles, whole, days)
    again = replayed(journal[:stop])
    for one, decisions, now in journal[stop:]:
        assert (again.settle(now) if one is None else again.decide(*one, now)) == decisions
        again.apply(*(one or (None, None)), decisions, now)
    assert (again.stories(), again.threads(), again.due) == (whole.stories(), whole.threads(), whole.due)


def test_a_look_back_is_taken_down_first_even_when_nothing_comes_of_it(articles: list[Read]) -> None:
    grouper = Grouper()
    group(articles[:3], grouper)
    review = grouper.settle(NOW)
    assert (review[0].kind, review[0].story) == (DecisionKind.REVIEW, "")
    assert grouper.settle(NOW) == review  # it only looked
    grouper.apply(None, None, review, NOW)
    assert grouper.settle(NOW) == ()  # nothing came in since
    assert not grouper.due


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
    ferry, apart = ids(grouper)["ferry-1"], story_id("ferry-2", NOW)
    repair = [Decision(DecisionKind.SPLIT, apart, "ferry-2", other=ferry), Decision(DecisionKind.MERGE, apart, other=ferry)]
    grouper.apply(None, None, repair, NOW)
    more = article("ferry-4", "Passengers of the ferry Maren safe after sandbank accident off Torvik", published="2031-05-19T12:00Z")
    decision = group(read([more], embedder), grouper)[0][0]
    assert (decision.kind, decision.story) == (DecisionKind.JOIN, apart)


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


def wish(grouper: Grouper, decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    grouper.apply(None, None, decisions, NOW)
    return decisions


def test_a_link_brings_two_stories_together_and_only_looks_until_applied(grouper: Grouper) -> None:
    before = grouper.stories()
    decisions = grouper.link("ferry-2", "bank-1")
    assert grouper.stories() == before
    assert [decision.kind for decision in decisions] == [DecisionKind.LINK, DecisionKind.MERGE]
    assert (decisions[0].article, decisions[0].other, decisions[0].story) == ("ferry-2", "bank-1", ids(grouper)["ferry-2"])
    wish(grouper, decisions)
    assert ids(grouper)["ferry-1"] == ids(grouper)["bank-2"]


def test_a_link_within_a_story_is_only_taken_down(grouper: Grouper) -> None:
    assert [decision.kind for decision in wish(grouper, grouper.link("ferry-1", "ferry-2"))] == [DecisionKind.LINK]


def test_parting_takes_a_story_apart(grouper: Grouper) -> None:
    decisions = wish(grouper, grouper.part("ferry-1", "ferry-2"))
    assert (decisions[0].kind, decisions[0].article, decisions[0].other) == (DecisionKind.PART, "ferry-1", "ferry-2")
    assert ids(grouper)["ferry-1"] != ids(grouper)["ferry-2"]
    assert wish(grouper, grouper.part("ferry-1", "bank-1"))[1:] == ()  # they stand apart anyway


def test_the_later_wish_wins_and_says_what_it_takes_back(grouper: Grouper) -> None:
    wish(grouper, grouper.part("ferry-1", "ferry-2"))
    link = wish(grouper, grouper.link("ferry-2", "ferry-1"))[0]
    assert any("takes back" in reason for reason in link.reasons)
    assert ids(grouper)["ferry-1"] == ids(grouper)["ferry-2"]
    part = wish(grouper, grouper.part("ferry-1", "ferry-2"))[0]
    assert any("takes back" in reason for reason in part.reasons)
    assert ids(grouper)["ferry-1"] != ids(grouper)["ferry-2"]


def test_wishes_are_obeyed_for_ever(articles: list[Read]) -> None:
    grouper, later = Grouper(), NOW + timedelta(days=60)
    journal = journal_of(articles, grouper, [NOW] * len(articles))
    home = ids(grouper)
    a = next(iter(home))
    b = next(other for other in home if home[other] != home[a])
    c = next(other for other in home if other != a and home[other] == home[a])
    journal += [(None, wish(grouper, grouper.link(a, b)), NOW), (None, wish(grouper, grouper.part(a, c)), NOW)]
    again = replayed(journal)
    assert again.stories() == grouper.stories()
    more = [(replace(one, id=f"{one.id}-again"), replace(annotation, article=f"{one.id}-again")) for one, annotation in articles]
    for one in (grouper, again):
        journal_of(more, one, [later] * len(more))
        assert ids(one)[a] == ids(one)[b] != ids(one)[c]
    assert again.stories() == grouper.stories()
    d = next(other for other, story in ids(grouper).items() if story not in (ids(grouper)[a], ids(grouper)[c]))
    grouper.apply(None, None, [Decision(DecisionKind.MOVE, ids(grouper)[c], d, other=ids(grouper)[d])], later)
    decisions = wish(grouper, grouper.link(a, d))  # the stories of a and d cannot be merged: c stays where it must
    assert decisions[0].kind is DecisionKind.LINK
    assert ids(grouper)[a] == ids(grouper)[b] == ids(grouper)[d] != ids(grouper)[c]


@pytest.mark.parametrize("wrong", [("ferry-1", "nobody"), ("nobody", "ferry-1")])
def test_a_wish_about_an_unknown_article_is_an_error(grouper: Grouper, wrong: tuple[str, str]) -> None:
    with pytest.raises(KeyError):
        grouper.link(*wrong)
    with pytest.raises(KeyError):
        grouper.part(*wrong)


def test_a_decision_that_does_not_fit_is_an_error(grouper: Grouper) -> None:
    home = ids(grouper)
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, home["bank-1"], other="thread")], NOW)
    for wrong in (
        Decision(DecisionKind.MERGE, home["ferry-1"], other=home["ferry-1"]),
        Decision(DecisionKind.MOVE, home["bank-1"], "ferry-1", other=home["chess-1"]),
        Decision(DecisionKind.UNTHREAD, home["bank-1"], other="another thread"),
        Decision(DecisionKind.UNTHREAD, home["ferry-1"], other="thread"),
    ):
        with pytest.raises(ValueError):
            grouper.apply(None, None, [wrong], NOW)


def test_a_merged_story_that_is_split_off_again_is_the_same_story(grouper: Grouper) -> None:
    home = ids(grouper)
    ferry, bank = home["ferry-1"], home["bank-1"]
    grouper.apply(None, None, [Decision(DecisionKind.MERGE, ferry, other=bank)], NOW)
    back = [Decision(DecisionKind.SPLIT, bank, "bank-1", other=ferry), Decision(DecisionKind.MOVE, bank, "bank-2", other=ferry)]
    grouper.apply(None, None, back, NOW)
    assert grouper.story(bank).articles == ("bank-1", "bank-2")
    assert grouper.story(bank).replaced_by is None
    assert ids(grouper) == home


def test_a_story_emptied_by_a_move_hands_its_thread_on(grouper: Grouper) -> None:
    home = ids(grouper)
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, home["chess-1"], other="thread")], NOW)
    grouper.apply(None, None, [Decision(DecisionKind.MOVE, home["bank-1"], "chess-1", other=home["chess-1"])], NOW)
    assert grouper.story(home["bank-1"]).thread == "thread"


def test_a_decision_about_an_unknown_story_is_an_error(grouper: Grouper) -> None:
    with pytest.raises(KeyError):
        grouper.apply(None, None, [Decision(DecisionKind.MERGE, "nowhere", other=ids(grouper)["bank-1"])], NOW)


def test_a_journal_older_than_how_copies_are_found_is_replayed(embedder: Embedder) -> None:
    first, other = stream(embedder)[:2]
    grouper = Grouper()
    (opened,) = group([first], grouper)
    copy = Decision(DecisionKind.COPY, opened[0].story, other[0].id, other=first[0].id)
    grouper.apply(*other, [copy], NOW)  # today nobody would take the two for copies
    assert grouper.story(opened[0].story).copies[0].articles == (first[0].id, other[0].id)
