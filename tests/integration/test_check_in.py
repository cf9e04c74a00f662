"""Check-in: the turn of who comes in time, late or early; passes; phones on the spot."""

import asyncio
from collections import Counter

import pytest
from msgspec import structs

from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Period
from queue_server.domain.rules import Remote, Site
from tests.conftest import StartHall
from tests.support.bookings import HOUR_MS, MINUTE_MS, TEN, becomes, book, booked, booked_hall, watch_mail
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.contract import TICKET, device, is_problem


@pytest.fixture(autouse=True)
def quick_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_server.care.TICK_S", 0.02)


async def because(hall: HallClient, ticket: Answer) -> list[str]:
    answer = await hall.get(f"/tickets/{ticket['id']}/why?lang=en")
    return [row["because"] for row in answer["ahead"]]


async def test_a_booked_visitor_counts_from_the_slot_and_a_late_one_from_later(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(booked_hall())
    early, in_time, late, later = [await booked(hall, f"1380000000{n}") for n in range(4)]
    clock.at = TEN - 31 * MINUTE_MS
    refused = is_problem(await early[0].post(f"{early[1]}/check-in"), 409, "TOO_EARLY")
    assert refused["opens_at"] == rfc3339(TEN - 30 * MINUTE_MS)
    clock.at = TEN - 30 * MINUTE_MS
    first = await early[0].post(f"{early[1]}/check-in")
    assert first.status == 201 and set(first.body) == TICKET | {"token", "booked_for", "coming", "voice", "step"}
    assert (first["number"], first["channel"], first["booked_for"]) == ("A001", "phone", rfc3339(TEN))
    clock.at = TEN - 20 * MINUTE_MS
    walk_in = await hall.ticket("A-1")
    assert (await hall.get(f"/tickets/{first['id']}"))["ahead"] == 1
    assert await because(hall, first) == ["You are booked for 10:00; A002 came before that"]
    clock.at = TEN + 10 * MINUTE_MS
    await hall.ticket("A-1")
    clock.at = TEN + 15 * MINUTE_MS
    second = await in_time[0].post(f"{in_time[1]}/check-in")
    assert second["ahead"] == 2, "those of the slot, and who came before it"
    clock.at = TEN + 16 * MINUTE_MS
    assert (await becomes(late[0], late[1], "late"))["status"] == "late"
    third = await late[0].post(f"{late[1]}/check-in")
    assert third["ahead"] == 3, "a quarter of an hour of credit, so just behind the slot"
    clock.at = TEN + HOUR_MS
    fourth = await later[0].post(f"{later[1]}/check-in", {"priority": "elder"})
    assert (fourth["ahead"], fourth["priority"]) == (5, "elder")
    ahead = await because(hall, fourth)
    assert ahead[1] == "A001 is booked for 10:00" and walk_in["number"] == "A002"
    assert ahead[3:] == ["A005 was booked for 10:00, came late, and counts from later", "A003 came 15 min earlier"]
    read = await late[0].get(late[1])
    assert (read["status"], read["ticket"]["number"]) == ("checked_in", "A005")
    assert (await hall.as_(read["ticket"]["token"]).get(f"/tickets/{third['id']}")).status == 200
    assert "token" not in (await hall.get(late[1]))["ticket"]


async def test_another_day_is_not_todays(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    visitor, path, _ = await booked(hall)
    refused = is_problem(await visitor.post(f"{path}/check-in"), 409, "NOT_TODAY")
    assert refused["start_at"] == rfc3339(TEN)
    midnight = TEN - 10 * HOUR_MS
    night, at_night, _ = await booked(hall, "13900000000", start=midnight)
    clock.at = midnight - 1
    is_problem(await night.post(f"{at_night}/check-in"), 409, "NOT_TODAY")
    clock.at = midnight
    assert (await night.get(at_night))["opens_at"] == rfc3339(midnight), "a ticket of the day before would be gone"
    assert (await night.post(f"{at_night}/check-in")).status == 201
    is_problem(await night.post(f"{at_night}/move", {"start": rfc3339(TEN)}), 409, "BOOKING_STATUS")


async def test_a_pass_is_redeemed_once_and_soon_worth_nothing(start_hall: StartHall, clock: HandClock) -> None:
    hall, second = await start_hall(booked_hall()), await start_hall(booked_hall())
    visitor, path, made = await booked(hall)
    kiosk, other = await device(hall, "kiosk"), await start_hall(booked_hall("other"))
    clock.at = TEN
    shown = await visitor.post(f"{path}/pass")
    assert shown.status == 201 and shown["pass"].startswith("k.small.")
    is_problem(await other.post("/check-in", {"pass": shown["pass"]}), 404, "NO_SUCH_BOOKING")
    for odd in (shown["pass"][:-1] + "x", made["token"], "https://example.org", "😀"):
        is_problem(await kiosk.post("/check-in", {"pass": odd}), 404, "NO_SUCH_BOOKING")
    in_time, early = await booked(hall, "13900000077"), {"key": "gate-1"}
    held_up = await in_time[0].post(f"{in_time[1]}/pass")
    first = await kiosk.post("/check-in", {"pass": held_up["pass"]}, **early)
    clock.forward(seconds=76)
    again = await kiosk.post("/check-in", {"pass": held_up["pass"]}, **early)
    assert (again.status, again.body) == (201, first.body), "an answer that was lost comes again, however late"
    is_problem(await kiosk.post("/check-in", {"pass": shown["pass"]}), 410, "PASS_EXPIRED")
    shown = await visitor.post(f"{path}/pass")
    gates = [kiosk, second.as_(kiosk.token)]
    answers = await asyncio.gather(*(gates[n % 2].post("/check-in", {"pass": shown["pass"]}) for n in range(200)))
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 199}
    refused = next(answer for answer in answers if answer.status == 409)
    assert is_problem(refused, 409, "ALREADY_CHECKED_IN")["number"] == "A002"
    ticket = next(answer for answer in answers if answer.status == 201)
    assert (ticket["channel"], ticket["booked_for"]) == ("kiosk", rfc3339(TEN))
    is_problem(await visitor.post(f"{path}/pass"), 409, "BOOKING_STATUS")
    is_problem(await hall.as_("").post("/check-in", {"pass": shown["pass"]}), 401, "NO_TOKEN")


async def test_a_code_checks_in_however_it_is_typed_and_by_whatever_door(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(booked_hall())
    kiosk, desk = await device(hall, "kiosk"), await device(hall, "desk")
    people = [await booked(hall, f"1380000000{n}", service="B-1" if n == 3 else "A-1") for n in range(5)]
    codes = [made["code"] for _, _, made in people]
    clock.at = TEN
    typed = codes[0].lower().replace("-", " ")
    assert (await kiosk.post("/check-in", {"code": typed}, "k"))["channel"] == "kiosk"
    again = await kiosk.post("/check-in", {"code": typed}, "k")
    assert (again.status, again["number"]) == (201, "A001"), "a repeated request is no second check-in"
    is_problem(await kiosk.post("/check-in", {"code": typed}), 409, "ALREADY_CHECKED_IN")
    assert (await desk.post("/check-in", {"code": codes[1], "priority": "elder"}))["channel"] == "desk"
    by_ticket = await kiosk.post("/tickets", {"booking": codes[2], "channel": "kiosk"})
    assert (by_ticket.status, by_ticket["service"], by_ticket["booked_for"]) == (201, "A-1", rfc3339(TEN))
    wrong = {"booking": codes[3], "service": "A-1", "channel": "kiosk"}
    assert is_problem(await kiosk.post("/tickets", wrong), 422, "INVALID")["field"] == "service"
    several = {"booking": codes[3], "services": ["B-1", "A-1"], "channel": "kiosk"}
    assert (await kiosk.post("/tickets", several))["services"] == ["B-1", "A-1"]
    phone = {"booking": codes[4], "channel": "phone"}
    is_problem(await hall.as_("").post("/tickets", phone), 401, "NO_TOKEN")
    is_problem(await people[3][0].post("/tickets", phone), 404, "NO_SUCH_BOOKING")
    assert (await people[4][0].post("/tickets", phone))["channel"] == "phone"
    for code in ("AAAA-BBBB", "x", "0" * 8):
        is_problem(await kiosk.post("/check-in", {"code": code}), 404, "NO_SUCH_BOOKING")
    is_problem(await kiosk.post("/check-in", {"code": codes[0], "pass": "k"}), 422, "INVALID")


async def test_a_bound_booking_is_its_persons_alone(
    start_hall: StartHall, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tout cannot hand it over: a code, a pass or a phone with the link is not who booked."""
    mail = watch_mail(monkeypatch)
    hall = await start_hall(booked_hall(bound=True))
    desk, kiosk = await device(hall, "desk"), await device(hall, "kiosk")
    assert is_problem(await book(hall.as_("")), 422, "INVALID")["field"] == "visitor.id_number"
    owner, other = {"id_number": "33060219900101123X"}, {"id_number": "330602199001011234"}
    (visitor, path, made), (thief, at_second, second) = [await booked(hall, visitor=who) for who in (owner, other)]
    clock.at = TEN - 30 * MINUTE_MS
    await hall.as_("").post("/codes", {"phone": "13800000000"})
    proof = (await hall.as_("").post("/proofs", {"phone": "13800000000", "code": mail.codes[0]}))["proof"]
    hall.http.session.cookie_jar.clear()  # type: ignore[union-attr]
    proven = {"Greenwave-Person": proof}
    mine, at_mine, known = await booked(hall, "13800000000", headers=proven)
    own, at_own, _ = await booked(hall, "13800000000", service="B-1", headers=proven)
    code = {"code": made["code"]}
    for caller, where in ((visitor, f"{path}/check-in"), (mine, f"{at_mine}/check-in")):
        is_problem(await caller.post(where), 401, "IDENTITY_NEEDED")
    for gate in (desk, kiosk):
        is_problem(await gate.post("/check-in", code), 401, "IDENTITY_NEEDED")
        is_problem(await gate.post("/check-in", {**code, **other}), 403, "NOT_YOURS")
    is_problem(await visitor.post(f"{path}/check-in", owner), 401, "IDENTITY_NEEDED")
    is_problem(await thief.post(f"{at_second}/check-in", None, **proven), 403, "NOT_YOURS")
    is_problem(await kiosk.post("/check-in", {"code": known["code"], "phone": "13800000000"}), 401, "IDENTITY_NEEDED")
    by_ticket = {"booking": second["code"], "channel": "kiosk", "visitor": owner}
    is_problem(await kiosk.post("/tickets", by_ticket), 403, "NOT_YOURS")
    assert (await kiosk.post("/tickets", {**by_ticket, "visitor": other})).status == 201
    assert (await kiosk.post("/check-in", {**code, "id_number": "330602 19900101 123x"})).status == 201
    by_phone = {"code": known["code"], "phone": "+86 138-0000-0000"}
    assert (await desk.post("/check-in", by_phone)).status == 201
    is_problem(await visitor.post(f"{path}/check-in", None, **proven), 409, "ALREADY_CHECKED_IN")
    assert (await own.post(f"{at_own}/check-in", None, **proven)).status == 201


async def test_a_booked_visitor_comes_in_when_the_last_tickets_are_gone(
    start_hall: StartHall, clock: HandClock
) -> None:
    open_ten_to_eleven = Period(weekday=0, opens_min=600, closes_min=660)  # the day of the booking is a Monday
    hall = await start_hall(structs.replace(booked_hall(), hours=(open_ten_to_eleven,)), open_now=False)
    visitor, path, _ = await booked(hall, start=TEN + 30 * MINUTE_MS)
    clock.at = TEN + 65 * MINUTE_MS
    is_problem(await hall.as_("").post("/tickets", {"service": "A-1", "channel": "phone"}), 409, "HALL_CLOSED")
    assert (await visitor.post(f"{path}/check-in")).status == 201


async def test_a_phone_checks_in_on_the_spot_alone(start_hall: StartHall, clock: HandClock) -> None:
    remote = Remote(distance_m=500, site=Site(latitude=30.0, longitude=120.58))
    hall = await start_hall(booked_hall(remote=remote))
    visitor, path, _ = await booked(hall)
    clock.at = TEN
    is_problem(await visitor.post(f"{path}/check-in"), 422, "POSITION_NEEDED")
    far = {"position": {"latitude": 30.01, "longitude": 120.58, "accuracy_m": 5000}}
    refused = is_problem(await visitor.post(f"{path}/check-in", far), 403, "TOO_FAR")
    assert (refused["distance_m"], refused["most_m"]) == (1012, 500)
    for odd in ({"latitude": 91, "longitude": 0}, {"latitude": 30}, {"latitude": "30", "longitude": 120}):
        is_problem(await visitor.post(f"{path}/check-in", {"position": odd}), 422, "INVALID")
    near = {"position": {"latitude": 30.005, "longitude": 120.58, "accuracy_m": 60}}
    assert (await visitor.post(f"{path}/check-in", near)).status == 201
