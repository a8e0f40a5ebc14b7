"""All SQL and nothing else: tables, migrations, change log. SQLite and PostgreSQL through the same tables.

`Store` is the door; each of its operations is one short transaction that reads or writes. `tables` declares what is kept, `columns`
the types that mean the same on both databases, `database` the transactions, `migrate` and `migrations/` the way from an older form.
The other modules are one domain each: `sources`, `pages` (what to fetch besides), `captures`, `extractions` and `articles`,
`annotations`, `journal` (grouping decisions) with `apply` (what they do), `stories`, `changes` (the change log), `leases`, `readers`.
"""

from octavo.store.articles import Revision
from octavo.store.captures import Problem
from octavo.store.changes import Change
from octavo.store.journal import GROUPING, Arrival
from octavo.store.pages import WantedPage
from octavo.store.store import Store

__all__ = ["GROUPING", "Arrival", "Change", "Problem", "Revision", "Store", "WantedPage"]
