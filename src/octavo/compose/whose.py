"""Whose voice an article is, and which articles carry another one's text: asked by all that count voices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from octavo.model import Article, Credit, CreditKind, PublisherKind, Story
from octavo.origins import Role, agencies_of, role_of
from octavo.publishers import PublisherTable, folded, known


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose voice an article is. `key` alone is compared: the folded name, or for an outlet that is not known the article's id."""

    key: str
    name: str | None = field(compare=False)
    kind: CreditKind = field(compare=False)


def outlet(name: str | None, article: str) -> Owner:
    """The outlet that is printed as an article's own."""
    return Owner(article, None, CreditKind.OUTLET) if name is None else _named(name, known())


@lru_cache(maxsize=4096)  # a list of stories has hundreds of articles of a few dozen outlets
def _named(name: str, publishers: PublisherTable) -> Owner:
    declared = publishers.of_name(name)
    if declared is None:
        return Owner(folded(name), name, CreditKind.OUTLET)
    return Owner(folded(declared.name), declared.name, CreditKind.AGENCY if declared.kind is PublisherKind.AGENCY else CreditKind.OUTLET)


def owner_of(article: Article, credits: Iterable[Credit] = ()) -> Owner:
    """Whose voice an article is: the agency's whose copy it says it is, in its fields or in a note among its annotation's `credits`, else the outlet's."""
    agencies = agencies_of(article, credits)
    if agencies and role_of(article.publisher, agencies) is Role.CARRIER:
        agency = outlet(min(agencies), article.id)
        return Owner(agency.key, agency.name, CreditKind.AGENCY)
    return outlet(article.publisher, article.id)


def origins(story: Story) -> dict[str, str]:
    """Article → the one whose text it carries, for those of a story's articles that are copies of another."""
    return {id: group.origin for group in story.copies for id in group.articles if id != group.origin}
