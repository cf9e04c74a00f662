"""Tasks end, even those in which a cancellation got lost."""

import asyncio
import contextlib

import pytest

from queue_server.ending import end_tasks


async def deaf(times: int) -> None:
    """Loses so many cancellations, as a time limit does whose end they meet."""
    for _ in range(times):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def failing() -> None:
    raise ValueError("of no concern any more")


@pytest.mark.parametrize("times", [0, 1, 3])
async def test_a_task_that_loses_a_cancellation_is_cancelled_again(times: int) -> None:
    tasks = [asyncio.create_task(deaf(times)), asyncio.create_task(deaf(0)), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end_tasks(tasks)
    assert all(task.done() for task in tasks) and tasks[0].cancelled() and tasks[1].cancelled()


async def test_whoever_is_cancelled_while_they_end_tasks_leaves_none_behind() -> None:
    tasks = [asyncio.create_task(deaf(times)) for times in (0, 4)]
    await asyncio.sleep(0)
    ending = asyncio.create_task(end_tasks(tasks))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end_tasks([ending])
    assert ending.cancelled() and all(task.cancelled() for task in tasks)


async def test_no_tasks_end_at_once() -> None:
    await end_tasks([])
