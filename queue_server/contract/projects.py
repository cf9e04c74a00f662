"""Large projects (一条龙专窗) on the wire: an officer, a window, and a code with which their applicant comes."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Channel, Id, Language, Line, Position, Typed, WindowNumber
from queue_server.contract.ratings import Owner, ProjectVisit

Title = Annotated[Line, Meta(min_length=1, max_length=100)]


class OpenProject(Ask, frozen=True, kw_only=True):
    """`owner` is the officer. `service` is one that the window does; the one it does most by default."""

    title: Title
    owner: Owner
    window: WindowNumber
    service: Id | UnsetType = UNSET


class VisitProject(Ask, frozen=True, kw_only=True):
    code: Typed
    channel: Channel
    priority: Id = "normal"
    language: Language = "zh"
    voice: bool = False
    position: Position | None = None
    """Where a phone is, where the hall's rule for phones asks for it."""


class Project(Answer, frozen=True, kw_only=True):
    id: str
    code: str
    """For its applicant: with it they get a ticket for their officer's window."""
    title: str
    owner: str
    window: int
    service: str
    status: str
    due_at: str
    overdue: bool
    opened_at: str
    visits: list[ProjectVisit]


class Projects(Answer, frozen=True, kw_only=True):
    """Those that have not ended, the one that is due first first."""

    projects: list[Project]
