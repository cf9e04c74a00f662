"""The raw keys of a hall, held against the rules: who is where, how often, and whether anybody is missing."""

from collections import Counter
from typing import Any

import msgspec
from redis.asyncio import Redis

from queue_server.domain.booking import BOOKING_OPEN, BookingRecord
from queue_server.domain.live import LiveHall
from queue_server.domain.ticket import ACTIVE, FINAL, PARKED, TicketRecord, WindowRecord
from queue_server.store.feed import History
from queue_server.store.halls import HallStore, prefix
from tests.support.ledger import Ledger, assert_same

BUCKET = 64
_ticket = msgspec.msgpack.Decoder(TicketRecord).decode
_booking = msgspec.msgpack.Decoder(BookingRecord).decode
_contacts = msgspec.msgpack.Decoder(list[str]).decode
_window = msgspec.msgpack.Decoder(WindowRecord).decode


class RawHall:
    """What the store holds of a hall's day."""

    def __init__(self, day: str, issued: int, tickets: dict[str, TicketRecord]) -> None:
        self.day = day
        self.issued = issued
        self.tickets = tickets
        self.windows: dict[int, WindowRecord] = {}
        self.queues: dict[str, dict[str, float]] = {}
        self.park: dict[str, float] = {}
        self.bookings: dict[str, BookingRecord] = {}
        self.places: dict[tuple[str, int], int] = {}
        self.due: dict[str, float] = {}
        self.listed: dict[str, dict[str, float]] = {}
        """By pool."""
        self.persons: dict[str, str] = {}
        self.contacts: dict[str, list[str]] = {}


def _scores(rows: list[Any]) -> dict[str, float]:
    return {ticket.decode(): float(score) for ticket, score in rows}


