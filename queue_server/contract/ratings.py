"""Ratings (好差评) and cases on the wire."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Line, TicketId

Score = Annotated[int, Meta(ge=1, le=5)]
"""1 is the worst, 5 the best."""
Tag = Literal[
    "friendly", "fast", "clear", "one_visit",
    "long_wait", "unfriendly", "slow", "unclear", "came_again", "more_papers",
]  # fmt: skip
Comment = Annotated[Line, Meta(min_length=1, max_length=500)]
Note = Annotated[Line, Meta(min_length=1, max_length=500)]
Owner = Annotated[Line, Meta(min_length=1, max_length=64)]
Stop = Annotated[int, Meta(ge=1, le=64)]
Step = Literal["verified", "rejected", "rectified", "called_back", "closed", "accepted", "reviewed"]


class GiveRating(Ask, frozen=True, kw_only=True):
    """`stop` is the latest finished one by default. Nothing but the score is asked for."""

    score: Score
    tags: Annotated[tuple[Tag, ...], Meta(max_length=10)] = ()
    comment: Comment | None = None
    stop: Stop | None = None


class Rating(Answer, frozen=True, kw_only=True):
    ticket: str
    stop: int
    score: int
    tags: list[str]
    channel: str
    rated_at: str
    case: str | UnsetType = UNSET
    """The case that a low rating opened; told to managers alone."""


class FinishedStop(Answer, frozen=True, kw_only=True):
    """A finished stop, which its visitor may rate once; `score` once they did."""

    ticket: str
    stop: int
    number: str
    queue: str
    service: str
    window: int
    finished_at: str
    score: int | UnsetType = UNSET


class FinishedStops(Answer, frozen=True, kw_only=True):
    stops: list[FinishedStop]


class OpenCase(Ask, frozen=True, kw_only=True):
    """A complaint. Whoever is asked first owns it (首问负责) until it is handed over: `owner` is a name."""

    kind: Literal["complaint"] = "complaint"
    ticket: TicketId | None = None
    text: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*(?![\s\S])")]
    owner: Owner


class ChangeCase(Ask, frozen=True, kw_only=True):
    """One step (`status`, with a `note` of what was found or done), a new `owner`, or both."""

    status: Step | None = None
    note: Note | None = None
    owner: Owner | None = None


class CaseChange(Answer, frozen=True, kw_only=True):
    at: str
    actor: str
    from_status: str
    to_status: str
    """The same as before where it was handed over."""
    owner: str
    note: str


class ProjectVisit(Answer, frozen=True, kw_only=True):
    at: str
    number: str
    window: int


class Case(Answer, frozen=True, kw_only=True):
    id: str
    kind: str
    status: str
    moves: list[str]
    """The steps that are open to it."""
    ticket: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    stop: int | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    window: int | UnsetType = UNSET
    staff: str | UnsetType = UNSET
    score: int | UnsetType = UNSET
    tags: list[str]
    channel: str
    text: str
    """What the visitor wrote or said."""
    owner: str
    """Empty while it is nobody's."""
    due_at: str | UnsetType = UNSET
    overdue: bool
    opened_at: str
    changed_at: str
    ended_at: str | UnsetType = UNSET
    by: str
    changes: list[CaseChange]
    code: str | UnsetType = UNSET
    """Of a project: its applicant comes with it."""
    visits: list[ProjectVisit]
    """For a project, the first first."""


class Cases(Answer, frozen=True, kw_only=True):
    cases: list[Case]


class OpenedCase(Answer, frozen=True, kw_only=True):
    """What who took a complaint in is told."""

    id: str
    status: str
    owner: str
    due_at: str
