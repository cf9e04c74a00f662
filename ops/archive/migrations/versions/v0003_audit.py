"""The ledger: who did what, chained by digests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("act", "actor", "staff", "ticket")),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for by in ("day", "actor", "ticket"):
        op.create_index(f"audit_by_{by}", "audit", ["hall", by, "n"])
    op.create_table(
        "audit_anchors",
        sa.Column("hall", sa.String, primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
