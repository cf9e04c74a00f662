"""Visits of several stops: planned, walked, held where time must pass, and planned again."""

import pytest
from msgspec import structs

from queue_server.domain.hall import Hall, Journey, Period, Step, Walking
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.contract import TICKET
from tests.support.halls import names, small_hall
from tests.support.sse import EventReader

WINDOW_OF_B = 3


def with_journeys(**more: object) -> Hall:
    """J1: A, then C on another floor and, 30 minutes later, B; with an item for a device. J2: far apart in time."""
    steps = (
        Step(service="A-1"), Step(service="S-1"), Step(service="B-1", after=(0,), gap_min=30),
        Step(service="C-1", after=(0,)),
    )  # fmt: skip
    late = (Step(service="A-1"), Step(service="B-1", after=(0,), gap_min=1440), Step(service="C-1", after=(1,)))
    alone = (Step(service="S-1"), Step(service="S-2"))
    journeys = (
        Journey(id="J1", names=names("J1"), steps=steps), Journey(id="J2", names=names("J2"), steps=late),
        Journey(id="J3", names=names("J3"), steps=alone),
    )  # fmt: skip
    return structs.replace(small_hall(), journeys=journeys, **more)


async def test_one_window_does_a_whole_journey_where_the_hall_says_so(start_hall: StartHall) -> None:
    steps = (Step(service="A-1", queue="B"), Step(service="C-1", after=(0,), queue="B"))
    journeys = (Journey(id="J1", names=names("J1"), steps=steps),)
    hall = await start_hall(structs.replace(small_hall(), journeys=journeys))
    visit = await begin(hall)
    assert (visit["queue"], visit["number"][0], visit["stops"]) == ("B", "B", 1)
    assert [row["services"] for row in visit["path"]] == [["A-1", "C-1"]]
    await hall.open(WINDOW_OF_B)
    assert (await serve(hall, WINDOW_OF_B))["status"] == "done"


@pytest.fixture
async def visits(start_hall: StartHall) -> HallClient:
    return await start_hall(with_journeys())


async def serve(hall: HallClient, window: int, outcome: str = "") -> Answer:
    called = await hall.at(window, "call-next")
    assert called.status == 200, called
    await hall.at(window, "start")
    return await hall.at(window, "finish", {"outcome": outcome} if outcome else None)


async def begin(hall: HallClient, journey: str = "J1", **more: object) -> Answer:
    return await hall.post("/tickets", {"journey": journey, "channel": "kiosk", **more})


async def go(hall: HallClient, ticket: Answer, service: str) -> Answer:
    return await hall.post(f"/tickets/{ticket['id']}/path", {"service": service})


def rows(ticket: Answer) -> list[tuple[str, str]]:
    return [(row["services"][0], row["status"]) for row in ticket["path"]]


# before the ticket


async def test_a_path_is_shown_before_the_ticket(visits: HallClient) -> None:
    await visits.open(1)
    shown = await visits.as_("").get("/path?journey=J1")
    assert [row["services"] for row in shown["path"]] == [["A-1"], ["C-1"], ["B-1"]]
    assert shown["aside"] == [{"service": "S-1", "names": names("S-1"), "why": "device", "zone": "Z0"}]
    assert shown["path"][2]["after"] == ["A-1"] and shown["total_s"] == (5 + 30 + 5) * 60
    ticked = await visits.as_("").get("/path?services=A-1,A-2,C-1")
    assert [row["services"] for row in ticked["path"]] == [["A-1", "A-2"], ["C-1"]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("journey=J9", "NO_SUCH_JOURNEY"), ("services=A-9", "NO_SUCH_SERVICE"), ("", "INVALID"),
        ("journey=J1&services=A-1", "INVALID"), ("journey=J3", "SELF_SERVICE"),
        ("services=A-1&priority=vip", "INVALID"),
    ],
)  # fmt: skip
async def test_no_path_without_a_visit(visits: HallClient, query: str, code: str) -> None:
    assert (await visits.get(f"/path?{query}"))["code"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"journey": "J9"}, "NO_SUCH_JOURNEY"), ({"journey": "J1", "service": "A-1"}, "INVALID"),
        ({"journey": "J3"}, "SELF_SERVICE"), ({"journey": ""}, "INVALID"),
    ],
)  # fmt: skip
async def test_no_ticket_without_a_visit(visits: HallClient, body: dict[str, str], code: str) -> None:
    assert (await visits.post("/tickets", {"channel": "kiosk", **body}))["code"] == code


# the way


