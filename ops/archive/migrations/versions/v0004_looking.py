"""A year of a large hall, looked up without walking through it.

The ledger is found by what was done, and by from where somebody spoke. And SQLite, which takes every table for small
until it has counted it, is told how large these become: counting takes long, and would choose other ways each day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SIZES = {
    ("events", "events"): "10000000 10000000 1",
    ("events", "events_by_day"): "10000000 10000000 40000 1",
    ("visits", "sqlite_autoindex_visits_1"): "2800000 2800000 2 1",
    ("visits", "visits_by_day"): "2800000 2800000 11000 2",
    ("visits", "visits_by_ticket"): "2800000 2800000 2 2",
    ("audit", "audit"): "8000000 8000000 1",
    ("audit", "audit_by_day"): "8000000 8000000 32000 1",
    ("audit", "audit_by_actor"): "8000000 8000000 30000 1",
    ("audit", "audit_by_ticket"): "8000000 8000000 4 1",
    ("audit", "audit_by_act"): "8000000 8000000 400000 1",
    ("audit", "audit_by_whence"): "100000 100000 400 1",
}
"""By table and index: its rows, then how many have the same first column, the same first two ... of a year with ten
thousand visits a day. `sqlite_stat1` says it so."""


def upgrade() -> None:
    op.create_index("audit_by_act", "audit", ["hall", "act", "n"])
    whence = sa.text("act IN ('address', 'signed_in')")
    op.create_index("audit_by_whence", "audit", ["hall", "actor", "n"], sqlite_where=whence, postgresql_where=whence)
    if _is_sqlite():
        op.execute("ANALYZE alembic_version")  # which makes the table of sizes
        op.execute("DELETE FROM sqlite_stat1")
        for (table, index), sizes in SIZES.items():
            op.execute(f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{sizes}')")
        op.execute("ANALYZE sqlite_schema")  # which reads it


def downgrade() -> None:
    op.drop_index("audit_by_whence", "audit")
    op.drop_index("audit_by_act", "audit")
    if _is_sqlite():
        op.execute("DELETE FROM sqlite_stat1")
        op.execute("ANALYZE sqlite_schema")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
