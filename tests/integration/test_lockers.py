"""Lockers: what is put in is told by a code, collected once, reminded of, taken out again; nobody guesses a code."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from queue_server.domain.hall import Hall, Period
from queue_server.domain.lockers import MOST_TRIES, Locker
from queue_server.domain.rules import Span
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import services_of
from tests.support.halls import names, small_hall
from tests.support.ratings import device, events_of, served
from tests.support.windows import eventually

PHONE = "13800000001"
MONDAYS = (Period(weekday=0, opens_min=540, closes_min=1020),)
"""The day of the tests is a Sunday."""


def with_lockers(boxes: int = 2, hours: tuple[Period, ...] = ()) -> Hall:
    """The small hall, whose first zone never closes and has a locker."""
    hall = small_hall(hours=hours)
    zones = tuple(
        structs.replace(zone, hours=(Span(from_min=0, to_min=1440),)) if zone.id == "Z0" else zone
        for zone in hall.zones
    )
    return structs.replace(hall, zones=zones, lockers=(Locker(id="L1", names=names("L1"), zone="Z0", boxes=boxes),))


@pytest.fixture
async def hall(start_hall: StartHall) -> HallClient:
    return await start_hall(with_lockers())


async def put_in(hall: HallClient, key: str | None = None, **wanted: object) -> Answer:
    return await hall.post("/lockers/L1/parcels", wanted, key)


def outbox(data: Path) -> list[dict[str, str]]:
    """What was sent, as the log of messages has it."""
    file = data / "outbox.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_what_is_put_in_for_a_ticket_is_collected_by_its_code_once(
    hall: HallClient, clean_store: EmbeddedStore
) -> None:
    ticket = await served(hall)
    kiosk = await device(hall, "kiosk")
    made = await put_in(hall, ticket=ticket["id"])
    assert (made.status, made["box"], made["service"], made["reachable"]) == (201, 1, "A-1", False)
    [own] = (await hall.as_(ticket["token"]).get(f"/tickets/{ticket['id']}/parcels"))["parcels"]
    assert own["code"] == made["code"] and len(own["code"]) == 8
    assert (await hall.get("/lockers"))["lockers"][0]["free"] == 1

    typed = f"{made['code'][:4]} {made['code'][4:]}"
    opened = await kiosk.post("/parcels/collect", {"code": typed})
    assert (opened.status, opened["locker"], opened["box"], opened["status"]) == (200, "L1", 1, "collected")
    again = await kiosk.post("/parcels/collect", {"code": typed})
    assert (again.status, again["code"]) == (404, "NO_SUCH_CODE")
    [gone] = (await hall.as_(ticket["token"]).get(f"/tickets/{ticket['id']}/parcels"))["parcels"]
    assert gone["status"] == "collected" and "code" not in gone
    assert (await hall.get("/lockers"))["lockers"][0]["free"] == 2
    told = await events_of(clean_store, "LockerChanged")
    assert [(event.ticket, event.facts) for event in told] == [
        (ticket["id"], {"locker": "L1", "box": 1, "state": state}) for state in ("in", "collected")
    ]


async def test_codes_are_for_the_visitor_and_for_who_put_it_in_alone(hall: HallClient) -> None:
    ticket = await served(hall)
    made = await put_in(hall, ticket=ticket["id"], phone=PHONE)
    for role in ("desk", "window", "kiosk"):
        more = {"window": 1} if role == "window" else {}
        reader = await device(hall, role, **more)
        [row] = (await reader.get(f"/tickets/{ticket['id']}/parcels"))["parcels"]
        assert "code" not in row, role
    listed = await hall.get("/parcels")
    assert made["code"] not in str(listed.body) and PHONE not in str(listed.body)


async def test_put_in_twice_under_one_key_lies_there_once(hall: HallClient) -> None:
    first, second = [await put_in(hall, "k-1", phone=PHONE, service="A-1") for _ in range(2)]
    assert (first["id"], first["code"]) == (second["id"], second["code"])
    assert len((await hall.get("/parcels"))["parcels"]) == 1


async def test_boxes_are_used_once_at_a_time(hall: HallClient) -> None:
    assert (await put_in(hall, phone=PHONE, box=2))["box"] == 2
    assert (await put_in(hall, phone=PHONE, box=2))["code"] == "BOX_TAKEN"
    first = await put_in(hall, phone=PHONE)
    assert first["box"] == 1
    assert (await put_in(hall, phone=PHONE))["code"] == "LOCKER_FULL"
    assert (await put_in(hall, phone=PHONE, box=3))["code"] == "INVALID"
    assert (await put_in(hall))["code"] == "INVALID", "for nobody"
    assert (await put_in(hall, phone="12"))["code"] == "INVALID"
    assert (await hall.post("/lockers/L9/parcels", {"phone": PHONE}))["code"] == "NO_SUCH_LOCKER"
    out = await hall.post(f"/parcels/{first['id']}/return", {})
    assert (out.status, out["status"]) == (200, "returned")
    assert (await hall.post(f"/parcels/{first['id']}/return", {}))["code"] == "PARCEL_STATUS"
    assert (await hall.post("/parcels/E-1/return", {}))["code"] == "NO_SUCH_PARCEL"
    assert (await put_in(hall, phone=PHONE))["box"] == 1


async def test_a_device_that_guesses_waits(hall: HallClient, clock: HandClock) -> None:
    made = await put_in(hall, phone=PHONE)
    guesser, other = await device(hall, "kiosk"), await device(hall, "kiosk")
    left = [(await guesser.post("/parcels/collect", {"code": "0"}))["tries_left"] for _ in range(MOST_TRIES)]
    assert left == list(reversed(range(MOST_TRIES)))
    stopped = await guesser.post("/parcels/collect", {"code": made["code"]})
    assert (stopped.status, stopped["code"]) == (429, "TOO_MANY_TRIES")
    assert int(stopped.headers["Retry-After"]) == stopped["retry_after_s"] == 600
    assert (await other.post("/parcels/collect", {"code": made["code"]})).status == 200, "others go on"
    clock.forward(minutes=10)
    assert (await guesser.post("/parcels/collect", {"code": "0"}))["code"] == "NO_SUCH_CODE"


async def test_the_visitor_is_told_the_code_and_reminded_once(
    hall: HallClient, clock: HandClock, tmp_path: Path
) -> None:
    made = await put_in(hall, phone=PHONE, service="A-1", language="en")

    async def sent(n: int) -> list[dict[str, str]]:
        async def look() -> list[dict[str, str]]:
            found = [row for row in outbox(tmp_path) if row["template"].startswith("locker")]
            return found if len(found) >= n else []

        found: list[dict[str, str]] = await eventually(look)
        return found

    [first] = await sent(1)
    assert first["template"] == "locker_in" and made["code"] in first["body"] and "box 1" in first["body"]
    clock.forward(hours=68)  # eight in the morning of the last day
    both = await sent(2)
    assert [row["template"] for row in both] == ["locker_in", "locker_remind"]
    assert (await hall.get("/parcels"))["parcels"][0]["overdue"] is False
    clock.forward(hours=40)

    async def alarmed() -> bool:
        text = await (await hall.http.get("/metrics")).text()
        return 'greenwave_alarms{code="LOCKER_OVERDUE",hall="small"} 1.0' in text

    assert await eventually(alarmed)
    assert (await hall.get("/parcels"))["parcels"][0]["overdue"] is True
    assert len(await sent(2)) == 2


async def test_nothing_is_left_of_what_was_collected_days_ago(hall: HallClient, clock: HandClock) -> None:
    made = await put_in(hall, phone=PHONE)
    await hall.post("/parcels/collect", {"code": made["code"]})
    kept = services_of(hall).lockers._kept
    assert len(await kept.parcels("small")) == 1
    clock.forward(hours=72)
    await hall.ticket()  # the day has turned
    assert await kept.parcels("small") == []


async def test_the_area_says_what_is_open_at_night(start_hall: StartHall) -> None:
    hall = await start_hall(with_lockers(hours=MONDAYS), open_now=False)
    await put_in(hall, phone=PHONE)
    area = await hall.as_("").get("/area")
    assert area["hall_open"] is False
    [zone] = area["zones"]
    assert (zone["zone"], zone["open"], zone["always"]) == ("Z0", True, True)
    [queue] = zone["queues"]
    assert (queue["queue"], queue["devices"], [item["id"] for item in queue["services"]]) == ("SELF", 2, ["S-1", "S-2"])
    assert [(row["id"], row["free"]) for row in zone["lockers"]] == [("L1", 1)]
