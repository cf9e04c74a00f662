"""What the mailing of reports asks of the archive. Everything here runs in a thread, and raises `ArchiveAway`."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from ops.archive import reports
from ops.archive.course import read_mark
from ops.archive.database import Archive, put
from ops.archive.tables import mailed
from ops.reports.paper import summary
from queue_server.domain.hall import Hall
from queue_server.flows.reports import report_of

if TYPE_CHECKING:
    from ops.reports.schedule import Due

BY = "queue"
FAR = "991231"
"""A span that is over ended before this day."""


def is_ready(archive: Archive, hall: str, one: "Due") -> bool:
    """Whether the archive has the whole span, and nobody sent it yet."""
    here = (
        mailed.c.hall == hall, mailed.c.every == one.mail.every, mailed.c.receiver == one.receiver,
        mailed.c.last_day == one.last,
    )  # fmt: skip
    with archive.reading() as connection:
        mark = read_mark(connection, hall)
        is_over = mark is not None and mark.day > one.last
        return is_over and connection.execute(select(mailed.c.at).where(*here)).first() is None


def made(archive: Archive, hall: Hall, one: "Due", address: str) -> tuple[str, str] | None:
    """Its subject and its text; None of a span in which nobody came."""
    counted = reports.count(archive, hall, one.first, one.last, BY)
    if not counted.days and not counted.missing:
        return None
    report = report_of(hall, one.mail.every, BY, (one.first, one.last, FAR), counted)
    return summary(hall, report, one.mail.language, address)


def remember(archive: Archive, hall: str, one: "Due", at: int, state: str) -> None:
    """That it was dealt with."""
    row = {"hall": hall, "every": one.mail.every, "receiver": one.receiver, "last_day": one.last}
    with archive.writing() as connection:
        put(connection, mailed, [{**row, "at": at, "state": state}])
