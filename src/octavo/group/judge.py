"""What speaks for an article's being in a story, and for two stories' being one: rows of features, made from lists of neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, log, log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from octavo.group.cards import Cards
from octavo.group.features import MERGE_FEATURES, STORY_FEATURES
from octavo.group.network import probability
from octavo.group.table import beginnings, widened
from octavo.group.window import NEIGHBOURS

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

_UNSEEN = -6.0
_RIVAL = -4.0
_MOST = 8.0  # log-odds are held within
_TOP = 3
_FIRST = 0.5  # articles: one likely neighbour in a small story is enough, of a large one more are asked for
_SINGLE = 0.7
_AT_ONCE = 256  # vectors: more do not stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Articles with their neighbours: one row an article. The story of a neighbour that there is not is -1."""

    vectors: Floats  # centred; 0 where there is none
    homes: Numbers  # number of the story that each is in, -1 for one that is in none yet
    times: NDArray[np.float64]  # hours; not a number for undated ones
    backgrounds: Floats
    languages: NDArray[np.int32]
    stories: Numbers  # of the neighbours: articles x neighbours
    odds: Floats
    their_languages: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Which stories each article might be in, by its number in `Seen` and by story ascending: a row of `STORY_FEATURES` for each."""

    articles: Numbers
    stories: Numbers
    neighbours: Numbers  # how many the article has there
    company: Floats  # expected neighbours of one story there, and half of one more, as a share of all that could be
    matrix: Floats


def homes(seen: Seen, cards: Cards, least: float = 0.0) -> Homes:
    """The stories in which the articles have neighbours, and what speaks for each. An article's own story is seen without it.

    Of those with less company than `least`, but for the articles' own, the `centre` is left at 0: looking vectors up takes most of the time.
    """
    if len(seen.homes) == 1 and seen.homes[0] < 0 and not least:
        return _homes_of_one(seen, cards)
    (place,) = (seen.stories.ravel() >= 0).nonzero()
    article = place // seen.stories.shape[1]
    order, groups = _by_odds(article * cards.end + seen.stories.take(place), seen.odds.take(place))
    place, article = place.take(order), article.take(order)
    odds = seen.odds.take(place)
    starts, counts, top = _groups(groups)
    who, where = article.take(starts), seen.stories.take(place.take(starts))

    own = seen.homes.take(who) == where
    known = where >= cards.first
    at = np.maximum(where - cards.first, 0)
    card = cards.at("measures", at)
    # Counts are reckoned with as float64: numpy takes twice as long where kinds of numbers are mixed.
    size = np.maximum(np.where(known, card["size"] - own, counts), 1).astype(np.float64)
    held = counts.astype(np.float64)
    chances = probability(odds)
    same_language = seen.languages.take(article) == seen.their_languages.take(place)
    three, links, of_language = _sums(starts, odds * top, chances, same_language)
    top_three = _mean_of_top(three, held, size)
    could = np.minimum(size, NEIGHBOURS)
    company = (links + _FIRST) / could

    count = np.where(known, card["vectors"], 0.0)
    worth = own | (company >= least)
    # The sum of the story's vectors without the article's own one: its product with that one, and its square.
    product = _products(worth, lambda some: widened(cards.at("mean", at[some])), lambda some: seen.vectors.take(who[some], 0)) * count
    square = (card["length"] * count) ** 2
    if own.any():
        squares = own * np.einsum("ij,ij->i", seen.vectors, seen.vectors).astype(np.float64)[who]
        count = np.maximum(count - (squares > 0), 0)
        square -= 2 * own * product - squares
        product -= squares
    centre = product / np.maximum(count, 1)
    cohesion = (square - count) / np.maximum(count * (count - 1), 1) * (count > 1)

    first = odds.take(starts)
    times = seen.times.take(who)
    gap = _gaps(times, times, card["begin"], card["end"], card["dated"] & known)
    columns = {
        "top": _held(first, _MOST),
        "top_three": _held(top_three, _MOST),
        "share": links / could,
        "links": np.log1p(links),
        "centre": centre,
        "cohesion": cohesion,
        "above_cohesion": (centre - cohesion) * (size > 1),
        "single": size == 1,
        "size": np.log(size),
        "margin": _held(first - _rivals(who, first), _MOST / 2),
        "gap": np.log1p(gap),
        "language": of_language / held,
        "seen": held / could,
        "background": seen.backgrounds.take(who),
        "dated": ~np.isnan(times),
        "all_links": np.log1p(np.bincount(article, chances, len(seen.homes))).take(who),
    }
    return Homes(who, where, counts, company.astype(np.float32), _matrix(columns, STORY_FEATURES))


def _homes_of_one(seen: Seen, cards: Cards) -> Homes:
    """The same, to the last digit, for a single article that is in no story yet.

    One is decided about far more often than many are judged again, and of its few numbers most are reckoned with sooner than numpy is asked.
    """
    odds, chances, stories = seen.odds[0].tolist(), probability(seen.odds[0]).tolist(), seen.stories[0].tolist()
    same_language = (seen.their_languages[0] == seen.languages[0]).tolist()
    time, background = float(seen.times[0]), float(seen.backgrounds[0])
    neighbours: dict[int, list[int]] = {}  # story → places of the article's neighbours there, the nearest first
    for place in (-seen.odds[0]).argsort(kind="stable").tolist():
        if stories[place] >= 0:
            neighbours.setdefault(stories[place], []).append(place)
    where = np.array(sorted(neighbours), np.int64)
    at = np.maximum(where - cards.first, 0)
    products = np.einsum("ij,ij->i", widened(cards.at("mean", at)), seen.vectors.repeat(len(at), 0))
    tops = [odds[there[0]] for there in neighbours.values()]
    best = max(tops, default=_RIVAL)
    second = max((top for top in tops if top < best), default=_RIVAL)
    all_links = log1p(sum([chances[place] for there in neighbours.values() for place in there]))
    companies: list[float] = []
    cells: list[float] = []  # `STORY_FEATURES` of one story after another
    for story, product, card in zip(where.tolist(), products.tolist(), cards.at("measures", at).tolist(), strict=True):
        begin, end, length, count, size, dated = card
        there = neighbours[story]
        held, top, three = len(there), odds[there[0]], there[:_TOP]
        if story < cards.first:
            size, count, dated = held, 0, False
        size = max(size, 1)
        could = min(size, NEIGHBOURS)
        links = sum([chances[place] for place in there])
        missing = max(min(size, _TOP) - len(three), 0)
        top_three = (sum([odds[place] for place in three]) + _UNSEEN * missing) / (len(three) + missing)
        rival = max(second if top == best else best, _RIVAL)
        centre = product * count / max(count, 1)
        cohesion = ((length * count) * (length * count) - count) / (count * (count - 1)) if count > 1 else 0.0
        companies.append((links + _FIRST) / could)
        cells += (
            max(-_MOST, min(top, _MOST)),
            max(-_MOST, min(top_three, _MOST)),
            links / could,
            log1p(links),
            centre,
            cohesion,
            centre - cohesion if size > 1 else 0.0,
            size == 1,
            log(size),
            max(-_MOST / 2, min(top - rival, _MOST / 2)),
            log1p(max(time - end, begin - time, 0.0)) if dated and not isnan(time) else 0.0,
            sum([same_language[place] for place in there]) / held,
            held / could,
            background,
            not isnan(time),
            all_links,
        )
    matrix = np.array(cells, np.float32).reshape(len(where), len(STORY_FEATURES))
    counts = np.array([len(neighbours[story]) for story in where.tolist()], np.int64)
    return Homes(np.zeros(len(where), np.int64), where, counts, np.array(companies, np.float32), matrix)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Pairs of neighbours: their rows, stories, log-odds, and whether they are of one language."""

    row: Numbers
    other: Numbers
    story: Numbers
    other_story: Numbers
    odds: Floats
    same_language: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Couples:
    """Pairs of stories between which there are neighbours: the smaller one (among equals the younger), the larger one, `MERGE_FEATURES`."""

    small: Numbers
    large: Numbers
    links: Floats  # expected pairs of one story between them
    company: Floats  # the same as a share of all that could be
    matrix: Floats


