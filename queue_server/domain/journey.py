"""What a visit is made of: the items that need a window, what must come before them, and which go together.

Pure: no clock, no waits. In what order the stops are best made is the planner's matter.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from queue_server.domain.hall import SELF_SERVICE, Hall, Journey, Service, Step

DEVICE, ASSISTED, CLOSED, ANOTHER_DAY = "device", "assisted", "closed", "another_day"
ASIDE = (DEVICE, ASSISTED, CLOSED, ANOTHER_DAY)
"""Why an item is no stop of a visit: a device does it, someone helps with it, its queue has closed, it takes until
another day.
"""


class Need(Struct, frozen=True, kw_only=True):
    """An item must be done, and `gap_min` have passed since."""

    service: str
    gap_min: int = 0


class Errand(Struct, frozen=True, kw_only=True):
    """One item that needs a window, in a queue, after others."""

    service: str
    queue: str
    minutes: float
    after: tuple[Need, ...] = ()


class Stop(Struct, frozen=True, kw_only=True):
    """Errands that one window does at once. The visitor waits in `queue`."""

    services: tuple[str, ...]
    queue: str
    minutes: float
    after: tuple[Need, ...] = ()

    @property
    def packed(self) -> tuple[str, ...]:
        """As a ticket keeps it: the first item, the queue, the items done with it."""
        return (self.services[0], self.queue, *self.services[1:])


class Errands(Struct, frozen=True, kw_only=True):
    """A visit before it is planned: what needs a window, and (item, why) of what does not."""

    errands: tuple[Errand, ...]
    aside: tuple[tuple[str, str], ...] = ()


def journey_of(hall: Hall, journey: str) -> Journey | None:
    """The journey of that id, where the hall has it."""
    return next((row for row in hall.journeys if row.id == journey), None)


def steps_of(hall: Hall, journey: str, services: Iterable[str]) -> tuple[Step, ...]:
    """The steps of a journey; without one, the items that someone ticked, which wait for nothing."""
    found = journey_of(hall, journey)
    return found.steps if found else tuple(Step(service=service) for service in dict.fromkeys(services))


def errands_of(hall: Hall, steps: Sequence[Step], insist: bool = False) -> Errands:
    """What of these steps needs a window. What follows a step that needs none waits for what that step waits for.

    A step with a queue of its own is done there, not where its item usually is.
    """
    needs: list[tuple[Need, ...]] = []
    errands: list[Errand] = []
    aside: list[tuple[str, str]] = []
    for step in steps:
        service = hall.service_by_id[step.service]
        after = _after(step, needs)
        queue = _queue_of(hall, service, insist)
        if queue is None:
            aside.append((service.id, DEVICE if service.mode == "self" else ASSISTED))
            needs.append(tuple(Need(service=row.service, gap_min=row.gap_min) for row in after))
            continue
        errands.append(Errand(service=service.id, queue=step.queue or queue, minutes=service.mean_min, after=after))
        needs.append((Need(service=service.id),))
    return Errands(errands=tuple(errands), aside=tuple(aside))


def _queue_of(hall: Hall, service: Service, insist: bool) -> str | None:
    if service.queue != SELF_SERVICE:
        return service.queue
    return hall.window_queue_of(service) if insist else None


def _after(step: Step, needs: Sequence[tuple[Need, ...]]) -> tuple[Need, ...]:
    """What a step waits for, the longest gap of each."""
    found: dict[str, int] = {}
    for index in step.after:
        for need in needs[index]:
            gap_min = need.gap_min + step.gap_min
            found[need.service] = max(found.get(need.service, 0), gap_min)
    return tuple(Need(service=service, gap_min=gap_min) for service, gap_min in found.items())


def merged(hall: Hall, errands: Sequence[Errand]) -> tuple[Stop, ...]:
    """The stops of a visit: errands go together where whichever window calls can do them all, one after the other."""
    groups: list[list[Errand]] = []
    for errand in errands:
        home = next((group for group in groups if _fits(hall, group, errand, groups)), None)
        if home is None:
            groups.append([errand])
        else:
            home.append(errand)
    return tuple(_stop(group) for group in groups)


def _fits(hall: Hall, group: list[Errand], errand: Errand, groups: list[list[Errand]]) -> bool:
    """Whether an errand can be done with a group: same windows, no gap, and no other stop in between."""
    if any(need.gap_min for need in errand.after) or not _serves_both(hall, group[0].queue, errand.queue):
        return False
    own = {row.service for row in group}
    others = {need.service for need in errand.after} - own
    return not any(_leads_to(other, own, groups) for other in others)


def _serves_both(hall: Hall, waits_in: str, other: str) -> bool:
    """Whether every window that calls from a queue can do what another queue's windows do."""
    if waits_in == other:
        return True
    can = set(hall.windows_of_queue.get(other, ()))
    windows = hall.windows_of_queue.get(waits_in, ())
    return bool(windows) and can.issuperset(windows)


def _leads_to(service: str, targets: set[str], groups: list[list[Errand]]) -> bool:
    """Whether an item waits for one of the targets, by itself or through others: then it stands in between."""
    after = {row.service: [need.service for need in row.after] for group in groups for row in group}
    stops = {row.service: [one.service for one in group] for group in groups for row in group}
    seen, rest = set[str](), [service]
    while rest:
        one = rest.pop()
        for other in stops.get(one, [one]):
            if other in seen:
                continue
            seen.add(other)
            if targets & set(after.get(other, ())):
                return True
            rest.extend(after.get(other, ()))
    return False


def _stop(group: list[Errand]) -> Stop:
    services = tuple(row.service for row in group)
    after: dict[str, int] = {}
    for row in group:
        for need in row.after:
            if need.service not in services:
                after[need.service] = max(after.get(need.service, 0), need.gap_min)
    return Stop(
        services=services,
        queue=group[0].queue,
        minutes=sum(row.minutes for row in group),
        after=tuple(Need(service=service, gap_min=gap_min) for service, gap_min in after.items()),
    )


def stops_of(hall: Hall, journey: str, packed: Sequence[Sequence[str]]) -> tuple[Stop, ...]:
    """Stops as a ticket keeps them, with what they wait for: told by the journey, where the hall still has it.

    What they wait for may have been done before.
    """
    found = journey_of(hall, journey)
    steps = found.steps if found else ()
    services = {one for row in packed for one in (row[0], *row[2:])}
    at_windows = any(hall.service_by_id[one].queue == SELF_SERVICE for one in services if one in hall.service_by_id)
    after = {row.service: row.after for row in errands_of(hall, steps, at_windows).errands}
    return tuple(_packed_stop(hall, row, after) for row in packed)


def _packed_stop(hall: Hall, row: Sequence[str], after: dict[str, tuple[Need, ...]]) -> Stop:
    errands = [
        Errand(service=one, queue=row[1], minutes=_minutes(hall, one), after=after.get(one, ()))
        for one in (row[0], *row[2:])
    ]
    return _stop(errands)


def _minutes(hall: Hall, service: str) -> float:
    known = hall.service_by_id.get(service)
    return known.mean_min if known else 0.0
