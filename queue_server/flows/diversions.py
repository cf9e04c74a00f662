"""Diversions (分流): proposed by the caretaker, decided by a manager or a rule, carried out by the hall, ended."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, convert, structs

from queue_server.contract import diversions
from queue_server.contract.events import TOLD_AS
from queue_server.domain.diversion import (
    MINUTES,
    ON_THE_FLOOR,
    STATUSES,
    Diversion,
    DiversionRecord,
    Gain,
    Measure,
    diversion_of,
)
from queue_server.domain.diversion_orders import (
    EndDiversion,
    Lapse,
    MeasureDiversion,
    OnDiversion,
    Proposal,
    Propose,
    StartDiversion,
)
from queue_server.domain.orders import Acted, Order
from queue_server.domain.refusals import Refusal
from queue_server.flows import diversion_views, measures
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.running import RunningHall

MINUTE_MS = 60_000
QUIET_MIN = 30
"""So long after its dismissal a measure is not proposed again."""
ROUNDS = 2
"""After so many rounds of advice without it a proposal lapses."""
GRACE_MS = 30_000
"""A round may come a little late."""

Advised = tuple[Measure, Gain, str, int, int]
"""A measure, its gain, whom it needs, staff minutes, seconds until it takes effect."""


class DiversionFlows:
    """The use cases around diversions. All raise `Refusal`."""

    def __init__(self, acting: Acting, halls: Mapping[str, RunningHall]) -> None:
        self._acting = acting
        self._halls = halls

    # reading

    async def all_of(self, ask: Ask) -> list[Diversion]:
        """Today's diversions, the newest first."""
        records = await self._acting.halls.diversions(ask.running.hall.id)
        rows = [diversion_of(diversion, record) for diversion, record in records.items()]
        return sorted(rows, key=lambda row: (row.proposed_at, len(row.id), row.id), reverse=True)

    async def listed(self, ask: Ask, status: str | None = None) -> diversions.Diversions:
        """Those of one status or of all, as they are told. Refuses `INVALID`."""
        if status is not None and status not in STATUSES:
            raise Refusal("INVALID", {"field": "status", "problem": f"expected one of {', '.join(STATUSES)}"})
        rows = [row for row in await self.all_of(ask) if status in (None, row.status)]
        told = [diversion_views.diversion(row) for row in rows]
        return diversions.Diversions(diversions=[_for(ask, row) for row in told])

    async def tasks(self, ask: Ask) -> diversions.Tasks:
        """What the caller is asked to do now, first asked first."""
        caller = ask.caller
        running = [row for row in reversed(await self.all_of(ask)) if row.status == "started"]
        mine = [row for row in running if diversion_views.concerns(row, caller.role, caller.window)]
        return diversions.Tasks(tasks=[diversion_views.task(row) for row in mine])

    # proposing

    async def propose(self, ask: Ask, advised: Sequence[Advised]) -> list[Diversion]:
        """One round of advice: what is new is proposed, what stands gets its new gain, and rules begin theirs.

        Answers those that were proposed or renewed; not what runs already or was dismissed lately.
        """
        proposals = tuple(_proposal(*row) for row in advised)
        order = Propose(**self._acting.common(ask), proposals=proposals, quiet_ms=_here_ms(ask.running, QUIET_MIN))
        acted = await self._acting.act(ask, "propose", order)
        return [await self._by_rule(ask, _read(row)) for row in acted.rows]

    async def _by_rule(self, ask: Ask, proposed: Diversion) -> Diversion:
        rule = measures.rule_for(ask.running.hall, proposed, self._acting.clock())
        if rule is None:
            return proposed
        try:
            return await self._start(ask, proposed.id, proposed.measure, None, "rule", rule.most_at_once)
        except Refusal as refusal:
            if refusal.code not in {"QUOTA_REACHED", "DIVERSION_STATUS"}:
                raise
            return proposed  # as many run as may, or a manager was quicker

    # deciding

    async def begin(self, ask: Ask, wanted: diversions.BeginDiversion) -> diversions.Diversion:
        """A measure that a manager thought of."""
        measure = measures.edited(Measure(action=wanted.action), wanted)
        measures.check(ask.running.hall, self._halls, measure)
        return diversion_views.diversion(await self._start(ask, "", measure, wanted.minutes, ask.caller.role))

    async def accept(self, ask: Ask, diversion: str, wanted: diversions.AcceptDiversion) -> diversions.Diversion:
        """A manager lets a proposed one begin, as it is or changed; the desk takes on one that runs."""
        record = await self._record(ask, diversion)
        if ask.caller.role == "desk":
            return await self._take_on(ask, diversion, record)
        measure = measures.edited(record.measure, wanted)
        measures.check(ask.running.hall, self._halls, measure)
        return diversion_views.diversion(await self._start(ask, diversion, measure, wanted.minutes, ask.caller.role))

    async def _take_on(self, ask: Ask, diversion: str, record: DiversionRecord) -> diversions.Diversion:
        _only_on_the_floor(ask, record)
        order = OnDiversion(**self._acting.common(ask), diversion=diversion, by=ask.caller.role)
        return await self._act(ask, "take_on", order)

    async def dismiss(self, ask: Ask, diversion: str, reason: str) -> diversions.Diversion:
        order = OnDiversion(**self._acting.common(ask), diversion=diversion, by=ask.caller.role, reason=reason)
        return await self._act(ask, "dismiss", order)

    async def end(
        self, ask: Ask, diversion: str, reason: str = "", effect_s: tuple[float, float] | None = None
    ) -> diversions.Diversion:
        """Ends one that runs; what it added to a window is taken back. `effect_s`: mean and p90, where known."""
        _only_on_the_floor(ask, await self._record(ask, diversion))
        mean_s, p90_s = effect_s or (0.0, 0.0)
        order = EndDiversion(
            **self._acting.common(ask), diversion=diversion, by=ask.caller.role, reason=reason,
            measured=int(effect_s is not None), effect_mean_s=round(mean_s), effect_p90_s=round(p90_s),
        )  # fmt: skip
        return await self._act(ask, "end_diversion", order)

    async def measure(self, ask: Ask, diversion: str, mean_s: float, p90_s: float) -> diversions.Diversion:
        """What an ended one has brought: expected waits without it less real ones."""
        order = MeasureDiversion(
            **self._acting.common(ask), diversion=diversion, effect_mean_s=round(mean_s), effect_p90_s=round(p90_s)
        )
        return await self._act(ask, "measure", order)

    async def look_after(self, ask: Ask) -> None:
        """A step of the hall's care: what has run its time ends, what is not proposed any more lapses."""
        running, at = ask.running, self._acting.clock()
        stale_ms = _here_ms(running, ROUNDS * running.hall.diversion.every_min) + GRACE_MS
        if running.live.diversions.is_due(at, stale_ms):
            await self._acting.act(ask, "lapse", Lapse(**self._acting.common(ask), stale_ms=stale_ms))

    # carrying out

    async def _record(self, ask: Ask, diversion: str) -> DiversionRecord:
        record = (await self._acting.halls.diversions(ask.running.hall.id)).get(diversion)
        if record is None:
            raise Refusal("NO_SUCH_DIVERSION", {"diversion": diversion})
        return record

    async def _start(
        self, ask: Ask, diversion: str, measure: Measure, minutes: int | None, by: str, most: int = 0
    ) -> Diversion:
        common, runs_min = self._acting.common(ask), MINUTES[measure.action] if minutes is None else minutes
        order = StartDiversion(
            **common, diversion=diversion, by=by, most=most,
            action=measure.action, window=measure.window, queue=measure.queue, service=measure.service, to=measure.to,
            until_at=common["at"] + _here_ms(ask.running, runs_min) if runs_min else 0,
            planned=int(measures.is_planned(ask.running.hall, measure)),
            own=measures.own_queues(ask.running.hall, measure),
        )  # fmt: skip
        return _first(await self._acting.act(ask, "start_diversion", order))

    async def _act(self, ask: Ask, name: str, order: Order) -> diversions.Diversion:
        return diversion_views.diversion(_first(await self._acting.act(ask, name, order)))


