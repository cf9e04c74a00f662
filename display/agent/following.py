"""Follows the board for as long as the agent runs, whatever becomes of the server."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

import structlog

from display.agent.charge import CannotStart
from queue_server.domain.board import step
from queue_server.link import Away, Link, Refused

AGAIN_S = 2.0
REFUSED_S = 60.0
"""A token that was revoked may be given back, or its hall come back; nobody is to be pestered meanwhile."""
BEHIND_S = 0.3
MOST_BEHIND = 10
"""Another worker of the server may be so far behind the one that told the events; after that the board counts."""
OWN = frozenset({"online", "offline", "reset"})

log = structlog.get_logger()

Board = Mapping[str, Any]


class Following:
    """`seen` gets each board that was read afresh, `heard` each event with the board after it, `hall` its document."""

    def __init__(
        self,
        link: Link,
        zone: str,
        seen: Callable[[Board], None],
        heard: Callable[[Mapping[str, Any], Board], None],
        hall: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.online = False
        self.why = "not connected yet"
        self.position = ""
        self._link = link
        self._zone = zone
        self._seen = seen
        self._heard = heard
        self._hall = hall
        self._was_let_in = False

    async def run(self) -> None:
        """For ever. Raises `CannotStart` when the server's very first word is no."""
        while True:
            try:
                await self._follow()
            except Away as away:
                self._lost(away.why)
                await asyncio.sleep(max(AGAIN_S, away.retry_after_s))
            except Refused as refused:
                if not self._was_let_in:
                    raise CannotStart(f"the server refuses: {refused.code}. {refused.detail}") from refused
                self._lost(refused.code)
                log.error("the server refuses this agent now", code=refused.code, detail=refused.detail)
                await asyncio.sleep(REFUSED_S)

    async def board(self) -> Board:
        """The board as it is now, no older than what was heard. Raises `Away`, `Refused`."""
        for _ in range(MOST_BEHIND):
            board: Board = await self._link.ask("GET", f"/board?zone={quote(self._zone, safe='')}")
            if _number(board["last_event_id"]) >= _number(self.position):
                break
            await asyncio.sleep(BEHIND_S)
        return board

    async def _follow(self) -> None:
        """From a board read afresh until what was missed is not to be had any more."""
        self._hall(await self._link.ask("GET", ""))
        self.position = ""
        board = await self.board()
        self._seen(board)
        self.position = board["last_event_id"]
        async with aclosing(self._link.follow(topics(self._zone), self.position)) as events:
            async for told in events:
                if told.name == "reset":
                    return
                if told.name in OWN:
                    self._turned(told.name == "online", str(told.data.get("why", "")))
                    continue
                board = step(board, told.data)
                self.position = told.id or self.position
                self._heard(told.data, board)

    def _turned(self, online: bool, why: str) -> None:
        if not online:
            self._lost(why)
        elif not self.online:
            self.online, self.why, self._was_let_in = True, "", True
            log.info("following the board")

    def _lost(self, why: str) -> None:
        if self.online or why != self.why:
            log.warning("the server is away: going on from here as soon as it is back", why=why)
        self.online, self.why = False, why


def topics(zones: str) -> str:
    """What to follow for `A`, for `A,B`, or for the whole hall where nothing is said."""
    names = [name.strip() for name in zones.split(",")]
    return ",".join(f"board:{name}" for name in names if name) or "board:*"


def _number(position: str) -> int:
    return int(position) if position.isdigit() else 0
