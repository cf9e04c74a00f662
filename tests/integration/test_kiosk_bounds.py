"""A kiosk's token is not everything: what it may ask for has bounds, and its clock is not believed."""

from datetime import datetime
from typing import Any

from tests.conftest import StartHall
from tests.integration.test_leases import device, hand_in, lease, taken
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.sse import EventReader


async def test_nonsense_of_one_kiosk_does_not_move_the_numbers(hall: HallClient) -> None:
    kiosk = await device(hall)
    far: dict[str, Any] = {"id": "x", "queue": "A", "first": 1, "last": 999_999, "first_ordinal": 9_999_999}
    today = (await kiosk.post("/leases", {"installation": "i1"}))["day"]
    body = {"installation": "i1", "seen": [{"queue": "A", "number": 999_999}], "held": [{**far, "day": today}]}
    assert (await kiosk.post("/leases", body)).status == 201
    wide = {**far, "last": 5000, "first_ordinal": 1, "day": today}
    await kiosk.post("/leases", {"installation": "i1", "held": [wide]})
    assert (await hall.ticket())["number"] == "A001"


async def test_a_kiosk_that_leases_and_leases_comes_to_an_end(hall: HallClient) -> None:
    kiosk = await device(hall)
    for _ in range(20):
        await lease(kiosk, count=500)
    wanted = {"installation": "i1", "wanted": [{"queue": "A", "count": 1}]}
    assert (await kiosk.post("/leases", wanted)).body["code"] == "LEASE_LIMIT"
    assert (await lease(kiosk, "B", 1))["first"] == 1, "each queue by itself"
    twice = {"installation": "i1", "wanted": [{"queue": "B", "count": 1}, {"queue": "B", "count": 1}]}
    assert (await kiosk.post("/leases", twice)).status == 422


async def test_nobody_came_before_the_day_began(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk, count=1)
    held = {name: block[name] for name in ("queue", "day")}
    held |= {"id": "older", "first": block["last"] + 1, "last": block["last"] + 1, "first_ordinal": 40}
    await kiosk.post("/leases", {"installation": "i1", "held": [held]})
    ancient = {**taken({**held, "tokens": []}, 0, HandClock(946_684_800_000)), "service": "A-1"}
    row = (await hand_in(kiosk, ancient))["tickets"][0]
    assert row["outcome"] == "waiting"
    came = datetime.fromisoformat(row["ticket"]["issued_at"]).timestamp() * 1000
    assert came >= clock.at - 12 * 3_600_000


async def test_a_clock_that_ran_ahead_over_midnight_and_was_set_right_stops_no_kiosk(
    hall: HallClient, clock: HandClock
) -> None:
    kiosk = await device(hall)
    clock.forward(hours=24)
    await hall.ticket()
    clock.forward(hours=-24)
    block = await lease(kiosk)
    row = (await hand_in(kiosk, taken(block, 0, clock, printed=False)))["tickets"][0]
    assert row["outcome"] == "waiting"


async def test_a_visitor_follows_no_ticket_of_another_hall(start_hall: StartHall) -> None:
    one = await start_hall(small_hall("one"))
    two = HallClient(one.http, "two")
    await start_hall(small_hall("two"))
    for hall in (one, two):
        await hall.get("/board")
    two = await start_hall(small_hall("two"))
    mine = await one.ticket()
    other = await two.ticket()
    assert mine["id"] == other["id"]
    async with EventReader(HallClient(two.http, "two", mine["token"]), "board:*"):
        pass
    await two.open(1)
    assert (await two.at(1, "call-next"))["step"] == "voice"


async def test_what_an_admin_tries_out_leaves_no_ghost_and_a_removed_device_none_either(hall: HallClient) -> None:
    assert (await hall.post("/health", {"installation": "i1"})).status == 200
    assert (await hall.get("/state"))["devices"] == {"ok": 0, "wrong": 0, "silent": 0, "pending": 0}


async def test_pressing_help_again_is_the_same_call(hall: HallClient) -> None:
    kiosk = await device(hall)
    first, second = await kiosk.post("/help"), await kiosk.post("/help")
    assert first["id"] == second["id"]
    await hall.post(f"/help/{first['id']}/answer")
    assert (await kiosk.post("/help"))["id"] != first["id"]
    assert len((await hall.get("/help"))["help"]) == 2


async def test_a_lost_answer_to_an_enrolment_comes_again_with_its_key(hall: HallClient) -> None:
    made = [await hall.post("/devices/codes", {"role": "kiosk", "name": "east"}, key="k") for _ in range(2)]
    assert made[0]["code"] == made[1]["code"]
    url = "/api/v1/enrol"
    tokens = []
    for _ in range(2):
        async with hall.http.post(url, json={"code": made[0]["code"]}, headers={"Idempotency-Key": "e1"}) as answer:
            tokens.append((await answer.json())["token"])
    assert tokens[0] == tokens[1]
    for headers in ({"Idempotency-Key": "other"}, {}):
        async with hall.http.post(url, json={"code": made[0]["code"]}, headers=headers) as answer:
            assert (await answer.json())["code"] == "CODE_UNKNOWN"
    assert len((await hall.get("/devices"))["devices"]) == 1


async def test_an_enrolment_code_is_no_sign_in_link(hall: HallClient) -> None:
    code = (await hall.post("/devices/codes", {"role": "kiosk", "name": "east"}))["code"].replace("-", "")
    async with hall.http.get(f"/sign-in/enrol:{code}") as answer:
        assert answer.status == 410
    async with hall.http.post("/api/v1/enrol", json={"code": code}) as answer:
        assert answer.status == 201


async def test_one_key_is_for_one_body_of_tickets_on_paper_too(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    bodies = [{"installation": "i1", "tickets": [taken(block, nth, clock)]} for nth in (0, 1)]
    first = await kiosk.post("/tickets/hand-in", bodies[0], key="k")
    again = await kiosk.post("/tickets/hand-in", bodies[0], key="k")
    other = await kiosk.post("/tickets/hand-in", bodies[1], key="k")
    assert (first["tickets"][0]["outcome"], again["tickets"][0]["outcome"]) == ("waiting", "known")
    assert (other.status, other["code"]) == (422, "IDEMPOTENCY_MISMATCH")


async def test_the_page_of_a_ticket_that_a_kiosk_has_still_to_hand_in_says_so(
    hall: HallClient, clock: HandClock
) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    async with hall.http.get(f"/t/{block['tokens'][0]}?lang=en") as page:
        text = await page.text()
    assert (page.status, "on its way" in text, "retry.js" in text) == (404, True, True)
    await hand_in(kiosk, taken(block, 0, clock))
    async with hall.http.get(f"/t/{block['tokens'][0]}?lang=en") as page:
        assert page.status == 200


async def test_a_queue_that_the_hall_gave_up_stops_no_kiosk(hall: HallClient) -> None:
    seen = [{"queue": "X", "number": 9}, {"queue": "A", "number": 1}]
    held = {"id": "x", "queue": "X", "first": 1, "last": 2, "first_ordinal": 1, "day": "261122"}
    body = {"installation": "i1", "wanted": [{"queue": "A", "count": 1}], "seen": seen, "held": [held]}
    assert (await (await device(hall)).post("/leases", body))["leases"][0]["first"] == 2
