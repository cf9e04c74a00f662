"""What a visit is made of, and in which order its stops are best made."""

import pytest
from msgspec import structs

from queue_server.contract.hall_file.reader import read_hall
from queue_server.domain import planner
from queue_server.domain.hall import Hall, Journey, QueueShare, Step
from queue_server.domain.journey import errands_of, merged, steps_of, stops_of
from queue_server.domain.planner import Errand
from tests.support.halls import names, service, small_hall

MINUTE = 60_000


def hall_with(*steps: Step, **more: object) -> Hall:
    journey = Journey(id="J1", names=names("J1"), steps=steps)
    return structs.replace(small_hall(), journeys=(journey,), **more)


def stops(hall: Hall, *services: str) -> list[tuple[str, ...]]:
    steps = steps_of(hall, "" if services else "J1", services)
    return [stop.packed for stop in merged(hall, errands_of(hall, steps).errands)]


# what the stops are


def test_items_of_one_queue_are_one_stop() -> None:
    assert stops(small_hall(), "A-1", "B-1", "A-2") == [("A-1", "A", "A-2"), ("B-1", "B")]


def test_items_go_together_where_every_window_of_the_one_does_the_other() -> None:
    both = tuple(QueueShare(queue=queue) for queue in ("A", "B"))
    hall = small_hall()
    general = structs.replace(
        hall, windows=tuple(structs.replace(plan, queues=both) for plan in hall.windows if plan.window == 4)
    )
    assert stops(general, "A-1", "B-1") == [("A-1", "A", "B-1")]
    assert stops(hall, "A-1", "B-1") == [("A-1", "A"), ("B-1", "B")]


def test_items_stay_apart_where_another_stop_comes_between() -> None:
    hall = hall_with(Step(service="A-1"), Step(service="B-1", after=(0,)), Step(service="A-2", after=(1,)))
    assert stops(hall) == [("A-1", "A"), ("B-1", "B"), ("A-2", "A")]


def test_items_stay_apart_where_time_must_pass_between() -> None:
    hall = hall_with(Step(service="A-1"), Step(service="A-2", after=(0,), gap_min=30))
    assert stops(hall) == [("A-1", "A"), ("A-2", "A")]


def test_what_a_device_does_is_no_stop_and_hands_on_what_it_waits_for() -> None:
    hall = hall_with(
        Step(service="A-1"), Step(service="S-1", after=(0,), gap_min=20), Step(service="B-1", after=(1,), gap_min=5)
    )
    found = errands_of(hall, hall.journeys[0].steps)
    assert found.aside == (("S-1", "device"),)
    assert [(need.service, need.gap_min) for need in found.errands[1].after] == [("A-1", 25)]
    assert errands_of(hall, hall.journeys[0].steps, insist=True).aside == ()


def test_what_someone_helps_with_is_said_so() -> None:
    hall = structs.replace(
        small_hall(), services=(service("S-3", "SELF", mode="assisted", alternatives=("self",)), service("A-1", "A"))
    )
    assert errands_of(hall, steps_of(hall, "", ["S-3", "A-1"])).aside == (("S-3", "assisted"),)


def test_stops_of_a_ticket_wait_for_what_its_journey_says() -> None:
    hall = hall_with(Step(service="A-1"), Step(service="B-1", after=(0,), gap_min=30), Step(service="C-1"))
    found = stops_of(hall, "J1", [["A-1", "A"], ["C-1", "C"], ["B-1", "B"]])
    assert [[(need.service, need.gap_min) for need in stop.after] for stop in found] == [[], [], [("A-1", 30)]]
    assert [stop.after for stop in stops_of(hall, "gone", [["A-1", "A"], ["B-1", "B"]])] == [(), ()]


# in which order


def walk(start: str, to: str) -> int:
    return 0 if start in ("", to) else 2 * MINUTE


def order(*errands: Errand, zone: str = "") -> list[int]:
    return [visit.index for visit in planner.best(errands, zone, 0, walk)]


def errand(ready_min: int, takes_min: int = 5, zone: str = "Z1", **more: object) -> Errand:
    return Errand(zone=zone, ready_at=ready_min * MINUTE, takes=takes_min * MINUTE, **more)  # type: ignore[arg-type]


def test_the_shortest_queue_comes_first_while_the_others_go_on() -> None:
    assert order(errand(30), errand(0), errand(12)) == [1, 2, 0]


def test_what_must_come_first_does() -> None:
    assert order(errand(0, after=((1, 0),)), errand(20)) == [1, 0]


def test_other_stops_are_made_while_a_gap_passes() -> None:
    path = planner.best([errand(0), errand(0, after=((0, 20 * MINUTE),)), errand(0, 10)], "", 0, walk)
    assert [visit.index for visit in path] == [0, 2, 1]
    assert path[-1].reached_at == 25 * MINUTE


