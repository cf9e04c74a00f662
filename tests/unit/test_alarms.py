"""What a manager is told to look at, and when it is over."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from queue_server.contract.alarms import CODES, Alarm
from queue_server.domain.archive import ArchiveState
from queue_server.domain.events import Event, Fact
from queue_server.domain.hall import Hall
from queue_server.domain.orders import Snapshot
from queue_server.domain.outlook import MOST_AGE_MS, Doubt, Later, Outlook, QueueOutlook
from queue_server.flows.alarms import alarms
from queue_server.flows.running import DeviceCounts, RunningHall
from tests.support.clocks import NOON
from tests.support.halls import small_hall

MINUTE_MS = 60_000
A = [("A", 0)]


class Day:
    """A hall to which things happen, one minute after another."""

    def __init__(self, hall: Hall, speed: float = 1.0) -> None:
        self.running = RunningHall(hall, speed)
        self.running.start(Snapshot(position=0, day="261122", at=NOON, stats=[], windows=[], queues=[]), [])
        self.at = NOON
        self._numbers: Iterator[int] = iter(range(1, 10_000))

    def pass_min(self, minutes: float) -> None:
        self.at += round(minutes * MINUTE_MS)

    def happens(self, name: str, window: int = 0, ticket: str = "", status: str = "", **facts: Fact) -> None:
        queue = str(facts.pop("queue", "A" if ticket else ""))
        event = Event(
            name=name, at=self.at, ticket=ticket, number=ticket, queue=queue, service="A-1" if ticket else "",
            window=window, status=status, was="", priority="normal", turn=self.at, actor="", staff="", facts=facts,
        )  # fmt: skip
        self.running.take(next(self._numbers), event)

    def open(self, window: int = 1, queues: list[tuple[str, int]] = A) -> None:
        self.happens("WindowOpened", window, status="open", queues=queues)

    def come(self, visitors: int = 1, queue: str = "A") -> str:
        """So many take tickets; the id of the first."""
        ids = [f"{queue}{next(self._numbers)}" for _ in range(visitors)]
        for ticket in ids:
            self.happens("TicketIssued", ticket=ticket, status="waiting", queue=queue)
        return ids[0]

    def serve(self, window: int, ticket: str) -> None:
        self.happens("TicketCalled", window, ticket, "called", waited_ms=0, times=1, step="", language="zh")

    def foresee(self, wait_s: int, then_s: int, *doubts: Doubt) -> None:
        later = Later(at=self.at + MINUTE_MS, wait_s=(then_s, then_s, then_s), waiting=(1, 1, 1))
        row = QueueOutlook(queue="A", waiting=1, wait_s=(wait_s, wait_s, wait_s), pace_s=0, later=(later,))
        self.running.take_outlook(Outlook(at=self.at, position=0, tickets={}, queues=(row,), doubts=doubts))

    def alarms(self, code: str) -> list[Alarm]:
        return [alarm for alarm in alarms(self.running, self.at) if alarm.code == code]


@pytest.fixture
def day() -> Day:
    return Day(small_hall())


def test_a_quiet_hall_has_none(day: Day) -> None:
    day.open()
    day.pass_min(60)
    assert alarms(day.running, day.at) == []


def test_people_without_a_window(day: Day) -> None:
    day.come(2)
    assert day.alarms("NO_WINDOW") == [Alarm(code="NO_WINDOW", queue="A", n=2)]
    day.open()
    assert day.alarms("NO_WINDOW") == []


def test_a_wait_of_half_an_hour(day: Day) -> None:
    day.open()
    day.come()
    day.pass_min(29.9)
    assert day.alarms("LONG_WAIT") == []
    day.pass_min(0.1)
    assert day.alarms("LONG_WAIT") == [Alarm(code="LONG_WAIT", queue="A", n=1, min=30)]


def test_a_wait_that_is_foreseen_counts_before_it_is_over(day: Day) -> None:
    day.open()
    day.come()
    day.foresee(45 * 60, 20 * 60)
    assert [alarm.min for alarm in day.alarms("LONG_WAIT")] == [45]


def test_minutes_of_a_rehearsal_are_those_of_its_visitors() -> None:
    fast = Day(small_hall(), speed=60)
    fast.open()
    fast.come()
    fast.pass_min(0.5)
    assert [alarm.min for alarm in fast.alarms("LONG_WAIT")] == [30]


def test_a_queue_is_long_by_its_open_windows(day: Day) -> None:
    day.open(1)
    day.come(15)
    assert day.alarms("LONG_QUEUE") == [Alarm(code="LONG_QUEUE", queue="A", n=15, most=1)]
    day.open(2)
    assert day.alarms("LONG_QUEUE") == []


def half_shut(day: Day) -> None:
    """Two windows, one of them shut, and a visitor who has waited too long."""
    day.open(1)
    day.open(2)
    day.come()
    day.pass_min(31)
    day.happens("WindowPaused", 2, status="paused", reason="break")


def test_a_half_shut_door(day: Day) -> None:
    half_shut(day)
    assert day.alarms("HALF_DOOR") == [Alarm(code="HALF_DOOR", window=2, queue="A", min=31)]
    day.happens("WindowResumed", 2, status="open")
    assert day.alarms("HALF_DOOR") == []


def test_a_door_that_shut_long_ago_is_none(day: Day) -> None:
    half_shut(day)
    day.pass_min(30)
    assert day.alarms("HALF_DOOR") == []


def test_a_door_may_shut_while_the_wait_falls(day: Day) -> None:
    half_shut(day)
    day.foresee(35 * 60, 20 * 60)
    assert day.alarms("HALF_DOOR") == []
    day.foresee(35 * 60, 40 * 60)
    assert [alarm.window for alarm in day.alarms("HALF_DOOR")] == [2]


def test_an_empty_desk(day: Day) -> None:
    day.open()
    day.come(2)
    day.pass_min(4.9)
    assert day.alarms("EMPTY_DESK") == []
    day.pass_min(0.1)
    assert day.alarms("EMPTY_DESK") == [Alarm(code="EMPTY_DESK", window=1, queue="A", n=2, min=5)]


def test_a_desk_is_empty_only_from_when_its_last_visitor_left(day: Day) -> None:
    day.open()
    ticket = day.come(2)
    day.serve(1, ticket)
    day.pass_min(20)
    assert day.alarms("EMPTY_DESK") == []
    day.happens("ServiceFinished", 1, ticket, "done", handled_ms=1)
    day.pass_min(4)
    assert day.alarms("EMPTY_DESK") == []
    day.pass_min(1)
    assert [alarm.min for alarm in day.alarms("EMPTY_DESK")] == [5]


def test_nobody_misses_a_desk_for_which_nobody_waits(day: Day) -> None:
    day.open(3, [("B", 0)])
    day.come(3)
    day.pass_min(10)
    assert day.alarms("EMPTY_DESK") == []


def test_a_zone_beyond_what_it_holds() -> None:
    hall = small_hall()
    zones = tuple(structs.replace(zone, most_people=3 if zone.id == "Z1" else 0) for zone in hall.zones)
    day = Day(structs.replace(hall, zones=zones))
    first = day.come(2)
    day.come(1, "B")
    day.come(9, "C")
    day.open()
    day.serve(1, first)
    assert day.alarms("CROWDED") == [], "whoever is served is still there, and counts once"
    day.come()
    assert day.alarms("CROWDED") == [Alarm(code="CROWDED", zone="Z1", n=4, most=3)]


def test_without_a_limit_a_crowd_is_what_is_not_usual(day: Day) -> None:
    day.running.usual = {12 * 60: 100.0}
    day.come(150)
    assert day.alarms("CROWDED") == []
    day.pass_min(1)
    day.come(1)
    assert day.alarms("CROWDED") == [Alarm(code="CROWDED", n=151, most=100)]
    day.pass_min(15)
    assert day.alarms("CROWDED") == []


def test_devices_that_are_silent(day: Day) -> None:
    day.running.devices = DeviceCounts(ok=1, silent=2)
    assert day.alarms("DEVICE_SILENT") == [Alarm(code="DEVICE_SILENT", n=2)]


def test_a_forecast_that_stopped(day: Day) -> None:
    assert day.alarms("FORECAST_AWAY") == []
    day.foresee(60, 60)
    day.at += MOST_AGE_MS
    assert day.alarms("FORECAST_AWAY") == []
    day.at += 1
    assert [alarm.min for alarm in day.alarms("FORECAST_AWAY")] == [1]


def test_a_forecast_that_doubts_itself_as_a_whole(day: Day) -> None:
    day.foresee(60, 60, Doubt(code="STUCK_TICKET", window=3), Doubt(code="CLOCK_BACK"))
    assert day.alarms("FORECAST_DOUBT") == [Alarm(code="FORECAST_DOUBT", doubt="CLOCK_BACK")]


def test_an_archive_that_is_behind_says_how_long_it_can_wait(day: Day) -> None:
    day.running.archive = ArchiveState(at=day.at, position=1, behind=0)
    assert day.alarms("ARCHIVE_BEHIND") == []
    day.running.archive = ArchiveState(at=day.at, position=1, behind=900, since=day.at, lasts_s=5400)
    assert day.alarms("ARCHIVE_BEHIND") == [Alarm(code="ARCHIVE_BEHIND", n=900, min=90)]
    day.running.archive = ArchiveState(at=day.at, position=1, behind=900, since=day.at, lasts_s=10**8)
    assert [alarm.min for alarm in day.alarms("ARCHIVE_BEHIND")] == [24 * 60]


def test_an_archiver_that_says_nothing_is_not_there(day: Day) -> None:
    day.running.archive = ArchiveState(at=day.at, position=1, behind=3)
    day.pass_min(0.6)
    assert [alarm.n for alarm in day.alarms("ARCHIVE_BEHIND")] == [3]


def test_what_a_silent_archiver_left_of_the_store_gets_less(day: Day) -> None:
    day.running.archive = ArchiveState(at=day.at, position=1, behind=3, since=day.at, lasts_s=5400)
    day.pass_min(60)
    assert [alarm.min for alarm in day.alarms("ARCHIVE_BEHIND")] == [30]


def test_the_gravest_comes_first(day: Day) -> None:
    half_shut(day)
    day.come(1, "B")
    found = [alarm.code for alarm in alarms(day.running, day.at)]
    assert found == sorted(found, key=CODES.index)
    assert found[0] == "HALF_DOOR"
    assert "NO_WINDOW" in found
