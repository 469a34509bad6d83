"""What Alembic runs for every command.

The connection is always handed in, already inside a transaction that holds the migration lock (see
`engine.store.migrate`); there is no alembic.ini and no URL here, so a migration can never run on another database
than the one the product opened.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime

from engine.store import Instant, metadata


def render_item(type_: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A step must stay what it was when our own types change: they are written as SQLAlchemy's."""
    if type_ == "type" and isinstance(item, Instant):
        assert isinstance(item.impl_instance, DateTime)
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    compare_type=True,
    transactional_ddl=True,  # both databases roll DDL back; Alembic assumes that SQLite does not
)
with context.begin_transaction():
    context.run_migrations()
