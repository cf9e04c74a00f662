"""The driver of ESC/POS printers, over TCP 9100, serial or USB.

A line is opened for each use and closed after it, so a printer that was switched off and on is simply there again.
Printers that never answer a question are taken as one-way: what was sent to them counts as printed, and health says so.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.printer import status
from hardware.printer.language import job
from hardware.printer.page import Page
from hardware.printer.port import perhaps_out
from hardware.printer.profiles import profile_of
from hardware.printer.talk import Talk
from hardware.transports import open_transport

ADDRESS = re.compile(
    r"tcp://(\[[0-9A-Fa-f:.]+\]|[^/:?#\s]+):\d{1,5}/?(\?|$)"
    r"|serial:///\S"
    r"|usb://[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}/?(\?|$)"
)
ANSWER_S = 0.5
"""How long a printer may think about a question."""
CONFIRM_S = 15.0
"""How long a job may take on a printer that still answers."""
TRIES = 2
"""A question unanswered so often is one that the printer does not know."""


class EscposPrinter:
    """Asks how the printer is, sends a job, and waits until the printer has worked through it."""

    def __init__(self, address: str) -> None:
        """Opens nothing yet. ADDRESS_WRONG for what can be no address."""
        self.profile = profile_of(address)
        if not ADDRESS.match(address):
            raise DeviceError("ADDRESS_WRONG", address=address)
        self._address = address
        self._lock = threading.Lock()
        self._answers: set[int] = set()
        self._misses: Counter[int] = Counter()
        self._ordered: bool | None = None
        """Whether it answers in its turn; None until it was well enough to be tried."""
        self._unfinished = False
        """Whether it may still hold, or wait for, the rest of a job that failed."""

    def print(self, page: Page) -> None:
        data = job(page, self.profile)
        with self._line() as talk:
            if self._answers or self._misses[1] < TRIES:
                _raise(self._ready(talk))
            sent = False
            try:
                self._unfinished = True
                talk.send(data)
                sent = True
                self._confirm(talk)
                self._unfinished = False
            except DeviceError as error:
                self._ordered = None  # it may be another printer by now
                reason = self._reason(talk, error)
                raise (perhaps_out(reason) if sent else reason) from error

    def health(self) -> Health:
        try:
            with self._line() as talk:
                return self._ready(talk)
        except DeviceError as error:
            return Health(ok=False, code=error.code, facts=error.facts)

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _line(self) -> Iterator[Talk]:
        with self._lock:
            talk = Talk(open_transport(self._address))
            try:
                yield talk
            finally:
                talk.close()

    def _ready(self, talk: Talk) -> Health:
        """How it is, after it forgot a jam that somebody has cleared."""
        talk.drop()
        if self._unfinished and self._answers:
            talk.send(status.CLEAR)
        self._unfinished = False
        found = self._ask(talk)
        if found.code == "JAMMED":
            talk.send(status.FORGET)
            found = self._ask(talk)
        if found.ok and self._answers and self._ordered is None:
            talk.send(status.ASK_ORDERED)
            self._ordered = talk.ordered(ANSWER_S) is not None
        return found

    def _ask(self, talk: Talk) -> Health:
        said: dict[int, int] = {}
        for n in status.ASKS:
            if n not in self._answers and (self._misses[n] >= TRIES if self._answers else n > 1):
                continue
            talk.send(status.ask(n))
            byte = talk.real_time(ANSWER_S)
            if byte is not None:
                said[n] = byte
                self._answers.add(n)
            elif n in self._answers:
                raise DeviceError("NOT_ANSWERING", address=self._address)
            else:
                self._misses[n] += 1
        return status.health_of(said) if said else Health(facts={"status": "one-way"})

    def _confirm(self, talk: Talk) -> None:
        """Returns when the printer has worked through all of it, whatever befalls it then. One-way ones are believed.

        Those that do not answer in their turn have done it when they are well.
        """
        if not self._answers:
            talk.hang_up_gently()
            return
        end = time.monotonic() + CONFIRM_S
        if self._ordered:
            talk.send(status.ASK_ORDERED)
        while not self._ordered or talk.ordered(ANSWER_S) is None:
            found = self._ask_while(talk, end)
            if self._ordered and talk.ordered(0) is not None:
                return  # that answer was on its way already
            _raise(found)
            if not self._ordered:
                return

    def _ask_while(self, talk: Talk, end: float) -> Health:
        """Some printers are deaf while they print."""
        try:
            found = self._ask(talk)
        except DeviceError as error:
            if error.code != "NOT_ANSWERING" or time.monotonic() > end:
                raise
            return self._ask_while(talk, end)
        if time.monotonic() > end:
            raise DeviceError("NOT_ANSWERING", address=self._address)
        return found

    def _reason(self, talk: Talk, error: DeviceError) -> DeviceError:
        """Why a job failed, in the printer's own words if it still speaks; the rest of the job is forgotten."""
        if not self._answers or error.code == "UNPLUGGED":
            return error
        try:
            talk.send(status.CLEAR)
            found = self._ask(talk)  # its answer tells too that it has forgotten
        except DeviceError:
            return error
        return error if found.ok else DeviceError(found.code, **found.facts)


def _raise(found: Health) -> None:
    if not found.ok:
        raise DeviceError(found.code, **found.facts)
