"""Reports: what visits must know for them, what closed days came to, and what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, default in (
        ("stop", sa.Integer, "1"),
        ("stops", sa.Integer, "1"),
        ("journey", sa.String, ""),
        ("booked", sa.BigInteger, "0"),
        ("score", sa.SmallInteger, "0"),
        ("staff", sa.String, ""),
    ):
        op.add_column("visits", sa.Column(name, kind, nullable=False, server_default=default))
    op.create_table(
        "tallies",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("hall", "dimension", "day")),
        sa.Column("made", sa.SmallInteger, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    _cases()
    op.create_table(
        "mailed",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("hall", "every", "receiver", "last_day")),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("hall", "id")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "ticket", "day", "queue", "service")),
        sa.Column("window", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("opened_at", "due_at")),
        sa.Column("late", sa.SmallInteger, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("status", "ended_day")),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
    )
    op.create_index("cases_by_end", "cases", ["hall", "ended_day"])
