"""The ledger in the archive: written with the events that it follows from, forgotten by whole days, followed by whoever
doubts it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from ops.archive.audit_table import audit, audit_anchors
from ops.archive.database import HEAD, Archive, add, put
from ops.archive.halls import kept_halls
from ops.archive.tables import purges
from queue_server.domain.audit import Break, Entry, Head, beginning, entered, first_break, head_of, is_audited
from queue_server.domain.events import Event

PAGE = 2000
SINCE = "0003"
"""The first version of the archive's tables that has ledgers."""
RULE = "audit"
"""How the log of what was purged names it."""

log = structlog.get_logger()


class Heard(Struct, frozen=True, kw_only=True):
    """An archived event."""

    id: int
    day: str
    event: Event


class DayHead(Struct, frozen=True, kw_only=True):
    """The ledger's head when a day was closed."""

    hall: str
    day: str
    n: int
    hash: str


def enter(connection: Connection, hall: str, heard: Iterable[Heard]) -> list[DayHead]:
    """Adds the entries of these events, in their order; the heads of the days that they close."""
    head = head_at(connection, hall)
    entries, heads = [], []
    for one in heard:
        if not is_audited(one.event):
            continue
        entry = entered(hall, head, one.id, one.day, one.event)
        head = head_of(entry)
        entries.append(entry)
        if one.event.name == "DayClosed" and one.event.fact("day"):
            heads.append(DayHead(hall=hall, day=one.day, n=head.n, hash=head.hash))
    add(connection, audit, [_columns(hall, entry) for entry in entries])
    return heads


def tell_heads(heads: Iterable[DayHead]) -> None:
    """Says outside the archive where the ledger stood when a day ended: that cannot be changed with it later."""
    for head in heads:
        log.info("audit: head of the day", hall=head.hall, day=head.day, n=head.n, hash=head.hash)


def _columns(hall: str, entry: Entry) -> dict[str, Any]:
    return {
        "hall": hall, "n": entry.n, "id": entry.id, "day": entry.day, "at": entry.at, "act": entry.act,
        "actor": entry.actor, "staff": entry.staff, "ticket": entry.ticket, "text": entry.text,
        "hash": bytes.fromhex(entry.hash),
    }  # fmt: skip


def entry_of(row: Any) -> Entry:
    """A row as the entry that it is."""
    return Entry(
        n=row.n, id=row.id, day=row.day, at=row.at, act=row.act, actor=row.actor, staff=row.staff, ticket=row.ticket,
        text=_bytes(row.text), hash=_bytes(row.hash).hex(),
    )  # fmt: skip


def _bytes(value: Any) -> bytes:
    """What stands there; SQLite lets somebody put a text, or a number, where bytes were."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def head_at(connection: Connection, hall: str) -> Head:
    """The ledger's head; that before its first entry where it has none."""
    asked = select(audit.c.n, audit.c.hash).where(audit.c.hall == hall).order_by(audit.c.n.desc()).limit(1)
    row = connection.execute(asked).first()
    return Head(n=row.n, hash=_bytes(row.hash).hex()) if row else anchor(connection, hall)


def anchor(connection: Connection, hall: str) -> Head:
    """What the first entry that is still there follows."""
    here = audit_anchors.c.hall == hall
    asked = select(audit_anchors.c.n, audit_anchors.c.hash).where(here).order_by(audit_anchors.c.n.desc()).limit(1)
    row = connection.execute(asked).first()
    return Head(n=row.n, hash=_bytes(row.hash).hex()) if row else beginning(hall)


def entries_after(connection: Connection, hall: str, n: int) -> Iterator[Entry]:
    """All entries after one, in their order, read by pages."""
    while True:
        asked = select(audit).where(audit.c.hall == hall, audit.c.n > n).order_by(audit.c.n).limit(PAGE)
        rows = connection.execute(asked).all()
        yield from (entry_of(row) for row in rows)
        if len(rows) < PAGE:
            return
        n = rows[-1].n


Watch = Callable[[Iterable[Entry], int], Iterable[Entry]]


def follow(
    connection: Connection, hall: str, watch: Watch = lambda entries, _: entries
) -> tuple[Head, Head, Break | None]:
    """What the ledger begins after, the last head that holds, and the first break.

    However long it is, a page of it is held at a time; `watch` sees the entries pass, and knows how many there are.
    """
    begun = anchor(connection, hall)
    passing = watch(entries_after(connection, hall, 0), head_at(connection, hall).n - begun.n)
    head, broken = first_break(hall, begun, passing)
    return begun, head, broken


def known(connection: Connection, hall: str, n: int) -> Head | None:
    """The ledger's head when it ended with entry `n`; None for what is not there."""
    if n == anchor(connection, hall).n:
        return anchor(connection, hall)
    row = connection.execute(select(audit.c.hash).where(audit.c.hall == hall, audit.c.n == n)).first()
    return Head(n=n, hash=_bytes(row.hash).hex()) if row else None


def forget_days(archive: Archive, hall: str, today: str, now: int) -> None:
    """Takes the days that the hall's rule no longer keeps off the old end. Raises `ArchiveAway`."""
    kept = kept_halls(archive).get(hall)
    if kept is None:
        return
    up_to = _last_day(today, kept.audit.keep_days)
    with archive.writing() as connection:
        here = audit.c.hall == hall, audit.c.day <= up_to
        # of a sum, or SQLite would walk down from the newest entry to the first one that leaves
        last = connection.execute(select(func.max(audit.c.n + 0)).where(*here)).scalar()
        if last is None:
            return
        row = connection.execute(select(audit).where(audit.c.hall == hall, audit.c.n == last)).one()
        at = {"hall": hall, "n": last, "hash": row.hash, "day": row.day, "at": now}
        add(connection, audit_anchors, [at])
        gone = connection.execute(delete(audit).where(audit.c.hall == hall, audit.c.n <= last)).rowcount
        put(connection, purges, [{"hall": hall, "rule": RULE, "up_to": row.day, "at": now, "events": gone}])


def _last_day(today: str, keep_days: int) -> str:
    year, month, number = 2000 + int(today[:2]), int(today[2:4]), int(today[4:])
    return (date(year, month, number) - timedelta(days=keep_days + 1)).strftime("%y%m%d")


def has_ledger(archive: Archive) -> bool:
    """Whether its tables have ledgers that this program can read; it may have to bring them up to date yet."""
    return SINCE <= archive.version() <= HEAD


def heads_now(archive: Archive) -> dict[str, Head]:
    """Where the ledger of each hall stands; none where the archive is of a program without ledgers."""
    if not has_ledger(archive):
        return {}
    with archive.reading() as connection:
        return {hall: head_at(connection, hall) for hall in kept_halls(archive)}
