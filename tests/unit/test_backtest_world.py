"""The simulated hall keeps the rules of a hall, whatever kind of day it is."""

from collections import Counter
from typing import Any

import pytest
from msgspec import structs

from ops.backtest.diverting import Measures
from ops.backtest.hall import small_hall
from ops.backtest.policies import alone
from ops.backtest.scenarios import SCENARIOS
from ops.backtest.world import World
from tests.unit.test_backtest_hall import day_of

Document = dict[str, Any]


def told(world: World) -> list[Document]:
    return list(world.events())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_events_come_in_the_order_of_time(scenario: str) -> None:
    moments = [event["at"] for event in told(day_of(small_hall(1), 1, scenario))]
    assert moments == sorted(moments)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_ticket_ends_and_no_window_serves_two_at_once(scenario: str) -> None:
    open_tickets: set[str] = set()
    at_window: dict[int, str] = {}
    for event in told(day_of(small_hall(2), 2, scenario)):
        name, ticket, window = event["event"], event.get("ticket", ""), event.get("window", 0)
        if name in ("TicketIssued", "TicketTransferred", "TicketReinstated"):
            open_tickets.add(ticket)
        elif name == "TicketCalled":
            assert window not in at_window
            at_window[window] = ticket
        elif name in ("ServiceFinished", "TicketMissed"):
            assert at_window.pop(window) == ticket
            open_tickets.remove(ticket)
        elif name in ("TicketCancelled", "TicketExpired"):
            open_tickets.remove(ticket)
    assert (open_tickets, at_window) == (set(), {})


@pytest.mark.parametrize("seed", (1, 2))
def test_every_window_that_opens_closes_in_the_end(seed: int) -> None:
    told_by = {event["window"]: event["event"] for event in told(day_of(small_hall(1), seed)) if "window" in event}
    assert len(told_by) >= 5
    assert set(told_by.values()) == {"WindowClosed"}


def test_a_window_for_which_nobody_waits_closes_at_the_end_of_the_day() -> None:
    world = day_of(small_hall(1), 1)
    quiet = World(small_hall(1), world.nature, structs.replace(world.day, visitors=[]), world.scenario)
    closed = [event["at"][11:16] for event in told(quiet) if event["event"] == "WindowClosed"]
    assert max(closed) == "08:30"


def test_a_hall_that_nobody_opens_sends_everybody_home() -> None:
    world = day_of(small_hall(1), 1)
    day = structs.replace(world.day, shifts={})
    events = told(World(small_hall(1), world.nature, day, world.scenario))
    ended = Counter(event["event"] for event in events if event["event"] in ("TicketExpired", "TicketCancelled"))
    assert ended["TicketExpired"] > 50
    assert ended.total() == sum(event["event"] == "TicketIssued" for event in events)


def test_a_window_calls_only_while_it_is_open() -> None:
    status: dict[int, str] = {}
    for event in told(day_of(small_hall(1), 3)):
        if event["event"].startswith("Window"):
            status[event["window"]] = event["event"]
        elif event["event"] == "TicketCalled":
            assert status[event["window"]] in ("WindowOpened", "WindowResumed")


def test_a_tick_comes_every_ten_minutes_before_what_happens_then() -> None:
    ticks = [event["at"] for event in told(day_of(small_hall(1), 1, ticks=True)) if event["event"] == "Tick"]
    assert ticks[0].endswith("01:00:00.000Z")
    assert [at[14:16] for at in ticks[:6]] == ["00", "10", "20", "30", "40", "50"]


def test_turns_count_the_credit_of_a_priority() -> None:
    issued = [event for event in told(day_of(small_hall(1), 1)) if event["event"] == "TicketIssued"]
    assert {event["priority"] for event in issued} >= {"normal", "elder"}
    world = day_of(small_hall(1), 1)
    alone(world)
    walk_ins = [ticket for ticket in world.tickets if ticket.stop == 1 and not ticket.visitor.slot]
    elders = [ticket for ticket in walk_ins if ticket.visitor.priority == "elder" and not ticket.returned]
    assert elders
    assert {ticket.issued - ticket.turn for ticket in elders} == {20 * 60_000}


def diverted(wish: Document) -> tuple[World, Measures, list[Document]]:
    """An overloaded day on which one measure is begun at the third tick."""
    world = day_of(small_hall(1), 1, "overload", ticks=True)
    measures = Measures(world)
    ticks: list[int] = []

    def consider(_: list[Document]) -> None:
        ticks.append(world.at)
        if len(ticks) == 3:
            assert measures.begin(wish)

    world.consider = consider
    return world, measures, told(world)


def test_a_window_that_was_shut_all_day_opens_five_minutes_after_it_is_asked_for() -> None:
    shut = Measures(day_of(small_hall(1), 1, "overload")).shut_windows()[0].number
    world, measures, events = diverted({"action": "open_window", "window": shut})
    own = [event for event in events if event.get("window") == shut]
    assert [event["event"] for event in own[:2]] == ["DiversionStarted", "WindowOpened"]
    assert (own[0]["at"][14:19], own[1]["at"][14:19]) == ("20:00", "25:00")
    assert measures.clerks == world.hall.diversion.reserve_clerks - 1
    assert not measures.begin({"action": "open_window", "window": shut})


def test_a_window_learns_a_queue_for_a_while() -> None:
    plan = next(plan for plan in small_hall(1).hall.windows if plan.may_learn)
    queue = plan.may_learn[0]
    _, _, events = diverted({"action": "reskill_window", "window": plan.window, "queue": queue})
    start = next(index for index, event in enumerate(events) if event["event"] == "DiversionStarted")
    opened = [event for event in events[start:] if event["event"] == "WindowOpened" and event["window"] == plan.window]
    assert queue in [share["queue"] for share in opened[0]["queues"]]
    assert queue not in [share["queue"] for share in opened[1]["queues"]]
    assert (opened[0]["at"][11:16], opened[1]["at"][11:16]) == ("01:20", "02:05")


def test_helpers_and_offers_end_by_themselves_and_are_said_with_the_same_fields() -> None:
    service = next(service for service in small_hall(1).hall.services if "self" in service.alternatives)
    for wish in (
        {"action": "send_helpers", "queue": "A"},
        {"action": "guide_to_device", "service": service.id},
        {"action": "offer_later", "queue": "A"},
        {"action": "offer_hall", "service": service.id, "to": "east"},
    ):
        _, _, events = diverted(wish)
        said = [event for event in events if event["event"] in ("DiversionStarted", "DiversionEnded")]
        assert [event["event"] for event in said] == ["DiversionStarted", "DiversionEnded"]
        assert all(wish.items() <= event.items() for event in said)


def test_who_accepts_an_offer_leaves_as_diverted() -> None:
    service = next(service for service in small_hall(1).hall.services if "self" in service.alternatives)
    _, measures, events = diverted({"action": "guide_to_device", "service": service.id})
    reasons = Counter(event["reason"] for event in events if event["event"] == "TicketCancelled")
    assert reasons["diverted"] > 0
    assert measures.kept_out > 0


def test_what_cannot_be_done_is_refused_without_an_event() -> None:
    world = day_of(small_hall(1), 1)
    measures = Measures(world)
    for wish in (
        {"action": "open_window", "window": 99},
        {"action": "send_helpers", "queue": "QQ"},
        {"action": "sing"},
    ):
        assert not measures.begin(wish)
    assert all(event["event"] != "DiversionStarted" for event in world.events())
