"""Cases: what was not well, from the one who was asked first (首问负责) to its end."""

from collections.abc import Iterable

from msgspec import UNSET

from queue_server.contract import ratings
from queue_server.contract.times import rfc3339
from queue_server.domain.rating import CASE_ENDS, CASE_STATUSES, CaseRecord, due_after, moves_of
from queue_server.domain.rating_orders import ChangeCase, OpenCase
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.booking_codes import shown
from queue_server.flows.ratings import Kept
from queue_server.flows.running import CaseCounts
from queue_server.flows.windows import id_of

CHANNELS = {"window": "window", "desk": "desk"}
"""Where a complaint was taken in, by the role of who did; everybody else is the office."""
LOOK_MS = 30_000
"""How often it is looked whether a case has become overdue: time alone does that, and tells no event."""


class CaseFlows:
    """The use cases around cases. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept) -> None:
        self._acting = acting
        self._kept = kept
        self._looked: dict[str, tuple[int, int]] = {}

    async def listed(self, ask: Ask, status: str | None = None) -> ratings.Cases:
        """Those of one status; of all that have not ended without one. The one that is due first stands first."""
        if status is not None and status not in CASE_STATUSES:
            raise Refusal("INVALID", {"field": "status", "problem": f"expected one of {', '.join(CASE_STATUSES)}"})
        hall, ended = ask.running.hall.id, status in CASE_ENDS
        rows = await (self._kept.ended_cases(hall) if ended else self._kept.open_cases(hall))
        found = [row for row in rows if status in (None, row[1].status)]
        return ratings.Cases(cases=self._in_order(found))

    def _in_order(self, rows: Iterable[tuple[str, CaseRecord]]) -> list[ratings.Case]:
        now = self._acting.clock()
        ordered = sorted(rows, key=lambda row: (-row[1].ended_at, row[1].due_at, row[1].opened_at, row[0]))
        return [told(case, record, now) for case, record in ordered]

    async def open(self, ask: Ask, wanted: ratings.OpenCase) -> ratings.OpenedCase:
        """Takes a complaint in."""
        common = self._acting.common(ask)
        order = OpenCase(
            **common,
            ticket=await id_of(ask, wanted.ticket) if wanted.ticket else "",
            text=wanted.text,
            channel=CHANNELS.get(ask.caller.role, "office"),
            owner=wanted.owner,
            due_at=due_after(ask.running.hall, "open", common["at"]),
        )
        acted = await self._acting.act(ask, "open_case", order)
        return ratings.OpenedCase(id=acted.ticket_id, status="open", owner=order.owner, due_at=rfc3339(order.due_at))

    async def change(self, ask: Ask, case: str, wanted: ratings.ChangeCase) -> ratings.Case:
        """A step, a handover, or both. A step says what was found or done."""
        if wanted.status is None and wanted.owner is None:
            raise Refusal("INVALID", {"field": "status", "problem": "expected `status` or `owner`"})
        if wanted.status is not None and wanted.note is None:
            raise Refusal("INVALID", {"field": "note", "problem": "expected a note with each step"})
        common, status = self._acting.common(ask), wanted.status or ""
        before = await self._kept.case(ask.running.hall.id, case)
        kind = before.kind if before else ""
        order = ChangeCase(
            **common, case=case, status=status, owner=wanted.owner or "", note=wanted.note or "",
            due_at=due_after(ask.running.hall, status, common["at"], kind),
        )  # fmt: skip
        await self._acting.act(ask, "change_case", order)
        record = await self._kept.case(ask.running.hall.id, case)
        if record is None:
            raise Refusal("NO_SUCH_CASE", {"case": case})
        return told(case, record, common["at"])

    async def look(self, ask: Ask) -> None:
        """A step of the hall's care: counts what is open and overdue, soon after a case changed and now and then."""
        running, now = ask.running, self._acting.clock()
        seen_at, seen = self._looked.get(running.hall.id, (0, -1))
        changed = running.live.case_version
        if changed == seen and 0 <= now - seen_at < LOOK_MS:
            return
        open_now, overdue = await self._kept.due(running.hall.id, now)
        running.cases = CaseCounts(open=open_now, overdue=overdue)
        self._looked[running.hall.id] = (now, changed)


def told(case: str, record: CaseRecord, at: int) -> ratings.Case:
    """A case as managers see it."""
    return ratings.Case(
        id=case, kind=record.kind, status=record.status, moves=list(moves_of(record.kind)[record.status]),
        ticket=record.ticket or UNSET, number=record.number or UNSET, stop=record.stop or UNSET,
        queue=record.queue or UNSET, service=record.service or UNSET, window=record.window or UNSET,
        staff=record.staff or UNSET, score=record.score or UNSET, tags=record.tags, channel=record.channel,
        text=record.text, owner=record.owner, due_at=rfc3339(record.due_at) if record.due_at else UNSET,
        overdue=0 < record.due_at < at, opened_at=rfc3339(record.opened_at), changed_at=rfc3339(record.changed_at),
        ended_at=rfc3339(record.ended_at) if record.ended_at else UNSET, by=record.by,
        changes=[_change(*row) for row in record.changes], code=shown(record.code) if record.code else UNSET,
        visits=[ratings.ProjectVisit(at=rfc3339(row[0]), number=row[2], window=row[3]) for row in record.visits],
    )  # fmt: skip


def _change(at: int, actor: str, before: str, after: str, owner: str, note: str) -> ratings.CaseChange:
    return ratings.CaseChange(at=rfc3339(at), actor=actor, from_status=before, to_status=after, owner=owner, note=note)
