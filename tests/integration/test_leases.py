"""Numbers that kiosks hold: granted once, handed in once, in fair order, through lost answers, days and restores."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import redis

from queue_server.contract.persons import hide_person
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Period
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

MORNING = (Period(weekday=6, opens_min=540, closes_min=600),)


async def device(hall: HallClient, role: str = "kiosk", **more: Any) -> HallClient:
    made = await hall.post("/devices", {"role": role, "name": f"{role} 1", **more})
    assert made.status == 201, made
    return hall.as_(made["token"])


async def lease(kiosk: HallClient, queue: str = "A", count: int = 20, **more: Any) -> dict[str, Any]:
    body = {"installation": "i1", "wanted": [{"queue": queue, "count": count}], **more}
    answer = await kiosk.post("/leases", body)
    assert answer.status == 201, answer
    found: dict[str, Any] = answer["leases"][0]
    return found


async def report(kiosk: HallClient) -> Answer:
    return await kiosk.post("/health", {"installation": "i1"})


def taken(block: dict[str, Any], nth: int, clock: HandClock, printed: bool = True, **more: Any) -> dict[str, Any]:
    """The nth ticket of a block, as a kiosk hands it in."""
    return {
        "lease": block["id"], "day": block["day"], "queue": block["queue"], "number": block["first"] + nth,
        "ordinal": block["first_ordinal"] + nth, "service": f"{block['queue']}-1", "taken_at": rfc3339(clock.at),
        "printed": printed, **more,
    }  # fmt: skip


async def hand_in(kiosk: HallClient, *tickets: dict[str, Any]) -> Answer:
    answer = await kiosk.post("/tickets/hand-in", {"installation": "i1", "tickets": list(tickets)})
    assert answer.status == 200, answer
    return answer


async def test_a_block_is_nobody_elses(hall: HallClient) -> None:
    kiosks = [await device(hall) for _ in range(4)]
    blocks = await asyncio.gather(*(lease(kiosk) for kiosk in kiosks for _ in range(3)))
    numbers = [n for block in blocks for n in range(block["first"], block["last"] + 1)]
    online = (await hall.ticket())["number"]
    assert len(numbers) == len(set(numbers)) == 240
    assert int(online[1:]) not in numbers
    assert {len(block["tokens"]) for block in blocks} == {20}


async def test_a_ticket_is_handed_in_once_however_often_it_comes(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    ticket = taken(block, 0, clock)
    outcomes = [row["outcome"] for _ in range(3) for row in (await hand_in(kiosk, ticket, ticket))["tickets"]]
    assert outcomes == ["waiting", "known", "known", "known", "known", "known"]
    assert (await hall.get("/state"))["totals"]["waiting"] == 1


async def test_the_token_of_a_leased_number_is_its_tickets(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    row = (await hand_in(kiosk, taken(block, 3, clock)))["tickets"][0]
    assert row["number"] == f"A{block['first'] + 3:03d}"
    mine = await hall.as_(block["tokens"][3]).get(f"/tickets/{row['ticket']['id']}")
    assert mine["number"] == row["number"]


async def test_late_tickets_stand_where_they_would_have_stood(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    clock.forward(minutes=1)
    early = taken(block, 0, clock)
    clock.forward(minutes=1)
    walk_in = await hall.ticket()
    clock.forward(minutes=1)
    later = taken(block, 1, clock)
    clock.forward(minutes=5)
    rows = (await hand_in(kiosk, early, later))["tickets"]
    assert [row["ticket"]["ahead"] for row in rows] == [0, 2]
    assert (await hall.get(f"/tickets/{walk_in['id']}"))["ahead"] == 1


@pytest.mark.parametrize("off_min", [-600, 600])
async def test_a_wrong_kiosk_clock_moves_nobody_before_the_lease_or_after_the_arrival(
    hall: HallClient, clock: HandClock, off_min: int
) -> None:
    kiosk = await device(hall)
    await hall.ticket()
    clock.forward(minutes=1)
    block = await lease(kiosk)
    leased_at = clock.at
    clock.forward(minutes=10)
    wrong = HandClock(clock.at)
    wrong.forward(minutes=off_min)
    row = (await hand_in(kiosk, taken(block, 0, wrong)))["tickets"][0]
    expected = leased_at if off_min < 0 else clock.at
    assert (row["ticket"]["issued_at"], row["ticket"]["ahead"]) == (rfc3339(expected), 1)


async def test_paper_is_never_refused_and_what_is_not_on_paper_may_be(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(small_hall(hours=MORNING), open_now=False)
    kiosk = await device(hall)
    block = await lease(kiosk)
    rows = (await hand_in(kiosk, taken(block, 0, clock, printed=False), taken(block, 1, clock)))["tickets"]
    assert [row["outcome"] for row in rows] == ["refused", "waiting"]
    assert rows[0]["problem"]["code"] == "HALL_CLOSED"
    again = (await hand_in(kiosk, taken(block, 0, clock, printed=True)))["tickets"]
    assert again[0]["outcome"] == "waiting"


async def test_a_number_of_no_lease_is_refused_alone(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk, count=2)
    forged = [
        taken(block, 2, clock),
        taken(block, 0, clock, lease="nothing"),
        taken(block, 0, clock, ordinal=block["first_ordinal"] + 1),
        taken(block, 0, clock, day="301231"),
    ]
    rows = (await hand_in(kiosk, *forged, taken(block, 1, clock)))["tickets"]
    assert [row["outcome"] for row in rows] == ["refused"] * 4 + ["waiting"]
    assert {row["problem"]["code"] for row in rows[:4]} == {"NO_SUCH_LEASE"}


async def test_a_ticket_of_yesterday_is_written_down_as_expired(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    yesterday = taken(block, 0, clock)
    clock.forward(hours=24)
    rows = [(await hand_in(kiosk, yesterday))["tickets"][0] for _ in range(2)]
    assert [row["outcome"] for row in rows] == ["late", "known"]
    assert rows[0]["ticket"]["status"] == "expired"
    fresh = await lease(kiosk)
    assert fresh["first"] == 1
    assert (await hall.get("/state"))["totals"]["waiting"] == 0


async def test_a_store_that_was_set_back_skips_past_what_a_kiosk_holds(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    """The kiosk's own word is enough: here nothing else is left of the day."""
    kiosk = await device(hall)
    block = await lease(kiosk)
    ticket = taken(block, 5, clock)
    held = [{name: block[name] for name in ("id", "queue", "first", "last", "first_ordinal", "day")}]
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        for part in ("n", "l", "s"):
            client.delete(f"gw:{{{hall.hall}}}:{part}")
    not_printed = await hand_in(kiosk, {**ticket, "printed": False})
    assert not_printed["tickets"][0]["problem"]["code"] == "NO_SUCH_LEASE"
    before = await report(kiosk)
    seen = [{"queue": "A", "number": 37}]
    new = await lease(kiosk, held=held, seen=seen)
    assert new["first"] == 38
    assert new["first_ordinal"] > block["first_ordinal"] + 19
    assert (await report(kiosk))["epoch"] != before["epoch"], "its kiosks must hand in again what they handed in before"
    assert (await hand_in(kiosk, ticket))["tickets"][0]["outcome"] == "waiting"


