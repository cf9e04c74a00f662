"""LED panels: each shows the latest call of its window, its zone, or the hall."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from display.agent.charge import PanelPlace
from hardware.errors import DeviceError
from hardware.health import WELL, Health
from queue_server.languages import Words, in_use

LOOK_S = 10.0
AGAIN_S = 3.0
USUAL = ("zh", "en")
"""The languages of a panel until the hall's own are known: one line each, as many as the panel has."""

Board = Mapping[str, Any]
Row = Mapping[str, Any]


def call_for(board: Board, place: PanelPlace) -> Row | None:
    """The latest call that this panel shows: its number is still at its window."""
    there = {window["window"]: window.get("number") for window in board["windows"]}
    return next(
        (row for row in board["calls"] if _is_for(row, place) and there.get(row["window"]) == row["number"]), None
    )


def lines_for(board: Board, place: PanelPlace, languages: Sequence[str] = USUAL) -> list[str]:
    """What a panel shows now, in the first of these languages that it has lines for."""
    words = [Words(lang) for lang in languages if lang in in_use()][: place.lines]
    call = call_for(board, place)
    if call is not None:
        return [each.say("panel.call", number=call["number"], window=call["window"]) for each in words]
    own = next((window for window in board["windows"] if window["window"] == place.window), None)
    state = "paused" if own is not None and own["status"] == "paused" else "idle"
    return [each.say(f"panel.{state}") for each in words]


def _is_for(row: Row, place: PanelPlace) -> bool:
    return row["window"] == place.window if place.window else place.zone in {"", row["zone"]}


class PanelShow:
    """Keeps one panel at what the board says, through losses of its line. `run` in one task only."""

    def __init__(self, place: PanelPlace, shown: Callable[[Row], None]) -> None:
        self.place = place
        self.health: Health = WELL
        self._shown = shown
        self._languages: Sequence[str] = USUAL
        self._board: Board | None = None
        self._lines: list[str] | None = None
        self._told: Row | None = None
        self._wake = asyncio.Event()

    def learn(self, hall: Mapping[str, Any]) -> None:
        """Takes the languages of the hall's document, in the hall's order."""
        self._languages = hall["languages"] or USUAL
        self._wake.set()

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
        call, lines = call_for(self._board, self.place), lines_for(self._board, self.place, self._languages)
        if lines != self._lines:
            await asyncio.to_thread(self.place.panel.show, lines)
            self._lines = lines
        self.health = WELL
        if call is not None and call != self._told:
            self._shown({name: call[name] for name in ("window", "number", "times")})
        self._told = call
