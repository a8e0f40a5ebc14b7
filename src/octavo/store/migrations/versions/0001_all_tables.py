"""The first form of all tables, and the owner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("headline", columns.Words()),
        sa.Column("url", columns.Words()),
        sa.Column("published", columns.Words()),
        sa.Column("published_at", columns.Moment()),
        sa.Column("modified", columns.Words()),
        sa.Column("authors", columns.Json(), nullable=False),
        sa.Column("publisher", columns.Name()),
        sa.Column("aggregator", columns.Name()),
        sa.Column("agency", columns.Name()),
        sa.Column("language", columns.Words()),
        sa.Column("section", columns.Words()),
        sa.Column("image", columns.Json()),
        sa.Column("signals", columns.Json(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.Column("seen_again_at", columns.Moment(), nullable=False),
        sa.Column("ordered_at", columns.Moment(), nullable=False),
        sa.Column("arrival", COUNTER),
        sa.Column("arrived_at", columns.Moment()),
        sa.PrimaryKeyConstraint("seq", name="pk_articles"),
        sa.UniqueConstraint("arrival", name="uq_articles_arrival"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_latest", "articles", ["ordered_at", "seq"])
    op.create_index("ix_articles_publisher", "articles", ["publisher", "ordered_at", "seq"])
    op.create_index("ix_articles_ungrouped", "articles", ["seq"], **where("arrival IS NULL"))
    op.create_table(
        "changes",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("transaction", COUNTER, nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_entity", "changes", ["entity", "transaction", "seq"])
    op.create_index("ix_changes_order", "changes", ["transaction", "seq"])
    op.create_table(
        "cursors",
        sa.Column("consumer", sa.String(length=100), nullable=False),
        sa.Column("transaction", COUNTER, nullable=False),
        sa.Column("seq", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("consumer", name="pk_cursors"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "publishers",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("name", columns.Name(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("domains", columns.Json(), nullable=False),
        sa.Column("country", sa.String(length=2)),
        sa.Column("languages", columns.Json(), nullable=False),
        sa.Column("owner", columns.Words()),
        sa.Column("aliases", columns.Json(), nullable=False),
        sa.Column("support_url", columns.Words()),
        sa.PrimaryKeyConstraint("id", name="pk_publishers"),
        sa.UniqueConstraint("name", name="uq_publishers_name"),
    )
    op.create_table(
        "readers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readers"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", columns.Words(), nullable=False),
        sa.Column("title", columns.Words()),
        sa.Column("publisher", columns.Name()),
        sa.Column("added_at", columns.Moment(), nullable=False),
        sa.Column("removed_at", columns.Moment()),
        sa.Column("due_at", columns.Moment(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("interval_seconds", sa.Float()),
        sa.Column("retry_at", columns.Moment()),
        sa.Column("etag", columns.Words()),
        sa.Column("last_modified", columns.Words()),
        sa.Column("final_address", columns.Words()),
        sa.Column("last_tried_at", columns.Moment()),
        sa.Column("last_success_at", columns.Moment()),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("last_error", columns.Words()),
        sa.Column("bytes_in", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("address", name="uq_sources_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sources_due", "sources", ["due_at"], **where("removed_at IS NULL"))
    op.create_table(
        "threads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("headline", columns.Words()),
        sa.Column("opened_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    op.create_table(
        "captures",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("address", columns.Words(), nullable=False),
        sa.Column("media_type", columns.Words(), nullable=False),
        sa.Column("charset", columns.Words()),
        sa.Column("headers", columns.Json(), nullable=False),
        sa.Column("captured_at", columns.Moment(), nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("article", sa.String(length=64)),
        sa.Column("source", sa.Integer()),
        sa.Column("extracted_at", columns.Moment()),
        sa.Column("problem", columns.Words()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", columns.Packed(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_captures_source"),
        sa.PrimaryKeyConstraint("seq", name="pk_captures"),
        sa.UniqueConstraint("id", name="uq_captures_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_captures_problem", "captures", ["extracted_at"], **where("problem IS NOT NULL"))
    op.create_index("ix_captures_source", "captures", ["source", "seq"])
    op.create_index("ix_captures_waiting", "captures", ["seq"], **where("extracted_at IS NULL"))
    op.create_table(
        "decisions",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(length=64)),
        sa.Column("other", sa.String(length=64)),
        sa.Column("score", sa.Float()),
        sa.Column("reasons", columns.Json(), nullable=False),
        sa.Column("decided_at", columns.Moment(), nullable=False),
        sa.Column("arrival", COUNTER),
        sa.Column("revision", sa.Integer()),
        sa.ForeignKeyConstraint(["arrival"], ["articles.arrival"], name="fk_decisions_arrival"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_decisions_article"),
        sa.PrimaryKeyConstraint("seq", name="pk_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_other", "decisions", ["other"])
    op.create_index("ix_decisions_story", "decisions", ["story"])
    op.create_table(
        "follows",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("id", columns.Name(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_follows_reader"),
        sa.PrimaryKeyConstraint("reader", "entity", "id", name="pk_follows"),
    )
    op.create_table(
        "links",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("article_a", sa.String(length=64), nullable=False),
        sa.Column("article_b", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('must', 'must_not')", name=op.f("ck_links_kind")),
        sa.CheckConstraint("article_a < article_b", name=op.f("ck_links_order")),
        sa.ForeignKeyConstraint(["article_a"], ["articles.id"], name="fk_links_article_a"),
        sa.ForeignKeyConstraint(["article_b"], ["articles.id"], name="fk_links_article_b"),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_links_reader"),
        sa.PrimaryKeyConstraint("reader", "article_a", "article_b", name="pk_links"),
    )
    op.create_index("ix_links_article_b", "links", ["article_b"])
    op.create_table(
        "marks",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.CheckConstraint("entity IN ('story', 'article')", name=op.f("ck_marks_entity")),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_marks_reader"),
        sa.PrimaryKeyConstraint("reader", "entity", "id", "kind", name="pk_marks"),
    )
    op.create_index("ix_marks_latest", "marks", ["reader", "kind", "at"])
    op.create_table(
        "pages",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("address", columns.Words(), nullable=False),
        sa.Column("source", sa.Integer()),
        sa.Column("article", sa.String(length=64)),
        sa.Column("found_at", columns.Moment(), nullable=False),
        sa.Column("due_at", columns.Moment()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", columns.Words()),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name="fk_pages_source"),
        sa.PrimaryKeyConstraint("seq", name="pk_pages"),
        sa.UniqueConstraint("address", name="uq_pages_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pages_article", "pages", ["article"])
    op.create_index("ix_pages_due", "pages", ["due_at", "seq"], **where("due_at IS NOT NULL"))
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("expires_at", columns.Moment(), nullable=False),
        sa.Column("revoked_at", columns.Moment()),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_sessions_reader"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_reader", "sessions", ["reader"])
    op.create_table(
        "stories",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("headline", columns.Words()),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("opened_at", columns.Moment(), nullable=False),
        sa.Column("updated_at", columns.Moment(), nullable=False),
        sa.Column("replaced_by", sa.String(length=64)),
        sa.Column("thread", sa.String(length=64)),
        sa.ForeignKeyConstraint(["replaced_by"], ["stories.id"], name="fk_stories_replaced_by"),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_stories_thread"),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_index("ix_stories_recent", "stories", ["updated_at", "id"], **where("replaced_by IS NULL"))
    op.create_index("ix_stories_thread", "stories", ["thread"])
    op.create_table(
        "article_captures",
        sa.Column("capture", sa.String(length=64), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_article_captures_article"),
        sa.ForeignKeyConstraint(["capture"], ["captures.id"], name="fk_article_captures_capture"),
        sa.PrimaryKeyConstraint("capture", "article", name="pk_article_captures"),
    )
    op.create_index("ix_article_captures_article", "article_captures", ["article"])
    op.create_table(
        "article_texts",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("capture", sa.String(length=64), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("headline", columns.Words()),
        sa.Column("blocks", columns.Json(), nullable=False),
        sa.Column("text", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_article_texts_article"),
        sa.ForeignKeyConstraint(["capture"], ["captures.id"], name="fk_article_texts_capture"),
        sa.PrimaryKeyConstraint("article", "revision", name="pk_article_texts"),
    )
    op.create_table(
        "briefs",
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("sentences", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name="fk_briefs_story"),
        sa.PrimaryKeyConstraint("story", name="pk_briefs"),
    )
    op.create_table(
        "copies",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("decision", COUNTER, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_copies_article"),
        sa.ForeignKeyConstraint(["decision"], ["decisions.seq"], name="fk_copies_decision"),
        sa.ForeignKeyConstraint(["origin"], ["articles.id"], name="fk_copies_origin"),
        sa.PrimaryKeyConstraint("article", name="pk_copies"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("since", COUNTER, nullable=False),
        sa.Column("until", COUNTER),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_memberships_article"),
        sa.ForeignKeyConstraint(["since"], ["decisions.seq"], name="fk_memberships_since"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name="fk_memberships_story"),
        sa.ForeignKeyConstraint(["until"], ["decisions.seq"], name="fk_memberships_until"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_open", "memberships", ["story"], **where("until IS NULL"))
    op.create_index("uq_memberships_open", "memberships", ["article"], unique=True, **where("until IS NULL"))
    op.create_table(
        "thread_members",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("since", COUNTER, nullable=False),
        sa.Column("until", COUNTER),
        sa.ForeignKeyConstraint(["since"], ["decisions.seq"], name="fk_thread_members_since"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name="fk_thread_members_story"),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_thread_members_thread"),
        sa.ForeignKeyConstraint(["until"], ["decisions.seq"], name="fk_thread_members_until"),
        sa.PrimaryKeyConstraint("id", name="pk_thread_members"),
    )
    op.create_index("uq_thread_members_open", "thread_members", ["story"], unique=True, **where("until IS NULL"))
    op.create_table(
        "article_annotations",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", columns.Words(), nullable=False),
        sa.Column("language", columns.Words()),
        sa.Column("annotated_at", columns.Moment(), nullable=False),
        sa.Column("names", columns.Json(), nullable=False),
        sa.Column("sentences", columns.Json(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("search_text", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article", "revision"], ["article_texts.article", "article_texts.revision"], name="fk_article_annotations_article"
        ),
        sa.PrimaryKeyConstraint("article", "revision", name="pk_article_annotations"),
    )
    op.create_table(
        "credits",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("version", columns.Words(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", columns.Name()),
        sa.Column("source", columns.Json(), nullable=False),
        sa.Column("cue", columns.Json(), nullable=False),
        sa.Column("sentence_start", sa.Integer(), nullable=False),
        sa.Column("sentence_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article", "revision"],
            ["article_annotations.article", "article_annotations.revision"],
            name="fk_credits_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article", "revision", "ordinal", name="pk_credits"),
    )
    op.create_index("ix_credits_name", "credits", ["name"])
    op.create_table(
        "quotes",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("version", columns.Words(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", columns.Name()),
        sa.Column("speaker", columns.Json(), nullable=False),
        sa.Column("cue", columns.Json(), nullable=False),
        sa.Column("content", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article", "revision"],
            ["article_annotations.article", "article_annotations.revision"],
            name="fk_quotes_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article", "revision", "ordinal", name="pk_quotes"),
    )
    op.create_index("ix_quotes_name", "quotes", ["name"])
    readers = sa.table("readers", sa.column("name"), sa.column("role"), sa.column("created_at", columns.Moment()))
    op.execute(readers.insert().values(name="Owner", role="owner", created_at=datetime.now(UTC)))
