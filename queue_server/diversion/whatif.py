"""What if? The same futures with and without a measure, or with whatever a manager thinks of."""

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from queue_server.diversion import guide_to_device, offer_hall, offer_later, open_window, send_helpers
from queue_server.domain.diversion import Gain
from queue_server.domain.refusals import Refusal
from queue_server.forecast.builder import Tweak
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.quantiles import Array
from queue_server.forecast.parts import Part, parts_of

AHEAD_S = 5400.0
"""The visitors of the next 90 minutes count."""
OF_WINDOWS = frozenset({"open_window", "close_window", "move_window", "reskill_window"})
Shares = tuple[int, tuple[tuple[str, int], ...]]
"""A window, and queues with handicaps in ms."""


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that a manager tries out."""

    action: str
    window: int = 0
    queue: str = ""
    service: str = ""
    to: str = ""
    queues: tuple[str, ...] = ()


class Waits(Struct, frozen=True, kw_only=True):
    mean_s: float
    p90_s: float


class QueueGain(Struct, frozen=True, kw_only=True):
    queue: str
    mean_gain_s: float


class Answer(Struct, frozen=True, kw_only=True, rename={"with_": "with"}):
    """What would come of it."""

    gain: Gain
    without: Waits
    with_: Waits
    queues: tuple[QueueGain, ...]


class Futures:
    """The futures of a moment, part by part, each reckoned once for each set of changes."""

    def __init__(self, forecaster: Forecaster, learns: Iterable[Shares] = ()) -> None:
        self._forecaster = forecaster
        self.parts = wide_parts(forecaster.knowledge, learns)
        self._known: dict[tuple[Part, Tweak], list[Array]] = {}

    def of(self, part: Part, tweak: Tweak) -> list[Array]:
        """Waits of one part, by future."""
        known = self._known.get((part, tweak))
        if known is None:
            known = self._known[part, tweak] = self._forecaster.imagine(part, tweak, AHEAD_S)
        return known

    def whole(self, tweak: Tweak, parts: list[Part]) -> list[Array]:
        """Waits of the whole hall, by future; only `parts` are touched by the tweak."""
        rows = [self.of(part, tweak if part in parts else Tweak()) for part in self.parts]
        return [np.concatenate(run) for run in zip(*rows, strict=True)] if rows else [np.zeros(0)]


def wide_parts(know: Knowledge, learns: Iterable[Shares]) -> list[Part]:
    """The parts of a hall whose windows serve these queues too: a window that learns a queue joins two parts."""
    served = {window: know.queues_of(window) for window in know.windows()}
    for window, shares in learns:
        served[window] = (*served.get(window, ()), *shares)
    return parts_of([queue for part in know.parts() for queue in part.queues], served)


def waits(runs: list[Array]) -> Waits:
    every = np.concatenate(runs)
    if not len(every):
        return Waits(mean_s=0.0, p90_s=0.0)
    return Waits(mean_s=round(float(every.mean()), 1), p90_s=round(float(np.quantile(every, 0.9)), 1))


def gain(before: list[Array], after: list[Array]) -> Gain:
    """What the waits of all visitors fall by; the range is over futures with common chances."""
    means = np.array([_mean(a) - _mean(b) for a, b in zip(before, after, strict=True)])
    first, second = waits(before), waits(after)
    return Gain(
        mean_s=round(first.mean_s - second.mean_s, 1), p90_s=round(first.p90_s - second.p90_s, 1),
        mean_low_s=round(float(np.quantile(means, 0.1)), 1), mean_high_s=round(float(np.quantile(means, 0.9)), 1),
    )  # fmt: skip


def scaled(found: Gain, factor: float) -> Gain:
    """A gain as far as it is believed."""
    if factor == 1:
        return found
    return Gain(
        mean_s=round(found.mean_s * factor, 1), p90_s=round(found.p90_s * factor, 1),
        mean_low_s=round(found.mean_low_s * factor, 1), mean_high_s=round(found.mean_high_s * factor, 1),
    )  # fmt: skip


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0


def what_if(forecaster: Forecaster, changes: tuple[Change, ...]) -> Answer:
    """The waits of the next 90 minutes with all these changes, against none. Refuses `BAD_CHANGE` with the field."""
    tweak = tweak_of(forecaster, changes)
    know = forecaster.knowledge
    wide = wide_parts(know, tweak.queues)
    before = [forecaster.imagine(part, Tweak(), AHEAD_S) for part in wide]
    touched = [part for part in wide if _touches(forecaster, part, tweak)]
    after = [
        forecaster.imagine(part, tweak, AHEAD_S) if part in touched else row
        for part, row in zip(wide, before, strict=True)
    ]
    whole_before = [np.concatenate(run) for run in zip(*before, strict=True)]
    whole_after = [np.concatenate(run) for run in zip(*after, strict=True)]
    queues = tuple(
        QueueGain(queue=queue, mean_gain_s=gain(row, other).mean_s)
        for part, row, other in zip(wide, before, after, strict=True)
        if part in touched
        for queue in part.queues
        if know.scene.waiting(queue) or len(part.queues) == 1
    )
    return Answer(
        gain=gain(whole_before, whole_after), without=waits(whole_before), with_=waits(whole_after), queues=queues
    )


def _touches(forecaster: Forecaster, part: Part, tweak: Tweak) -> bool:
    windows = {window for window, *_ in (*tweak.opens, *tweak.queues)} | set(tweak.shuts)
    services = {service for service, _ in (*tweak.leave, *tweak.later)}
    queues = {queue for queue, _ in tweak.quick} | {forecaster.knowledge.queue_of(service) for service in services}
    return bool(windows & set(part.windows) or queues & set(part.queues))


def tweak_of(forecaster: Forecaster, changes: tuple[Change, ...]) -> Tweak:
    """All changes as one. Refuses `BAD_CHANGE` with the field of the first that cannot be."""
    tweak = Tweak()
    for index, change in enumerate(changes):
        try:
            tweak = joined(tweak, _tweak(forecaster, change))
        except Refusal as refusal:
            raise Refusal(refusal.code, {"field": f"changes[{index}].{refusal.facts['field']}"}) from None
    return tweak


def joined(one: Tweak, other: Tweak) -> Tweak:
    """Both at once."""
    return Tweak(
        opens=one.opens + other.opens, queues=one.queues + other.queues, shuts=one.shuts + other.shuts,
        quick=one.quick + other.quick, leave=one.leave + other.leave, later=one.later + other.later,
    )  # fmt: skip


def _tweak(forecaster: Forecaster, change: Change) -> Tweak:
    know, hall = forecaster.knowledge, forecaster.hall
    windows = {*hall.window_by_number, *know.scene.counters}
    if change.action in OF_WINDOWS and change.window not in windows:
        raise Refusal("BAD_CHANGE", {"field": "window"})
    known = set(hall.queue_by_id) | set(know.scene.queues)
    named = (*change.queues, change.queue) if change.queue else change.queues
    if any(queue not in known for queue in named):
        raise Refusal("BAD_CHANGE", {"field": "queues" if change.queues else "queue"})
    if change.service and change.service not in hall.service_by_id:
        raise Refusal("BAD_CHANGE", {"field": "service"})
    return _known_tweak(forecaster, change, named)


def _known_tweak(forecaster: Forecaster, change: Change, named: tuple[str, ...]) -> Tweak:
    know, window = forecaster.knowledge, change.window
    shares = tuple((queue, 0) for queue in named)
    services = tuple(s.id for s in forecaster.hall.services if know.queue_of(s.id) == change.queue)
    match change.action:
        case "open_window":
            both = ((window, (*know.queues_of(window), *shares)),) if shares else ()
            return Tweak(opens=((window, float(open_window.LEAD_S)),), queues=both)
        case "close_window":
            return Tweak(shuts=(window,))
        case "move_window" if shares:
            return Tweak(queues=((window, shares),))
        case "reskill_window" if shares:
            return Tweak(queues=((window, (*know.queues_of(window), *shares)),))
        case "send_helpers" | "send_out" if change.queue:
            return Tweak(quick=((change.queue, send_helpers.QUICKER),))
        case "guide_to_device" if change.service:
            return Tweak(leave=((change.service, guide_to_device.ACCEPT),))
        case "offer_hall" if change.service:
            return Tweak(leave=((change.service, offer_hall.ACCEPT),))
        case "offer_later" | "slow_entry" if change.queue:
            return Tweak(later=tuple((service, offer_later.ACCEPT) for service in services))
    raise Refusal("BAD_CHANGE", {"field": "action"})
