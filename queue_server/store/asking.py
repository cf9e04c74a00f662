"""One command to the store, and its errors as this program knows them."""

import asyncio
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as StoreTimeoutError

FULL = ("OOM", "MISCONF", "READONLY", "NOREPLICAS")
STARTING = ("LOADING", "BUSY ")


class StoreDown(Exception):
    """The store did not answer. What was asked may or may not have been done; ask again with the same key."""


class StoreFull(StoreDown):
    """The store refuses to write: out of memory or disk, or a read-only replica."""


def as_known(error: BaseException) -> BaseException:
    """The store's own errors as this program's: unreachable, full, or a bug to be seen."""
    if isinstance(error, StoreConnectionError | StoreTimeoutError | OSError | asyncio.TimeoutError):
        return StoreDown(str(error))
    if isinstance(error, ResponseError) and str(error).startswith(FULL):
        return StoreFull(str(error))
    if isinstance(error, ResponseError) and str(error).startswith(STARTING):
        return StoreDown(str(error))
    return error


async def ask(store: "Redis", *command: Any) -> Any:
    """The answer to one command. Raises `StoreDown` or `StoreFull`."""
    try:
        return await store.execute_command(*command)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise as_known(error) from error
