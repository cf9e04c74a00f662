"""Orders on accounts, sessions and shifts. Accounts are the installation's, so their orders know no hall and no day."""

from msgspec import Struct

from queue_server.domain.orders import AtWindow, Order


class StaffOrder(Struct, frozen=True, kw_only=True):
    """When (ms since the epoch), who asks, and how to know a request again; empty without a key."""

    at: int
    actor: str
    key: str = ""
    body: str = ""
    person: str
    number: str = ""
    name: str = ""
    halls: str = ""
    """Where it is told, with commas."""
    change: str = ""
    """What is told; nothing when empty."""
    what: str = ""
    whence: str = ""
    """The address from where somebody signs in."""


class SavePerson(StaffOrder, frozen=True, kw_only=True):
    """An account as it shall be. `revision` is the one it was worked out from, 0 for a new one."""

    revision: int
    record: str
    """Empty for an account that ends."""
    claims: list[str]
    """What is theirs alone from now on."""
    ends: int = 0
    """1: whoever is signed in with it no longer is."""
    keeps: str = ""
    """The session that goes on all the same."""


class Attempt(StaffOrder, frozen=True, kw_only=True):
    """Someone is about to show a password or a code: counted beforehand, so that guessing side by side gains nothing.

    `limits`: (what is counted, free tries, first wait in s, longest wait in s, remembered for s) each.
    """

    limits: list[tuple[str, int, int, int, int]]


class Begin(StaffOrder, frozen=True, kw_only=True):
    """They were who they say. `cleared` is forgotten, of `eased` one try."""

    revision: int
    session: str
    until: int
    how: str
    cleared: list[str] = []
    eased: list[str] = []


class End(StaffOrder, frozen=True, kw_only=True):
    """Ends one session, or all of a person where none is named."""

    session: str = ""


class Unlock(StaffOrder, frozen=True, kw_only=True):
    cleared: list[str]


class TellStaff(Order, frozen=True, kw_only=True):
    """A hall hears what became of an account; each is told once, by its `position` in their own stream."""

    position: int
    person: str
    number: str
    name: str
    change: str
    what: str
    whence: str
    since: int


class PlanShift(Order, frozen=True, kw_only=True):
    """Someone will work from `start_at` to `end_at` (ms), with breaks; `window` is 0 where it is not known yet."""

    shift: str
    person: str
    number: str
    name: str
    window: int
    shift_day: str
    start_at: int
    end_at: int
    breaks: tuple[tuple[int, int], ...] = ()


class DropShift(Order, frozen=True, kw_only=True):
    shift: str
    shift_day: str


class ServeBySkills(AtWindow, frozen=True, kw_only=True):
    """Whoever opened a window can serve these queues from now on, as it stood at `since`."""

    by_person: str
    since: int
    queues: list[tuple[str, int]]


class ShiftRecord(Struct, array_like=True, frozen=True, kw_only=True):
    """A shift as it is kept."""

    person: str
    number: str
    name: str
    window: int
    start_at: int
    end_at: int
    breaks: list[tuple[int, int]]
