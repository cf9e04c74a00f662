"""Tasks that go on through whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from redis.exceptions import RedisError

from queue_server.store.asking import StoreDown

PAUSE_S = 1.0
SAID_AGAIN_S = 60.0
"""A fault that stays is logged so often."""

log = structlog.get_logger()


class Complaint:
    """Logs a fault at once, and then once a minute."""

    def __init__(self, about: str, **facts: str) -> None:
        self._about = about
        self._facts = facts
        self._said_at = -SAID_AGAIN_S

    def say(self, error: BaseException) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._said_at >= SAID_AGAIN_S:
            self._said_at = now
            log.error(self._about, exc_info=error, **self._facts)


async def keep_on(step: Callable[[], Awaitable[None]], complaint: Complaint) -> None:
    """Steps until cancelled, through outages of the store and faults of the step."""
    while True:
        try:
            await step()
        except (StoreDown, RedisError):
            await asyncio.sleep(PAUSE_S)  # it is said once, by who renews the office
        except Exception as error:
            complaint.say(error)
            await asyncio.sleep(PAUSE_S)
