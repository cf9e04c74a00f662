"""Cases: opened by low ratings and complaints, taken step by step to their end, for managers' eyes alone."""

import pytest

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import ask_of, services_of
from tests.support.ratings import device, events_of, served
from tests.support.sse import EventReader

DAY_S = 24 * 3600
SECRET_WORDS = "the clerk laughed at me"


async def low_rated(hall: HallClient, score: int = 1) -> str:
    ticket = await served(hall)
    given = await hall.post(f"/tickets/{ticket['id']}/rating", {"score": score, "comment": SECRET_WORDS})
    return str(given["case"])


async def step(hall: HallClient, case: str, status: str, note: str = "done") -> Answer:
    return await hall.post(f"/cases/{case}", {"status": status, "note": note})


async def only(hall: HallClient, status: str = "") -> Answer:
    [case] = (await hall.get("/cases" + (f"?status={status}" if status else "")))["cases"]
    return Answer(200, {}, case)


@pytest.mark.parametrize("score", [1, 2])
async def test_a_low_rating_opens_a_case_with_what_was_said_and_who_served(hall: HallClient, score: int) -> None:
    case = await low_rated(hall, score)
    found = await only(hall)
    assert (found["id"], found["kind"], found["status"], found["score"]) == (case, "rating", "open", score)
    assert (found["text"], found["staff"], found["window"]) == (SECRET_WORDS, "clerk 1", 1)
    assert (found["owner"], found["moves"], found["overdue"]) == ("", ["verified", "rejected"], False)


@pytest.mark.parametrize("score", [3, 4, 5])
async def test_a_fair_rating_opens_none(hall: HallClient, score: int) -> None:
    ticket = await served(hall)
    given = await hall.post(f"/tickets/{ticket['id']}/rating", {"score": score})
    assert "case" not in given.body
    assert (await hall.get("/cases"))["cases"] == []


async def test_a_case_goes_step_by_step_to_its_end(hall: HallClient) -> None:
    case = await low_rated(hall)
    for status in ("verified", "rectified", "called_back", "closed"):
        answer = await step(hall, case, status, f"note of {status}")
        assert (answer.status, answer["status"]) == (200, status)
    assert (await hall.get("/cases"))["cases"] == []
    ended = await only(hall, "closed")
    assert [(row["from_status"], row["to_status"], row["note"]) for row in ended["changes"]] == [
        ("open", "verified", "note of verified"),
        ("verified", "rectified", "note of rectified"),
        ("rectified", "called_back", "note of called_back"),
        ("called_back", "closed", "note of closed"),
    ]
    assert ended["moves"] == []
    late = await step(hall, case, "verified")
    assert (late.status, late["code"], late["case_status"]) == (409, "CASE_STATUS", "closed")


async def test_no_step_is_left_out(hall: HallClient) -> None:
    case = await low_rated(hall)
    assert (await step(hall, case, "closed"))["code"] == "CASE_STATUS"
    await step(hall, case, "rejected")
    assert (await only(hall, "rejected"))["id"] == case
    assert (await hall.post(f"/cases/{case}", {"owner": "B"}))["code"] == "CASE_STATUS"


async def test_who_was_asked_first_owns_it_until_it_is_handed_over(hall: HallClient) -> None:
    desk, ticket = await device(hall, "desk"), await served(hall)
    taken = await desk.post("/cases", {"text": SECRET_WORDS, "owner": "Guide One", "ticket": ticket["id"]})
    assert (taken.status, taken["status"], taken["owner"]) == (201, "open", "Guide One")
    found = await only(hall)
    assert (found["kind"], found["channel"], found["number"]) == ("complaint", "desk", ticket["number"])
    handed = await hall.post(f"/cases/{taken['id']}", {"owner": "Head Two", "note": "on leave"})
    assert (handed["owner"], handed["status"]) == ("Head Two", "open")
    [change] = handed["changes"]
    assert (change["from_status"], change["to_status"], change["owner"], change["note"]) == (
        "open", "open", "Head Two", "on leave",
    )  # fmt: skip


async def test_a_complaint_needs_no_ticket_but_no_made_up_one(hall: HallClient) -> None:
    assert (await hall.post("/cases", {"text": "x", "owner": "A"})).status == 201
    refused = await hall.post("/cases", {"text": "x", "owner": "A", "ticket": "260101-0000001"})
    assert (refused.status, refused["code"]) == (404, "NO_SUCH_TICKET")
    waiting = await hall.ticket()
    assert (await hall.post("/cases", {"text": "x", "owner": "A", "ticket": waiting["id"]})).status == 201


