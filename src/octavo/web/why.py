"""The reasons of decisions in the reader's language: grouping gives them in English, and so they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from gettext import NullTranslations

from babel.units import format_unit

_SPAN = r"(?P<count>\d+) (?P<unit>minute|hour|day)s?"
_ARRIVED = "with what came in since, that story reaches (?P<chance>\\S+),"


def told(reasons: Iterable[str], words: NullTranslations, language: str) -> Iterator[str]:
    """Each reason in a language; one that is not known, such as of an earlier version, as it is kept."""
    for reason in reasons:
        yield next((_told(text, match, language) for pattern, text in _texts(words) if (match := pattern.fullmatch(reason))), reason)


def _told(text: str, match: re.Match[str], language: str) -> str:
    said = match.groupdict()
    if "unit" in said:
        said["span"] = format_unit(int(said["count"]), f"duration-{said['unit']}", locale=language)
    return text % said


@lru_cache(maxsize=16)
def _texts(words: NullTranslations) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What grouping says → how it is said in a language. The wording in `octavo.group` is what these follow; a test holds them together."""
    _ = words.gettext
    said = {
        r"vector (?P<likeness>\S+)": _("vector %(likeness)s"),
        r"\d+ shared rare words?: (?P<words>.+)": _("shared rare words: %(words)s"),
        r"shared names: (?P<names>.+)": _("shared names: %(names)s"),
        "in another language": _("in another language"),
        "from the same outlet": _("from the same outlet"),
        "within a minute|0 minutes apart": _("within a minute"),  # the second is of an earlier version
        rf"{_SPAN} apart": _("%(span)s apart"),
        rf"at least {_SPAN} apart": _("at least %(span)s apart"),
        "of the same time, as far as the dates tell": _("of the same time, as far as the dates tell"),
        r"near to (?P<near>\d+) of its (?P<all>\d+) articles": _("near to %(near)s of its articles (of %(all)s)"),
        r"the same text \(alike (?P<likeness>\S+)\)": _("the same text (alike %(likeness)s)"),
        r"(?P<words>\d+) words? stand in both \(alike (?P<likeness>\S+)\)": _("words that stand in both: %(words)s (alike %(likeness)s)"),
        "no live article is near": _("no live article is near"),
        r"the nearest story reaches (?P<chance>\S+), (?P<least>\S+) is asked for": _("the nearest story reaches %(chance)s of %(least)s"),
        r"its own story reaches (?P<chance>\S+), (?P<least>\S+) is asked for": _("its own story reaches %(chance)s of %(least)s"),
        rf"{_ARRIVED} it stood alone": _("with what came in since, this story reaches %(chance)s; it stood alone"),
        rf"{_ARRIVED} its own reaches (?P<before>\S+)": _(
            "with what came in since, this story reaches %(chance)s, the one before %(before)s"
        ),
        r"(?P<going>\d+) of its (?P<all>\d+) articles are hardly near to the others: one story at (?P<chance>\S+) at most, "
        r"(?P<least>\S+) is asked for": _(
            "articles that are hardly near to the others: %(going)s of %(all)s; one story at %(chance)s of %(least)s"
        ),
        r"(?P<going>\d+) of its (?P<all>\d+) articles are a knot of their own: (?P<within>\S+) of one story within it, "
        r"(?P<between>\S+) with the others": _(
            "articles that are a knot of their own: %(going)s of %(all)s; one story at %(within)s within it, at %(between)s with the others"
        ),
        r"leaves with (?P<article>\S+)": _("leaves with %(article)s"),
        r"a copy of (?P<article>\S+)": _("a copy of %(article)s"),
        r"a person linked (?P<one>\S+) and (?P<other>\S+)": _("a person linked %(one)s and %(other)s"),
        r"a person parted (?P<one>\S+) and (?P<other>\S+)": _("a person parted %(one)s and %(other)s"),
        "a person took a repair back": _("a person took a repair back"),
        r"takes back that (?P<one>\S+) and (?P<other>\S+) belong together": _("takes back that %(one)s and %(other)s belong together"),
        r"takes back that (?P<one>\S+) and (?P<other>\S+) do not belong together": _(
            "takes back that %(one)s and %(other)s do not belong together"
        ),
    }
    return tuple((re.compile(pattern), text) for pattern, text in said.items())
