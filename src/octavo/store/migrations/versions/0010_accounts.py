"""Accounts: how readers prove who they are, invitations, and what the owner set for the instance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("login", columns.Name(), nullable=False),
        sa.Column("password", columns.Words(), nullable=False),
        sa.Column("mail", columns.Name()),
        sa.Column("changed_at", columns.Moment(), nullable=False),
        sa.Column("closed_at", columns.Moment()),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_accounts_reader"),
        sa.PrimaryKeyConstraint("reader", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
        sa.UniqueConstraint("mail", name="uq_accounts_mail"),
    )
    op.drop_table("sessions")  # nobody could log in before
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("used_at", columns.Moment(), nullable=False),
        sa.Column("device", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_sessions_reader"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_reader", "sessions", ["reader"])
    op.create_table(
        "passkeys",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", columns.Counter, nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("used_at", columns.Moment()),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_passkeys_reader"),
        sa.PrimaryKeyConstraint("credential", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_reader", "passkeys", ["reader"])
    op.create_table(
        "app_passwords",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("used_at", columns.Moment()),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_app_passwords_reader"),
        sa.PrimaryKeyConstraint("id", name="pk_app_passwords"),
        sa.UniqueConstraint("token_hash", name="uq_app_passwords_token_hash"),
    )
    op.create_index("ix_app_passwords_reader", "app_passwords", ["reader"])
    op.create_table(
        "passes",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("reader", sa.Integer()),
        sa.Column("role", sa.String(20)),
        sa.Column("note", columns.Words()),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("expires_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_passes_reader"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_passes"),
    )
    op.create_index("ix_passes_reader", "passes", ["reader"])
    op.create_index("ix_passes_expires_at", "passes", ["expires_at"])
    op.create_table(
        "attempts",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.create_table(
        "instance",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_instance"),
    )
