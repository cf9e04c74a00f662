"""Who may be at a forecast at once: any number who ask, or one who moves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Calm:
    """Who asks never waits for others who ask, so that a short question is not held up by a long one."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._asking = 0
        self._moving = False

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[bool]:
        """Nothing moves meanwhile; says whether nobody else asks already."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._moving)
            self._asking += 1
        try:
            yield self._asking == 1
        finally:
            self._asking -= 1
            await self._tell()

    @asynccontextmanager
    async def moving(self) -> AsyncIterator[None]:
        """Nobody asks or moves anything else meanwhile."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._moving and not self._asking)
            self._moving = True
        try:
            yield
        finally:
            self._moving = False
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