async def test_paper_is_taken_in_even_when_its_lease_is_forgotten(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        for part in ("n", "l", "s"):
            client.delete(f"gw:{{{hall.hall}}}:{part}")
    assert (await hand_in(kiosk, taken(block, 11, clock)))["tickets"][0]["outcome"] == "waiting"
    assert (await hall.ticket())["number"] == "A013", "what is on paper is never given again"
    far = {**taken(block, 11, clock), "lease": "nothing", "number": 99_999}
    assert (await hand_in(kiosk, far))["tickets"][0]["problem"]["code"] == "NO_SUCH_LEASE"
    given = {**taken(block, 11, clock), "lease": "nothing", "number": 13, "ordinal": 13}
    assert (await hand_in(kiosk, given))["tickets"][0]["problem"]["code"] == "NO_SUCH_LEASE"
    twice = {**taken(block, 11, clock), "lease": "nothing"}
    assert (await hand_in(kiosk, twice))["tickets"][0]["problem"]["code"] == "NO_SUCH_LEASE", "nobody else printed it"
    assert (await hand_in(kiosk, taken(block, 11, clock)))["tickets"][0]["outcome"] == "known"


async def test_a_late_copy_of_a_refused_request_brings_no_ticket(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(small_hall(hours=MORNING), open_now=False)
    kiosk = await device(hall)
    block = await lease(kiosk)
    body = {"installation": "i1", "tickets": [taken(block, 0, clock, printed=False)]}
    first = await kiosk.post("/tickets/hand-in", body, key="one")
    assert first["tickets"][0]["problem"]["code"] == "HALL_CLOSED"
    clock.forward(hours=-2.5)  # the hall is open, as by a clock that was set right
    assert (await hand_in(kiosk, taken(block, 1, clock, printed=False)))["tickets"][0]["outcome"] == "waiting"
    assert (await kiosk.post("/tickets/hand-in", body, key="one"))["tickets"] == first["tickets"]


async def test_a_restored_store_gives_no_number_again(
    start_hall: StartHall, clean_store: EmbeddedStore, tmp_path: Path
) -> None:
    """A copy of the store from before is put back while the server is away; it tells by its own file."""
    hall = await start_hall(hand_clock=False)
    await hall.ticket()
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        copy = {key: client.dump(key) for key in client.keys(f"gw:{{{hall.hall}}}*")}
        given = {(await hall.ticket())["number"] for _ in range(30)}
        kiosk = await device(hall)
        block = await lease(kiosk)
        given |= {f"A{n:03d}" for n in range(block["first"], block["last"] + 1)}
        await hall.http.close()
        assert (tmp_path / "promises.json").exists()
        for key in client.keys(f"gw:{{{hall.hall}}}*"):
            client.delete(key)
        for key, value in copy.items():
            client.restore(key, 0, value)
    again = await start_hall(hand_clock=False)
    numbers = [(await again.ticket())["number"] for _ in range(40)]
    assert given.isdisjoint(numbers)
    assert len(set(numbers)) == 40


async def test_a_person_is_hidden_by_the_kiosk_as_by_the_server(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    answer = await kiosk.post("/leases", {"installation": "i1", "wanted": [{"queue": "A", "count": 2}]})
    block, key = answer["leases"][0], bytes.fromhex(answer["person_key"])
    await hall.ticket(visitor={"id_number": "11010519491231002x"})
    person = hide_person(key, "id", "11010519491231002X")
    row = (await hand_in(kiosk, taken(block, 0, clock, printed=False, person=person)))["tickets"][0]
    assert row["problem"]["code"] == "ALREADY_WAITING"


async def test_only_kiosks_hold_numbers(hall: HallClient) -> None:
    body = {"installation": "i1", "wanted": [{"queue": "A", "count": 1}]}
    for role, window in (("display", None), ("desk", None), ("window", 1)):
        other = await device(hall, role, **({"window": window} if window else {}))
        assert (await other.post("/leases", body)).status == 403
    assert (await hall.as_("").post("/leases", body)).status == 401
    kiosk = await device(hall)
    for queue in ("SELF", "X"):
        wrong = {"installation": "i1", "wanted": [{"queue": queue, "count": 1}]}
        assert (await kiosk.post("/leases", wrong)).body["code"] == "NO_SUCH_QUEUE"