def couples(edges: Edges, cards: Cards, least: float = 0.0) -> Couples:
    """Pairs of stories that have a card and neighbouring articles, and what speaks for each pair's being one story.

    Of those with less company than `least` the `centre` is left at 0: looking vectors up takes most of the time.
    """
    keep = (edges.story != edges.other_story) & (np.minimum(edges.story, edges.other_story) >= cards.first)
    row, other, story, other_story, odds, same = (
        values[keep] for values in (edges.row, edges.other, edges.story, edges.other_story, edges.odds, edges.same_language)
    )
    sizes = cards.column("size")
    size, other_size = sizes[story - cards.first], sizes[other_story - cards.first]
    turn = (size > other_size) | ((size == other_size) & (story < other_story))
    small, large = np.where(turn, other_story, story), np.where(turn, story, other_story)
    small_row, large_row = np.where(turn, other, row), np.where(turn, row, other)
    # Two articles that are each other's neighbours are one pair.
    pairs = small_row * (large_row.max(initial=0) + 1) + large_row
    order, groups = _by_odds(pairs, odds)
    order = order[beginnings(groups)]
    again, groups = _by_odds((small[order] - cards.first) * len(cards) + large[order] - cards.first, odds[order])
    order = order[again]
    small, large, small_row, large_row, odds, same = (values[order] for values in (small, large, small_row, large_row, odds, same))
    starts, counts, top = _groups(groups)
    pair = np.repeat(np.arange(len(starts)), counts)
    lesser, greater = small[starts], large[starts]

    one, two = lesser - cards.first, greater - cards.first
    size, other_size = sizes[one], sizes[two]
    likely = odds > 0
    three, links, of_language = _sums(starts, odds * top, probability(odds), same)
    top_three = _mean_of_top(three, counts, size * other_size)
    share = links / (size * np.minimum(other_size, NEIGHBOURS / 2))
    worth = share >= least
    centre = _products(worth, lambda some: widened(cards.at("mean", one[some])), lambda some: widened(cards.at("mean", two[some])))

    def cohesion(at: Numbers) -> Floats:
        count = cards.at("vectors", at)
        found: Floats = np.where(count > 1, (cards.at("length", at) ** 2 * count - 1) / np.maximum(count - 1, 1), _SINGLE)
        return found

    dated = cards.column("dated")
    begin, end = (np.where(dated[one], cards.column(name)[one], np.nan) for name in ("begin", "end"))
    gap = _gaps(begin, end, cards.column("begin")[two], cards.column("end")[two], dated[two])
    columns = {
        "linked_small": _distinct(pair[likely], small_row[likely], len(starts)) / size,
        "linked_large": _distinct(pair[likely], large_row[likely], len(starts)) / other_size,
        "top_three": _held(top_three, _MOST),
        "share": share,
        "centre": centre,
        "cohesion": (cohesion(one) + cohesion(two)) / 2,
        "small": np.log(size),
        "large": np.log(other_size),
        "gap": np.log1p(gap),
        "language": of_language / counts,
        "links": links / (size + other_size),
    }
    matrix = _matrix(columns, MERGE_FEATURES)
    return Couples(lesser, greater, links.astype(np.float32), share.astype(np.float32), matrix)


