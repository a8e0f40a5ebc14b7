"""Lines that pages of one host repeat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_lines",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", columns.Name(), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_host_lines"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_host_lines_host", "host_lines", ["host", "seq"])
