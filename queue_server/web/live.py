"""Live streams: each event is encoded once per kind of reader and written to every stream that wants it."""

import asyncio
from collections.abc import Callable, Iterable

import msgspec
from aiohttp import HttpVersion11
from aiohttp.web import Request

from queue_server.contract import events
from queue_server.contract.alarms import Alarm
from queue_server.contract.times import rfc3339
from queue_server.domain.callers import Caller
from queue_server.domain.events import Event
from queue_server.flows.alarms import alarms
from queue_server.flows.message_counts import message_counts
from queue_server.flows.running import RunningHall
from queue_server.web.waits import Waits

PUBLIC, VISITOR, STAFF, DISPLAY, MANAGER = 0, 1, 2, 3, 4
PROJECTIONS = (events.public, events.for_visitor, events.for_floor, events.for_display, events.for_staff)
MOST_BEHIND_BYTES = 256 * 1024
"""A reader further behind than this is told to start afresh; it would only fall back more."""

RESET = b"id: %d\nevent: reset\ndata: {}\n\n"
HEARTBEAT = b":\n\n"

_encode = msgspec.json.Encoder().encode


class Stream:
    """One open event stream. Writes go straight to its transport; there is no task and no queue per reader."""

    def __init__(self, request: Request, caller: Caller, topics: frozenset[str], kind: int) -> None:
        self.caller = caller
        self.topics = topics
        self.kind = kind
        self.chunked = request.version >= HttpVersion11
        self.over = asyncio.Event()
        self._transport = request.transport

    def is_over(self, at: int) -> bool:
        """Whether the session by which its reader is here has ended."""
        return 0 < self.caller.until <= at

    @property
    def gone(self) -> bool:
        """Whether the reader has left."""
        return self._transport is None or self._transport.is_closing()

    def kind_for(self, event: Event) -> int:
        """As whom it reads an event: a visitor is one only of the ticket, or the booking, that is theirs."""
        is_own = self.caller.id in (event.ticket, event.fact("booking"))
        return PUBLIC if self.kind == VISITOR and not is_own else self.kind

    def send(self, frame: bytes) -> bool:
        """Writes a frame in this stream's coding; False when the reader has fallen too far behind."""
        return self.write(coded(frame, self.chunked))

    def write(self, written: bytes) -> bool:
        """The same for a frame already coded."""
        transport = self._transport
        if transport is None or transport.is_closing():
            self.over.set()
            return True
        if transport.get_write_buffer_size() > MOST_BEHIND_BYTES:
            return False
        transport.write(written)
        return True

    def end(self, last: bytes = b"") -> None:
        """Writes a last frame and ends the response; the reader comes back by itself."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                (coded(last, self.chunked) if last else b"") + (b"0\r\n\r\n" if self.chunked else b"")
            )
            self._transport.close()
        self.over.set()


def coded(frame: bytes, chunked: bool) -> bytes:
    """A frame in HTTP's chunked coding, or as it is for HTTP/1.0."""
    return b"%x\r\n%s\r\n" % (len(frame), frame) if chunked else frame


