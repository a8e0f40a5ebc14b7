"""What an article and a story are about, by the seventeen top levels of the IPTC Media Topics; where nothing says so, it stays unknown.

Nothing is guessed from a text. An outlet files its articles itself: under a section, in a folder of its addresses, with keywords. The words
that outlets use for that, in many languages, stand in `topics.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from urllib.parse import unquote, urlsplit

from octavo.model import Article
from octavo.words import fold

LONGEST = 80  # letters of a label; more is a sentence
_STEP = re.compile(r"[/>»|:]+")  # between the steps of a section: "News > Science"
_LIST = re.compile(r"[,;·•]+")
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\ud7af]{2,}")  # of scripts that write words without spaces, long enough to mean something inside others


def topics() -> tuple[str, ...]:
    """The codes of the topics ("11000000" is politics), in IPTC's order."""
    return tuple(dict.fromkeys(sorted(_signs().values())))


def topic_of(articles: Sequence[Article]) -> str | None:
    """The topic of a story: that of most of its articles which have one; of equals the one that stands first; None where none has one.

    Hand in the independent ones (`independent`), so that a text that many carry counts once. Texts are not needed.
    """
    return _most(topic_of_article(article) for article in articles)


def topic_of_article(article: Article) -> str | None:
    """The topic under which its outlet files an article: by its section, else by a folder of its address, else by most of its keywords."""
    return (
        _topic_of_section(article.section or "")
        or _most(_topic_of_label(folder) for folder in _folders(article.url or ""))
        or _most(_topic_of_label(keyword) for keyword in article.keywords)
    )


def _most(found: Iterable[str | None]) -> str | None:
    counts = Counter(topic for topic in found if topic)
    return max(counts, key=lambda topic: counts[topic]) if counts else None


@lru_cache(maxsize=4096)
def _topic_of_section(section: str) -> str | None:
    """By its last step that says something, which is the narrowest; of what stands in a list by the first."""
    if len(section) > LONGEST:
        return None
    labels = [label for step in reversed(_STEP.split(section)) for label in (step, *_LIST.split(step))]
    return next(filter(None, map(_topic_of_label, labels)), None) or next(filter(None, map(_topic_within, labels)), None)


@lru_cache(maxsize=8192)
def _topic_of_label(label: str) -> str | None:
    return _signs().get(_plain(label)) if len(label) <= LONGEST else None


def _topic_within(label: str) -> str | None:
    """By the signs of most words that a label of several words holds, if they agree; in a script without spaces by any that it holds."""
    plain = _plain(label)
    words = plain.split()
    runs = (words[start:end] for start, end in combinations(range(len(words) + 1), 2))
    found = {sign: len(run) for run in runs if (sign := " ".join(run)) in _signs()} | {sign: 1 for sign in _unspaced() if sign in plain}
    meant = {_signs()[sign] for sign, length in found.items() if length == max(found.values())}
    return meant.pop() if len(meant) == 1 else None


def _folders(url: str) -> list[str]:
    """The folders of an address, which may be named after sections; its last step names the article."""
    try:
        return [unquote(folder) for folder in urlsplit(url).path.split("/")[1:-1]]
    except ValueError:  # what an outlet wrote there is no address
        return []


def _plain(label: str) -> str:
    return " ".join(_WORD.findall(fold(label)))


@lru_cache(maxsize=1)
def _signs() -> Mapping[str, str]:
    """Folded label → code."""
    data = tomllib.loads(files(__package__).joinpath("topics.toml").read_text("utf-8"))
    return {_plain(sign): code for code, tongues in data.items() for signs in tongues.values() for sign in signs.split(",")}


@lru_cache(maxsize=1)
def _unspaced() -> tuple[str, ...]:
    return tuple(sign for sign in _signs() if _UNSPACED.fullmatch(sign))
