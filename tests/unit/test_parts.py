"""A hall falls into parts that do not touch."""

from queue_server.forecast.parts import Part, parts_of


def test_queues_that_share_a_window_are_one_part() -> None:
    assert parts_of("ABC", {1: [("A", 0), ("B", 0)], 2: [("C", 0)]}) == [
        Part(queues=("A", "B"), windows=(1,)),
        Part(queues=("C",), windows=(2,)),
    ]


def test_parts_are_joined_through_any_chain_of_windows() -> None:
    chain = {1: [("D", 0), ("C", 0)], 2: [("A", 0), ("B", 0)], 3: [("B", 0), ("D", 0)]}
    assert parts_of("ABCD", chain) == [Part(queues=("A", "B", "C", "D"), windows=(1, 2, 3))]


def test_a_queue_without_windows_is_a_part_of_its_own() -> None:
    assert parts_of("AB", {1: [("A", 0)]}) == [Part(queues=("A",), windows=(1,)), Part(queues=("B",), windows=())]


def test_a_queue_that_only_a_window_names_is_in_a_part_too() -> None:
    assert parts_of("", {7: [("X", 0)]}) == [Part(queues=("X",), windows=(7,))]


def test_a_window_that_serves_nothing_is_in_no_part() -> None:
    assert parts_of("A", {1: []}) == [Part(queues=("A",), windows=())]


def test_every_queue_is_in_exactly_one_part_however_windows_come() -> None:
    served = {number: [(f"Q{number % 7}", 0), (f"Q{number * number % 7}", 0)] for number in range(30)}
    for order in (served, dict(reversed(served.items()))):
        queues = [queue for part in parts_of((f"Q{n}" for n in range(9)), order) for queue in part.queues]
        assert sorted(queues) == [f"Q{n}" for n in range(9)]
    assert parts_of("A", served) == parts_of("A", dict(reversed(served.items())))


def test_a_hall_without_queues_has_no_parts() -> None:
    assert parts_of("", {}) == []
