"""What days come to, added up: legs, bookings, cases and diversions into figures."""

from datetime import date
from typing import Any

import pytest

from ops.archive.legs import Leg, Legs, follow, opened
from ops.archive.tallies import EndedCase, tallies
from queue_server.domain.events import Event
from queue_server.domain.report import Tally, added, bounds, wait_quantile_s

MINUTE = 60_000
CAME = 1_000 * MINUTE


def leg(visit: int, waited_min: float = 0, **more: Any) -> Leg:
    facts: dict[str, Any] = {
        "visit": visit, "leg": 1, "day": "261122", "ticket": f"t{visit}", "number": "A001", "queue": "A",
        "service": "A-1", "priority": "normal", "channel": "kiosk", "issued_at": CAME, "waits_since": CAME,
        "called_at": CAME + round(waited_min * MINUTE), "at_window": 1, "status": "done",
    }  # fmt: skip
    return Leg(**(facts | more))


def event(name: str, at: int = CAME, window: int = 0, queue: str = "A", **facts: Any) -> Event:
    return Event(
        name=name, at=at, ticket="", number="", queue=queue, service="A-1", window=window, status="", was="",
        priority="", turn=0, actor="", staff="", facts=facts,
    )  # fmt: skip


def of_hall(*legs: Leg, happened: tuple[Event, ...] = (), cases: tuple[EndedCase, ...] = ()) -> Tally:
    return tallies(legs, happened, cases, ["queue"])[0]["hall"][""]


def test_a_wait_of_exactly_a_quarter_of_an_hour_is_not_over_it() -> None:
    found = of_hall(leg(1, 15), leg(2, 15.1), leg(3, 30), leg(4, 61))
    assert (found.waited, found.over_15, found.over_30, found.over_60) == (4, 3, 1, 1)


def test_who_was_helped_otherwise_did_not_give_up() -> None:
    left: dict[str, Any] = {"called_at": 0, "status": "cancelled"}
    found = of_hall(leg(1, **left), leg(2, **left, outcome="diverted"), leg(3, called_at=0, status="expired"))
    assert (found.visits, found.waited, found.cancelled, found.diverted, found.expired) == (3, 0, 1, 1, 1)


def test_a_visit_of_several_stops_counts_once_and_its_next_stop_by_how_long_it_waited() -> None:
    first = leg(1, 10, stops=2, finished_at=CAME + 20 * MINUTE, started_at=CAME + 10 * MINUTE, outcome="next")
    since = CAME + 20 * MINUTE
    second = leg(
        1, leg=2, stop=2, stops=2, queue="B", waits_since=since, called_at=since + MINUTE,
        started_at=since + MINUTE, finished_at=since + 5 * MINUTE, outcome="done",
    )  # fmt: skip
    found = of_hall(first, second)
    assert (found.visits, found.waited, found.served) == (1, 2, 2)
    assert (found.several, found.next_stops, found.green) == (1, 1, 1)
    assert (found.through, found.through_ms) == (1, 25 * MINUTE)
    unfinished = of_hall(first)
    assert (unfinished.several, unfinished.through) == (1, 0)
    assert of_hall(leg(1, 10)).several == 0


def test_ratings_are_of_the_stop_that_was_rated_even_when_the_ticket_is_gone() -> None:
    legs: Legs = [opened(1, "261122", ticket("TicketIssued", 0, "waiting", stops=2))]
    for one in (
        ticket("TicketCalled", 5, "called"), ticket("ServiceStarted", 6, "serving"),
        ticket("ServiceFinished", 9, "done", outcome="next"),
        ticket("TicketTransferred", 9, "waiting", was="done", stop=2, stops=2),
        ticket("TicketCalled", 12, "called"), ticket("ServiceStarted", 13, "serving"),
        ticket("TicketExpired", 60, "expired", was="serving"),
        ticket("RatingGiven", 100, "", stop=1, score=2),
    ):  # fmt: skip
        follow(legs, one)
    assert [(one.stop, one.score, one.status) for one in legs] == [(1, 2, "done"), (2, 0, "expired")]
    found = of_hall(*legs)
    assert (found.ratings, found.score, found.satisfied, found.low) == (1, 2, 0, 1)


def ticket(name: str, minute: int, status: str, was: str = "", **facts: Any) -> Event:
    return Event(
        name=name, at=CAME + minute * MINUTE, ticket="t1", number="A001", queue="A", service="A-1", window=1,
        status=status, was=was, priority="normal", turn=CAME, actor="", staff="Li", facts=facts,
    )  # fmt: skip


def test_a_path_that_changes_moves_who_still_waits() -> None:
    legs = [opened(1, "261122", ticket("TicketIssued", 0, "waiting", stops=2, journey="shop"))]
    moved = ticket("TicketPlanned", 3, "waiting", was="waiting", stop=1, stops=2)
    moved.queue, moved.service = "C", "C-1"
    follow(legs, moved)
    assert [(one.queue, one.service, one.journey, one.stops) for one in legs] == [("C", "C-1", "shop", 2)]


def test_bookings_and_cases_count_where_they_belong() -> None:
    happened = (event("BookingMade"), event("BookingMade", queue="B"), event("BookingMissed"), event("CaseOpened"))
    cases = (
        EndedCase(queue="A", service="A-1", window=1, late=False),
        EndedCase(queue="B", service="", window=0, late=True),
    )  # fmt: skip
    broken, _ = tallies([], happened, cases, ["queue", "window"])
    whole = broken["hall"][""]
    assert (whole.bookings, whole.no_shows, whole.cases, whole.cases_closed, whole.cases_on_time) == (2, 1, 1, 2, 1)
    assert (broken["queue"]["A"].bookings, broken["queue"]["B"].bookings) == (1, 1)
    assert (broken["window"]["1"].cases_closed, broken["queue"]["B"].cases_on_time) == (1, 0)


def test_a_diversion_counts_once_by_its_last_word() -> None:
    ended: dict[str, Any] = {"diversion": "D1", "action": "open_window", "gain_mean_s": 120}
    happened = (
        event("DiversionEnded", **ended), event("DiversionEnded", **ended, effect_mean_s=90),
        event("DiversionEnded", diversion="D2", action="open_window", gain_mean_s=60),
    )  # fmt: skip
    _, actions = tallies([], happened, (), [])
    found = actions["open_window"]
    assert (found.ended, found.measured, found.gain_s, found.effect_s) == (2, 1, 120.0, 90.0)


def test_tallies_add_up_to_the_same_whatever_the_days() -> None:
    legs = [leg(number, number / 3) for number in range(100)]
    whole = of_hall(*legs)
    parts = added([of_hall(*legs[:37]), of_hall(*legs[37:]), Tally()])
    assert parts == whole
    assert wait_quantile_s(parts, 0.9) == wait_quantile_s(whole, 0.9)
    assert wait_quantile_s(Tally(), 0.5) is None


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("day", date(2028, 2, 29), date(2028, 2, 29)), ("week", date(2028, 2, 28), date(2028, 3, 5)),
        ("month", date(2028, 2, 1), date(2028, 2, 29)), ("year", date(2028, 1, 1), date(2028, 12, 31)),
    ],
)  # fmt: skip
def test_a_span_is_the_one_that_a_day_lies_in(span: str, first: date, last: date) -> None:
    assert bounds(span, date(2028, 2, 29)) == (first, last)
