"""What was learnt, as bytes: for the next start, and for another process."""

import msgspec
import numpy as np
from msgspec import Struct

from queue_server.forecast.correction import Correction
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.handling import Effect, Spread
from queue_server.forecast.learning.presence import DayPlan

VERSION = 1
MOST_KEPT = 1500
"""Values kept of each table: the newest."""


class Kept(Struct, kw_only=True):
    """Everything that outlives a day."""

    version: int
    hall: str
    common: Effect
    services: dict[str, Effect]
    windows: dict[int, Effect]
    pairs: list[tuple[str, int, Effect]]
    spreads: dict[str, Spread]
    tables: dict[str, list[float]]
    patience: list[list[float]]
    days: float
    counts: dict[str, list[float]]
    priorities: dict[str, float]
    credits_s: dict[str, float]
    plans: dict[int, list[DayPlan]]
    seen_days: int
    window_gaps: dict[int, tuple[float, float]]
    gap_mean: float
    odd: tuple[float, float]
    finished: dict[str, float]
    went: dict[str, dict[str, float]]
    usual_queues: dict[int, tuple[tuple[str, int], ...]]
    served: dict[int, dict[str, float]]
    queue_of: dict[str, str]
    correction: tuple[float, float, float, float]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


def saved(know: Knowledge, correction: Correction) -> bytes:
    handling, arrivals, patience = know.handling, know.arrivals, know.patience
    return _encode(
        Kept(
            version=VERSION, hall=know.hall.id, common=handling.common, services=handling.services,
            windows=handling.windows, pairs=[(s, w, effect) for (s, w), effect in handling.pairs.items()],
            spreads=handling.spreads, tables={name: q.values[-MOST_KEPT:] for name, q in know.tables().items()},
            patience=[counts.tolist() for counts in patience.counts()], days=arrivals.days,
            counts={service: counts.tolist() for service, counts in arrivals.counts.items()},
            priorities=arrivals.priorities, credits_s=arrivals.credits_s, plans=know.presence.days,
            seen_days=know.presence.seen_days, window_gaps=know.pace.window_gaps, gap_mean=know.pace.gap_mean,
            odd=know.pace.odd, finished=know.stops.finished, went=know.stops.went, usual_queues=know.usual_queues,
            served=know.served, queue_of=know.queue_of_service,
            correction=(correction.low, correction.high, correction.bias, correction.weight),
        )
    )  # fmt: skip


def restored(know: Knowledge, correction: Correction, raw: bytes) -> bool:
    """False, with nothing changed, for what another version or hall kept, or for what is no such thing."""
    try:
        kept = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    if (kept.version, kept.hall) != (VERSION, know.hall.id):
        return False
    handling = know.handling
    handling.common, handling.services, handling.windows = kept.common, kept.services, kept.windows
    handling.pairs, handling.spreads = {(s, w): effect for s, w, effect in kept.pairs}, kept.spreads
    for name, table in know.tables().items():
        table.restore(kept.tables.get(name, []))
    know.patience.restore([np.array(counts) for counts in kept.patience])
    know.arrivals.restore(kept.days, {service: np.array(counts) for service, counts in kept.counts.items()})
    know.arrivals.priorities, know.arrivals.credits_s = kept.priorities, kept.credits_s
    know.presence.days, know.presence.seen_days = kept.plans, kept.seen_days
    know.pace.window_gaps, know.pace.gap_mean, know.pace.odd = kept.window_gaps, kept.gap_mean, kept.odd
    know.stops.finished, know.stops.went = kept.finished, kept.went
    know.usual_queues, know.served = kept.usual_queues, kept.served
    know.queue_of_service.update(kept.queue_of)
    correction.low, correction.high, correction.bias, correction.weight = kept.correction
    return True
