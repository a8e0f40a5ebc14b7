"""alembic's way in: migrates on the connection that `octavo.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from octavo.store.migrate import VERSION_TABLE
from octavo.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    user_module_prefix="columns.",  # how a drafted migration names our own types
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
