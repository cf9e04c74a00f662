"""The hall of a server whose file is not at hand: what the API tells, and even weights for what it does not."""

from typing import Any

from queue_server.domain.hall import Department, Hall, Queue, QueueShare, Service, WindowPlan, Zone
from queue_server.domain.rules import Crowd

MEAN_MIN, P90_MIN = 8.0, 15.0
LOAD = 0.85
WORK_MIN = 420


def fits(hall: Hall, detail: dict[str, Any], services: list[dict[str, Any]]) -> bool:
    """Whether a hall file describes the hall that the server runs."""
    same_items = {service.id for service in hall.services} == {row["id"] for row in services}
    same_windows = {plan.window for plan in hall.windows} == {row["window"] for row in detail["windows"]}
    return hall.id == detail["id"] and same_items and same_windows


def guess(detail: dict[str, Any], services: list[dict[str, Any]]) -> Hall:
    """A hall with the server's own items, queues and windows; every item equally wanted, eight minutes long."""
    windows = tuple(_window(row) for row in detail["windows"])
    visits = round(len(windows) * WORK_MIN * LOAD / MEAN_MIN)
    return Hall(
        id=detail["id"],
        names=detail["names"],
        timezone=detail["timezone"],
        languages=tuple(detail["languages"]),
        zones=tuple(Zone(id=row["id"], names=row["names"], floor=row["floor"]) for row in detail["zones"]),
        departments=tuple(Department(**row) for row in detail["departments"]),
        queues=tuple(_queue(row) for row in detail["queues"]),
        services=tuple(_service(row) for row in services),
        windows=windows,
        credits_min=dict.fromkeys(detail["priorities"], 0),
        crowd=Crowd(visits_per_day=visits, channels={"kiosk": 70, "phone": 20, "guide_desk": 10}, groups={"elder": 16}),
    )


def _queue(row: dict[str, Any]) -> Queue:
    return Queue(id=row["id"], names=row["names"], zone=row["zone"], windows=len(row["windows"]))


def _window(row: dict[str, Any]) -> WindowPlan:
    return WindowPlan(
        window=row["window"], zone=row["zone"], queues=tuple(QueueShare(**part) for part in row["queues"])
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(
        id=row["id"], names=row["names"], department=row["department"], mode=row["mode"], queue=row["queue"],
        mean_min=MEAN_MIN, p90_min=P90_MIN, visits=1,
    )  # fmt: skip
