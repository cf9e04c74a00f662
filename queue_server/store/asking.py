"""One command to the store, and its errors as this program knows them."""

import asyncio
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError

FULL = ("OOM", "MISCONF", "READONLY", "NOREPLICAS", "command not allowed when used memory", "You can't write")
AWAY = ("LOADING", "BUSY ", "UNBLOCKED", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN")
FULL_ERRORS = (OutOfMemoryError, ReadOnlyError)
AWAY_ERRORS = (MasterDownError, ClusterDownError, TryAgainError)
"""redis-py knows some errors by class and cuts their code off their text; others come as text alone."""


class StoreDown(Exception):
    """The store did not answer. What was asked may or may not have been done; ask again with the same key."""


class StoreFull(StoreDown):
    """The store refuses to write: out of memory or disk, or a read-only replica."""


def as_known(error: BaseException) -> BaseException:
    """The store's own errors as this program's: unreachable, full, or a bug to be seen."""
    if isinstance(error, StoreConnectionError | StoreTimeoutError | OSError | asyncio.TimeoutError):
        return StoreDown(str(error))
    text = str(error)
    if isinstance(error, FULL_ERRORS) or (isinstance(error, ResponseError) and text.startswith(FULL)):
        return StoreFull(text)
    if isinstance(error, AWAY_ERRORS) or (isinstance(error, ResponseError) and text.startswith(AWAY)):
        return StoreDown(text)
    return error


async def ask(store: "Redis", *command: Any) -> Any:
    """The answer to one command. Raises `StoreDown` or `StoreFull`."""
    try:
        return await store.execute_command(*command)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise as_known(error) from error