async def test_a_journey_goes_its_path_with_one_number_and_one_turn(visits: HallClient, clock: HandClock) -> None:
    visit = await begin(visits)
    assert visit.body.keys() >= TICKET and visit["journey"] == "J1"
    assert (visit["number"], visit["stops"], visit["services"]) == ("A001", 3, ["A-1", "C-1", "B-1"])
    assert rows(visit) == [("A-1", "now"), ("C-1", "later"), ("B-1", "later")]
    for window in (1, 3, 5):
        await visits.open(window)
    clock.forward(minutes=4)
    await visits.ticket("C-1")
    clock.forward(minutes=1)
    held = await serve(visits, 1)
    assert (held["status"], held["queue"], held["stop"]) == ("held", "C", 2)
    assert (held["path"][1]["reason"], rows(held)[0]) == ("walking", ("A-1", "done"))
    await after(visits, "TicketReinstated", clock, minutes=4)
    assert (await visits.at(5, "call-next"))["number"] == "A001", "its turn is that of its coming"


async def after(hall: HallClient, event: str, clock: HandClock, minutes: float = 0) -> None:
    """Lets time pass until the hall tells of it."""
    async with EventReader(hall, "hall") as events:
        clock.forward(minutes=minutes)
        while (told := await events.next(5)) is not None and told.name != event:
            pass


async def test_a_visitor_is_called_back_after_a_gap_without_a_new_queue(visits: HallClient, clock: HandClock) -> None:
    visit = await begin(visits)
    for window in (1, 3, 5):
        await visits.open(window)
    await serve(visits, 1)
    await after(visits, "TicketReinstated", clock, minutes=4)
    gap = await serve(visits, 5)
    assert (gap["status"], gap["path"][2]["reason"]) == ("held", "gap")
    assert gap["path"][2]["not_before"] == "2026-11-22T04:30:00.000Z", "30 minutes after the first stop, not the second"
    assert (await visits.at(3, "call-next")).status == 204
    await after(visits, "TicketReinstated", clock, minutes=27)
    done = await serve(visits, 3)
    assert (done["id"], done["status"], {row[1] for row in rows(done)}) == (visit["id"], "done", {"done"})


async def test_nobody_ends_a_gap_before_its_time(visits: HallClient, clock: HandClock) -> None:
    visit = await begin(visits)
    for window in (1, 3, 5):
        await visits.open(window)
    await serve(visits, 1)
    await after(visits, "TicketReinstated", clock, minutes=4)
    until_at = (await serve(visits, 5))["path"][2]["not_before"]
    for act, body in (("reinstate", None), ("postpone", {"minutes": 5})):
        refused = await visits.post(f"/tickets/{visit['id']}/{act}", body)
        assert (refused.status, refused["code"], refused["until_at"]) == (409, "GAP_NOT_OVER", until_at)
    clock.forward(minutes=27)
    assert (await visits.post(f"/tickets/{visit['id']}/postpone", {"minutes": 5}))["status"] == "waiting"


async def test_who_ticked_items_is_called_on_the_way_unless_the_hall_says_otherwise(start_hall: StartHall) -> None:
    for hold, status in (("journeys", "waiting"), ("all", "held")):
        hall = await start_hall(structs.replace(with_journeys(walking=Walking(hold=hold)), id=f"h-{hold}"))
        await hall.post("/tickets", {"services": ["A-1", "C-1"], "channel": "kiosk"})
        await hall.open(1)
        assert (await serve(hall, 1))["status"] == status


async def test_a_finish_while_walking_can_be_taken_back(visits: HallClient) -> None:
    await begin(visits)
    await visits.open(1)
    assert (await serve(visits, 1))["status"] == "held"
    back = await visits.at(1, "undo")
    assert (back["status"], back["stop"], rows(back)[0]) == ("serving", 1, ("A-1", "now"))
    assert (await visits.at(1, "finish"))["stop"] == 2


async def test_a_visit_goes_to_the_shorter_queue_first(visits: HallClient, clock: HandClock) -> None:
    for _ in range(6):
        await visits.ticket("A-1")
    clock.forward(minutes=1)
    both = await visits.post("/tickets", {"services": ["A-1", "B-1"], "plan": True, "channel": "kiosk"})
    assert (both["number"], both["services"]) == ("B001", ["B-1", "A-1"])


