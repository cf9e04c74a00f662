"""What a clerk promises with a finish, made whole: until when, and when its visitor is reminded."""

from datetime import date, timedelta

from queue_server.contract import asks
from queue_server.contract.times import milliseconds
from queue_server.domain.hall import Hall
from queue_server.domain.promise import SUITS, Pledge, due_on, is_sensible, reminders, usual_due
from queue_server.domain.rating import due_at
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask

LENGTH_OF_DAY = len("2026-12-31")


async def pledged(ask: Ask, window: int, wanted: asks.FinishTicket, at: int) -> Pledge | None:
    """The promise of a finish at a window; None without one. Raises `Refusal`."""
    promise = wanted.promise
    if promise is None:
        return None
    suits = SUITS[promise.kind]
    if wanted.outcome not in suits:
        raise Refusal("INVALID", {"field": "outcome", "problem": f"expected one of {', '.join(suits)}"})
    hall = ask.running.hall
    _known_papers(hall, promise.papers)
    due = await _due(ask, window, promise, at)
    if not is_sensible(at, due):
        raise Refusal("INVALID", {"field": "promise.at", "problem": "expected a time ahead, within 400 days"})
    return Pledge(
        kind=promise.kind,
        due_at=due,
        papers=tuple(dict.fromkeys(promise.papers)),
        note=promise.note or "",
        reminders=reminders(hall, at, due),
    )


def _known_papers(hall: Hall, papers: list[str]) -> None:
    known = {paper.id for paper in hall.papers}
    if not known.issuperset(papers):
        raise Refusal("INVALID", {"field": "promise.papers", "problem": "expected papers that the hall knows"})


async def _due(ask: Ask, window: int, promise: asks.PromiseAsked, at: int) -> int:
    hall = ask.running.hall
    if promise.at is not None and promise.days is not None:
        raise Refusal("INVALID", {"field": "promise.at", "problem": "expected either `at` or `days`"})
    if promise.days is not None:
        return due_at(hall, at, promise.days)
    if promise.at is None:
        return usual_due(hall, hall.service_by_id.get(await _service_at(ask, window)), promise.kind, at)
    if len(promise.at) > LENGTH_OF_DAY:
        return milliseconds(promise.at)
    year, month, day = map(int, promise.at.split("-"))
    return due_on(hall, date(year, month, 1) + timedelta(days=day - 1))


async def _service_at(ask: Ask, window: int) -> str:
    """The item that is dealt with at a window now."""
    live = await ask.running.caught_up()
    record = live.windows.get(window)
    ticket = live.tickets.get(record.ticket) if record else None
    return ticket.service if ticket else ""
