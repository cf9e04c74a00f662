"""Diversion (分流) in the hall: proposed, decided, carried out at windows and on the floor, ended."""

from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest

from queue_server.domain.diversion import Measure
from queue_server.domain.hall import AutoRule, DiversionPlan, Hall
from queue_server.domain.refusals import Refusal
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.diversions import HELPERS, LEARN, advise, ask_of, by_id, flows_of, time_passes
from tests.support.halls import small_hall
from tests.support.sse import EventReader

OPEN_2 = Measure(action="open_window", window=2)


def hall_with(*rules: AutoRule) -> Hall:
    return msgspec.structs.replace(small_hall(), diversion=DiversionPlan(auto=rules))


# proposed


async def test_a_measure_stands_proposed_once_and_its_gain_is_renewed(hall: HallClient) -> None:
    (first,) = await advise(hall, OPEN_2, gain_s=300)
    (again,) = await advise(hall, OPEN_2, gain_s=120)
    assert first.id == again.id
    (row,) = (await hall.get("/diversions?status=proposed"))["diversions"]
    assert (row["action"], row["window"], row["needs"], row["cost_min"], row["lead_s"]) == (
        "open_window", 2, "clerk", 30, 120,
    )  # fmt: skip
    assert row["gain"] == {"mean_s": 120.0, "p90_s": 240.0, "mean_low_s": 60.0, "mean_high_s": 180.0}
    assert (await hall.get("/diversions?status=started"))["diversions"] == []
    assert (await hall.get("/state"))["diversions"] == [row]


async def test_what_runs_is_not_proposed(hall: HallClient) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    assert (await hall.post(f"/diversions/{proposed.id}/accept"))["status"] == "started"
    assert await advise(hall, OPEN_2) == []


async def test_a_dismissed_measure_is_left_in_peace_for_half_an_hour(hall: HallClient, clock: HandClock) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    dismissed = await hall.post(f"/diversions/{proposed.id}/dismiss", {"reason": "nobody is free"})
    assert (dismissed["status"], dismissed["reason"], dismissed["by"]) == ("dismissed", "nobody is free", "admin")
    clock.forward(minutes=29)
    assert await advise(hall, OPEN_2) == []
    clock.forward(minutes=2)
    assert [row.status for row in await advise(hall, OPEN_2)] == ["proposed"]


async def test_a_proposal_lapses_after_two_rounds_without_it(hall: HallClient, clock: HandClock) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    clock.forward(minutes=19)
    await time_passes(hall)
    assert (await by_id(hall))[proposed.id]["status"] == "proposed"
    clock.forward(minutes=2)
    await time_passes(hall)
    assert (await by_id(hall))[proposed.id]["status"] == "lapsed"
    is_problem(await hall.post(f"/diversions/{proposed.id}/accept"), 409, "DIVERSION_STATUS")


async def test_in_a_rehearsal_all_of_it_passes_at_the_rehearsals_speed(hall: HallClient, clock: HandClock) -> None:
    ask_of(hall).running.rehearsal_speed = 60.0
    (proposed,) = await advise(hall, OPEN_2)
    started = await hall.post("/diversions", {**LEARN, "minutes": 20})
    assert started["until_at"] == "2026-11-22T04:00:20.000Z"
    clock.forward(minutes=1)
    await time_passes(hall)
    rows = await by_id(hall)
    assert (rows[proposed.id]["status"], rows[started["id"]]["status"]) == ("lapsed", "ended")


# decided


async def test_a_manager_accepts_with_another_window_and_time(hall: HallClient) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    manager = await device(hall, "manager")
    started = await manager.post(f"/diversions/{proposed.id}/accept", {"window": 5, "minutes": 20})
    assert (started["window"], started["status"], started["by"]) == (5, "started", "manager")
    assert started["until_at"] == "2026-11-22T04:20:00.000Z"
    assert [row.id for row in await advise(hall, OPEN_2)] != [proposed.id], "window 2 may be proposed anew"


async def test_what_begins_in_place_of_another_proposal_takes_it_over(hall: HallClient) -> None:
    mine, other = await advise(hall, OPEN_2, Measure(action="open_window", window=5))
    assert (await hall.post(f"/diversions/{mine.id}/accept", {"window": 5})).status == 200
    assert (await by_id(hall))[other.id]["status"] == "lapsed"
    by_hand = await hall.post("/diversions", {"action": "open_window", "window": 5})
    is_problem(by_hand, 409, "DIVERSION_STATUS")
    assert (by_hand["diversion"], by_hand["diversion_status"]) == (mine.id, "started")


