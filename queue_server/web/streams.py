"""`GET /halls/{hall}/events`: who may follow what, from where on, and for how long."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from queue_server.domain.callers import NOBODY, Caller
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.booking_codes import typed
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth
from queue_server.web.endpoint import as_problem
from queue_server.web.live import DISPLAY, MANAGER, PUBLIC, RESET, STAFF, VISITOR, Hub, Stream
from queue_server.web.metrics import Metrics
from queue_server.web.noted import note_refused_stream
from queue_server.web.route import MANAGERS

HALL_READERS = frozenset({"admin", "manager", "window", "desk", "display"})
HELP_READERS = HALL_READERS - {"display"} | {"kiosk"}
TICKET_READERS = frozenset({"admin", "manager", "window", "desk", "visitor"})
BOOKING_READERS = TICKET_READERS | {"kiosk"}
MOST_TOPICS = 64
RETRY_MS = 1000
AT_ONCE = 500
PAUSE_S, PATIENCE = 0.05, 600
"""A reader that catches up is waited for, half a minute at most for one event."""

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


Follow = Callable[[Ask, str], Awaitable[None]]
"""Notes that a phone follows a ticket."""


class History(Protocol):
    """Past events of a hall."""

    async def events_after(self, hall: str, position: int, limit: int) -> list[StoredEvent]: ...
    async def first_position(self, hall: str) -> int: ...


class Streams:
    """Opens event streams."""

    def __init__(self, hubs: Mapping[str, Hub], history: History, auth: Auth, metrics: Metrics, follow: Follow) -> None:
        self._gauge = metrics.streams
        self._hubs = hubs
        self._history = history
        self._auth = auth
        self._follow = follow

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers with a stream that ends when the reader goes, falls behind, or is revoked."""
        hub, caller = None, NOBODY
        try:
            hub = self._hub(request)
            caller = await self._auth.caller(request)
            topics, kind = wanted_topics(request.query.get("topics", ""), hub.running.hall, caller)
            await hub.running.caught_up()
            if request.method == "GET" and topics & {f"ticket:{caller.id}", f"place:{caller.id}"}:
                await self._follow(Ask(running=hub.running, caller=caller), caller.id)
            after = _last_event_id(request)
            beginning = await self._beginning(hub, after) if after is not None else hub.running.position
            if request.method == "HEAD":
                return web.Response(headers=HEADERS)
        except Exception as error:
            if hub is not None:
                note_refused_stream(request, hub.running, caller, error)
            return as_problem(request, error)
        return await self._run(request, hub, Stream(request, caller, topics, kind), after, beginning)

    def _hub(self, request: web.Request) -> Hub:
        hub = self._hubs.get(request.match_info["hall"])
        if hub is None:
            raise Refusal("NO_SUCH_HALL", {"hall": request.match_info["hall"]})
        if hub.adrift:
            raise StoreDown("the store is away")
        return hub

    async def _beginning(self, hub: Hub, after: int) -> int | None:
        """Where to go on from, or None when what follows is no longer there (or never was)."""
        if not await hub.running.reached(after):
            return None
        first = await self._history.first_position(hub.running.hall.id)
        return after if after + 1 >= first else None

    async def _run(
        self, request: web.Request, hub: Hub, stream: Stream, after: int | None, beginning: int | None
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=HEADERS)
        response.force_close()  # the connection ends with the stream: no reader may use it for its next request
        await response.prepare(request)
        stream.send(b"retry: %d\n:\n\n" % RETRY_MS)
        self._gauge.inc()
        hub.greet(stream)
        try:
            if beginning is None:
                beginning = hub.running.position
                stream.send(RESET % beginning)
            if after is not None and not await self._replay(hub, stream, beginning):
                stream.end(RESET % hub.running.position)
            hub.join(stream)
            await stream.over.wait()
        finally:
            self._gauge.dec()
            hub.leave(stream)
        return response

    async def _replay(self, hub: Hub, stream: Stream, position: int) -> bool:
        """Writes what was missed, until nothing lies between it and the live events; False when that fails."""
        while position < hub.running.position and not stream.over.is_set():
            try:
                rows = await self._history.events_after(hub.running.hall.id, position, AT_ONCE)
            except StoreDown:
                return False
            if not rows or rows[0].position != position + 1:
                return False
            for row in rows:
                if row.position > hub.running.position:
                    break
                position = row.position
                if not await self._tell(hub, stream, row):
                    return False
        return True

    async def _tell(self, hub: Hub, stream: Stream, row: StoredEvent) -> bool:
        """Writes one past event, at the reader's pace; False for a reader that does not read."""
        if not stream.topics.intersection(hub.topics_of(row.event)):
            return True
        frame = hub.frame(row.position, row.event, stream.kind_for(row.event))
        for _ in range(PATIENCE):
            if stream.send(frame):
                return True
            await asyncio.sleep(PAUSE_S)
        return False


