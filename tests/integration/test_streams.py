"""What the screens, phones and consoles hear: to whom an event is told, and how nobody misses one."""

import asyncio

import pytest
import redis

from queue_server.app import HEARTBEAT_TICKS, TICK_S
from queue_server.domain.events import Event
from queue_server.store.embedded import EmbeddedStore
from queue_server.web.context import SERVICES
from queue_server.web.live import Hub
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.halls import small_hall
from tests.support.sse import EventReader

PERSONAL = {"ticket", "staff", "priority", "actor", "turn", "person", "reason", "channel", "language", "service"}


def hub_of(hall: HallClient) -> Hub:
    """The hub of a hall in this process."""
    followers = hall.http.app[SERVICES].halls[hall.hall].followers  # type: ignore[union-attr]
    return next(follower for follower in followers if isinstance(follower, Hub))


async def device(hall: HallClient, role: str, **more: object) -> HallClient:
    made = await hall.post("/devices", {"role": role, "name": role, **more})
    assert made.status == 201, made
    return hall.as_(made["token"])


async def refusal(hall: HallClient, topics: str) -> tuple[int, str]:
    async with EventReader(hall, topics) as events:
        if events.response.status == 200:
            return 200, ""
        return events.response.status, (await events.response.json(content_type=None))["code"]


async def visit(hall: HallClient) -> None:
    """A visit with a name for every kind of event."""
    await hall.ticket(priority="elder", visitor={"phone": "13800000000"})
    await hall.open(1)
    for act, body in (("call-next", None), ("start", None), ("hold", {"reason": "papers of Mrs Wang"})):
        assert (await hall.at(1, act, body)).status == 200
    await hall.at(1, "pause", {"reason": "lunch with Mr Li"})


# who hears what


async def test_the_board_hears_no_ids_no_staff_and_no_reasons(hall: HallClient) -> None:
    async with EventReader(hall.as_(""), "board:*") as board:
        await visit(hall)
        told = await board.all_until("WindowPaused")
    assert [event.name for event in told if event.name != "DayClosed"][:3] == [
        "TicketIssued",
        "WindowOpened",
        "TicketCalled",
    ]
    for event in told:
        spoken = {"language"} if "step" in event.data else set()  # a call says in which language it is spoken
        assert not (PERSONAL - spoken) & event.data.keys(), event
        assert "Wang" not in str(event.data) and "clerk" not in str(event.data)


async def test_a_call_is_told_with_number_window_and_zone(hall: HallClient) -> None:
    async with EventReader(hall.as_(""), "board:Z1") as board:
        await visit(hall)
        told = await board.next_of("TicketCalled")
    facts = {name: told.data[name] for name in ("event", "number", "window", "zone", "times", "hall")}
    assert facts == {"event": "TicketCalled", "number": "A001", "window": 1, "zone": "Z1", "times": 1, "hall": "small"}


async def test_a_zones_board_does_not_hear_another_zone(hall: HallClient) -> None:
    async with EventReader(hall.as_(""), "board:Z2") as board:
        await hall.ticket("A-1")
        await hall.ticket("C-1")
        told = await board.next_of("TicketIssued")
    assert told.data["number"] == "C001"


async def test_a_window_screen_hears_its_own_window_alone(hall: HallClient) -> None:
    async with EventReader(hall.as_(""), "window:2") as screen:
        for window in (1, 2):
            await hall.open(window)
        told = await screen.next()
    assert told is not None
    assert (told.name, told.data["window"]) == ("WindowOpened", 2)


async def test_a_visitor_hears_the_own_ticket(hall: HallClient) -> None:
    await hall.ticket()
    mine = await hall.ticket()
    async with EventReader(hall.as_(mine["token"]), f"ticket:{mine['id']}") as phone:
        await hall.open(1)
        for act in ("call-next", "no-show", "call-next"):
            await hall.at(1, act)
        told = await phone.next()
    assert told is not None
    assert (told.name, told.data["ticket"]) == ("TicketCalled", mine["id"])
    assert not {"staff", "actor", "priority"} & told.data.keys()


