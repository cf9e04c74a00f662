"""Who works when: shifts and breaks, planned ahead."""

import secrets
from datetime import UTC, datetime, timedelta

from msgspec import UNSET

from queue_server.contract import staff as wire
from queue_server.contract.persons import hide_person
from queue_server.contract.times import milliseconds, rfc3339
from queue_server.domain.calendar import day_of
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import covers
from queue_server.domain.staff_orders import DropShift, PlanShift, ShiftRecord
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.people import People
from queue_server.flows.seals import Seals
from queue_server.flows.staff import may_give

MOST_DAYS = 42
MS_A_DAY = 86_400_000


class ShiftFlows:
    """The use cases of planning. All raise `Refusal`."""

    def __init__(self, acting: Acting, people: People, seals: Seals) -> None:
        self._acting = acting
        self._people = people
        self._key = seals.person_key("shifts")

    async def listed(self, ask: Ask, first: str, last: str) -> wire.Shifts:
        """All shifts from one local day (`2026-12-31`) to another. Refuses `INVALID` for more than six weeks."""
        rows = []
        for day in _days(first, last):
            found = await self._people.staff.shifts(ask.running.hall.id, day)
            rows += [_told(shift, row) for shift, row in found.items()]
        rows.sort(key=lambda row: (row.start, row.number))
        return wire.Shifts(shifts=rows)

    async def plan(self, ask: Ask, wanted: wire.PlanShift) -> wire.Shift:
        """One more shift. Refuses `SHIFT_OVERLAPS` where person or window are planned for then already."""
        hall = ask.running.hall
        person = await self._people.named(wanted.person)
        grants = person.grants_at(hall.id)
        if not grants:
            raise Refusal("NO_SUCH_PERSON", {"person": wanted.person})
        if ask.caller.departments:
            may_give(ask.caller, grants[0])
        start, end, breaks = _bounds(wanted)
        if wanted.window is not None and wanted.window not in hall.window_by_number:
            raise Refusal("NO_SUCH_WINDOW", {"window": wanted.window})
        if wanted.window and not any(covers(grant, hall, wanted.window) for grant in grants):
            raise Refusal("WRONG_WINDOW", {"window": wanted.window})
        day = day_of(hall, start)
        if day_of(hall, end - 1) != day:
            raise Refusal("INVALID", {"field": "end", "problem": "expected an end on the same day of the hall"})
        shift = f"{day}-{self._id(ask)}"
        order = PlanShift(
            **self._acting.common(ask), shift=shift, person=person.id, number=person.number, name=person.name,
            window=wanted.window or 0, shift_day=day, start_at=start, end_at=end, breaks=tuple(breaks),
        )  # fmt: skip
        acted = await self._acting.act(ask, "plan_shift", order)
        record = ShiftRecord(
            person=person.id, number=person.number, name=person.name, window=wanted.window or 0,
            start_at=start, end_at=end, breaks=breaks,
        )  # fmt: skip
        return _told(acted.ticket_id, record)

    async def drop(self, ask: Ask, shift: str) -> None:
        """A shift that will not be. Refuses `NO_SUCH_SHIFT`."""
        day = shift.partition("-")[0]
        if ask.caller.departments:
            rows = await self._people.staff.shifts(ask.running.hall.id, day)
            if shift not in rows:
                raise Refusal("NO_SUCH_SHIFT", {"shift": shift})
            person = await self._people.named(rows[shift].person)
            for grant in person.grants_at(ask.running.hall.id):
                may_give(ask.caller, grant)
        order = DropShift(**self._acting.common(ask), shift=shift, shift_day=day)
        await self._acting.act(ask, "drop_shift", order)

    def _id(self, ask: Ask) -> str:
        return hide_person(self._key, "shift", ask.key, ask.body)[:12] if ask.key else secrets.token_hex(6)


def _bounds(wanted: wire.PlanShift) -> tuple[int, int, list[tuple[int, int]]]:
    start, end = milliseconds(wanted.start), milliseconds(wanted.end)
    if not start < end <= start + MS_A_DAY:
        raise Refusal("INVALID", {"field": "end", "problem": "expected `end` after `start`, within a day"})
    breaks = sorted((milliseconds(each.start), milliseconds(each.end)) for each in wanted.breaks)
    last = start
    for begins, ends in breaks:
        if not last <= begins < ends <= end:
            raise Refusal("INVALID", {"field": "breaks", "problem": "expected breaks in order, within the shift"})
        last = ends
    return start, end, breaks


def _days(first: str, last: str) -> list[str]:
    """The days as the store names them (`YYMMDD`)."""
    try:
        begin, end = (datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) for day in (first, last))
    except ValueError:
        raise Refusal("INVALID", {"field": "from", "problem": "expected days like 2026-12-31"}) from None
    count = (end - begin).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise Refusal("INVALID", {"field": "to", "problem": f"expected 1 to {MOST_DAYS} days"})
    return [(begin + timedelta(days=step)).strftime("%y%m%d") for step in range(count)]


def _told(shift: str, row: ShiftRecord) -> wire.Shift:
    return wire.Shift(
        id=shift, person=row.person, name=row.name, number=row.number, window=row.window or UNSET,
        start=rfc3339(row.start_at), end=rfc3339(row.end_at),
        breaks=[wire.Break(start=rfc3339(begins), end=rfc3339(ends)) for begins, ends in row.breaks],
    )  # fmt: skip
