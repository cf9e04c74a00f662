"""The acts of the model around calls that are shown, devices, and numbers that kiosks hold."""

from typing import Any

from queue_server.domain.ladder import MISSED_BY_ALL, STEPS
from queue_server.domain.ticket import TicketRecord
from tests.support.model import FINAL, ModelHall, Outcome, refuse


class KioskModel(ModelHall):
    """Leases and the ladder; what issues a ticket is given by the acts proper."""

    take: Any
    new_ticket: Any
    let_wait: Any

    # the ladder

    def _present(self, ticket_id: str, times: int) -> TicketRecord | None:
        ticket = self.open.get(ticket_id)
        return ticket if ticket and ticket.status == "called" and ticket.times_called == times else None

    def _tell(self, event: str, ticket_id: str, window: int) -> None:
        status = self.tickets[ticket_id].status if ticket_id else ""
        self.told.append((event, ticket_id, window, status, ""))

    def climb(self, order: Any) -> Outcome:
        ticket = self._present(order.ticket, order.times)
        if ticket and not ticket.coming and STEPS.index(order.step) > STEPS.index(ticket.step):
            ticket.step = self.windows[ticket.window].step = order.step
            self._tell("CallEscalated", order.ticket, ticket.window)
        return Outcome()

    def unseen(self, order: Any) -> Outcome:
        ticket = self._present(order.ticket, order.times)
        if ticket and not ticket.shown:
            ticket.shown = MISSED_BY_ALL
            self._tell("CallUnseen", order.ticket, ticket.window)
        return Outcome()

    def shown(self, order: Any) -> Outcome:
        for number, called, times in order.calls:
            window = self.window(number)
            ticket = self._present(window.ticket, times) if window.number == called else None
            if ticket and not ticket.shown & order.how:
                ticket.shown |= order.how
                self._tell("CallShown", window.ticket, number)
        return Outcome()

    def follow(self, order: Any) -> Outcome:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        if not ticket.phone and ticket.status not in FINAL:
            ticket.phone = 1
            self._tell("TicketFollowed", order.ticket, ticket.window)
        return self.answer(order.ticket)

    def near(self, order: Any) -> Outcome:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        if not ticket.near and ticket.status == "waiting":
            ticket.near = 1
            self.told.append(("TicketNear", order.ticket, 0, "waiting", "waiting"))
        return self.answer(order.ticket)

    # leases

    def _skip_past(self, counter: str, number: int) -> None:
        given = self.numbers.get(counter, 0)
        if number > given:
            self.numbers[counter] = number
            self.skipped.update((counter, n) for n in range(given + 1, number + 1))

    def lease(self, order: Any) -> Outcome:
        for _, queue, many in order.wanted:
            if self.given[order.device, queue] + many > 10_000:
                return refuse("LEASE_LIMIT", queue=queue, most=10_000)
        restored = bool(order.restored)
        for counter, number in order.seen:
            if (order.restored or self._is_near(counter, number)) and number > self.numbers.get(counter, 0):
                self._skip_past(counter, number)
                restored = True
        for held in order.held:
            lease, queue, first, last, ordinal, day = held
            near = self._is_near(queue, last) and self._is_near("#", ordinal)
            if lease in self.leases or day != self.order_day or not near or not 0 <= last - first < 500:
                continue
            self.leases[lease] = (queue, first, last, ordinal, 0)
            self._skip_past(queue, last)
            self._skip_past("#", ordinal + last - first)
            restored = True
        if restored or not self.epoch:
            self.epoch = order.epoch
        rows: list[list[Any]] = [[self.epoch, self.order_day]]
        for lease, queue, many in order.wanted:
            last = self.take(queue, many)
            first, ordinal = last - many + 1, self.take("#", many) - many + 1
            self.leases[lease] = (queue, first, last, ordinal, self.now)
            self.given[order.device, queue] += many
            self._tell("NumbersLeased", "", 0)
            rows.append([lease, queue, first, last, ordinal])
        return Outcome(rows=rows)

    def _is_near(self, counter: str, number: int) -> bool:
        return number <= self.numbers.get(counter, 0) + 20_000

    def hand_in(self, order: Any) -> Outcome:
        queue = order.stops[0][1]
        ticket_id, number = f"{order.lease_day}-{order.ordinal:07d}", f"{queue}{order.number:03d}"
        if order.lease_day < self.day:
            return self._late(order, ticket_id)
        slip = (order.lease, number)
        if slip in self.handed:
            return self.answer(self.handed[slip])._replace(rows=[["known"]])
        lease = self.leases.get(order.lease) or self._unknown(order, queue)
        if order.lease_day > self.order_day or not lease or not self._is_of_lease(lease, queue, order):
            return refuse("NO_SUCH_LEASE", lease=order.lease, number=number)
        if not lease[4] and self.came_first.get(number, order.lease) != order.lease:
            return refuse("NO_SUCH_LEASE", lease=order.lease, number=number)
        if not order.printed:
            if order.unless:
                facts = order.unless_facts
                return refuse(order.unless, **dict(zip(facts[::2], facts[1::2], strict=True)))
            mine = self.open.get(self.people.get((queue, order.person), "")) if order.person else None
            if mine and mine.queue == queue:
                return refuse("ALREADY_WAITING", number=mine.number, queue=queue)
        if ticket_id in self.tickets:
            ticket_id = f"{self.order_day}-{self.take('#'):07d}"
        self.handed[slip] = ticket_id
        if not lease[4]:
            self.came_first[number] = order.lease
        return self.let_wait(order, ticket_id, order.number, self._came_at(order, lease[4]))

    def _came_at(self, order: Any, leased_at: int) -> int:
        day_from = int(order.day_from)
        return max(leased_at, day_from, min(order.taken_at, self.now, day_from + 86_400_000))

    def _unknown(self, order: Any, queue: str) -> tuple[str, int, int, int, int] | None:
        """What is on paper was promised before a restore, unless it is far from all that was ever given today."""
        if not order.printed or not self._is_near(queue, order.number) or not self._is_near("#", order.ordinal):
            return None
        self._skip_past(queue, order.number)
        self._skip_past("#", order.ordinal)
        if (queue, order.number) not in self.skipped:
            return None
        return (queue, order.number, order.number, order.ordinal, 0)

    @staticmethod
    def _is_of_lease(lease: tuple[str, int, int, int, int], queue: str, order: Any) -> bool:
        within = lease[0] == queue and lease[1] <= order.number <= lease[2]
        return within and order.ordinal == lease[3] + order.number - lease[1]

    def _late(self, order: Any, ticket_id: str) -> Outcome:
        ticket = self.new_ticket(order, order.number, self._came_at(order, 0))
        there = self.tickets.get(ticket_id)
        if there and there.number == ticket.number:
            return self.answer(ticket_id)._replace(rows=[["known"]])
        ticket.status, ticket.finished_at = "expired", self.now
        late = there or order.lease_day != self.previous_day or order.ordinal > self.previous_ordinals
        if not late:
            self.tickets[ticket_id] = ticket
            self.told.append(("TicketExpired", ticket_id, 0, "expired", ""))
        return Outcome("", {}, ticket_id, ticket)
