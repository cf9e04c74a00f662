"""What has happened: the events of a hall's one stream."""

from msgspec import Struct

from queue_server.domain.ticket import STATUSES

EVENTS = (
    "TicketIssued",
    "TicketCalled",
    "TicketRecalled",
    "TicketAcknowledged",
    "ServiceStarted",
    "ServiceFinished",
    "TicketHeld",
    "TicketTransferred",
    "TicketMissed",
    "TicketReinstated",
    "TicketPostponed",
    "TicketCancelled",
    "TicketExpired",
    "WindowOpened",
    "WindowPaused",
    "WindowResumed",
    "WindowClosed",
    "ActUndone",
    "DeviceChanged",
    "DayClosed",
    "CallEscalated",
    "CallShown",
    "CallUnseen",
    "TicketFollowed",
    "NumbersLeased",
    "HelpCalled",
    "HelpAnswered",
    "TicketNear",
    "BookingHeld",
    "BookingMade",
    "BookingMoved",
    "BookingCancelled",
    "BookingCheckedIn",
    "BookingLate",
    "BookingMissed",
    "BookingExpired",
    "BookingListed",
    "BookingOffered",
    "PlaceReopened",
    "ReminderDue",
    "BookingsPardoned",
    "DiversionProposed",
    "DiversionStarted",
    "DiversionEnded",
    "DiversionDismissed",
    "DiversionAnswered",
    "RatingGiven",
    "CaseOpened",
    "CaseChanged",
    "TicketPlanned",
    "ActNoted",
    "StaffChanged",
    "ShiftChanged",
    "PeopleCounted",
    "WaveCalled",
    "InterpreterAsked",
    "InterpreterAssigned",
    "InterpreterDone",
    "InterpreterChanged",
    "PapersChecked",
    "LockerChanged",
    "PromiseMade",
    "PromiseChanged",
    "TicketEscalated",
)
"""The stream holds positions in this tuple, so it only ever grows at its end."""


AFTERWARDS = frozenset(
    {
        "RatingGiven", "CaseOpened", "CaseChanged",
        "InterpreterAsked", "InterpreterAssigned", "InterpreterDone", "PapersChecked", "LockerChanged",
        "PromiseMade", "PromiseChanged", "TicketEscalated",
    }
)  # fmt: skip
"""Told of a visit that may be over: they name its ticket and window, and move neither."""

FACTS = (
    "channel",
    "language",
    "stop",
    "stops",
    "times",
    "waited_ms",
    "override",
    "outcome",
    "handled_ms",
    "reason",
    "minutes",
    "place",
    "only_window",
    "since",
    "undone",
    "was_queue",
    "shown",
    "shown_queue",
    "shown_at",
    "shown_times",
    "queues",
    "device",
    "role",
    "change",
    "day",
    "next_day",
    "step",
    "climbed",
    "was_step",
    "coming",
    "phone",
    "how",
    "shown_step",
    "shown_language",
    "first",
    "last",
    "lease",
    "ordinal",
    "offline",
    "name",
    "ok",
    "code",
    "help",
    "zone",
    "booking",
    "pool",
    "start",
    "used",
    "places",
    "until_at",
    "what",
    "booked",
    "near",
    "ticket",
    "number",
    "p10_s",
    "p50_s",
    "p90_s",
    "diversion",
    "action",
    "to",
    "gain_mean_s",
    "gain_p90_s",
    "effect_mean_s",
    "effect_p90_s",
    "answer",
    "score",
    "tags",
    "case",
    "kind",
    "owner",
    "due_at",
    "journey",
    "act",
    "whence",
    "halls",
    "person",
    "shift",
    "entered",
    "left",
    "people",
    "wave",
    "outside",
    "missing",
    "locker",
    "box",
    "state",
    "promise",
)
"""What only some events carry. The stream holds positions in this tuple too: it only ever grows at its end."""

STATES = (*STATUSES, "closed", "open", "paused")
"""Statuses of tickets and windows, by the positions that the stream holds."""

Fact = str | int | list[tuple[str, int]]


class Event(Struct, kw_only=True, gc=False):
    """One event. `ticket`, `number` and `window` are empty or 0 where they do not apply.

    The ticket's or window's status after the event is in `status`, so that a fold needs no table of its own.
    """

    name: str
    at: int
    ticket: str
    number: str
    queue: str
    service: str
    window: int
    status: str
    was: str
    """The ticket's status before the event; empty for a new ticket."""
    priority: str
    turn: int
    actor: str
    staff: str
    facts: dict[str, Fact]
    """What only some events carry."""

    def fact(self, name: str) -> Fact | None:
        """The fact of that name, or None where this event does not carry it."""
        return self.facts.get(name)

    def whole(self, name: str) -> int:
        """A fact that is a number; 0 where this event does not carry it."""
        value = self.facts.get(name)
        return value if isinstance(value, int) else 0
