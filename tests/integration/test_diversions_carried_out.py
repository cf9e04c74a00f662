"""Diversion (分流) carried out: at windows, which open and learn, and on the floor."""

from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.diversions import HELPERS, LEARN, by_id, time_passes
from tests.support.sse import EventReader


async def queues_at(hall: HallClient, window: int) -> list[str]:
    return [row["queue"] for row in (await hall.get(f"/windows/{window}"))["queues"]]


# at windows


async def test_a_window_that_is_asked_to_open_has_it_as_a_task_until_it_closes(hall: HallClient) -> None:
    window, desk = await device(hall, "window", window=2), await device(hall, "desk")
    begun = await hall.post("/diversions", {"action": "open_window", "window": 2})
    (task,) = (await window.get("/diversions/tasks"))["tasks"]
    assert task == {
        "diversion": begun["id"], "action": "open_window", "window": 2, "since": begun["started_at"],
        "by": "admin", "taken": False,
    }  # fmt: skip
    other = await device(hall, "window", window=1)
    assert [(await who.get("/diversions/tasks"))["tasks"] for who in (other, desk)] == [[], []]
    await window.open(2)
    assert (await window.get("/diversions/tasks"))["tasks"][0]["taken"]
    await window.at(2, "close")
    ended = (await by_id(hall))[begun["id"]]
    assert (ended["status"], ended["reason"], "carried_at" in ended) == ("ended", "window_closed", True)


async def test_a_window_learns_a_queue_while_it_serves_and_has_its_old_ones_back(hall: HallClient) -> None:
    window = await device(hall, "window", window=3)
    await window.open(3)
    served = await hall.ticket("B-1")
    await window.at(3, "call-next")
    async with EventReader(hall, "hall") as events:
        begun = await hall.post("/diversions", LEARN)
        opened = await events.next_of("WindowOpened")
        assert opened.data["queues"] == [{"queue": "B", "handicap_s": 0}, {"queue": "A", "handicap_s": 0}]
        assert opened.data["staff"] == "clerk 3"
        assert (await window.get("/windows/3"))["ticket"]["id"] == served["id"]
        await hall.ticket("A-1")
        await window.at(3, "start")
        await window.at(3, "finish")
        assert (await window.at(3, "call-next"))["queue"] == "A"
        await hall.post(f"/diversions/{begun['id']}/end", {"reason": "calm again"})
        back = await events.next_of("WindowOpened")
        assert back.data["queues"] == [{"queue": "B", "handicap_s": 0}]
        assert (await events.next_of("DiversionEnded")).data["reason"] == "calm again"
    assert (await window.get("/windows/3"))["ticket"]["queue"] == "A", "whoever is called stays called"


async def test_a_lesson_is_over_by_itself_after_its_time(hall: HallClient, clock: HandClock) -> None:
    await hall.open(3)
    begun = await hall.post("/diversions", LEARN)
    clock.forward(minutes=44)
    await time_passes(hall)
    assert await queues_at(hall, 3) == ["B", "A"]
    clock.forward(minutes=1)
    await time_passes(hall)
    assert await queues_at(hall, 3) == ["B"]
    assert (await by_id(hall))[begun["id"]]["reason"] == "time_over"


async def test_a_window_that_opens_later_serves_what_it_was_asked_to_learn(hall: HallClient) -> None:
    window = await device(hall, "window", window=3)
    is_problem(await window.at(3, "open", {"staff": "me", "queues": ["B", "A"]}), 403, "WRONG_WINDOW")
    begun = await hall.post("/diversions", LEARN)
    await window.open(3)
    assert await queues_at(hall, 3) == ["B", "A"]
    assert (await window.at(3, "open", {"staff": "me", "queues": ["A", "B"]})).status == 200
    await hall.post(f"/diversions/{begun['id']}/end")
    assert await queues_at(hall, 3) == ["B"]
    is_problem(await window.at(3, "open", {"staff": "me", "queues": ["B", "A"]}), 403, "WRONG_WINDOW")


async def test_a_paused_window_learns_and_stays_paused(hall: HallClient) -> None:
    await hall.open(3)
    await hall.at(3, "pause", {"reason": "lunch"})
    begun = await hall.post("/diversions", LEARN)
    paused = await hall.get("/windows/3")
    assert (paused["status"], paused["reason"]) == ("paused", "lunch")
    await hall.at(3, "resume")
    assert await queues_at(hall, 3) == ["B", "A"]
    await hall.post(f"/diversions/{begun['id']}/end")
    assert await queues_at(hall, 3) == ["B"]


async def test_what_a_window_serves_by_the_hall_file_is_never_taken_from_it(hall: HallClient) -> None:
    begun = await hall.post("/diversions", {"action": "reskill_window", "window": 4, "queue": "B"})
    await hall.open(4)
    await hall.post(f"/diversions/{begun['id']}/end")
    assert await queues_at(hall, 4) == ["A", "B"]


async def test_a_window_that_serves_nothing_but_what_was_lent_has_its_own_queues_back(hall: HallClient) -> None:
    begun = await hall.post("/diversions", LEARN)
    await hall.open(3, queues=["A"])
    assert await queues_at(hall, 3) == ["A"]
    await hall.post(f"/diversions/{begun['id']}/end")
    assert await queues_at(hall, 3) == ["B"]


async def test_a_window_that_was_opened_for_another_queue_gives_it_back(hall: HallClient) -> None:
    opening = await hall.post("/diversions", LEARN | {"action": "open_window"})
    lesson = await hall.post("/diversions", LEARN)
    await hall.open(3)
    assert await queues_at(hall, 3) == ["B", "A"]
    await hall.post(f"/diversions/{lesson['id']}/end")
    assert await queues_at(hall, 3) == ["B", "A"], "it was asked for twice"
    await hall.post(f"/diversions/{opening['id']}/end")
    assert await queues_at(hall, 3) == ["B"]


# on the floor


async def test_the_desk_takes_helpers_tasks_on_and_ends_them(hall: HallClient) -> None:
    desk = await device(hall, "desk")
    helpers, opening = await hall.post("/diversions", HELPERS), await hall.post("/diversions", LEARN)
    (task,) = (await desk.get("/diversions/tasks"))["tasks"]
    assert (task["diversion"], task["queue"], task["taken"]) == (helpers["id"], "A", False)
    assert "carried_at" in (await desk.post(f"/diversions/{helpers['id']}/accept")).body
    assert (await desk.get("/diversions/tasks"))["tasks"][0]["taken"]
    assert (await desk.post(f"/diversions/{helpers['id']}/end", {"reason": "done"}))["status"] == "ended"
    for act in ("accept", "end"):
        is_problem(await desk.post(f"/diversions/{opening['id']}/{act}"), 403, "WRONG_ROLE")
