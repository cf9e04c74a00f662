"""Shifts among the hall's own work, and accounts that many change at once, against small models."""

import asyncio
import secrets
from collections.abc import Awaitable

import msgspec

from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person
from queue_server.domain.staff_orders import Attempt, Begin, SavePerson
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from queue_server.store.staff import StaffStore
from tests.support.crowd_staff import StaffCrowd
from tests.support.driven import DrivenHall, drive

ACTS, HALLS = 6_000, 6
MEANT = {
    "plan_shift ", "plan_shift SHIFT_OVERLAPS", "drop_shift ", "drop_shift NO_SUCH_SHIFT", "tell_staff ",
    "StaffChanged", "ShiftChanged",
}  # fmt: skip


async def test_shifts_are_kept_as_the_model_keeps_them(clean_store: EmbeddedStore) -> None:
    seed = secrets.token_hex(4)
    client = connect(clean_store.url, answer_timeout_s=60)
    store = HallStore(client, lambda: load_library(client))
    driven = [DrivenHall(client, store, f"hall-{n}", StaffCrowd(f"{seed}/{n}")) for n in range(HALLS)]
    try:
        seen = await drive(driven, ACTS, seed)
        staff = StaffStore(client, lambda: load_library(client), client)
        for hall in driven:
            assert isinstance(hall.crowd, StaffCrowd)
            for day, rows in hall.crowd.model.shifts.items():
                assert await staff.shifts(hall.name, day) == rows, f"seed {seed}"
            assert await staff.told(hall.name) == hall.crowd.model.staff_at
    finally:
        await client.aclose()
    assert not MEANT - seen.keys(), "the crowd did not get everywhere"


def saved(person: Person, revision: int, **more: object) -> SavePerson:
    fields = {"at": 1_000, "actor": "test", "person": person.id, "number": person.number, "name": person.name}
    facts = {
        "change": "changed",
        "halls": "small",
        "revision": revision,
        "record": msgspec.json.encode(person).decode(),
    }
    return SavePerson(**{**fields, **facts, "claims": person.claims, **more})  # type: ignore[arg-type]


async def outcome(work: Awaitable[str]) -> str:
    try:
        await work
    except Refusal as refusal:
        return refusal.code
    return "done"


async def test_of_many_who_change_an_account_at_once_one_wins(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    staff = StaffStore(client, lambda: load_library(client), client)
    try:
        people = [Person(id=f"p{n}", name=f"N{n}", number="7", sign_in=f"n{n}") for n in range(20)]
        first = await asyncio.gather(*(outcome(staff.act("staff_save", saved(person, 0))) for person in people))
        assert sorted(first) == ["NAME_TAKEN"] * 19 + ["done"], "one number, one person"
        winner = people[first.index("done")]
        again = await asyncio.gather(*(outcome(staff.act("staff_save", saved(winner, 1))) for _ in range(20)))
        assert sorted(again) == ["STAFF_MOVED"] * 19 + ["done"]
        rows = await staff.events_soon(0, 100, 1)
        assert [row.position for row in rows] == [1, 2], "one event for each change, none for what was refused"
        gone = saved(winner, 2, record="", claims=[])
        assert await outcome(staff.act("staff_save", gone)) == "done"
        assert await staff.who("number 7") == "" and await staff.person(winner.id) is None
    finally:
        await client.aclose()


async def test_a_session_begins_only_with_the_account_as_it_was_judged(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    staff = StaffStore(client, lambda: load_library(client), client)
    person = Person(id="p1", name="N", number="1", sign_in="n")
    try:
        await staff.act("staff_save", saved(person, 0))

        def begin(revision: int, session: str, at: int = 1_000) -> Begin:
            return Begin(
                at=at,
                actor="staff:p1",
                person="p1",
                revision=revision,
                session=session,
                until=at + 5_000,
                how="password",
            )

        await staff.act("staff_begin", begin(1, "one"))
        await staff.act("staff_save", saved(person, 1, ends=1))
        assert await outcome(staff.act("staff_begin", begin(1, "two"))) == "STAFF_MOVED"
        assert await staff.sessions("p1") == {}
        await staff.act("staff_begin", begin(2, "three"))
        await staff.act("staff_begin", begin(2, "four", at=9_000))
        assert set(await staff.sessions("p1")) == {"four"}, "what has run out is forgotten"
    finally:
        await client.aclose()


async def test_the_wait_doubles_with_each_try_and_ends(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    staff = StaffStore(client, lambda: load_library(client), client)
    waits, at = [], 1_000_000
    try:
        for _ in range(9):
            limits = [("person p1", 3, 60, 240, 3600)]
            order = Attempt(at=at, actor="staff", person="p1", limits=limits)
            await staff.act("staff_attempt", order)
            until = await staff.locked_until("person p1")
            waits.append(max(until - at, 0) // 1000)
            at = max(until, at)
    finally:
        await client.aclose()
    assert waits == [0, 0, 60, 120, 240, 240, 240, 240, 240]
