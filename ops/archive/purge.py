"""The nightly purge: what the rules no longer keep leaves the archive, and a log says what was purged."""

from sqlalchemy import Connection, bindparam, func, select, update

from ops.archive.audit import forget_days
from ops.archive.counting import forget_who_served
from ops.archive.database import Archive, put
from ops.archive.reading import pages_of_day
from ops.archive.rules import RULES, Rule, last_day_to_forget, without
from ops.archive.tables import events, purges

BATCH = 2000
STAFF = "staff"


def purge(archive: Archive, hall: str, today: str, now: int) -> None:
    """Applies every rule to the days that came to its end since the last time. Raises `ArchiveAway`.

    A day at a time, each with its line in the log in one transaction: it may be stopped at any moment.
    """
    forget_days(archive, hall, today, now)
    for rule in RULES:
        up_to = last_day_to_forget(rule, today)
        for day in _days(archive, hall, rule, up_to):
            with archive.writing() as connection:
                count = _purge_day(connection, hall, day, rule)
                if rule.name == STAFF:
                    forget_who_served(connection, hall, day)
                put(connection, purges, [{"hall": hall, "rule": rule.name, "up_to": day, "at": now, "events": count}])


def _days(archive: Archive, hall: str, rule: Rule, up_to: str) -> list[str]:
    """Archived days that this rule has still to look at."""
    with archive.reading() as connection:
        done = select(func.max(purges.c.up_to)).where(purges.c.hall == hall, purges.c.rule == rule.name)
        after = connection.execute(done).scalar() or ""
        here = events.c.hall == hall, events.c.day > after, events.c.day <= up_to
        return list(connection.execute(select(events.c.day).where(*here).distinct().order_by(events.c.day)).scalars())


def _purge_day(connection: Connection, hall: str, day: str, rule: Rule) -> int:
    """How many events were changed."""
    count = 0
    for rows in pages_of_day(connection, hall, day, BATCH):
        changed = [{"of": row.id, "to": left} for row in rows if (left := without(row.packed, (rule,))) is not None]
        if changed:
            at = events.c.hall == hall, events.c.id == bindparam("of")
            connection.execute(update(events).where(*at).values(packed=bindparam("to")), changed)
        count += len(changed)
    return count
