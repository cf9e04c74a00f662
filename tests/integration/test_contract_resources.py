"""The public contract to the letter: halls, tickets and windows."""

import pytest

from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import MOMENT, RANGE, TICKET, device, is_problem

# halls


async def test_halls_are_listed_for_everyone(hall: HallClient) -> None:
    async with hall.http.get("/api/v1/halls") as response:
        rows = (await response.json())["halls"]
    assert response.headers["Cache-Control"] == "no-store"
    assert set(rows[0]) >= {"id", "names", "open", "waiting", "wait_s"} and set(rows[0]["wait_s"]) == RANGE


async def test_a_hall_shows_its_windows_without_tickets_and_staff(hall: HallClient) -> None:
    await hall.open(1)
    found = (await hall.as_("").get()).body
    assert set(found) >= {
        "id", "names", "timezone", "zones", "departments", "queues", "windows", "languages", "journeys"
    }  # fmt: skip
    assert found["windows"][0] == {
        "window": 1, "zone": "Z1", "status": "open", "queues": [{"queue": "A", "handicap_s": 0}]
    }  # fmt: skip


async def test_services_are_found_and_limited(hall: HallClient) -> None:
    anyone = hall.as_("")
    found = (await anyone.get("/services?q=a-1&limit=500"))["services"]
    assert [row["id"] for row in found] == ["A-1"]
    assert set(found[0]) >= {
        "id", "names", "department", "mode", "alternatives", "queue", "windows", "waiting", "wait_s", "flags",
        "materials",
    }  # fmt: skip
    assert len((await anyone.get("/services?limit=2"))["services"]) == 2
    is_problem(await anyone.get("/services?limit=501"), 422, "INVALID")
    is_problem(await anyone.get("/services?limit=0"), 422, "INVALID")
    is_problem(await anyone.get("/services?department=none"), 404, "NO_SUCH_DEPARTMENT")


@pytest.mark.parametrize(
    "hall_id", ["nowhere", "%00", "a%2Fb", "%FF", "%ED%A0%80", "..", "大厅", "a%20b", "%7B%7D", "x" * 2000]
)
async def test_an_odd_hall_is_404(hall: HallClient, hall_id: str) -> None:
    for path in ("", "/services", "/board", "/events?topics=board:*"):
        other = HallClient(hall.http, hall_id)
        assert (await other.get(path)).status == 404, path


@pytest.mark.parametrize("query", ["zone=%FF", "zone=%ED%A0%80", "zone=%00", "zone=%E5%A4%A7"])
async def test_an_odd_zone_is_404(hall: HallClient, query: str) -> None:
    is_problem(await hall.get(f"/board?{query}"), 404, "NO_SUCH_ZONE")


@pytest.mark.parametrize("query", ["q=%FF", "q=%00", "q=%ED%A0%80", "q=" + "a" * 101, "limit=%FF", "lang=%FF"])
async def test_an_odd_search_is_answered(hall: HallClient, query: str) -> None:
    assert (await hall.get(f"/services?{query}")).status in {200, 422}


# tickets


async def test_a_new_ticket_has_all_its_fields_and_its_token_once(hall: HallClient) -> None:
    made = await hall.ticket("A-1", priority="elder", language="en")
    assert set(made.body) >= TICKET | {"token"}
    assert (made["number"], made["hall"], made["queue"], made["status"]) == ("A001", "small", "A", "waiting")
    assert (made["stop"], made["stops"], made["services"]) == (1, 1, ["A-1"])
    assert MOMENT.fullmatch(made["issued_at"]) and set(made["wait_s"]) == RANGE
    read = await hall.as_(made["token"]).get(f"/tickets/{made['id']}")
    assert "token" not in read.body and {"window", "called_at", "started_at", "finished_at"}.isdisjoint(read.body)


