"""The tables of the ledger: see `queue_server.domain.audit`. Rows are added, and whole days leave at the old end."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from ops.archive.tables import metadata

audit = Table(
    "audit",
    metadata,
    Column("hall", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("act", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("staff", String, nullable=False),
    Column("ticket", String, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("audit_by_day", "hall", "day", "n"),
    Index("audit_by_actor", "hall", "actor", "n"),
    Index("audit_by_ticket", "hall", "ticket", "n"),
    sqlite_with_rowid=False,
)
"""An entry each: its text as it was hashed, and what it is found by."""

audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("hall", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("day", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Where the ledger begins since older days left it: the last entry that left, its digest, its day, and when it left."""
