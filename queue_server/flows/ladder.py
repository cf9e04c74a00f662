"""Climbs the ladder of silent calls: once a second, for whoever has not answered."""

from queue_server.domain.ladder import due_step, is_unseen
from queue_server.domain.orders import Climb
from queue_server.flows.acting import Acting, Ask


class LadderFlows:
    """Takes each call as far as its time has come. Several workers may try: the store takes each step once."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    async def climb(self, ask: Ask) -> None:
        """One look at every present call of a hall."""
        running, at = ask.running, self._acting.clock()
        rules = running.hall.calling
        for window in list(running.live.windows.values()):
            ticket = running.live.tickets.get(window.ticket)
            if ticket is None or ticket.status != "called":
                continue
            step = due_step(ticket, window.called_at, at, rules)
            if step:
                await self._act(ask, "climb", window.ticket, window.times, step)
            if is_unseen(ticket, window.called_at, at, rules):
                await self._act(ask, "unseen", window.ticket, window.times, ticket.step)

    async def _act(self, ask: Ask, name: str, ticket: str, times: int, step: str) -> None:
        await self._acting.act(ask, name, Climb(**self._acting.common(ask), ticket=ticket, times=times, step=step))
