"""What every printer is to those who print."""

from typing import Protocol

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.printer.page import Page
from hardware.printer.profiles import Profile


class Printer(Protocol):
    """Blocking and safe to use from several threads. Nothing is open between two uses, so nothing goes stale."""

    @property
    def profile(self) -> Profile: ...

    def print(self, page: Page, /) -> None:
        """Returns when all of it is printed, whatever comes after that; where no printer says so, when it is sent.

        Raises `DeviceError` otherwise: PAPER_OUT, COVER_OPEN, JAMMED, OFFLINE, UNPLUGGED, NOT_ANSWERING, NOT_FOUND ...
        It is `perhaps_out` when the printer had all of the page: then the page may lie there whole.
        """

    def health(self) -> Health:
        """How it is now. Never raises: what is wrong is the health's code."""

    def close(self) -> None: ...


def perhaps_out(error: DeviceError) -> DeviceError:
    """The same error, of a page that may have come out whole all the same."""
    return DeviceError(error.code, **{**error.facts, "out": "perhaps"})


def is_perhaps_out(error: DeviceError) -> bool:
    return error.facts.get("out") == "perhaps"
