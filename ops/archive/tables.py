"""The tables of the archive. Days are local, `YYMMDD`; moments are ms since the epoch, 0 while they have not come.

They are made and changed by `migrations`; a test holds the two against each other.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, String, Table

metadata = MetaData()

halls = Table(
    "halls",
    metadata,
    Column("hall", String, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""Hall files as they are now, so that the past can be read without a server."""

positions = Table(
    "positions",
    metadata,
    Column("hall", String, primary_key=True),
    Column("life", Integer, primary_key=True),
    Column("fork", BigInteger, nullable=False),
    Column("shift", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    Column("lost", BigInteger, nullable=False),
)
"""How far each hall's stream is archived, in each of the store's lives. A life begins when the store was put back or
replaced: up to position `fork` it shares its past with the life before. The event at a position of the stream has the
id `position + shift` here, so ids grow on through all lives. `lost` counts events that were gone before they came."""

events = Table(
    "events",
    metadata,
    Column("hall", String, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Index("events_by_day", "hall", "day", "id"),
    sqlite_with_rowid=False,
)
"""Every event once, packed as in the stream. `name` is empty for one that this program cannot read."""

visits = Table(
    "visits",
    metadata,
    Column("hall", String, primary_key=True),
    Column("visit", BigInteger, primary_key=True, autoincrement=False),
    Column("leg", Integer, primary_key=True, autoincrement=False),
    Column("day", String, nullable=False),
    Column("ticket", String, nullable=False),
    Column("number", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("service", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("waits_since", BigInteger, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Column("p10_s", Integer),
    Column("p50_s", Integer),
    Column("p90_s", Integer),
    Column("called_at", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False),
    Column("at_window", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("status", String, nullable=False),
    Column("stop", Integer, nullable=False, server_default="1"),
    Column("stops", Integer, nullable=False, server_default="1"),
    Column("journey", String, nullable=False, server_default=""),
    Column("booked", BigInteger, nullable=False, server_default="0"),
    Column("score", SmallInteger, nullable=False, server_default="0"),
    Column("staff", String, nullable=False, server_default=""),
    Index("visits_by_day", "hall", "day", "visit"),
    Index("visits_by_ticket", "hall", "ticket", "visit"),
)
"""One row for each time that a ticket waited: see `legs.Leg`. Folded from the events, and foldable anew."""

days = Table(
    "days",
    metadata,
    Column("hall", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("weekday", SmallInteger, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("called", Integer, nullable=False),
    Column("waited_s", BigInteger, nullable=False),
    Column("served", Integer, nullable=False),
    Column("handled_s", BigInteger, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("expired", Integer, nullable=False),
    Column("slots", LargeBinary, nullable=False),
    Column("told", LargeBinary, nullable=False),
)
"""Closed days: totals, and what a usual day and the forecast's error are worked out from. See `totals.DayTotals`."""

tallies = Table(
    "tallies",
    metadata,
    Column("hall", String, primary_key=True),
    Column("dimension", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("made", SmallInteger, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What closed days came to, broken down: reports add them up. See `tallies`; `made` is by which of its rules."""

cases = Table(
    "cases",
    metadata,
    Column("hall", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("ticket", String, nullable=False),
    Column("day", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("service", String, nullable=False),
    Column("window", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("late", SmallInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("ended_day", String, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Index("cases_by_end", "hall", "ended_day"),
)
"""Cases of ratings and complaints, without their words: `late` once any step came after it was due."""

mailed = Table(
    "mailed",
    metadata,
    Column("hall", String, primary_key=True),
    Column("every", String, primary_key=True),
    Column("receiver", String, primary_key=True),
    Column("last_day", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
)
"""Which reports went out by themselves: to whom (a digest), of the span that ended on which day, when, and how."""

learnt = Table(
    "learnt",
    metadata,
    Column("hall", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
)
"""What the forecast knew at the end of a day."""

purges = Table(
    "purges",
    metadata,
    Column("hall", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("up_to", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
)
"""What was forgotten: by which rule, up to which day, when, and in how many events."""