async def test_the_staff_hears_who_did_what(hall: HallClient) -> None:
    async with EventReader(hall, "hall") as console:
        await visit(hall)
        told = await console.next_of("TicketHeld")
    wanted = {"staff": "clerk 1", "actor": "admin", "priority": "elder", "reason": "papers of Mrs Wang"}
    assert wanted.items() <= told.data.items()


@pytest.mark.parametrize(("role", "status"), [
    ("window", 200), ("desk", 200), ("manager", 200), ("display", 200), ("kiosk", 403),
])  # fmt: skip
async def test_the_halls_topic_is_for_its_staff(hall: HallClient, role: str, status: int) -> None:
    who = await device(hall, role, **({"window": 1} if role == "window" else {}))
    assert (await refusal(who, "hall"))[0] == status


async def test_strangers_are_refused(hall: HallClient, start_hall: StartHall) -> None:
    mine, other = await hall.ticket(), await hall.ticket()
    visitor, topic = hall.as_(mine["token"]), f"ticket:{other['id']}"
    assert await refusal(hall.as_(""), "hall") == (401, "NO_TOKEN")
    assert await refusal(hall.as_(""), topic) == (401, "NO_TOKEN")
    assert await refusal(hall.as_("wrong"), "board:*") == (401, "UNKNOWN_TOKEN")
    assert await refusal(visitor, topic) == (404, "NO_SUCH_TICKET")
    assert await refusal(visitor, "hall") == (403, "WRONG_ROLE")
    elsewhere = await device(await start_hall(small_hall("elsewhere")), "manager")
    assert await refusal(HallClient(hall.http, "small", elsewhere.token), "hall") == (403, "WRONG_HALL")


@pytest.mark.parametrize(("topics", "code"), [
    ("", "INVALID"), ("weather", "INVALID"), ("board:Z9", "NO_SUCH_ZONE"), ("window:99", "NO_SUCH_WINDOW"),
    ("window:one", "NO_SUCH_WINDOW"), (",".join(f"window:{number}" for number in range(99)), "INVALID"),
])  # fmt: skip
async def test_what_is_no_topic_is_refused(hall: HallClient, topics: str, code: str) -> None:
    status, refused = await refusal(hall, topics)
    assert (status, refused) == (422 if code == "INVALID" else 404, code)


# who comes back


async def test_who_comes_back_hears_each_missed_event_once_and_in_order(hall: HallClient) -> None:
    async with EventReader(hall, "hall") as before:
        await hall.ticket()
        await before.next_of("TicketIssued")
    for _ in range(5):
        await hall.ticket()
    async with EventReader(hall, "hall", before.last_id) as after:
        missed = [await after.next_of("TicketIssued") for _ in range(5)]
        await hall.ticket()
        live = await after.next()
    assert live is not None
    assert [told.data["number"] for told in [*missed, live]] == [f"A{number:03d}" for number in range(2, 8)]
    first = int(str(before.last_id))
    assert [int(told.id) for told in [*missed, live]] == list(range(first + 1, first + 7))


async def test_a_long_absence_is_made_up_while_more_happens(hall: HallClient) -> None:
    await hall.ticket()
    await asyncio.gather(*(hall.ticket() for _ in range(1200)))
    async with EventReader(hall.as_(""), "board:*", "1") as board:
        more = asyncio.gather(*(hall.ticket() for _ in range(100)))
        numbers = [(await board.next_of("TicketIssued")).data["number"] for _ in range(1301)]
        await more
    assert len(set(numbers)) == 1301


async def test_a_reader_goes_on_at_another_worker_after_a_restart(hall: HallClient, start_hall: StartHall) -> None:
    async with EventReader(hall, "hall") as before:
        await hall.ticket()
        await before.next_of("TicketIssued")
    await hall.ticket()
    await hall.http.close()
    hall = await start_hall()
    await hall.ticket()
    async with EventReader(hall, "hall", before.last_id) as after:
        assert [(await after.next_of("TicketIssued")).data["number"] for _ in range(2)] == ["A002", "A003"]


async def test_who_was_away_too_long_starts_afresh(hall: HallClient, clean_store: EmbeddedStore) -> None:
    for _ in range(5):
        await hall.ticket()
    while (await hall.get("/board"))["last_event_id"] != "7":
        pass  # the worker has still to read what is cut off next
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        client.xtrim("gw:{small}:e", maxlen=2, approximate=False)
        last = client.hget("gw:{small}", "position")
    async with EventReader(hall, "hall", "1") as events:
        told = await events.next()
    assert told is not None
    assert (told.name, told.id) == ("reset", last.decode())


