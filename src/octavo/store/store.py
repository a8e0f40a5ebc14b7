"""The door of the room: one class that gathers the parts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Self

from sqlalchemy import func, select

from octavo.store.accounts import Accounts
from octavo.store.annotations import Annotations
from octavo.store.articles import Articles
from octavo.store.attempts import Attempts
from octavo.store.backup import Backups
from octavo.store.browse import Browse
from octavo.store.captures import Captures
from octavo.store.changes import Changes, settle
from octavo.store.comments import Comments
from octavo.store.credentials import Credentials
from octavo.store.database import connect
from octavo.store.editions import OwnEditions
from octavo.store.extractions import Extractions
from octavo.store.follows import Follows
from octavo.store.fronts import Fronts
from octavo.store.instance import Instances
from octavo.store.journal import Journal
from octavo.store.leases import Leases
from octavo.store.marks import Marks
from octavo.store.migrate import migrate
from octavo.store.notices import Notices
from octavo.store.opened import Opened
from octavo.store.outlets import Outlets
from octavo.store.pages import Pages
from octavo.store.personal import Personal
from octavo.store.readers import Readers
from octavo.store.repairs import Repairs
from octavo.store.retention import Retention
from octavo.store.rules import Rules
from octavo.store.search import Search
from octavo.store.soundness import Soundness
from octavo.store.sources import Sources
from octavo.store.stories import Stories
from octavo.store.tables import article_annotations, articles, captures, decisions, sources, stories, threads
from octavo.store.templates import Templates
from octavo.store.views import Views

_COUNTED = {
    "sources": select(func.count()).select_from(sources).where(sources.c.removed_at.is_(None)),
    "captures": select(func.count()).select_from(captures),
    "waiting": select(func.count()).select_from(captures).where(captures.c.extracted_at.is_(None)),
    "problems": select(func.count()).select_from(captures).where(captures.c.problem.is_not(None)),
    "articles": select(func.count()).select_from(articles),
    "ungrouped": select(func.count()).select_from(articles).where(articles.c.arrival.is_(None)),
    "annotations": select(func.count()).select_from(article_annotations),
    "stories": select(func.count()).select_from(stories).where(stories.c.replaced_by.is_(None)),
    "threads": select(func.count()).select_from(threads),
    "decisions": select(func.count()).select_from(decisions),
}


class Store(
    Sources,
    Captures,
    Extractions,
    Articles,
    Annotations,
    Changes,
    Journal,
    Stories,
    Views,
    Pages,
    Templates,
    Leases,
    Readers,
    Accounts,
    Credentials,
    Attempts,
    Instances,
    Marks,
    Opened,
    Search,
    Browse,
    Outlets,
    Fronts,
    Follows,
    Rules,
    OwnEditions,
    Backups,
    Soundness,
    Repairs,
    Comments,
    Retention,
    Personal,
    Notices,
):
    """Everything Octavo keeps. Synchronous, safe to call from several threads and processes; every operation is one transaction, but for those
    that only read `from_one_state`.

    All operations raise StoreError when the database cannot do what was asked.
    """

    @classmethod
    def open(cls, address: str, *, create: bool = True) -> Self:
        """The store at an SQLAlchemy address (`sqlite:///FILE`, `postgresql://USER@HOST/NAME`), migrated to the form needed here.

        `create` makes a missing SQLite file and the tables of an empty database. Raises SettingsError for an address that cannot be
        used, StoreError for a database that cannot be reached, that a newer Octavo has written, or that is not Octavo's.
        """
        database = connect(address, create=create)
        try:
            migrate(database, create=create)
            settle(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def from_one_state(self) -> AbstractContextManager[None]:
        """Within, all that this thread reads is as it was at one moment, until it writes; and it is read sooner."""
        return self.database.sharing()

    def close(self) -> None:
        """Give all connections back. The store cannot be used after that."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def counts(self) -> dict[str, int]:
        """How much of what is kept: sources, captures, articles, annotations, stories, threads, decisions; and what waits or failed."""
        with self.database.reading() as connection:
            return {name: connection.execute(query).scalar_one() for name, query in _COUNTED.items()}
