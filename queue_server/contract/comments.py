"""What visitors wrote or touched with their ratings, on the wire: without whoever served them."""

from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer


class RatingComment(Answer, frozen=True, kw_only=True):
    number: str
    queue: str
    service: str
    window: int
    stop: int
    score: int
    tags: list[str]
    channel: str
    comment: str | UnsetType = UNSET
    rated_at: str


class Comments(Answer, frozen=True, kw_only=True):
    """The latest first."""

    comments: list[RatingComment]
    more: bool
    """There are more of these days; ask for fewer days, one queue or one score."""
