"""Lockers (E邮柜) and the 24-hour area on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Id, Language, TicketId

Names = dict[str, str]
CollectionCode = Annotated[str, Meta(min_length=1, max_length=32)]
"""Its digits, however they were typed: blanks and hyphens count for nothing."""


class PutIn(Ask, frozen=True, kw_only=True):
    """What is put in is for a ticket, or for who has a phone, or both. Without a `box` it is the first free one."""

    ticket: TicketId | None = None
    phone: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    service: Id | None = None
    """What it is: the ticket's item by default."""
    box: Annotated[int, Meta(ge=1, le=500)] | None = None
    language: Language | None = None


class CollectParcel(Ask, frozen=True, kw_only=True):
    code: CollectionCode


class Parcel(Answer, frozen=True, kw_only=True):
    """What lies in a box, or lay there until lately. Its `code` is told to the ticket's own visitor and to who put it
    in, as long as it lies there."""

    id: str
    locker: str
    names: Names
    zone: str
    box: int
    status: str
    """`in`, `collected` or `returned`."""
    ticket: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    reachable: bool
    """Its visitor is told by a message."""
    code: str | UnsetType = UNSET
    put_at: str
    until_at: str
    overdue: bool
    ended_at: str | UnsetType = UNSET


class Parcels(Answer, frozen=True, kw_only=True):
    parcels: list[Parcel]


class LockerRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    zone: str
    boxes: int
    free: int


class Lockers(Answer, frozen=True, kw_only=True):
    lockers: list[LockerRow]


class AreaItem(Answer, frozen=True, kw_only=True):
    id: str
    names: Names


class AreaQueue(Answer, frozen=True, kw_only=True):
    """A queue of an area that has hours of its own: its items, its devices, how many wait."""

    queue: str
    names: Names
    services: list[AreaItem]
    devices: int
    windows: int
    """How many windows of it are open."""
    waiting: int


class AreaZone(Answer, frozen=True, kw_only=True):
    zone: str
    names: Names
    floor: int
    open: bool
    opens_at: str | UnsetType = UNSET
    closes_at: str | UnsetType = UNSET
    always: bool
    """Open around the clock."""
    queues: list[AreaQueue]
    lockers: list[LockerRow]


class Area(Answer, frozen=True, kw_only=True):
    """The zones of a hall that do not keep its hours: what is there when it is shut."""

    hall_open: bool
    zones: list[AreaZone]
