"""A clerk: opens the window, calls, waits for the visitor, serves, and takes breaks. Gives way to a person at once."""

from functools import partial
from random import Random
from typing import Any

from ops.crowd.floor import Floor
from ops.crowd.plan import Visit
from ops.crowd.server import Answer, Server
from ops.crowd.shifts import Shift, Span
from ops.crowd.visitor import come_back

LOOK_S = 60.0
"""Even without news an idle clerk looks up now and then."""
OVERTIME_MIN = 45.0
MISTAKEN = 0.004
OUT_OF_TURN = 0.006
RECALLS_ANYWAY = 0.1
LONGEST_RECALL_MIN = 3.0
RECALL_GAP_S = 20.0
PATIENCE_MIN = 1.5
STRANGER = Visit(at_min=0, services=("",), queue="", channel="kiosk", handling_min=(6.0,), walk_min=0.4)
"""A person's own ticket, or one from before this crowd: the clerk serves it all the same."""


class Clerk:
    """One window's clerk for one day."""

    def __init__(self, shift: Shift, server: Server, floor: Floor, rng: Random) -> None:
        self._shift = shift
        self._server = server
        self._floor = floor
        self._clock = floor.clock
        self._rng = rng

    async def work(self) -> None:
        """The day, span by span."""
        first = True
        for span in self._shift.spans:
            if span.until_min <= self._clock.minute:
                continue
            await self._clock.until(span.from_min)
            await self._come(first)
            await self._serve_until(span)
            await self._act("pause", {"reason": span.then}) if span.then else await self._act("close")
            first = False

    async def _act(self, act: str, body: dict[str, Any] | None = None) -> Answer:
        return await self._server.post(f"/windows/{self._shift.window}/{act}", body)

    async def _come(self, first: bool) -> None:
        """Sits down: a window that was paused goes on, any other is opened."""
        if first or (await self._act("resume")).status != 200:
            await self._act("open", {"staff": f"clerk {self._shift.window:03d}"})

    async def _serve_until(self, span: Span) -> None:
        """Calls one after another, after closing time until nobody waits; gives way to a person at the window."""
        end = span.until_min if span.then else span.until_min + OVERTIME_MIN
        while self._clock.minute < end:
            seen = self._floor.arrivals(self._shift.queues)
            answer = await self._call()
            if answer.status == 200:
                await self._receive(answer.body)
            elif answer.code == "WINDOW_BUSY":
                await self._go_on()
            elif answer.status != 204 or self._clock.minute >= span.until_min:
                return
            else:
                left_s = self._clock.real_s(span.until_min - self._clock.minute)
                await self._floor.somebody(self._shift.queues, seen, min(LOOK_S, left_s))

    async def _call(self) -> Answer:
        """The next one, or seldom one out of turn."""
        if self._rng.random() < OUT_OF_TURN:
            waiting = self._floor.waiting(self._shift.queues)[1:6]
            answer = await self._act("call", {"ticket": self._rng.choice(waiting)}) if waiting else None
            if answer is not None and answer.status == 200:
                return answer
        return await self._act("call-next")

    async def _go_on(self) -> None:
        """Goes on with a ticket that is already here, from before a restart."""
        found = await self._server.get(f"/windows/{self._shift.window}")
        ticket = found.body.get("ticket") if found.status == 200 else None
        if ticket is None:
            await self._clock.sleep(1)
        elif ticket["status"] == "called":
            await self._receive(ticket)
        else:
            await self._handle(ticket, self._visit(ticket))

    def _visit(self, ticket: dict[str, Any]) -> Visit:
        return self._floor.visit_of(ticket["id"]) or STRANGER

    async def _receive(self, ticket: dict[str, Any]) -> None:
        """Somebody was called: they come, or they do not, or it was a mistake."""
        visit = self._visit(ticket)
        if self._rng.random() < MISTAKEN:
            await self._act("undo")
        elif not visit.comes:
            await self._nobody_comes(ticket, visit)
        else:
            await self._clock.sleep(visit.walk_min)
            if (await self._act("start")).status == 200:
                await self._handle(ticket, visit)

    async def _nobody_comes(self, ticket: dict[str, Any], visit: Visit) -> None:
        """Calls again where the hall's minimum is short in simulated time, else seldom; then the ticket is missed."""
        soon = RECALL_GAP_S * self._clock.speed / 60 <= LONGEST_RECALL_MIN
        if soon or self._rng.random() < RECALLS_ANYWAY:
            await self._clock.sleep(RECALL_GAP_S * self._clock.speed / 60 + 0.1)
            await self._act("recall")
        await self._clock.sleep(PATIENCE_MIN)
        missed = await self._act("no-show")
        if missed.status == 200 and visit.comes_back_min:
            self._return_later(ticket["id"], visit, visit.comes_back_min)

    async def _handle(self, ticket: dict[str, Any], visit: Visit) -> None:
        """Serves, then passes on, sets aside or finishes."""
        stop = min(ticket["stop"], len(visit.handling_min))
        await self._clock.sleep(visit.handling_min[stop - 1])
        if visit.transfer_to:
            self._floor.know(ticket["id"], come_back(visit))
            await self._act("transfer", {"queue": visit.transfer_to, "place": "seniority"})
        elif visit.held_min:
            await self._act("hold", {"reason": "backoffice"})
            self._return_later(ticket["id"], visit, visit.held_min)
        else:
            await self._finish(visit)

    async def _finish(self, visit: Visit) -> None:
        outcome = {"outcome": visit.outcome} if visit.outcome else {}
        await self._act("finish", outcome)
        if self._rng.random() < MISTAKEN and (await self._act("undo")).status == 200:
            await self._act("finish", outcome)

    def _return_later(self, ticket: str, visit: Visit, minutes: float) -> None:
        self._floor.know(ticket, come_back(visit))
        self._floor.later(minutes, partial(self._server.post, f"/tickets/{ticket}/reinstate"))