async def test_a_manager_begins_what_is_proposed_already_by_hand(hall: HallClient) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    begun = await hall.post("/diversions", {"action": "open_window", "window": 2})
    assert (begun.status, begun["id"], begun["gain"]["mean_s"]) == (201, proposed.id, 300.0)


async def test_each_act_is_repeated_under_its_key(hall: HallClient) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    for path, body in (
        ("/diversions", HELPERS),
        (f"/diversions/{proposed.id}/accept", {"minutes": 30}),
        (f"/diversions/{proposed.id}/end", {"reason": "enough"}),
    ):
        first, again = await hall.post(path, body, "key"), await hall.post(path, body, "key")
        assert again.status == (first.status if path == "/diversions" else 422), path
        first, again = await hall.post(path, body, path), await hall.post(path, body, path)
        assert first.body == again.body, path
    is_problem(await hall.post(f"/diversions/{proposed.id}/end"), 409, "DIVERSION_STATUS")


NONSENSE: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"action": "open_windows", "window": 2}, 422, "action"),
    ({"action": "open_window"}, 422, "window"),
    ({"action": "reskill_window", "window": 3}, 422, "queue"),
    ({"action": "send_out"}, 422, "window"),
    ({"action": "guide_to_device", "service": "A-1"}, 422, "service"),
    ({"action": "offer_hall", "service": "A-1"}, 422, "to"),
    ({"action": "send_helpers", "queue": "A", "minutes": 0}, 422, "minutes"),
    ({"action": "send_helpers", "queue": "A", "for": 5}, 422, "for"),
    ({"action": "open_window", "window": 99}, 404, "window"),
    ({"action": "send_helpers", "queue": "SELF"}, 404, "queue"),
    ({"action": "guide_to_device", "service": "X-1"}, 404, "service"),
    ({"action": "offer_hall", "service": "A-1", "to": "small"}, 404, "hall"),
)


async def test_a_measure_that_makes_no_sense_is_refused_by_name(hall: HallClient) -> None:
    for body, status, field in NONSENSE:
        refused = await hall.post("/diversions", body)
        assert refused.status == status and field in (refused.body.get("field"), *refused.body), refused
    assert (await hall.get("/diversions"))["diversions"] == []


async def test_a_dismissal_says_why(hall: HallClient) -> None:
    (proposed,) = await advise(hall, OPEN_2)
    for body in ({}, {"reason": ""}, {"reason": "x" * 201}):
        refused = is_problem(await hall.post(f"/diversions/{proposed.id}/dismiss", body), 422, "INVALID")
        assert refused["field"] == "reason"
    for act, body in (("accept", {}), ("dismiss", {"reason": "no"}), ("end", {})):
        is_problem(await hall.post(f"/diversions/D-261122-9/{act}", body), 404, "NO_SUCH_DIVERSION")
    is_problem(await hall.get("/diversions?status=running"), 422, "INVALID")


# by a rule of the hall


async def test_a_rule_begins_what_is_worth_it_and_never_more_at_once(start_hall: StartHall) -> None:
    rule = AutoRule(action="open_window", least_gain_min=2.0, most_at_once=1)
    hall = await start_hall(hall_with(rule))
    assert [row.status for row in await advise(hall, OPEN_2, gain_s=119)] == ["proposed"]
    (started,) = await advise(hall, OPEN_2, gain_s=121)
    assert (started.status, started.by) == ("started", "rule")
    others = await advise(hall, Measure(action="open_window", window=5), Measure(action="send_helpers", queue="A"))
    assert [row.status for row in others] == ["proposed", "proposed"]


async def test_a_rule_holds_in_its_hours(start_hall: StartHall) -> None:
    late, early = AutoRule(action="open_window", from_min=720, to_min=780), AutoRule(action="send_helpers", to_min=720)
    hall = await start_hall(hall_with(late, early))
    advised = await advise(hall, OPEN_2, Measure(action="send_helpers", queue="A"))  # it is noon
    assert [row.status for row in advised] == ["started", "proposed"]


async def test_a_rule_teaches_a_window_only_what_the_hall_lets_it_learn(start_hall: StartHall) -> None:
    plan = hall_with(AutoRule(action="reskill_window", most_at_once=9))
    first, second, *others = plan.windows
    windows = (msgspec.structs.replace(first, may_learn=("B",)), second, *others)
    hall = await start_hall(msgspec.structs.replace(plan, windows=windows))
    learn = [Measure(action="reskill_window", window=window, queue="B") for window in (1, 2)]
    assert [row.status for row in await advise(hall, *learn)] == ["started", "proposed"]


# the day, and who hears of it


