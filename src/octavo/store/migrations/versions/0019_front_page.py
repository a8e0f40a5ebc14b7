"""What front pages choose and weigh stories by: how many articles each has, and how many outlets repeat each one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach",
        sa.Column("counted_at", columns.Moment(), primary_key=True),
        sa.Column("outlets", columns.Json(), nullable=False),
    )
    op.add_column("stories", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE stories SET size = (SELECT count(*) FROM memberships WHERE story = stories.id AND until IS NULL)")
