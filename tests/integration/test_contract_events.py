"""The public contract to the letter: board, state, events, the server itself."""

import asyncio
import json
from typing import Any

from queue_server.domain.booking import NearTurn
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import MOMENT, device, is_problem

# board, state, events


async def test_the_board_is_anonymous(hall: HallClient) -> None:
    await hall.open(1, staff="Wang Wei")
    made = await hall.ticket(visitor={"phone": "13800000000"})
    await hall.at(1, "call-next")
    board = await hall.as_("").get("/board?zone=Z1")
    assert set(board.body) >= {"calls", "windows", "waiting", "notices", "last_event_id"}
    call = board["calls"][0]
    assert (set(call), call["number"]) == (
        {"number", "window", "zone", "called_at", "times", "step", "language"},
        made["number"],
    )
    told = json.dumps(board.body)
    assert not any(secret in told for secret in ("Wang", made["id"], "13800000000"))
    is_problem(await hall.get("/board?zone=Z9"), 404, "NO_SUCH_ZONE")


async def test_the_state_shows_an_act_at_once_and_on_another_worker_soon(start_hall: StartHall) -> None:
    hall, second = await start_hall(hand_clock=False), await start_hall(hand_clock=False)
    await hall.open(1)
    for waiting in range(1, 6):
        await hall.ticket()
        assert (await hall.get("/state"))["totals"]["waiting"] == waiting
        await asyncio.sleep(0.3)
        assert (await second.get("/state"))["totals"]["waiting"] == waiting


async def events(hall: HallClient, topics: str, count: int, **headers: str) -> list[dict[str, Any]]:
    """The first events after `Last-Event-ID`."""
    found: list[dict[str, Any]] = []
    sent = {"Authorization": f"Bearer {hall.token}", **headers} if hall.token else headers
    async with hall.http.get(f"/api/v1/halls/{hall.hall}/events?topics={topics}", headers=sent) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        async with asyncio.timeout(3):
            while len(found) < count:
                line = (await stream.content.readline()).decode()
                if line.startswith("data: "):
                    found.append(json.loads(line[6:]))
    return found


