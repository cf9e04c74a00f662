"""Large projects (一条龙专窗): one officer at one window; with its code one comes straight to them."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from queue_server.domain.rules import Remote, Site
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.colleagues import colleague
from tests.support.halls import small_hall
from tests.support.ratings import device, events_of

DAY_S = 24 * 3600


async def project(hall: HallClient, window: int = 3, **more: object) -> Answer:
    made = await hall.post("/projects", {"title": "A new bridge", "owner": "Officer Li", "window": window, **more})
    assert made.status == 201, made
    return made


async def come(hall: HallClient, code: str, channel: str = "kiosk") -> Answer:
    return await hall.post("/projects/visit", {"code": code, "channel": channel})


async def test_with_the_code_one_gets_a_ticket_for_the_officers_window_alone(hall: HallClient) -> None:
    made = await project(hall, window=3)
    await hall.open(3)
    await hall.open(4)
    ticket = await come(hall, made["code"].lower().replace("-", " "))
    assert (ticket.status, ticket["queue"], ticket["service"]) == (201, "B", "B-1")
    assert (await hall.at(4, "call-next")).status == 204
    assert (await hall.at(3, "call-next"))["number"] == ticket["number"]


async def test_every_visit_is_noted_and_the_next_waits_until_the_last_has_ended(hall: HallClient) -> None:
    made = await project(hall)
    await hall.open(3)
    first = await come(hall, made["code"])
    again = await come(hall, made["code"])
    assert (again.status, again["code"], again["number"]) == (409, "ALREADY_WAITING", first["number"])
    for act in ("call-next", "start", "finish"):
        await hall.at(3, act)
    second = await come(hall, made["code"])
    [row] = (await hall.get("/projects"))["projects"]
    assert [(visit["number"], visit["window"]) for visit in row["visits"]] == [
        (first["number"], 3), (second["number"], 3),
    ]  # fmt: skip


async def test_while_the_officer_is_away_one_is_told_when_they_are_there(hall: HallClient, clock: HandClock) -> None:
    made = await project(hall, owner="Clerk 7")
    assert "next_at" not in (await come(hall, made["code"])).body
    person = (await colleague(hall, "7", windows=[3]))["id"]
    starts = [datetime.fromtimestamp((clock.at + hours * 3_600_000) / 1000, UTC) for hours in (3, 5)]
    text = [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in starts]
    planned = await hall.post("/shifts", {"person": person, "window": 3, "start": text[0], "end": text[1]})
    assert planned.status == 201, planned
    refused = await come(hall, made["code"])
    assert (refused.status, refused["code"], refused["window"]) == (409, "OFFICER_AWAY", 3)
    assert refused["next_at"].startswith(text[0][:16])


async def test_a_code_of_a_project_does_where_a_bookings_does(hall: HallClient) -> None:
    made = await project(hall)
    await hall.open(3)
    kiosk = await device(hall, "kiosk")
    ticket = await kiosk.post("/check-in", {"code": made["code"]})
    assert (ticket.status, ticket["queue"]) == (201, "B")
    assert (await kiosk.post("/check-in", {"code": "ABCDEFGH"}))["code"] == "NO_SUCH_BOOKING"


async def test_it_goes_by_its_own_steps_and_its_code_ends_with_it(hall: HallClient) -> None:
    made = await project(hall)
    await hall.open(3)
    wrong = await hall.post(f"/cases/{made['id']}", {"status": "verified", "note": "x"})
    assert wrong["code"] == "CASE_STATUS"
    for status in ("accepted", "reviewed", "closed"):
        assert (await hall.post(f"/cases/{made['id']}", {"status": status, "note": "x"}))["status"] == status
    assert (await come(hall, made["code"]))["code"] == "NO_SUCH_PROJECT"
    assert (await hall.get("/projects"))["projects"] == []


async def test_its_code_is_forgotten_with_it(hall: HallClient, clock: HandClock, clean_store: EmbeddedStore) -> None:
    made = await project(hall)
    await hall.post(f"/cases/{made['id']}", {"status": "closed", "note": "x"})
    clock.forward(seconds=31 * DAY_S)
    await hall.ticket()
    raw = repr(await events_of(clean_store, "CaseOpened", "CaseChanged"))
    assert made["code"] not in raw and made["code"].replace("-", "") not in raw
    assert "A new bridge" not in raw
    purged = await events_of(clean_store, "CaseChanged")
    assert purged[-1].fact("to") == "purged"
    client = connect(clean_store.url)
    assert await client.hlen("gw:{small}:gj") == 0
    await client.aclose()


async def test_whoever_guesses_codes_is_stopped_and_staff_who_mistype_are_not(hall: HallClient) -> None:
    phone = hall.as_("")
    for _ in range(20):
        assert (await come(phone, "ABCDEFGH", "phone"))["code"] == "NO_SUCH_PROJECT"
    refused = await come(phone, "ABCDEFGH", "phone")
    assert (refused.status, refused["code"]) == (429, "TOO_MANY")
    assert (await come(hall, "ABCDEFGH", "desk"))["code"] == "NO_SUCH_PROJECT"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"window": 99}, "NO_SUCH_WINDOW"),
        ({"service": "X"}, "NO_SUCH_SERVICE"),
        ({"service": "A-1"}, "INVALID"),
        ({"owner": " "}, "INVALID"),
    ],
)
async def test_a_project_that_nobody_could_visit_is_refused(
    hall: HallClient, wrong: dict[str, object], code: str
) -> None:
    body = {"title": "A new bridge", "owner": "Officer Li", "window": 3, **wrong}
    assert (await hall.post("/projects", body))["code"] == code


async def test_a_repeated_request_opens_one_project(hall: HallClient) -> None:
    body = {"title": "A new bridge", "owner": "Officer Li", "window": 3}
    first, again = await hall.post("/projects", body, key="k"), await hall.post("/projects", body, key="k")
    assert first["code"] == again["code"]
    assert len((await hall.get("/projects"))["projects"]) == 1


async def test_who_comes_while_the_zone_is_full_waits_for_a_wave(start_hall: StartHall) -> None:
    plan = small_hall()
    zone = plan.zone_of("B")
    zones = tuple(structs.replace(one, most_people=1) if one.id == zone else one for one in plan.zones)
    hall = await start_hall(structs.replace(plan, zones=zones))
    made = await project(hall)
    await hall.open(3)
    await hall.post(f"/zones/{zone}/count", {"people": 1})
    assert (await come(hall, made["code"]))["entry"]["state"] == "outside"
    [row] = [row for row in (await hall.get("/zones"))["zones"] if row["zone"] == zone]
    assert row["outside"] == 1, "the hall knows whom to let in"


async def test_a_phone_far_away_gets_no_ticket_where_the_hall_minds(start_hall: StartHall) -> None:
    site = Site(latitude=30.0, longitude=120.0)
    hall = await start_hall(structs.replace(small_hall(), remote=Remote(distance_m=500, site=site)))
    made = await project(hall)
    await hall.open(3)
    wish = {"code": made["code"], "channel": "phone"}
    visitor = hall.as_("")
    assert (await visitor.post("/projects/visit", wish))["code"] == "POSITION_NEEDED"
    far = {"latitude": 31.0, "longitude": 120.0, "accuracy_m": 10}
    assert (await visitor.post("/projects/visit", wish | {"position": far}))["code"] == "TOO_FAR"
    near = far | {"latitude": 30.001}
    assert (await visitor.post("/projects/visit", wish | {"position": near})).status == 201
