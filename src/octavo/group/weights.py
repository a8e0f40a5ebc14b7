"""The numbers that grouping judges by, read from one TOML file: the package's own `weights.toml` or another one of the same form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from octavo.errors import InputError

_PAIR = (
    "bias",
    "cosine",  # of the centred vectors
    "words",  # cosine of the words that both are known by, weighted by rarity
    "gap",  # ln(1 + hours apart), as far as the dates are sure
    "days",  # days apart, at most 30, as a share of 30
    "undated",  # 1 if either has no date
    "same_publisher",
    "no_vector",  # 1 if either has none
)
# What a word tells depends on these. That languages differ is no feature by itself: centred vectors already allow for it.
PRODUCTS = (("words", "gap"), ("words", "other_language"), ("words", "no_vector"))
PAIR_FEATURES = (*_PAIR, *(f"{a} * {b}" for a, b in PRODUCTS))
STORY_FEATURES = (
    "bias",
    "top",  # mean log-odds of the article's best three pairs in the story
    "centre",  # mean cosine of the article with all articles of the story
    "cohesion",  # mean cosine of the story's articles with one another, 0 for a single one
    "single",  # 1 for a story of a single article
    "ahead",  # log-odds of the best pair in this story less those of the best in any other (at least -2.5), within -3 and 3
)
THREAD_FEATURES = (
    "bias",
    "cosine",  # of the centres of the two stories
    "words",  # cosine of their words, weighted by rarity and by how many articles use them
    "names",  # rarity of shared names, as a share of the names of the story with less
    "gap",  # ln(1 + days apart)
    "no_vector",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is looked at. Times in days, the rest are counts."""

    window_days: float  # an article is a candidate for so long after it arrived
    window_articles: int  # and only while it is among so many last ones
    candidates: int  # nearest by vector
    candidates_by_words: int
    mean_prior: float  # articles that a language's starting mean weighs
    join: float  # least probability at which an article joins a story


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """When two texts are the same."""

    alike: float  # least Jaccard similarity
    part_alike: float  # the same for a text that stands within another one
    part_within: float  # share of the shorter text that must stand in the longer one
    part_words: int  # least words of the shorter text
    days: float  # a text that comes again later than this is not taken for a copy


@dataclass(frozen=True, slots=True)
class ThreadLimits:
    """Which stories are looked at for threads, and when one continues another."""

    stories: int  # last opened ones
    link: float  # least probability that two stories continue one another
    agree: float  # least mean probability over the stories of a thread that one is to join
    judged_at: tuple[int, ...]  # sizes of a story at which its thread is looked for


@dataclass(frozen=True, slots=True)
class Weights:
    """Limits, and the weight of each feature in the three logistic models: pair of articles, article and story, pair of stories."""

    limits: Limits
    copies: CopyLimits
    threads: ThreadLimits
    pair: Mapping[str, float]
    story: Mapping[str, float]
    thread: Mapping[str, float]

    @classmethod
    def load(cls, path: Path | None = None) -> Weights:
        """Reads a file of weights, by default the package's own. Raises InputError, naming what is wrong with it."""
        source = path if path is not None else files("octavo.group") / "weights.toml"
        try:
            data = tomllib.loads(source.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(
                f"The weights cannot be read: {error}", subject=str(source), todo="Give a TOML file like the package's own"
            ) from error
        return cls.of(data, str(source))

    @classmethod
    def of(cls, data: Mapping[str, Any], name: str = "weights") -> Weights:
        """Weights from parsed TOML; `name` is for errors. Raises InputError for a missing, unknown or wrong entry."""
        return cls(
            limits=_record(Limits, data, "limits", name),
            copies=_record(CopyLimits, data, "copies", name),
            threads=_record(ThreadLimits, data, "threads", name),
            pair=_model(data, "pair", PAIR_FEATURES, name),
            story=_model(data, "story", STORY_FEATURES, name),
            thread=_model(data, "thread", THREAD_FEATURES, name),
        )


Record = TypeVar("Record", Limits, CopyLimits, ThreadLimits)


def _table(data: Mapping[str, Any], table: str, expected: set[str], name: str) -> Mapping[str, Any]:
    found = data.get(table)
    if not isinstance(found, Mapping) or set(found) != expected:
        wrong = ", ".join(sorted(expected.symmetric_difference(found if isinstance(found, Mapping) else ())))
        raise InputError(f"Table [{table}] of the weights has missing or unknown entries: {wrong}", subject=name)
    return found


def _record(kind: type[Record], data: Mapping[str, Any], table: str, name: str) -> Record:
    found = _table(data, table, {field.name for field in fields(kind)}, name)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    return kind(**values)


def _model(data: Mapping[str, Any], table: str, features: tuple[str, ...], name: str) -> Mapping[str, float]:
    found = _table(data, table, set(features), name)
    try:
        return {feature: float(found[feature]) for feature in features}
    except (TypeError, ValueError) as error:
        raise InputError(f"Table [{table}] of the weights holds something that is no number", subject=name) from error
