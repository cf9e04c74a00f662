"""What a hall looks like from outside: read from the fold of this worker, never from the queues themselves."""

from collections.abc import Collection, Iterable

from msgspec import UNSET, structs

from queue_server.contract import answers, boards
from queue_server.contract.outlook import Foresight
from queue_server.contract.times import rfc3339, rfc3339_or_none
from queue_server.domain.calendar import Opening
from queue_server.domain.day import QueueDay
from queue_server.domain.hall import SELF_SERVICE, Hall, Service, Zone
from queue_server.domain.ladder import MISSED_BY_ALL
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import ACTIVE, PAUSES, WindowRecord
from queue_server.domain.waits import quantile_s
from queue_server.flows import estimates, plans, wire
from queue_server.flows.alarms import alarms
from queue_server.flows.message_counts import message_counts
from queue_server.flows.notices import notices
from queue_server.flows.running import RunningHall
from queue_server.flows.scores import ratings_of


def numbered_queues(hall: Hall, zones: Collection[str] = ()) -> list[str]:
    """Queues with numbered tickets, of some zones or of all."""
    return [q.id for q in hall.queues if q.id != SELF_SERVICE and (not zones or q.zone in zones)]


def zones_named(hall: Hall, text: str) -> tuple[str, ...]:
    """The zones of a list such as `A,B`; none for the whole hall. Refuses `NO_SUCH_ZONE`."""
    zones = tuple(dict.fromkeys(zone for zone in text.split(",") if zone))
    for zone in zones:
        if zone not in hall.zone_by_id:
            raise Refusal("NO_SUCH_ZONE", {"zone": zone})
    return zones


def hall_row(running: RunningHall, opening: Opening, at: int) -> answers.HallRow:
    """One hall in the list of halls; its wait is that of the visitor in the middle, by where visitors usually go."""
    hall, live = running.hall, running.live
    queues = numbered_queues(hall)
    return answers.HallRow(
        id=hall.id,
        names=hall.names,
        open=opening.open,
        opens_at=rfc3339(opening.opens_at) if opening.opens_at else UNSET,
        closes_at=rfc3339(opening.closes_at) if opening.closes_at else UNSET,
        waiting=sum(live.waiting(queue) for queue in queues),
        wait_s=wire.wait_range(estimates.of_hall(running, queues, at)),
    )


def hall_detail(running: RunningHall, opening: Opening, at: int) -> answers.HallDetail:
    hall, live = running.hall, running.live
    never_closes = opening.open and opening.closes_at is None
    return answers.HallDetail(
        id=hall.id,
        names=hall.names,
        timezone=hall.timezone,
        open=opening.open,
        opens_at=rfc3339(opening.opens_at) if opening.opens_at else UNSET,
        closes_at=rfc3339(opening.closes_at) if opening.closes_at else UNSET,
        zones=[_zone(zone) for zone in hall.zones],
        departments=[answers.DepartmentRow(id=d.id, names=d.names, queue=d.queue) for d in hall.departments],
        queues=[
            answers.QueueRow(id=q.id, names=q.names, zone=q.zone, windows=list(hall.windows_of_queue[q.id]))
            for q in hall.queues
        ],
        windows=[wire.public_window(plan, live.windows.get(plan.window)) for plan in hall.windows],
        languages=list(hall.languages),
        priorities=list(hall.credits_min),
        hotline=hall.hotline,
        calling=answers.CallingRow(
            flash_s=hall.calling.flash_s, voice_s=hall.calling.voice_s, unseen_s=hall.calling.unseen_s
        ),
        journeys=[_journey(hall, index) for index in range(len(hall.journeys))],
        usual=plans.usual(hall),
        bookings=plans.bookings(hall),
        remote=plans.remote(hall),
        closures=[] if never_closes else plans.closures(hall, at),
        moved_workdays=[] if never_closes else plans.moved_workdays(hall, at),
        lockers=len(hall.lockers),
    )


