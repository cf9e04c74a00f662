"""Who works when, who may say so, and what a clerk's skills change at the window."""

from typing import Any

import pytest

from queue_server.domain.hall import Department, Hall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.colleagues import call, colleague, welcomed
from tests.support.halls import names, service, small_hall

DAY = "2026-11-22"


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["code"]


def shift(person: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """By the clock of a hall in Shanghai, which is eight hours ahead."""
    return {"person": person, "start": f"{DAY}T{start - 8:02}:00:00Z", "end": f"{DAY}T{end - 8:02}:00:00Z", **more}


async def test_shifts_are_planned_listed_and_dropped(hall: HallClient) -> None:
    person, other = [(await colleague(hall, number))["id"] for number in ("1", "2")]
    rest = {"start": f"{DAY}T04:00:00Z", "end": f"{DAY}T05:00:00Z"}
    made = await hall.post("/shifts", shift(person, 9, 17, window=3, breaks=[rest]), "key")
    assert made.status == 201 and made["breaks"][0]["start"] == f"{DAY}T04:00:00.000Z"
    assert (await hall.post("/shifts", shift(person, 9, 17, window=3, breaks=[rest]), "key")).body == made.body
    assert told(await hall.post("/shifts", shift(person, 16, 18))) == (409, "SHIFT_OVERLAPS")
    assert told(await hall.post("/shifts", shift(other, 16, 18, window=3))) == (409, "SHIFT_OVERLAPS")
    assert (await hall.post("/shifts", shift(other, 17, 18, window=3))).status == 201
    rows = (await hall.get(f"/shifts?from={DAY}&to={DAY}"))["shifts"]
    assert [(row["number"], row["window"]) for row in rows] == [("1", 3), ("2", 3)]
    assert (await hall.delete(f"/shifts/{made['id']}")).status == 204
    assert told(await hall.delete(f"/shifts/{made['id']}")) == (404, "NO_SUCH_SHIFT")
    assert len((await hall.get(f"/shifts?from={DAY}&to={DAY}"))["shifts"]) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"person": "nobody"}, "NO_SUCH_PERSON"),
        ({"window": 99}, "NO_SUCH_WINDOW"),
        ({"window": 5}, "WRONG_WINDOW"),
        ({"end": f"{DAY}T01:00:00Z"}, "INVALID"),
        ({"end": f"{DAY}T20:00:00Z"}, "INVALID"),
        ({"breaks": [{"start": f"{DAY}T00:30:00Z", "end": f"{DAY}T02:00:00Z"}]}, "INVALID"),
    ],
)
async def test_what_cannot_be_a_shift_is_refused(hall: HallClient, body: dict[str, Any], code: str) -> None:
    person = (await colleague(hall, windows=[1, 3]))["id"]
    answer = await hall.post("/shifts", {**shift(person, 9, 17), **body})
    assert answer.body["code"] == code
    for query in (
        "",
        "?from=2026-11-22",
        "?from=x&to=y",
        "?from=2026-01-01&to=2026-12-31",
        "?from=2026-02-02&to=2026-02-01",
    ):
        assert told(await hall.get(f"/shifts{query}")) == (422, "INVALID")


def two_departments() -> Hall:
    """Queue C is another department's, and so is window 5."""
    from msgspec import structs

    hall = small_hall()
    other = Department(id="D2", names=names("D2"), queue="C")
    services = tuple(each for each in hall.services if each.queue != "C")
    return structs.replace(
        hall, departments=(*hall.departments, other), services=(*services, service("C-1", "C", department="D2"))
    )


async def test_the_manager_of_a_department_has_its_people_and_windows_alone(start_hall: Any) -> None:
    hall = await start_hall(two_departments())
    head = hall.as_(await welcomed(hall, await colleague(hall, "9", "manager", departments=["D2"])))
    assert (await head.get("/state")).status == 200, "the hall's figures are there to be read"
    assert (await head.post("/windows/5/open", {"staff": "x"})).status == 200
    assert told(await head.post("/windows/1/open", {"staff": "x"})) == (403, "WRONG_DEPARTMENT")
    assert told(await head.post("/devices", {"role": "desk", "name": "x"})) == (403, "WRONG_DEPARTMENT")
    mine = await colleague(head, "5", departments=["D2"])
    theirs = await colleague(hall, "6", departments=["D1"])
    for form in ({"departments": ["D1"]}, {}, {"departments": ["D2"], "windows": [1]}, {"role": "manager"}):
        answer = await head.post("/staff", {"name": "X", "number": "7", "role": "window", **form})
        assert answer.status == 403, form
    assert told(await head.post(f"/staff/{theirs['id']}/reset")) == (403, "WRONG_DEPARTMENT")
    assert told(await head.post("/shifts", shift(theirs["id"], 9, 17))) == (403, "WRONG_DEPARTMENT")
    assert (await head.post("/shifts", shift(mine["id"], 9, 17, window=5))).status == 201
    rows = {row["number"]: row["yours"] for row in (await head.get("/staff"))["staff"]}
    assert rows == {"5": True, "6": False, "9": False}
    clerk = hall.as_(await welcomed(hall, mine))
    assert (await clerk.post("/windows/5/open", {"staff": "x"})).status == 200
    assert told(await clerk.post("/windows/1/open", {"staff": "x"})) == (403, "WRONG_WINDOW")


async def test_whoever_works_elsewhere_too_is_the_admins_to_reset(start_hall: Any) -> None:
    first, second = await start_hall(), await start_hall(small_hall("other"))
    made = await colleague(second, "3", "desk")
    assert (await second.post(f"/staff/{made['id']}", {"role": "desk"})).status == 200
    here = HallClient(second.http, "small")
    assert (await here.post(f"/staff/{made['id']}", {"role": "window", "windows": [1]})).status == 200
    manager = second.as_((await second.post("/devices", {"role": "manager", "name": "M"}))["token"])
    assert told(await manager.post(f"/staff/{made['id']}/reset")) == (403, "WORKS_ELSEWHERE")
    assert (await manager.post(f"/staff/{made['id']}", {"role": "window"})).status == 200
    places = (await call(second, "GET", "/me", token=await welcomed(second, made)))["places"]
    assert sorted((each["hall"], each["role"]) for each in places) == [("other", "window"), ("small", "window")]
    assert first.hall == "small"


async def test_a_clerk_serves_by_their_own_skills_of_the_hour(hall: HallClient, clock: HandClock) -> None:
    skills = [
        {"queue": "B", "handicap_min": 3},
        {"queue": "A", "handicap_min": 1, "from_min": 13 * 60},
    ]
    clerk = hall.as_(await welcomed(hall, await colleague(hall, windows=[4], skills=skills)))
    opened = await clerk.post("/windows/4/open", {"staff": "x"})
    assert opened["queues"] == [{"queue": "B", "handicap_s": 180}]
    clock.forward(hours=1)
    again = await clerk.post("/windows/4/open", {"staff": "x"})
    assert again["queues"] == [{"queue": "A", "handicap_s": 60}, {"queue": "B", "handicap_s": 180}]
