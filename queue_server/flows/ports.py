"""What the flows need from outside, named after the thing."""

from collections.abc import Callable
from typing import Any, Protocol

from queue_server.domain.booking import FoundBooking
from queue_server.domain.diversion import DiversionRecord
from queue_server.domain.orders import Acted, FoundTicket, Order

Clock = Callable[[], int]
"""Now, in ms since the epoch."""


class Device(Protocol):
    """A device as the store keeps it."""

    role: str
    name: str
    window: int
    zone: str
    added_at: int


class Report(Protocol):
    """What a device last said of itself, as the store keeps it."""

    at: int
    ok: int
    code: str
    details: str
    silent: int
    other: str


class Help(Protocol):
    """A call for help as the store keeps it."""

    device: str
    name: str
    zone: str
    called_at: int
    answered_at: int


class Halls(Protocol):
    """The queues of all halls. Everything raises `Refusal` for what a hall refuses; see `store.halls`."""

    async def act(self, hall: str, name: Any, order: Order) -> Acted: ...
    async def close_day(self, hall: str, at: int, day: str) -> None: ...
    async def read_ticket(self, hall: str, ticket: str) -> FoundTicket | None: ...
    async def read_window(self, hall: str, window: int, at: int) -> Acted: ...
    async def read_ahead(self, hall: str, ticket: str, limit: int) -> list[FoundTicket]: ...
    async def read_heads(self, hall: str, window: int, limit: int) -> list[FoundTicket]: ...
    async def read_contacts(self, hall: str, things: list[str]) -> list[list[str]]: ...
    async def read_booking(self, hall: str, code: str) -> FoundBooking | None: ...
    async def diversions(self, hall: str) -> dict[str, DiversionRecord]: ...
    async def device(self, hall: str, device: str) -> Any: ...
    async def devices(self, hall: str) -> dict[str, Any]: ...
    async def reports(self, hall: str) -> dict[str, Any]: ...
    async def helps(self, hall: str) -> dict[str, Any]: ...
