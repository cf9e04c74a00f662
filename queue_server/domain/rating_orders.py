"""What may be asked of a hall about ratings and cases."""

from queue_server.domain.orders import Issue, Order


class Rate(Order, frozen=True, kw_only=True):
    """A visitor's rating of a finished stop. `stop` is 0 for the latest; `window` the one that asks, or 0."""

    ticket: str
    stop: int
    score: int
    tags: tuple[str, ...]
    comment: str
    channel: str
    window: int
    owner: str
    """Whose the case is that a low rating opens."""
    due_at: int


class OpenCase(Order, frozen=True, kw_only=True):
    """A complaint, perhaps about a ticket."""

    ticket: str
    text: str
    channel: str
    owner: str
    due_at: int


class ChangeCase(Order, frozen=True, kw_only=True):
    """A step of a case, or its handover, or both. Empty texts leave what they stand for as it is."""

    case: str
    status: str
    owner: str
    note: str
    due_at: int


class CaseTold(Order, frozen=True, kw_only=True):
    """What the owner of a case was told beyond the first so many news."""

    case: str
    heard: int
    news: tuple[str, ...]


class OpenProject(Order, frozen=True, kw_only=True):
    """A large project, its officer, and the window where its applicant is served."""

    title: str
    queue: str
    service: str
    window: int
    channel: str
    owner: str
    due_at: int
    code: str


class VisitProject(Issue, frozen=True, kw_only=True):
    """A ticket for the officer of a project; `case` is empty for a code that is none, which counts in `windows`."""

    case: str
    next_at: str = ""
    """When the officer is there again, where shifts say it."""
    windows: tuple[tuple[str, int, int], ...] = ()
