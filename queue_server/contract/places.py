"""The places of a hall on the wire: zones, how many people are in them, who waits outside."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask
from queue_server.domain.occupancy import MOST_AT_ONCE

Names = dict[str, str]
Counted = Annotated[int, Meta(ge=0, le=MOST_AT_ONCE)]


class CountPeople(Ask, frozen=True, kw_only=True):
    """Who came and went since the last count; `people` instead says how many are there, counted by hand."""

    entered: Counted = field(name="in", default=0)
    left: Counted = field(name="out", default=0)
    people: Annotated[int, Meta(ge=0, le=99_999)] | None = None


class CallWave(Ask, frozen=True, kw_only=True):
    """Lets the first `n` of those outside come in; as many as there is room for where it is left out."""

    n: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE)] | None = None


class ZonePlace(Answer, frozen=True, kw_only=True):
    """A zone now. `people`, `room` and `coming` are unset while nobody counts it; `room` also where any number fits."""

    zone: str
    names: Names
    floor: int
    counted: bool
    people: int | UnsetType = UNSET
    coming: int | UnsetType = UNSET
    """How many were called in and are not counted yet."""
    most: int
    """How many it holds; 0 for any number."""
    room: int | UnsetType = UNSET
    full: bool
    outside: int
    """How many tickets wait outside it."""
    entered: int
    left: int
    """How many came and went today."""
    wave: int
    """The last wave of today; 0 before the first."""
    counted_at: str | UnsetType = UNSET
    open: bool
    opens_at: str | UnsetType = UNSET
    closes_at: str | UnsetType = UNSET
    always: bool
    """Open around the clock."""


class ZonePlaces(Answer, frozen=True, kw_only=True):
    zones: list[ZonePlace]


class Wave(Answer, frozen=True, kw_only=True):
    """A wave that was called: how many came in with it, and until when they may."""

    zone: str
    wave: int
    n: int
    until_at: str
