"""Tells the server what was really shown or spoken, at most one request a second."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from queue_server.link import Away, Link, Refused

EVERY_S = 1.0
MOST = 50
"""Calls in one request."""
MOST_KEPT = 500
"""While the server is away; older ones are of no use to anybody then."""

log = structlog.get_logger()


class Shown:
    """What is still to be told, by how it was shown."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: dict[tuple[str, str, int, int], Mapping[str, Any]] = {}
        self._wake = asyncio.Event()

    @property
    def pending(self) -> int:
        return len(self._waiting)

    def add(self, how: str, call: Mapping[str, Any]) -> None:
        """`call` is `{window, number, times}`."""
        self._waiting[how, call["number"], call["window"], call["times"]] = call
        while len(self._waiting) > MOST_KEPT:
            self._waiting.pop(next(iter(self._waiting)))
        self._wake.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._wake.wait()
            await self.tell()
            if not self._waiting:
                self._wake.clear()
            await asyncio.sleep(EVERY_S)

    async def tell(self) -> None:
        """One request: the oldest that were shown in one way. What the server refuses is over."""
        if not self._waiting:
            return
        how = next(iter(self._waiting))[0]
        keys = [key for key in self._waiting if key[0] == how][:MOST]
        try:
            await self._link.ask("POST", "/shown", {"how": how, "calls": [self._waiting[key] for key in keys]})
        except Away:
            return
        except Refused as refused:
            if refused.token_refused:
                return
            log.warning("what was shown was refused", how=how, code=refused.code)
        for key in keys:
            self._waiting.pop(key, None)
