"""All tables. Their first form is written by `migrations/versions/0001_*.py`; a test proves that both say the same.

A row of `articles` holds what lists need; texts lie apart in `article_texts`, one row a revision. `memberships` and
`thread_members` keep their history: a row is open until a decision ends it. `changes` is the one change log.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    event,
    false,
    text,
)

from octavo.store.columns import Counter, Json, Moment, Name, Packed, Words, clock, this_transaction

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


Id = String(64)  # digests, ULIDs; long enough for any of ours


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


# ---- who and where -------------------------------------------------------------------------------------------------

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("address", Words, nullable=False, unique=True),
    Column("title", Words),
    Column("publisher", Name),
    Column("folders", Json, nullable=False),
    Column("home", Words),
    Column("full_text", String(20), nullable=False),
    Column("selector", Words),
    Column("interval_seconds", Float),  # null: by how often it publishes
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment),  # no longer gathered; its captures stay
    Column("due_at", Moment, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("ttl_seconds", Float),
    Column("skip_hours", Json, nullable=False),
    Column("skip_days", Json, nullable=False),
    Column("newest_at", Moment),
    Column("usual_gap", Float),
    Column("longest_gap", Float),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("final_address", Words),
    Column("moved_to", Words),
    Column("moved_count", Integer, nullable=False),
    Column("reserved", Json, nullable=False),
    Column("last_tried_at", Moment),
    Column("last_success_at", Moment),
    Column("error_count", Integer, nullable=False),
    Column("last_error", Words),
    Column("last_error_at", Moment),
    Column("bytes_in", Counter, nullable=False),
    Column("bytes_out", Counter, nullable=False),
    _partial("ix_sources_due", "due_at", where="removed_at IS NULL"),
    sqlite_autoincrement=True,
)

# ---- what arrived --------------------------------------------------------------------------------------------------

captures = Table(
    "captures",
    metadata,
    Column("seq", Counter, primary_key=True),  # order of arrival
    Column("id", Id, nullable=False, unique=True),
    Column("address", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("charset", Words),
    Column("headers", Json, nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("dated", Boolean, nullable=False),
    Column("article", Id),  # the one whose whole text was fetched with it
    Column("selector", Words),
    Column("source", ForeignKey("sources.id")),
    Column("extracted_at", Moment),
    Column("problem", Words),
    Column("size", Integer, nullable=False),  # of the body as it arrived, in bytes
    Column("body", Packed, nullable=False),
    Column("let_go", Boolean, nullable=False, server_default=false()),  # the body, which is empty since
    _partial("ix_captures_waiting", "seq", where="extracted_at IS NULL"),
    _partial("ix_captures_problem", "extracted_at", where="problem IS NOT NULL"),
    Index("ix_captures_source", "source", "seq"),
    sqlite_autoincrement=True,
)

pages = Table(  # pages to be fetched: whole texts that a feed cut, and what a list page or sitemap links to
    "pages",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("address", Words, nullable=False, unique=True),
    Column("source", ForeignKey("sources.id")),
    Column("article", Id, index=True),  # whose whole text it is; wanted before that article is stored, so that no stop loses it
    Column("found_at", Moment, nullable=False),
    Column("due_at", Moment),  # when to ask for it; null: no more
    Column("attempts", Integer, nullable=False),
    Column("problem", Words),  # why it could not be had
    Column("obstacle", String(20)),
    _partial("ix_pages_due", "due_at", "seq", where="due_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

# ---- what was written ----------------------------------------------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    Column("seq", Counter, primary_key=True),  # order in which they were first stored
    Column("id", Id, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),  # the current one
    Column("headline", Words),
    Column("url", Words),
    Column("published", Words),  # as printed
    Column("published_at", Moment),  # the first moment it may mean
    Column("modified", Words),
    Column("authors", Json, nullable=False),
    Column("publisher", Name),
    Column("aggregator", Name),
    Column("agency", Name),
    Column("language", Words),
    Column("section", Words),
    Column("image", Json),
    Column("signals", Json, nullable=False),
    Column("cut", Boolean, nullable=False),
    Column("keywords", Json),  # null: none; so the columns of lists below
    Column("free", Boolean),
    Column("dateline", Words),
    Column("enclosures", Json),
    Column("live", Boolean, nullable=False, server_default=false()),
    Column("words", Integer, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("seen_again_at", Moment, nullable=False),
    Column("ordered_at", Moment, nullable=False),  # published_at, but never after seen_at: what "latest" means
    Column("arrival", Counter, unique=True),  # the how-manieth article that grouping took in; null: not yet
    Column("arrived_at", Moment),  # the `now` of that
    Column("let_go_at", Moment),  # when its text was let go, which is empty since; null: it is kept
    Index("ix_articles_latest", "ordered_at", "seq", "publisher"),  # and what each outlet published in a time
    Index("ix_articles_publisher", "publisher", "ordered_at", "seq"),
    _partial("ix_articles_ungrouped", "seq", where="arrival IS NULL"),
    sqlite_autoincrement=True,
)

article_texts = Table(
    "article_texts",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("capture", ForeignKey("captures.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("headline", Words),
    Column("blocks", Json, nullable=False),
    Column("text", Words, nullable=False),
    Column("notes", Json),  # their spans are of this revision
)

article_captures = Table(
    "article_captures",
    metadata,
    Column("capture", ForeignKey("captures.id"), primary_key=True),
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("ordinal", Integer, nullable=False),  # place in the capture, the main article is 0
    Index("ix_article_captures_article", "article"),
)

host_lines = Table(  # what is remembered of each host's last articles, so that what its pages repeat can be told
    "host_lines",
    metadata,
    Column("seq", Counter, primary_key=True),  # order in which they were remembered
    Column("host", Name, nullable=False),
    Column("article", Id, nullable=False),  # remembered before it is stored
    Column("lines", LargeBinary, nullable=False),  # digests
    Index("ix_host_lines_host", "host", "seq"),
    sqlite_autoincrement=True,
)

# ---- what a machine read out of it ---------------------------------------------------------------------------------

article_annotations = Table(
    "article_annotations",
    metadata,
    Column("article", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("version", Words, nullable=False),
    Column("language", Words),
    Column("annotated_at", Moment, nullable=False, default=clock()),
    Column("names", Json, nullable=False),
    Column("sentences", Json, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("search_text", Words, nullable=False),
    ForeignKeyConstraint(["article", "revision"], ["article_texts.article", "article_texts.revision"]),
    Index("ix_article_annotations_read", "article", "revision", "annotated_at"),
)


def _of_annotation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["article", "revision"], ["article_annotations.article", "article_annotations.revision"], ondelete="CASCADE"
    )


quotes = Table(
    "quotes",
    metadata,
    Column("article", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("version", Words, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", Name, index=True),
    Column("speaker", Json, nullable=False),
    Column("cue", Json, nullable=False),
    Column("content", Json, nullable=False),
    Column("office", Words),
    Column("speaker_kind", String(20)),
    _of_annotation(),
)

credits = Table(
    "credits",
    metadata,
    Column("article", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("version", Words, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", Name, index=True),
    Column("source", Json, nullable=False),
    Column("cue", Json, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence_end", Integer, nullable=False),
    _of_annotation(),
)

# ---- what belongs together -----------------------------------------------------------------------------------------

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("story", Id, nullable=False),
    Column("article", ForeignKey("articles.id")),
    Column("other", Id),  # an article, a story or a thread, as `kind` says
    Column("score", Float),
    Column("reasons", Json, nullable=False),
    Column("decided_at", Moment, nullable=False),  # the `now` that was decided with
    Column("arrival", ForeignKey("articles.arrival")),  # the arrival that led to it; null: a person's wish
    Column("revision", Integer),  # of the arriving article, when it was decided
    Index("ix_decisions_story", "story"),
    Index("ix_decisions_other", "other"),
    sqlite_autoincrement=True,
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("head", Json, nullable=False),  # what grouping read beside the text; all of it may change without a revision
)

threads = Table(
    "threads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("headline", Words),
    Column("opened_at", Moment, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("headline", Words),
    Column("title", Words),  # given by an editor, shown in place of the headline
    Column("comments", Boolean, nullable=False, server_default=false()),  # readers may comment on it
    Column("phase", String(20), nullable=False),
    Column("size", Integer, nullable=False, server_default="0"),  # articles that stand in it; of one that is replaced it says nothing
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("replaced_by", ForeignKey("stories.id")),
    Column("thread", ForeignKey("threads.id")),
    _partial("ix_stories_recent", "updated_at", "id", where="replaced_by IS NULL"),
    Index("ix_stories_thread", "thread"),
    _partial("ix_stories_replaced", "replaced_by", where="replaced_by IS NOT NULL"),
)

repairs = Table(  # the editors' log
    "repairs",
    metadata,
    Column("number", Counter, primary_key=True),
    Column("deed", String(20), nullable=False),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("editor", ForeignKey("readers.id")),  # null: the account was deleted
    Column("at", Moment, nullable=False),
    Column("detail", Json, nullable=False),  # what it takes to undo it
    Column("undone_at", Moment),
    Column("undone_by", ForeignKey("readers.id")),
    Index("ix_repairs_story", "story"),
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("since", ForeignKey("decisions.seq"), nullable=False),
    Column("until", ForeignKey("decisions.seq")),
    _partial("uq_memberships_open", "article", where="until IS NULL", unique=True),
    _partial("ix_memberships_open", "story", where="until IS NULL"),
)

copies = Table(
    "copies",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("origin", ForeignKey("articles.id"), nullable=False),
    Column("decision", ForeignKey("decisions.seq"), nullable=False),
)

thread_members = Table(
    "thread_members",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("thread", ForeignKey("threads.id"), nullable=False),
    Column("since", ForeignKey("decisions.seq"), nullable=False),
    Column("until", ForeignKey("decisions.seq")),
    _partial("uq_thread_members_open", "story", where="until IS NULL", unique=True),
)

briefs = Table(
    "briefs",
    metadata,
    Column("story", ForeignKey("stories.id"), primary_key=True),
    Column("made_at", Moment, nullable=False, default=clock()),
    Column("sentences", Json, nullable=False),
    Column("single", Boolean),  # one independent voice has the story; null in briefs of before there was this column
    Column("withdrawn", Json),  # sentences of earlier briefs that their sources no longer carry; null: none
)

views = Table(  # stories as they were composed for their pages; derived, and dropped with age
    "views",
    metadata,
    Column("story", ForeignKey("stories.id"), primary_key=True),
    Column("made_at", Moment, nullable=False, index=True),
    Column("rests_on", LargeBinary, nullable=False),  # digest of all that the view was composed from
    Column("body", Packed, nullable=False),
)

reach = Table(  # how many outlets repeat each one: one row, made again every hour
    "reach",
    metadata,
    Column("counted_at", Moment, primary_key=True, default=clock()),
    Column("outlets", Json, nullable=False),
)

# ---- how it is found -----------------------------------------------------------------------------------------------

search_rows = Table(  # an article in the index of search; a revised one gets a new row, and its old words count no more
    "search_rows",
    metadata,
    Column("id", Counter, primary_key=True),  # order in which they were taken in
    Column("article", ForeignKey("articles.id"), nullable=False, unique=True),
    Column("ordered_at", Moment, nullable=False),
    Column("language", Words),
    Column("digest", LargeBinary, nullable=False),  # of all that was taken in
    Column("vector", LargeBinary, nullable=False),
    Index("ix_search_rows_time", "ordered_at", "id"),
    sqlite_autoincrement=True,
)

# The words themselves are kept in a table that each database spells its own way; the number of their row is `search_rows.id`.
# On SQLite the index keeps the words but not the texts, which also means that a row cannot be taken out of it again.
_SEARCH_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words USING fts5 (headline, body, outlet, author, speaker, facts, content = '', tokenize = 'ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search_words (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL, outlet TSVECTOR NOT NULL,"
        " author TSVECTOR NOT NULL, speaker TSVECTOR NOT NULL, facts TSVECTOR NOT NULL,"
        " headline TSVECTOR GENERATED ALWAYS AS (ts_filter(words, '{a}')) STORED)",
        "CREATE INDEX ix_search_words ON search_words USING gin (words, outlet, author, speaker, facts)",
    ),
}
for _dialect, _statements in _SEARCH_WORDS.items():
    for _when, _statement in (*(("after_create", one) for one in _statements), ("before_drop", "DROP TABLE IF EXISTS search_words")):
        event.listen(search_rows, _when, DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

# ---- what drives the rest ------------------------------------------------------------------------------------------

changes = Table(
    "changes",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("transaction", Counter, nullable=False, default=this_transaction()),
    Column("entity", String(20), nullable=False),
    Column("id", Id, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False, default=clock()),
    Index("ix_changes_order", "transaction", "seq"),
    Index("ix_changes_entity", "entity", "transaction", "seq"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "cursors",
    metadata,
    Column("consumer", String(100), primary_key=True),
    Column("transaction", Counter, nullable=False),
    Column("seq", Counter, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("until", Moment, nullable=False),
)

restorations = Table(  # when a backup was put in the place of what was kept; the last one names the state that others rest on
    "restorations",
    metadata,
    Column("id", Id, primary_key=True),  # ULID: the last is the greatest
    Column("at", Moment, nullable=False),
)