def test_one_zone_is_finished_before_the_next() -> None:
    assert order(errand(0, zone="Z2"), errand(0), errand(0, zone="Z2"), zone="Z1") == [1, 0, 2]


def test_the_listed_order_stays_where_another_saves_less_than_a_minute() -> None:
    half = Errand(zone="Z1", ready_at=MINUTE // 2, takes=5 * MINUTE)
    assert order(half, errand(0)) == [0, 1]


def test_nobody_walks_ahead_of_time() -> None:
    first, second = planner.best([errand(0), errand(0, zone="Z2")], "", 0, walk)
    assert (first.ends_at, second.reached_at, second.begins_at) == (5 * MINUTE, 7 * MINUTE, 7 * MINUTE)


def test_many_stops_are_planned_one_after_the_other_and_all_of_them() -> None:
    many = [errand(20 - number, 1) for number in range(10)]
    assert sorted(order(*many)) == list(range(10))
    assert order(*many)[0] == 9


def test_stops_that_wait_for_each_other_are_left_out() -> None:
    assert order(errand(0), errand(0, after=((2, 0),)), errand(0, after=((1, 0),))) == [0]


# the hall file

SMALL = """
hall: {id: h, zh: x, en: x, timezone: Asia/Shanghai}
zones: [{id: Z, zh: x, en: x}]
departments: [{code: D, zh: x, en: x, home_queue: A}]
queues: [{id: A, zone: Z, zh: x, en: x, windows: 1}]
items: [{id: A-1, dept: D, zh: x, en: x, mode: window, queue: A, min_mean: 5, min_p90: 9}]
"""


def mistakes(more: str) -> list[tuple[str, str]]:
    read = read_hall((SMALL + more).encode())
    return [(row.word, row.suggestion) for row in read.mistakes if "journeys" in row.path or "walking" in row.path]


def journey(*steps: str) -> str:
    return "journeys:\n  - id: J\n    zh: x\n    en: x\n    steps:\n" + "".join(f"      - {row}\n" for row in steps)


def test_a_journey_in_a_circle_is_a_mistake() -> None:
    found = mistakes(journey("{item: A-1, after: [0]}"))
    assert found == [("0", "the first step waits for none: write after: []")]


ONE_WINDOW = """
hall: {id: h, zh: x, en: x, timezone: Asia/Shanghai}
zones: [{id: Z, zh: x, en: x}]
departments: [{code: D, zh: x, en: x, home_queue: A}]
queues:
  - {id: A, zone: Z, zh: x, en: x, windows: 1}
  - {id: B, zone: Z, zh: x, en: x, windows: 1}
  - {id: SELF, zone: Z, zh: x, en: x, devices: 1}
items:
  - {id: A-1, dept: D, zh: x, en: x, mode: window, queue: A, min_mean: 5, min_p90: 9}
  - {id: A-2, dept: D, zh: x, en: x, mode: window, queue: A, min_mean: 5, min_p90: 9}
  - {id: B-1, dept: D, zh: x, en: x, mode: window, queue: B, min_mean: 5, min_p90: 9}
  - {id: S-1, dept: D, zh: x, en: x, mode: self, queue: SELF, min_mean: 5, min_p90: 9}
journeys:
  - id: J
    zh: x
    en: x
    one_window: WHICH
    steps: [{item: A-1}, {item: B-1, after: [0]}, {item: S-1}, {item: A-2, after: [1], gap_min: 30}]
"""


@pytest.mark.parametrize(
    ("which", "planned"),
    [
        ("B", [("A-1", "B", "B-1"), ("A-2", "B")]),
        ("true", [("A-1", "A"), ("B-1", "B"), ("A-2", "A")]),
        ("false", [("A-1", "A"), ("B-1", "B"), ("A-2", "A")]),
    ],
)
def test_one_window_names_the_queue_whose_windows_do_all_but_what_devices_do(
    which: str, planned: list[tuple[str, ...]]
) -> None:
    read = read_hall(ONE_WINDOW.replace("WHICH", which).encode())
    assert read.hall is not None
    assert stops_in(read.hall) == planned


def stops_in(hall: Hall) -> list[tuple[str, ...]]:
    found = errands_of(hall, steps_of(hall, "J", ()))
    assert [item for item, _ in found.aside] == ["S-1"]
    return [stop.packed for stop in merged(hall, found.errands)]


def test_an_item_twice_is_a_mistake() -> None:
    assert "remove one of the two" in mistakes(journey("{item: A-1}", "{item: A-1, after: [0]}"))[0][1]


def test_walking_is_read_and_checked() -> None:
    read = read_hall((SMALL + "walking: {zone_min: 3, floor_min: 0.5, hold: all}\n").encode())
    assert read.hall is not None
    assert (read.hall.walking.zone_min, read.hall.walking.hold) == (3.0, "all")
    assert mistakes("walking: {hold: some}\n") != []
