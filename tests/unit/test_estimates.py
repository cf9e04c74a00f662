"""Every wait that is told comes from one place: the caretaker's outlook while it is fresh, else a simple estimate."""

from typing import Any

import pytest
from msgspec.structs import replace

from ops.caretaker.elsewhere import elsewhere
from ops.caretaker.hall_time import HallTime, RehearsedTime
from queue_server.domain.archive import ArchiveState
from queue_server.domain.calendar import local
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall, Period
from queue_server.domain.orders import Snapshot
from queue_server.domain.outlook import MOST_AGE_MS, Doubt, Later, Outlook, QueueOutlook
from queue_server.flows import estimates, outlooks
from queue_server.flows.archived import archive_state
from queue_server.flows.running import RunningHall
from queue_server.forecast.heard import Heard
from queue_server.web.waits import NOTABLE_S, REFRESH_MS, Waits
from tests.support.clocks import NOON
from tests.support.halls import small_hall

MINUTE_MS = 60_000
OUTLOOK = Outlook(
    at=NOON, position=2,
    tickets={"t1": (60, 120, 300), "t2": (200, 400, 900)},
    queues=(
        QueueOutlook(
            queue="A", waiting=2, wait_s=(300, 600, 1200), pace_s=100,
            later=(Later(at=NOON + 15 * MINUTE_MS, wait_s=(60, 90, 120), waiting=(0, 1, 3)),),
        ),
        QueueOutlook(queue="B", waiting=0, wait_s=None, pace_s=60),
    ),
)  # fmt: skip


def issued(running: RunningHall, number: int, turn: int = 0, queue: str = "A") -> None:
    event = Event(
        name="TicketIssued", at=NOON, ticket=f"t{number}", number=f"{queue}{number:03d}", queue=queue,
        service=f"{queue}-1", window=0, status="waiting", was="", priority="", turn=turn or NOON + number, actor="",
        staff="", facts={"channel": "kiosk"},
    )  # fmt: skip
    running.take(running.position + 1, event)


@pytest.fixture
def running() -> RunningHall:
    """Two wait in queue A, and the caretaker has said how long."""
    running = RunningHall(small_hall())
    running.start(Snapshot(position=0, day="261122", at=NOON, stats=[], windows=[], queues=[]), [])
    for number in (1, 2):
        issued(running, number)
    running.take_outlook(OUTLOOK)
    return running


def test_a_visitor_waits_as_long_as_was_expected_less_the_time_since(running: RunningHall) -> None:
    assert estimates.of_ticket(running, "t2", "A", 1, NOON + 50_000) == (150, 350, 850)


def test_nobody_waits_less_than_no_time(running: RunningHall) -> None:
    running.take_outlook(replace(OUTLOOK, tickets={"t1": (10, 20, 45)}))
    assert estimates.of_ticket(running, "t1", "A", 0, NOON + 30_000) == (0, 0, 15)


def test_a_newcomer_waits_longer_for_each_who_came_since_the_outlook(running: RunningHall) -> None:
    assert estimates.of_newcomer(running, "A", NOON) == (300, 600, 1200)
    issued(running, 3)
    assert estimates.of_newcomer(running, "A", NOON) == (400, 700, 1300)
    assert estimates.of_ticket(running, "t3", "A", 2, NOON) == (300, 600, 1200)


def test_who_has_credit_waits_as_long_as_the_one_whose_place_they_take(running: RunningHall) -> None:
    assert estimates.of_turn(running, "A", NOON, NOON + 10_000) == (50, 110, 290)
    assert estimates.of_turn(running, "A", NOON + 10_000, NOON) == (300, 600, 1200)


def test_where_nobody_is_expected_to_serve_no_wait_is_told(running: RunningHall) -> None:
    issued(running, 9, queue="B")
    assert estimates.of_newcomer(running, "B", NOON) is None
    assert estimates.of_ticket(running, "t9", "B", 0, NOON) is None
    assert estimates.promise(None) == ()


