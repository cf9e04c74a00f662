"""Which channel a message takes, and when it is tried again: one that only puts off holds nobody up for long."""

from collections.abc import Sequence
from typing import TypeVar

from queue_server.domain.messages import Message

BACKOFF_S = (2, 5, 15, 60, 300, 900, 1800)
TRIES = 3
"""So often one channel is tried before it is the next one's turn; after the last comes the first again."""

Way = TypeVar("Way")


def backoff_s(attempt: int) -> int:
    """How long after a failed attempt the next one is made."""
    return BACKOFF_S[min(attempt, len(BACKOFF_S)) - 1]


def half_of(message: Message) -> int:
    """The moment (ms) at which half of the time is over in which the message is worth sending."""
    return (message.at + message.not_after) // 2


def in_turn(ways: Sequence[Way], message: Message, attempt: int, now: int) -> list[Way]:
    """The ways that carry a message, the one whose turn it is first.

    It is the next one's turn after `TRIES` attempts, and when half of the time is over.
    """
    turn = (attempt - 1) // TRIES
    if attempt > 1 and now >= half_of(message):
        turn = max(turn, 1)
    first = turn % len(ways) if ways else 0
    return [*ways[first:], *ways[:first]]


def due(message: Message, attempt: int, now: int, after_s: float | None, ways: int) -> int:
    """When (ms) the next attempt is made. What one channel asks to be waited for does not bind another."""
    at = now + round((after_s or backoff_s(attempt)) * 1000)
    if ways < 2:
        return at
    if attempt % TRIES == 0 or now >= half_of(message):
        return min(at, now + backoff_s(min(attempt, TRIES)) * 1000)
    return min(at, half_of(message))
