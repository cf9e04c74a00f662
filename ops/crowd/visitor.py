"""Visitors: they take tickets, and with a phone they say that they are coming, ask for time, or give up."""

from functools import partial
from typing import Any

import msgspec

from ops.crowd.floor import Floor
from ops.crowd.plan import Visit
from ops.crowd.server import Server

ANSWERS_AFTER_MIN = 0.1


class Visitors:
    """Everyone who comes on one simulated day."""

    def __init__(self, server: Server, floor: Floor) -> None:
        self._server = server
        self._floor = floor
        self._phones: dict[str, str] = {}
        floor.on_called = self._called

    async def come(self, visits: list[Visit]) -> None:
        """Lets each come at its minute."""
        for visit in visits:
            await self._floor.clock.until(visit.at_min)
            self._floor.later(0, partial(self._arrive, visit))

    async def _arrive(self, visit: Visit) -> None:
        answer = await self._server.post("/tickets", _wanted(visit))
        if answer.status != 201:
            return  # closed, or the last tickets are gone: a visitor shrugs
        ticket, token = answer.body["id"], answer.body["token"]
        self._floor.know(ticket, visit)
        if visit.acknowledges:
            self._phones[ticket] = token
        if visit.gives_up_min:
            self._floor.later(visit.gives_up_min, partial(self._own, ticket, token, "cancel"))
        if visit.postpones_min:
            self._floor.later(visit.postpones_min, partial(self._own, ticket, token, "postpone", {"minutes": 1}))

    def _called(self, ticket: str) -> None:
        token = self._phones.pop(ticket, None)
        if token is not None:
            self._floor.later(ANSWERS_AFTER_MIN, partial(self._own, ticket, token, "coming"))

    async def _own(self, ticket: str, token: str, act: str, body: dict[str, Any] | None = None) -> None:
        """An act from the visitor's own phone; a refusal only means that it came too late."""
        if self._floor.visit_of(ticket) is not None:
            await self._server.post(f"/tickets/{ticket}/{act}", body, token)


def come_back(visit: Visit) -> Visit:
    """The same visitor after a pause: here this time, and nothing is in the way any more."""
    return msgspec.structs.replace(visit, comes=True, comes_back_min=0.0, held_min=0.0, transfer_to="")


def _wanted(visit: Visit) -> dict[str, Any]:
    several = len(visit.services) > 1
    what = {"services": list(visit.services)} if several else {"service": visit.services[0]}
    return {**what, "channel": visit.channel, "priority": visit.priority, "language": visit.language}
