"""What can be made of the records that a corrupt journal still holds."""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.offline.desk import settled
from kiosk.offline.records import Kept, KeptFacts, KeptSlip
from kiosk.offline.slips import DROPPED, UNKNOWN, VOID, Slip


class Salvaged(Struct, frozen=True):
    """`slips` are numbered anew from 1; `facts` lend their clock and day, never their name."""

    slips: tuple[Slip, ...]
    facts: KeptFacts


def salvaged(records: list[tuple[int, Kept]]) -> Salvaged:
    """Slips that may be on paper and may not be at the server. No blocks: nobody knows how far they were used."""
    facts = KeptFacts("")
    versions: dict[int, list[Slip]] = {}
    for _, kept in records:
        if isinstance(kept, KeptFacts):
            facts = kept
        elif isinstance(kept, KeptSlip):
            versions.setdefault(kept.slip.counter, []).append(kept.slip)
    slips = [_latest(versions[counter]) for counter in sorted(versions)]
    wanted = [slip for slip in slips if slip.day == facts.day or not settled(slip)]
    return Salvaged(tuple(replace(slip, counter=at) for at, slip in enumerate(wanted, 1)), facts)


def _latest(versions: list[Slip]) -> Slip:
    """The last version that was found, which need not be the last there was: so it may be on paper."""
    slip = versions[-1]
    return slip if slip.paper in (VOID, DROPPED) else replace(slip, paper=UNKNOWN)