async def test_at_a_finish_the_rest_is_planned_again(visits: HallClient, clock: HandClock) -> None:
    for window in (1, 3, 5):
        await visits.open(window)
    body = {"services": ["A-1", "B-1", "C-1"], "plan": True, "channel": "kiosk"}
    for _ in range(12):
        await visits.ticket("B-1")
    clock.forward(minutes=1)
    visit = await visits.post("/tickets", body)
    assert visit["services"] == ["C-1", "A-1", "B-1"]
    for _ in range(12):
        await visits.at(3, "call-next")
        await visits.at(3, "no-show")
    for _ in range(20):
        await visits.post("/tickets", {"service": "A-1", "channel": "desk", "priority": "hard_case"})
    async with EventReader(visits, f"ticket:{visit['id']}") as events:
        moved = await serve(visits, 5)
        while (told := await events.next()) is not None and told.name != "TicketPlanned":
            pass
    assert told is not None and (told.data["stop"], told.data["stops"]) == (2, 3)
    assert moved["services"] == ["C-1", "B-1", "A-1"]


# another path


async def test_a_visitor_chooses_another_stop_first(visits: HallClient) -> None:
    visit = await visits.post("/tickets", {"services": ["A-1", "B-1", "C-1"], "channel": "kiosk"})
    moved = await go(visits.as_(visit["token"]), visit, "C-1")
    assert (moved.status, moved["queue"], moved["status"]) == (200, "C", "waiting")
    assert (moved["number"], rows(moved)[0]) == ("A001", ("C-1", "now"))
    await visits.open(5)
    assert (await visits.at(5, "call-next"))["id"] == visit["id"]
    assert (await go(visits, visit, "B-1"))["code"] == "WRONG_STATUS"


async def test_what_must_come_first_is_not_passed_over(visits: HallClient) -> None:
    visit = await begin(visits)
    refused = await go(visits, visit, "B-1")
    assert (refused.status, refused["code"], refused["after"]) == (409, "STOP_NOT_YET", "A-1")
    assert (await go(visits, visit, "A-2"))["code"] == "NO_SUCH_STOP"


async def test_a_chosen_stop_that_is_repeated_is_one(visits: HallClient) -> None:
    visit = await visits.post("/tickets", {"services": ["A-1", "C-1"], "channel": "kiosk"})
    path = f"/tickets/{visit['id']}/path"
    answers = [await visits.post(path, {"service": "C-1"}, key="again") for _ in range(2)]
    assert answers[0].body == answers[1].body


async def test_a_visit_goes_on_elsewhere_when_its_windows_close(visits: HallClient, clock: HandClock) -> None:
    visit = await visits.post("/tickets", {"services": ["A-1", "B-1"], "plan": True, "channel": "kiosk"})
    await visits.open(1)
    await visits.open(3)
    async with EventReader(visits, "hall") as events:
        await visits.at(1, "close")
        clock.forward(minutes=1)
        while (told := await events.next(5)) is not None and told.name != "TicketPlanned":
            pass
    assert told is not None and told.data["reason"] == "window_closed"
    moved = await visits.get(f"/tickets/{visit['id']}")
    assert (moved["queue"], rows(moved)) == ("B", [("B-1", "now"), ("A-1", "later")])


# what cannot be done today

MORNING = (Period(weekday=6, opens_min=9 * 60, closes_min=18 * 60, queues=("A", "C")),)
EARLY = (Period(weekday=6, opens_min=8 * 60, closes_min=9 * 60, queues=("B",)),)


async def test_a_stop_whose_queue_has_closed_is_left_out_and_said_before_the_ticket(start_hall: StartHall) -> None:
    hall = await start_hall(with_journeys(hours=(*EARLY, *MORNING)), open_now=False)
    shown = await hall.get("/path?journey=J1")
    closed = next(row for row in shown["aside"] if row["why"] == "closed")
    assert (closed["service"], closed["opens_at"]) == ("B-1", "2026-11-29T00:00:00.000Z")
    visit = await begin(hall)
    assert (visit["services"], [row["service"] for row in visit["aside"]]) == (["A-1", "C-1"], ["S-1", "B-1"])


async def test_what_takes_until_tomorrow_is_left_for_tomorrow(visits: HallClient) -> None:
    visit = await begin(visits, "J2")
    assert (visit["services"], visit["stops"]) == (["A-1"], 1)
    assert [(row["service"], row["why"]) for row in visit["aside"]] == [
        ("B-1", "another_day"), ("C-1", "another_day"),
    ]  # fmt: skip


async def test_a_hall_that_is_closed_gives_no_ticket_for_a_journey(start_hall: StartHall) -> None:
    hall = await start_hall(with_journeys(hours=(*EARLY,)), open_now=False)
    assert (await begin(hall))["code"] == "HALL_CLOSED"
