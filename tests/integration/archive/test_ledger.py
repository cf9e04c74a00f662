"""The ledger on either database: chained as the events are archived, verified, searched and tampered with."""

import pytest
from sqlalchemy import select, update

from ops.archive.audit import follow, head_at
from ops.archive.audit_table import audit
from ops.audit.looking import look
from queue_server.domain.audit import beginning, is_audited
from queue_server.flows.ledger import Wanted
from queue_server.store.events import unpack_event
from tests.support.archives import DAY_MS, ArchivedHall
from tests.support.clocks import NOON


@pytest.mark.parametrize("any_small", ["postgresql"], indirect=True)
async def test_a_ledger_in_postgresql_holds_is_found_in_and_shows_what_was_changed(any_small: ArchivedHall) -> None:
    small = any_small
    small.visits(4)
    await small.close_day("261123", NOON + DAY_MS)
    small.visits(2, NOON + DAY_MS)
    await small.catch_up()
    acts = sum(is_audited(unpack_event(entry.packed)) for entry in await small.stream())
    with small.archive.reading() as connection:
        begun, head, broken = follow(connection, "small")
        assert (begun, head, broken) == (beginning("small"), head_at(connection, "small"), None)
        assert head.n == acts > 10
        page = look(connection, "small", Wanted(act="WindowOpened", limit=5))
        assert page.head == head and page.found and {one.entry.act for one in page.found} == {"WindowOpened"}
        middle = connection.execute(select(audit).where(audit.c.n == acts // 2)).one()
    with small.archive.writing() as connection:
        changed = {"text": bytes(middle.text).replace(b'"at":', b'"at":1')}
        assert connection.execute(update(audit).where(audit.c.n == middle.n).values(changed)).rowcount == 1
    with small.archive.reading() as connection:
        _, sound, broken = follow(connection, "small")
        assert broken is not None and (broken.n, broken.why, sound.n) == (middle.n, "changed", middle.n - 1)
