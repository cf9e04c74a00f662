"""However much an archive holds: what is asked of one day, one ticket or one span never walks through all the rest."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from alembic import command
from sqlalchemy import Connection, event, insert, inspect

from ops.archive.database import Archive, migrations
from ops.archive.figures import FIGURES
from ops.archive.purge import purge
from ops.archive.queries import Queries
from ops.archive.rebuild import refold
from ops.archive.tables import events
from ops.archive.writing import close_day
from ops.audit.looking import look
from queue_server.domain.events import EVENTS
from queue_server.domain.hall import Hall
from queue_server.domain.report import DIMENSIONS, Asked
from queue_server.flows.ledger import Wanted
from queue_server.store.events import PackedEvent
from tests.support.archives import ArchivedHall
from tests.support.clocks import NOON

TODAY = "261122"
WALKS = re.compile(
    r"SCAN (?:events|visits|audit)|SEARCH (?:events|visits|audit) USING [^(]*\(hall=\?(?: AND \w+[<>]\?)?\)"
)
"""Found by the hall alone, or from somewhere to the end: as many rows as there are years."""
AT_AN_END = re.compile(r"max\(events\.id\)|SELECT audit\.n, audit\.hash .* LIMIT|max\(audit\.n \+")
"""One row at the end of an index; or what is older than all that is kept, and leaves."""


@contextmanager
def plans_of(archive: Archive) -> Iterator[dict[str, str]]:
    """How SQLite finds what is asked for meanwhile, by statement."""
    found: dict[str, str] = {}

    def explain(connection: Any, _: Any, statement: str, parameters: Any, __: Any, is_many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            first = parameters[0] if is_many else parameters
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", first)
            found[" ".join(statement.split())] = " | ".join(row[3] for row in rows)

    event.listen(archive.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(archive.engine, "before_cursor_execute", explain)


def rated(hall: Hall, event_id: int, ticket: str) -> dict[str, Any]:
    """A rating as it is archived."""
    packed = PackedEvent(
        name=EVENTS.index("RatingGiven") + 1, at=NOON, ticket=ticket, number="A001", queue="A", service="A-1",
        window=1, status=0, was=0, priority="normal", before_ms=0, actor="", staff="", facts=[],
    )  # fmt: skip
    told = {"hall": hall.id, "id": event_id, "day": TODAY, "at": NOON, "name": "RatingGiven"}
    return told | {"packed": msgspec.msgpack.encode(packed)}


def write_down(small: ArchivedHall) -> None:
    """A day that closes with a rating in it; it is made anew, and purged."""
    with small.archive.writing() as connection:
        connection.execute(insert(events), [rated(small.hall, 1_000_000, "261121-0000001")])
        close_day(connection, small.hall, TODAY)
    refold(small.archive, small.hall, TODAY)
    purge(small.archive, small.hall.id, "281122", NOON)


def ask_everything(archive: Archive, hall: Hall) -> None:
    queries = Queries(archive)
    for by in DIMENSIONS:
        queries.counted(hall, TODAY, TODAY, by)
        queries.counted(hall, "260101", TODAY, by)
        for figure in FIGURES:
            queries.tickets(hall, Asked(first="260101", last=TODAY, by=by, key="A", figure=figure))
    asked: tuple[Callable[[], object], ...] = (
        lambda: queries.days(hall.id), lambda: queries.day_events(hall.id, TODAY, 3, 10),
        lambda: queries.usual(hall.id, 6), lambda: queries.accuracy(hall.id, TODAY), lambda: queries.learnt(hall.id),
    )  # fmt: skip
    for ask in asked:
        ask()


def walking(plans: dict[str, str]) -> dict[str, str]:
    return {asked: plan for asked, plan in plans.items() if WALKS.search(plan) and not AT_AN_END.search(asked)}


async def test_no_question_walks_through_all_that_is_archived(small: ArchivedHall) -> None:
    small.visits(20)
    with plans_of(small.archive) as plans:
        await small.catch_up()
        ask_everything(small.archive, small.hall)
        write_down(small)
        ask_everything(small.archive, small.hall)
    assert len(plans) > 100
    assert walking(plans) == {}


async def test_nobody_who_looks_into_the_ledger_reads_all_of_it(small: ArchivedHall) -> None:
    small.visits(20)
    await small.catch_up()
    looked = {
        "a ticket": Wanted(ticket=f"{TODAY}-0000001", limit=50),
        "a number": Wanted(ticket="A001", first_day=TODAY, last_day=TODAY, limit=50),
        "an act": Wanted(act="exported", limit=50),
        "who": Wanted(actor="window:1", first_day=TODAY, last_day=TODAY, limit=50),
    }
    with plans_of(small.archive) as plans, small.archive.reading() as connection:
        found = {what: look(connection, "small", wanted).found for what, wanted in looked.items()}
    assert {what: len(rows) > 0 for what, rows in found.items()} == {what: what != "an act" for what in looked}
    assert walking(plans) == {}


async def test_a_long_table_looks_only_once_where_its_days_lie(small: ArchivedHall) -> None:
    small.visits(3)
    await small.catch_up()
    wanted, numbers, between = Wanted(first_day=TODAY, last_day=TODAY, limit=4), list[int](), set[tuple[int, int]]()
    with plans_of(small.archive) as plans, small.archive.reading() as connection:
        page = look(connection, "small", wanted)
        assert any("min(audit.n)" in asked for asked in plans)
        plans.clear()
        while page.found:
            numbers += [one.entry.n for one in page.found]
            between.add(page.between)
            wanted = msgspec.structs.replace(wanted, after=numbers[-1], between=page.between)
            page = look(connection, "small", wanted)
        nobody = look(connection, "small", Wanted(first_day="200101", last_day="200101", limit=4))
    assert numbers == list(range(page.head.n, 0, -1)) and between == {(1, page.head.n)}
    assert nobody.found == [] and sum("min(audit.n)" in asked for asked in plans) == 1, "that of another day"


async def test_an_older_program_has_its_tables_back(any_small: ArchivedHall) -> None:
    any_small.archive.prepare()
    with any_small.archive.writing() as connection:
        command.downgrade(migrations(connection), "0003")
        assert not has_index(connection, "audit_by_act")
    assert any_small.archive.version() == "0003"
    any_small.archive.prepare()
    with any_small.archive.reading() as connection:
        assert has_index(connection, "audit_by_act")


def has_index(connection: Connection, name: str) -> bool:
    return name in {index["name"] for index in inspect(connection).get_indexes("audit")}