class Hub:
    """The streams of one hall in this worker. Follows the hall's events; `tick` sends what moves without an event."""

    def __init__(
        self, running: RunningHall, on_device: Callable[[str, str], None], on_reset: Callable[[], None]
    ) -> None:
        self.running = running
        self._all: set[Stream] = set()
        self._by_topic: dict[str, set[Stream]] = {}
        self._on_device = on_device
        self._on_reset = on_reset
        self.adrift = False
        self._waits = Waits(running)
        self._messages = running.messages
        self._alarms: list[Alarm] | None = None
        running.followers.append(self)

    # joining and leaving

    def greet(self, stream: Stream) -> None:
        """Knows a stream from its first byte on: one that still catches up may be revoked or reset too."""
        self._all.add(stream)

    def join(self, stream: Stream) -> None:
        """Tells a stream what happens from now on."""
        if stream.over.is_set():
            return
        for topic in stream.topics:
            self._by_topic.setdefault(topic, set()).add(stream)
        if "alarms" in stream.topics:
            self._alarms = None  # told again: they may have moved between its snapshot and now

    def leave(self, stream: Stream) -> None:
        """Tells a stream nothing more."""
        self._all.discard(stream)
        for topic in stream.topics:
            streams = self._by_topic.get(topic)
            if streams is not None:
                streams.discard(stream)
                if not streams:
                    del self._by_topic[topic]
                    self._waits.forget(topic.removeprefix("place:"))

    def streams(self) -> set[Stream]:
        """All open streams, those that still catch up included."""
        return set(self._all)

    def set_adrift(self, adrift: bool) -> None:
        """While the store is away nothing true can be told: streams end, so that pages say so and come back."""
        self.adrift = adrift
        if adrift:
            for stream in self.streams():
                self.leave(stream)
                stream.end()

    # events

    def topics_of(self, event: Event) -> list[str]:
        """The topics under which an event is told; none for what is noted for the ledger alone."""
        if event.name == events.NOTE:
            return []
        if event.name in events.MANAGERS_ONLY:
            return ["managers"]
        zone = events.zone_of(self.running.hall, event)
        topics = ["hall"]
        if event.name in events.STAFF_ONLY:
            help_topics = ["help:*", f"help:{event.fact('device')}"] if event.name.startswith("Help") else []
            own_topics = [f"booking:{event.fact('booking')}"] if event.fact("booking") else []
            return topics + help_topics + own_topics
        if event.name in events.VISITORS_OWN:
            return [*topics, f"ticket:{event.ticket}"]
        topics.append("board:*")
        zones = [zone] if zone else list(self.running.hall.zone_by_id)
        topics += [f"board:{name}" for name in zones]
        touched = {self.running.hall.queue_by_id[queue].zone for queue in self._queues(event)}
        topics += [f"board:{name}" for name in touched - {zone}]
        if event.window:
            topics.append(f"window:{event.window}")
        if event.ticket:
            topics.append(f"ticket:{event.ticket}")
        return topics

    def _queues(self, event: Event) -> set[str]:
        """The queues that an event touches: where the ticket is, and where an undone act had put it."""
        return {event.queue, str(event.fact("was_queue"))} & self.running.hall.queue_by_id.keys()

    def take(self, position: int, event: Event) -> None:
        """Tells one event to whom it concerns."""
        wanted = [self._by_topic[topic] for topic in self.topics_of(event) if topic in self._by_topic]
        if wanted:
            streams = wanted[0] if len(wanted) == 1 else set().union(*wanted)
            self._tell(streams, position, event)
        self._waits.touch(self._queues(event))
        if event.name in events.OFFERS_CHANGE:
            self._waits.offer_anew()
        if event.name == "DeviceChanged" and event.fact("change") == "removed":
            self._on_device(self.running.hall.id, str(event.fact("device")))
        elif event.name == "DayClosed" or event.name.startswith("Window"):
            self._waits.touch(self.running.hall.queue_by_id)

    def _tell(self, streams: Iterable[Stream], position: int, event: Event) -> None:
        written: dict[tuple[int, bool], bytes] = {}
        lost = []
        for stream in streams:
            style = (stream.kind_for(event), stream.chunked)
            line = written.get(style)
            if line is None:
                line = written[style] = coded(self.frame(position, event, style[0]), stream.chunked)
            if not stream.write(line):
                lost.append(stream)
        for stream in lost:
            self._reset(stream)

    def frame(self, position: int, event: Event, kind: int) -> bytes:
        """One event as this kind of reader may see it."""
        return events.frame(position, PROJECTIONS[kind](self.running.hall, position, event))

    def _reset(self, stream: Stream) -> None:
        self._on_reset()
        self.leave(stream)
        stream.end(RESET % self.running.position)

    def start_afresh(self) -> None:
        """The thread of events was lost: every reader starts from a new snapshot, and proves again who it is."""
        self._on_device(self.running.hall.id, "")  # any of them may have been revoked meanwhile
        for stream in self.streams():
            self._reset(stream)

    def end_device(self, device: str) -> None:
        """Ends the streams of a revoked device."""
        for stream in self.streams():
            if stream.caller.id == device:
                self.leave(stream)
                stream.end()

    # what moves without an event

    def tick(self, at: int) -> None:
        """Sends new waits per queue, new places per ticket and counts of messages; call it once a second."""
        for stream in self.streams():
            if stream.gone:
                stream.over.set()
            elif stream.is_over(at):
                self.leave(stream)
                stream.end()
        for topic, name, document in self._waits.news(self._by_topic, at):
            self._write(topic, name, document)
        if "alarms" in self._by_topic:
            self._tell_alarms(at)
        if self.running.messages != self._messages:
            self._messages = self.running.messages
            self._tell_messages(at)

    def heartbeat(self) -> None:
        """A comment to every stream: proxies and browsers see that it lives."""
        for stream in self.streams():
            stream.send(HEARTBEAT)

    def _tell_messages(self, at: int) -> None:
        counts = message_counts(self.running, self._messages)
        told = {"hall": self.running.hall.id, "at": rfc3339(at), "messages": counts}
        self._write("messages", "MessagesCounted", told)

    def _tell_alarms(self, at: int) -> None:
        """Time alone raises some alarms: they are looked at each second, and told when they differ."""
        found = alarms(self.running, at)
        if found != self._alarms:
            self._alarms = found
            told: dict[str, object] = {"hall": self.running.hall.id, "at": rfc3339(at), "alarms": found}
            self._write("alarms", "AlarmsChanged", told)

    def _write(self, topic: str, name: str, document: dict[str, object]) -> None:
        frame = b"event: %s\ndata: %s\n\n" % (name.encode(), _encode(document))
        for stream in list(self._by_topic.get(topic, ())):
            if not stream.send(frame):
                self._reset(stream)
