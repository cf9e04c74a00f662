"""The visitor's five keys: a press after a finish rates what the window finished last, once."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog

from hardware.keypad.port import Lamp, RatingPad, Score
from queue_server.link import Away, Refused
from window_client.agent.pad import PadThread
from window_client.agent.presses import Asks, Outcome

OPEN_S = 60.0
"""So long after a finish a key counts: later presses are somebody's who plays with the pad."""
MOST_PRESSES = 4

log = structlog.get_logger()


class RatingKeys:
    """Carries out presses one after the other. A press that cannot get through is forgotten: nobody rates twice."""

    def __init__(self, link: Asks, window: int, pad: RatingPad) -> None:
        self._link = link
        self._window = f"/windows/{window}"
        self._presses: asyncio.Queue[Score] = asyncio.Queue(MOST_PRESSES)
        self._loop = asyncio.get_running_loop()
        self.changed = asyncio.Event()
        self._pad = PadThread(pad, self._heard, lambda: self._soon(self.changed.set))
        self._pad.light("off")
        self._dark: asyncio.TimerHandle | None = None

    def close(self) -> None:
        self._pad.close()

    def health(self) -> Any:
        return self._pad.health()

    def _soon(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop may be over before the thread is
            self._loop.call_soon_threadsafe(what)

    def _heard(self, score: Score) -> None:
        self._soon(lambda: self._take(score))

    def _take(self, score: Score) -> None:
        with suppress(asyncio.QueueFull):  # so many at once are no visitor's
            self._presses.put_nowait(score)

    async def run(self) -> None:
        """Until cancelled. Raises `Refused` only when the token itself is refused."""
        while True:
            score = await self._presses.get()
            outcome = await self.rate(score)
            log.info("rating key", score=score, outcome=outcome.what, code=outcome.code, why=outcome.why)
            self._show("on" if outcome.well else "blink")

    async def rate(self, score: Score) -> Outcome:
        """Rates what was finished just now, if nobody has yet."""
        try:
            stop = await self._link.ask("GET", f"{self._window}/rating")
            if stop is None or "score" in stop or not await self._is_fresh(stop["finished_at"]):
                return Outcome(what="no_act")
            body = {"score": score, "stop": stop["stop"]}
            await self._link.ask("POST", f"/tickets/{stop['ticket']}/rating", body, key=secrets.token_hex(12))
        except Refused as error:
            if error.status == 401:
                raise
            return Outcome(what="refused", code=error.code, why=error.detail)
        except Away as error:
            return Outcome(what="unsure" if error.sent else "dropped", why=error.why)
        return Outcome(what="done")

    async def _is_fresh(self, finished_at: str) -> bool:
        """By the server's clock: this computer's may be anything."""
        now = (await self._link.ask("GET", "/board"))["at"]
        return (datetime.fromisoformat(now) - datetime.fromisoformat(finished_at)).total_seconds() <= OPEN_S

    def _show(self, lamp: Lamp, for_s: float = 2.0) -> None:
        """The lamp says that a press was taken, or blinks."""
        self._pad.light(lamp)
        if self._dark is not None:
            self._dark.cancel()
        self._dark = self._loop.call_later(for_s, lambda: self._pad.light("off"))
