"""Bookings as visitors meet them: made, moved, given up, waited for, missed, forgiven."""

import asyncio
from collections import Counter

import icalendar
import pytest

from queue_server.contract.times import rfc3339
from tests.conftest import StartHall
from tests.support.bookings import HOUR_MS, MINUTE_MS, TEN, becomes, book, booked, booked_hall, free
from tests.support.client import Answer, HallClient
from tests.support.clocks import NOON, HandClock
from tests.support.contract import device, is_problem
from tests.support.sse import EventReader

HALF_HOUR = 30 * MINUTE_MS


@pytest.fixture(autouse=True)
def quick_care(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hall looks after its bookings more often than once a second."""
    monkeypatch.setattr("queue_server.care.TICK_S", 0.02)


def outcomes(answers: list[Answer]) -> Counter[str]:
    return Counter("won" if answer.status == 201 else str(answer["code"]) for answer in answers)


async def test_a_booking_is_made_moved_and_given_up(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    visitor, path, made = await booked(hall, places=2, companion=True, language="en")
    assert (made["status"], made["start"], made["end"]) == ("booked", rfc3339(TEN), rfc3339(TEN + HALF_HOUR))
    assert (made["opens_at"], made["late_at"]) == (rfc3339(TEN - HALF_HOUR), rfc3339(TEN + 15 * MINUTE_MS))
    assert (made["places"], made["companion"], await free(hall)) == (2, True, 5)
    read = await visitor.get(path.lower().replace("-", ""))
    assert read.body == {name: value for name, value in made.body.items() if name != "token"}
    moved = await visitor.post(f"{path}/move", {"start": rfc3339(TEN + HALF_HOUR)})
    assert (moved.status, moved["start"], await free(hall, TEN + HALF_HOUR)) == (200, rfc3339(TEN + HALF_HOUR), 5)
    assert await free(hall) == 5, "the old place comes back later, when nobody can wait for it"
    silent = await visitor.post(f"{path}/messages", {"on": False})
    assert (silent["messages"], silent["status"]) == (False, "booked")
    gone = await visitor.delete(path)
    assert (gone.status, gone["status"]) == (200, "cancelled")
    assert is_problem(await visitor.delete(path), 409, "BOOKING_STATUS")["booking_status"] == "cancelled"
    is_problem(await visitor.post(f"{path}/move", {"start": rfc3339(TEN)}), 409, "BOOKING_STATUS")
    clock.forward(minutes=21)
    for _ in range(40):
        if await free(hall) == 7:
            break
        await asyncio.sleep(0.05)
    assert (await free(hall), await free(hall, TEN + HALF_HOUR)) == (7, 7)


async def test_a_visitor_follows_their_booking_and_no_other(start_hall: StartHall) -> None:
    hall = await start_hall(booked_hall())
    visitor, path, made = await booked(hall)
    stranger, other, _ = await booked(hall, "13900000000")
    async with EventReader(visitor, f"booking:{made['code']}") as stream:
        await stranger.delete(other)
        await visitor.delete(path)
        event = await stream.next()
    assert (event.name, event.data["booking"]) == ("BookingCancelled", made["code"])
    assert "used" not in event.data and "pool" not in event.data
    for foreign in (other, "/bookings/AAAA-BBBB", "/bookings/nonsense"):
        for act in ("GET ", "DELETE ", "POST /confirm", "POST /confirm-again", "POST /pass", "POST /check-in"):
            method, _, rest = act.partition(" ")
            is_problem(await visitor._call(method, foreign + rest, None, {}), 404, "NO_SUCH_BOOKING")
    is_problem(await visitor.get(f"/events?topics=booking:{other[-9:]}"), 404, "NO_SUCH_BOOKING")
    is_problem(await hall.as_("").get(f"/events?topics=booking:{made['code']}"), 401, "NO_TOKEN")
    is_problem(await visitor.get("/tickets/261122-0000001"), 404, "NO_SUCH_TICKET")


async def test_ten_tabs_make_one_booking_and_one_key_one_answer(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    tabs = await asyncio.gather(*(book(hall.as_("")) for _ in range(10)))
    assert outcomes(tabs) == {"won": 1, "ALREADY_BOOKED": 9}
    clicks = await asyncio.gather(*(book(hall.as_(""), "13900000000", key="click") for _ in range(5)))
    assert len({str(answer.body) for answer in clicks}) == 1 and clicks[0].status == 201
    is_problem(await book(hall.as_(""), "13900000000", key="click", places=2), 422, "IDEMPOTENCY_MISMATCH")
    assert await free(hall) == 5
    spelt = await book(hall.as_(""), "+86 138-1234-5678")
    is_problem(spelt, 409, "ALREADY_BOOKED")
    visitor = hall.as_(clicks[0]["token"])
    path = f"/bookings/{clicks[0]['code']}"
    for act, body in (("move", {"start": rfc3339(TEN + HALF_HOUR)}), ("messages", {"on": False}), ("pass", None)):
        first = await visitor.post(f"{path}/{act}", body, act)
        clock.forward(seconds=1)
        again = await visitor.post(f"{path}/{act}", body, act)
        assert first.status in {200, 201} and (again.status, again.body) == (first.status, first.body)


async def test_what_cannot_be_booked_says_why(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    late = TEN + 15 * 24 * HOUR_MS
    for ask, status, code in (
        ({"service": "X-1"}, 404, "NO_SUCH_SERVICE"),
        ({"service": "S-2"}, 409, "NOT_BOOKABLE"),
        ({"window": 99}, 404, "NO_SUCH_WINDOW"),
        ({"window": 1}, 409, "NOT_BOOKABLE"),
        ({"start": NOON - HALF_HOUR}, 409, "SLOT_PAST"),
        ({"start": TEN + MINUTE_MS}, 404, "NO_SUCH_SLOT"),
        ({"start": late}, 404, "NO_SUCH_SLOT"),
        ({"places": 3}, 422, "INVALID"),
        ({"places": 0}, 422, "INVALID"),
        ({"language": "fr"}, 422, "INVALID"),
    ):
        is_problem(await book(hall.as_(""), **ask), status, code)
    fields = {
        "start": ("2026-02-30T02:00:00.000Z", "tomorrow", "2026-11-23"),
        "visitor.phone": (
            "1234",
            "1" * 21,
            "1381234\u202e5678",
            "\U0001f600138123456",
            "call me",
            "１３８１２３４５６",
        ),
    }
    for field, values in fields.items():
        for value in values:
            ask = {"start": value} if field == "start" else {"phone": value}
            refused = is_problem(await book(hall.as_(""), **ask), 422, "INVALID")
            assert refused["field"] == field and "regex" not in refused["detail"], refused
    missing = await hall.as_("").post("/bookings", {"service": "A-1", "start": rfc3339(TEN), "visitor": {}})
    assert is_problem(missing, 422, "INVALID")["field"] == "visitor.phone"
    for phone in ("+49 (30) 901820", "02-312-3456", "+1-202-555-0199", "+7 495 123 45 67"):
        assert (await book(hall.as_(""), phone, start=TEN + HOUR_MS)).status == 201
    assert (await book(hall.as_(""), window=6, service="B-1")).status == 201
    clock.at = TEN + MINUTE_MS
    is_problem(await book(hall.as_("")), 409, "SLOT_PAST")


async def test_who_may_do_what_with_a_booking(start_hall: StartHall) -> None:
    hall = await start_hall(booked_hall())
    visitor, path, _ = await booked(hall)
    callers = {role: await device(hall, role) for role in ("manager", "desk", "kiosk", "display")}
    callers |= {"window": await device(hall, "window", window=1), "visitor": visitor, "admin": hall}
    owners = {"admin", "manager", "desk", "kiosk", "visitor"}
    allowed = {
        ("GET", path): owners | {"window"},
        **{("POST", f"{path}/{act}"): owners for act in ("confirm", "confirm-again", "move", "messages", "pass")},
        ("POST", "/check-in"): {"admin", "manager", "desk", "kiosk"},
        ("POST", "/pardons"): {"admin", "manager", "desk"},
    }
    for (method, where), may in allowed.items():
        is_problem(await hall.as_("")._call(method, where, None, {}), 401, "NO_TOKEN")
        for role, caller in callers.items():
            answer = await caller._call(method, where, None, {})
            assert (answer.status not in {401, 403}) == (role in may), (method, where, role, answer)
    other = await start_hall(booked_hall("other"))
    is_problem(await other.as_(visitor.token).get(path), 403, "WRONG_HALL")


async def test_who_waits_for_a_full_day_is_offered_the_first_place(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall(walk_in_pct=99, slot_min=240, reopen_min=(1, 2), offer_min=30))
    noon = NOON + 24 * HOUR_MS
    ask = {"service": "C-1", "day": "2026-11-23", "visitor": {"phone": "13900000000"}}
    is_problem(await hall.as_("").post("/waiting-list", ask), 409, "NOT_FULL")
    day = [noon - 12 * HOUR_MS + step * 4 * HOUR_MS for step in range(6)]
    taken = [await booked(hall, f"1380000000{n}", service="C-1", start=at) for n, at in enumerate(day)]
    is_problem(await book(hall.as_(""), start=noon, service="C-1"), 409, "SLOT_FULL")
    listed = await hall.as_("").post("/waiting-list", ask)
    assert (listed.status, listed["status"], listed["start"]) == (201, "listed", rfc3339(day[0]))
    is_problem(await hall.as_("").post("/waiting-list", ask), 409, "ALREADY_BOOKED")
    is_problem(await hall.as_("").post("/waiting-list", {**ask, "day": "2026-11-21"}), 409, "SLOT_PAST")
    is_problem(await hall.as_("").post("/waiting-list", {**ask, "day": "2026-02-30"}), 422, "INVALID")
    visitor, path = hall.as_(listed["token"]), f"/bookings/{listed['code']}"
    await taken[3][0].delete(taken[3][1])
    clock.forward(minutes=2)
    offered = await becomes(visitor, path, "held")
    assert (offered["start"], offered["confirm"]) == (rfc3339(day[3]), "none")
    assert (await visitor.post(f"{path}/confirm"))["status"] == "booked"
    is_problem(await visitor.post(f"{path}/confirm"), 409, "BOOKING_STATUS")
    assert await free(hall, day[3], "C-1") == 0


async def test_three_missed_bookings_block_until_the_desk_forgives(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    for day in range(3):
        visitor, path, _ = await booked(hall, start=TEN + day * 24 * HOUR_MS, key=f"day-{day}")
        clock.at = TEN + day * 24 * HOUR_MS + 16 * MINUTE_MS
        assert (await becomes(visitor, path, "late"))["status"] == "late"
        clock.at = TEN + day * 24 * HOUR_MS + 14 * HOUR_MS
        await becomes(visitor, path, "missed")
    blocked = is_problem(await book(hall.as_(""), start=TEN + 72 * HOUR_MS), 409, "BOOKINGS_BLOCKED")
    assert blocked["until_at"].startswith("2026-12-2")
    desk = await device(hall, "desk")
    assert (await desk.post("/pardons", {"booking": path[-9:], "reason": "in hospital"})).status == 200
    assert (await book(hall.as_(""), start=TEN + 72 * HOUR_MS)).status == 201
    is_problem(await desk.post("/pardons", {"reason": "whose?"}), 422, "INVALID")
    assert (await desk.post("/pardons", {"visitor": {"phone": "13812345678"}, "reason": "again"})).status == 200


async def test_a_booking_is_moved_a_few_times_and_no_more(start_hall: StartHall) -> None:
    """Each move keeps a place from others for a while."""
    hall = await start_hall(booked_hall(most_moves=2))
    visitor, path, _ = await booked(hall)
    times = [{"start": rfc3339(TEN + n * HALF_HOUR)} for n in (1, 1, 2, 3)]
    assert [(await visitor.post(f"{path}/move", to)).status for to in times] == [200, 200, 200, 409]
    refused = is_problem(
        await visitor.post(f"{path}/move", times[3], **{"Accept-Language": "en"}), 409, "QUOTA_REACHED"
    )
    assert refused["most"] == 2 and "time of day" not in refused["detail"]
    desk = await device(hall, "desk")
    assert (await desk.post(f"{path}/move", times[3]))["start"] == times[3]["start"], "the desk may help"


async def test_who_gives_up_when_the_time_has_come_has_missed_it(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall(no_shows=1))
    in_time, at_start = await booked(hall, "13900000000"), await booked(hall)
    clock.at = TEN - 1
    assert (await in_time[0].delete(in_time[1]))["status"] == "cancelled"
    clock.at = TEN
    later = {"start": rfc3339(TEN + HALF_HOUR)}
    is_problem(await at_start[0].post(f"{at_start[1]}/move", later), 409, "BOOKING_STATUS")
    gone = await at_start[0].delete(at_start[1])
    assert (gone.status, gone["status"]) == (200, "missed")
    assert await free(hall) == 6, "at once, for walk-ins; the other place is not back yet"
    is_problem(await book(hall.as_(""), start=TEN + HOUR_MS), 409, "BOOKINGS_BLOCKED")
    assert (await book(hall.as_(""), "13900000000", start=TEN + HOUR_MS)).status == 201


async def test_a_booking_goes_into_the_visitors_own_calendar(start_hall: StartHall) -> None:
    hall = await start_hall(booked_hall())
    visitor, path, made = await booked(hall, visitor={"id_number": "330602199001011234"})

    async def file() -> str:
        async with hall.http.get(f"/b/{made['token']}/booking.ics?lang=en") as answer:
            assert answer.headers["Content-Type"].startswith("text/calendar")
            assert answer.headers["Cache-Control"] == "no-store"
            return await answer.text()

    text = await file()
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SEQUENCE"], event["STATUS"]) == ("PUBLISH", 0, "CONFIRMED")
    assert event.decoded("DTSTART").timestamp() * 1000 == TEN and "small, Z1, floor 1" in event["LOCATION"]
    assert [alarm.decoded("TRIGGER").total_seconds() for alarm in event.walk("VALARM")] == [-86400, -7200]
    for secret in (made["code"], made["code"].replace("-", ""), made["token"], "138", "330602"):
        assert secret not in text
    await visitor.post(f"{path}/move", {"start": rfc3339(TEN + HALF_HOUR)})
    await visitor.delete(path)
    later = icalendar.Calendar.from_ical(await file())
    (gone,) = later.walk("VEVENT")
    assert (later["METHOD"], gone["UID"], gone["SEQUENCE"]) == ("CANCEL", event["UID"], 2)
    async with hall.http.get("/b/nonsense/booking.ics") as answer:
        assert answer.status == 404


async def test_two_hundred_race_on_two_workers_for_ten_places(start_hall: StartHall) -> None:
    rules = {"walk_in_pct": 0, "slot_min": 50}  # one window, five minutes a visit: ten places
    start = NOON + 12 * HOUR_MS
    hall, second = await start_hall(booked_hall(**rules)), await start_hall(booked_hall(**rules))
    racers: list[HallClient] = [hall.as_(""), second.as_("")]
    race = [
        book(racers[n % 2], f"138{n:08d}", service="C-1", start=start, visitor={"id_number": f"id{n}"})
        for n in range(200)
    ]
    assert outcomes(await asyncio.gather(*race)) == {"won": 10, "SLOT_FULL": 190}
    await asyncio.sleep(0.3)  # by then each worker knows what the other did
    assert await free(second, start, "C-1") == await free(hall, start, "C-1") == 0
