"""What is known about outlets: one TOML declaration each in this folder, and the table to look them up by host or name.

A declaration is data that anyone may edit (`docs/publishers.md`). The file's name is the outlet's id.
"""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from octavo.errors import SettingsError
from octavo.model import Publisher, PublisherKind


@lru_cache(maxsize=20_000)  # the same names are compared on every page
def folded(name: str) -> str:
    """A name as it is compared: without case, accents, leading article and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return re.sub(r"^(the|die|der|das|el|la|le|les|il)\s+", "", re.sub(r"[\W_]+", " ", plain).strip())


class PublisherTable:
    """Outlets by host and by name. `with_more` lays further declarations over it (the demonstration press, an edition)."""

    def __init__(self, publishers: Iterable[Publisher]) -> None:
        self._all = tuple(publishers)
        self._hosts: dict[str, Publisher] = {}
        self._names: dict[str, Publisher] = {}
        for publisher in self._all:
            for domain in publisher.domains:
                self._hosts.setdefault(domain, publisher)
            for name in (publisher.name, *publisher.aliases):
                self._names.setdefault(folded(name), publisher)

    def __iter__(self) -> Iterator[Publisher]:
        return iter(self._all)

    def of_host(self, host: str | None) -> Publisher | None:
        """The outlet whose domain this host is or lies under; ports and "www." do not matter."""
        labels = (host or "").partition(":")[0].lower().rstrip(".").split(".")
        for first in range(len(labels)):
            if found := self._hosts.get(".".join(labels[first:])):
                return found
        return None

    def of_name(self, name: str | None) -> Publisher | None:
        """The outlet of that name or alias, whatever its case, accents and leading article."""
        return self._names.get(folded(name)) if name else None

    def with_more(self, publishers: Iterable[Publisher]) -> PublisherTable:
        return PublisherTable((*publishers, *self._all))


def declared(text: str, id: str) -> Publisher:
    """One declaration, parsed. Raises tomllib.TOMLDecodeError, KeyError or ValueError for a faulty one."""
    data = tomllib.loads(text)
    unknown = set(data) - {"name", "kind", "domains", "country", "languages", "owner", "aliases", "support_url"}
    if unknown:
        raise ValueError(f"{id}.toml: unknown field {', '.join(sorted(unknown))}")
    return Publisher(
        id=id,
        name=data["name"],
        kind=PublisherKind(data.get("kind", "unknown")),
        domains=tuple(data.get("domains", ())),
        country=data.get("country"),
        languages=tuple(data.get("languages", ())),
        owner=data.get("owner"),
        aliases=tuple(data.get("aliases", ())),
        support_url=data.get("support_url"),
    )


@lru_cache(maxsize=1)
def known() -> PublisherTable:
    """The table of all declarations in the package, under those of the folder that `OCTAVO_PUBLISHERS` names.

    Read from the environment, not handed in, so that the worker processes of extraction know the same outlets. Raises SettingsError for
    a folder or a declaration that cannot be read.
    """
    table = PublisherTable(_folder(files(__name__)))
    own = os.environ.get("OCTAVO_PUBLISHERS")
    if not own:
        return table
    try:
        return table.with_more(_folder(Path(own).expanduser()))
    except OSError as fault:
        raise SettingsError(f"{fault.filename} cannot be read ({fault.strerror})", todo=_REMEDY, subject="OCTAVO_PUBLISHERS") from fault
    except ValueError as fault:
        raise SettingsError(f"A declaration in {own} is faulty ({fault})", todo=_REMEDY, subject="OCTAVO_PUBLISHERS") from fault


_REMEDY = "docs/publishers.md says how outlets are declared"


def _folder(folder: Traversable) -> list[Publisher]:
    texts = sorted((f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml"))
    found = []
    for id, text in texts:
        try:
            found.append(declared(text, id))
        except (ValueError, KeyError) as fault:
            raise ValueError(f"{id}.toml: {fault}") from fault
    return found
