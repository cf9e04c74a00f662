"""Promises that outlive a visit, and hard cases (难办事项), on the wire."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.answers import Material, Ticket
from queue_server.contract.asks import Ask, Line, Reason

Remark = Annotated[Line, Meta(max_length=200)]


class EndPromise(Ask, frozen=True, kw_only=True):
    """What became of it, and a note for those who look later."""

    status: Literal["kept", "broken", "withdrawn"]
    note: Remark = ""


class Promise(Answer, frozen=True, kw_only=True):
    """Something that is still to come after a visit: papers from the visitor, a result or a decision from the hall."""

    id: str
    kind: str
    status: str
    ticket: str
    number: str
    service: str
    names: dict[str, str]
    """Of the item."""
    window: int
    due_at: str
    overdue: bool
    papers: list[Material]
    note: str
    made_at: str
    ended_at: str | UnsetType = UNSET
    remark: str | UnsetType = UNSET
    """What was said when it ended; for the staff."""
    staff: str | UnsetType = UNSET
    """Who served; for the staff."""


class Promises(Answer, frozen=True, kw_only=True):
    promises: list[Promise]


class Escalate(Ask, frozen=True, kw_only=True):
    """Why it is a hard case, without personal data."""

    reason: Reason


class Escalated(Answer, frozen=True, kw_only=True):
    """What became of it: the case, and the ticket that goes on, a new one for a visit that was over."""

    case: str
    owner: str
    due_at: str
    queue: str | UnsetType = UNSET
    """Where it goes; left out where the hall has no place for hard cases, and the case is all."""
    ticket: Ticket
