"""One press of a key is one act at the server, whatever happens to its answer."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from hardware.keypad.port import CallKey
from queue_server.link import Away, Refused

DROP_AFTER_S = 3.0
"""A press that has not got to the server by then is forgotten: nobody wants the call of a minute ago."""
UNSURE_FOR_S = 10.0
"""A press that may have got there is asked for again, with its own key, until this is over."""
AGAIN_S = 0.3
TRY_S = 3.0

ACTS: dict[CallKey, str] = {
    "next": "call-next",
    "recall": "recall",
    "start": "start",
    "finish": "finish",
    "missed": "no-show",
}
PAUSE_REASON = "break"


class Asks(Protocol):
    """What is needed of a link."""

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", language: str = "", timeout_s: float = 5.0
    ) -> Any: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """One key that went down."""

    key: CallKey
    at: float
    """On the event loop's clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a press: `done`, `nobody` (no one waits), `refused`, `dropped`, `unsure`, `no_act`."""

    what: str
    code: str = ""
    why: str = ""

    @property
    def well(self) -> bool:
        return self.what == "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What a press asks of the server; settled once, so that a second try is never the opposite of the first."""

    path: str
    body: object = None


class Desk:
    """Carries out the presses of one window, one after the other."""

    def __init__(
        self,
        link: Asks,
        window: int,
        staff: str = "",
        clock: Callable[[], float] | None = None,
        pause: Callable[[float], Any] = asyncio.sleep,
    ) -> None:
        self._link = link
        self._path = f"/windows/{window}"
        self._staff = staff
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._pause = pause

    async def carry_out(self, press: Press) -> Outcome:
        """Until it is done, refused, or too old. Raises `Refused` only when the token itself is refused."""
        if press.key not in ACTS and press.key != "pause":
            return Outcome(what="no_act")
        try:
            act = await self._settled(press)
            answer = await self._insist("POST", act.path, act.body, press, secrets.token_hex(12))
        except Refused as error:
            if error.status == 401:
                raise
            return Outcome(what="refused", code=error.code, why=error.detail)
        except Away as error:
            return Outcome(what="unsure" if error.sent else "dropped", why=error.why)
        return Outcome(what="nobody" if answer is None else "done")

    async def _settled(self, press: Press) -> Act:
        """The act of a key. The pause key pauses, ends a pause, and opens a window that is shut, if a name is known."""
        if press.key != "pause":
            return Act(path=f"{self._path}/{ACTS[press.key]}")
        status = (await self._insist("GET", self._path, None, press, ""))["status"]
        if status == "paused":
            return Act(path=f"{self._path}/resume")
        if status == "closed" and self._staff:
            return Act(path=f"{self._path}/open", body={"staff": self._staff})
        return Act(path=f"{self._path}/pause", body={"reason": PAUSE_REASON})

    async def _insist(self, method: str, path: str, body: object, press: Press, key: str) -> Any:
        """The answer, however many tries it takes within the time. Raises `Away` with `sent` if any try was sent."""
        sent = False
        while True:
            left = press.at + (UNSURE_FOR_S if sent else DROP_AFTER_S) - self._clock()
            if left <= 0:
                raise Away("the server did not answer in time", sent=sent)
            try:
                return await self._link.ask(method, path, body, key=key, timeout_s=min(TRY_S, left))
            except Away as error:
                sent = sent or (error.sent and method == "POST")  # reading changes nothing
            await self._pause(AGAIN_S)