async def test_events_carry_what_a_forecast_reads(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket(priority="elder")
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    told = {event["event"]: event for event in await events(hall, "hall", 5, **{"Last-Event-ID": "2"})}
    assert list(told) == ["WindowOpened", "TicketIssued", "TicketCalled", "ServiceStarted", "ServiceFinished"]
    assert all({"event", "id", "at", "hall"} <= set(event) and MOMENT.fullmatch(event["at"]) for event in told.values())
    issued = told["TicketIssued"]
    assert {key: issued[key] for key in ("ticket", "number", "queue", "service", "priority", "channel")} == {
        "ticket": made["id"], "number": "A001", "queue": "A", "service": "A-1", "priority": "elder", "channel": "kiosk"
    }  # fmt: skip
    assert (issued["stop"], issued["stops"]) == (1, 1) and isinstance(issued["turn"], int)
    opened, called = told["WindowOpened"], told["TicketCalled"]
    assert (opened["staff"], opened["queues"]) == ("clerk 1", [{"queue": "A", "handicap_s": 0}])
    assert (called["window"], called["times"], called["ticket"]) == (1, 1, made["id"])
    assert told["ServiceFinished"]["outcome"] == "done"


async def test_the_boards_events_are_anonymous(hall: HallClient) -> None:
    await hall.open(1, staff="Wang Wei")
    made = await hall.ticket()
    await hall.at(1, "call-next")
    told = await events(hall.as_(""), "board:*", 3, **{"Last-Event-ID": "1"})
    assert told[-1]["number"] == made["number"]
    text = json.dumps(told)
    assert "Wang" not in text and made["id"] not in text and "service" not in told[-1]


async def test_the_hall_topic_sends_events_of_the_one_stream_alone(hall: HallClient) -> None:
    """Whoever folds it needs each one's name and position; what only counts has a topic of its own."""
    headers = {"Authorization": f"Bearer {hall.token}"}
    path = "/api/v1/halls/small/events?topics=hall"
    async with hall.http.get(path, headers=headers) as stream, asyncio.timeout(4):
        await hall.ticket(channel="phone", visitor={"phone": "13800000000"})
        await hall.open(1)
        await hall.at(1, "call-next")  # a message goes out, and is counted
        told: list[dict[str, Any]] = []
        ends = asyncio.get_running_loop().time() + 2.5
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            try:
                line = (await asyncio.wait_for(stream.content.readline(), left)).decode()
            except TimeoutError:
                break
            if line.startswith("data: "):
                told.append(json.loads(line[6:]))
    assert {"TicketIssued", "TicketCalled"} <= {event["event"] for event in told}
    assert all({"event", "id", "at", "hall"} <= event.keys() for event in told)


async def test_topics_obey_the_roles(hall: HallClient) -> None:
    mine, theirs = await hall.ticket(), await hall.ticket()
    kiosk, window = await device(hall, "kiosk"), await device(hall, "window", window=1)
    for caller, topics, status in (
        (hall.as_(""), "hall", 401),
        (hall.as_(""), f"ticket:{mine['id']}", 401),
        (hall.as_(mine["token"]), "hall", 403),
        (hall.as_(mine["token"]), f"ticket:{theirs['id']}", 404),
        (kiosk, "hall", 403),
        (window, "messages", 403),
        (hall, "nonsense", 422),
        (hall, "", 422),
        (hall, "board:Z9", 404),
        (hall, "window:99", 404),
        (hall, ",".join(["board:*"] * 65), 422),
    ):
        assert (await caller.get(f"/events?topics={topics}")).status == status, topics
    assert (await events(window, "hall", 1, **{"Last-Event-ID": "1"}))[0]["ticket"] == mine["id"]


async def test_a_reader_that_was_away_too_long_is_reset(hall: HallClient) -> None:
    await hall.ticket()
    for last in ("999999", "nonsense", "-5"):
        async with hall.http.get(
            "/api/v1/halls/small/events?topics=board:*", headers={"Last-Event-ID": last}
        ) as stream:
            async with asyncio.timeout(3):
                while (line := (await stream.content.readline()).decode()) and not line.startswith("event:"):
                    pass
            assert line == "event: reset\n"


async def test_looking_at_a_stream_does_not_open_one(hall: HallClient) -> None:
    async with asyncio.timeout(2), hall.http.head("/api/v1/halls/small/events?topics=board:*") as answer:
        assert answer.status == 200


# the server itself


async def test_health_metrics_and_documents_need_no_token(hall: HallClient) -> None:
    for path, kind in (
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/metrics", "text/plain"),
        ("/api/openapi.json", "application/json"),
        ("/api/docs", "text/html"),
    ):
        async with hall.http.get(path) as answer:
            assert answer.status == 200 and answer.headers["Content-Type"].startswith(kind), path


async def test_a_visitor_who_follows_the_board_too_learns_nothing_of_others(hall: HallClient) -> None:
    mine, theirs = await hall.ticket(), await hall.ticket()
    me = hall.as_(mine["token"])
    told = await events(me, f"board:*,ticket:{mine['id']}", 2, **{"Last-Event-ID": "1"})
    assert [event["number"] for event in told] == [mine["number"], theirs["number"]]
    assert theirs["id"] not in json.dumps(told) and "service" not in told[1]
    alone = await events(me, f"ticket:{mine['id']}", 1, **{"Last-Event-ID": "1"})
    assert alone[0]["ticket"] == mine["id"]


async def test_that_a_turn_is_near_is_told_to_its_visitor_and_on_no_board(
    hall: HallClient, clean_store: EmbeddedStore, clock: HandClock
) -> None:
    mine = await hall.ticket()
    client = connect(clean_store.url)
    order = NearTurn(at=clock.at, day="261122", actor="system", ticket=mine["id"])
    for _ in range(2):
        await HallStore(client, lambda: load_library(client)).act("small", "near", order)
    await client.aclose()
    await hall.ticket()
    me, since = hall.as_(mine["token"]), {"Last-Event-ID": "1"}
    told = await events(me, f"ticket:{mine['id']}", 2, **since)
    assert [event["event"] for event in told] == ["TicketIssued", "TicketNear"]
    told = await events(me, f"board:*,ticket:{mine['id']}", 3, **since)
    assert [event["event"] for event in told] == ["TicketIssued", "TicketNear", "TicketIssued"]
    for topics in ("board:*", "board:Z1"):
        told = await events(hall.as_(""), topics, 2, **since)
        assert {event["event"] for event in told} == {"TicketIssued"}
