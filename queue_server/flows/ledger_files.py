"""The ledger as a table for a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from queue_server.contract.audit import AuditEntry, audit_entry
from queue_server.flows.ledger import Ledger, Wanted
from queue_server.flows.report_files import safe

COLUMNS = (
    "n", "id", "at", "day", "act", "actor", "staff", "ticket", "number", "window", "queue", "service", "reason",
    "whence", "facts", "hash",
)  # fmt: skip
BOM = "\ufeff"
"""Without it spreadsheets read a file as their system's old encoding."""

_encode = msgspec.json.Encoder(order="sorted").encode


def head_row() -> bytes:
    """The names of the columns, as a file begins."""
    return _row(COLUMNS, BOM)


def entry_row(entry: AuditEntry) -> bytes:
    """One entry. No cell is taken for a formula."""
    told = msgspec.to_builtins(entry)
    return _row([_cell(told.get(name, "")) for name in COLUMNS])


async def table_of(ledger: Ledger, hall: str, wanted: Wanted) -> AsyncIterator[bytes]:
    """All entries that fit, page by page: a year of them is never held at once. Refuses `ARCHIVE_AWAY`."""
    page = await ledger.page(hall, wanted)
    yield head_row()
    while page.found:
        yield b"".join(entry_row(audit_entry(one.entry, one.whence)) for one in page.found)
        if len(page.found) < wanted.limit:
            return
        wanted = msgspec.structs.replace(wanted, after=page.found[-1].entry.n, between=page.between)
        page = await ledger.page(hall, wanted)


def _cell(value: Any) -> str:
    text = _encode(value).decode() if isinstance(value, dict) else str(value)
    return text if isinstance(value, int) else safe(text)


def _row(cells: Iterable[str], before: str = "") -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return (before + line.getvalue()).encode()
