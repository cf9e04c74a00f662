"""The hall as the server last told it: what the page asks is answered from here, with the server or without."""

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.agent.keeping import SeenHall
from kiosk.agent.wire import moment
from queue_server.domain.hall import SELF_SERVICE, Department, Hall, Queue, Service, Zone
from queue_server.domain.search import ServiceIndex

Document = dict[str, Any]
MOST_FOUND = 500


class Mirror:
    """Made of the server's own documents. Raises KeyError or ValueError when they are none."""

    def __init__(self, seen: SeenHall) -> None:
        self.detail = seen.detail
        self.services = seen.services
        self.hall = _hall(seen)
        self._index = ServiceIndex(self.hall)
        self._rows = {row["id"]: row for row in self.services}
        self._windows: dict[str, list[int]] = {row["id"]: list(row["windows"]) for row in self.detail["queues"]}

    @property
    def hotline(self) -> str:
        return str(self.detail.get("hotline", ""))

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues with numbered tickets."""
        return tuple(queue.id for queue in self.hall.queues if queue.id != SELF_SERVICE)

    @property
    def seen(self) -> SeenHall:
        return SeenHall(detail=self.detail, services=self.services)

    def windows_of(self, queue: str) -> list[int]:
        return self._windows.get(queue, [])

    def is_open(self, now: int) -> bool:
        """Whether tickets are given, as far as the server told ahead."""
        opens, closes = self.detail.get("opens_at"), self.detail.get("closes_at")
        if not closes:
            return bool(self.detail["open"])
        if self.detail["open"]:
            return now < moment(closes)
        return opens is not None and moment(opens) <= now < moment(closes)

    def detail_at(self, now: int) -> Document:
        """The hall, open or not as it is at this moment."""
        is_open = self.is_open(now)
        if is_open == self.detail["open"]:
            return self.detail
        told = {name: value for name, value in self.detail.items() if is_open or name not in {"opens_at", "closes_at"}}
        return told | {"open": is_open}

    def find(self, text: str, department: str, limit: int) -> list[Document]:
        return [self._rows[found.id] for found in self._index.find(text, department or None, limit)]

    def heard_waits(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Takes the waits that the server tells from time to time into the services."""
        waits = {row["queue"]: row for row in rows}
        for service in self.services:
            heard = waits.get(service["queue"])
            if heard:
                service |= {"waiting": heard["waiting"], "wait_s": heard["wait_s"]}


def _hall(seen: SeenHall) -> Hall:
    """What the search and the rules need of a hall. Services come most used first, so their order is their use."""
    detail, most = seen.detail, len(seen.services)
    return Hall(
        id=detail["id"],
        names=detail["names"],
        timezone=detail["timezone"],
        languages=tuple(detail["languages"]),
        zones=tuple(Zone(id=row["id"], names=row["names"], floor=row["floor"]) for row in detail["zones"]),
        departments=tuple(
            Department(id=row["id"], names=row["names"], queue=row["queue"]) for row in detail["departments"]
        ),
        queues=tuple(Queue(id=row["id"], names=row["names"], zone=row["zone"]) for row in detail["queues"]),
        services=tuple(_service(row, most - at) for at, row in enumerate(seen.services)),
        windows=(),
    )


def _service(row: Document, visits: int) -> Service:
    return Service(
        id=row["id"], names=row["names"], department=row["department"], mode=row["mode"],
        alternatives=tuple(row["alternatives"]), queue=row["queue"], mean_min=0.0, p90_min=0.0, visits=visits,
    )  # fmt: skip
