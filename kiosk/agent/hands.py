"""Performs what the steps of a ticket ask for: network, journal and printer, each where it cannot block the others."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import structlog

from hardware.errors import DeviceError
from hardware.printer.port import is_perhaps_out
from kiosk.agent import wire
from kiosk.offline.clock import HallClock
from kiosk.offline.marks import Steps
from kiosk.offline.ports import (
    AWAY,
    CALM_S,
    PAPER,
    UNSURE,
    Answer,
    Arrive,
    Cancel,
    Effect,
    HandIn,
    Jam,
    Journal,
    JournalFull,
    Keep,
    Lease,
    Mark,
    Note,
    NotKept,
    Print,
    Spurned,
    Unsure,
)
from kiosk.offline.slips import Slip
from queue_server.link import Away, Refused

T = TypeVar("T")
PRINT_LIMIT_S = 30.0
"""A printer that takes longer has stopped answering, whatever its driver still waits for."""
NOT_PRINTED = frozenset(
    {
        "PAPER_OUT",
        "COVER_OPEN",
        "JAMMED",
        "OFFLINE",
        "NOT_FOUND",
        "NO_RIGHT",
        "ADDRESS_WRONG",
        "MISSING_PROGRAM",
        "DISK_FULL",
    }
)
"""Of these codes nothing that a visitor could use came out, unless the printer had it whole; of others nobody knows."""

log = structlog.get_logger()


class Asks(Protocol):
    """The way to the hall."""

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", language: str = "", timeout_s: float = 5.0
    ) -> Any: ...


class Hears(Protocol):
    """Who wants to know what the server's answers tell besides."""

    def leased(self, document: dict[str, Any]) -> None: ...
    def refused(self, refused: Refused) -> None: ...


PrintSlip = Callable[[Slip, dict[str, Any] | None, bool], None]
"""Lays out and prints a slip; blocking. Raises `DeviceError`."""


class Hands:
    """Runs steps to their end. `boot` is the clock since boot in ms."""

    def __init__(
        self, *, link: Asks, journal: Journal, clock: HallClock, boot: Callable[[], int], installation: str,
        print_slip: PrintSlip, hears: Hears,
    ) -> None:  # fmt: skip
        self._link, self._journal, self._clock, self._boot = link, journal, clock, boot
        self._installation = installation
        self._print_slip = print_slip
        self._hears = hears
        self._desk = ThreadPoolExecutor(1, "journal")
        self._printer = ThreadPoolExecutor(1, "printer")
        self._performers: dict[type, Callable[[Any], Awaitable[Answer]]] = {
            Lease: self._lease, HandIn: self._hand_in, Cancel: self._cancel, Print: self._print, Arrive: self._arrive,
            Keep: lambda effect: self._write(self._journal.keep, effect.slip),
            Mark: lambda effect: self._write(self._journal.mark, effect.slips),
            Note: lambda effect: self._write(self._journal.note, effect),
        }  # fmt: skip

    async def run(self, steps: Steps[T]) -> T:
        """Performs each effect and gives the steps its answer."""
        answer: Answer = None
        while True:
            try:
                effect: Effect = steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            answer = await self._performers[type(effect)](effect)

    async def in_printer(self, act: Callable[..., T], *given: Any) -> T:
        """Something else that the printer does, in its own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._printer, act, *given)

    async def learn(self, server_at: int, asked_at: int) -> None:
        """Takes the server's word for the time."""
        anchor = self._clock.learn(server_at, asked_at)
        if anchor is not None:
            await self._write(self._journal.anchor, anchor)

    async def keep_time(self) -> None:
        """Writes down what time it is, now and then: a clock that stands still over a night is known by it."""
        anchor = self._clock.worn()
        if anchor is not None:
            await self._write(self._journal.anchor, anchor)

    async def count(self, counts: dict[str, int]) -> None:
        """Adds to what the journal counts."""
        await self._write(self._journal.count, counts)

    def close(self) -> None:
        self._desk.shutdown(wait=True)
        self._printer.shutdown(wait=False, cancel_futures=True)

    async def _write(self, act: Callable[[Any], None], given: Any) -> NotKept | None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._desk, act, given)
        except JournalFull as error:
            log.error("the journal cannot be written", error=str(error))
            return NotKept(error.code)
        return None

    async def _ask(self, method: str, path: str, body: object, limit_s: float, key: str = "") -> Any:
        """The answer's document; `AWAY` or `Spurned` where there is none."""
        try:
            return await self._link.ask(method, path, body, key=key, timeout_s=limit_s)
        except Away:
            return AWAY
        except Refused as refused:
            self._hears.refused(refused)
            return wire.spurned(refused)

    async def _lease(self, effect: Lease) -> Answer:
        asked_at = self._boot()
        body = wire.lease_body(self._installation, effect)
        found = await self._ask("POST", "/leases", body, effect.limit_s)
        return await self._understood(found, lambda: self._granted(found, asked_at))

    async def _granted(self, document: dict[str, Any], asked_at: int) -> Answer:
        granted = wire.granted(document)
        await self.learn(wire.moment(document["at"]), asked_at)
        self._hears.leased(document)
        return granted

    async def _hand_in(self, effect: HandIn) -> Answer:
        body = wire.hand_in_body(self._installation, effect)
        found = await self._ask("POST", "/tickets/hand-in", body, effect.limit_s, effect.key)
        return await self._understood(found, lambda: _at_once(wire.answered(found)))

    async def _cancel(self, effect: Cancel) -> Answer:
        found = await self._ask("POST", f"/tickets/{effect.slip.ticket}/cancel", {}, CALM_S)
        return await self._understood(found, lambda: _at_once(wire.answered({"tickets": []})))

    async def _arrive(self, effect: Arrive) -> Answer:
        path = "/tickets" if "channel" in effect.wish else "/check-in"
        found = await self._ask("POST", path, effect.wish, effect.limit_s, effect.key)
        return await self._understood(found, lambda: _at_once(wire.arrived(found, effect.language)))

    async def _understood(self, found: Any, read: Callable[[], Awaitable[Answer]]) -> Answer:
        """An answer that makes no sense is none: it is asked again later."""
        if found is AWAY or isinstance(found, Spurned):
            return found
        try:
            return await read()
        except (KeyError, TypeError, ValueError) as error:
            log.warning("the server's answer makes no sense", error=repr(error))
            return AWAY

    async def _print(self, effect: Print) -> Answer:
        act = self.in_printer(self._print_slip, effect.slip, effect.ticket, effect.copy)
        try:
            await asyncio.wait_for(act, PRINT_LIMIT_S)
        except DeviceError as error:
            log.warning("not printed", code=error.code, number=effect.slip.text)
            sure = error.code in NOT_PRINTED and not is_perhaps_out(error)
            return Jam(error.code) if sure else Unsure(error.code)
        except Exception as error:
            log.error("printing failed", error=repr(error), number=effect.slip.text)
            return UNSURE
        return PAPER


async def _at_once(answer: Answer) -> Answer:
    return answer
