"""The stream of a hall, read as an auditor would: gap-free, legal, fair, and folded from nothing."""

from collections import Counter
from collections.abc import Iterable

from queue_server.domain.day import QueueDay
from queue_server.domain.events import AFTERWARDS, Event
from queue_server.domain.interpreting import HOLDS
from queue_server.domain.live import LiveHall
from queue_server.domain.live_ticket import LiveTicket
from queue_server.domain.orders import StoredEvent
from queue_server.domain.ticket import FINAL, MOVES

MOVE_OF = {
    "TicketCalled": "call", "TicketRecalled": "recall", "TicketAcknowledged": "acknowledge", "ServiceStarted": "start",
    "TicketHeld": "hold", "TicketMissed": "miss", "ServiceFinished": "finish", "TicketTransferred": "transfer",
    "TicketReinstated": "reinstate", "TicketPostponed": "postpone", "TicketCancelled": "cancel",
    "TicketExpired": "expire",
}  # fmt: skip


NOTES = frozenset({"CallEscalated", "CallShown", "CallUnseen", "TicketFollowed", "DiversionAnswered", "TicketPlanned"})
"""Told of a ticket without moving it."""


class Ledger:
    """Takes every event once, in order; `live` is what they make of the hall."""

    def __init__(self) -> None:
        self.live = LiveHall()
        self.numbers: set[tuple[str, str]] = set()
        self.status: dict[str, str] = {}
        self.number: dict[str, str] = {}
        self.calls: Counter[tuple[str, int]] = Counter()
        """How often each ticket was called to each window, recalls left out."""
        self.credit: dict[str, tuple[int, int]] = {}
        """Moment of issue and credit of those who still have the turn they came with."""
        self.goes_on = ""
        """The ticket that finished a stop by the last event and goes on to the next one by this one."""

    def take(self, rows: Iterable[StoredEvent]) -> None:
        for row in rows:
            assert row.position == self.live.position + 1, f"event {row.position} follows {self.live.position}"
            if row.event.ticket and row.event.name not in AFTERWARDS:
                self._check_move(row.event)
                if row.event.name == "TicketCalled":
                    self._check_fair(row.event)
                self._note(row.event)
            self.live.apply(row.position, row.event)

    def _check_move(self, event: Event) -> None:
        told = f"{event.name} of {event.number}: {event.was} → {event.status}"
        known = "" if event.name in NOTES else self.status.get(event.ticket, "")
        assert known == event.was, f"{told}, but it was {known}"
        if event.name == "TicketNear":
            assert event.was == event.status == "waiting", told
            assert not self.live.tickets[event.ticket].near, f"{event.number} was told twice that it is near"
            return
        if event.name == "WaveCalled":
            assert event.was == event.status == "waiting", told
            assert self.live.tickets[event.ticket].outside == event.fact("zone"), f"{event.number} was not outside"
            return
        goes_on, self.goes_on = self.goes_on, ""
        if event.name == "ServiceFinished" and event.fact("outcome") == "next":
            self.goes_on = event.ticket
        if event.name in NOTES:
            assert event.was == "" and event.status == self.status[event.ticket], told
            return
        if event.fact("reason") == "late":
            assert event.ticket not in self.status, told
            return
        if event.name == "TicketIssued":
            assert (self.live.day, event.number) not in self.numbers, f"{event.number} was given before today"
            self.numbers.add((self.live.day, event.number))
        elif event.name == "ActUndone":
            allowed, leads_to = MOVES[MOVE_OF[str(event.fact("undone"))]]
            assert event.status in allowed and event.was in {leads_to, "waiting", "held"}, told
        elif event.name == "TicketTransferred" and event.was == "done":
            assert goes_on == event.ticket, f"{told}: it came back from its end"
        elif event.name == "TicketTransferred" and event.fact("reason") == "escalated":
            assert event.was not in FINAL and event.status == "waiting", told
        elif event.name == "TicketTransferred" and event.fact("reason") in {"window_closed", "planned"}:
            assert event.was == event.status == "waiting", told
        elif event.name == "TicketHeld" and event.fact("reason") in {"walking", "gap"}:
            assert (event.was, event.status) == ("waiting", "held"), told
            assert event.whole("until_at") > event.at, f"{told}, until a moment that is past"
        elif event.name == "TicketHeld" and event.fact("reason") == HOLDS:
            assert (event.was, event.status) == ("waiting", "held"), told
        else:
            allowed, leads_to = MOVES[MOVE_OF[event.name]]
            assert event.was in allowed and event.status == leads_to, told
            assert event.was not in FINAL, told

    def _check_fair(self, event: Event) -> None:
        """Nobody is called past an earlier effective turn, nor anyone overtaken beyond the credit, but by override."""
        if event.fact("override"):
            return
        live, called = self.live, self.live.tickets[event.ticket]
        shares = {f"@{event.window}": 0, **dict(live.windows[event.window].queues)}
        assert called.index in shares, (
            f"{event.number} waited in {called.index}, which window {event.window} does not serve"
        )
        mine = called.turn + shares[called.index] * 1000
        for index, handicap_s in shares.items():
            for other in list(live.in_order(index))[:1]:
                turn = live.tickets[other].turn + handicap_s * 1000
                assert mine <= turn, f"{event.number} was called past {live.tickets[other].number}"
        if event.ticket in self.credit:
            came, credit_ms = self.credit[event.ticket]
            for other in live.in_order(called.index):
                before = came - self.credit.get(other, (came, 0))[0]
                assert before <= credit_ms, (
                    f"{event.number} overtook one who came {before} ms before, by {credit_ms} ms"
                )

    def _note(self, event: Event) -> None:
        self.number[event.ticket] = event.number
        if event.name == "TicketCalled":
            self.calls[event.ticket, event.window] += 1
        self.status[event.ticket] = event.status
        if event.name == "TicketIssued":
            came = event.whole("since") or event.at
            if event.fact("booked"):
                came = event.turn  # whoever booked counts from the slot, not from the door
            self.credit[event.ticket] = came, came - event.turn
        elif event.status == "waiting":
            self.credit.pop(event.ticket, None)


def assert_same(folded: LiveHall, fresh: LiveHall) -> None:
    """Folding all events from nothing gives what a snapshot and its pages give."""
    assert (folded.position, folded.day, folded.at) == (fresh.position, fresh.day, fresh.at)
    assert folded.tickets == fresh.tickets, differing(folded.tickets, fresh.tickets)
    assert folded.windows == fresh.windows
    assert folded.places == fresh.places
    assert folded.diversions.by_id == fresh.diversions.by_id
    assert counted(folded) == counted(fresh)
    indexes = {ticket.index for ticket in fresh.tickets.values()}
    for index in indexes:
        assert list(folded.in_order(index)) == list(fresh.in_order(index)), index
        assert folded.waiting(index) == fresh.waiting(index)
        assert folded.oldest(index) == fresh.oldest(index)


def counted(live: LiveHall) -> dict[str, QueueDay]:
    """The counters of those queues where anything was counted."""
    return {queue: day for queue, day in live.days.items() if day != QueueDay()}


def differing(
    folded: dict[str, LiveTicket], fresh: dict[str, LiveTicket]
) -> list[tuple[LiveTicket | None, LiveTicket | None]]:
    """Those that are not alike: as folded, as fresh."""
    keys = sorted(folded.keys() | fresh.keys())
    return [(folded.get(key), fresh.get(key)) for key in keys if folded.get(key) != fresh.get(key)]
