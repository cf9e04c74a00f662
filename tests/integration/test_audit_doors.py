"""Who is not let in stands in the ledger: by password, by form, at a stream; and streams end with their session."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.audits import AuditedHalls, audited_halls
from tests.support.colleagues import colleague, signed_in, welcomed
from tests.support.contract import device
from tests.support.sse import EventReader


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


async def refused(halls: AuditedHalls, hall: str = "small") -> list[tuple[str, str, int]]:
    rows = [one["facts"] for one in await halls.entries("&act=refused", hall)]
    return [(row["what"], row["code"], row.get("times", 1)) for row in rows]


async def test_a_wrong_password_stands_in_the_ledger_of_each_of_its_halls_at_once(halls: AuditedHalls) -> None:
    made = await colleague(halls.hall, role="desk")
    assert (await halls.other.post(f"/staff/{made['id']}", {"role": "desk"})).status == 200
    await welcomed(halls.hall, made)
    await signed_in(halls.hall, "1024", "wrong-guess-here")
    assert await refused(halls) == await refused(halls, "other") == [("sign-in 1024", "SIGN_IN_WRONG", 1)]
    for _ in range(7):
        await signed_in(halls.hall, "1024", "wrong-guess-here")
    halls.clock.forward(minutes=1)
    await signed_in(halls.hall, "1024", "wrong-guess-here")
    assert await refused(halls) == [
        ("sign-in 1024", "SIGN_IN_WRONG", 1), ("sign-in 1024", "LOCKED_OUT", 1), ("sign-in 1024", "SIGN_IN_WRONG", 5),
    ]  # fmt: skip


async def test_what_was_typed_as_a_name_that_nobody_has_is_not_noted(halls: AuditedHalls) -> None:
    form = {"to": "/desk/small", "name": "my-password-by-mistake", "password": "x"}
    async with halls.http.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        assert answer.status == 401
    await signed_in(halls.hall, "nobody-here", "x")
    assert await refused(halls) == [("sign-in", "SIGN_IN_WRONG", 1)]
    assert await refused(halls, "other") == []


async def test_refused_streams_of_staff_are_noted_and_a_visitors_are_not(halls: AuditedHalls) -> None:
    screen = await device(halls.hall, "display")
    for caller, topics in ((screen, "alarms"), (halls.hall.as_(""), "hall"), (halls.hall.as_("x"), "ticket:1")):
        assert (await caller.get(f"/events?topics={topics}")).status in {401, 403}
    assert await refused(halls) == [
        ("GET /halls/{hall}/events alarms", "WRONG_ROLE", 1), ("GET /halls/{hall}/events hall", "NO_TOKEN", 1),
    ]  # fmt: skip


async def test_an_open_stream_ends_with_its_session_and_a_devices_goes_on(halls: AuditedHalls) -> None:
    desk = halls.hall.as_(await welcomed(halls.hall, await colleague(halls.hall, role="desk")))
    async with EventReader(desk, "hall") as events, EventReader(halls.hall, "hall") as of_a_device:
        await halls.hall.ticket()
        while (told := await events.next()) is not None and told.name != "TicketIssued":
            pass
        assert told is not None, "it is open until then"
        halls.clock.forward(hours=12)
        while await events.next() is not None:
            pass
        await halls.hall.open(1)
        while (told := await of_a_device.next()) is not None and told.name != "WindowOpened":
            pass
        assert told is not None
