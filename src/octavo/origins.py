"""Copy groups, and which article of one most probably had the text first: the agency's, where it is agency copy, else the earliest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from octavo.model import Article, CopyGroup, Credit, CreditKind, PublisherKind
from octavo.publishers import PublisherTable, known

_DATELINE = 120  # letters from the text's start or end in which an agency's note says whose text it is


class Role(IntEnum):
    """How an article stands to the agency whose text it may be; the lower, the nearer."""

    AGENCY = 0  # published by the agency
    CARRIER = 1  # says that it is an agency's copy
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a copy group."""

    article: str
    number: int  # in order of arrival
    when: datetime  # published, but not later than it arrived; where no date is known, arrived
    role: Role
    hosted: bool = False  # known from an aggregator's page only


def role_of(publisher: str | None, agencies: Collection[str], publishers: PublisherTable | None = None) -> Role:
    """How an article of an outlet that names some agencies as its source stands to them.

    `publishers` is by default the package's own table.
    """
    outlet = (publishers or known()).of_name(publisher)
    if outlet is not None and outlet.kind is PublisherKind.AGENCY and set(agencies) <= {outlet.name}:
        return Role.AGENCY
    return Role.CARRIER if agencies else Role.OTHER


def agencies_of(article: Article, credits: Iterable[Credit] = ()) -> frozenset[str]:
    """The agencies that an article names as its source: its `agency`, else those of notes such as "(AP)" among its annotation's `credits`."""
    return frozenset(
        [article.agency] if article.agency else (credit.name for credit in credits if credit.name and _is_note(credit, article.text))
    )


def origin_of(members: Sequence[Member]) -> str:
    """The id of the member that most probably had the text first.

    An agency's own article goes before all others, also when it came in later or has no date; then those that name an agency: what they
    carry is older than they are, and one that does not name it has it from there too. Among equals an outlet's own page goes before an
    aggregator's, then the earlier one, then the one that came in first. Raises ValueError for no members.
    """
    return min(members, key=lambda member: (member.role, member.hosted, member.when, member.number)).article


def copy_groups(members: Iterable[tuple[str, Member]]) -> tuple[CopyGroup, ...]:
    """The copy groups of a story's articles, each given with the article whose text it was found to be (itself for one that is no copy)."""
    groups: dict[str, list[Member]] = {}
    for text, member in members:
        groups.setdefault(text, []).append(member)
    return tuple(
        CopyGroup(origin_of(group), tuple(member.article for member in sorted(group, key=lambda member: (member.when, member.number))))
        for group in groups.values()
        if len(group) > 1
    )


def _is_note(credit: Credit, text: str) -> bool:
    """Whether a credit is an agency's note at the beginning or the end of the text, not a sentence about what an agency reports."""
    begin, end = credit.source[0][0], credit.source[-1][1]
    return credit.kind is CreditKind.AGENCY and not credit.cue and (begin < _DATELINE or end > len(text) - _DATELINE)
