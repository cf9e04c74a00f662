"""Readers built on a SAM-V module, the kind that every reader of resident ID cards has inside.

`serial:///dev/ttyUSB0` (115200 baud unless the address says otherwise), `usb://VID:PID`, `tcp://HOST:PORT`.

What the card says is never bound to a name where an error passes: errors keep the variables of the places they
passed, and loggers print them.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import date
from typing import NoReturn

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.idcard.frames import Frames, framed
from hardware.idcard.port import CardFacts, Hide
from hardware.idcard.text import LENGTH, facts_of
from hardware.line import Line
from hardware.stream import Clock

STATUS, FIND, SELECT, READ = b"\x11\xff", b"\x20\x01", b"\x20\x02", b"\x30\x01"
DONE, FOUND, NO_CARD, NOT_SELECTED = 0x90, 0x9F, 0x80, 0x81
BROKEN = {0x60: "self-test failed", 0x66: "module not authorised"}
NOT_UNDERSTOOD = {0x10, 0x11, 0x21, 0x24}
"""Something happened to our command on its way."""

MEANT: dict[bytes, dict[int, bool]] = {
    STATUS: {DONE: True},
    FIND: {FOUND: True, NO_CARD: False},
    SELECT: {DONE: True, NOT_SELECTED: False},
    READ: {DONE: True},
}
OTHERS = {DONE, FOUND, NO_CARD, NOT_SELECTED}
"""Answers that belong to one command each: of another command, they are late."""

ANSWER_S = {STATUS: 0.5, FIND: 0.5, SELECT: 0.5, READ: 3.0}
ASKS = 3
TRIES = 3
POLL_S = 0.2
TEXT = slice(7, 7 + LENGTH)
"""Behind three bytes of status and the lengths of text and photo."""
MOST = 4096
MOST_LATE = 64


class SamvReader:
    """`patience` stretches the time that each answer may take."""

    def __init__(
        self,
        address: str,
        hide: Hide,
        clock: Clock = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
        patience: float = 1.0,
    ) -> None:
        self.line = Line(_with_baud(address))
        self._hide = hide
        self._clock = clock
        self._wait = wait
        self._patience = patience
        self._frames = Frames()
        self._garbled_before = 0
        self._unreadable = 0
        self._spurned = False
        self._greeted = False
        with contextlib.suppress(DeviceError):
            self._ready()

    def read(self, timeout_s: float, today: date) -> CardFacts | None:
        """The facts of the card that lies there, or is laid there in time."""
        try:
            self._ready()
            return self._take(today) if self._found(self._clock() + timeout_s) else None
        except DeviceError as error:
            self._note(error)
            raise
        finally:
            self._frames.forget()

    def health(self) -> Health:
        """Warns of GARBLED from when an answer made no sense until the next card that is read."""
        garbled = self._frames.garbled
        return Health(
            ok=not self.line.trouble,
            code=self.line.trouble,
            warnings=("GARBLED",) if garbled > self._garbled_before else (),
            facts={"address": self.line.address, "garbled": garbled, "unreadable": self._unreadable},
        )

    def close(self) -> None:
        self._greeted = False
        self.line.close()

    def _ready(self) -> None:
        if self.line.open() or not self._greeted:
            self._greeted = False
            self._ask(STATUS)
            self._greeted = True

    def _found(self, end: float) -> bool:
        while not self._new_card():
            left = end - self._clock()
            if left <= 0:
                return False
            self._wait(min(POLL_S, left))
        return True

    def _new_card(self) -> bool:
        """A card that could not be read is said to be so once, not for as long as it lies there."""
        lies_there = self._ask(FIND)
        self._spurned = self._spurned and lies_there
        return lies_there and not self._spurned

    def _take(self, today: date) -> CardFacts:
        for _ in range(TRIES):
            if self._ask(SELECT):
                came, facts = self._card(today)
                if facts is not None:
                    self._garbled_before = self._frames.garbled
                    return facts
                if came:
                    break
            elif not self._ask(FIND):
                raise DeviceError("CARD_REMOVED", address=self.line.address)
        raise DeviceError("CARD_UNREADABLE", address=self.line.address)

    def _note(self, error: DeviceError) -> None:
        self._spurned = error.code == "CARD_UNREADABLE"
        self._unreadable += self._spurned

    def _card(self, today: date) -> tuple[bool, CardFacts | None]:
        """Whether a text came, and what may leave of it."""
        answer = self._answered(READ)
        return _status(answer) == DONE, facts_of(answer[TEXT], today, self._hide)

    def _ask(self, command: bytes) -> bool:
        status = _status(self._answered(command))
        if status in BROKEN:
            self._give_up("NOT_ANSWERING", said=BROKEN[status])
        return MEANT[command].get(status, False)

    def _answered(self, command: bytes) -> bytes:
        """The body of the answer. GARBLED or NOT_ANSWERING when none came however often we asked."""
        garbled = self._frames.garbled
        for _ in range(ASKS):
            self._drain()
            self.line.write(framed(command))
            answer = self._listen(command, self._clock() + ANSWER_S[command] * self._patience)
            if answer:
                return answer
        return self._give_up("GARBLED" if self._frames.garbled > garbled else "NOT_ANSWERING")

    def _give_up(self, code: str, **facts: str) -> NoReturn:
        error = DeviceError(code, address=self.line.address, **facts)
        self.line.fail(error)
        raise error

    def _drain(self) -> None:
        """Throws away what came late to an earlier command."""
        for _ in range(MOST_LATE):
            if not self._late():
                break

    def _late(self) -> bool:
        data = self.line.read(MOST, 0)
        self._frames.feed(data)
        self._frames.rest()
        return bool(data)

    def _listen(self, command: bytes, end: float) -> bytes:
        while (left := end - self._clock()) > 0:
            if answer := _answer_in(self._frames.feed(self.line.read(MOST, left)), command):
                return answer
        return _answer_in(self._frames.rest(), command)


def _answer_in(bodies: list[bytes], command: bytes) -> bytes:
    return next((body for body in bodies if _answers(body, command)), b"")


def _answers(body: bytes, command: bytes) -> bool:
    status = _status(body)
    if command == READ and status == DONE:
        return len(body) >= TEXT.stop
    return status in MEANT[command] or status not in OTHERS | NOT_UNDERSTOOD


def _status(body: bytes) -> int:
    return body[2] if len(body) > 2 else -1


def _with_baud(address: str) -> str:
    if not address.startswith("serial:") or "baud=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}baud=115200"
