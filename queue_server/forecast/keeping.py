"""What was learnt, as bytes: for the next start, and for another process."""

import msgspec
import numpy as np
from msgspec import Struct

from queue_server.forecast.correction import Correction
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.accepting import Count
from queue_server.forecast.learning.day_plan import DayPlan
from queue_server.forecast.learning.handling import Effect, Spread
from queue_server.forecast.learning.idling import Idling, Risk
from queue_server.forecast.learning.trusting import Ratio

VERSION = 2
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
    idling: tuple[dict[int, tuple[Risk, Risk]], list[tuple[int, str, Risk]], tuple[Risk, Risk]]
    odd: tuple[float, float]
    finished: dict[str, float]
    went: dict[str, dict[str, float]]
    usual_queues: dict[int, tuple[tuple[str, int], ...]]
    served: dict[int, dict[str, float]]
    queue_of: dict[str, str]
    accepted: dict[str, Count]
    trust: dict[str, Ratio]
    correction: tuple[float, float, float, float]
    blends: tuple[list[float], float]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


def saved(know: Knowledge, correction: Correction) -> bytes:
    handling, arrivals, patience = know.handling, know.arrivals, know.patience
    return _encode(
        Kept(
            version=VERSION, hall=know.hall.id, common=handling.common, services=handling.services,
            windows=handling.windows, pairs=_pairs(handling.pairs),
            spreads=handling.spreads, tables={name: q.values[-MOST_KEPT:] for name, q in know.tables().items()},
            patience=[counts.tolist() for counts in patience.counts()], days=arrivals.days,
            counts={service: counts.tolist() for service, counts in arrivals.counts.items()},
            priorities=arrivals.priorities, credits_s=arrivals.credits_s, plans=know.presence.days,
            seen_days=know.presence.seen_days, idling=_idling(know.idling),
            odd=know.pace.odd, finished=know.stops.finished, went=know.stops.went,
            usual_queues=know.usual_queues, served=know.served, queue_of=know.queue_of_service,
            accepted=know.accepted.counts, trust=know.trust.ratios,
            correction=(correction.low, correction.high, correction.bias, correction.weight),
            blends=(correction.errors, correction.blended),
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
    handling.pairs, handling.spreads = {}, kept.spreads
    for service, window, effect in kept.pairs:
        handling.pairs.setdefault(service, {})[window] = effect
    for name, table in know.tables().items():
        table.restore(kept.tables.get(name, []))
    know.patience.restore([np.array(counts) for counts in kept.patience])
    know.arrivals.restore(kept.days, {service: np.array(counts) for service, counts in kept.counts.items()})
    know.arrivals.priorities, know.arrivals.credits_s = kept.priorities, kept.credits_s
    know.presence.days, know.presence.seen_days = kept.plans, kept.seen_days
    know.pace.odd = kept.odd
    know.idling.windows, know.idling.hall = kept.idling[0], kept.idling[2]
    know.idling.queues = {(window, queue): risk for window, queue, risk in kept.idling[1]}
    know.stops.finished, know.stops.went = kept.finished, kept.went
    know.usual_queues, know.served = kept.usual_queues, kept.served
    know.queue_of_service.update(kept.queue_of)
    know.accepted.counts, know.trust.ratios = kept.accepted, kept.trust
    correction.low, correction.high, correction.bias, correction.weight = kept.correction
    correction.errors, correction.blended = kept.blends
    return True


def _pairs(pairs: dict[str, dict[int, Effect]]) -> list[tuple[str, int, Effect]]:
    return [(service, window, effect) for service, of_windows in pairs.items() for window, effect in of_windows.items()]


def _idling(idling: Idling) -> tuple[dict[int, tuple[Risk, Risk]], list[tuple[int, str, Risk]], tuple[Risk, Risk]]:
    queues = [(window, queue, risk) for (window, queue), risk in idling.queues.items()]
    return idling.windows, queues, idling.hall
