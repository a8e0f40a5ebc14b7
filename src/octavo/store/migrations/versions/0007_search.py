"""The index of search: which articles stand in it, and their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words USING fts5 (headline, body, outlet, author, speaker, facts, content = '', tokenize = 'ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search_words (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL, outlet TSVECTOR NOT NULL,"
        " author TSVECTOR NOT NULL, speaker TSVECTOR NOT NULL, facts TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_words ON search_words USING gin (words, outlet, author, speaker, facts)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "search_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("ordered_at", columns.Moment(), nullable=False),
        sa.Column("language", columns.Words()),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_search_rows_article"),
        sa.PrimaryKeyConstraint("id", name="pk_search_rows"),
        sa.UniqueConstraint("article", name="uq_search_rows_article"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_rows_time", "search_rows", ["ordered_at", "id"])
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)
