"""Messages to visitors: what is to be said, to whom, and until when it is worth saying."""

from msgspec import Struct


class PushTarget(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a browser takes pushed messages, and the keys that only it can read them with."""

    endpoint: str
    p256dh: str
    auth: str


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way to reach a visitor, or several. Leaves the request only sealed: see `flows.contacts`."""

    phone: str = ""
    mail: str = ""
    push: PushTarget | None = None


class Message(Struct, frozen=True, kw_only=True):
    """One thing to say once. A second message with the same id is none."""

    id: str
    """Up to 64 letters, digits and `-_.`; it goes with every delivery, so that a receiver knows a repetition."""
    to: tuple[str, ...]
    """Sealed contacts of one visitor; the best way among them is taken."""
    template: str
    """A table of `languages/*/messages.toml`."""
    language: str
    facts: dict[str, str | int] = {}
    """What the template's places are filled with: `number`, `window`, `queue`, `service` (its id), `ahead`, `code`;
    moments are in ms: `start` of a slot, `until_at`, `at`."""
    at: int
    not_after: int
    """From then on (ms) it is not worth sending any more."""
    person: str = ""
    """Keyed hash of who it is for, where known: those who want no messages are left in peace, codes excepted."""
    about: str = ""
    """The ticket or booking whose contacts these are: one that is gone is dropped there."""
    page: str = ""
    """The path of the page that shows more, or empty."""


TEMPLATES = (
    "code", "called", "flash", "near", "booked", "moved", "cancelled", "offered", "reminder_day", "reminder_hours",
    "late", "missed", "wave", "case_opened", "case_handed", "case_soon", "case_late",
    "locker_in", "locker_remind",
    "promise_papers", "promise_result", "promise_kept",
)  # fmt: skip
"""What can be said; each has its table in `languages/*/messages.toml`."""
ONCE = frozenset({"code"})
"""Not sent again where an attempt may have reached its receiver: another one can be asked for."""
STAFF = frozenset({"case_opened", "case_handed", "case_soon", "case_late"})
"""Not for visitors: no limit of an hour holds a case back."""
PUSH_ONLY = frozenset({"flash"})
"""Said to a browser that follows, or not at all."""
URGENT = frozenset({"code", "called", "flash", "near", "wave"})
"""What a phone should wake up for."""
PER_HOUR = 10
"""So many messages an hour go to one contact; codes have a limit of their own."""

SENT = "sent"
LOG = "log"
"""The channel that reaches nobody: a file. What it took was written, not sent."""
WRITTEN = "written"
MUTED = frozenset({"muted", "limited"})
FAILED = frozenset({"failed", "unsure", "late", "dropped"})
"""What a message that was dealt with came to: besides `sent`, not wanted (`muted`), too many for its contact
(`limited`), refused for good (`failed`), perhaps sent and not to be repeated (`unsure`), too late (`late`), the
outbox full (`dropped`)."""


class Delivery(Struct, frozen=True, kw_only=True):
    """One message on its way to one contact, in words."""

    id: str
    """The same for every attempt."""
    hall: str
    contact: Contact
    template: str
    language: str
    title: str
    body: str
    page: str
    """The path of the page that shows more, or empty."""
    link: str
    """The whole address of that page, where this server knows its own; else empty."""
    at: int
    expires_s: int
    """How long it is worth delivering from now on."""

    @property
    def text(self) -> str:
        """All of it, for who takes plain text."""
        return "\n".join(part for part in (self.body, self.link) if part)


class Told(Struct, frozen=True, kw_only=True):
    """One fact of a hall on its way to a system outside."""

    id: str
    event: str
    hall: str
    at: int
    body: bytes
    """The event as JSON."""


class Refused(Exception):
    """The receiver does not want it, now or ever. `gone`: the contact itself is no more."""

    def __init__(self, problem: str, gone: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.gone = gone


class Again(Exception):
    """It did not work this time. `sure`: it has certainly not been delivered."""

    def __init__(self, problem: str, after_s: float | None = None, sure: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.after_s = after_s
        self.sure = sure


class Posted(Struct, frozen=True, kw_only=True):
    """A message as it is handed to the store: what it says is sealed."""

    id: str
    not_after: int
    once: int
    limit: int
    """Most per hour to `who`, or 0 for any number."""
    template: str
    who: str
    """Keyed hash of the contact."""
    person: str
    sealed: str
    about: str = ""
    """The ticket or booking that it is about."""


class Claimed(Struct, frozen=True, array_like=True, kw_only=True):
    """A message that is this worker's to send."""

    id: str
    attempt: int
    sealed: str
    done: list[str]
    """Marks of the contacts that have it already."""


class Settled(Struct, frozen=True, kw_only=True):
    """How an attempt came out; with the state `waiting` there will be another when it is `due`."""

    id: str
    attempt: int
    state: str
    channel: str
    problem: str = ""
    due: int = 0
    done: tuple[str, ...] = ()


class Dealt(Struct, frozen=True, array_like=True, kw_only=True):
    """A message that was dealt with."""

    at: int
    id: str
    template: str
    channel: str
    state: str
    problem: str
    attempts: int


class OutboxState(Struct, frozen=True, kw_only=True):
    """What a hall's outbox holds and did today."""

    waiting: int = 0
    counts: dict[str, dict[str, int]] = {}
    """Channel or outlet → state → how many; the channel is empty for what came to none."""
    cursors: dict[str, int] = {}
    """Up to which event each outlet was told; `@` says it of messages."""
    latest: list[Dealt] = []
