"""The path of a visit on the wire, and what is asked about it."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Id


class PathWait(Answer, frozen=True, kw_only=True):
    """The wait that is expected at a stop once its visitor is there, in seconds."""

    p10: int
    p50: int
    p90: int


class PathStop(Answer, frozen=True, kw_only=True):
    """One stop of a visit. What is expected of it is told where it is known."""

    services: list[str]
    names: list[dict[str, str]]
    """Of the items, in their order."""
    queue: str
    zone: str
    status: str
    """`done`, `now`, `later`, or `left` for one that was never made."""
    window: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    """Why the present stop cannot begin yet: `walking` or `gap`."""
    not_before: str | UnsetType = UNSET
    """When it can begin at the earliest."""
    expected_at: str | UnsetType = UNSET
    """When it is expected to begin."""
    wait_s: PathWait | UnsetType | None = UNSET
    """The wait there; None where nobody is expected to serve."""
    after: list[str] | UnsetType = UNSET
    """Items that must be done before."""


class AsideItem(Answer, frozen=True, kw_only=True):
    """An item that is no stop: `device`, `assisted`, `closed` (its queue, for today) or `another_day`."""

    service: str
    names: dict[str, str]
    why: str
    zone: str
    opens_at: str | UnsetType = UNSET


class VisitPath(Answer, frozen=True, kw_only=True):
    """How a visit would go that began now: in this order, out of the hall after so long."""

    journey: str | UnsetType = UNSET
    path: list[PathStop]
    aside: list[AsideItem]
    total_s: int | None
    """None where nobody is expected to serve at a stop."""


class ChooseStop(Ask, frozen=True, kw_only=True):
    """The item that the visitor wants to have done next."""

    service: Annotated[Id, Meta(description="An item of a stop that is still to be made")]
