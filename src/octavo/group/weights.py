"""The numbers that grouping judges by, read from one TOML file: the package's own `weights.toml` or another one of the same form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from octavo.errors import InputError
from octavo.group.features import MERGE_FEATURES, PAIR_FEATURES, STORY_FEATURES, THREAD_FEATURES
from octavo.group.network import Network


@dataclass(frozen=True, slots=True)
class Limits:
    """What is looked at. Times in days, the rest are counts."""

    window_days: float  # an article is a candidate for so long after it arrived
    window_articles: int  # and only while it is among so many last ones
    candidates: int  # nearest by vector
    candidates_by_words: int
    mean_prior: float  # articles that a language's starting mean weighs
    stories: int  # last opened ones that are still known by their articles
    join: float  # least probability at which an article joins a story
    margin: float  # by so much must another story be more probable than its own for an article to move there
    leave: float  # below this probability an article leaves its story even if no other one is more probable
    merge: float  # least probability that two stories are one
    company: float  # no article is in a story with a probability above so many times its `Homes.company` there
    merge_company: float  # nor are two stories one above so many times their `Couples.company`
    least_company: float  # nor below so many times it, the less the fewer pairs between them are expected to be of one story:
    many_pairs: float  # half as much if so many are
    neighbour: float  # least log-odds of two articles to be neighbours
    telling: float  # least log-odds at which a new neighbour is reason to look at an article again


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """When two texts are the same."""

    same: float  # least share of all passages of two texts that both have
    same_strict: float  # the same for brief texts, and for texts of one outlet, which have standing phrases in common
    within: float  # least share of the shorter text's passages that stand in the longer one, where that carries it
    carried: float  # least words that it then carries
    numbers: float  # least share of common numbers, of the text with fewer: reports of a series differ in little else
    headline: float  # least share of common words of the headlines, of the shorter, asked of texts of one outlet
    least: int  # words of the shorter text: below, only equal texts are copies
    brief: int  # words: a shorter text is a brief one
    days: float  # between two copies; what comes again later is not taken for one
    hours: float  # the same for brief texts that are not equal or are of one outlet: on another day, it is one of a series


@dataclass(frozen=True, slots=True)
class ThreadLimits:
    """Which stories are looked at for threads, and when one continues another."""

    stories: int  # last opened ones
    nearest: int  # stories that a story is compared with by its vector
    cosine: float  # least cosine with the nearest story of a group that is looked at
    rivals: int  # groups that it is then compared with as a whole
    sample: int  # stories by which a group is compared
    join: float  # least probability at which a story joins a thread
    few: int  # stories: a thread of less, or a lone story, tells too little of its matter to ask so little
    join_few: float  # least probability at which a story is linked with such a one
    cosine_few: float  # least mean cosine with such a one: shared names alone begin no thread
    merge: float  # least probability at which two threads become one


@dataclass(frozen=True, slots=True)
class Weights:
    """Limits, and the models: a network each for pairs of articles, an article and a story, two stories; and one for threads."""

    limits: Limits
    copies: CopyLimits
    threads: ThreadLimits
    pair: Network  # article and article
    story: Network  # article and story
    merge: Network  # story and story
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
            pair=Network.of(_found(data, "pair", name), PAIR_FEATURES, name),
            story=Network.of(_found(data, "story", name), STORY_FEATURES, name),
            merge=Network.of(_found(data, "merge", name), MERGE_FEATURES, name),
            thread=_model(data, "thread", THREAD_FEATURES, name),
        )


Record = TypeVar("Record", Limits, CopyLimits, ThreadLimits)


def _found(data: Mapping[str, Any], table: str, name: str) -> Mapping[str, Any]:
    found = data.get(table)
    if not isinstance(found, Mapping):
        raise InputError(f"Table [{table}] of the weights is missing", subject=name)
    return found


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
