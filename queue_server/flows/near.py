"""Tells visitors who wait elsewhere, once, that their turn is near."""

from collections.abc import Iterator
from itertools import islice

from queue_server.domain.booking import NearTurn
from queue_server.flows import estimates
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.running import RunningHall

PLACES = 3
"""From the third place on the turn is near ..."""
NEAR_S = 600
"""... and when no more than this is to be waited, by the middle of the estimate."""
FURTHEST = 64
"""So many places of each queue are looked at at most."""
LOOK_AT_CONTACTS = 4
"""Looks between two at who can be reached by a message."""


def near_places(running: RunningHall, queue: str, at: int) -> int:
    """How many of those first in a queue are near. The wait grows with the place, so the last is found by halving."""
    near, far = PLACES, min(FURTHEST, running.live.waiting(queue))
    while near < far:
        middle = (near + far + 1) // 2
        wait_s = estimates.at_place(running, queue, middle - 1, at)
        if wait_s is not None and wait_s[1] <= NEAR_S:
            near = middle
        else:
            far = middle - 1
    return near


def near_tickets(running: RunningHall, at: int) -> Iterator[str]:
    """Those whose turn is near and who were not told."""
    live = running.live
    places = {queue.id: near_places(running, queue.id, at) for queue in running.hall.queues if live.waiting(queue.id)}
    places |= {f"@{window}": PLACES for window in live.windows}
    for index, most in places.items():
        for ticket in islice(live.in_order(index), most):
            if not live.tickets[ticket].near:
                yield ticket


class NearFlows:
    """One look at a hall: a step of its care. Several workers may look: each ticket is told once."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._looks = 0

    async def tell(self, ask: Ask) -> None:
        """Tells those who are followed by a phone or can be reached by a message; for the latter not at each look."""
        self._looks += 1
        tickets = ask.running.live.tickets
        near = list(near_tickets(ask.running, self._acting.clock()))
        told = {ticket for ticket in near if tickets[ticket].phone}
        if near and self._looks % LOOK_AT_CONTACTS == 0:
            contacts = await self._acting.halls.read_contacts(ask.running.hall.id, near)
            told |= {ticket for ticket, to in zip(near, contacts, strict=True) if to}
        for ticket in sorted(told):
            await self._acting.act(ask, "near", NearTurn(**self._acting.common(ask), ticket=ticket))
