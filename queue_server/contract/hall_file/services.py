"""What can be done here: papers, items, journeys."""

import re

from msgspec import structs

from queue_server.contract.hall_file.fields import Fields, fields, named
from queue_server.contract.hall_file.layout import Known
from queue_server.contract.hall_file.nodes import Scalar
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.scalars import truth_of
from queue_server.contract.hall_file.words import APPOINTMENTS, FLAGS, MODES, WHO
from queue_server.domain.hall import SELF_SERVICE, Journey, Paper, Service, Step

LONGEST_MIN = 1440
LEAST_MIN = 0.05
MOST_VISITS = 1_000_000
LONGEST_GAP_MIN = 30 * 1440

_PROMISE = re.compile(r"instant|n/a|[1-9][0-9]{0,3}(min|h|d)")


def read_paper(at: Place) -> Paper:
    found = named(at, ("id",))
    return Paper(id=found.id(), names=found.names())


def read_service(at: Place, known: Known) -> Service:
    """One item; its `materials` are empty here where the file leaves them out."""
    needed = ("id", "dept", "mode", "queue", "min_mean", "min_p90")
    found = named(at, needed, ("alts", "visits", "appt", "who", "promise", "flags", "materials"))
    service = Service(
        id=found.id(),
        names=found.names(),
        department=found.choice("dept", known.departments, "department"),
        mode=found.choice("mode", MODES, "mode"),
        alternatives=found.choices("alts", MODES, "mode"),
        queue=found.choice("queue", known.queues, "queue"),
        mean_min=found.number("min_mean", LEAST_MIN, LONGEST_MIN),
        p90_min=found.number("min_p90", LEAST_MIN, LONGEST_MIN),
        visits=found.whole("visits", 0, MOST_VISITS),
        appointment=found.choice("appt", APPOINTMENTS, "kind of appointment", "none"),
        who=found.choice("who", WHO, "kind of visitor", "any"),
        promise=found.read("promise", "", _promise),
        flags=found.choices("flags", FLAGS, "flag"),
        materials=found.choices("materials", known.papers, "paper"),
    )
    _check_minutes(found, service)
    _check_queue(found, service)
    return service


def _promise(at: Place) -> str:
    word = at.word()
    if word and not _PROMISE.fullmatch(word):
        at.wrong("this is no promised time", "write instant, n/a, or a number with min, h or d, like 60min or 5d")
    return word


def _check_minutes(found: Fields, service: Service) -> None:
    slow, mean = found.get("min_p90"), found.get("min_mean")
    if not slow or not mean or found.at.log.has(slow.path) or found.at.log.has(mean.path):
        return
    if service.p90_min < service.mean_min:
        slow.wrong(
            "nine of ten visits cannot be faster than the mean",
            f"write a min_p90 of at least {service.mean_min:g}",
        )


def _check_queue(found: Fields, service: Service) -> None:
    """An item that no clerk may do and no device either could never be had."""
    queue = found.get("queue")
    if queue and service.queue == SELF_SERVICE and service.mode == "window":
        queue.wrong("an item done at a window cannot be in the self-service area", "name a queue with windows")


def read_journey(at: Place, known: Known) -> Journey:
    found = named(at, ("id", "steps"), ("who", "one_window"))
    steps = found.get("steps")
    queue = found.read("one_window", "", lambda place: _one_window(place, known))
    return Journey(
        id=found.id(),
        names=found.names(),
        who=found.choice("who", WHO, "kind of visitor", "any"),
        steps=tuple(structs.replace(step, queue=queue) for step in _steps(steps, known)) if steps else (),
    )


def _one_window(at: Place, known: Known) -> str:
    """The queue whose windows do all of it. `true` names none, so each item keeps its own."""
    if isinstance(at.node, Scalar) and truth_of(at.node) is not None:
        return ""
    return at.choice(known.staffed, "queue")


def _steps(at: Place, known: Known) -> tuple[Step, ...]:
    entries = at.entries()
    if not entries and not at.log.has(at.path):
        at.wrong("a journey needs a step", "add - {item: ..., after: [], gap_min: 0}")
    steps = tuple(_step(entry, index, known) for index, entry in enumerate(entries))
    for index, (entry, step) in enumerate(zip(entries, steps, strict=True)):
        if step.service and step.service in {earlier.service for earlier in steps[:index]}:
            entry.wrong("this journey has the item twice", f"remove one of the two steps with {step.service}")
    return steps


def _step(at: Place, index: int, known: Known) -> Step:
    found = fields(at, ("item",), ("after", "gap_min"))
    return Step(
        service=found.choice("item", known.items, "item"),
        after=found.each("after", lambda place: _earlier(place, index)),
        gap_min=found.whole("gap_min", 0, LONGEST_GAP_MIN),
    )


def _earlier(at: Place, index: int) -> int:
    """The index of an earlier step, so that no journey can run in a circle."""
    earlier = at.whole(0, 999)
    if not at.log.has(at.path) and earlier >= index:
        most = f"write a step from 0 to {index - 1}" if index else "the first step waits for none: write after: []"
        at.wrong("a step can only wait for an earlier one (counted from 0)", most)
    return earlier
