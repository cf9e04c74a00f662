"""Ratings: until when cases must go on, and when ratings alarm: `ratings`."""

from msgspec import structs

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.place import Place
from queue_server.domain.rules import Ratings

BOUNDS: dict[str, tuple[int, int]] = {
    "verify_days": (0, 60),
    "rectify_days": (0, 60),
    "call_back_days": (0, 60),
    "close_days": (0, 60),
    "low_pct": (0, 100),
    "low_of": (1, 20),
}
"""Each number that may stand in `ratings`, from and to; days are working days."""
LONGEST_NAME = 64


def read_ratings(at: Place) -> Ratings:
    """What the file leaves out keeps its default."""
    usual = Ratings()
    found = fields(at, (), (*BOUNDS, "owner"))
    numbers = {key: found.whole(key, *bounds, getattr(usual, key)) for key, bounds in BOUNDS.items()}
    owner = found.text("owner")
    place = found.get("owner")
    if place is not None and len(owner) > LONGEST_NAME:
        place.wrong(f"a name has at most {LONGEST_NAME} characters", "shorten it")
    return structs.replace(usual, **numbers, owner=owner)
