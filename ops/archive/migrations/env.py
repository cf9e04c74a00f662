"""How Alembic reaches the archive: on the connection, and in the transaction, of whoever asked for the upgrade."""

from alembic import context

from ops.archive.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
