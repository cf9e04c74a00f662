"""What the caretaker expects, as visitors, staff and managers are told it by a worker."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from queue_server.domain.outlook import Doubt, Later, Outlook, QueueOutlook
from queue_server.flows import what_if
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.outlooks import MOST_ASKED, Outlooks, Reply
from queue_server.web.context import SERVICES
from tests.conftest import StartHall
from tests.integration.test_leases import device, hand_in, lease, taken
from tests.support.client import HallClient
from tests.support.clocks import NOON, HandClock
from tests.support.halls import small_hall
from tests.support.sse import EventReader

LATER = Later(at=NOON + 900_000, wait_s=(60, 90, 120), waiting=(0, 1, 3))
OUTLOOK = Outlook(
    at=NOON, position=2, tickets={"261122-0000001": (200, 400, 900)},
    queues=(
        QueueOutlook(queue="A", waiting=1, wait_s=(300, 600, 1200), pace_s=100, later=(LATER,)),
        QueueOutlook(queue="C", waiting=0, wait_s=None, pace_s=60),
    ),
    hall=(LATER,), cost_ms=21,
)  # fmt: skip
ANSWER = {
    "gain": {"mean_s": 61.5, "p90_s": 120.0, "mean_low_s": 10.0, "mean_high_s": 90.0},
    "without": {"mean_s": 600.0, "p90_s": 1200.0},
    "with": {"mean_s": 538.5, "p90_s": 1080.0},
    "queues": [{"queue": "A", "mean_gain_s": 61.5}],
}


def wait(low: int, middle: int, high: int) -> dict[str, int]:
    return {"p10": low, "p50": middle, "p90": high}


class TheCaretaker:
    """Publishes what it is given; replies to one question what it is given."""

    def __init__(self, url: str, hall: HallClient) -> None:
        self.client = connect(url)
        self.outlooks = Outlooks(self.client)
        self.hall = hall
        self.asked: list[dict[str, Any]] = []

    async def publish(self, outlook: Outlook) -> None:
        """Returns once the worker knows it."""
        running = self.hall.http.app[SERVICES].halls["small"]  # type: ignore[union-attr]
        known = asyncio.Event()
        running.take_outlook = lambda taken: (type(running).take_outlook(running, taken), known.set())  # type: ignore[method-assign]
        await self.outlooks.publish("small", outlook)
        await asyncio.wait_for(known.wait(), 3)

    async def reply(self, reply: Reply) -> None:
        question = await self.outlooks.next_question(3)
        assert question is not None
        self.asked = question.changes
        await self.outlooks.reply(question, reply)


@pytest.fixture
async def caretaker(hall: HallClient, clean_store: EmbeddedStore) -> Any:
    found = TheCaretaker(clean_store.url, hall)
    yield found
    await found.client.aclose()


async def test_an_outlook_is_told_wherever_a_wait_is(hall: HallClient, caretaker: TheCaretaker) -> None:
    mine = await hall.ticket()
    await caretaker.publish(OUTLOOK)
    assert (await hall.get(f"/tickets/{mine['id']}"))["wait_s"] == wait(200, 400, 900)
    services = {row["id"]: row["wait_s"] for row in (await hall.get("/services"))["services"]}
    assert (services["A-1"], services["C-1"], services["S-2"]) == (wait(300, 600, 1200), None, wait(0, 0, 0))
    board = {row["queue"]: row["wait_s"] for row in (await hall.get("/board"))["waiting"]}
    state = await hall.get("/state")
    assert board == {row["queue"]: row["wait_s"] for row in state["queues"]}
    assert (board["A"], board["C"]) == (services["A-1"], None)
    async with hall.http.get("/api/v1/halls") as listed:
        assert (await listed.json())["halls"][0]["wait_s"] == wait(300, 600, 1200)


async def test_a_ticket_promises_what_is_expected_of_its_turn_and_the_event_says_so(
    hall: HallClient, caretaker: TheCaretaker, clock: HandClock
) -> None:
    await hall.ticket()
    await caretaker.publish(OUTLOOK)
    clock.forward(seconds=1)
    async with EventReader(hall, "hall") as events:
        usual, elder, unserved = await hall.ticket(), await hall.ticket(priority="elder"), await hall.ticket("C-1")
        told = [await events.next() for _ in range(3)]
    assert (usual["wait_s"], elder["wait_s"]) == (wait(300, 600, 1200), wait(199, 399, 899))
    assert unserved["wait_s"] is None
    promises = [{name: event.data[name] for name in event.data if name.endswith("0_s")} for event in told if event]
    assert promises == [
        {"p10_s": 300, "p50_s": 600, "p90_s": 1200},
        {"p10_s": 199, "p50_s": 399, "p90_s": 899},
        {},
    ]


async def test_who_waits_again_is_promised_anew(hall: HallClient, caretaker: TheCaretaker) -> None:
    mine = await hall.ticket()
    await caretaker.publish(OUTLOOK)
    async with EventReader(hall, "hall") as events:
        await hall.post(f"/tickets/{mine['id']}/postpone", {"minutes": 5})
        await hall.open(1)
        await hall.at(1, "call-next")
        await hall.at(1, "no-show")
        await hall.post(f"/tickets/{mine['id']}/reinstate")
        await hall.at(1, "call-next")
        await hall.at(1, "start")
        await hall.at(1, "transfer", {"queue": "A"})
        told = await events.all_until("TicketTransferred")
    promised = {event.name for event in told if "p50_s" in event.data}
    assert promised == {"TicketPostponed", "TicketReinstated", "TicketTransferred"}


async def test_a_slip_that_was_printed_offline_promised_nothing(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    block = await lease(kiosk)
    async with EventReader(hall, "hall") as events:
        await hand_in(kiosk, taken(block, 0, clock, printed=True))
        await hand_in(kiosk, taken(block, 1, clock, printed=False))
        told = [await events.next(), await events.next()]
    assert ["p50_s" in event.data for event in told if event] == [False, True]


async def test_places_and_waits_follow_each_outlook(hall: HallClient, caretaker: TheCaretaker) -> None:
    mine = await hall.ticket()
    async with EventReader(hall, f"place:{mine['id']}") as events:
        await caretaker.publish(OUTLOOK)
        told = await events.all_until("PlaceChanged")
        while told[-1].data["wait_s"] != wait(200, 400, 900):  # the simple estimate may have been told before
            told = await events.all_until("PlaceChanged")


async def test_a_worker_that_starts_later_knows_the_last_outlook(
    caretaker: TheCaretaker, start_hall: StartHall
) -> None:
    await caretaker.publish(OUTLOOK)
    late = await start_hall()
    assert (await late.get("/outlook"))["trusted"] is True


async def test_what_another_version_published_is_passed_over(hall: HallClient, caretaker: TheCaretaker) -> None:
    await caretaker.client.xadd("gw:{small}:o", {"o": b"\x93\x01\x02\x03"})
    await hall.ticket()
    await hall.get("/board")  # by now it has been read
    await caretaker.publish(OUTLOOK)
    assert (await hall.get("/outlook"))["trusted"] is True


async def test_anybody_may_ask_when_it_is_best_to_come(hall: HallClient, caretaker: TheCaretaker) -> None:
    before = await hall.as_("").get("/outlook")
    assert (before["trusted"], {tuple(row["later"]) for row in before["queues"]}) == (False, {()})
    await caretaker.publish(OUTLOOK)
    row = next(row for row in (await hall.as_("").get("/outlook"))["queues"] if row["queue"] == "A")
    assert row == {
        "queue": "A", "names": {"zh": "A", "en": "A"}, "zone": "Z1", "waiting": 0, "open_windows": 0,
        "wait_s": wait(200, 500, 1100), "later": [{"at": "2026-11-22T04:15:00.000Z", "wait_s": wait(60, 90, 120)}],
    }  # fmt: skip


async def test_managers_see_the_whole_forecast_its_doubts_and_its_age(
    hall: HallClient, caretaker: TheCaretaker, clock: HandClock
) -> None:
    await caretaker.publish(replace(OUTLOOK, doubts=(Doubt(code="STUCK_TICKET", window=3), Doubt(code="NO_HISTORY"))))
    clock.forward(seconds=12)
    seen = await hall.get("/forecast")
    assert (seen["age_s"], seen["trusted"], seen["cost_ms"], seen["accuracy"]) == (12, True, 21, [])
    assert seen["doubts"] == [{"code": "STUCK_TICKET", "window": 3}, {"code": "NO_HISTORY"}]
    later = {"at": "2026-11-22T04:15:00.000Z", "wait_s": wait(60, 90, 120), "waiting": wait(0, 1, 3)}
    assert (seen["hall"], seen["queues"][0]["later"], seen["queues"][0]["pace_s"]) == ([later], [later], 100)
    assert (await hall.get("/state"))["outlook"] == {
        name: value for name, value in seen.body.items() if name != "accuracy"
    }
    assert (await hall.as_("").get("/forecast")).status == 401


async def test_without_a_forecast_waits_are_told_all_the_same(
    hall: HallClient, caretaker: TheCaretaker, clock: HandClock
) -> None:
    assert (await hall.get("/forecast"))["age_s"] is None
    simple = (await hall.get("/board"))["waiting"][0]["wait_s"]
    await caretaker.publish(OUTLOOK)
    clock.forward(seconds=61)
    seen = await hall.get("/forecast")
    assert (seen["trusted"], seen["doubts"], seen["hall"]) == (False, [{"code": "FORECAST_AWAY"}], [])
    assert (await hall.get("/board"))["waiting"][0]["wait_s"] == seen["queues"][0]["wait_s"] == simple


# what if


async def test_a_what_if_is_answered_by_the_caretaker(hall: HallClient, caretaker: TheCaretaker) -> None:
    replying = asyncio.create_task(caretaker.reply(Reply(answer=ANSWER)))
    answer = await hall.post("/what-if", {"changes": [{"action": "move_window", "window": 3, "queues": ["A", "B"]}]})
    await replying
    assert (answer.status, answer.body) == (200, ANSWER)
    assert caretaker.asked == [{"action": "move_window", "window": 3, "queues": ["A", "B"]}]


async def test_a_refusal_of_the_caretaker_is_the_answer(hall: HallClient, caretaker: TheCaretaker) -> None:
    replying = asyncio.create_task(caretaker.reply(Reply(refusal="BAD_CHANGE", facts={"field": "queue"})))
    answer = await hall.post("/what-if", {"changes": [{"action": "send_helpers", "queue": "A"}]})
    await replying
    assert (answer.status, answer["code"], answer["field"]) == (400, "BAD_CHANGE", "queue")


async def test_without_a_caretaker_nobody_waits_long_for_a_what_if(
    hall: HallClient, caretaker: TheCaretaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "REPLY_S", 0.05)
    answer = await hall.post("/what-if", {"changes": [{"action": "close_window", "window": 1}]})
    assert (answer.status, answer["code"], answer.headers["Retry-After"]) == (503, "FORECAST_AWAY", "1")
    assert await caretaker.client.llen("gw:what-if") == 0, "nobody answers a question that nobody waits for"


async def test_many_what_ifs_are_refused_at_once_and_nobodys_ticket_waits_for_them(
    hall: HallClient, caretaker: TheCaretaker
) -> None:
    change = {"changes": [{"action": "close_window", "window": 1}]}
    asked = [asyncio.create_task(hall.post("/what-if", change)) for _ in range(20)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    taken = await asyncio.gather(*(hall.ticket() for _ in range(5)))
    for _ in range(what_if.AT_ONCE):
        await caretaker.reply(Reply(answer=ANSWER))
    told = sorted((answer.status, answer.body.get("code", "")) for answer in await asyncio.gather(*asked))
    assert told == [(200, "")] * what_if.AT_ONCE + [(503, "FORECAST_AWAY")] * (20 - what_if.AT_ONCE)
    assert len({ticket["id"] for ticket in taken}) == 5


async def test_where_nobody_answers_questions_do_not_pile_up(caretaker: TheCaretaker) -> None:
    await caretaker.client.rpush("gw:what-if", *[b"a question"] * MOST_ASKED)
    assert await caretaker.outlooks.ask("small", [], 60) is None
    assert await caretaker.client.llen("gw:what-if") == MOST_ASKED


async def test_a_what_ifs_key_stands_for_one_body(hall: HallClient, caretaker: TheCaretaker) -> None:
    change = {"changes": [{"action": "send_out", "queue": "A"}]}
    for _ in range(2):
        replying = asyncio.create_task(caretaker.reply(Reply(answer=ANSWER)))
        assert (await hall.post("/what-if", change, key="tried")).status == 200
        await replying
    other = await hall.post("/what-if", {"changes": [{"action": "slow_entry", "queue": "A"}]}, key="tried")
    assert (other.status, other["code"]) == (422, "IDEMPOTENCY_MISMATCH")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": "send_out", "window": 1}, "changes[1].window"),
        ({"action": "send_out"}, "changes[1].queue"),
        ({"action": "open_doors"}, "changes[1].action"),
        ({"action": "open_window"}, "changes[1].window"),
        ({"action": "open_window", "window": 77}, "changes[1].window"),
        ({"action": "open_window", "window": 1, "queue": "A"}, "changes[1].queue"),
        ({"action": "reskill_window", "window": 1, "queue": "X"}, "changes[1].queue"),
        ({"action": "send_helpers", "queue": "SELF"}, "changes[1].queue"),
        ({"action": "guide_to_device", "service": "X-1"}, "changes[1].service"),
        ({"action": "offer_hall", "service": "A-1", "to": "small"}, "changes[1].to"),
        ({"action": "move_window", "window": 1, "queues": ["A", "X"]}, "changes[1].queues"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused_by_its_field(
    start_hall: StartHall, change: Any, field: str
) -> None:
    hall = await start_hall(small_hall())
    answer = await hall.post("/what-if", {"changes": [{"action": "close_window", "window": 1}, change]})
    assert (answer.status, answer["code"], answer["field"]) == (400, "BAD_CHANGE", field)