def _here_ms(running: RunningHall, minutes: int) -> int:
    """So many minutes of the hall, by the store's clock: those of a rehearsal pass quicker."""
    return round(minutes * MINUTE_MS / running.rehearsal_speed)


def _for(ask: Ask, row: diversions.Diversion) -> diversions.Diversion:
    """What managers write about a diversion is for managers."""
    is_theirs = ask.caller.role == "desk" and row.reason not in TOLD_AS
    return structs.replace(row, reason=UNSET) if is_theirs else row


def _only_on_the_floor(ask: Ask, record: DiversionRecord) -> None:
    """The desk decides about what it carries out itself. Refuses `WRONG_ROLE`."""
    if ask.caller.role == "desk" and record.action not in ON_THE_FLOOR:
        raise Refusal("WRONG_ROLE", {"role": ask.caller.role})


def _proposal(measure: Measure, gain: Gain, needs: str, cost_min: int, lead_s: int) -> Proposal:
    return Proposal(
        action=measure.action, window=measure.window, queue=measure.queue, service=measure.service, to=measure.to,
        gain_mean_s=round(gain.mean_s), gain_p90_s=round(gain.p90_s),
        gain_low_s=round(gain.mean_low_s), gain_high_s=round(gain.mean_high_s),
        needs=needs, cost_min=cost_min, lead_s=lead_s,
    )  # fmt: skip


def _read(row: list[str | int]) -> Diversion:
    return diversion_of(str(row[0]), convert(row[1:], DiversionRecord))


def _first(acted: Acted) -> Diversion:
    return _read(acted.rows[0])
