"""A connection to the store, made the one way that this program needs."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 10.0


def connect(url: str, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> "Redis":
    """A client for `redis://`, `valkey://` or `unix://` URLs.

    It never repeats a command by itself: an act whose answer was lost may have been done.
    """
    return Redis.from_url(
        url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1),
        protocol=3,
        decode_responses=False,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=answer_timeout_s,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        health_check_interval=0,
    )
