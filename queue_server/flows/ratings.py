"""Ratings (好差评): voluntary, once for each finished stop, by whoever speaks for its visitor."""

from typing import Protocol

from msgspec import UNSET

from queue_server.contract import ratings
from queue_server.contract.times import rfc3339
from queue_server.domain.rating import CaseRecord, RatedStop, due_after
from queue_server.domain.rating_orders import Rate
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask

CHANNELS = {"window": "pad", "visitor": "phone", "kiosk": "kiosk"}
"""By the role of who speaks; everybody else is the desk."""
MANAGERS = frozenset({"admin", "manager"})


class Kept(Protocol):
    """What is kept of finished stops and cases."""

    async def stops(self, hall: str, ticket: str) -> list[tuple[int, RatedStop]]: ...
    async def finished(self, hall: str, window: int) -> tuple[str, int, RatedStop] | None: ...
    async def open_cases(self, hall: str) -> list[tuple[str, CaseRecord]]: ...
    async def ended_cases(self, hall: str) -> list[tuple[str, CaseRecord]]: ...
    async def case(self, hall: str, case: str) -> CaseRecord | None: ...
    async def comments(self, hall: str, day: str) -> list[tuple[str, int, RatedStop]]: ...
    async def project(self, hall: str, code: str) -> tuple[str, CaseRecord] | None: ...
    async def due(self, hall: str, at: int) -> tuple[int, int]: ...


class RatingFlows:
    """The use cases around ratings. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept) -> None:
        self._acting = acting
        self._kept = kept

    async def rate(self, ask: Ask, ticket: str, wanted: ratings.GiveRating) -> ratings.Rating:
        """Takes a rating; a low one opens a case in the same act."""
        if ask.caller.role == "window" and not ask.caller.window:  # a clerk who names no window of theirs has none
            raise Refusal("WRONG_WINDOW", {"window": 0})
        hall, common = ask.running.hall, self._acting.common(ask)
        order = Rate(
            **common,
            ticket=ticket,
            stop=wanted.stop or 0,
            score=wanted.score,
            tags=tuple(dict.fromkeys(wanted.tags)),
            comment=wanted.comment or "",
            channel=CHANNELS.get(ask.caller.role, "desk"),
            window=ask.caller.window if ask.caller.role == "window" else 0,
            owner=hall.ratings.owner,
            due_at=due_after(hall, "open", common["at"]),
        )
        acted = await self._acting.act(ask, "rate", order)
        stop, case = acted.rows[0]
        is_told = bool(case) and ask.caller.role in MANAGERS
        return ratings.Rating(
            ticket=acted.ticket_id, stop=int(stop), score=order.score, tags=list(order.tags), channel=order.channel,
            rated_at=rfc3339(order.at), case=str(case) if is_told else UNSET,
        )  # fmt: skip

    async def stops(self, ask: Ask, ticket: str) -> ratings.FinishedStops:
        """The finished stops of a ticket, first to last."""
        hall = ask.running.hall.id
        found = await self._kept.stops(hall, ticket)
        if not found and await self._acting.halls.read_ticket(hall, ticket) is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})
        return ratings.FinishedStops(stops=[_told(ticket, stop, row) for stop, row in found])

    async def at_window(self, ask: Ask, window: int) -> ratings.FinishedStop | None:
        """What a window finished last today."""
        if window not in ask.running.hall.window_by_number:
            raise Refusal("NO_SUCH_WINDOW", {"window": window})
        found = await self._kept.finished(ask.running.hall.id, window)
        return _told(*found) if found else None


def _told(ticket: str, stop: int, row: RatedStop) -> ratings.FinishedStop:
    return ratings.FinishedStop(
        ticket=ticket, stop=stop, number=row.number, queue=row.queue, service=row.service, window=row.window,
        finished_at=rfc3339(row.finished_at), score=row.score or UNSET,
    )  # fmt: skip
