"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "halls",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "positions",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("life", sa.Integer, primary_key=True),
        sa.Column("fork", sa.BigInteger, nullable=False),
        sa.Column("shift", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("lost", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("events_by_day", "events", ["hall", "day", "id"])
    _visits()
    _days()
    op.create_table(
        "learnt",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("blob", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "purges",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("up_to", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
    )


def _visits() -> None:
    moments = ("issued_at", "waits_since", "told_at", "called_at", "started_at", "finished_at")
    words = ("day", "ticket", "number", "queue", "service", "priority", "channel", "outcome", "status")
    op.create_table(
        "visits",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("visit", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leg", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String, nullable=False) for name in words),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in moments),
        *(sa.Column(name, sa.Integer) for name in ("p10_s", "p50_s", "p90_s")),
        sa.Column("at_window", sa.Integer, nullable=False),
    )
    op.create_index("visits_by_day", "visits", ["hall", "day", "visit"])
    op.create_index("visits_by_ticket", "visits", ["hall", "ticket", "visit"])


def _days() -> None:
    counts = ("visits", "called", "served", "missed", "cancelled", "expired")
    op.create_table(
        "days",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("weekday", sa.SmallInteger, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("waited_s", "handled_s")),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("slots", "told")),
    )
