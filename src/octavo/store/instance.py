"""What the owner has set for the whole instance, in a page and not in the environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import delete, insert, select

from octavo.store.database import Part
from octavo.store.tables_people import instance

_EVERY = select(instance)


@dataclass(frozen=True, slots=True)
class Instance:
    """The instance as its owner wants it. Every field is a JSON value, and its default is how an instance comes."""

    name: str = "Octavo"
    public_reading: bool = False  # strangers see headlines, excerpts and links; never a full text
    training: bool = False  # strangers' programs may train models on what they see
    comments: bool = False  # stories may be opened to comments
    comments_wait: bool = False  # until an editor lets them through
    support_text: str = ""  # of the instance itself
    support_url: str = ""
    retention_days: int | None = None  # None: everything is kept
    retention_bytes: int | None = None


_KNOWN = frozenset(field.name for field in fields(Instance))


class Instances(Part):
    """The settings of the instance."""

    def instance(self) -> Instance:
        """What is set; for the rest, how an instance comes."""
        with self.database.reading() as connection:
            return instance_of((name, value) for name, value in connection.execute(_EVERY).all())

    def set_instance(self, wanted: Instance) -> None:
        """Keep what differs from how an instance comes."""
        usual = asdict(Instance())
        rows = [{"name": name, "value": value} for name, value in asdict(wanted).items() if value != usual[name]]
        with self.database.writing("instance") as connection:
            connection.execute(delete(instance))
            if rows:
                connection.execute(insert(instance), rows)


def instance_of(rows: Iterable[tuple[str | None, Any]]) -> Instance:
    """The settings of rows of name and value as this Octavo knows them; others, of a newer one, are left out."""
    return Instance(**{name: value for name, value in rows if name in _KNOWN})