@pytest.mark.parametrize("late_ms", [MOST_AGE_MS + 1, -MOST_AGE_MS - 1])
def test_an_outlook_that_is_too_old_or_of_another_time_is_not_believed(running: RunningHall, late_ms: int) -> None:
    simple = running.wait_s("A", 1)
    assert estimates.of_ticket(running, "t2", "A", 1, NOON + late_ms) == simple != (200, 400, 900)
    assert not estimates.is_trusted(running, NOON + late_ms)
    assert [doubt.code for doubt in outlooks.foresight(running, NOON + late_ms).doubts] == ["FORECAST_AWAY"]


def test_a_forecast_that_is_behind_is_told_but_not_trusted(running: RunningHall) -> None:
    assert estimates.is_trusted(running, NOON)
    running.take_outlook(replace(OUTLOOK, doubts=(Doubt(code="STUCK_TICKET", window=3),)))
    assert estimates.is_trusted(running, NOON), "one stuck window is no reason to distrust a hall"
    running.take_outlook(replace(OUTLOOK, tickets={}, queues=(), doubts=(Doubt(code="BEHIND"),)))
    assert not estimates.is_trusted(running, NOON)
    assert estimates.of_newcomer(running, "A", NOON) == running.wait_s("A", 2)


def test_a_hall_waits_as_its_usual_visitor_does_and_nobody_counts_a_queue_that_is_not_served(
    running: RunningHall,
) -> None:
    assert estimates.of_hall(running, ["A", "B"], NOON) == (300, 600, 1200)
    assert estimates.of_hall(running, ["B"], NOON) == running.wait_s("B", 0), "nobody yet: as its plan lets expect"
    assert estimates.of_hall(running, [], NOON) == (0, 0, 0)


def test_managers_see_how_the_archive_fares_and_when_nobody_archives_any_more(running: RunningHall) -> None:
    assert archive_state(running, NOON) is None
    running.archive = ArchiveState(at=NOON, position=10, behind=7, since=NOON, lasts_s=3600, trouble="away")
    seen = archive_state(running, NOON)
    assert seen is not None
    assert (seen.status, seen.behind, seen.since, seen.lasts_s) == ("behind", 7, "2026-11-22T04:00:00.000Z", 3600)
    silent = archive_state(running, NOON + MINUTE_MS)
    assert silent is not None and silent.status == "silent"


# what is told of waits that move


def told(waits: Waits, at: int) -> list[tuple[str, list[str] | int]]:
    """Per frame its topic, and which queues it tells or the place."""
    return [
        (topic, [row.queue for row in document["queues"]] if "queues" in document else document["ahead"])
        for topic, _, document in waits.news(["waits:*", "place:t2"], at)
    ]


def moved_by(seconds: int) -> Outlook:
    """The same outlook, as worked out again; all of queue A waits so much longer."""
    row = OUTLOOK.queues[0]
    longer: Any = tuple(value + seconds for value in row.wait_s or ())
    tickets: Any = {ticket: tuple(value + seconds for value in wait_s) for ticket, wait_s in OUTLOOK.tickets.items()}
    return replace(OUTLOOK, tickets=tickets, queues=(replace(row, wait_s=longer), *OUTLOOK.queues[1:]))


def test_a_new_outlook_is_told_at_once_where_it_matters_and_else_within_seconds(running: RunningHall) -> None:
    waits = Waits(running)
    assert told(waits, NOON) == [("waits:*", ["A", "B", "C"]), ("place:t2", 1)]
    assert told(waits, NOON) == [], "nothing happened"
    running.take_outlook(moved_by(NOTABLE_S - 1))
    assert told(waits, NOON) == []
    running.take_outlook(moved_by(NOTABLE_S))
    assert told(waits, NOON) == [("waits:*", ["A"]), ("place:t2", 1)]
    running.take_outlook(moved_by(NOTABLE_S + 1))
    assert told(waits, NOON + REFRESH_MS) == [("waits:*", ["A"]), ("place:t2", 1)]


def test_what_happens_in_a_queue_is_told_at_once_however_little_it_changes(running: RunningHall) -> None:
    waits = Waits(running)
    told(waits, NOON)
    running.take_outlook(moved_by(1))
    waits.touch({"A"})
    assert told(waits, NOON) == [("waits:*", ["A"]), ("place:t2", 1)]