async def test_everything_ends_with_the_day(hall: HallClient, clock: HandClock) -> None:
    begun = await hall.post("/diversions", HELPERS)
    await advise(hall, OPEN_2)
    async with EventReader(hall, "hall") as events:
        clock.forward(hours=24)
        await hall.ticket()
        told = await events.all_until("DayClosed")
    assert [(row.data["diversion"], row.data["reason"]) for row in told if row.name == "DiversionEnded"] == [
        (begun["id"], "day_closed")
    ]
    assert (await hall.get("/diversions"))["diversions"] == []


async def test_the_staff_hear_of_diversions_and_no_board_does(hall: HallClient) -> None:
    await hall.ticket()
    async with EventReader(hall, "hall") as staff, EventReader(hall.as_(""), "board:*,window:2") as board:
        (proposed,) = await advise(hall, OPEN_2)
        await hall.post(f"/diversions/{proposed.id}/accept")
        await hall.open(2)
        told = await staff.all_until("WindowOpened")
        assert [row.name for row in told] == ["DiversionProposed", "DiversionStarted", "WindowOpened"]
        facts = {"diversion": proposed.id, "action": "open_window", "window": 2, "gain_mean_s": 300, "gain_p90_s": 600}
        facts["gain"] = {"mean_s": 300, "p90_s": 600}
        assert all(facts.items() <= row.data.items() for row in told[:2])
        assert [row.name for row in await board.all_until("WindowOpened")] == ["WindowOpened"]


async def test_what_managers_write_is_for_managers_and_no_screen_names_the_staff(hall: HallClient) -> None:
    begun = await hall.post("/diversions", LEARN)
    callers = {role: await device(hall, role) for role in ("manager", "desk", "display")}
    callers["window"] = await device(hall, "window", window=3)
    async with AsyncExitStack() as stack:
        readers = {role: await stack.enter_async_context(EventReader(who, "hall")) for role, who in callers.items()}
        await hall.open(3)
        await hall.post(f"/diversions/{begun['id']}/end", {"reason": "Ms Li is ill"})
        told = {role: await reader.all_until("DiversionEnded") for role, reader in readers.items()}
    assert [role for role, rows in told.items() if "reason" in rows[-1].data] == ["manager"]
    rows = {role: (await callers[role].get("/diversions"))["diversions"][0] for role in ("manager", "desk")}
    assert [role for role, row in rows.items() if "reason" in row] == ["manager"]
    assert [role for role, rows in told.items() if any({"staff", "actor"} & row.data.keys() for row in rows)] == [
        "manager", "desk", "window",
    ]  # fmt: skip


async def test_the_effect_is_written_when_it_is_known(hall: HallClient) -> None:
    begun = await hall.post("/diversions", HELPERS)
    with pytest.raises(Refusal, match="DIVERSION_STATUS"):
        await flows_of(hall).measure(ask_of(hall), begun["id"], 42.4, -7.6)
    await hall.post(f"/diversions/{begun['id']}/end")
    async with EventReader(hall, "hall") as events:
        await flows_of(hall).measure(ask_of(hall), begun["id"], 42.4, -7.6)
        told = await events.next_of("DiversionEnded")
    assert (told.data["effect_mean_s"], told.data["effect_p90_s"]) == (42, -8)
    row = (await by_id(hall))[begun["id"]]
    assert (row["effect_mean_s"], row["effect_p90_s"]) == (42.0, -8.0)


# who may


async def test_the_table_of_roles(start_hall: StartHall) -> None:
    hall = await start_hall()
    visit = await hall.ticket()
    callers = {role: await device(hall, role) for role in ("manager", "desk", "kiosk", "display")}
    callers |= {"window": await device(hall, "window", window=1), "visitor": hall.as_(visit["token"]), "admin": hall}
    one = "/diversions/D-261122-9"
    allowed = {
        ("GET", "/diversions"): {"admin", "manager", "desk"},
        ("GET", "/diversions/tasks"): {"admin", "manager", "desk", "window"},
        ("POST", "/diversions"): {"admin", "manager"},
        ("POST", f"{one}/accept"): {"admin", "manager", "desk"},
        ("POST", f"{one}/dismiss"): {"admin", "manager"},
        ("POST", f"{one}/end"): {"admin", "manager", "desk"},
        ("POST", f"/tickets/{visit['id']}/offer"): {"admin", "manager", "desk", "visitor"},
    }
    for (method, path), may in allowed.items():
        is_problem(await hall.as_("")._call(method, path, None, {}), 401, "NO_TOKEN")
        for role, caller in callers.items():
            answer = await caller._call(method, path, None, {})
            assert (answer.status not in {401, 403}) == (role in may), (method, path, role, answer)
