"""What the steps of a ticket ask of the world, and what the world answers.

A step yields one of the effects; whoever runs it performs the effect and sends the answer back. So the agent does it
with network, disk and printer, the simulator with faults, and both may die between any two.
"""

from typing import Any, Protocol

from msgspec import Struct

from kiosk.offline.clock import Anchor
from kiosk.offline.slips import Block, Slip

LEASE_S = 0.3
HAND_IN_S = 0.5
"""How long a visitor's ticket waits for the server: together, with printing, an offline ticket takes under a second."""
ARRIVE_S = 1.5
"""A check-in is nothing without the server, so it is waited for a little longer."""
CALM_S = 5.0
"""How long what no visitor waits for may take."""


class Lease(Struct, frozen=True):
    """Ask the server for numbers: `(queue, count)` pairs. Answer: `Granted`, `AWAY` or `Spurned`.

    `held` and `seen` tell it what was promised, should it be older than that; without `wanted` that is all it is for.
    """

    wanted: tuple[tuple[str, int], ...]
    held: tuple[Block, ...]
    seen: tuple[tuple[str, int], ...]
    limit_s: float = CALM_S


class Keep(Struct, frozen=True):
    """Write a new slip to the journal, durably. Answer: `None`, or `NotKept`."""

    slip: Slip


class Mark(Struct, frozen=True):
    """Write the present state of slips to the journal, durably, in one go. Answer: `None`, or `NotKept`."""

    slips: tuple[Slip, ...]


class Note(Struct, frozen=True):
    """Write blocks to the journal, and up to where those held have been used. Answer: `None`, or `NotKept`.

    `day`, when given, is a day that has begun: blocks of other days are deleted, and their slips once they are settled.
    `epoch`, when given, is the life of the server's store that all slips marked as handed in belong to.
    """

    blocks: tuple[Block, ...] = ()
    used: tuple[tuple[str, int], ...] = ()
    """`(lease, next number)`: what is below it is gone for ever."""
    day: str = ""
    day_ends_at: int = 0
    rates: tuple[tuple[str, int, float], ...] = ()
    epoch: str = ""


class HandIn(Struct, frozen=True):
    """Hand slips in. Answer: `Answered` (one outcome per slip, in order), `AWAY`, or `Spurned` for the whole request.

    With `key`, send it as Idempotency-Key: a copy of the request that comes late then changes nothing.
    """

    slips: tuple[Slip, ...]
    printed: bool
    key: str = ""
    limit_s: float = CALM_S


class Cancel(Struct, frozen=True):
    """Cancel a ticket that is at the server. Answer: `Answered`, `AWAY` or `Spurned`."""

    slip: Slip


class Print(Struct, frozen=True):
    """Print it. `ticket` is the server's answer, `None` when there is none. Answer: `PAPER`, `Jam` or `UNSURE`.

    `slip.offline` asks for the offline mark, `copy` for the copy mark. `UNSURE` when the printer may or may not have
    printed: it stopped answering, was unplugged, had all of it and is in trouble now, raised anything unforeseen.
    """

    slip: Slip
    ticket: dict[str, Any] | None
    copy: bool


class Arrive(Struct, frozen=True):
    """Check somebody in who booked, by what they showed. Answer: `Arrived`, `AWAY` or `Spurned`.

    Sent again with its `key` it is the same check-in: a lost answer is asked for once more.
    """

    wish: dict[str, Any]
    """`{code}` or `{pass}`, held in memory alone; or, with a `channel`, a visit that the server plans."""
    key: str
    language: str = ""
    limit_s: float = ARRIVE_S


class Arrived(Struct, frozen=True):
    """Checked in: this is the ticket, with the number that the server gave."""

    slip: Slip
    ticket: dict[str, Any]


class Granted(Struct, frozen=True):
    """Blocks of numbers, never granted to anybody before.

    `epoch` names the life of the server's store, if it says so: another one means that it was restored.
    """

    blocks: tuple[Block, ...]
    epoch: str = ""


class Outcome(Struct, frozen=True):
    """What the server did with one slip: `waiting`, `known`, `late` or `refused`."""

    outcome: str
    ticket: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


class Answered(Struct, frozen=True):
    outcomes: tuple[Outcome, ...] = ()


class Away(Struct, frozen=True):
    """Nobody answered, or not in time. It may have been done all the same."""


class Spurned(Struct, frozen=True):
    """The server refused the request itself, with this HTTP status."""

    status: int
    code: str
    problem: dict[str, Any] | None = None

    @property
    def malformed(self) -> bool:
        """It will never be taken, so there is no use in sending it again."""
        return self.status in (400, 413, 422)


class NotKept(Struct, frozen=True):
    """The journal could not write, or could not make it durable. It may be on the disk all the same."""

    code: str = "JOURNAL_FULL"


class Paper(Struct, frozen=True):
    """It is on paper."""


class Jam(Struct, frozen=True):
    """The printer says that it did not print it: `code` as in `hardware.errors`."""

    code: str


class Unsure(Struct, frozen=True):
    """It may be on paper. `code` is why nobody knows, as in `hardware.errors`."""

    code: str = "NOT_ANSWERING"


AWAY, PAPER, UNSURE = Away(), Paper(), Unsure()

Effect = Lease | Keep | Mark | Note | HandIn | Cancel | Print | Arrive
Answer = Granted | Answered | Arrived | Away | Spurned | NotKept | Paper | Jam | Unsure | None


class Saved(Struct, kw_only=True):
    """What the journal held at start."""

    installation: str
    counter: int = 0
    slips: tuple[Slip, ...] = ()
    blocks: tuple[tuple[Block, int], ...] = ()
    """Each with its next number."""
    day: str = ""
    day_ends_at: int = 0
    anchor: Anchor | None = None
    rates: tuple[tuple[str, int, float], ...] = ()
    epoch: str = ""
    aside: tuple[str, ...] = ()
    """Names of corrupt journals that were set aside and are still there: the manager is told."""
    salvaged: int = 0
    """Slips read out of a corrupt journal at this start."""


class JournalFull(Exception):
    """`code`: `JOURNAL_FULL` (no room) or `JOURNAL_FAILED` (the disk refuses to write, or to write durably)."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"{code} {said}".strip())
        self.code = code
        self.said = said


class Journal(Protocol):
    """Durable when it returns. Raises `JournalFull` when it could not be: then nothing is certain of this write.

    One thread at a time. `counts` are for paper: whatever is counted over days and restarts.
    """

    def load(self) -> Saved: ...
    def keep(self, slip: Slip) -> None: ...
    def mark(self, slips: tuple[Slip, ...]) -> None: ...
    def note(self, note: Note) -> None: ...
    def anchor(self, anchor: Anchor) -> None: ...
    def count(self, counts: dict[str, int]) -> None: ...
    def counts(self) -> dict[str, int]: ...
    def close(self) -> None: ...
