"""What outlives a visit: what was promised with its end, who is reminded of it, and what became of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from queue_server.domain.messages import Message
from queue_server.flows.messages import Mailroom
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import ask_of, services_of
from tests.support.ratings import device

DAY_S = 24 * 3600
PHONE = "+8613812345678"
PAPERS = {"kind": "papers", "papers": ["id_card"]}
RESULT = {"kind": "result", "days": 2}


async def finished(hall: HallClient, promise: dict[str, Any] | None, outcome: str = "done") -> tuple[Answer, Answer]:
    """A visitor with a phone was served at window 1; their ticket, and how its finish was answered."""
    ticket = await hall.post("/tickets", {"service": "A-1", "channel": "phone", "visitor": {"phone": PHONE}})
    await hall.open(1)
    for act in ("call-next", "start"):
        assert (await hall.at(1, act)).status == 200
    return ticket, await hall.at(1, "finish", {"outcome": outcome} | ({"promise": promise} if promise else {}))


async def standing(hall: HallClient, status: str = "") -> list[dict[str, Any]]:
    found = await hall.get("/promises" + (f"?status={status}" if status else ""))
    return list(found["promises"])


async def look(hall: HallClient) -> None:
    await services_of(hall).promises.look(ask_of(hall))


@pytest.fixture
def handed_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The template of each message that is handed in, by its id: a second one with the same id is none."""
    seen: dict[str, str] = {}

    async def post(_: Mailroom, __: str, messages: Sequence[Message]) -> None:
        seen.update({message.id: message.template for message in messages if message.to})

    monkeypatch.setattr(Mailroom, "post", post)
    return seen


async def test_papers_that_are_due_stand_on_the_visitors_page_and_on_the_desk(hall: HallClient) -> None:
    ticket, answer = await finished(hall, PAPERS, "papers_due")
    assert (answer.status, answer["status"]) == (200, "done")
    [promise] = await standing(await device(hall, "desk"))
    assert (promise["kind"], promise["status"], promise["number"]) == ("papers", "open", ticket["number"])
    assert [paper["id"] for paper in promise["papers"]] == ["id_card"]
    assert promise["due_at"] == "2026-11-27T16:00:00.000Z", "the end of the fifth day, as the hall has it"
    [mine] = (await hall.as_(ticket["token"]).get(f"/tickets/{ticket['id']}/promises"))["promises"]
    assert (mine["due_at"], "staff" in mine) == (promise["due_at"], False)


async def test_it_is_due_when_the_clerk_says(hall: HallClient) -> None:
    for promise, due_at in (
        ({"kind": "result", "days": 2}, "2026-11-24T16:00:00.000Z"),
        ({"kind": "result", "at": "2026-12-01"}, "2026-12-01T16:00:00.000Z"),
        ({"kind": "decision", "at": "2026-12-01T08:30:00Z"}, "2026-12-01T08:30:00.000Z"),
    ):
        await finished(hall, promise)
        assert due_at in [row["due_at"] for row in await standing(hall)]


async def test_what_does_not_suit_is_refused_and_nothing_is_finished(hall: HallClient) -> None:
    for promise, outcome, field in (
        (PAPERS, "done", "outcome"),
        (RESULT, "not_done", "outcome"),
        ({"kind": "papers", "papers": ["passport of the moon"]}, "papers_due", "promise.papers"),
        ({"kind": "result", "at": "2026-11-21"}, "done", "promise.at"),
        ({"kind": "result", "at": "2026-12-01", "days": 2}, "done", "promise.at"),
    ):
        _, answer = await finished(hall, promise, outcome)
        assert (answer.status, answer["code"], answer["field"]) == (422, "INVALID", field)
        await hall.at(1, "finish")
    assert await standing(hall) == []


async def test_who_takes_the_finish_back_takes_the_promise_back(hall: HallClient) -> None:
    ticket, _ = await finished(hall, RESULT)
    assert (await hall.at(1, "undo")).status == 200
    assert await standing(hall) == []
    assert (await hall.get(f"/tickets/{ticket['id']}/promises"))["promises"] == []
    await hall.at(1, "finish", {"outcome": "done", "promise": RESULT})
    assert len(await standing(hall)) == 1


async def test_a_promise_is_kept_or_broken_once(hall: HallClient) -> None:
    await finished(hall, RESULT)
    [promise] = await standing(hall)
    window = await device(hall, "window", window=1)
    kept = await window.post(f"/promises/{promise['id']}", {"status": "kept", "note": "sent by post"})
    assert (kept.status, kept["status"], kept["remark"]) == (200, "kept", "sent by post")
    assert (await standing(hall), [row["id"] for row in await standing(hall, "kept")]) == ([], [promise["id"]])
    again = await hall.post(f"/promises/{promise['id']}", {"status": "broken"})
    assert (again.status, again["code"], again["promise_status"]) == (409, "PROMISE_STATUS", "kept")
    assert (await hall.post("/promises/P-1-1", {"status": "kept"}))["code"] == "NO_SUCH_PROMISE"
    assert (await hall.get("/promises?status=lost"))["code"] == "INVALID"


async def test_its_visitor_is_reminded_before_and_on_the_day_and_told_of_the_result(
    handed_in: dict[str, str], hall: HallClient, clock: HandClock
) -> None:
    await finished(hall, RESULT)  # until the end of the 24th; it is the 22nd at noon
    await look(hall)
    assert handed_in == {}
    clock.forward(seconds=DAY_S)
    for _ in range(2):  # whoever looks twice tells once
        await look(hall)
        clock.forward(seconds=10)
    assert list(handed_in.values()) == ["promise_result"]
    clock.forward(seconds=DAY_S)
    await look(hall)
    [promise] = await standing(hall)
    await hall.post(f"/promises/{promise['id']}", {"status": "kept"})
    assert list(handed_in.values()) == ["promise_result", "promise_result", "promise_kept"]


async def test_the_halls_own_promise_alarms_once_it_is_overdue(hall: HallClient, clock: HandClock) -> None:
    await finished(hall, RESULT)
    await finished(hall, {"kind": "papers", "days": 1}, "papers_due")
    clock.forward(seconds=3 * DAY_S)
    await look(hall)
    [alarm] = [row for row in (await hall.get("/state"))["alarms"] if row["code"] == "PROMISE_OVERDUE"]
    assert (alarm["n"], alarm["most"]) == (1, 2), "papers are their visitor's to bring"
    assert [row["overdue"] for row in await standing(hall)] == [True, True]
    text = await (await hall.http.get("/metrics")).text()
    assert 'greenwave_promises{hall="small",state="late"} 1' in text


async def test_whom_nobody_could_remind_for_days_is_reminded_once(
    handed_in: dict[str, str], hall: HallClient, clock: HandClock
) -> None:
    await finished(hall, RESULT)
    clock.forward(seconds=2 * DAY_S)
    for _ in range(3):
        await look(hall)
        clock.forward(seconds=10)
    assert [name.rsplit("-", 1)[1] for name in handed_in] == ["day"]


async def test_what_nobody_marks_for_half_a_year_is_given_up(hall: HallClient, clock: HandClock) -> None:
    await finished(hall, RESULT)
    clock.forward(seconds=170 * DAY_S)
    await hall.ticket()  # the day has turned
    assert len(await standing(hall)) == 1
    clock.forward(seconds=20 * DAY_S)
    await hall.ticket()
    assert await standing(hall) == []
    [given_up] = await standing(hall, "broken")
    assert given_up["kind"] == "result"
