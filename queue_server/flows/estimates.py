"""Every wait that is told, from one place: by the caretaker's outlook while it is fresh, else by the simple estimate.

All ranges are seconds until the first call (p10, p50, p90), never negative and in order; None where nobody is expected
to serve. What they cost does not grow with the queue.
"""

from queue_server.domain.outlook import MOST_AGE_MS, Outlook, Range
from queue_server.flows.running import RunningHall

SHAKEN = frozenset({"BEHIND", "CLOCK_BACK"})
"""Doubts about the whole hall: what it says is not to be trusted, though it is the best there is."""

NOBODY_BEFORE: Range = (0, 0, 0)


def believed(running: RunningHall, at: int) -> Outlook | None:
    """The newest outlook; None where there is none, or where it is so old that the forecast must have stopped."""
    outlook = running.outlook
    return outlook if outlook is not None and abs(at - outlook.at) <= MOST_AGE_MS else None


def is_trusted(running: RunningHall, at: int) -> bool:
    """Whether waits come from a forecast that does not doubt itself."""
    outlook = believed(running, at)
    return outlook is not None and not any(doubt.code in SHAKEN for doubt in outlook.doubts)


def of_ticket(running: RunningHall, ticket: str, queue: str, ahead: int, at: int) -> Range | None:
    """The wait of someone who waits in a queue, so many of which go first: their own range less the time since."""
    outlook = believed(running, at)
    own = outlook.tickets.get(ticket) if outlook else None
    if outlook is None or own is None:
        return of_place(running, queue, ahead, at)
    return _sooner(own, (at - outlook.at) // 1000)


def of_place(running: RunningHall, queue: str, ahead: int, at: int) -> Range | None:
    """The wait of someone of whom no outlook knows yet, with so many ahead: they push the wait by the queue's pace."""
    row = running.queue_outlooks.get(queue) if believed(running, at) else None
    if row is None:
        return running.wait_s(queue, ahead)
    if row.wait_s is None:
        return None
    return _sooner(row.wait_s, (row.waiting - ahead) * row.pace_s)


def of_turn(running: RunningHall, queue: str, turn: int, at: int) -> Range | None:
    """The wait of someone who would come to a queue with this turn: a credit puts them before others.

    Who takes the place of another waits as long as that one would have waited.
    """
    return at_place(running, queue, running.live.ahead_of_turn(queue, turn), at)


def at_place(running: RunningHall, queue: str, ahead: int, at: int) -> Range | None:
    """The wait of whoever has so many ahead in a queue now."""
    ticket = running.live.at_place(queue, ahead)
    return of_ticket(running, ticket, queue, ahead, at) if ticket else of_place(running, queue, ahead, at)


def of_newcomer(running: RunningHall, queue: str, at: int) -> Range | None:
    """The wait of a visitor of normal priority who would come now."""
    return of_place(running, queue, running.live.waiting(queue), at)


def of_hall(running: RunningHall, queues: list[str], at: int) -> Range:
    """The wait of the visitor in the middle, by where visitors usually go.

    A queue that nobody is expected to serve counts only where that is true of all: then by the opening plan's windows.
    """
    told = [(wait_s, queue) for queue in queues if (wait_s := of_newcomer(running, queue, at)) is not None]
    waits = sorted(told or [(running.wait_s(queue, running.live.waiting(queue)), queue) for queue in queues])
    weights = [running.hall.usual_visits[queue] or 1 for _, queue in waits]
    half = sum(weights) / 2
    for (wait_s, _), weight in zip(waits, weights, strict=True):
        half -= weight
        if half <= 0:
            return wait_s
    return NOBODY_BEFORE


def promise(wait_s: Range | None) -> tuple[int, ...]:
    """A wait as an order carries it: nothing where none can be told."""
    return wait_s or ()


def _sooner(wait_s: Range, by_s: int) -> Range:
    low, middle, high = wait_s
    return max(low - by_s, 0), max(middle - by_s, 0), max(high - by_s, 0)
