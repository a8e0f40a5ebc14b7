"""What grouping read of an article beside its text, kept as it was then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("head", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_arrivals_article"),
        sa.PrimaryKeyConstraint("article", name="pk_arrivals"),
    )
