"""What an editor's repair of a story comes to: which pairs of articles must stand in one story from then on, and which must not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from octavo.errors import InputError
from octavo.model import DecisionKind, Story, Wish

_CHOOSE = "Choose articles of this story"


def merged(one: Story, other: Story) -> tuple[Wish, ...]:
    """Two stories are one. Raises InputError for a story without articles, and for one story given twice."""
    if one.id == other.id:
        raise InputError("A story cannot be merged with itself", todo="Choose another one")
    return (Wish(DecisionKind.LINK, _core(one), _core(other)),)


def apart(story: Story, chosen: Sequence[str]) -> tuple[Wish, ...]:
    """Each of these articles is not of this story; nothing is said of how they stand to one another."""
    leaving, core = _chosen(story, chosen)
    return tuple(Wish(DecisionKind.PART, core, article) for article in leaving)


def split(story: Story, chosen: Sequence[str]) -> tuple[Wish, ...]:
    """These articles are a story of their own."""
    leaving, core = _chosen(story, chosen)
    return (*_together(leaving), Wish(DecisionKind.PART, core, leaving[0]))


def moved(story: Story, chosen: Sequence[str], into: Story) -> tuple[Wish, ...]:
    """These articles belong in another story: all of a story's, and it is merged into that one."""
    if story.id == into.id:
        raise InputError("The articles stand in that story already", todo="Choose another one")
    if set(chosen) >= set(story.articles):
        return merged(into, story)
    return (*split(story, chosen), Wish(DecisionKind.LINK, _core(into), _chosen(story, chosen)[0][0]))


def _chosen(story: Story, chosen: Sequence[str]) -> tuple[Sequence[str], str]:
    """The chosen articles in the story's order, copies after their origins, and the one that stands for those that stay.

    A copy goes where its origin goes, so one that stays behind does not stand for the rest.
    """
    wanted = frozenset(chosen)
    leaving = [article for article in _origins_first(story) if article in wanted]
    if not leaving or len(leaving) < len(wanted):
        raise InputError("Nothing was chosen that stands in this story", todo=_CHOOSE)
    following = {article for group in story.copies if wanted & set(group.articles) for article in group.articles}
    staying = [article for article in _origins_first(story) if article not in wanted | following]
    if not staying:
        raise InputError("Nothing would stay in the story", todo="Leave out at least one article that is no copy of the others")
    return leaving, staying[0]


def _together(articles: Sequence[str]) -> tuple[Wish, ...]:
    return tuple(Wish(DecisionKind.LINK, a, b) for a, b in pairwise(articles))


def _core(story: Story) -> str:
    if not story.articles:
        raise InputError("The story holds no articles any more", todo="Choose another one")
    return _origins_first(story)[0]


def _origins_first(story: Story) -> list[str]:
    repeated = {article for group in story.copies for article in group.articles if article != group.origin}
    return [
        *(article for article in story.articles if article not in repeated),
        *(article for article in story.articles if article in repeated),
    ]
