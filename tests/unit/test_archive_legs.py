"""A visit as the archive keeps it: one leg for each time that its ticket waited."""

from typing import Any

from ops.archive.legs import Leg, Legs, follow, opened
from queue_server.domain.events import Event

MINUTE = 60_000
CAME = 1_000 * MINUTE
TOLD = {"p10_s": 120, "p50_s": 300, "p90_s": 600}


def event(name: str, minute: int, status: str, was: str = "", window: int = 0, **more: Any) -> Event:
    queue = more.pop("queue", "A")
    return Event(
        name=name, at=CAME + minute * MINUTE, ticket="261122-0000001", number="A001", queue=queue, service=f"{queue}-1",
        window=window, status=status, was=was, priority="normal", turn=CAME, actor="", staff="", facts=more,
    )  # fmt: skip


def visit(*happened: Event) -> Legs:
    legs = [opened(7, "261122", happened[0])]
    for one in happened:
        follow(legs, one)
    return legs


ISSUED = event("TicketIssued", 0, "waiting", channel="kiosk", **TOLD)
CALLED = event("TicketCalled", 5, "called", "waiting", 2, waited_ms=5 * MINUTE)
STARTED = event("ServiceStarted", 6, "serving", "called", 2)
UNDONE = {"was": "waiting", "window": 2}


def after(minute: int) -> int:
    return CAME + minute * MINUTE


def test_a_visit_from_the_kiosk_to_its_end_is_one_leg() -> None:
    assert visit(ISSUED, CALLED, STARTED, event("ServiceFinished", 9, "done", "serving", 2, outcome="done")) == [
        Leg(
            visit=7, leg=1, day="261122", ticket="261122-0000001", number="A001", queue="A", service="A-1",
            priority="normal", channel="kiosk", issued_at=CAME, waits_since=CAME, told_at=CAME, **TOLD,
            called_at=after(5), started_at=after(6), finished_at=after(9), at_window=2, outcome="done", status="done",
        )
    ]  # fmt: skip


def test_called_again_it_still_waited_until_its_first_call() -> None:
    [leg] = visit(ISSUED, CALLED, event("TicketRecalled", 7, "called", "called", 2, times=2))
    assert leg.called_at == after(5)


def test_who_is_transferred_waits_anew_and_is_told_anew() -> None:
    told = {"p10_s": 0, "p50_s": 60, "p90_s": 240}
    first, second = visit(
        ISSUED, CALLED, STARTED, event("TicketTransferred", 8, "waiting", "serving", 2, queue="B", **told)
    )
    assert (first.status, first.finished_at, first.queue) == ("transferred", after(8), "A")
    assert (second.status, second.waits_since, second.queue, second.leg) == ("waiting", after(8), "B", 2)
    assert (second.told_at, second.p50_s, second.issued_at, second.called_at) == (after(8), 60, CAME, 0)


def test_the_next_stop_of_a_journey_is_a_leg_of_its_own() -> None:
    first, second = visit(
        ISSUED, CALLED, STARTED,
        event("ServiceFinished", 8, "done", "serving", 2, outcome="next"),
        event("TicketTransferred", 8, "waiting", "done", 2, queue="B"),
    )  # fmt: skip
    assert (first.status, first.outcome) == ("done", "next")
    assert (second.queue, second.told_at, second.p50_s) == ("B", 0, None)


def test_a_transfer_that_is_undone_leaves_no_leg_behind() -> None:
    moved = event("TicketTransferred", 8, "waiting", "serving", 2, queue="B")
    undone = event("ActUndone", 8, "serving", undone="TicketTransferred", **UNDONE)
    assert visit(ISSUED, CALLED, STARTED, moved, undone) == visit(ISSUED, CALLED, STARTED)


