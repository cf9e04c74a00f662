"""Tasks that end when they are told to."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_S = 0.1


async def end_tasks(tasks: "Iterable[asyncio.Task[Any]]") -> None:
    """Cancels tasks until all have ended; what came of them is nobody's concern any more.

    One cancellation can get lost: redis-py swallows one that meets it while it connects, and `asyncio.wait_for`
    (before Python 3.12) one that comes in the moment in which what it waits for is there. Whoever is cancelled
    themselves meanwhile leaves nobody behind, and is told so afterwards.
    """
    going, is_cancelled = {task for task in tasks if not task.done()}, False
    while going:
        for task in going:
            task.cancel()
        try:
            await asyncio.wait(going, timeout=AGAIN_S)
        except asyncio.CancelledError:
            is_cancelled = True
        going = {task for task in going if not task.done()}
    if is_cancelled:
        raise asyncio.CancelledError
