"""Promises that outlive a visit: who still has to bring what, what the hall still owes, and who is reminded of it."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import UNSET

from queue_server.contract import promises
from queue_server.contract.answers import Material
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Hall
from queue_server.domain.messages import Message
from queue_server.domain.promise import ENDS, STATES, PromiseRecord, is_halls
from queue_server.domain.promise_orders import EndPromise, Reminded
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.messages import Outbox
from queue_server.flows.running import PromiseCounts
from queue_server.flows.seals import Seals

LOOK_MS = 30_000
"""How often it is looked whether one has become overdue: time alone does that, and tells no event."""
REMIND_MS = 5_000
"""How often it is looked who is to be reminded."""
AT_ONCE = 100
MOST_STOPS = 64
"""No visit has more; a promise outlives the ticket that knows how many there were."""
WORTH_MS = 12 * 3_600_000
"""A reminder or a result that could not be told within this time is not worth telling any more."""


class Kept(Protocol):
    """What is kept of promises; see `store.promised`."""

    async def open(self, hall: str) -> list[tuple[str, PromiseRecord]]: ...
    async def ended(self, hall: str) -> list[tuple[str, PromiseRecord]]: ...
    async def one(self, hall: str, promise: str) -> PromiseRecord | None: ...
    async def of_ticket(self, hall: str, ticket: str, stops: int) -> list[tuple[str, PromiseRecord]]: ...
    async def due(self, hall: str, at: int) -> tuple[int, int, int]: ...
    async def reminders(self, hall: str, at: int, limit: int) -> list[tuple[str, PromiseRecord, list[str]]]: ...


class PromiseFlows:
    """The use cases around promises. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept, mail: Outbox, seals: Seals) -> None:
        self._acting = acting
        self._kept = kept
        self._mail = mail
        self._seals = seals
        self._looked: dict[str, tuple[int, int]] = {}
        self._reminded: dict[str, int] = {}

    async def listed(self, ask: Ask, status: str | None = None) -> promises.Promises:
        """Those of one status; those that stand without one. The one that is due first stands first."""
        if status is not None and status not in STATES:
            raise Refusal("INVALID", {"field": "status", "problem": f"expected one of {', '.join(STATES)}"})
        hall = ask.running.hall
        rows = await (self._kept.ended(hall.id) if status in ENDS else self._kept.open(hall.id))
        found = [row for row in rows if status in (None, row[1].status)]
        ordered = sorted(found, key=lambda row: (-row[1].ended_at, row[1].due_at, row[0]))
        return self._told(hall, ordered, is_staff=True)

    async def of_ticket(self, ask: Ask, ticket: str) -> promises.Promises:
        """Those that were made with a ticket, first to last; what was withdrawn is not told."""
        hall = ask.running.hall
        rows = await self._kept.of_ticket(hall.id, ticket, MOST_STOPS)
        if not rows and await self._acting.halls.read_ticket(hall.id, ticket) is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})
        stand = [row for row in rows if row[1].status != "withdrawn"]
        return self._told(hall, stand, is_staff=ask.caller.role not in {"visitor", "kiosk"})

    async def end(self, ask: Ask, promise: str, wanted: promises.EndPromise) -> promises.Promise:
        """It was kept, broken or is withdrawn; who waited for a result is told that it is there."""
        common, hall = self._acting.common(ask), ask.running.hall
        order = EndPromise(**common, promise_id=promise, status=wanted.status, note=wanted.note)
        acted = await self._acting.act(ask, "end_promise", order)
        record = await self._kept.one(hall.id, promise)
        if record is None:
            raise Refusal("NO_SUCH_PROMISE", {"promise": promise})
        to = [str(contact) for contact in acted.rows[0]]
        if record.status == "kept" and is_halls(record.kind) and to:
            await self._mail.post(
                hall.id, [await self._message(hall, promise, record, to, "promise_kept", common["at"])]
            )
        return _promise(hall, promise, record, common["at"], is_staff=True)

    async def look(self, ask: Ask) -> None:
        """A step of the hall's care: counts what stands and is overdue, and reminds who is to be reminded."""
        running, now = ask.running, self._acting.clock()
        if now - self._reminded.get(running.hall.id, 0) >= REMIND_MS:
            self._reminded[running.hall.id] = now
            await self._remind(ask, now)
        seen_at, seen = self._looked.get(running.hall.id, (0, -1))
        changed = running.live.promise_version
        if changed == seen and 0 <= now - seen_at < LOOK_MS:
            return
        open_now, overdue, late = await self._kept.due(running.hall.id, now)
        running.promises = PromiseCounts(open=open_now, overdue=overdue, late=late)
        self._looked[running.hall.id] = (now, changed)

    async def _remind(self, ask: Ask, now: int) -> None:
        """First handed in, then noted: who dies between leaves a message whose id says that it was handed in."""
        hall = ask.running.hall
        rows = await self._kept.reminders(hall.id, now, AT_ONCE)
        if not rows:
            return
        told = [
            await self._message(hall, promise, record, to, _template(record), now, record.reminders[0][0])
            for promise, record, to in rows
            if to and now < record.due_at and not _is_overtaken(record, now)
        ]
        await self._mail.post(hall.id, told)
        noted = [(promise, record.reminders[0][0]) for promise, record, _ in rows]
        await self._acting.act(ask, "reminded", Reminded(**self._acting.common(ask), told=noted))

    async def _message(
        self, hall: Hall, promise: str, record: PromiseRecord, to: list[str], template: str, at: int, what: str = "kept"
    ) -> Message:
        still = await self._acting.halls.read_ticket(hall.id, record.ticket)  # a ticket that is forgotten has no page
        return Message(
            id=f"{promise}-{what}",
            to=tuple(to),
            template=template,
            language=record.language,
            facts={
                "number": record.number, "queue": record.queue, "service": record.service, "window": record.window,
                "until_at": max(record.due_at - 1, 0), "at": at,
            },
            at=at,
            not_after=at + WORTH_MS,
            person=record.person,
            about=record.ticket,
            page=f"/t/{self._seals.seal('t', hall.id, record.ticket)}" if still else "",
        )  # fmt: skip

    def _told(self, hall: Hall, rows: Iterable[tuple[str, PromiseRecord]], is_staff: bool) -> promises.Promises:
        now = self._acting.clock()
        return promises.Promises(promises=[_promise(hall, promise, record, now, is_staff) for promise, record in rows])


def _is_overtaken(record: PromiseRecord, at: int) -> bool:
    """Whether the next reminder is due as well, as after a time when nobody could remind: it says the same."""
    return len(record.reminders) > 1 and record.reminders[1][1] <= at


def _template(record: PromiseRecord) -> str:
    return "promise_result" if is_halls(record.kind) else "promise_papers"


def _promise(hall: Hall, promise: str, record: PromiseRecord, at: int, is_staff: bool) -> promises.Promise:
    papers = {paper.id: paper.names for paper in hall.papers}
    service = hall.service_by_id.get(record.service)
    return promises.Promise(
        id=promise, kind=record.kind, status=record.status, ticket=record.ticket, number=record.number,
        service=record.service, names=service.names if service else {"zh": record.service}, window=record.window,
        due_at=rfc3339(record.due_at), overdue=record.status == "open" and record.due_at <= at,
        papers=[Material(id=paper, names=papers.get(paper, {"zh": paper})) for paper in record.papers],
        note=record.note, made_at=rfc3339(record.made_at),
        ended_at=rfc3339(record.ended_at) if record.ended_at else UNSET,
        remark=record.remark if is_staff and record.ended_at else UNSET,
        staff=record.staff if is_staff else UNSET,
    )  # fmt: skip
