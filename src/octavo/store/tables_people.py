"""The tables of people: who they are, how they prove it, and what is their own.

`octavo.store.personal` finds all of it by what refers to `readers`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from octavo.store.columns import Counter, Json, Moment, Name, Words
from octavo.store.tables import Id, metadata

readers = Table(
    "readers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("preferences", Json),  # what differs from the usual; null: nothing
    Column("visited_at", Moment),  # the front page
    Column("visited_before", Moment),  # the visit before that one; null: there was none
    sqlite_autoincrement=True,  # what was kept for a deleted reader, in a browser say, must not fall to a new one
)

accounts = Table(  # how a reader proves who he or she is; there is none as long as the owner uses Octavo alone, without log-in
    "accounts",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("login", Name, nullable=False, unique=True),  # the reader's name as it is compared
    Column("password", Words, nullable=False),  # argon2id with its parameters and salt
    Column("mail", Name, unique=True),
    Column("changed_at", Moment, nullable=False),  # the password
    Column("closed_at", Moment),  # the owner closed it; null: open
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),  # SHA-256; the token itself is kept nowhere
    Column("reader", ForeignKey("readers.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),  # log-in
    Column("used_at", Moment, nullable=False),
    Column("device", Words, nullable=False),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("reader", ForeignKey("readers.id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", Counter, nullable=False),
    Column("name", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
)

app_passwords = Table(
    "app_passwords",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reader", ForeignKey("readers.id"), nullable=False, index=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("scope", String(20), nullable=False),  # "read" or "write"
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
)

passes = Table(  # what may be used once: invitations, links that reset a password, challenges of passkeys
    "passes",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("reader", ForeignKey("readers.id"), index=True),  # whose password or passkey; null: an invitation, or nobody knows yet
    Column("role", String(20)),  # that an invitation gives
    Column("note", Words),  # for whom an invitation is
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

attempts = Table(  # what failed lately, so that guessing becomes slow
    "attempts",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),  # SHA-256 of a name or an address
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),  # before which nothing more is tried
    Column("at", Moment, nullable=False, index=True),
)

instance = Table(  # what the owner set for all; what is not here is as it comes
    "instance",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Json, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("entity", String(20), primary_key=True),  # "story" or "article"
    Column("id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True),  # "read", "saved", ...
    Column("at", Moment, nullable=False),
    CheckConstraint("entity IN ('story', 'article')", name="entity"),
    Index("ix_marks_latest", "reader", "kind", "at"),
)

follows = Table(
    "follows",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("entity", String(20), primary_key=True),  # "publisher", "story", "thread", "name", ...
    Column("id", Name, primary_key=True),
    Column("at", Moment, nullable=False),
)

looks = Table(  # when a reader last looked at a story, and what stood on its page: article → revision
    "looks",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("story", ForeignKey("stories.id"), primary_key=True, index=True),
    Column("looked_at", Moment, nullable=False),
    Column("shown", Json, nullable=False),
    Column("previous_at", Moment),  # the look before that one; null: there was none
    Column("before", Json, nullable=False),  # what stood there then
    Column("fresh", Boolean, nullable=False),  # something is new since looked_at
)

comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),  # ULID: order of time
    Column("story", ForeignKey("stories.id"), nullable=False, index=True),  # on which it was written
    Column("reader", ForeignKey("readers.id"), index=True),  # null: the account was deleted
    Column("parent", ForeignKey("comments.id")),
    Column("text", Words, nullable=False),
    Column("standing", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("edited_at", Moment),
)

comment_reports = Table(
    "comment_reports",
    metadata,
    Column("comment", ForeignKey("comments.id"), primary_key=True),
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)

dismissals = Table(  # notices that a reader does not want to see again
    "dismissals",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("notice", Name, primary_key=True),
    Column("at", Moment, nullable=False),
)

# ---- follows and rules ---------------------------------------------------------------------------------------------

follow_visits = Table(  # when a reader last looked at what is new in what he or she follows
    "follow_visits",
    metadata,
    Column("reader", ForeignKey("readers.id"), primary_key=True),
    Column("visited_at", Moment, nullable=False),
    Column("visited_before", Moment),  # the visit before that one; null: there was none
)

rules = Table(  # a changed rule is a new one, so what follows from a rule rests on its id
    "rules",
    metadata,
    Column("id", Integer, primary_key=True),  # order in which they were made, which is their order
    Column("reader", ForeignKey("readers.id"), nullable=False, index=True),
    Column("deed", String(20), nullable=False),
    Column("field", String(20), nullable=False),
    Column("way", String(20), nullable=False),
    Column("what", Words, nullable=False),
    Column("word", Words),  # that a highlighting rule shows
    Column("factor", Float),  # of a weighing rule
    Column("nearness", Float),  # in standard deviations; this and the two below: of a rule that goes by meaning
    Column("vector", LargeBinary),
    Column("usual", Json),  # language → mean and deviation of likeness
    Column("edition", Id),  # null: everywhere
    Column("until", Moment),  # null: for good
    Column("off", Words),  # why it was switched off; null: it works
    Column("made_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

rule_hits = Table(  # which stories a rule has marked, so that a mark taken back stays so
    "rule_hits",
    metadata,
    Column("rule", ForeignKey("rules.id", ondelete="CASCADE"), primary_key=True),
    Column("story", ForeignKey("stories.id"), primary_key=True, index=True),
)

own_editions = Table(
    "own_editions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reader", ForeignKey("readers.id"), nullable=False, index=True),
    Column("definition", Json, nullable=False),
    Column("shared", Boolean, nullable=False),  # other readers of the instance may open it
    Column("made_at", Moment, nullable=False),
)
