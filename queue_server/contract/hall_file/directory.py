"""Where a hall stands in its district's list of halls: `directory`."""

from queue_server.contract.hall_file.bookings import read_site
from queue_server.contract.hall_file.fields import fields, named
from queue_server.contract.hall_file.place import Place
from queue_server.domain.rules import Directory, District


def read_directory(at: Place) -> Directory:
    """What the file leaves out is not told."""
    found = fields(at, (), ("district", "address", "site"))
    return Directory(
        district=found.read("district", None, _district),
        address=found.read("address", {}, lambda place: named(place, ()).names()),
        site=found.read("site", None, read_site),
    )


def _district(at: Place) -> District:
    found = named(at, ("id",))
    return District(id=found.id(), names=found.names())
