"""All SQL and nothing else: tables, migrations, change log. SQLite and PostgreSQL through the same tables.

`Store` is the door; each of its operations is one short transaction that reads or writes. `tables` declares what is kept, `columns`
the types that mean the same on both databases, `database` the transactions, `migrate` and `migrations/` the way from an older form.
The other modules are one domain each: `sources`, `pages` (what to fetch besides), `captures`, `extractions` and `articles`,
`annotations`, `journal` (grouping decisions) with `apply` (what they do), `stories`, `views` (as pages show them), `lineage` (which story
another one took in), `changes` (the change log), `search` (its index), `leases`, `readers`, `accounts`, `credentials` and `attempts` (who
may come in), `instance` (what the owner set for all); `browse` and `outlets` read what goes across stories.
"""

from octavo.store.accounts import Account, NewAccount, Session
from octavo.store.articles import Revision
from octavo.store.browse import Appearance, Quoted, Spot, ThreadLine, Utterance
from octavo.store.captures import Problem
from octavo.store.changes import Change
from octavo.store.comments import Comment, Standing
from octavo.store.credentials import AppPassword, Pass, Passkey, Purpose, Scope
from octavo.store.editions import OwnEdition
from octavo.store.follows import Follow, Followed
from octavo.store.instance import Instance
from octavo.store.journal import GROUPING, Arrival
from octavo.store.marks import LOOKED_AT, Glance, Look, Mark, MarkKind
from octavo.store.outlets import OutletLine, Tie
from octavo.store.pages import WantedPage
from octavo.store.readers import Asked, Preferences
from octavo.store.retention import LetGo
from octavo.store.search import EVERY, SEARCH, Beginning, Indexed, SearchEntry, Wanted, fact
from octavo.store.store import Store
from octavo.store.stories import Withdrawn
from octavo.store.views import KeptView

__all__ = [
    "EVERY",
    "GROUPING",
    "LOOKED_AT",
    "SEARCH",
    "Account",
    "AppPassword",
    "Appearance",
    "Arrival",
    "Asked",
    "Beginning",
    "Change",
    "Comment",
    "Follow",
    "Followed",
    "Glance",
    "Indexed",
    "Instance",
    "KeptView",
    "LetGo",
    "Look",
    "Mark",
    "MarkKind",
    "NewAccount",
    "OutletLine",
    "OwnEdition",
    "Pass",
    "Passkey",
    "Preferences",
    "Problem",
    "Purpose",
    "Quoted",
    "Revision",
    "Scope",
    "SearchEntry",
    "Session",
    "Spot",
    "Standing",
    "Store",
    "ThreadLine",
    "Tie",
    "Utterance",
    "Wanted",
    "WantedPage",
    "Withdrawn",
    "fact",
]
