"""Carries measures out in a simulated hall, as far as its people go, and says so in events."""

from random import Random
from typing import Any

from msgspec import structs

from ops.backtest.day import LAST_TICKETS_MIN, Visitor
from ops.backtest.floor import Ticket, Window
from ops.backtest.nature import MIN_MS
from ops.backtest.world import World
from queue_server.domain.hall import Service

Document = dict[str, Any]
FIELDS = ("action", "window", "queue", "service", "to")
OPENING_MIN = 5
LASTS_MIN = {"reskill_window": 45, "send_helpers": 60, "guide_to_device": 60, "offer_later": 30, "offer_hall": 60}
HEED = {"guide_to_device": 0.45, "offer_later": 0.2, "offer_hall": 0.15}
"""The share who accept an offer. The halls know it no better than their visitors."""
HELP = (0.80, 0.85)
"""What handling times are multiplied by while helpers prepare the visitors."""


class Measures:
    """The measures of one day. Clerks stay once they opened a window; a team of helpers comes back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.clerks = world.hall.diversion.reserve_clerks
        self.teams = world.hall.diversion.helper_teams
        self.begun: list[str] = []
        self.kept_out = 0
        """Visitors who accepted an offer before they took a ticket."""
        self._rng = Random(f"measures {world.day.midnight}")
        self._offers: dict[str, Document] = {}
        """Running offers, by what they name."""
        self._begin = {
            "open_window": self._open,
            "reskill_window": self._reskill,
            "send_helpers": self._help,
            **dict.fromkeys(HEED, self._offer),
        }
        world.greet, world.joined = self._greet, self._joined

    def begin(self, wish: Document) -> bool:
        """Carries it out, or refuses it silently: what cannot be, what runs already, what nobody is left for."""
        measure = {field: wish[field] for field in FIELDS if wish.get(field)}
        begin = self._begin.get(str(wish.get("action")))
        if begin is None or not begin(measure):
            return False
        self.begun.append(measure["action"])
        return True

    def shut_windows(self) -> list[Window]:
        """Windows that nobody opened all day."""
        return [window for number, window in self._world.windows.items() if not self._was_open(number)]

    def _was_open(self, number: int) -> bool:
        shift = self._world.day.shifts.get(number)
        return bool(shift and shift.spans) or self._world.windows[number].staff != ""

    def _say(self, event: str, measure: Document) -> None:
        self._world.tell(event, **measure)

    def _end(self, measure: Document) -> None:
        self._say("DiversionEnded", measure)

    # windows and helpers

    def _open(self, measure: Document) -> bool:
        window = self._world.windows.get(measure.get("window", 0))
        if window is None or self._was_open(window.number) or not self.clerks:
            return False
        self.clerks -= 1
        window.staff = f"R{window.number}"
        self._say("DiversionStarted", measure)
        self._world.later(self._world.at + OPENING_MIN * MIN_MS, self._world.open, window)
        self._world.later(self._world.day.closes, self._close, window, measure)
        return True

    def _close(self, window: Window, measure: Document) -> None:
        self._end(measure)
        self._world.close(window, "drained")

    def _reskill(self, measure: Document) -> bool:
        window = self._world.windows.get(measure.get("window", 0))
        queue = measure.get("queue", "")
        plan = self._world.hall.window_by_number.get(measure.get("window", 0))
        if window is None or plan is None or queue not in plan.may_learn:
            return False
        if window.status == "closed" or window.learnt or queue in window.shares:
            return False
        self._say("DiversionStarted", measure)
        window.learnt, window.shares = queue, {**window.shares, queue: 0}
        self._world.say_open(window)
        self._world.later(self._world.at + LASTS_MIN["reskill_window"] * MIN_MS, self._unlearn, window, measure)
        return True

    def _unlearn(self, window: Window, measure: Document) -> None:
        window.shares = {queue: ms for queue, ms in window.shares.items() if queue != window.learnt}
        window.learnt = ""
        if window.status != "closed":
            self._world.say_open(window)
        self._end(measure)

    def _help(self, measure: Document) -> bool:
        queue = measure.get("queue", "")
        if not self.teams or queue in self._world.helped or queue not in self._world.hall.queue_by_id:
            return False
        self.teams -= 1
        self._say("DiversionStarted", measure)
        self._world.helped[queue] = self._rng.uniform(*HELP)
        self._world.later(self._world.at + LASTS_MIN["send_helpers"] * MIN_MS, self._stop_help, queue, measure)
        return True

    def _stop_help(self, queue: str, measure: Document) -> None:
        self.teams += 1
        del self._world.helped[queue]
        self._end(measure)

    # offers to visitors

    def _offer(self, measure: Document) -> bool:
        about = measure.get("service") or measure.get("queue", "")
        service = self._world.hall.service_by_id.get(about)
        if about in self._offers or not self._can_be_offered(measure["action"], about, service):
            return False
        self._offers[about] = measure
        self._say("DiversionStarted", measure)
        for ticket in self._world.tickets:
            if ticket.waiting and ticket.stop == 1 and about in (ticket.service, ticket.queue):
                self._ask(ticket, measure["action"], self._rng.uniform(1, 12))
        self._world.later(self._world.at + LASTS_MIN[measure["action"]] * MIN_MS, self._withdraw, about)
        return True

    def _can_be_offered(self, action: str, about: str, service: Service | None) -> bool:
        if action == "guide_to_device":
            return service is not None and "self" in service.alternatives
        return service is not None or about in self._world.hall.queue_by_id

    def _withdraw(self, about: str) -> None:
        self._end(self._offers.pop(about))

    def _ask(self, ticket: Ticket, action: str, minutes: float) -> None:
        if ticket.visitor.heed < HEED[action]:
            self._world.later(self._world.at + minutes * MIN_MS, self._divert, ticket, action)

    def _divert(self, ticket: Ticket, action: str) -> None:
        if not ticket.waiting:
            return
        self._world.leave(ticket, "diverted")
        if action == "offer_later":
            self._come_later(ticket.visitor)

    def _offers_to(self, visitor: Visitor) -> str:
        """The action that is offered to them, or nothing."""
        queue = self._world.hall.service_by_id[visitor.service].queue
        measure = self._offers.get(visitor.service) or self._offers.get(queue)
        return measure["action"] if measure else ""

    def _greet(self, visitor: Visitor) -> bool:
        """Half of those who accept never take a ticket."""
        action = self._offers_to(visitor)
        if not action or visitor.heed >= HEED[action] / 2:
            return True
        self.kept_out += 1
        if action == "offer_later":
            self._come_later(visitor)
        return False

    def _joined(self, ticket: Ticket) -> None:
        action = self._offers_to(ticket.visitor)
        if action:
            self._ask(ticket, action, self._rng.uniform(1, 4))

    def _come_later(self, visitor: Visitor) -> None:
        at = self._world.at + self._rng.uniform(60, 90) * MIN_MS
        if at < self._world.day.closes - LAST_TICKETS_MIN * MIN_MS:
            self._world.later(at, self._world.come, structs.replace(visitor, heed=1.0, slot=0))
