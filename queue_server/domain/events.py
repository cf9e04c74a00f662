"""What has happened: the events of a hall's one stream."""

from msgspec import Struct

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
)
"""The stream holds positions in this tuple, so it only ever grows at its end."""


class Event(Struct, array_like=True, kw_only=True):
    """One event as the store keeps it: the order of the fields is the order in the packed record.

    `ticket`, `number` and `window` are empty or 0 where they do not apply. The status after the event
    is in `status`, so that a fold needs no table of its own.
    """

    code: int
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
    facts: list[str | int | list[tuple[str, int]]]
    """Name, value, name, value ... of what only some events carry."""

    @property
    def name(self) -> str:
        return EVENTS[self.code - 1]

    def fact(self, name: str) -> str | int | list[tuple[str, int]] | None:
        """The fact of that name, or None where this event does not carry it."""
        for index in range(0, len(self.facts), 2):
            if self.facts[index] == name:
                return self.facts[index + 1]
        return None

    def whole(self, name: str) -> int:
        """A fact that is a number; 0 where this event does not carry it."""
        value = self.fact(name)
        return value if isinstance(value, int) else 0
