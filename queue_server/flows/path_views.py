"""A visit's path with what is expected of it, as answers on the wire."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import UNSET, structs

from queue_server.contract import answers
from queue_server.contract.journeys import PathStop as Row
from queue_server.contract.journeys import PathWait, VisitPath
from queue_server.contract.times import rfc3339
from queue_server.domain.journey import CLOSED, stops_of
from queue_server.domain.ticket import FINAL, TicketRecord
from queue_server.flows import path_rows
from queue_server.flows.paths import Aside, Leg, Paths, Start, wait_at
from queue_server.flows.running import RunningHall


def preview(
    running: RunningHall, paths: Paths, legs: Sequence[Leg], beside: Aside, journey: str, start: Start
) -> VisitPath:
    """A visit that has no ticket yet."""
    hall = running.hall
    rows = [
        Row(
            services=list(leg.stop.services), names=path_rows.names(hall, list(leg.stop.services)),
            queue=leg.stop.queue, zone=hall.zone_of(leg.stop.queue),
            status="later", **_expected(running, leg, start),
        )
        for leg in legs
    ]  # fmt: skip
    known = legs and all(leg.is_expected for leg in legs)
    queues = {service: hall.service_by_id[service].queue for service, _ in beside}
    return VisitPath(
        journey=journey or UNSET,
        path=rows,
        aside=[
            path_rows.aside(
                hall, service, why, paths.opens_at(running, queues[service], start.at) if why == CLOSED else 0
            )
            for service, why in beside
        ],
        total_s=max(legs[-1].ends_at - start.at, 0) // 1000 if known else None,
    )


def _expected(running: RunningHall, leg: Leg, start: Start, done: Collection[str] = ()) -> dict[str, Any]:
    wait = wait_at(running, leg.stop.queue, start, leg.reached_at)
    told: dict[str, Any] = {"wait_s": PathWait(p10=wait[0], p50=wait[1], p90=wait[2]) if wait else None}
    if leg.gap_until > start.base:
        told["not_before"] = rfc3339(leg.gap_until)
    if leg.is_expected:
        told["expected_at"] = rfc3339(leg.begins_at)
    undone = [need.service for need in leg.stop.after if need.service not in done]
    if undone:
        told["after"] = undone
    return told


def with_expected(
    running: RunningHall, paths: Paths, ticket: answers.Ticket, record: TicketRecord, at: int
) -> answers.Ticket:
    """A ticket whose further stops say when and how long, as far as that can be told now."""
    hall, made = running.hall, record.stop
    known = all(row[0] in hall.service_by_id for row in record.stops)
    if ticket.path is UNSET or record.status in FINAL or made >= len(record.stops) or not known:
        return ticket
    start = _after_this_stop(running, record, ticket, at)
    legs = paths.in_order(running, stops_of(hall, record.journey, record.stops[made:]), start)
    done = {one for row in record.stops[: len(record.ended)] for one in (row[0], *row[2:])}
    rows = [*ticket.path[:made]]
    for row, leg in zip(ticket.path[made:], legs, strict=False):
        rows.append(structs.replace(row, **_expected(running, leg, start, done)))
    return structs.replace(ticket, path=[*rows, *ticket.path[len(rows) :]])


def _after_this_stop(running: RunningHall, record: TicketRecord, ticket: answers.Ticket, at: int) -> Start:
    """When and where the present stop is likely to be over."""
    hall = running.hall
    here = stops_of(hall, record.journey, [record.stops[record.stop - 1]])[0]
    wait_ms = ticket.wait_s.p50 * 1000 if ticket.wait_s else 0
    begins = record.started_at or max(at + wait_ms, record.wake_at)
    over = max(begins + round(here.minutes * 60_000 / running.rehearsal_speed), at)
    done = zip(record.stops, record.ended, strict=False)
    ended = {one: moment for row, moment in done for one in (row[0], *row[2:])}
    return Start(
        at=over, now=at, turn=record.turn, zone=hall.zone_of(record.queue, record.window),
        ended={**ended, **dict.fromkeys(here.services, over)},
    )  # fmt: skip