def _last_event_id(request: web.Request) -> int | None:
    """The position that the reader knows; -1, so that it starts afresh, where that is no position of ours."""
    text = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else -1


def wanted_topics(text: str, hall: Hall, caller: Caller) -> tuple[frozenset[str], int]:
    """The topics that were asked for, each allowed to this caller, and the kind of reader that it is.

    Refuses `INVALID` for what is no topic, `NO_TOKEN`, `WRONG_ROLE`, `WRONG_HALL` and `NO_SUCH_TICKET` for what is
    not the caller's.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or len(names) > MOST_TOPICS:
        raise Refusal("INVALID", {"field": "topics", "problem": f"expected 1 to {MOST_TOPICS} topics, such as board:*"})
    kinds = [_topic(name, hall, caller) for name in names]
    more = {"managers"} if ("hall", MANAGER) in kinds else set[str]()
    return frozenset(name for name, _ in kinds) | more, max(kind for _, kind in kinds)


def _topic(name: str, hall: Hall, caller: Caller) -> tuple[str, int]:
    what, _, which = name.partition(":")
    if what in {"board", "waits"}:
        if which not in {"", "*"} and which not in hall.zone_by_id:
            raise Refusal("NO_SUCH_ZONE", {"zone": which})
        return f"{what}:{which or '*'}", PUBLIC
    if what == "window":
        if not (which.isascii() and which.isdigit() and len(which) <= 9 and int(which) in hall.window_by_number):
            raise Refusal("NO_SUCH_WINDOW", {"window": which})
        return f"window:{int(which)}", PUBLIC
    if what in {"ticket", "place"} and which:
        _allow(caller, TICKET_READERS, hall)
        if caller.role == "visitor" and caller.id != which:
            raise Refusal("NO_SUCH_TICKET", {"ticket": which})
        return name, VISITOR if caller.role == "visitor" else STAFF
    if what == "booking" and which:
        _allow(caller, BOOKING_READERS, hall)
        code = typed(which)
        if not code or (caller.role == "visitor" and caller.id != code):
            raise Refusal("NO_SUCH_BOOKING")
        return f"booking:{code}", VISITOR if caller.role == "visitor" else STAFF
    if name == "help":
        _allow(caller, HELP_READERS, hall)
        return f"help:{caller.id if caller.role == 'kiosk' else '*'}", STAFF
    if name in {"messages", "alarms"}:
        _allow(caller, MANAGERS, hall)
        return name, STAFF
    if name == "hall":
        _allow(caller, HALL_READERS, hall)
        return name, DISPLAY if caller.role == "display" else MANAGER if caller.role in MANAGERS else STAFF
    problem = f"`{name}` is no topic; see board:, window:, ticket:, booking:, help, messages, alarms, hall"
    raise Refusal("INVALID", {"field": "topics", "problem": problem})


def _allow(caller: Caller, roles: frozenset[str], hall: Hall) -> None:
    if not caller.role:
        raise Refusal("NO_TOKEN")
    if caller.role != "admin" and caller.hall != hall.id:
        raise Refusal("WRONG_HALL", {"hall": hall.id})
    if caller.role not in roles:
        raise Refusal("WRONG_ROLE", {"role": caller.role})
