"""Records of the store as answers on the wire."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from queue_server.contract import answers
from queue_server.contract.escalations import TicketEscalated
from queue_server.contract.interpreters import TicketInterpreter
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Hall, WindowPlan
from queue_server.domain.interpreting import HOLDS
from queue_server.domain.orders import Acted
from queue_server.domain.ticket import ACTIVE, TicketRecord, WindowRecord
from queue_server.flows import path_rows


def wait_range(wait_s: Sequence[int] | None) -> answers.WaitRange | None:
    """A wait as it is told; None where there is none to tell."""
    return answers.WaitRange(p10=wait_s[0], p50=wait_s[1], p90=wait_s[2]) if wait_s else None


def ticket(
    hall: Hall, ticket_id: str, record: TicketRecord, ahead: int, wait_s: Sequence[int] | None, token: str = ""
) -> answers.Ticket:
    """A ticket as its visitor and the staff see it: who it is stays out."""
    waiting = record.status == "waiting"
    window = record.window if record.status != "waiting" else 0
    return answers.Ticket(
        id=ticket_id,
        number=record.number,
        hall=hall.id,
        queue=record.queue,
        service=record.service,
        services=[one for row in record.stops for one in (row[0], *row[2:])] or [record.service],
        stop=record.stop,
        stops=max(1, len(record.stops)),
        status=record.status,
        priority=record.priority,
        channel=record.channel,
        language=record.language,
        zone=hall.zone_of(record.queue, window),
        window=window or UNSET,
        issued_at=rfc3339(record.issued_at),
        called_at=rfc3339(record.called_at) if record.called_at else UNSET,
        started_at=rfc3339(record.started_at) if record.started_at else UNSET,
        finished_at=rfc3339(record.finished_at) if record.finished_at else UNSET,
        ahead=ahead,
        wait_s=wait_range(wait_s) if waiting else None,
        times_called=record.times_called,
        coming=bool(record.coming),
        voice=bool(record.voice),
        step=record.step if record.status == "called" else "",
        booked_for=rfc3339(record.booked) if record.booked else UNSET,
        journey=record.journey or UNSET,
        path=path_rows.path(hall, record) if record.stops else UNSET,
        aside=[path_rows.aside(hall, *row) for row in record.aside] if record.aside else UNSET,
        interpreter=_interpreter(record),
        papers=_papers(hall, record),
        escalated=_escalated(hall, record),
        token=token or UNSET,
    )


def _interpreter(record: TicketRecord) -> TicketInterpreter | UnsetType:
    if not record.speaks:
        return UNSET
    assigned, waits = bool(record.interpreter), record.held_for == HOLDS
    return TicketInterpreter(language=record.speaks, assigned=assigned, waits=waits)


def _papers(hall: Hall, record: TicketRecord) -> answers.TicketPapers | UnsetType:
    """What was seen of the papers of the item that it waits for now: those of another stop say nothing here."""
    if not record.checked or record.checked != record.service:
        return UNSET
    names = {paper.id: paper.names for paper in hall.papers}
    rows = [answers.Material(id=paper, names=names.get(paper, {"zh": paper})) for paper in record.missing]
    return answers.TicketPapers(missing=rows)


def _escalated(hall: Hall, record: TicketRecord) -> TicketEscalated | UnsetType:
    """Where a hard case goes on; the case itself is the staff's."""
    if not record.escalated:
        return UNSET
    number, ticket_id = [*record.escalated[1:3], "", ""][:2]
    queue = hall.queue_by_id.get(hall.hard_cases.queue)
    return TicketEscalated(
        number=number or UNSET,
        ticket=ticket_id or UNSET,
        queue=queue.id if queue else UNSET,
        names=queue.names if queue else UNSET,
        windows=list(hall.windows_of_queue.get(queue.id, ())) if queue else [],
    )


def acted_ticket(hall: Hall, acted: Acted, token: str = "") -> answers.Ticket:
    """The ticket that an act answers with; its wait is the promise that the act stored."""
    assert acted.ticket is not None
    return ticket(hall, acted.ticket_id, acted.ticket, acted.ahead, acted.ticket.promise, token)


def shares(queues: list[tuple[str, int]]) -> list[answers.QueueShare]:
    return [answers.QueueShare(queue=queue, handicap_s=handicap_s) for queue, handicap_s in queues]


def planned_queues(plan: WindowPlan) -> list[tuple[str, int]]:
    return [(share.queue, share.handicap_s) for share in plan.queues]


def window(hall: Hall, number: int, acted: Acted) -> answers.Window:
    """A window with its present ticket, for the staff."""
    record, plan = acted.window, hall.window_by_number[number]
    assert record is not None
    current = acted.ticket is not None and acted.ticket.status in ACTIVE and record.ticket == acted.ticket_id
    return answers.Window(
        window=number,
        name=plan.name or UNSET,
        zone=plan.zone,
        status=record.status,
        reason=record.reason or UNSET,
        staff=record.staff or UNSET,
        queues=shares(record.queues or planned_queues(plan)),
        ticket=acted_ticket(hall, acted) if current else UNSET,
    )


def public_window(plan: WindowPlan, record: WindowRecord | None) -> answers.Window:
    """A window without its ticket and staff, for everyone."""
    return answers.Window(
        window=plan.window,
        name=plan.name or UNSET,
        zone=plan.zone,
        status=record.status if record else "closed",
        queues=shares(record.queues if record and record.queues else planned_queues(plan)),
        bookable=True if plan.bookable else UNSET,
    )
