"""Editors' repairs: what they come to, that later grouping obeys them, the log, and that taking one back leaves nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import restarts
from octavo.desk import Desk
from octavo.errors import InputError
from octavo.group import Grouper
from octavo.model import CopyGroup, DecisionKind, Deed, Repair, Story, Wish
from octavo.repairs import apart, merged, moved, split
from octavo.settings import Settings
from octavo.store import Store
from restarts import START

K = DecisionKind
HARBOUR = Story("S1", ("a", "b", "c", "d"), copies=(CopyGroup("b", ("a", "b")),))
BANK = Story("S2", ("x", "y"))


def test_what_a_repair_comes_to() -> None:
    assert merged(HARBOUR, BANK) == (Wish(K.LINK, "b", "x"),)  # an origin stands for its story
    assert apart(HARBOUR, ["d", "c"]) == (Wish(K.PART, "b", "c"), Wish(K.PART, "b", "d"))
    assert split(HARBOUR, ["b", "d"]) == (Wish(K.LINK, "b", "d"), Wish(K.PART, "c", "b"))  # the copy goes with it
    assert moved(HARBOUR, ["d"], BANK) == (Wish(K.PART, "b", "d"), Wish(K.LINK, "x", "d"))
    assert moved(BANK, ["y", "x"], HARBOUR) == merged(HARBOUR, BANK)


@pytest.mark.parametrize("chosen", [[], ["x"], ["a", "x"], ["b", "c", "d"], ["a", "b", "c", "d"]])
def test_what_cannot_be_split_off_is_refused(chosen: list[str]) -> None:
    for repair in (apart, split):
        with pytest.raises(InputError):
            repair(HARBOUR, chosen)


def test_a_story_is_not_merged_with_itself_nor_with_an_empty_one() -> None:
    with pytest.raises(InputError, match="itself"):
        merged(BANK, BANK)
    with pytest.raises(InputError, match="already"):
        moved(BANK, ["x"], BANK)
    with pytest.raises(InputError, match="no articles"):
        merged(BANK, Story("S3", ()))


@pytest.fixture
def desk(sqlite_address: str) -> Iterator[Desk]:
    """A desk whose store holds the first rounds, grouped."""
    with Desk(Settings(), Store.open(sqlite_address)) as desk:
        for number, read in enumerate(restarts.rounds()[:3]):
            restarts.put(desk.store, read, f"round {number}")
            desk.group(START)
        yield desk


def standing(desk: Desk) -> dict[str, str]:
    return desk.store.stories_of([article.id for read in restarts.rounds() for article, _ in read])


def stories(desk: Desk) -> list[Story]:
    """The stories, the largest first."""
    found = desk.store.stories(sorted(set(standing(desk).values())))
    return sorted(found, key=lambda story: (-len(story.articles), story.id))


def journal_again(desk: Desk) -> Grouper:
    grouper = Grouper()
    for arrival in desk.store.arrivals():
        grouper.apply(arrival.article, arrival.annotation, arrival.decisions, arrival.at)
    return grouper


def editor(desk: Desk) -> int:
    return desk.store.owner().id


def test_every_repair_can_be_taken_back_and_leaves_stories_as_they_were(desk: Desk) -> None:
    large, other, *_ = stories(desk)
    for deed, wishes in (
        (Deed.MERGE, merged(large, other)),
        (Deed.SPLIT, split(large, large.articles[1:3])),
        (Deed.APART, apart(large, large.articles[-1:])),
        (Deed.MOVE, moved(large, large.articles[1:2], other)),
    ):
        before = standing(desk)
        desk.repair(deed, large.id, wishes, editor(desk), START)
        assert standing(desk) != before
        line, *_ = desk.store.repairs(10)
        assert (line.deed, line.story, line.editor, line.undone_at) == (deed, large.id, editor(desk), None)
        assert line.number is not None
        desk.undo(line.number, editor(desk), START)
        assert standing(desk) == before
        assert desk.store.repairs(1)[0].undone_at == START
        assert not journal_again(desk).wishes
        with pytest.raises(InputError, match="taken back before"):
            desk.undo(line.number, editor(desk), START)
    assert journal_again(desk).stories() == desk._grouping.grouper.stories()
    assert not list(desk.store.faults())


def test_what_was_repaired_stays_so_when_more_comes_in_and_after_a_restart(desk: Desk) -> None:
    large, other, *_ = stories(desk)
    desk.repair(Deed.SPLIT, large.id, split(large, large.articles[1:3]), editor(desk), START)
    desk.repair(Deed.MERGE, other.id, merged(other, stories(desk)[-1]), editor(desk), START)
    wishes = desk._grouping.grouper.wishes
    with Desk(Settings(), Store.open(str(desk.store.database.engine.url))) as again:
        restarts.put(again.store, restarts.rounds()[3], "round 3")
        again.group(START)
        home = standing(again)
        assert again._grouping.grouper.wishes == wishes
    for wish in wishes:
        assert (home[wish.a] == home[wish.b]) == (wish.kind is K.LINK)


def test_taking_back_gives_back_what_the_repair_overruled(desk: Desk) -> None:
    large, *_ = stories(desk)
    one, two = large.articles[0], large.articles[-1]
    desk.wish(Wish(K.LINK, one, two), editor(desk), START)
    desk.repair(Deed.APART, large.id, apart(large, [two]), editor(desk), START)
    assert standing(desk)[one] != standing(desk)[two]
    line, said = desk.store.repairs(10)
    assert said.deed is Deed.MERGE
    assert [wish.kind for wish in line.overruled] == [K.LINK]
    desk.undo(line.number or 0, editor(desk), START)
    assert {wish.kind for wish in desk._grouping.grouper.wishes} == {K.LINK}
    assert standing(desk)[one] == standing(desk)[two]


def test_an_editors_title_stands_in_place_of_the_headline_until_it_is_taken_back(desk: Desk) -> None:
    large, *_ = stories(desk)
    desk.compose(START)
    before = desk.store.story(large.id)
    assert before
    desk.store.retitle(Repair(Deed.RENAME, large.id, editor(desk), START, after="The harbour strike"))
    desk.compose(START)
    renamed = desk.store.story(large.id)
    assert renamed == replace(before, headline="The harbour strike")
    assert desk.store.title(large.id) == "The harbour strike"
    desk.undo(desk.store.repairs(1)[0].number or 0, editor(desk), START)
    assert desk.store.story(large.id) == before


def test_the_log_is_read_page_by_page_and_by_story(desk: Desk) -> None:
    one, two, *_ = stories(desk)
    for number, story in enumerate((one, two, one)):
        desk.store.retitle(Repair(Deed.RENAME, story.id, editor(desk), START, after=f"Title {number}"))
    page = desk.store.repairs(2)
    assert [line.after for line in page] == ["Title 2", "Title 1"]
    assert [line.after for line in desk.store.repairs(2, before=page[-1].number)] == ["Title 0"]
    assert [line.after for line in desk.store.repairs(9, story=one.id)] == ["Title 2", "Title 0"]


def test_a_repair_of_what_is_not_there_changes_nothing(desk: Desk) -> None:
    before = desk.store.counts()
    with pytest.raises(InputError, match="no article none"):
        desk.repair(Deed.MERGE, "S9", (Wish(K.LINK, "none", "nothing"),), editor(desk), START)
    with pytest.raises(InputError, match="not there"):
        desk.undo(999, editor(desk), START)
    assert desk.store.counts() == before
    assert not desk.store.repairs(1)
