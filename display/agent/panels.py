"""LED panels: each shows the latest call of its window, its zone, or the hall."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from display.agent.charge import PanelPlace
from hardware.errors import DeviceError
from hardware.health import WELL, Health
from queue_server.languages import Words

LOOK_S = 10.0
AGAIN_S = 3.0
LANGUAGES = ("zh", "en")
"""One line each, as many as the panel has."""

Board = Mapping[str, Any]
Row = Mapping[str, Any]


def call_for(board: Board, place: PanelPlace) -> Row | None:
    """The latest call that this panel shows: its number is still at its window."""
    there = {window["window"]: window.get("number") for window in board["windows"]}
    return next(
        (row for row in board["calls"] if _is_for(row, place) and there.get(row["window"]) == row["number"]), None
    )


def lines_for(board: Board, place: PanelPlace) -> list[str]:
    """What a panel shows now."""
    call = call_for(board, place)
    if call is not None:
        return _said(place, "panel.call", number=call["number"], window=call["window"])
    own = next((window for window in board["windows"] if window["window"] == place.window), None)
    return _said(place, "panel.paused" if own is not None and own["status"] == "paused" else "panel.idle")


def _is_for(row: Row, place: PanelPlace) -> bool:
    return row["window"] == place.window if place.window else place.zone in {"", row["zone"]}


def _said(place: PanelPlace, key: str, **facts: object) -> list[str]:
    return [Words(lang).say(key, **facts) for lang in LANGUAGES[: place.lines]]


class PanelShow:
    """Keeps one panel at what the board says, through losses of its line. `run` in one task only."""

    def __init__(self, place: PanelPlace, shown: Callable[[Row], None]) -> None:
        self.place = place
        self.health: Health = WELL
        self._shown = shown
        self._board: Board | None = None
        self._lines: list[str] | None = None
        self._told: Row | None = None
        self._wake = asyncio.Event()

    def follow(self, board: Board) -> None:
        """The board as it is now."""
        self._board = board
        self._wake.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
                self._wake.clear()
                await self._show()
            except TimeoutError:
                await self._look()
            except DeviceError as error:
                self._lines = None
                self.health = Health(ok=False, code=error.code, facts=error.facts)
                self._wake.set()
                await asyncio.sleep(AGAIN_S)

    async def _look(self) -> None:
        """A panel that was away may have forgotten what it showed."""
        self.health = await asyncio.to_thread(self.place.panel.health)
        if not self.health.ok:
            self._lines = None
            self._wake.set()

    async def _show(self) -> None:
        if self._board is None:
            return
        call, lines = call_for(self._board, self.place), lines_for(self._board, self.place)
        if lines != self._lines:
            await asyncio.to_thread(self.place.panel.show, lines)
            self._lines = lines
        self.health = WELL
        if call is not None and call != self._told:
            self._shown({name: call[name] for name in ("window", "number", "times")})
        self._told = call
