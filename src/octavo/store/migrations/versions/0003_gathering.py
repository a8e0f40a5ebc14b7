"""What a person says of a source, its habit, what its publisher reserves, and what stood before a whole text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NULLABLE: dict[str, Any] = {
    "home": columns.Words(),
    "selector": columns.Words(),
    "ttl_seconds": sa.Float(),
    "newest_at": columns.Moment(),
    "usual_gap": sa.Float(),
    "longest_gap": sa.Float(),
    "moved_to": columns.Words(),
    "last_error_at": columns.Moment(),
}
FILLED: dict[str, tuple[Any, str]] = {  # type, and what the sources that are there get
    "folders": (columns.Json(), "'[]'"),
    "full_text": (sa.String(length=20), "'short'"),
    "skip_hours": (columns.Json(), "'[]'"),
    "skip_days": (columns.Json(), "'[]'"),
    "moved_count": (sa.Integer(), "0"),
    "reserved": (columns.Json(), "'[]'"),
    "bytes_out": (COUNTER, "0"),
}


def upgrade() -> None:
    op.add_column("captures", sa.Column("selector", columns.Words()))
    op.add_column("pages", sa.Column("obstacle", sa.String(length=20)))
    for name, kind in NULLABLE.items():
        op.add_column("sources", sa.Column(name, kind))
    for name, (kind, _) in FILLED.items():
        op.add_column("sources", sa.Column(name, kind))
    op.execute("UPDATE sources SET " + ", ".join(f"{name} = {value}" for name, (_, value) in FILLED.items()))  # noqa: S608
    # SQLite writes the table anew for what follows; it is small.
    with op.batch_alter_table("sources", table_kwargs={"sqlite_autoincrement": True}) as sources:
        sources.drop_column("retry_at")  # nothing ever stood in it
        for name, (kind, _) in FILLED.items():
            sources.alter_column(name, existing_type=kind, nullable=False)
