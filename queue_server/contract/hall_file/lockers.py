"""Lockers: where they stand, how many boxes they have, how long things stay there: `lockers`, `locker`."""

from queue_server.contract.hall_file.fields import fields, named
from queue_server.contract.hall_file.layout import Known
from queue_server.contract.hall_file.place import Place
from queue_server.domain.lockers import Locker, LockerRules

MOST_BOXES = 500


def read_locker(at: Place, known: Known) -> Locker:
    found = named(at, ("id", "zone", "boxes"))
    return Locker(
        id=found.id(),
        names=found.names(),
        zone=found.choice("zone", known.zones, "zone"),
        boxes=found.whole("boxes", 1, MOST_BOXES, 1),
    )


def read_locker_rules(at: Place) -> LockerRules:
    """What the file leaves out keeps its default."""
    usual = LockerRules()
    found = fields(at, (), ("keep_days", "remind_h"))
    return LockerRules(
        keep_days=found.whole("keep_days", 1, 30, usual.keep_days),
        remind_h=found.whole("remind_h", 0, 240, usual.remind_h),
    )
