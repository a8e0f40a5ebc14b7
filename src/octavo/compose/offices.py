"""What an office as articles print it ("Japanese Foreign Minister", "spokesperson for the Halm Port Authority") says of who holds it."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from babel import Locale

from octavo.words import fold

LOCALES = ("en", "de", "fr", "es", "pt", "it", "ru", "ar", "ja", "zh")  # whose names of countries are known in full
_SHORTEST = 4  # letters of a country's name from CLDR in ASCII; shorter ones are too often something else
_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:[-&.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Signs:
    """`offices.toml`, ready to be looked for."""

    posts: re.Pattern[str]
    post_of: Mapping[str, str]
    countries: re.Pattern[str]
    country_of: Mapping[str, str]
    abbreviations: re.Pattern[str]
    abbreviated: Mapping[str, str]
    joins: frozenset[str]
    small: frozenset[str]  # the joins and the articles
    titles: frozenset[str]
    others: tuple[str, ...]


@lru_cache(maxsize=4096)
def posts_of(office: str) -> frozenset[str]:
    """The posts that an office names, the same in every language: "foreign_minister" for "Außenministerin". Empty where none is known."""
    signs, folded = _signs(), fold(office)
    posts = frozenset(
        signs.post_of[_plain(match[0])]
        for match in signs.posts.finditer(folded)
        if not folded[: match.start()].rstrip(" -").endswith(signs.others)
    )
    # The president of a house that is no country is no head of state.
    return posts - {"head_of_state"} if "head_of_state" in posts and organisation_of(office) else posts


@lru_cache(maxsize=4096)
def country_of(phrase: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) that an office or a house's name speaks of, the first one named; None where none is."""
    signs = _signs()
    full, short = signs.countries.search(fold(phrase)), signs.abbreviations.search(phrase)
    if full and not (short and short.start() < full.start()):
        return signs.country_of[_plain(full[0])]
    return signs.abbreviated[short[0]] if short else None


def is_country(name: str) -> bool:
    """Whether a name is that of a country and of nothing in it: "the United States", but not "United States Senate"."""
    return re.sub("^the ", "", _plain(fold(name))) in _signs().country_of


@lru_cache(maxsize=4096)
def organisation_of(office: str) -> str | None:
    """The house in which an office is held, as printed; None where none is named or it is a country.

    It is a name after "of" or "for" ("chair of the Halm Port Authority") or one that has such a word inside ("Bank of Halm governor"), else an
    acronym ("UN envoy").
    """
    signs = _signs()
    post = {word for match in signs.posts.finditer(fold(office)) for word in _plain(match[0]).split()}
    no_house = post | signs.titles | signs.small
    for joined, run in _runs(office, signs):
        while run and (fold(run[0][0]) in no_house or (len(run) > 1 and _opens_office(run[0][0], fold(run[1][0]), post, signs))):
            joined |= fold(run[0][0]) in signs.joins
            run = run[1:]
        if run and (joined or any(fold(word[0]) in signs.joins for word in run)):
            house = office[run[0].start() : run[-1].end()]
            if len(run) > 1 or country_of(house) is None:
                return house
    return next((word for word in _ACRONYM.findall(office) if word not in signs.abbreviated), None)


def _opens_office(word: str, following: str, post: set[str], signs: _Signs) -> bool:
    """Whether a word belongs to the office, not to its house: "CEO of ...", "Canadian Minister ..."."""
    return (word.isupper() and following in signs.joins) or (following in post | signs.titles and country_of(word) is not None)


def _runs(office: str, signs: _Signs) -> Iterator[tuple[bool, list[re.Match[str]]]]:
    """The runs of capitalised words with the small ones inside them, each with whether "of" or the like stands before it."""
    words = list(_WORD.finditer(office))
    joined, run = False, list[re.Match[str]]()
    for place, word in enumerate(words):
        if word[0][0].isupper():
            run.append(word)
            continue
        small = fold(word[0]) in signs.small
        goes_on = run and small and any(later[0][0].isupper() for later in words[place + 1 : place + 3])
        if goes_on:
            run.append(word)
            continue
        if run:
            yield joined, run
        joined, run = small and (joined or fold(word[0]) in signs.joins), []
    if run:
        yield joined, run


@lru_cache(maxsize=1)
def _signs() -> _Signs:
    data = tomllib.loads(files(__package__).joinpath("offices.toml").read_text("utf-8"))
    posts, begins = _by_sign(data["posts"]), _by_sign(data["countries"])
    words = {kind: signs.split() for kind, signs in data["words"].items()}
    full = {
        sign: code
        for locale in LOCALES
        for code, name in Locale(locale).territories.items()
        if len(code) == 2 and code.isalpha() and (len(name) >= _SHORTEST or not name.isascii())
        if (sign := _plain(fold(name))) not in words["no_countries"]
    }
    abbreviated = {short: country for country, signs in data["abbreviations"].items() for short in signs.split()}
    return _Signs(
        posts=re.compile(rf"(?<![a-zа-я])(?:{_any(posts)})"),
        post_of=posts,
        countries=re.compile(rf"(?<![a-zа-я])(?:(?:{_any(full)})(?!\w)|(?:{_any(begins)}))"),
        country_of=full | begins,
        abbreviations=re.compile(rf"(?<![\w.])(?:{_any(abbreviated)})(?!\w)"),
        abbreviated=abbreviated,
        joins=frozenset(words["joins"]),
        small=frozenset(words["joins"] + words["articles"]),
        titles=frozenset(words["titles"]),
        others=tuple(words["others"]),
    )


def _by_sign(table: Mapping[str, str]) -> dict[str, str]:
    return {_plain(fold(sign)): meant for meant, signs in table.items() for sign in signs.split()}


def _plain(sign: str) -> str:
    return re.sub(r"[\s_'’-]+", " ", sign)


def _any(signs: Iterable[str], depth: int = 2) -> str:
    """A pattern for any of some signs, the longest that fits; those that begin alike stand together, so that few are tried at a place."""
    if not depth:
        return "|".join(re.escape(sign).replace(r"\ ", r"[\s'’-]") for sign in sorted(signs, key=len, reverse=True))
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for sign in sorted(signs, key=len, reverse=True):
        by_letter[sign[:1]].append(sign[1:])
    return "|".join(f"{_any([letter], 0)}(?:{_any(rest, depth - 1)})" for letter, rest in by_letter.items())