async def read_raw(client: "Redis", hall: str) -> RawHall:
    """Everything about today, key by key, without the library."""
    p = prefix(hall)
    day = ((await client.hget(p, "day")) or b"").decode()
    ordinals = int(await client.hget(f"{p}:n", "#") or 0)
    counters = await client.hgetall(f"{p}:s")
    issued = sum(int(count) for name, count in counters.items() if name.endswith(b"|issued"))
    pipeline = client.pipeline(transaction=False)
    for bucket in range(ordinals // BUCKET + 1):
        pipeline.hgetall(f"{p}:t:{day}:{bucket}")
    tickets = {
        f"{day}-{bucket * BUCKET + int(field):07d}": _ticket(raw)
        for bucket, rows in enumerate(await pipeline.execute())
        for field, raw in rows.items()
    }
    raw = RawHall(day, issued, tickets)
    raw.windows = {int(number): _window(row) for number, row in (await client.hgetall(f"{p}:w")).items()}
    for name in await client.smembers(f"{p}:q"):
        raw.queues[name.decode()] = _scores(await client.zrange(f"{p}:q:{name.decode()}", 0, -1, withscores=True))
    raw.park = _scores(await client.zrange(f"{p}:park", 0, -1, withscores=True))
    await _read_bookings(client, p, raw)
    return raw


async def _read_bookings(client: "Redis", p: str, raw: RawHall) -> None:
    raw.bookings = {code.decode(): _booking(row) for code, row in (await client.hgetall(f"{p}:k")).items()}
    for slot, used in (await client.hgetall(f"{p}:kn")).items():
        pool, start = slot.decode().split("|")
        raw.places[pool, int(start)] = int(used)
    raw.due = _scores(await client.zrange(f"{p}:kd", 0, -1, withscores=True))
    for pool in {booking.pool for booking in raw.bookings.values()}:
        raw.listed[pool] = _scores(await client.zrange(f"{p}:kw:{pool}", 0, -1, withscores=True))
    raw.persons = {key.decode(): code.decode() for key, code in (await client.hgetall(f"{p}:kp")).items()}
    for key in (f"{p}:c", f"{p}:kc"):
        raw.contacts |= {thing.decode(): _contacts(row) for thing, row in (await client.hgetall(key)).items()}


def assert_booked(raw: RawHall) -> None:
    """Every place in use is somebody's, or on its way back; whoever waits for one is on the list; one open booking
    for a person and service.
    """
    surely, perhaps = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for booking in raw.bookings.values():
        slot = booking.pool, booking.start
        surely[slot] += booking.places * (booking.status in {"held", "booked"})
        perhaps[slot] += booking.places * (booking.status == "checked_in")  # if not late
    for item in raw.due:
        if item.startswith("open:"):
            pool, start, _, places, *_ = item.removeprefix("open:").split("|")
            surely[pool, int(start)] += int(places)
    forgotten = min((start for _, start in raw.places), default=0)
    for slot, used in raw.places.items():
        assert surely[slot] <= used <= surely[slot] + perhaps[slot], f"{used} places of {slot} are in use"
    gone = {slot for slot, places in surely.items() if places and slot not in raw.places and slot[1] >= forgotten > 0}
    assert not gone, f"places of {gone} are somebody's, but not in use"
    listed = {code for codes in raw.listed.values() for code in codes}
    assert listed == {code for code, booking in raw.bookings.items() if booking.status == "listed"}
    for code, booking in raw.bookings.items():
        key = f"{booking.service}|{booking.person}"
        if booking.person and booking.status in BOOKING_OPEN and booking.status != "held":  # holds may be over
            assert raw.persons[key] == code, f"the open booking {code} is not its person's"
    closed = [code for code in raw.persons.values() if raw.bookings[code].status not in BOOKING_OPEN]
    assert not closed, f"{closed} are kept as open"


def assert_whole(raw: RawHall) -> None:
    """Each ticket of the day exists once, has one number, and is in the one place where its status puts it."""
    assert len(raw.tickets) == raw.issued, "a ticket is lost"
    assert len({ticket.number for ticket in raw.tickets.values()}) == raw.issued, "a number was given twice"
    places: dict[str, list[tuple[str, float]]] = {key: [] for key in raw.tickets}
    for name, rows in raw.queues.items():
        for key, score in rows.items():
            places[key].append((name, score))
    for key, score in raw.park.items():
        places[key].append(("park", score))
    for number, window in raw.windows.items():
        if window.ticket:
            places[window.ticket].append((f"window {number}", 0))
    for key, ticket in raw.tickets.items():
        assert places[key] == expected_places(ticket), f"{key} {ticket.number} {ticket.status} is in {places[key]}"
    kinds = [
        sum(ticket.status in kind for ticket in raw.tickets.values()) for kind in ({"waiting"}, ACTIVE, PARKED, FINAL)
    ]
    assert sum(kinds) == raw.issued
    for number, window in raw.windows.items():
        assert not (window.status == "closed" and window.ticket), f"window {number} is closed with a ticket"
        assert window.status != "closed" or not raw.queues.get(f"@{number}"), (
            f"somebody waits for closed window {number}"
        )


def expected_places(ticket: TicketRecord) -> list[tuple[str, float]]:
    """The one place of a ticket."""
    if ticket.status == "waiting":
        return [(f"@{ticket.only_window}" if ticket.only_window else ticket.queue, float(ticket.turn))]
    if ticket.status in PARKED:
        return [("park", float(ticket.wake_at or "inf"))]
    return [(f"window {ticket.window}", 0)] if ticket.status in ACTIVE else []


async def fresh_fold(store: HallStore, hall: str) -> LiveHall:
    """The hall as a worker that starts now would see it."""
    live = LiveHall()
    snapshot = await store.snapshot(hall)
    live.start_from(snapshot)
    for index in ["w", "park", *(f"q:{queue}" for queue in snapshot.queues)]:
        first = 0
        while page := await store.page(hall, index, first):
            live.add_page(page)
            first += len(page)
            if index == "w":  # one page holds all
                break
    return live


async def audit(client: "Redis", store: HallStore, hall: str, ledger: Ledger) -> RawHall:
    """All invariants of a hall that rests: its new events, its fold, its raw keys."""
    history = History(client)
    while rows := await history.events_after(hall, ledger.live.position, 5000):
        ledger.take(rows)
    assert_same(ledger.live, await fresh_fold(store, hall))
    raw = await read_raw(client, hall)
    assert_whole(raw)
    assert_booked(raw)
    folded = {key: ticket.status for key, ticket in ledger.live.tickets.items()}
    assert folded == {key: ticket.status for key, ticket in raw.tickets.items() if ticket.status not in FINAL}
    return raw