def test_waits_are_told_anew_when_the_forecast_stops(running: RunningHall) -> None:
    waits = Waits(running)
    told(waits, NOON)
    assert told(waits, NOON + MOST_AGE_MS + 1) == [("waits:*", ["A", "B"]), ("place:t2", 1)]


# rehearsals


def happened(name: str, at: int, **more: Any) -> Heard:
    return Heard(name=name, at=at, **more)


def office(speed: float) -> RehearsedTime:
    return RehearsedTime(
        small_hall(hours=tuple(Period(weekday=d, opens_min=540, closes_min=1020) for d in range(5))), speed
    )


def test_a_rehearsed_hall_is_foreseen_at_the_crowds_own_time_of_day() -> None:
    rehearsed = office(60.0)
    assert rehearsed.hear(happened("DeviceChanged", NOON)) is None, "nobody has come yet"
    assert not rehearsed.begins_day(happened("WindowOpened", NOON, window=2))
    first = local(small_hall(), rehearsed.there(NOON))
    assert (first.weekday(), first.hour, first.minute) == (2, 9, 45)
    heard = rehearsed.hear(happened("TicketIssued", NOON + 1000, turn=NOON + 1000))
    assert heard is not None and heard.at == heard.turn == rehearsed.there(NOON) + MINUTE_MS


def test_when_the_crowd_has_gone_home_its_next_visitor_begins_another_day() -> None:
    rehearsed, noon_s = office(60.0), 135
    rehearsed.begins_day(happened("WindowOpened", NOON, window=2))
    rehearsed.begins_day(happened("WindowClosed", NOON + noon_s * 1000, window=2))
    assert not rehearsed.begins_day(happened("WindowOpened", NOON + noon_s * 1000, window=2)), "it was noon"
    rehearsed.begins_day(happened("WindowClosed", NOON + 440_000, window=2))
    assert rehearsed.begins_day(happened("TicketIssued", NOON + 450_000))
    next_day = local(small_hall(), rehearsed.there(NOON + 450_000))
    assert (next_day.weekday(), next_day.hour, next_day.minute) == (2, 8, 50)


def test_what_is_expected_of_a_rehearsal_is_told_in_the_clocks_own_time() -> None:
    rehearsed = office(60.0)
    rehearsed.begins_day(happened("WindowOpened", NOON, window=2))
    then = rehearsed.there(NOON)
    lived = replace(
        moved_by(0), at=then, hall=(Later(at=then + 30 * MINUTE_MS, wait_s=(0, 60, 120), waiting=(1, 2, 3)),)
    )
    outlook = rehearsed.told(lived, NOON)
    assert outlook.at == NOON
    assert outlook.tickets["t2"] == (3, 7, 15)
    assert (outlook.queues[0].wait_s, outlook.queues[0].pace_s) == ((5, 10, 20), 2)
    assert outlook.hall == (Later(at=NOON + 30_000, wait_s=(0, 1, 2), waiting=(1, 2, 3)),)


def test_without_a_crowd_time_is_the_clocks() -> None:
    hall_time = HallTime()
    heard = happened("TicketIssued", NOON)
    assert (hall_time.there(NOON), hall_time.hear(heard), hall_time.begins_day(heard)) == (NOON, heard, False)
    assert hall_time.told(OUTLOOK, NOON + 5).at == NOON + 5


# another hall


def expecting(hall_id: str, minutes: int) -> tuple[Hall, Outlook]:
    """A hall whose queue A is expected to take so long in half an hour; nobody is expected at its queue B."""
    later = tuple(Later(at=NOON, wait_s=(0, 60 * m, 9999), waiting=(0, 0, 0)) for m in (1, 1, minutes, 1))
    return small_hall(hall_id), replace(OUTLOOK, queues=(replace(OUTLOOK.queues[0], later=later), OUTLOOK.queues[1]))


def test_another_hall_is_recommended_for_what_it_will_do_sooner_when_one_gets_there() -> None:
    here = expecting("small", 30)
    assert elsewhere(here, [here, expecting("near", 20)]) == (("near", "A-1", 1200.0), ("near", "A-2", 1200.0))
    assert elsewhere(here, [here, expecting("near", 21)]) == (), "it is not worth the way"
    assert elsewhere(here, [(small_hall("near"), None)]) == (), "nobody knows"
