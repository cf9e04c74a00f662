"""The ledger in the archive: chained with the events, forgotten by whole days, and no tampering goes unseen."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from ops.archive.audit import anchor, follow, forget_days, head_at, known
from ops.archive.audit_table import audit, audit_anchors
from ops.archive.tables import purges
from queue_server.domain.audit import beginning, is_audited, link
from queue_server.store.events import unpack_event
from tests.support.archives import DAY_MS, ArchivedHall, archived_hall
from tests.support.clocks import NOON

DAYS = ("261122", "261123", "261124")


@pytest.fixture
async def small(valkey: Any, tmp_path: Path) -> AsyncIterator[ArchivedHall]:
    """Two closed days and a third one."""
    async with archived_hall(valkey, f"sqlite:///{tmp_path}/archive.db", page=37) as small:
        for number, _ in enumerate(DAYS):
            small.visits(4, NOON + number * DAY_MS)
            if number < 2:
                await small.close_day(DAYS[number + 1], NOON + (number + 1) * DAY_MS)
        await small.catch_up()
        yield small


def texts(small: ArchivedHall) -> list[dict[str, Any]]:
    return [json.loads(row["text"]) for row in small.rows(audit)]


async def test_the_ledger_has_every_act_of_staff_once_and_in_order(small: ArchivedHall) -> None:
    happened = [(entry.position, unpack_event(entry.packed)) for entry in await small.stream()]
    expected = [(position, event.name, event.at, event.actor) for position, event in happened if is_audited(event)]
    found = texts(small)
    assert [(one["id"], one["event"], one["at"], one["actor"]) for one in found] == expected
    assert len(expected) > 20
    assert [one["n"] for one in found] == list(range(1, len(found) + 1))


async def test_the_chain_is_what_anybody_can_work_out_from_the_texts(small: ArchivedHall) -> None:
    digest = beginning("small").hash
    for row in small.rows(audit):
        digest = link(digest, row["text"])
        assert row["hash"].hex() == digest
    with small.archive.reading() as connection:
        begun, head, broken = follow(connection, "small")
    assert (begun, head.hash, broken) == (beginning("small"), digest, None)


async def test_a_lost_archive_gets_the_same_ledger_again(small: ArchivedHall, tmp_path: Path) -> None:
    before = small.rows(audit)
    small.url = f"sqlite:///{tmp_path}/again.db"
    small.page = 5
    small.begin_anew()
    await small.catch_up()
    assert small.rows(audit) == before


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        ("UPDATE audit SET text = replace(CAST(text AS TEXT), 'clerk', 'somebody') WHERE n = 9", "changed"),
        ("UPDATE audit SET actor = 'window:9' WHERE n = 9", "misfiled"),
        ("UPDATE audit SET hash = zeroblob(32) WHERE n = 9", "changed"),
        ("DELETE FROM audit WHERE n = 9", "missing"),
        ("DELETE FROM audit WHERE n < 10", "missing"),
        ("UPDATE audit SET text = CAST('' AS BLOB) WHERE n = 9", "changed"),
    ],
)  # fmt: skip
async def test_what_was_tampered_with_is_found_where_it_begins(small: ArchivedHall, tampering: str, why: str) -> None:
    with small.archive.writing() as connection:
        assert connection.execute(text(tampering)).rowcount
    with small.archive.reading() as connection:
        _, head, broken = follow(connection, "small")
    assert broken is not None
    assert (broken.n, broken.why, head.n) == ((1, why, 0) if "n < 10" in tampering else (9, why, 8))


async def test_a_ledger_that_was_written_anew_differs_from_the_head_that_was_told(small: ArchivedHall) -> None:
    """Whoever may write the archive can chain it again: what was told outside shows it."""
    with small.archive.reading() as connection:
        told = head_at(connection, "small")
    with small.archive.writing() as connection:
        digest = beginning("small").hash
        for row in connection.execute(select(audit).order_by(audit.c.n)).all():
            changed = row.text.replace(b'"staff":"', b'"staff":"X ')
            digest = link(digest, changed)
            staff = json.loads(changed).get("staff", "")
            values = {"text": changed, "hash": bytes.fromhex(digest), "staff": staff}
            connection.execute(update(audit).where(audit.c.n == row.n).values(values))
    with small.archive.reading() as connection:
        assert follow(connection, "small")[2] is None, "the chain alone holds"
        assert known(connection, "small", told.n) != told


async def test_days_leave_whole_and_the_rest_still_holds(small: ArchivedHall) -> None:
    with small.archive.reading() as connection:
        before = head_at(connection, "small")
        count = connection.execute(select(func.count()).where(audit.c.day == DAYS[0])).scalar()
    forget_days(small.archive, "small", "291121", 1)
    assert small.rows(audit_anchors) == []
    forget_days(small.archive, "small", "291122", 1)
    with small.archive.reading() as connection:
        begun, head, broken = follow(connection, "small")
        assert (begun, begun.n, head, broken) == (anchor(connection, "small"), count, before, None)
        assert connection.execute(select(func.min(audit.c.day))).scalar() == DAYS[1]
    assert [row["events"] for row in small.rows(purges) if row["rule"] == "audit"] == [count]
    with small.archive.writing() as connection:
        connection.execute(delete(audit).where(audit.c.n == begun.n + 1))
    with small.archive.reading() as connection:
        assert follow(connection, "small")[2] is not None, "what leaves by no rule is missing"


async def test_a_ledger_that_lost_its_last_days_goes_on_after_its_anchor(small: ArchivedHall) -> None:
    """Everything is too old: the next entry still follows the last one that left."""
    with small.archive.reading() as connection:
        before = head_at(connection, "small")
    forget_days(small.archive, "small", "350101", 1)
    assert small.rows(audit) == []
    small.visits(1, NOON + 2 * DAY_MS + 3_600_000)
    await small.catch_up()
    assert small.rows(audit)[0]["n"] == before.n + 1
    with small.archive.reading() as connection:
        assert follow(connection, "small")[2] is None
