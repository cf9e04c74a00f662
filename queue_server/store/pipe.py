"""Many callers, one pipe: calls that come while a batch is under way leave together as the next one.

Under `appendfsync always` the store syncs once per batch it reads, so a fuller batch costs hardly more than one call.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError, ResponseError

from queue_server.store.asking import as_known

LARGEST_BATCH = 256
IN_FLIGHT = 2
"""Batches under way at once: while the store syncs one, it already reads the next."""


Call = tuple[tuple[Any, ...], "asyncio.Future[Any]"]


class Pipe:
    """Sends commands in batches over a few connections and gives each caller its own answer."""

    def __init__(self, store: "Redis", on_missing_library: Callable[[], Any]) -> None:
        self._store = store
        self._waiting: list[Call] = []
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._load_library = on_missing_library

    async def call(self, *command: Any) -> Any:
        """The answer to one command. Raises `StoreDown` or `StoreFull`."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer))
        if self._under_way < IN_FLIGHT:
            self._start()
        return await answer

    def _start(self) -> None:
        self._under_way += 1
        task = asyncio.get_running_loop().create_task(self._run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._send(batch)
        finally:
            self._under_way -= 1

    async def _send(self, batch: list[Call]) -> None:
        try:
            answers = await self._exchange([command for command, _ in batch])
        except Exception as error:
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(as_known(answer))
            else:
                future.set_result(answer)

    async def _exchange(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        answers = await self._attempt(commands)
        lost = [index for index, answer in enumerate(answers) if _library_is_missing(answer)]
        if lost:
            await self._load_library()
            again = await self._attempt([commands[index] for index in lost])
            for index, answer in zip(lost, again, strict=True):
                answers[index] = answer
        return answers

    async def _attempt(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        """One round trip under one timeout. Errors of single commands are among the answers."""
        pool = self._store.connection_pool
        connection = await pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(connection.socket_timeout):
                await connection.send_packed_command(connection.pack_commands(commands))
                return [await _answer(connection) for _ in commands]
        except BaseException:
            await connection.disconnect(nowait=True)  # what is still to come must not answer the next batch
            raise
        finally:
            await pool.release(connection)


async def _answer(connection: AbstractConnection) -> Any:
    """The next answer, an error as a value. Waits without a timeout of its own: the batch has one."""
    try:
        return await connection.read_response(timeout=math.inf)
    except ResponseError as error:
        return error


def _library_is_missing(answer: Any) -> bool:
    return isinstance(answer, RedisError) and "Function not found" in str(answer)
