"""Orders about the places of a hall: people counted, waves called in."""

from queue_server.domain.orders import Order


class CountPeople(Order, frozen=True, kw_only=True):
    """What a gate of a zone counted; `people` of 0 or more sets the count, else it is -1."""

    zone: str
    entered: int
    left: int
    people: int = -1


class CallWave(Order, frozen=True, kw_only=True):
    """Lets tickets that wait outside a zone in, in this order, as far as there is room for them among `most`."""

    zone: str
    most: int
    tickets: list[str]
    until_at: int
    """Until when (ms) they keep their places without being counted."""