def _products(worth: NDArray[np.bool_], ones: Callable[[Numbers], Floats], others: Callable[[Numbers], Floats]) -> Floats:
    """The products of vectors with as many others where they are `worth` it, else 0. Each function gives those at some places."""
    found = np.zeros(len(worth), np.float32)
    (at,) = worth.nonzero()
    for start in range(0, len(at), _AT_ONCE):
        some = at[start : start + _AT_ONCE]
        found[some] = np.einsum("ij,ij->i", ones(some), others(some))
    return found


def _by_odds(groups: Numbers, odds: Floats) -> tuple[Numbers, Numbers]:
    """The order that brings groups together, ascending, and in each the highest log-odds first, equal ones in any order; the groups in it."""
    best, count = (-odds).argsort(), max(len(odds), 1)
    # Group and rank as one number: that sorts ten times as fast as columns do.
    keys = groups[best] * count + np.arange(len(best))
    keys.sort()
    groups, rank = np.divmod(keys, count)
    return best[rank], groups


def _groups(keys: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Of the groups in a sorted column: where each begins, how long each is; and whether each element is one of the first `_TOP` of its group."""
    starts, top = beginnings(keys), np.ones(len(keys), np.bool_)
    np.not_equal(keys[_TOP:], keys[:-_TOP], out=top[_TOP:])
    return starts, _lengths(starts, len(keys)), top


def _lengths(starts: Numbers, end: int) -> Numbers:
    """How long each group is, of those that begin at `starts` in a column of `end` elements."""
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1:] = end - starts[-1:]
    return counts


def _sums(starts: Numbers, *columns: NDArray[np.generic]) -> NDArray[np.float64]:
    """The sum of each group, a row for each column."""
    values = np.empty((len(columns), len(columns[0])))
    for row, column in zip(values, columns, strict=True):
        row[:] = column
    return np.add.reduceat(values, starts, axis=1) if len(starts) else values


def _rivals(who: Numbers, top: Floats) -> Floats:
    """For each of an article's stories the highest of the `top` odds of its others, `_RIVAL` at least; `who` are the articles, ascending."""
    if not len(top):
        return top
    first = beginnings(who)
    rivals = _lengths(first, len(who))
    best = np.maximum.reduceat(top, first).repeat(rivals)
    is_best = top == best
    second = np.maximum.reduceat(np.where(is_best, _RIVAL, top), first).repeat(rivals)
    rival: Floats = np.maximum(np.where(is_best, second, best), _RIVAL)
    return rival


def _mean_of_top(three: NDArray[np.float64], held: NDArray[Any], could: NDArray[Any]) -> NDArray[np.float64]:
    """The mean log-odds of the three nearest, of which `three` are the sums: of `could` pairs, those that are not `held` count `_UNSEEN`."""
    held = np.minimum(held, _TOP)
    missing = np.maximum(np.minimum(could, _TOP) - held, 0)
    mean: NDArray[np.float64] = (three + _UNSEEN * missing) / (held + missing)
    return mean


def _held(values: NDArray[np.floating], most: float) -> NDArray[np.floating]:
    """The values, held within -`most` and `most`: `np.clip` takes five times as long for few."""
    found: NDArray[np.floating] = np.minimum(np.maximum(values, -most), most)
    return found


def _distinct(groups: Numbers, values: Numbers, count: int) -> NDArray[np.int64]:
    """How many different values (below 2 ** 32) each of `count` groups has."""
    return np.bincount(np.unique(groups << 32 | values) >> 32, minlength=count)


def _gaps(
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    other_begin: NDArray[np.float64],
    other_end: NDArray[np.float64],
    dated: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Hours between spans of time, 0 where they overlap or one has none (`begin` is not a number, or not `dated`)."""
    apart = np.maximum(begin - other_end, other_begin - end)
    return np.where(dated & ~np.isnan(apart), np.maximum(apart, 0), 0)


def _matrix(columns: dict[str, NDArray[np.generic]], names: tuple[str, ...]) -> Floats:
    matrix = np.array([columns[name] for name in names], np.float32)
    return matrix.T.copy()  # a column is written faster as a row
