"""How a full zone lets people in: `entrance`."""

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.place import Place
from queue_server.domain.rules import Entrance


def read_entrance(at: Place) -> Entrance:
    """What the file leaves out keeps its default."""
    usual = Entrance()
    found = fields(at, (), ("wave", "come_min", "auto"))
    return Entrance(
        wave=found.whole("wave", 1, 500, usual.wave),
        come_min=found.whole("come_min", 1, 120, usual.come_min),
        auto=found.truth("auto", usual.auto),
    )
