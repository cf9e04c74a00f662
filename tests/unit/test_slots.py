"""Which slots a day has, and for how many: time-travelled days, and whatever hours a hall may have."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queue_server.domain.calendar import bounds_of_date
from queue_server.domain.hall import Hall, Period, QueueShare, WindowPlan
from queue_server.domain.rules import Bookings, Closure, WorkCalendar
from queue_server.domain.slots import between, find_slot, horizon, pool_of, slots_of
from tests.support.halls import service, small_hall
from tests.unit.test_calendar import PERIODS, at
from tests.unit.test_workdays import EVENING

HOUR_MS = 3_600_000
NIGHT_SHIFT = (Period(weekday=6, opens_min=0, closes_min=360),)


def bookable(hours: tuple[Period, ...] = PERIODS, timezone: str = "Asia/Shanghai", **more: object) -> Hall:
    """The small hall, whose items may be booked: A has two and a half windows of its own and 5 minutes a visit."""
    facts = {"calendar": WorkCalendar(country="CN"), **more}
    items = (
        service("A-1", "A", appointment="optional"),
        service("A-2", "A", appointment="none"),
        service("B-1", "B", appointment="required"),
        service("S-1", "SELF", mode="self", alternatives=("window",), appointment="optional"),
    )
    return msgspec.structs.replace(small_hall(hours=hours), services=items, timezone=timezone, **facts)


def clocks(hall: Hall, day: str, pool: str = "A") -> list[str]:
    """When the slots of a day begin, on the wall."""
    zone = ZoneInfo(hall.timezone)
    found = slots_of(hall, pool, date.fromisoformat(day))
    return [datetime.fromtimestamp(slot.start / 1000, zone).strftime("%H:%M") for slot in found]


# Days


def test_slots_fill_morning_and_afternoon_and_leave_lunch_out() -> None:
    day = clocks(bookable(), "2026-03-02")
    assert (day[0], day[6], day[7], day[-1], len(day)) == ("08:30", "11:30", "13:30", "16:30", 14)


def test_no_slot_goes_beyond_a_closing() -> None:
    assert clocks(bookable(bookings=Bookings(slot_min=50)), "2026-03-02") == [
        "08:30", "09:20", "10:10", "11:00", "13:30", "14:20", "15:10", "16:00",
    ]  # fmt: skip


def test_an_evening_has_slots_for_its_queues_alone() -> None:
    night = bookable((*PERIODS[:-1], EVENING))
    assert clocks(night, "2026-03-03")[-4:] == ["18:00", "18:30", "19:00", "19:30"]
    assert clocks(night, "2026-03-03", "B")[-1] == "16:30"
    assert clocks(night, "2026-03-02")[-1] == "16:30"


@pytest.mark.parametrize(("day", "count"), [("2026-02-14", 14), ("2026-10-10", 14), ("2026-10-17", 0)])
def test_saturdays_have_slots_only_when_they_are_worked(day: str, count: int) -> None:
    assert len(clocks(bookable(), day)) == count


@pytest.mark.parametrize("day", [f"2026-10-0{day}" for day in range(1, 8)])
def test_holidays_have_none(day: str) -> None:
    assert clocks(bookable(), day) == []


def test_a_closure_has_none() -> None:
    shut = bookable(calendar=WorkCalendar(closures=(Closure(day="2026-03-02"),)))
    assert clocks(shut, "2026-03-02") == []
    assert clocks(shut, "2026-03-03")


def test_until_midnight_means_until_the_end_of_the_day() -> None:
    late = bookable((Period(weekday=0, opens_min=1350, closes_min=1440), Period(weekday=1, opens_min=0, closes_min=60)))
    assert clocks(late, "2026-03-02") == ["22:30", "23:00", "23:30"]
    assert clocks(late, "2026-03-03") == ["00:00", "00:30"]
    both = list(between(late, "A", at("2026-03-02", "22:45"), at("2026-03-03", "00:30")))
    assert [slot.start for slot in both] == [
        at("2026-03-02", "23:00"), at("2026-03-02", "23:30"), at("2026-03-03", "00:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "hours", "first", "last"),
    [
        ("2026-03-22", 6, "2026-03-21T23:00", "2026-03-22T04:30"),
        ("2026-03-29", 5, "2026-03-28T23:00", "2026-03-29T03:30"),  # 02:00 to 03:00 is not
        ("2026-10-25", 7, "2026-10-24T22:00", "2026-10-25T04:30"),  # 02:00 to 03:00 is twice
    ],
)
def test_a_night_of_summer_time_has_each_slot_once(day: str, hours: int, first: str, last: str) -> None:
    berlin = bookable(NIGHT_SHIFT, "Europe/Berlin")
    starts = [slot.start for slot in slots_of(berlin, "A", date.fromisoformat(day))]
    assert [(other - one) for one, other in pairwise(starts)] == [HOUR_MS // 2] * (2 * hours - 1)
    assert (starts[0], starts[-1]) == (at(*first.split("T"), "UTC"), at(*last.split("T"), "UTC"))


def test_an_opening_in_the_hour_that_is_skipped_begins_after_it() -> None:
    late = bookable((Period(weekday=6, opens_min=150, closes_min=300),), "Europe/Berlin")
    assert clocks(late, "2026-03-29") == ["03:00", "03:30", "04:00", "04:30"]
    assert clocks(late, "2026-03-22")[0] == "02:30"


@pytest.mark.parametrize(("day", "count"), [("2026-03-29", 46), ("2026-10-25", 50), ("2026-10-26", 48)])
def test_around_the_clock_a_day_is_as_long_as_it_is(day: str, count: int) -> None:
    hall = bookable(timezone="Europe/Berlin")
    begins, ends = bounds_of_date(hall, date.fromisoformat(day))
    slots = slots_of(hall, "A", date.fromisoformat(day), always=True)
    assert len(slots) == count
    assert (slots[0].start, slots[-1].end) == (begins, ends)


# Places


def test_a_slot_takes_what_its_windows_manage_beside_the_walk_ins() -> None:
    monday = date(2026, 3, 2)
    assert slots_of(bookable(), "A", monday)[0].capacity == 7  # 2.5 windows, 30 min, half for walk-ins, 5 min each
    assert slots_of(bookable(bookings=Bookings(walk_in_pct=0)), "A", monday)[0].capacity == 15
    assert slots_of(bookable(bookings=Bookings(slot_min=5, walk_in_pct=99)), "A", monday)[0].capacity == 1


def test_a_window_with_a_name_is_booked_by_its_number_and_counts_no_more_in_its_queue() -> None:
    named = WindowPlan(window=1, zone="Z1", queues=(QueueShare(queue="A"),), name="一条龙", bookable=True)
    hall = bookable(windows=(named, *small_hall().windows[1:]))
    assert pool_of(hall, "A-1", 1) == "@1"
    assert slots_of(hall, "@1", date(2026, 3, 2))[0].capacity == 3
    assert slots_of(hall, "A", date(2026, 3, 2))[0].capacity == 4
    assert (pool_of(hall, "A-1", 2), pool_of(hall, "B-1", 1), pool_of(hall, "A-1", 99)) == ("", "", "")


@pytest.mark.parametrize("item", ["A-2", "S-1", "no-such"])
def test_what_takes_no_appointment_and_what_a_device_does_cannot_be_booked(item: str) -> None:
    assert pool_of(bookable(), item) == ""
    assert find_slot(bookable(), item, at("2026-03-02", "08:30")) is None


def test_a_hall_may_keep_all_its_time_for_walk_ins() -> None:
    assert pool_of(bookable(bookings=Bookings(walk_in_pct=100)), "A-1") == ""


def test_a_queue_without_a_window_has_no_slots() -> None:
    assert slots_of(bookable(windows=small_hall().windows[2:3]), "A", date(2026, 3, 2)) == ()


def test_a_slot_is_found_by_its_beginning_alone() -> None:
    found = find_slot(bookable(), "A-1", at("2026-03-02", "09:00"))
    assert found is not None
    assert (found.start, found.end) == (at("2026-03-02", "09:00"), at("2026-03-02", "09:30"))
    for clock in ("09:01", "12:00", "12:30", "17:00", "03:00"):
        assert find_slot(bookable(), "A-1", at("2026-03-02", clock)) is None
    assert find_slot(bookable(), "A-1", at("2026-03-07", "03:00"), always=True) is not None


def test_the_book_is_open_until_the_end_of_its_last_day() -> None:
    assert horizon(bookable(), at("2026-03-02", "10:00")) == at("2026-03-17", "00:00")
    berlin = bookable(timezone="Europe/Berlin")
    assert horizon(berlin, at("2026-03-20", "10:00", "Europe/Berlin")) == at("2026-04-04", "00:00", "Europe/Berlin")


# Whatever the hours

MINUTES = st.integers(0, 24 * 12).map(lambda steps: 5 * steps)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.sampled_from([date(2026, 3, 29), date(2026, 10, 25)])


@settings(max_examples=150, deadline=None)
@given(
    ends=st.lists(MINUTES, min_size=2, max_size=8, unique=True).map(sorted),
    day=DAYS,
    rules=st.builds(Bookings, slot_min=st.integers(5, 120), walk_in_pct=st.integers(0, 99)),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]),
)
@example([125, 170, 180, 240], date(2026, 3, 29), Bookings(slot_min=15), "Europe/Berlin")
def test_slots_never_overlap_and_lie_in_an_opening(ends: list[int], day: date, rules: Bookings, zone: str) -> None:
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    hours = tuple(Period(weekday=d, opens_min=a, closes_min=b) for d in range(7) for a, b in spans)
    hall = bookable(hours, zone, bookings=rules, calendar=WorkCalendar())
    slots = slots_of(hall, "A", day)
    begins, ends_at = bounds_of_date(hall, day)
    assert all(slot.capacity >= 1 and begins <= slot.start < slot.end <= ends_at for slot in slots)
    assert all(one.end <= other.start for one, other in pairwise(slots))
    wall = [datetime.fromtimestamp(slot.start / 1000, ZoneInfo(zone)) for slot in slots]
    minutes = [60 * moment.hour + moment.minute for moment in wall]
    if ends_at - begins == 24 * HOUR_MS:  # on a day of change the wall shows an hour twice, or not at all
        assert all(any(a <= minute and minute + rules.slot_min <= b for a, b in spans) for minute in minutes)
        assert len(slots) == sum((b - a) // rules.slot_min for a, b in spans)
