"""Lockers: how a hall file sets them up, what their codes are, when they alarm."""

import pytest
from msgspec import structs

from queue_server.contract.hall_file import read_hall
from queue_server.domain.calendar import bounds_of_date, local
from queue_server.domain.lockers import CODE_DIGITS, Locker, LockerCounts, LockerRules, ParcelRecord
from queue_server.flows.alarms import alarms
from queue_server.flows.locker_care import counted
from queue_server.flows.lockers import LockerCodes, remind_at, rows_of
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from tests.support.clocks import NOON
from tests.support.halls import names, small_hall
from tests.unit.test_hall_file import SMALL

LOCKERS = """
lockers:
  - {id: E1, zone: Z1, boxes: 4, zh: 柜, en: Lockers}
locker: {keep_days: 5, remind_h: 0}
"""
FIRST = SMALL.count("\n") + 1


def parcel(locker: str = "E1", box: int = 1, status: str = "in", until_at: int = NOON + 1) -> ParcelRecord:
    return ParcelRecord(
        locker=locker, box=box, status=status, ticket="", number="", queue="", service="", contacts=[], language="zh",
        digest="", seed="", told=0, put_at=NOON, until_at=until_at, remind_at=0, ended_at=0, by="desk",
    )  # fmt: skip


def test_a_hall_file_says_where_lockers_stand_and_how_long_things_stay() -> None:
    hall = read_hall(SMALL + LOCKERS).hall
    assert hall is not None
    assert hall.lockers == (Locker(id="E1", names={"zh": "柜", "en": "Lockers"}, zone="Z1", boxes=4),)
    assert (hall.locker.keep_days, hall.locker.remind_h) == (5, 0)
    plain = read_hall(SMALL).hall
    assert plain is not None and (plain.lockers, plain.locker.keep_days, plain.locker.remind_h) == ((), 3, 24)


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("zone: Z1", "zone: Z7", 2, "Z7"),
        ("boxes: 4", "boxes: 0", 2, "0"),
        ("boxes: 4, ", "", 2, "boxes"),
        ("keep_days: 5", "keep_days: 99", 3, "99"),
        ("remind_h: 0", "remind: 0", 3, "remind"),
        ("\nlocker:", "\n  - {id: E1, zone: Z1, boxes: 2, zh: 柜, en: L}\nlocker:", 3, "E1"),
    ],
)
def test_each_mistake_has_its_line_and_its_word(old: str, new: str, line: int, word: str) -> None:
    found = read_hall(SMALL + LOCKERS.replace(old, new, 1)).mistakes
    assert [(mistake.line, mistake.word) for mistake in found] == [(FIRST + line, word)]


def test_a_code_is_of_its_seed_and_of_this_servers_secret() -> None:
    here, elsewhere = LockerCodes(Seals(bytes(32))), LockerCodes(Seals(bytes(range(32))))
    code = here.code("small", "seed")
    assert len(code) == CODE_DIGITS and code.isdecimal()
    assert code == here.code("small", "seed")
    assert len({code, here.code("small", "other"), here.code("big", "seed"), elsewhere.code("small", "seed")}) == 4


def test_a_code_is_known_again_however_it_was_typed() -> None:
    codes = LockerCodes(Seals(bytes(32)))
    assert codes.digest("small", " 1234-5678 ") == codes.digest("small", "12345678")
    assert codes.digest("small", "12345678") != codes.digest("small", "12345679")


def test_boxes_that_hold_something_are_counted_and_the_others_are_free() -> None:
    rows = [
        ("1", parcel()), ("2", parcel(box=2, until_at=NOON)), ("3", parcel(box=3, status="collected")),
        ("4", parcel("gone")),
    ]  # fmt: skip
    found = counted(rows, NOON)
    assert found == {"E1": LockerCounts(taken=2, overdue=1), "gone": LockerCounts(taken=1)}
    hall = structs.replace(small_hall(), lockers=(Locker(id="E1", names=names("E1"), zone="Z1", boxes=3),))
    assert [row.free for row in rows_of(hall, rows)] == [1]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (LockerCounts(taken=1), []),
        (LockerCounts(taken=2), [("LOCKER_FULL", 2, 2)]),
        (LockerCounts(taken=1, overdue=1), [("LOCKER_OVERDUE", 1, 0)]),
    ],
)
def test_a_full_locker_and_what_is_past_its_time_alarm(now: LockerCounts, told: list[tuple[str, int, int]]) -> None:
    hall = structs.replace(small_hall(), lockers=(Locker(id="E1", names=names("E1"), zone="Z1", boxes=2),))
    running = RunningHall(hall)
    running.lockers = {"E1": now}
    assert [(one.code, one.n, one.most) for one in alarms(running, NOON)] == told


@pytest.mark.parametrize(("remind_h", "hour"), [(24, 8), (20, 8), (6, 18), (30, 18)])
def test_nobody_is_reminded_in_the_night(remind_h: int, hour: int) -> None:
    hall = structs.replace(small_hall(), locker=LockerRules(remind_h=remind_h))
    midnight = bounds_of_date(hall, local(hall, NOON).date())[1]
    assert local(hall, remind_at(hall, midnight)).hour == hour


def test_a_hall_may_remind_nobody() -> None:
    assert remind_at(structs.replace(small_hall(), locker=LockerRules(remind_h=0)), NOON) == 0