@pytest.mark.parametrize("last_id", ["999999", "yesterday", "-3", "9" * 40])
async def test_who_knows_a_position_that_never_was_starts_afresh(hall: HallClient, last_id: str) -> None:
    await hall.ticket()
    async with EventReader(hall, "hall", last_id) as events:
        told = await events.next()
        assert told is not None
        assert told.name == "reset"
        await hall.ticket()
        assert (await events.next_of("TicketIssued")).data["number"] == "A002"


# connections


async def test_a_quiet_stream_shows_that_it_lives(hall: HallClient) -> None:
    assert HEARTBEAT_TICKS * TICK_S <= 15
    async with EventReader(hall.as_(""), "board:*") as board:
        await asyncio.sleep(0.1)
        hub_of(hall).heartbeat()
        await hall.ticket()
        await board.next()
        assert board.comments >= 2  # one at the beginning, one now


async def test_a_revoked_device_is_cut_off_within_a_second(hall: HallClient) -> None:
    made = await hall.post("/devices", {"role": "desk", "name": "guide"})
    desk = hall.as_(made["token"])
    assert (await desk.post("/tickets", {"service": "A-1", "channel": "desk"})).status == 201
    async with EventReader(desk, "hall") as events:
        assert events.response.status == 200
        assert (await hall.delete(f"/devices/{made['id']}")).status in (200, 204)
        assert await events.ended(within_s=1)
    answer = await desk.post("/tickets", {"service": "A-1", "channel": "desk"})
    assert (answer.status, answer["code"]) == (401, "UNKNOWN_TOKEN")


async def test_another_worker_cuts_a_revoked_device_off_too(hall: HallClient, start_hall: StartHall) -> None:
    made = await hall.post("/devices", {"role": "desk", "name": "guide"})
    desk = (await start_hall()).as_(made["token"])
    async with EventReader(desk, "hall") as events:
        assert events.response.status == 200
        assert events.response.headers["Connection"] == "close"  # else its reader would ask again on a dying line
        await hall.delete(f"/devices/{made['id']}")
        assert await events.ended(within_s=1)
    assert await refusal(desk, "board:*") == (401, "UNKNOWN_TOKEN")


async def test_a_reader_that_falls_behind_is_told_to_start_afresh(hall: HallClient) -> None:
    await hall.ticket()
    server, hub = hall.http.server, hub_of(hall)  # type: ignore[union-attr]
    rows, told = await asyncio.open_connection(server.host, server.port, limit=1 << 25)
    told.write(b"GET /api/v1/halls/small/events?topics=board:* HTTP/1.1\r\nHost: hall\r\n\r\n")
    while not hub.streams():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    rows._transport.pause_reading()  # type: ignore[attr-defined]
    await flood(hub)
    rows._transport.resume_reading()  # type: ignore[attr-defined]
    everything = await asyncio.wait_for(rows.read(), 10)
    assert b"event: reset" in everything[-400:]
    told.close()


async def flood(hub: Hub) -> None:
    """So many events that a reader who does not read must fall behind."""
    event = Event(
        name="TicketCalled", at=0, ticket="", number="A001", queue="A", service="A-1", window=1,
        status="called", was="waiting", priority="normal", turn=0, actor="admin", staff="", facts={},
    )  # fmt: skip
    for position in range(200_000):
        hub.take(position, event)
        if not hub.streams():
            return
        if position % 100 == 0:
            await asyncio.sleep(0)
    raise AssertionError("nobody fell behind")


async def test_after_a_gap_in_the_stream_no_device_is_believed_from_memory(
    hall: HallClient, clean_store: EmbeddedStore
) -> None:
    """It may have been revoked in what was missed."""
    made = await hall.post("/devices", {"role": "display", "name": "screen"})
    screen = hall.as_(made["token"])
    assert (await screen.get("/board")).status == 200
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        assert client.hdel("gw:{small}:d", made["id"]) == 1  # gone without an event that this worker hears
    hub_of(hall).start_afresh()
    assert (await screen.get("/board")).status == 401