def test_a_stop_that_is_finished_and_undone_is_being_served_again() -> None:
    finished = event("ServiceFinished", 8, "done", "serving", 2, outcome="next")
    on = event("TicketTransferred", 8, "waiting", "done", 2, queue="B")
    undone = event("ActUndone", 8, "serving", undone="ServiceFinished", **UNDONE)
    assert visit(ISSUED, CALLED, STARTED, finished, on, undone) == visit(ISSUED, CALLED, STARTED)


def test_a_stop_that_is_finished_and_undone_while_its_visitor_walks_is_being_served_again() -> None:
    finished = event("ServiceFinished", 8, "done", "serving", 2, outcome="next")
    on = event("TicketTransferred", 8, "waiting", "done", 2, queue="B", stop=2)
    walks = event("TicketHeld", 8, "held", "waiting", queue="B", reason="walking")
    undone = event("ActUndone", 9, "serving", "held", 2, undone="ServiceFinished", stop=1)
    assert visit(ISSUED, CALLED, STARTED, finished, on, walks, undone) == visit(ISSUED, CALLED, STARTED)


def test_a_call_that_is_undone_was_none() -> None:
    undone = event("ActUndone", 6, "waiting", "called", 2, undone="TicketCalled")
    assert visit(ISSUED, CALLED, undone) == visit(ISSUED)


def test_a_missed_ticket_that_comes_back_waits_anew() -> None:
    missed = event("TicketMissed", 7, "missed", "called", 2)
    first, second = visit(ISSUED, CALLED, missed, event("TicketReinstated", 9, "waiting", "missed", since=after(9)))
    assert (first.status, first.finished_at) == ("missed", after(7))
    assert (second.status, second.waits_since) == ("waiting", after(9))


def test_who_stepped_aside_for_an_interpreter_waited_once() -> None:
    aside = event("TicketHeld", 3, "held", "waiting", reason="interpreter")
    back = event("TicketReinstated", 4, "waiting", "held", since=CAME, reason="interpreter", **TOLD)
    assert visit(ISSUED, aside, back, CALLED) == visit(ISSUED, CALLED)


def test_who_postpones_is_told_anew_but_has_waited_all_along() -> None:
    told = {"p10_s": 600, "p50_s": 900, "p90_s": 1500}
    [leg] = visit(ISSUED, event("TicketPostponed", 3, "waiting", "waiting", since=CAME, **told))
    assert (leg.waits_since, leg.told_at, leg.p50_s) == (CAME, after(3), 900)


def test_when_the_only_window_closes_its_visitor_waits_on() -> None:
    [leg] = visit(ISSUED, event("TicketTransferred", 3, "waiting", "waiting", queue="B"))
    assert (leg.queue, leg.waits_since, leg.status) == ("B", CAME, "waiting")


def test_who_was_helped_otherwise_is_told_apart_from_who_gave_up() -> None:
    [diverted] = visit(ISSUED, event("TicketCancelled", 3, "cancelled", "waiting", reason="diverted"))
    [gone] = visit(ISSUED, event("TicketCancelled", 3, "cancelled", "waiting"))
    assert (diverted.outcome, gone.outcome) == ("diverted", "")


def test_a_visit_whose_beginning_was_lost_is_kept_from_its_call_on() -> None:
    [leg] = visit(CALLED, STARTED)
    assert (leg.issued_at, leg.waits_since, leg.called_at, leg.p50_s) == (0, CAME, after(5), None)


def test_screens_and_phones_do_not_move_a_visit() -> None:
    shown = event("CallShown", 5, "called", window=2, how=1)
    assert visit(ISSUED, CALLED, shown) == visit(ISSUED, CALLED)


def test_what_the_night_ended_while_it_was_served_has_no_handling_time() -> None:
    [served] = visit(ISSUED, CALLED, STARTED, event("TicketExpired", 1_083, "expired", "serving", 2))
    assert (served.status, served.started_at, served.finished_at) == ("expired", after(6), 0)
    [waited] = visit(ISSUED, event("TicketExpired", 1_083, "expired", "waiting"))
    assert (waited.status, waited.finished_at) == ("expired", after(1_083))
