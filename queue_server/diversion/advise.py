"""Advice: when the next 90 minutes look bad, measures are tried in the same futures, and the best are proposed.

A measure is worth half of what the mean wait falls by and half of what the p90 falls by, less its price. The best is
taken, then the best besides it, up to three.
"""

from queue_server.diversion import (
    guide_to_device,
    offer_hall,
    offer_later,
    open_window,
    reskill_window,
    send_helpers,
)
from queue_server.diversion.measures import Action, Plea, Site
from queue_server.diversion.whatif import AHEAD_S, Futures, gain, joined, scaled, waits
from queue_server.domain.diversion import Gain, Measure
from queue_server.domain.hall import Hall
from queue_server.forecast.builder import Tweak
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.learning.quantiles import Array
from queue_server.forecast.learning.trusting import Trust
from queue_server.forecast.parts import Part

ACTIONS: tuple[Action, ...] = (
    open_window.ACTION, guide_to_device.ACTION, reskill_window.ACTION, send_helpers.ACTION, offer_later.ACTION,
    offer_hall.ACTION,
)  # fmt: skip
MOST = 3
SECOND_LOOK = 8
"""How many of the best are tried again beside the one that was taken."""
PRESSED_S = 480.0
"""A queue whose mean wait passes this is pressed."""

Advised = tuple[Measure, Gain, str, int, int]
"""The measure, its gain, whom it needs, staff minutes, seconds until it takes effect."""


def advise(
    forecaster: Forecaster, hall: Hall, running: tuple[Measure, ...] = (),
    elsewhere: tuple[tuple[str, str, float], ...] = (),
) -> list[Advised]:  # fmt: skip
    """Up to three measures, best first; none while the hall is well."""
    futures = Futures(forecaster)
    taken, base = Tweak(), futures.whole(Tweak(), [])
    if waits(base).p90_s < hall.diversion.from_p90_min * 60:
        return []
    pressed = _pressed(forecaster, futures)
    site = Site(hall=hall, knowledge=forecaster.knowledge, running=running, pressed=pressed, elsewhere=elsewhere)
    pleas = [plea for action in ACTIONS for plea in action.pleas(site)]
    wide = Futures(forecaster, [share for plea in pleas for share in plea.tweak.queues])
    if wide.parts != futures.parts:
        futures, base = wide, wide.whole(Tweak(), [])
    found: list[Advised] = []
    touched: list[Part] = []
    while pleas and len(found) < MOST:
        trust = forecaster.knowledge.trust
        tried = sorted((_tried(futures, taken, touched, base, plea, trust) for plea in pleas), key=lambda row: -row[0])
        worth, plea, runs = tried[0]
        if worth <= 0:
            break
        believed = scaled(gain(base, runs), trust.factor(plea.measure.action))
        found.append((plea.measure, believed, plea.needs, plea.cost_min, plea.lead_s))
        taken, base = joined(taken, plea.tweak), runs
        touched += [part for part in _parts(futures, plea) if part not in touched]
        pleas = [other for _, other, _ in tried[1 : SECOND_LOOK + 1]]
    return found


def _tried(
    futures: Futures, taken: Tweak, touched: list[Part], base: list[Array], plea: Plea, trust: Trust
) -> tuple[float, Plea, list[Array]]:
    """What a measure is worth besides those taken, in seconds of everybody's wait."""
    runs = futures.whole(joined(taken, plea.tweak), [*touched, *_parts(futures, plea)])
    found = scaled(gain(base, runs), trust.factor(plea.measure.action))
    return 0.5 * found.mean_s + 0.5 * found.p90_s - plea.price_s, plea, runs


def _parts(futures: Futures, plea: Plea) -> list[Part]:
    queues = set(plea.queues)
    return [part for part in futures.parts if queues & set(part.queues)]


def _pressed(forecaster: Forecaster, futures: Futures) -> tuple[str, ...]:
    """Queues by how long those wait who would come now, longest first; only long waits."""
    waits_s = {}
    for part in futures.parts:
        if waits(futures.of(part, Tweak())).mean_s > PRESSED_S / 2:
            for queue in part.queues:
                told = forecaster.newcomer(queue)
                lost_s = AHEAD_S if forecaster.knowledge.scene.waiting(queue) else 0.0
                waits_s[queue] = float(told[1]) if told else lost_s
    return tuple(sorted((q for q, wait_s in waits_s.items() if wait_s > PRESSED_S), key=lambda q: -waits_s[q]))
