"""The same text is found again: whole, edited, cut, under another headline."""

from __future__ import annotations

from group_samples import BANK, FERRY, LONG, NOW, article, group, read, together
from octavo.group import Grouper
from octavo.model import Article, Decision, DecisionKind

EDITED = LONG.replace("has approved", "approved").replace("nine million", "9 million") + " A vote is due on Monday."
OTHER = (
    "Three schools in Ostermark will share one kitchen from September, the district said on Friday, because cooks are hard to find. "
    "Meals will be brought by van and kept warm in boxes. Parents fear that the food will be cold, and one school asked for a year "
    "to prepare. The district expects to save a tenth of its costs and will look at the matter again after the winter holidays. "
)


def decided(*articles: Article) -> tuple[list[Decision], Grouper]:
    grouper = Grouper()
    return [decisions[0] for decisions in group(read(articles), grouper)], grouper


def test_edits_and_a_new_headline_do_not_hide_a_copy() -> None:
    (_, _, copy), grouper = decided(
        article("first", "Fish market to move", LONG),
        article("other", "One kitchen for three schools", OTHER),
        article("edited", "Torvik: museum plan", EDITED),
    )
    assert (copy.kind, copy.other) == (DecisionKind.COPY, "first")
    assert copy.reasons[0].startswith("the same text (alike 0.")
    assert together(grouper) == [{"first", "edited"}, {"other"}]


def test_a_cut_text_is_a_copy_in_either_order() -> None:
    cut = LONG[: LONG.index("The move will cost")]
    for first, second in ((LONG, cut), (cut, LONG)):
        (_, copy), _ = decided(article("a", "Fish market to move", first), article("b", "Market moves north", second))
        assert (copy.kind, copy.other) == (DecisionKind.COPY, "a")
        assert "one text stands within the other" in copy.reasons[0]


def test_a_copy_of_a_copy_names_the_origin() -> None:
    found, grouper = decided(*(article(id, f"Headline {id}", LONG) for id in "abcd"))
    assert [decision.other for decision in found] == [None, "a", "a", "a"]
    assert [copy.articles for copy in grouper.stories()[0].copies] == [("a", "b", "c", "d")]


def test_the_same_page_fifty_times_is_one_copy_group() -> None:
    found, grouper = decided(*(article(str(k), "Ferry runs aground off Torvik", "", publisher="Torvik Post") for k in range(50)))
    assert {decision.kind for decision in found[1:]} == {DecisionKind.COPY}
    assert len(grouper.stories()) == 1


def test_short_texts_are_copies_only_if_equal() -> None:
    (_, near, same), _ = decided(
        article("a", "Ferry aground", FERRY),
        article("b", "Bank raises rate", BANK),
        article("c", "FERRY aground", FERRY.replace("all 214", "all  214")),
    )
    assert near.kind is DecisionKind.OPEN
    assert (same.kind, same.other) == (DecisionKind.COPY, "a")


def test_two_or_three_words_say_nothing() -> None:
    (_, second), _ = decided(article("a", "Live updates"), article("b", "Live updates"))
    assert second.kind is not DecisionKind.COPY


def test_a_text_that_returns_after_weeks_is_no_copy() -> None:
    (_, again), _ = decided(article("a", "Market", LONG, published="2031-04-02"), article("b", "Market", LONG, published="2031-05-19"))
    assert again.kind is not DecisionKind.COPY


def test_the_earliest_published_is_taken_for_the_origin() -> None:
    _, grouper = decided(
        article("late", "Market", LONG, published="2031-05-19T12:00Z"), article("early", "Market", LONG, published="2031-05-19T07:00Z")
    )
    assert grouper.stories()[0].copies[0].origin == "early"
    assert grouper.stories()[0].opened_at == NOW