async def test_a_served_ticket_tells_its_moments(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    called = await hall.at(1, "call-next")
    assert (called["window"], called["times_called"], called["ahead"], called["wait_s"]) == (1, 1, 0, None)
    await hall.at(1, "start")
    done = await hall.at(1, "finish", {"outcome": "done"})
    assert done.status == 200 and done["status"] == "done"
    assert all(MOMENT.fullmatch(done[name]) for name in ("called_at", "started_at", "finished_at"))
    assert (await hall.get(f"/tickets/{made['id']}"))["status"] == "done"


async def test_phones_need_no_token_but_kiosks_and_desks_do(hall: HallClient) -> None:
    anyone = hall.as_("")
    assert (await anyone.post("/tickets", {"service": "A-1", "channel": "phone"})).status == 201
    for channel in ("kiosk", "desk"):
        is_problem(await anyone.post("/tickets", {"service": "A-1", "channel": channel}), 401, "NO_TOKEN")
    kiosk = await device(hall, "kiosk")
    assert (await kiosk.post("/tickets", {"service": "A-1", "channel": "kiosk"})).status == 201
    is_problem(await kiosk.post("/tickets", {"service": "A-1", "channel": "desk"}), 403, "WRONG_ROLE")


async def test_why_is_told_in_the_language_asked_for(hall: HallClient) -> None:
    first, second = await hall.ticket(), await hall.ticket()
    mine = hall.as_(second["token"])
    said = {lang: await mine.get(f"/tickets/{second['id']}/why?lang={lang}") for lang in ("zh", "en")}
    assert [row["number"] for row in said["en"]["ahead"]] == [first["number"]]
    assert said["en"]["ahead"][0]["because"] != said["zh"]["ahead"][0]["because"]
    by_header = await mine.get(f"/tickets/{second['id']}/why", **{"Accept-Language": "en-GB,zh;q=0.5"})
    assert by_header.body == said["en"].body


async def test_the_visitor_may_cancel_come_and_postpone(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    mine, path = hall.as_(made["token"]), f"/tickets/{made['id']}"
    assert (await mine.post(f"{path}/postpone", {"minutes": 5}))["status"] == "waiting"
    assert (await hall.at(1, "call-next"))["id"] == made["id"]
    assert (await mine.post(f"{path}/coming"))["coming"] is True
    refused = is_problem(await mine.post(f"{path}/cancel", **{"Accept-Language": "en"}), 409, "WRONG_STATUS")
    assert (refused["ticket_status"], refused["status"], refused["detail"]) == ("called", 409, "This ticket is called.")


async def test_a_ticket_that_is_not_there_is_404(hall: HallClient) -> None:
    for ticket in ("261122-9999999", "nonsense", "%00", "%FF", "a%2Fb", "261122-" + "9" * 400):
        assert (await hall.get(f"/tickets/{ticket}")).status == 404, ticket
        assert (await hall.post(f"/tickets/{ticket}/cancel")).status == 404, ticket


# windows


async def test_a_window_has_its_fields(hall: HallClient) -> None:
    opened = await hall.open(4, queues=["B"])
    assert opened.body == {
        "window": 4, "zone": "Z1", "status": "open", "staff": "clerk 4", "queues": [{"queue": "B", "handicap_s": 600}]
    }  # fmt: skip
    paused = await hall.at(4, "pause", {"reason": "lunch"})
    assert (paused["status"], paused["reason"]) == ("paused", "lunch")
    assert (await hall.at(4, "resume"))["status"] == "open"
    await hall.ticket("B-1")
    called = await hall.at(4, "call-next")
    assert (await hall.get("/windows/4"))["ticket"]["id"] == called["id"]
    await hall.at(4, "no-show")
    assert (await hall.at(4, "close"))["status"] == "closed"


async def test_nobody_waiting_is_204_without_a_body(hall: HallClient) -> None:
    await hall.open(1)
    answer = await hall.at(1, "call-next", key="k")
    assert (answer.status, answer.body) == (204, None)
    await hall.ticket()
    assert (await hall.at(1, "call-next", key="k")).status == 204
    assert (await hall.at(1, "call-next", key="other")).status == 200


async def test_a_busy_window_names_its_ticket(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    called = await hall.at(1, "call-next", key="one")
    assert (await hall.at(1, "call-next", key="one")).body == called.body
    for key in ("two", None):
        busy = is_problem(await hall.at(1, "call-next", key=key), 409, "WINDOW_BUSY")
        assert (busy["ticket"], busy["ticket_status"]) == (called["id"], "called")


async def test_a_window_that_is_not_open_says_what_it_is(hall: HallClient) -> None:
    refused = is_problem(await hall.post("/windows/1/call-next?lang=en"), 409, "WINDOW_NOT_OPEN")
    assert (refused["window_status"], refused["detail"]) == ("closed", "Window 1 is closed.")
    assert "ticket_status" not in refused.body


async def test_a_recall_too_soon_says_when(hall: HallClient, clock: HandClock) -> None:
    await hall.open(1)
    await hall.ticket()
    await hall.at(1, "call-next")
    soon = is_problem(await hall.at(1, "recall"), 409, "TOO_SOON")
    assert soon.headers["Retry-After"] == str(soon["retry_after_s"])
    clock.forward(seconds=soon["retry_after_s"])
    assert (await hall.at(1, "recall"))["times_called"] == 2


async def test_a_finish_is_undone_within_five_seconds(hall: HallClient, clock: HandClock) -> None:
    await hall.open(1)
    await hall.ticket()
    await hall.at(1, "call-next")
    await hall.at(1, "start")
    await hall.at(1, "finish")
    assert (await hall.at(1, "undo"))["status"] == "serving"
    await hall.at(1, "finish")
    clock.forward(seconds=6)
    is_problem(await hall.at(1, "undo"), 409, "TOO_LATE")


async def test_hold_transfer_and_reinstate_keep_to_their_fields(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    for act in ("call-next", "start"):
        await hall.at(1, act)
    assert (await hall.at(1, "hold", {"reason": "copies", "minutes": 5}))["status"] == "held"
    assert (await hall.post(f"/tickets/{made['id']}/reinstate"))["status"] == "waiting"
    for act in ("call-next", "start"):
        await hall.at(1, act)
    for body in ({"queue": "B", "window": 3}, {"place": "back"}, {"queue": "B", "place": "middle"}):
        is_problem(await hall.at(1, "transfer", body), 422, "INVALID")
    is_problem(await hall.at(1, "transfer", {"queue": "Z"}), 404, "NO_SUCH_QUEUE")
    is_problem(await hall.at(1, "transfer", {"window": 99}), 404, "NO_SUCH_WINDOW")
    moved = await hall.at(1, "transfer", {"queue": "B", "place": "front"})
    assert (moved["queue"], moved["status"]) == ("B", "waiting")
