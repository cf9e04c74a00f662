"""What visitors' ratings of a day come to."""

from collections.abc import Sequence

from queue_server.contract.boards import RatingsState
from queue_server.domain.day import QueueDay
from queue_server.domain.rating import LOW, satisfied


def ratings_of(days: Sequence[QueueDay]) -> RatingsState:
    """The ratings of some queues' days in one row, and how many of the finished stops were rated."""
    scores = tuple(sum(found) for found in zip(*(day.scores for day in days), strict=True)) or (0,) * 5
    count, done = sum(scores), sum(day.done for day in days)
    return RatingsState(
        count=count,
        low=sum(scores[:LOW]),
        scores=list(scores),
        satisfied_pct=round(100 * satisfied(scores) / count) if count else None,
        rated_pct=min(round(100 * count / done), 100) if done else None,
    )
