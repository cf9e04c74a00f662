"""The model's ratings and cases: finished stops are rated once, low ones and complaints are followed to their end."""

from typing import Any

from queue_server.domain.rating import CaseRecord, RatedStop, moves_of
from queue_server.domain.ticket import FINAL
from tests.support.model import Outcome, refuse
from tests.support.model_acts import ActingHall

KEPT_MS = 30 * 86_400_000


class RatedHall(ActingHall):
    """The model with what its visitors say of it."""

    def __init__(self) -> None:
        super().__init__()
        self.finished: dict[tuple[str, int], RatedStop] = {}
        self.cases: dict[str, CaseRecord] = {}
        self.projects: dict[str, str] = {}
        self.cases_today = 0

    # what can be rated

    def finish(self, order: Any) -> Outcome:
        ticket_id = self.window(order.window).ticket
        stop = self.tickets[ticket_id].stop if ticket_id else 0
        of = self._served(ticket_id, order.window) if ticket_id else None
        outcome = super().finish(order)
        if of and not outcome.refusal:
            of.finished_at = self.now
            self.finished[ticket_id, stop] = of
        return outcome

    def _served(self, ticket_id: str, window: int) -> RatedStop:
        ticket = self.tickets[ticket_id]
        return RatedStop(
            number=ticket.number, queue=ticket.queue, service=ticket.service, window=window, staff=ticket.served_by,
            finished_at=0,
        )  # fmt: skip

    def undo(self, order: Any) -> Outcome:
        deed = self.deeds.get(order.window)
        key = (deed.ticket_id, deed.ticket.stop) if deed and deed.event == "ServiceFinished" else ("", 0)
        if deed and key in self.finished and self.finished[key].score:
            return refuse("TOO_LATE", undone=deed.event, within_s=order.within_ms // 1000)
        outcome = super().undo(order)
        if not outcome.refusal:
            self.finished.pop(key, None)
        return outcome

    def close_day(self, at: int, day: str) -> None:
        if not self.day or self.day >= day:
            return
        forgotten = self.previous_day
        super().close_day(at, day)
        self.finished = {key: of for key, of in self.finished.items() if not self._is_of(key[0], forgotten)}
        self.cases_today = 0
        for case, record in sorted(self.cases.items(), key=lambda row: (row[1].ended_at, row[0])):
            if 0 < record.ended_at <= self.at - KEPT_MS:
                del self.cases[case]
                self.projects.pop(record.code, None)
                self._tell_case("CaseChanged", "", 0, {"case": case, "to": "purged"})

    # ratings

    def rate(self, order: Any) -> Outcome:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        stop = order.stop or (ticket.stop if ticket.status == "done" else ticket.stop - 1)
        of = self.finished.get((order.ticket, stop))
        if of is None:
            return refuse("NOT_SERVED", ticket=order.ticket)
        if order.window not in (0, of.window):
            return refuse("WRONG_WINDOW", window=order.window)
        if of.score:
            return refuse("ALREADY_RATED", ticket=order.ticket)
        of.score, of.tags, of.channel = order.score, list(order.tags), order.channel
        of.comment, of.rated_at = order.comment, self.now
        facts = {"score": of.score, "tags": ",".join(of.tags), "channel": of.channel, "stop": stop}
        self._tell_case("RatingGiven", order.ticket, of.window, facts)
        case = self._open("rating", order, order.ticket, stop, of, of.comment) if of.score <= 2 else ""
        return Outcome("", {}, order.ticket, rows=[[stop, case]])

    # cases

    def open_case(self, order: Any) -> Outcome:
        of, stop = RatedStop(number="", queue="", service="", window=0, staff="", finished_at=0), 0
        if order.ticket:
            ticket = self.tickets.get(order.ticket)
            if ticket is None:
                return refuse("NO_SUCH_TICKET", ticket=order.ticket)
            stop = max(ticket.stop if ticket.status == "done" else ticket.stop - 1, 1)
            of = self.finished.get((order.ticket, stop)) or self._served(order.ticket, ticket.window)
        bare = RatedStop(
            number=of.number, queue=of.queue, service=of.service, window=of.window, staff=of.staff, finished_at=0
        )
        return Outcome("", {}, self._open("complaint", order, order.ticket, stop, bare, order.text))

    def _open(self, kind: str, order: Any, ticket: str, stop: int, of: RatedStop, text: str) -> str:
        self.cases_today += 1
        case = f"C-{self.order_day}-{self.cases_today}"
        self.cases[case] = CaseRecord(
            kind=kind, status="open", ticket=ticket, stop=stop, number=of.number, queue=of.queue, service=of.service,
            window=of.window, staff=of.staff, score=of.score, tags=list(of.tags), channel=order.channel, text=text,
            owner=order.owner, due_at=order.due_at, opened_at=self.now, changed_at=self.now, ended_at=0,
            by=order.actor, changes=[],
        )  # fmt: skip
        facts = {"case": case, "kind": kind, "owner": order.owner, "due_at": order.due_at}
        self._tell_case("CaseOpened", ticket, of.window, facts)
        return case

    def change_case(self, order: Any) -> Outcome:
        case = self.cases.get(order.case)
        if case is None:
            return refuse("NO_SUCH_CASE", case=order.case)
        before, after = case.status, order.status or case.status
        moves = moves_of(case.kind)
        allowed = after in moves[before] if order.status else not case.ended_at
        if not allowed:
            return refuse("CASE_STATUS", case=order.case, status=before)
        case.status, case.changed_at, case.owner = after, self.now, order.owner or case.owner
        case.due_at = order.due_at if order.status else case.due_at
        case.ended_at = 0 if moves[after] else self.now
        case.changes.append((self.now, order.actor, before, after, case.owner, order.note))
        facts = {"case": order.case, "step": before, "to": after, "owner": case.owner, "due_at": case.due_at}
        self._tell_case("CaseChanged", case.ticket, case.window, facts)
        return Outcome("", {}, order.case)

    # large projects

    def open_project(self, order: Any) -> Outcome:
        if order.code in self.projects:
            return refuse("CODE_TAKEN")
        of = RatedStop(
            number="", queue=order.queue, service=order.service, window=order.window, staff="", finished_at=0
        )
        case = self._open("project", order, "", 0, of, order.title)
        self.cases[case].code = order.code
        self.projects[order.code] = case
        return Outcome("", {}, case, rows=[[order.code]])

    def visit_project(self, order: Any) -> Outcome:
        case = self.cases.get(order.case)
        if case is None or case.kind != "project" or case.ended_at:
            return refuse("NO_SUCH_PROJECT")
        last = self.tickets.get(case.visits[-1][1]) if case.visits else None
        if last and last.status not in FINAL:
            return refuse("ALREADY_WAITING", number=last.number, queue=last.queue)
        if self.window(case.window).status == "closed":
            return refuse("OFFICER_AWAY", window=case.window, next_at=order.next_at)
        outcome = self.let_wait(order, *self.next_ticket(order), self.now, only_window=case.window)
        number = self.tickets[outcome.ticket_id].number
        case.visits.append((self.now, outcome.ticket_id, number, case.window))
        facts = {"case": order.case, "step": case.status, "to": case.status, "owner": case.owner, "due_at": case.due_at}
        self._tell_case("CaseChanged", "", case.window, facts)
        return outcome

    def _tell_case(self, event: str, ticket: str, window: int, facts: dict[str, Any]) -> None:
        self.facts[len(self.told)] = facts
        self.told.append((event, ticket, window, "", ""))
