"""What every printer is to those who print."""

from typing import Protocol

from hardware.health import Health
from hardware.printer.page import Page
from hardware.printer.profiles import Profile


class Printer(Protocol):
    """Blocking and safe to use from several threads. Nothing is open between two uses, so nothing goes stale."""

    @property
    def profile(self) -> Profile: ...

    def print(self, page: Page, /) -> None:
        """Returns when the printer took all of it and still has paper; where a printer cannot say so, when it is sent.

        Raises `DeviceError` otherwise: PAPER_OUT, COVER_OPEN, JAMMED, OFFLINE, UNPLUGGED, NOT_ANSWERING, NOT_FOUND ...
        """

    def health(self) -> Health:
        """How it is now. Never raises: what is wrong is the health's code."""

    def close(self) -> None: ...
