"""A ticket as the kiosk keeps it, and the blocks of numbers that it was promised."""

from msgspec import Struct

NO, IN, ENDED, ASIDE = "no", "in", "ended", "aside"
"""`sent`: not handed in yet · durable at the server · handed in and then cancelled · refused as nonsense, kept."""

KEPT, BEGUN, PRINTED, UNKNOWN, JAMMED, DROPPED, VOID = (
    "kept",
    "begun",
    "printed",
    "unknown",
    "jammed",
    "dropped",
    "void",
)
"""`paper`: journaled, surely nothing printed · the printer may have begun · on paper · may be on paper ·
surely not fit to use, a copy is offered · given up: to be handed in and cancelled · refused before it was printed.
"""


class Asked(Struct, frozen=True, kw_only=True):
    """What a visitor wants. `person` is a keyed hash; it never reaches the disk."""

    queue: str
    service: str
    priority: str = "normal"
    language: str = ""
    voice: bool = False
    person: str = ""
    insist: bool = False


class Block(Struct, frozen=True, kw_only=True):
    """A lease: numbers `first..last` of one queue, for one day, for this kiosk alone. Moments are server ms."""

    id: str
    queue: str
    first: int
    last: int
    first_ordinal: int
    day: str
    granted_at: int
    day_ends_at: int
    tokens: tuple[str, ...] = ()


class Slip(Struct, frozen=True, kw_only=True):
    """One ticket of this kiosk. What it says never changes; only `paper`, `sent`, `copies` and `offline` do."""

    counter: int
    """Its place among all slips of this installation: never used twice."""
    asked: Asked
    lease: str
    day: str
    number: int
    ordinal: int
    token: str
    taken_at: int
    """Server time last known plus the clock since boot, in ms; never runs back from slip to slip."""
    paper: str = KEPT
    sent: str = NO
    copies: int = 0
    offline: bool = False
    """Printed without a word from the server: no people ahead, no wait, no promise."""
    why: str = ""
    """The code of the refusal, when it was refused."""
    known_as: str = ""
    """The id that the server gave it: after a restore its own may belong to another ticket."""
    told: int = 0
    """Its place among all that this kiosk told the server of its tickets: whoever forgot a little forgot the last."""

    @property
    def ticket(self) -> str:
        """The ticket's id at the server."""
        return self.known_as or f"{self.day}-{self.ordinal:07d}"

    @property
    def text(self) -> str:
        """The number as people read it: `A023`."""
        return f"{self.asked.queue}{self.number:03d}"
