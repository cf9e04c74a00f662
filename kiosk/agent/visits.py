"""What visitors do at the kiosk: a ticket, a copy, a number kept in mind. One at a time, in the order of coming."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from kiosk.agent import journeys
from kiosk.agent.arrivals import Arrivals, CheckIn
from kiosk.agent.cards import Cards
from kiosk.agent.hands import Hands
from kiosk.agent.problems import Problem, of_server
from kiosk.agent.state import State
from kiosk.agent.taking import TakeTicket
from kiosk.agent.told import told_of
from kiosk.offline import steps
from kiosk.offline.marks import Steps, mark
from kiosk.offline.slips import JAMMED, UNKNOWN, VOID, Asked, Slip

KEPT_ANSWERS = 500

T = TypeVar("T")

log = structlog.get_logger()


class Leave(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paper did not come. `keep`: the visitor keeps the number in mind."""

    keep: bool


class Visits:
    """All of them raise `Problem`."""

    def __init__(self, state: State, hands: Hands, cards: Cards, changed: Callable[[], None]) -> None:
        self._state, self._hands, self._cards, self._changed = state, hands, cards, changed
        self._one_at_a_time = asyncio.Lock()
        self._arrivals = Arrivals(state, self._alone)
        self._answers: OrderedDict[str, tuple[bytes, asyncio.Task[dict[str, Any]]]] = OrderedDict()

    async def take(self, asked: TakeTicket, key: str = "") -> dict[str, Any]:
        """A ticket, printed. The same key gives the same ticket, however often it is touched."""
        return await self._once(key, asked, lambda: self._begin(asked, key))

    async def check_in(self, asked: CheckIn, key: str = "") -> dict[str, Any]:
        """The ticket of somebody who booked, printed; once for a key."""
        return await self._once(key, asked, lambda: self._arrive(asked))

    async def _once(self, key: str, asked: Struct, act: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        if not key:
            return await self._to_its_end(act())
        digest = hashlib.sha256(msgspec.json.encode(asked)).digest()
        known = self._answers.get(key)
        if known and known[0] != digest:
            raise Problem("IDEMPOTENCY_MISMATCH")
        if known is None:
            known = self._answers[key] = (digest, asyncio.ensure_future(act()))
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        try:
            return await asyncio.shield(known[1])
        except Problem:
            self._answers.pop(key, None)  # nothing came of it, so it may be tried again
            raise

    async def copy(self, number: str) -> dict[str, Any]:
        """The ticket once more, marked as a copy."""
        return await self._to_its_end(self._copy(number))

    async def leave(self, number: str, keep: bool) -> None:
        """The visitor goes without paper. A number kept in mind stays in the queue, one that is not leaves it.

        Who booked keeps it: it is on their phone.
        """
        if self._arrivals.find(number):
            return
        slip = self._slip(number)
        if slip.paper == JAMMED:
            desk = self._state.desk
            act = _remember(desk, slip.counter) if keep else steps.give_up(desk, slip.counter)
            await self._to_its_end(self._alone(act))
            self._changed()

    async def recover(self) -> None:
        """After a start: what was in hand when the kiosk died."""
        for taken in await self._alone(steps.recover(self._state.desk)):
            log.info("after the start", number=taken.slip.text, paper=taken.slip.paper)

    async def alone(self, act: Steps[Any]) -> Any:
        """Something else that must not meet a visitor's ticket half-way."""
        return await self._alone(act)

    def slips(self, most: int) -> list[dict[str, Any]]:
        """The latest tickets, newest first, by number alone."""
        here = [slip for slip in self._state.desk.slips.values() if slip.paper != VOID]
        here += [taken.slip for taken in self._arrivals.latest]
        latest = sorted(here, key=lambda slip: (-slip.taken_at, -slip.counter))[:most]
        return [
            {
                "number": slip.text, "taken_at": slip.taken_at, "paper": slip.paper, "sent": slip.sent,
                "copies": slip.copies, "offline": slip.offline,
            }
            for slip in latest
        ]  # fmt: skip

    async def idle(self) -> None:
        """Returns when nobody's ticket is half done."""
        async with self._one_at_a_time:
            pass

    # ---- one at a time ----

    async def _to_its_end(self, act: Awaitable[T]) -> T:
        """What was begun is finished even when the page that asked has gone."""
        return await asyncio.shield(asyncio.ensure_future(act))

    async def _alone(self, act: Steps[Any]) -> Any:
        async with self._one_at_a_time:
            return await self._hands.run(act)

    async def _begin(self, wanted: TakeTicket, key: str) -> dict[str, Any]:
        """A visit of several stops is the server's to plan; alone the kiosk gives a number for the first of them."""
        if not journeys.is_visit(wanted):
            if not wanted.service:
                raise Problem("INVALID", {"field": "body", "problem": "Object missing required field `service`"})
            return await self._take(wanted)
        if self._state.blocked:
            raise Problem(self._state.blocked)
        whole = await journeys.with_server(self._arrivals, wanted, key)
        if whole is not None:
            self._cards.forget()
            self._changed()
            return whole
        first, others = journeys.first_alone(self._state.mirror, wanted)
        return await self._take(first) | {"rest": others}

    async def _take(self, wanted: TakeTicket) -> dict[str, Any]:
        if self._state.blocked:
            raise Problem(self._state.blocked)
        queue = self._queue_for(wanted)
        asked = Asked(
            queue=queue, service=wanted.service, priority=wanted.priority, language=wanted.language,
            voice=wanted.voice, insist=wanted.insist, person=self._cards.person(wanted.card),
        )  # fmt: skip
        done = await self._alone(steps.take(self._state.desk, asked))
        self._cards.forget()
        self._changed()
        if isinstance(done, steps.Denied):
            raise of_server(done.code, done.problem)
        return told_of(done, self._state.fitted, copied=False)

    async def _arrive(self, wanted: CheckIn) -> dict[str, Any]:
        try:
            return await self._arrivals.check_in(wanted)
        finally:
            self._changed()

    async def _copy(self, number: str) -> dict[str, Any]:
        arrived = self._arrivals.find(number)
        slip = arrived.slip if arrived else self._slip(number)
        if self._state.blocked in {"REVOKED", "PAPER_OUT", "COVER_OPEN"}:
            raise Problem(self._state.blocked)
        if arrived:
            copied = await self._arrivals.copy(arrived)
            self._changed()
            return copied
        done = await self._alone(steps.reprint(self._state.desk, slip.counter))
        self._changed()
        if isinstance(done, steps.Denied):
            raise of_server(done.code, done.problem)
        return told_of(done, self._state.fitted, copied=True)

    def _slip(self, number: str) -> Slip:
        """The latest ticket of that number."""
        found = [slip for slip in self._state.desk.slips.values() if slip.text == number and slip.paper != VOID]
        if not found:
            raise Problem("NO_SUCH_TICKET", {"ticket": number})
        return max(found, key=lambda slip: slip.counter)

    def _queue_for(self, wanted: TakeTicket) -> str:
        """Where the item is done. Raises what the server would refuse too, as far as it can be known here."""
        mirror = self._state.mirror
        if mirror is None:
            raise Problem(self._state.blocked or "NO_HALL")
        service = mirror.hall.service_by_id.get(wanted.service)
        if service is None:
            raise Problem("NO_SUCH_SERVICE", {"service": wanted.service})
        if wanted.priority not in mirror.detail["priorities"]:
            raise Problem("INVALID", {"field": "priority", "problem": f"there is no priority `{wanted.priority}`"})
        if not mirror.is_open(self._state.desk.clock.now()):
            raise Problem("HALL_CLOSED", {"opens_at": mirror.detail.get("opens_at", "")})
        queue = mirror.hall.window_queue_of(service)
        if queue is None or (queue != service.queue and not wanted.insist):
            raise Problem("SELF_SERVICE", {"service": service.id, "zone": mirror.hall.zone_of(service.queue)})
        return queue


def _remember(desk: Any, counter: int) -> Steps[None]:
    """The number is in the visitor's mind: the ticket stays in the queue, whatever became of its paper."""
    yield from mark(desk, replace(desk.slips[counter], paper=UNKNOWN))