@pytest.mark.parametrize("wrong", [{}, {"note": "only"}, {"status": "verified"}, {"status": "open", "note": "x"}])
async def test_a_change_that_changes_nothing_is_refused(hall: HallClient, wrong: dict[str, str]) -> None:
    case = await low_rated(hall)
    assert (await hall.post(f"/cases/{case}", wrong))["code"] == "INVALID"
    assert (await hall.get("/cases?status=lost"))["code"] == "INVALID"
    assert (await step(hall, "C-1-1", "verified"))["code"] == "NO_SUCH_CASE"


async def test_cases_are_for_managers_alone(hall: HallClient) -> None:
    case = await low_rated(hall)
    for role in ("window", "desk", "kiosk", "display"):
        other = await device(hall, role, **({"window": 1} if role == "window" else {}))
        assert (await other.get("/cases"))["code"] == "WRONG_ROLE"
        assert (await step(other, case, "verified"))["code"] == "WRONG_ROLE"
    assert (await hall.as_("").get("/cases"))["code"] == "NO_TOKEN"
    manager = await device(hall, "manager")
    assert (await step(manager, case, "verified")).status == 200


async def test_what_a_visitor_wrote_stands_in_the_case_alone(hall: HallClient, clean_store: EmbeddedStore) -> None:
    case = await low_rated(hall)
    await step(hall, case, "verified", "a secret note")
    client = connect(clean_store.url)
    rows = await client.xrange("gw:{small}:e")
    await client.aclose()
    raw = repr(rows)
    assert SECRET_WORDS not in raw and "secret note" not in raw
    [opened] = await events_of(clean_store, "CaseOpened")
    assert (opened.fact("case"), opened.fact("kind"), opened.window, opened.staff) == (case, "rating", 1, "clerk 1")
    [changed] = await events_of(clean_store, "CaseChanged")
    assert (changed.fact("step"), changed.fact("to"), changed.actor) == ("open", "verified", "admin")


async def test_an_overdue_case_is_counted_and_alarms(hall: HallClient, clock: HandClock) -> None:
    case = await low_rated(hall)
    look = services_of(hall).cases.look
    await look(ask_of(hall))
    assert "CASE_OVERDUE" not in [row["code"] for row in (await hall.get("/state"))["alarms"]]
    clock.forward(seconds=7 * DAY_S)
    await look(ask_of(hall))
    [alarm] = [row for row in (await hall.get("/state"))["alarms"] if row["code"] == "CASE_OVERDUE"]
    assert (alarm["n"], alarm["most"]) == (1, 1)
    assert (await only(hall))["overdue"]
    await step(hall, case, "verified")
    await look(ask_of(hall))
    assert "CASE_OVERDUE" not in [row["code"] for row in (await hall.get("/state"))["alarms"]]


async def test_thirty_days_after_its_end_a_case_is_forgotten(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    ended, stays = await low_rated(hall), await low_rated(hall)
    await step(hall, ended, "rejected")
    clock.forward(seconds=29 * DAY_S)
    await hall.ticket()
    assert (await only(hall, "rejected"))["id"] == ended
    clock.forward(seconds=2 * DAY_S)
    await hall.ticket()
    assert (await hall.get("/cases?status=rejected"))["cases"] == []
    assert (await only(hall))["id"] == stays
    told = await events_of(clean_store, "CaseChanged")
    assert [row.fact("to") for row in told] == ["rejected", "purged"]


@pytest.mark.parametrize("after", [None, "0"])
async def test_only_managers_hear_of_ratings_and_cases_live_and_from_the_past(
    hall: HallClient, after: str | None
) -> None:
    manager, desk = await device(hall, "manager"), await device(hall, "desk")
    if after:
        await low_rated(hall)
    async with EventReader(manager, "hall", after) as theirs, EventReader(desk, "hall,board:*", after) as others:
        if not after:
            await low_rated(hall)
        await hall.ticket()
        told = [await until(events, "TicketIssued", 2) for events in (theirs, others)]
    secret = {"RatingGiven", "CaseOpened"}
    assert [secret & names for names in told] == [secret, set()]


async def until(events: EventReader, name: str, times: int) -> set[str]:
    """The names of all that is told until this one has come so often."""
    names: set[str] = set()
    while times:
        event = await events.next()
        assert event is not None, f"{name} was not told"
        names.add(event.name)
        times -= event.name == name
    return names
