"""Numbers that kiosks hold, so that they can go on alone, and the tickets that they hand in."""

import asyncio
import secrets

import msgspec

from queue_server.contract import leases
from queue_server.contract.times import milliseconds, rfc3339
from queue_server.domain.calendar import bounds_of
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.orders import Acted, HandIn, Lease, Order
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import credit_ms
from queue_server.flows import crowds
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Doors, known_priority, promise_of, queue_for
from queue_server.flows.seals import Seals


class LeaseFlows:
    """The use cases of a kiosk that must not depend on us. All raise `Refusal`."""

    def __init__(self, acting: Acting, seals: Seals, doors: Doors) -> None:
        self._acting = acting
        self._seals = seals
        self._doors = doors

    async def lease(self, ask: Ask, wanted: leases.LeaseNumbers) -> leases.Leases:
        """Grants numbers that nobody else will get today. What the kiosk was promised before, others skip."""
        hall, common = ask.running.hall, self._acting.common(ask)
        for wish in wanted.wanted:
            _numbered(hall, wish.queue)
        if len({row.queue for row in wanted.wanted}) < len(wanted.wanted):
            raise Refusal("INVALID", {"field": "wanted", "problem": "expected each queue at most once"})
        order = Lease(
            **common,
            device=ask.caller.id,
            installation=wanted.installation,
            wanted=[(secrets.token_hex(8), row.queue, row.count) for row in wanted.wanted],
            held=[
                (row.id, row.queue, row.first, row.last, row.first_ordinal, row.day)
                for row in wanted.held
                if is_numbered(hall, row.queue)
            ],
            seen=[(row.queue, row.number) for row in wanted.seen if is_numbered(hall, row.queue)],
            epoch=secrets.token_hex(8),
        )
        acted = await self._acting.act(ask, "lease", order)
        epoch, today = map(str, acted.rows[0])
        return leases.Leases(
            at=rfc3339(order.at),
            day=today,
            day_ends_at=rfc3339(bounds_of(hall, today)[1]),
            leases=[self._row(hall.id, today, row) for row in acted.rows[1:]],
            epoch=epoch,
            hotline=hall.hotline,
            person_key=self._seals.person_key(hall.id).hex(),
        )

    def _row(self, hall: str, day: str, row: list[str | int]) -> leases.LeaseRow:
        lease, queue, first, last, ordinal = str(row[0]), str(row[1]), int(row[2]), int(row[3]), int(row[4])
        tokens = [self._seals.seal("t", hall, f"{day}-{ordinal + n:07d}") for n in range(last - first + 1)]
        return leases.LeaseRow(
            id=lease, queue=queue, first=first, last=last, first_ordinal=ordinal, day=day, tokens=tokens
        )

    async def hand_in(self, ask: Ask, wanted: leases.HandIn) -> list[tuple[str, Acted | Refusal, str]]:
        """Takes tickets in, in their order, each whole or not at all: (number, what became of it, its outcome).

        A key counts for one ticket that is not on paper yet: a late copy of a refused request must not bring a ticket
        that nobody holds. Tickets on paper are known by their own numbers.
        """
        if len(wanted.tickets) > 1 or wanted.tickets[0].printed:
            if ask.key:
                await self._acting.act(ask, "note_key", Order(**self._acting.common(ask)))
            ask = msgspec.structs.replace(ask, key="", body="")
        return list(await asyncio.gather(*(self._one(ask, taken) for taken in wanted.tickets)))

    async def _one(self, ask: Ask, taken: leases.TakenTicket) -> tuple[str, Acted | Refusal, str]:
        number = f"{taken.queue}{taken.number:03d}"
        try:
            acted = await self._acting.act(ask, "hand_in", self._order(ask, taken))
        except Refusal as refusal:
            return number, refusal, "refused"
        return number, acted, _outcome(acted)

    def _order(self, ask: Ask, taken: leases.TakenTicket) -> HandIn:
        hall, common = ask.running.hall, self._acting.common(ask)
        _numbered(hall, taken.queue)
        credit = credit_ms(hall.credits_min, known_priority(hall, taken.priority))
        taken_at = milliseconds(taken.taken_at)
        promise = promise_of(ask.running, taken.queue, min(taken_at, common["at"]) - credit, common["at"])
        unless, facts = self._refusal(ask, taken, promise, common["at"])
        return HandIn(
            **common,
            stops=[(taken.service, taken.queue)],
            priority=taken.priority,
            credit_ms=credit,
            channel="kiosk",
            language=taken.language,
            person=taken.person or "",
            promise=promise,
            voice=int(taken.voice),
            lease=taken.lease,
            lease_day=taken.day,
            number=taken.number,
            ordinal=taken.ordinal,
            taken_at=taken_at,
            day_from=bounds_of(hall, taken.day)[0],
            printed=int(taken.printed),
            outside="" if taken.printed else crowds.kept_outside(ask.running, ask.caller, taken.queue, common["at"]),
            unless=unless,
            unless_facts=facts,
        )

    def _refusal(
        self, ask: Ask, taken: leases.TakenTicket, promise: tuple[int, ...], at: int
    ) -> tuple[str, tuple[str | int, ...]]:
        """What a ticket that is not on paper yet would be refused with; paper is never taken back."""
        hall = ask.running.hall
        if taken.service not in hall.service_by_id:
            if not taken.printed:
                raise Refusal("NO_SUCH_SERVICE", {"service": taken.service})
            return "", ()
        if not taken.printed and queue_for(hall, taken.service, taken.insist) != taken.queue:
            raise Refusal("NO_SUCH_QUEUE", {"queue": taken.queue})
        return self._doors.closed(ask.running, at, promise, "kiosk", taken.queue)


def _outcome(acted: Acted) -> str:
    assert acted.ticket is not None
    if acted.rows:
        return "known"
    return "late" if acted.ticket.status == "expired" else "waiting"


def is_numbered(hall: Hall, queue: str) -> bool:
    """Whether a queue of the hall gives numbers; a new hall file may have dropped one that a kiosk still knows."""
    return queue != SELF_SERVICE and queue in hall.queue_by_id


def _numbered(hall: Hall, queue: str) -> None:
    if not is_numbered(hall, queue):
        raise Refusal("NO_SUCH_QUEUE", {"queue": queue})
