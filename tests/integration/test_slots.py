"""The search for free slots, as a phone makes it."""

import msgspec

from queue_server.domain.hall import Hall, Period
from queue_server.domain.rules import Bookings, Closure, WorkCalendar
from tests.conftest import StartHall
from tests.support.clocks import HandClock
from tests.support.halls import service, small_hall

HOURS = tuple(Period(weekday=day, opens_min=540, closes_min=720) for day in range(5))
EVENING = Period(weekday=1, opens_min=1080, closes_min=1200, queues=("B",))
CLOSED = Closure(day="2026-11-25", names={"zh": "闭馆", "en": "Closed"})


def bookable(**more: object) -> Hall:
    """Open on working days from nine to twelve; the clock of the tests stands on Sunday, 2026-11-22, at noon."""
    items = (
        service("A-1", "A", appointment="optional"),
        service("A-2", "A"),
        service("B-1", "B", appointment="required"),
    )
    facts = {"calendar": WorkCalendar(country="CN", closures=(CLOSED,)), **more}
    return msgspec.structs.replace(small_hall(hours=(*HOURS, EVENING)), services=items, **facts)


async def test_free_slots_of_a_day_of_a_span_and_of_the_whole_book(start_hall: StartHall) -> None:
    hall = (await start_hall(bookable(), open_now=False)).as_("")
    day = await hall.get("/slots?service=A-1&from=2026-11-23&to=2026-11-23")
    assert len(day["slots"]) == 6
    assert day["slots"][0] == {
        "start": "2026-11-23T01:00:00.000Z", "end": "2026-11-23T01:30:00.000Z", "free": 7, "capacity": 7,
    }  # fmt: skip
    some = await hall.get("/slots?service=A-1&from=2026-11-23T09:01:00%2B08:00&to=2026-11-23T02:30:00.000Z")
    assert [slot["start"][11:16] for slot in some["slots"]] == ["01:30", "02:00"]
    whole = await hall.get("/slots?service=A-1")
    assert whole.body == (await hall.get("/slots?service=A-1&from=2001-01-01&to=2099-12-31&places=2")).body
    assert len(whole["slots"]) == 6 * 9  # two weeks without their closure
    assert whole["slots"][-1]["start"].startswith("2026-12-04")
    assert len((await hall.get("/slots?service=B-1"))["slots"]) == 6 * 9 + 2 * 4
    for nothing in ("service=A-2", "service=A-1&window=2", "service=A-1&to=2026-11-21", "service=A-1&from=2027-11-21"):
        assert (await hall.get(f"/slots?{nothing}")).body == {"slots": []}


async def test_what_is_past_is_not_listed(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(bookable(), open_now=False)
    before = await hall.get("/slots?service=A-1")
    clock.forward(hours=21, minutes=1)  # Monday, a minute past nine
    after = await hall.get("/slots?service=A-1")
    assert after["slots"][:5] == before["slots"][1:6]


async def test_a_place_that_is_booked_is_free_no_more(start_hall: StartHall) -> None:
    hall = (await start_hall(bookable(), open_now=False)).as_("")
    before = {item: (await hall.get(f"/slots?service={item}"))["slots"] for item in ("A-1", "B-1")}
    start = before["A-1"][0]["start"]
    made = await hall.post("/bookings", {"service": "A-1", "start": start, "visitor": {"phone": "13800000001"}})
    assert made.status == 201, made
    after = {item: (await hall.get(f"/slots?service={item}"))["slots"] for item in ("A-1", "B-1")}
    assert after["A-1"] == [{**before["A-1"][0], "free": 6}, *before["A-1"][1:]]
    assert after["B-1"] == before["B-1"]


async def test_around_the_clock_where_the_hall_counts_as_open(start_hall: StartHall) -> None:
    hall = await start_hall(bookable(bookings=Bookings(days_ahead=0)))
    assert len((await hall.get("/slots?service=A-1"))["slots"]) == 24
    assert (await hall.get())["closures"] == []


WRONG = [
    ("", 422, "INVALID", "service"),
    ("service=", 422, "INVALID", "service"),
    ("service=Z-9", 404, "NO_SUCH_SERVICE", None),
    ("service=A-1&from=soon", 422, "INVALID", "from"),
    ("service=A-1&from=2026-02-30", 422, "INVALID", "from"),
    ("service=A-1&to=2027-02-29T09:00:00Z", 422, "INVALID", "to"),
    ("service=A-1&to=2026-11-23T09:00:00", 422, "INVALID", "to"),
    ("service=A-1&from=2026-11-24&to=2026-11-23", 422, "INVALID", "to"),
    ("service=A-1&window=x", 422, "INVALID", "window"),
    ("service=A-1&window=77", 404, "NO_SUCH_WINDOW", None),
    ("service=A-1&places=0", 422, "INVALID", "places"),
]


async def test_a_search_that_cannot_be_is_told_why(start_hall: StartHall) -> None:
    hall = await start_hall(bookable())
    for query, *wanted in WRONG:
        answer = await hall.get(f"/slots?{query}")
        assert [answer.status, answer["code"], answer.body.get("field")] == wanted, query


async def test_a_hall_says_how_it_is_booked_and_when_it_is_shut(start_hall: StartHall) -> None:
    hall = await start_hall(bookable(), open_now=False)
    detail = await hall.get()
    assert detail["bookings"]["slot_min"] == 30
    assert detail["remote"] == {"identity": "none", "distance_m": 0}
    assert detail["closures"] == [{"day": "2026-11-25", "names": CLOSED.names}]
    assert detail["usual"] == detail["moved_workdays"] == []
    rows = (await hall.get("/services"))["services"]
    assert {row["id"]: row["appointment"] for row in rows} == {"A-1": "optional", "A-2": "none", "B-1": "required"}


async def test_a_queue_has_tickets_in_its_own_evenings_alone(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(bookable(), open_now=False)
    clock.forward(hours=48 + 7)  # Tuesday, 19:00
    await hall.ticket("B-1")
    closed = await hall.post("/tickets", {"service": "A-1", "channel": "kiosk"})
    assert (closed.status, closed["code"]) == (409, "HALL_CLOSED")
    assert closed["opens_at"] == "2026-11-26T01:00:00.000Z"
