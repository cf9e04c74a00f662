"""What outlives a visit: until when things are promised, and where hard cases go: `promises`, `hard_cases`."""

from queue_server.contract.hall_file.fields import Fields, fields
from queue_server.contract.hall_file.layout import Known
from queue_server.contract.hall_file.place import Place
from queue_server.domain.rules import HardCases, Promises

DAYS: dict[str, tuple[int, int]] = {"papers_days": (1, 250), "result_days": (1, 250), "remind_days": (0, 20)}
"""Each number that may stand in `promises`, from and to; days are working days."""
LONGEST_NAME = 64


def read_promises(at: Place) -> Promises:
    """What the file leaves out keeps its default."""
    usual = Promises()
    found = fields(at, (), (*DAYS, "remind_at"))
    numbers = {key: found.whole(key, *bounds, getattr(usual, key)) for key, bounds in DAYS.items()}
    minute = found.read("remind_at", None, Place.clock)
    return Promises(**numbers, remind_min=usual.remind_min if minute is None else minute)


def read_hard_cases(at: Place, known: Known) -> HardCases:
    """Without a queue a case opens, and its ticket stays where it is."""
    found = fields(at, (), ("queue", "owner"))
    return HardCases(queue=found.choice("queue", known.staffed, "queue"), owner=_name(found))


def _name(found: Fields) -> str:
    owner, place = found.text("owner"), found.get("owner")
    if place is not None and len(owner) > LONGEST_NAME:
        place.wrong(f"a name has at most {LONGEST_NAME} characters", "shorten it")
    return owner
