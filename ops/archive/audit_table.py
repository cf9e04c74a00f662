"""The tables of the ledger: see `queue_server.domain.audit`. Rows are added, and whole days leave at the old end."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, text

from ops.archive.tables import metadata

SAYS_WHENCE = text("act IN ('address', 'signed_in')")
"""Entries that tell from where an actor speaks. In words, not as parameters: an index has these alone."""

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
    Index("audit_by_act", "hall", "act", "n"),
    Index("audit_by_whence", "hall", "actor", "n", sqlite_where=SAYS_WHENCE, postgresql_where=SAYS_WHENCE),
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
