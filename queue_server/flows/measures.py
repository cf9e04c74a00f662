"""Measures that someone asks for: whole, and of this hall; and which of them may begin by themselves."""

from collections.abc import Mapping

from msgspec import structs

from queue_server.contract.diversions import AcceptDiversion
from queue_server.domain.calendar import local
from queue_server.domain.diversion import Diversion, Measure
from queue_server.domain.hall import SELF_SERVICE, AutoRule, Hall
from queue_server.domain.refusals import Refusal
from queue_server.flows.running import RunningHall

NEEDED: Mapping[str, tuple[str, ...]] = {
    "open_window": ("window",),
    "reskill_window": ("window", "queue"),
    "send_out": (),
    "send_helpers": ("queue",),
    "guide_to_device": ("service",),
    "offer_later": ("queue",),
    "offer_hall": ("service", "to"),
    "slow_entry": ("queue",),
}
"""What each action cannot be carried out without."""


def edited(measure: Measure, wanted: AcceptDiversion) -> Measure:
    """The measure as a manager wants it: what they name takes the place of what stands there."""
    given = {name: getattr(wanted, name) for name in ("window", "queue", "service", "to")}
    return structs.replace(measure, **{name: value for name, value in given.items() if value is not None})


def check(hall: Hall, halls: Mapping[str, RunningHall], measure: Measure) -> None:
    """Refuses `INVALID` where something is missing, and `NO_SUCH_...` for what the hall has not."""
    for name in NEEDED[measure.action]:
        if not getattr(measure, name):
            raise Refusal("INVALID", {"field": name, "problem": f"Object missing required field `{name}`"})
    if measure.action == "send_out" and not (measure.window or measure.queue):
        raise Refusal("INVALID", {"field": "window", "problem": "expected either `window` or `queue`"})
    if measure.window and measure.window not in hall.window_by_number:
        raise Refusal("NO_SUCH_WINDOW", {"window": measure.window})
    if measure.queue and (measure.queue not in hall.queue_by_id or measure.queue == SELF_SERVICE):
        raise Refusal("NO_SUCH_QUEUE", {"queue": measure.queue})
    if measure.service and measure.service not in hall.service_by_id:
        raise Refusal("NO_SUCH_SERVICE", {"service": measure.service})
    if measure.action == "guide_to_device" and measure.service not in by_device(hall):
        raise Refusal("INVALID", {"field": "service", "problem": f"expected one of {', '.join(by_device(hall))}"})
    if measure.to:
        _check_other(hall, halls, measure)


def by_device(hall: Hall) -> list[str]:
    """The items that a device does."""
    return [service.id for service in hall.services if service.mode == "self" or "self" in service.alternatives]


def _check_other(hall: Hall, halls: Mapping[str, RunningHall], measure: Measure) -> None:
    other = halls.get(measure.to)
    if other is None or measure.to == hall.id:
        raise Refusal("NO_SUCH_HALL", {"hall": measure.to})
    if measure.service and measure.service not in other.hall.service_by_id:
        raise Refusal("NO_SUCH_SERVICE", {"service": measure.service})


def is_planned(hall: Hall, measure: Measure) -> bool:
    """Whether the window serves the queue by the hall file."""
    plan = hall.window_by_number.get(measure.window)
    return plan is not None and any(share.queue == measure.queue for share in plan.queues)


def own_queues(hall: Hall, measure: Measure) -> tuple[tuple[str, int], ...]:
    """What the window serves by the hall file: (queue, handicap in seconds) each."""
    plan = hall.window_by_number.get(measure.window)
    return tuple((share.queue, share.handicap_s) for share in plan.queues) if plan else ()


def rule_for(hall: Hall, diversion: Diversion, at: int) -> AutoRule | None:
    """The rule by which a proposed diversion may begin by itself at `at` (ms)."""
    if diversion.gain is None or not _may_by_itself(hall, diversion.measure):
        return None
    gain_min, now = diversion.gain.mean_s / 60, local(hall, at)
    minute = 60 * now.hour + now.minute
    for rule in hall.diversion.auto:
        in_time = rule.from_min <= minute < rule.to_min
        if rule.action == diversion.measure.action and in_time and gain_min >= rule.least_gain_min:
            return rule
    return None


def _may_by_itself(hall: Hall, measure: Measure) -> bool:
    """A window learns by itself only what the hall file lets it learn."""
    plan = hall.window_by_number.get(measure.window)
    if measure.action != "reskill_window" or plan is None:
        return measure.action != "reskill_window"
    return measure.queue in plan.may_learn or is_planned(hall, measure)
