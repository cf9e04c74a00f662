"""The model's places: people counted in and out, tickets before a full zone, waves that let them in."""

from typing import Any

from queue_server.domain.occupancy import ZoneRecord
from queue_server.domain.ticket import TicketRecord
from tests.support.model import Outcome, refuse
from tests.support.model_promises import PromisingHall


class PlacesHall(PromisingHall):
    """The model with gates. Those called in are kept one by one: until when each may come."""

    def __init__(self) -> None:
        super().__init__()
        self.zones: dict[str, ZoneRecord] = {}
        self.called_in: dict[str, list[int]] = {}

    # tickets

    def new_ticket(self, order: Any, number: int, since: int) -> TicketRecord:
        ticket = super().new_ticket(order, number, since)
        ticket.outside = order.outside
        return ticket

    def _change(self, ticket_id: str, event: str, window: int = 0, /, **changes: Any) -> None:
        if changes.get("status", "waiting") != "waiting":
            changes |= {"outside": "", "let_in": 0}
        super()._change(ticket_id, event, window, **changes)

    def undo(self, order: Any) -> Outcome:
        if order.window in self.deeds:
            before = self.deeds[order.window].ticket
            before.outside, before.let_in = "", 0
        return super().undo(order)

    # zones

    def zone(self, zone: str) -> ZoneRecord:
        return self.zones.setdefault(zone, ZoneRecord())

    def still_coming(self, zone: str) -> list[int]:
        return [until for until in self.called_in.get(zone, []) if until > self.now]

    def count_people(self, order: Any) -> Outcome:
        record, coming = self.zone(order.zone), self.still_coming(order.zone)[order.entered :]
        record.people = max(record.people + order.entered - order.left, 0) if order.people < 0 else order.people
        record.entered, record.left = record.entered + order.entered, record.left + order.left
        record.counted_at, self.called_in[order.zone] = self.now, coming
        facts = {"zone": order.zone, "entered": order.entered, "left": order.left, "people": record.people}
        self._tell_place("PeopleCounted", "", facts | ({"change": "set"} if order.people >= 0 else {}))
        rows: list[list[Any]] = [[record.people, record.entered, record.left, len(coming), record.wave]]
        return Outcome("", {}, order.zone, rows=rows)

    def call_wave(self, order: Any) -> Outcome:
        record, coming = self.zones.get(order.zone) or ZoneRecord(), self.still_coming(order.zone)
        room = order.most - record.people - len(coming)
        if room <= 0:
            return refuse("ZONE_FULL", zone=order.zone, most=order.most)
        let_in = [
            ticket
            for ticket in dict.fromkeys(order.tickets)
            if ticket in self.tickets
            and (self.tickets[ticket].status, self.tickets[ticket].outside) == ("waiting", order.zone)
        ][:room]
        if not let_in:
            return refuse("NOBODY_OUTSIDE", zone=order.zone)
        self.zones[order.zone] = record
        record.wave += 1
        self.called_in[order.zone] = coming + [order.until_at] * len(let_in)
        for ticket in let_in:
            self.facts[len(self.told)] = {"zone": order.zone, "wave": record.wave, "until_at": order.until_at}
            self._change(ticket, "WaveCalled", outside="", let_in=order.until_at)
        assert record.people + len(self.called_in[order.zone]) <= order.most
        return Outcome("", {}, order.zone, rows=[[record.wave, len(let_in)]])

    def _tell_place(self, event: str, ticket: str, facts: dict[str, Any]) -> None:
        self.facts[len(self.told)] = facts
        self.told.append((event, ticket, 0, "", ""))

    def close_day(self, at: int, day: str) -> None:
        if self.day and self.day < day:
            self.zones, self.called_in = {}, {}
        super().close_day(at, day)
