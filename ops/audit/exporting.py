"""`greenwave audit export`: a ledger as JSON lines that anybody can follow, or as a table."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, func, select

from ops.archive.audit import anchor, entry_of
from ops.archive.audit_table import audit
from ops.archive.files import progress, written
from ops.archive.reaching import Hopeless
from ops.audit.following import chosen, opened
from queue_server.contract.audit import audit_entry
from queue_server.contract.days import day_on_wire
from queue_server.domain.audit import Entry, Head, head_of
from queue_server.flows.ledger_files import entry_row, head_row
from queue_server.settings import Settings

PAGE = 2000


def export(settings: Settings, hall: str, days: tuple[str, str], out: Path | None, as_csv: bool) -> int:
    """How many entries were written. `days` are the first and the last (`YYMMDD`), empty for no bound.

    Raises `Hopeless`, `ArchiveAway`, and OSError of the file.
    """
    archive = opened(settings)
    halls = chosen(archive, hall)
    if len(halls) != 1:
        raise Hopeless(f"say which --hall: {', '.join(halls) or 'none is archived yet'}")
    with archive.reading() as connection:
        span = _span(connection, halls[0], *days)
        if span is None:
            raise Hopeless(f"the ledger of {halls[0]} has nothing{_between(*days)}")
        with written(out) as file, progress("entries", span[1] - span[0]) as shown:
            lines = _table(_entries(connection, halls[0], *span)) if as_csv else _lines(connection, halls[0], span)
            for count, line in enumerate(lines, 1):
                file.write(line)
                shown.update(shown.task_ids[0], completed=count)
    return span[1] - span[0]


def _between(first: str, last: str) -> str:
    since = f" from {day_on_wire(first)}" if first else ""
    until = f" up to {day_on_wire(last)}" if last else ""
    return since + until


def _span(connection: Connection, hall: str, first: str, last: str) -> tuple[int, int] | None:
    """The entry before the first and the last one of these days; None where there is none."""
    here = [audit.c.hall == hall]
    here += [audit.c.day >= first] if first else []
    here += [audit.c.day <= last] if last else []
    low, high = connection.execute(select(func.min(audit.c.n), func.max(audit.c.n)).where(*here)).one()
    return None if low is None else (low - 1, high)


def _entries(connection: Connection, hall: str, after: int, last: int) -> Iterator[Entry]:
    while after < last:
        here = audit.c.hall == hall, audit.c.n > after, audit.c.n <= last
        rows = connection.execute(select(audit).where(*here).order_by(audit.c.n).limit(PAGE)).all()
        if not rows:
            return
        yield from (entry_of(row) for row in rows)
        after = rows[-1].n


def _lines(connection: Connection, hall: str, span: tuple[int, int]) -> Iterator[bytes]:
    """Each entry as it was hashed, between the digest before it and its own."""
    before = _head_before(connection, hall, span[0])
    for entry in _entries(connection, hall, *span):
        yield b'{"before":"%s","entry":%s,"hash":"%s"}\n' % (before.hash.encode(), entry.text, entry.hash.encode())
        before = head_of(entry)


def _head_before(connection: Connection, hall: str, n: int) -> Head:
    row = connection.execute(select(audit).where(audit.c.hall == hall, audit.c.n == n)).first()
    return head_of(entry_of(row)) if row else anchor(connection, hall)


def _table(entries: Iterable[Entry]) -> Iterator[bytes]:
    yield head_row()
    for entry in entries:
        yield entry_row(audit_entry(entry, ""))
