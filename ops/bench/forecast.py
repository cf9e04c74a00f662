"""What a forecast costs: one visitor's wait and the outlook of a whole hall, in CPU and against an empty loop."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops.bench.figures import Figure
from queue_server.domain.hall import Department, Hall, Queue, QueueShare, Service, WindowPlan, Zone
from queue_server.domain.outlook import Range
from queue_server.forecast.heard import Heard

if TYPE_CHECKING:
    from queue_server.forecast.forecaster import Forecaster

NAMES = {"en": "bench"}
NOON = 1_767_240_000_000
"""A noon in UTC, in ms since the epoch."""
QUEUES, WINDOWS, SKILLS = 12, 60, 3
ONE_MS, ALL_MS = 100, 200
LOOP = 1_000_000


def measure(folder: Path, waiting: int, rounds: int) -> list[Figure]:
    """The 95th percentile of CPU time, in a hall with 60 windows of three queues each."""
    del folder  # it keeps nothing
    from queue_server.diversion.whatif import what_if  # here: they bring numpy and numba with them
    from queue_server.forecast.forecaster import Forecaster

    forecaster = Forecaster(_hall())
    _fill(forecaster, waiting)
    loop_ms = _p95_ms(_loop, rounds)
    found = []
    acts: tuple[tuple[str, Callable[[], object], int | None], ...] = (
        ("one new ticket", partial(_new_ticket, forecaster), ONE_MS),
        ("the whole outlook", forecaster.outlook, ALL_MS),
        ("a what-if of nothing", partial(what_if, forecaster, ()), None),
    )
    for name, act, most in acts:
        act()  # compiled, and warm
        took_ms = _p95_ms(act, rounds)
        label = f"{name}, {WINDOWS} windows, {waiting} waiting"
        found += [Figure(name=f"{label}: p95 of CPU", value=took_ms, unit="ms", most=most)]
        found += [Figure(name="  / an empty loop of a million", value=took_ms / loop_ms)]
    return found


def _p95_ms(act: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        took.append((time.process_time() - began) * 1000)
    return sorted(took)[max(round(0.95 * rounds) - 1, 0)]


def _loop() -> None:
    for _ in range(LOOP):
        pass


def _hall() -> Hall:
    queues = [f"Q{number:02}" for number in range(QUEUES)]
    return Hall(
        id="bench", names=NAMES, timezone="UTC", zones=(Zone(id="Z", names=NAMES),),
        departments=(Department(id="D", names=NAMES, queue=queues[0]),),
        queues=tuple(Queue(id=queue, names=NAMES, zone="Z") for queue in queues),
        services=tuple(
            Service(
                id=f"{queue}-1", names=NAMES, department="D", mode="window", queue=queue, mean_min=9.0, p90_min=17.0,
                visits=150,
            )
            for queue in queues
        ),
        windows=tuple(
            WindowPlan(
                window=number, zone="Z",
                queues=tuple(QueueShare(queue=queues[(number * 5 + step * step) % QUEUES]) for step in range(SKILLS)),
            )
            for number in range(1, WINDOWS + 1)
        ),
    )  # fmt: skip


def _fill(forecaster: "Forecaster", waiting: int) -> None:
    """All windows serve somebody, and so many others have come within the hour."""
    for window in range(1, WINDOWS + 1):
        queues = tuple((share.queue, 0) for share in forecaster.hall.window_by_number[window].queues)
        forecaster.hear(Heard(name="WindowOpened", at=NOON, window=window, queues=queues))
    for number in range(WINDOWS + waiting):
        queue = forecaster.hall.queues[number % QUEUES].id
        at = NOON + number * 3_600_000 // (WINDOWS + waiting)
        heard = Heard(name="TicketIssued", at=at, ticket=f"T{number}", service=f"{queue}-1", queue=queue)
        forecaster.hear(heard)
        if number < WINDOWS:
            for name in ("TicketCalled", "ServiceStarted"):
                forecaster.hear(Heard(name=name, at=at, ticket=f"T{number}", window=number + 1))


def _new_ticket(forecaster: "Forecaster") -> Range | None:
    """One more comes, is told a wait, and goes away again."""
    queue = forecaster.hall.queues[0].id
    common: dict[str, Any] = {"at": forecaster.now, "ticket": "new", "queue": queue, "service": f"{queue}-1"}
    forecaster.hear(Heard(name="TicketIssued", **common))
    found = forecaster.ticket("new")
    forecaster.hear(Heard(name="TicketCancelled", **common))
    return found
