"""A ticket, its statuses and its legal moves: the one place where they are written."""

from msgspec import Struct, structs

STATUSES = ("waiting", "called", "serving", "held", "missed", "done", "cancelled", "expired")
PAUSES = frozenset({"break", "lunch", "backoffice", "help"})
"""Reasons of a pause that have a word in every language, and may be shown to all."""
FINAL = frozenset({"done", "cancelled", "expired"})
ACTIVE = frozenset({"called", "serving"})
PARKED = frozenset({"held", "missed"})

MOVES: dict[str, tuple[frozenset[str], str]] = {
    "call": (frozenset({"waiting"}), "called"),
    "recall": (frozenset({"called"}), "called"),
    "acknowledge": (frozenset({"called"}), "called"),
    "start": (frozenset({"called"}), "serving"),
    "hold": (frozenset({"serving"}), "held"),
    "miss": (frozenset({"called"}), "missed"),
    "finish": (frozenset({"serving"}), "done"),
    "transfer": (frozenset({"serving"}), "waiting"),
    "reinstate": (frozenset({"missed", "held"}), "waiting"),
    "postpone": (frozenset({"waiting", "missed", "held"}), "waiting"),
    "cancel": (frozenset({"waiting", "held", "missed"}), "cancelled"),
    "expire": (frozenset({"waiting", "called", "serving", "held", "missed"}), "expired"),
}
"""Act → (statuses it may start from, status it leads to). Lua's table is made from this one."""


class TicketRecord(Struct, array_like=True, kw_only=True):
    """A ticket as the store keeps it: the order of the fields is the order in the packed record.

    Moments are ms since the epoch and 0 while they have not come; texts are empty while they do not apply.
    """

    number: str
    queue: str
    service: str
    stops: list[list[str]]
    """The visit's stops in their order: item, queue, and what further items are done there at once.

    Empty for a visit with one stop and one item.
    """
    stop: int
    """Which stop this is, from 1."""
    status: str
    priority: str
    channel: str
    language: str
    window: int
    """Where it is called or served; for `held` and `missed` the window it came from; 0 before."""
    issued_at: int
    since: int
    """When it began to wait for this stop."""
    turn: int
    """The moment from which it counts as waiting; the order of the queue."""
    called_at: int
    started_at: int
    finished_at: int
    times_called: int
    reinstated: int
    """How often it came back after being missed."""
    revision: int
    person: str
    promise: list[int]
    """Seconds p10, p50 and p90 told to the visitor when it last began to wait."""
    only_window: int
    """The one window that it waits for after a transfer to a window, else 0."""
    moved: str
    """Why its turn is not its moment of issue: `front`, `back`, `reinstated`, `postponed` or empty."""
    wake_at: int
    """When a held ticket waits again by itself, else 0."""
    coming: int
    """1 once the visitor acknowledged the present call."""
    voice: int = 0
    """1 for a visitor who asked to be called by voice."""
    phone: int = 0
    """1 once a phone follows the ticket."""
    step: str = ""
    """How far up the ladder the present call is: `silent`, `flash` or `voice`; empty before a call."""
    shown: int = 0
    """How the present call was shown: the bits of `ladder.SHOWN`."""
    booked: int = 0
    """When the slot begins that it was booked for, or 0."""
    near: int = 0
    """1 once its visitor was told that the turn is near."""
    offers: list[tuple[str, str, str]] = []
    """What diversions offered its visitor: (action, `shown` or the answer, diversion) each, one for an action."""
    served_by: str = ""
    """Who of the staff began to serve it last: a rating is about them."""
    journey: str = ""
    """The journey (一件事) that its visitor came for, where they named one."""
    held_for: str = ""
    """Why its path holds it until `wake_at`: `walking` or `gap`; empty while it does not."""
    ended: list[int] = []
    """When each of its stops so far ended, where it has several."""
    aside: list[tuple[str, str]] = []
    """(item, why) of what its visitor wants done but needs no window for, or not today."""
    outside: str = ""
    """The full zone before which it waits to be let in; empty once it was called in, by a wave or to a window."""
    let_in: int = 0
    """Until when a wave lets it come in, or 0; 0 once it was called."""
    speaks: str = ""
    """The language for which its visitor asked for an interpreter, or empty."""
    interpreter: str = ""
    """Who of the interpreters goes with it now, or empty."""
    checked: str = ""
    """The item whose papers a guide has looked at (导办预审), or empty."""
    missing: list[str] = []
    """What papers were missing then."""
    escalated: list[str] = []
    """Of a hard case (难办事项) the case; after a visit that was over also the number and id of what goes on."""


class WindowRecord(Struct, array_like=True, kw_only=True):
    """A window as the store keeps it.

    `number`, `called_at`, `times`, `step` and `language` are of its latest call and stay after it.
    """

    status: str
    staff: str
    queues: list[tuple[str, int]]
    """(queue, handicap in seconds), in the order in which ties are broken."""
    ticket: str
    since: int
    number: str
    call_queue: str
    called_at: int
    times: int
    reason: str
    step: str = ""
    language: str = ""
    by_person: str = ""
    """The account that opened it, where somebody was signed in: their hours change what it serves."""
    chosen: list[tuple[str, int]] = []
    """What it was opened with, before it was asked who can serve what."""


def as_told(window: WindowRecord) -> WindowRecord:
    """A window as its events tell it: not whose account it was opened with, nor what was asked for then."""
    return structs.replace(window, by_person="", chosen=[]) if window.by_person or window.chosen else window


def credit_ms(credits_min: dict[str, int], priority: str) -> int:
    """How much earlier than its issue a ticket of this priority counts as waiting, in ms."""
    return credits_min[priority] * 60_000
