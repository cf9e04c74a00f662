"""Diversions as they are told on the wire."""

from msgspec import UNSET

from queue_server.contract import diversions
from queue_server.contract.times import rfc3339
from queue_server.domain.diversion import Diversion, Gain

FOR_WINDOWS = frozenset({"open_window", "reskill_window"})
"""Tasks of a window alone: no desk can carry them out."""


def diversion(row: Diversion) -> diversions.Diversion:
    """One diversion, whatever became of it."""
    measure = row.measure
    return diversions.Diversion(
        id=row.id,
        action=measure.action,
        window=measure.window or UNSET,
        queue=measure.queue or UNSET,
        service=measure.service or UNSET,
        to=measure.to or UNSET,
        gain=_gain(row.gain),
        status=row.status,
        needs=row.needs,
        cost_min=row.cost_min,
        lead_s=row.lead_s,
        proposed_at=rfc3339(row.proposed_at),
        started_at=rfc3339(row.started_at) if row.started_at else UNSET,
        carried_at=rfc3339(row.carried_at) if row.carried_at else UNSET,
        until_at=rfc3339(row.until_at) if row.until_at else UNSET,
        ended_at=rfc3339(row.ended_at) if row.ended_at else UNSET,
        by=row.by,
        reason=row.reason or UNSET,
        offered=row.offered,
        taken=row.taken,
        effect_mean_s=UNSET if row.effect_mean_s is None else row.effect_mean_s,
        effect_p90_s=UNSET if row.effect_p90_s is None else row.effect_p90_s,
    )


def _gain(gain: Gain | None) -> diversions.Gain | None:
    if gain is None:
        return None
    return diversions.Gain(
        mean_s=gain.mean_s, p90_s=gain.p90_s, mean_low_s=gain.mean_low_s, mean_high_s=gain.mean_high_s
    )


def task(row: Diversion) -> diversions.Task:
    """A diversion that runs, as those are told who carry it out."""
    measure = row.measure
    return diversions.Task(
        diversion=row.id,
        action=measure.action,
        window=measure.window or UNSET,
        queue=measure.queue or UNSET,
        service=measure.service or UNSET,
        since=rfc3339(row.started_at),
        until=rfc3339(row.until_at) if row.until_at else UNSET,
        by=row.by,
        taken=row.carried_at > 0,
    )


def concerns(row: Diversion, role: str, window: int) -> bool:
    """Whether a diversion that runs is a task of this role: a window has its own, the desk all that no window does."""
    if role == "window":
        return row.measure.window == window
    return role != "desk" or row.measure.action not in FOR_WINDOWS
