"""Papers looked at before the window (导办预审): what a guide saw goes with the ticket."""

from queue_server.contract import answers
from queue_server.domain.interpreter_orders import CheckPapers
from queue_server.domain.refusals import Refusal
from queue_server.flows import wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.windows import id_of


class PaperFlows:
    """The use case of the guide who looks at papers. Raises `Refusal`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    async def check(self, ask: Ask, ticket: str, missing: tuple[str, ...]) -> answers.Ticket:
        """Notes which papers of the ticket's item are missing; none where all are there."""
        hall = ask.running.hall
        ticket = await id_of(ask, ticket)
        live = ask.running.live.tickets.get(ticket)
        service = hall.service_by_id.get(live.service) if live else None
        known = service.materials if service else missing
        for paper in missing:
            if paper not in known:
                raise Refusal("INVALID", {"field": "missing", "problem": "expected papers of the ticket's item"})
        order = CheckPapers(**self._acting.common(ask), ticket=ticket, missing=tuple(dict.fromkeys(missing)))
        return wire.acted_ticket(hall, await self._acting.act(ask, "check_papers", order))
