"""On PostgreSQL the words of headlines apart, by which what was found is ranked. On SQLite nothing."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_words ADD COLUMN headline TSVECTOR GENERATED ALWAYS AS (ts_filter(words, '{a}')) STORED")
