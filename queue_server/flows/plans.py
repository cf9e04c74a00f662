"""What a hall's file says of its days to come, as callers are told."""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import UNSET

from queue_server.contract import plans
from queue_server.domain.calendar import day_off, local
from queue_server.domain.hall import Hall
from queue_server.domain.workdays import is_moved_workday


def bookings(hall: Hall) -> plans.BookingsRow:
    rules = hall.bookings
    return plans.BookingsRow(
        slot_min=rules.slot_min,
        days_ahead=rules.days_ahead,
        confirm=rules.confirm,
        hold_min=rules.hold_min,
        before_min=rules.before_min,
        after_min=rules.after_min,
        late_credit_min=rules.late_credit_min,
        most_places=rules.most_places,
        no_shows=rules.no_shows,
        no_show_days=rules.no_show_days,
        block_days=rules.block_days,
    )


def remote(hall: Hall) -> plans.RemoteRow:
    rules = hall.remote
    site = plans.SiteRow(latitude=rules.site.latitude, longitude=rules.site.longitude) if rules.site else UNSET
    return plans.RemoteRow(identity=rules.identity, distance_m=rules.distance_m, site=site)


def usual(hall: Hall) -> list[tuple[str, float]]:
    """How visits usually spread over a day: per cent in each half hour, by the clock on the wall."""
    return [(f"{minute // 60:02d}:{minute % 60:02d}", share) for minute, share in hall.crowd.arrivals]


def closures(hall: Hall, at: int) -> list[plans.ClosureRow]:
    """Days from today until the last that can be booked on which the hall is shut though its weekday has hours."""
    return list(_closures(hall, at))


def _closures(hall: Hall, at: int) -> Iterator[plans.ClosureRow]:
    today, worked = local(hall, at).date(), {period.weekday for period in hall.hours}
    for ahead in range(hall.bookings.days_ahead + 1):
        day = today + timedelta(days=ahead)
        names = day_off(hall, day) if day.weekday() in worked else None
        if names is not None:
            yield plans.ClosureRow(day=day.isoformat(), names=names)


def moved_workdays(hall: Hall, at: int) -> list[str]:
    """Weekend days, until the last that can be booked, that are worked in place of others (调休)."""
    today, country = local(hall, at).date(), hall.calendar.country
    days = (today + timedelta(days=ahead) for ahead in range(hall.bookings.days_ahead + 1))
    return [day.isoformat() for day in days if is_moved_workday(country, day) and day_off(hall, day) is None]
