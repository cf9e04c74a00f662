"""Looking entries up."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from ops.archive.audit import entry_of, head_at
from ops.archive.audit_table import SAYS_WHENCE, audit
from ops.archive.queries import days_before
from ops.archive.tables import visits
from queue_server.domain.audit import Entry, Head
from queue_server.flows.ledger import Found, Page, Wanted

LATEST = 64
"""How many addresses of an actor are looked at: whoever changes it more often on one page is told as unknown."""
NUMBER = re.compile("[A-Za-z][0-9]{3,4}")
"""A ticket's number: given anew each day."""
WINDOW = re.compile("[0-9]{1,4}")
"""A window's number, or the number of a member of staff: both are meant."""
LATELY_DAYS = 31
MOST_TICKETS = 400
NOWHERE = (1, 0)

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def look(connection: Connection, hall: str, wanted: Wanted) -> Page:
    """The entries that fit, in the order that is wanted."""
    head = head_at(connection, hall)
    between = wanted.between if any(wanted.between) else _between(connection, hall, wanted)
    here = [*_fitting(hall, wanted, _tickets(connection, hall, wanted, head))]
    if any(between):
        here += [audit.c.n >= between[0], audit.c.n <= between[1]]
    asked = select(audit).where(*here).limit(wanted.limit)
    asked = asked.order_by(audit.c.n if wanted.oldest_first else audit.c.n.desc())
    entries = [entry_of(row) for row in connection.execute(asked)]
    return Page(found=_with_addresses(connection, hall, entries), head=head, between=between)


def _between(connection: Connection, hall: str, wanted: Wanted) -> tuple[int, int]:
    """Between which entries the days lie, so that the database walks through these alone, from their end."""
    here = [audit.c.hall == hall, *_of_days(wanted)]
    if len(here) == 1:
        return 0, 0
    first, last = connection.execute(select(func.min(audit.c.n), func.max(audit.c.n)).where(*here)).one()
    return (first, last) if first else NOWHERE


def _of_days(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.first_day:
        yield audit.c.day >= wanted.first_day
    if wanted.last_day:
        yield audit.c.day <= wanted.last_day


def _fitting(hall: str, wanted: Wanted, tickets: list[str] | None) -> Iterator[ColumnElement[bool]]:
    yield audit.c.hall == hall
    yield from _of_days(wanted)
    if wanted.actor:
        actors = [wanted.actor, *([f"window:{int(wanted.actor)}"] if WINDOW.fullmatch(wanted.actor) else [])]
        begins = [audit.c.actor.startswith(f"{actor}:", autoescape=True) for actor in actors]
        yield or_(audit.c.actor.in_(actors), audit.c.staff == wanted.actor, *begins)
    if wanted.ticket:
        yield audit.c.ticket.in_(tickets) if tickets is not None else audit.c.ticket == wanted.ticket
    if wanted.act:
        yield audit.c.act == wanted.act
    if wanted.after:
        yield audit.c.n > wanted.after if wanted.oldest_first else audit.c.n < wanted.after


def _tickets(connection: Connection, hall: str, wanted: Wanted, head: Head) -> list[str] | None:
    """The tickets that had a number in the days that are asked for, or lately; None where an id is asked for."""
    if not NUMBER.fullmatch(wanted.ticket):
        return None
    last = connection.execute(select(audit.c.day).where(audit.c.hall == hall, audit.c.n == head.n)).scalar()
    first = wanted.first_day or (days_before(last, LATELY_DAYS) if last else "")
    here = [visits.c.hall == hall, visits.c.day >= first, visits.c.number == wanted.ticket.upper()]
    here += [visits.c.day <= wanted.last_day] if wanted.last_day else []
    return list(connection.execute(select(visits.c.ticket).where(*here).distinct().limit(MOST_TICKETS)).scalars())


def _with_addresses(connection: Connection, hall: str, entries: list[Entry]) -> list[Found]:
    last = max((entry.n for entry in entries), default=0)
    known = {actor: _addresses(connection, hall, actor, last) for actor in {entry.actor for entry in entries}}
    return [Found(entry=entry, whence=_whence(known[entry.actor], entry.n)) for entry in entries]


def _addresses(connection: Connection, hall: str, actor: str, up_to: int) -> list[tuple[int, str]]:
    """From where an actor spoke, latest first, each with the entry from which on."""
    if not actor or actor == "system":
        return []
    here = audit.c.hall == hall, audit.c.actor == actor, audit.c.n <= up_to, SAYS_WHENCE
    rows = connection.execute(select(audit.c.n, audit.c.text).where(*here).order_by(audit.c.n.desc()).limit(LATEST))
    return [(row.n, str(_decode(row.text).get("whence", ""))) for row in rows]


def _whence(known: list[tuple[int, str]], n: int) -> str:
    return next((whence for since, whence in known if since <= n), "")
