"""A ticket as the fold of a hall keeps it, and what each event makes of it. Pure."""

from typing import Any

from msgspec import Struct

from queue_server.domain.events import Event
from queue_server.domain.ticket import ACTIVE, TicketRecord

Answers = tuple[tuple[str, str, str], ...]
"""What a visitor said to offers of diversions: (action, answer, diversion) each, in their order."""


class LiveTicket(Struct, kw_only=True, gc=False):
    """A ticket that is not final, as far as the fold needs it."""

    number: str
    queue: str
    service: str
    priority: str
    status: str
    turn: int
    since: int
    window: int
    only_window: int = 0
    coming: int = 0
    phone: int = 0
    step: str = ""
    shown: int = 0
    booked: int = 0
    """When the slot begins that it was booked for, or 0."""
    near: int = 0
    """1 once its visitor was told that the turn is near."""
    answers: Answers = ()
    stop: int = 1
    stops: int = 1
    """Which stop of how many this is."""
    outside: str = ""
    """The full zone before which it waits to be let in."""
    let_in: int = 0
    """Until when (ms) a wave lets it come in, or 0."""

    @property
    def index(self) -> str:
        """The one order in which it waits."""
        return f"@{self.only_window}" if self.only_window else self.queue


def of_record(record: TicketRecord) -> LiveTicket:
    """A ticket as the store keeps it."""
    return LiveTicket(
        number=record.number, queue=record.queue, service=record.service, priority=record.priority,
        status=record.status, turn=record.turn, since=record.since,
        window=record.window if record.status in ACTIVE else 0,
        only_window=record.only_window, coming=record.coming, phone=record.phone,
        step=record.step, shown=record.shown, booked=record.booked, near=record.near,
        answers=tuple(sorted(row for row in record.offers if row[1] != "shown")),
        stop=record.stop, stops=max(1, len(record.stops)), outside=record.outside,
        let_in=record.let_in,
    )  # fmt: skip


def moved(name: str, event: Event, before: LiveTicket | None) -> LiveTicket:
    """The ticket after one of its events."""
    since = event.fact("since")
    if isinstance(since, int):
        waits_since = since
    elif name == "TicketCalled":  # told even of one that moved on while a snapshot's pages were read
        waits_since = event.at - event.whole("waited_ms")
    elif before is None or name == "TicketTransferred":
        waits_since = event.at
    else:
        waits_since = before.since
    only = event.fact("only_window")
    only_window = only if isinstance(only, int) else (before.only_window if before else 0)
    return LiveTicket(
        number=event.number, queue=event.queue, service=event.service, priority=event.priority,
        status=event.status, turn=event.turn, since=waits_since,
        window=event.window if event.status in ACTIVE else 0, only_window=only_window,
        phone=_has_phone(name, event, before), **_call(name, event, before),
        booked=event.whole("booked") or (before.booked if before else 0),
        near=1 if name == "TicketNear" else event.whole("near") or (before.near if before else 0),
        answers=_answers(name, event, before),
        stop=event.whole("stop") or (before.stop if before else 1),
        stops=event.whole("stops") or (before.stops if before else 1),
        outside=_outside(name, event, before),
        let_in=_let_in(name, event, before),
    )  # fmt: skip


def _call(name: str, event: Event, before: LiveTicket | None) -> dict[str, Any]:
    """What is known of the ticket's present call: how far it has climbed, who showed it, whether it is answered."""
    if name == "ActUndone":
        return {"step": str(event.fact("step")), "coming": event.whole("coming"), "shown": event.whole("how")}
    if name in {"TicketCalled", "TicketRecalled"} or before is None or event.status == "waiting":
        return {"step": str(event.fact("step") or ""), "coming": 0, "shown": 0}
    known: dict[str, Any] = {"step": before.step, "coming": before.coming, "shown": before.shown}
    if name == "TicketAcknowledged":
        known["coming"] = 1
    elif name == "CallEscalated":
        known["step"] = str(event.fact("step"))
    elif name in {"CallShown", "CallUnseen"}:
        known["shown"] |= event.whole("how")
    return known


def _has_phone(name: str, event: Event, before: LiveTicket | None) -> int:
    """1 for a ticket that a phone took or follows."""
    if name == "TicketIssued":
        return int(event.fact("channel") == "phone")
    return 1 if name == "TicketFollowed" else event.whole("phone") or (before.phone if before else 0)


def _let_in(name: str, event: Event, before: LiveTicket | None) -> int:
    """Until when a wave lets a ticket come in; 0 once it was called."""
    if name == "WaveCalled":
        return event.whole("until_at")
    stays = before and event.status == "waiting" and event.fact("reason") != "escalated"
    return before.let_in if before and stays else 0


def _outside(name: str, event: Event, before: LiveTicket | None) -> str:
    """The zone before which a ticket waits: until a wave lets it in, or it does not wait any more."""
    if name == "TicketIssued" or event.fact("reason") == "escalated":  # which may lead to another zone
        return str(event.fact("outside") or "")
    return before.outside if before and event.status == "waiting" and name != "WaveCalled" else ""


def _answers(name: str, event: Event, before: LiveTicket | None) -> Answers:
    known = before.answers if before else ()
    if name != "DiversionAnswered":
        return known
    answer = (str(event.fact("action")), str(event.fact("answer")), str(event.fact("diversion")))
    return tuple(sorted((answer, *(row for row in known if row[0] != answer[0]))))