def _zone(zone: Zone) -> answers.ZoneRow:
    quiet = [(_clock(span.from_min), _clock(span.to_min)) for span in zone.quiet]
    return answers.ZoneRow(
        id=zone.id,
        names=zone.names,
        floor=zone.floor,
        volume=zone.volume,
        quiet=quiet,
        most_people=zone.most_people,
        always=zone.always,
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _journey(hall: Hall, index: int) -> answers.JourneyRow:
    journey = hall.journeys[index]
    steps = [answers.StepRow(service=s.service, after=list(s.after), gap_min=s.gap_min) for s in journey.steps]
    return answers.JourneyRow(id=journey.id, names=journey.names, who=journey.who, steps=steps)


def services(running: RunningHall, found: Iterable[Service], at: int) -> answers.Services:
    return answers.Services(services=[_service(running, service, at) for service in found])


def _service(running: RunningHall, service: Service, at: int) -> answers.ServiceRow:
    hall = running.hall
    papers = {paper.id: paper for paper in hall.papers}
    self_service = service.queue == SELF_SERVICE
    waiting = 0 if self_service else running.live.waiting(service.queue)
    wait_s = estimates.NOBODY_BEFORE if self_service else estimates.of_newcomer(running, service.queue, at)
    return answers.ServiceRow(
        id=service.id,
        names=service.names,
        department=service.department,
        mode=service.mode,
        alternatives=list(service.alternatives),
        queue=service.queue,
        zone=hall.zone_of(service.queue),
        windows=list(hall.windows_of_queue[service.queue]),
        waiting=waiting,
        wait_s=wire.wait_range(wait_s),
        flags=list(service.flags),
        appointment=service.appointment,
        materials=[answers.Material(id=paper, names=papers[paper].names) for paper in service.materials],
    )


def board(running: RunningHall, at: int, zone: str) -> boards.Board:
    """The anonymous board of one zone or several (`A,B`), or of the whole hall."""
    hall, live = running.hall, running.live
    zones = zones_named(hall, zone)
    windows = [
        (plan.window, plan.zone, live.windows[plan.window])
        for plan in hall.windows
        if plan.window in live.windows and (not zones or plan.zone in zones)
    ]
    called = sorted((row for row in windows if row[2].number), key=lambda row: row[2].called_at, reverse=True)
    return boards.Board(
        hall=hall.id,
        at=rfc3339(at),
        calls=[_call(running, *row) for row in called],
        windows=[_board_window(running, *row) for row in windows],
        waiting=[_board_queue(running, queue, at) for queue in numbered_queues(hall, zones)],
        notices=notices(running, zones, at),
        last_event_id=str(live.position),
    )


def _call(running: RunningHall, window: int, zone: str, record: WindowRecord) -> boards.Call:
    ticket = running.live.tickets.get(record.ticket)
    called_at = rfc3339(record.called_at)
    return boards.Call(
        number=record.number, window=window, zone=zone, called_at=called_at, times=record.times,
        step=record.step, language=record.language,
        coming=True if ticket and ticket.status == "called" and ticket.coming else UNSET,
    )  # fmt: skip


def _board_window(running: RunningHall, window: int, zone: str, record: WindowRecord) -> boards.BoardWindow:
    ticket = running.live.tickets.get(record.ticket)
    return boards.BoardWindow(
        window=window,
        zone=zone,
        status=record.status,
        number=record.number if record.ticket else UNSET,
        serving=True if ticket and ticket.status == "serving" else UNSET,
        reason=record.reason if record.status == "paused" and record.reason in PAUSES else UNSET,
    )


def _board_queue(running: RunningHall, queue: str, at: int) -> boards.BoardQueue:
    waiting = running.live.waiting(queue)
    row = running.hall.queue_by_id[queue]
    wait_s = wire.wait_range(estimates.of_newcomer(running, queue, at))
    return boards.BoardQueue(queue=queue, names=row.names, zone=row.zone, waiting=waiting, wait_s=wait_s)


def state(running: RunningHall, at: int, is_open: bool, outlook: Foresight) -> boards.State:
    """Everything a cockpit shows."""
    hall, live = running.hall, running.live
    return boards.State(
        hall=hall.id,
        at=rfc3339(at),
        day=live.day,
        open=is_open,
        last_event_id=str(live.position),
        totals=totals(running, at),
        queues=[queue_state(running, queue, at) for queue in numbered_queues(hall)],
        windows=[_window_state(running, window) for window in sorted(live.windows)],
        devices=boards.DevicesState(**structs.asdict(running.devices)),
        messages=message_counts(running, running.messages),
        alarms=alarms(running, at),
        outlook=outlook,
    )


def queue_state(running: RunningHall, queue: str, at: int) -> boards.QueueState:
    hall, live = running.hall, running.live
    day = live.days.get(queue) or QueueDay()
    waiting, row = live.waiting(queue), hall.queue_by_id[queue]
    return boards.QueueState(
        queue=queue,
        names=row.names,
        zone=row.zone,
        waiting=waiting,
        open_windows=len(running.open_windows(queue)),
        windows=len(hall.windows_of_queue[queue]),
        serving=sum(1 for w in live.windows.values() if w.ticket and w.call_queue == queue),
        issued=day.issued,
        called=day.called,
        done=day.done,
        missed=day.missed,
        cancelled=day.cancelled,
        mean_s=_mean_s([day]),
        p90_s=quantile_s(day.buckets, 0.9),
        longest_s=_waited_s(live.oldest(queue), at),
        ratings=ratings_of([day]),
        wait_s=wire.wait_range(estimates.of_newcomer(running, queue, at)),
    )


def totals(running: RunningHall, at: int) -> boards.Totals:
    """The whole hall in one row."""
    hall, live = running.hall, running.live
    queues = numbered_queues(hall)
    days = [live.days[queue] for queue in queues if queue in live.days]
    buckets: dict[int, int] = {}
    for day in days:
        for bucket, visitors in day.buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + visitors
    oldest = [since for since in map(live.oldest, queues) if since is not None]
    return boards.Totals(
        waiting=sum(map(live.waiting, queues)),
        open_windows=sum(1 for window in live.windows.values() if window.status == "open"),
        windows=len(hall.windows),
        serving=sum(1 for window in live.windows.values() if window.ticket),
        issued=sum(day.issued for day in days),
        called=sum(day.called for day in days),
        done=sum(day.done for day in days),
        missed=sum(day.missed for day in days),
        cancelled=sum(day.cancelled for day in days),
        active=len(live.tickets),
        silent=max(sum(day.called for day in days) - sum(day.voiced for day in days), 0),
        flashed=sum(day.flashed for day in days),
        voiced=sum(day.voiced for day in days),
        unseen=sum(day.unseen for day in days),
        mean_s=_mean_s(days),
        p90_s=quantile_s(buckets, 0.9),
        longest_s=_waited_s(min(oldest, default=None), at),
        ratings=ratings_of(days),
    )


def _mean_s(days: list[QueueDay]) -> float | None:
    called = sum(day.called for day in days)
    return round(sum(day.waited_ms for day in days) / called / 1000, 1) if called else None


def _waited_s(since: int | None, at: int) -> int:
    return max(at - since, 0) // 1000 if since is not None else 0


def _window_state(running: RunningHall, number: int) -> boards.WindowState:
    live = running.live
    window = live.windows[number]
    plan = running.hall.window_by_number.get(number)
    ticket = live.tickets.get(window.ticket)
    active = ticket is not None and ticket.status in ACTIVE
    return boards.WindowState(
        window=number,
        zone=plan.zone if plan else "",
        status=window.status,
        reason=window.reason,
        staff=window.staff,
        queues=wire.shares(window.queues),
        since=rfc3339(window.since),
        ticket=window.ticket,
        number=window.number if active else "",
        called_at=rfc3339_or_none(window.called_at) if active else None,
        times=window.times if active else 0,
        step=window.step if active else "",
        shown=ticket is not None and bool(ticket.shown & ~MISSED_BY_ALL),
        serving=ticket is not None and ticket.status == "serving",
    )
