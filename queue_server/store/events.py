"""Events as the stream keeps them: packed, with positions in the domain's tuples instead of words."""

import msgspec

from queue_server.domain.events import EVENTS, FACTS, STATES, Event, Fact


class PackedEvent(msgspec.Struct, array_like=True, kw_only=True, gc=False):
    """The order of the fields is the order in which `emit` packs them in Lua. Positions count from 1; 0 is none."""

    name: int
    at: int
    ticket: str
    number: str
    queue: str
    service: str
    window: int
    status: int
    was: int
    priority: str
    before_ms: int
    """How long before `at` the ticket's turn was; negative for a turn to come."""
    actor: str
    staff: str
    facts: list[Fact]
    """Position, value, position, value ..."""


_decode = msgspec.msgpack.Decoder(PackedEvent).decode
_STATES = ("", *STATES)


def unpack_event(raw: bytes) -> Event:
    """The event that the stream keeps in these bytes."""
    packed = _decode(raw)
    facts = packed.facts
    return Event(
        name=EVENTS[packed.name - 1],
        at=packed.at,
        ticket=packed.ticket,
        number=packed.number,
        queue=packed.queue,
        service=packed.service,
        window=packed.window,
        status=_STATES[packed.status],
        was=_STATES[packed.was],
        priority=packed.priority,
        turn=packed.at - packed.before_ms if packed.ticket else 0,
        actor=packed.actor,
        staff=packed.staff,
        facts={FACTS[facts[i] - 1]: facts[i + 1] for i in range(0, len(facts), 2)},  # type: ignore[operator]
    )
