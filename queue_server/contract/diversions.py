"""Diversions (分流) on the wire: what is proposed and runs, what staff are asked to do, what visitors answer."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.answers import Ticket
from queue_server.contract.asks import Ask, Id, Minutes, Reason, WindowNumber
from queue_server.contract.bookings import Booking, Start

Action = Literal[
    "open_window", "reskill_window", "send_out", "send_helpers", "guide_to_device", "offer_later", "offer_hall",
    "slow_entry",
]  # fmt: skip
DiversionId = Annotated[str, Meta(min_length=1, max_length=32)]


class AcceptDiversion(Ask, frozen=True, kw_only=True):
    """What is named here takes the place of what was proposed; `minutes` says how long it runs."""

    window: WindowNumber | None = None
    queue: Id | None = None
    service: Id | None = None
    to: Id | None = None
    minutes: Minutes | None = None


class BeginDiversion(AcceptDiversion, frozen=True, kw_only=True):
    action: Action


class DismissDiversion(Ask, frozen=True, kw_only=True):
    reason: Reason


class EndDiversion(Ask, frozen=True, kw_only=True):
    reason: Reason | None = None


class AnswerOffer(Ask, frozen=True, kw_only=True):
    """`start` is the moment that was offered, `later_at`."""

    diversion: DiversionId
    answer: Literal["accept", "decline", "done"]
    start: Start | None = None


class Gain(Answer, frozen=True, kw_only=True):
    """What the waits of all visitors of the next 90 minutes fall by, in seconds; positive is good."""

    mean_s: float
    p90_s: float
    mean_low_s: float
    mean_high_s: float


class Diversion(Answer, frozen=True, kw_only=True):
    id: str
    action: str
    window: int | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    to: str | UnsetType = UNSET
    gain: Gain | None
    """None where nobody foresaw it."""
    status: str
    needs: str
    cost_min: int
    lead_s: int
    proposed_at: str
    started_at: str | UnsetType = UNSET
    carried_at: str | UnsetType = UNSET
    """When its window opened, or the desk took it on."""
    until_at: str | UnsetType = UNSET
    ended_at: str | UnsetType = UNSET
    """When it ended, was dismissed, or lapsed."""
    by: str
    reason: str | UnsetType = UNSET
    offered: int
    taken: int
    """Visitors to whom it was shown, and who accepted."""
    effect_mean_s: float | UnsetType = UNSET
    effect_p90_s: float | UnsetType = UNSET
    """Measured afterwards: expected waits without it less real ones."""


class Diversions(Answer, frozen=True, kw_only=True):
    diversions: list[Diversion]


class Task(Answer, frozen=True, kw_only=True):
    """What staff are asked to do now; `taken` once its window opened, or the desk took it on."""

    diversion: str
    action: str
    window: int | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    since: str
    until: str | UnsetType = UNSET
    by: str
    taken: bool


class Tasks(Answer, frozen=True, kw_only=True):
    tasks: list[Task]


class AnsweredOffer(Ticket, frozen=True, kw_only=True):
    """The ticket after its visitor's answer, and what they have in its place."""

    booking: Booking | UnsetType = UNSET
    elsewhere: Ticket | UnsetType = UNSET
    """The ticket at the other hall."""
    page: str | UnsetType = UNSET
    """The path of the page of what they have in its place."""
