"""A way to a device that may be pulled out and put back: whoever reads after a loss opens it again."""

from collections.abc import Callable

from hardware.errors import DeviceError
from hardware.transports import Transport, open_transport

Greeting = Callable[[Transport], None]
"""What is done with a way that was just opened; it may raise `DeviceError`."""


class Line:
    """Opens at once if it can. Only a wrong address is an error here: a device may be put in later."""

    def __init__(self, address: str, greeting: Greeting | None = None) -> None:
        self.address = address
        self.trouble = ""
        """The code of what was wrong last; empty while the line is well."""
        self._greeting = greeting
        self._way: Transport | None = None
        try:
            self.open()
        except DeviceError as error:
            if error.code == "ADDRESS_WRONG":
                raise

    def open(self) -> bool:
        """Sees to it that the line is open; True when it had to be opened. Raises `DeviceError`."""
        if self._way is not None:
            return False
        try:
            self._way = open_transport(self.address)
            if self._greeting is not None:
                self._greeting(self._way)
        except DeviceError as error:
            self.fail(error)
            raise
        self.trouble = ""
        return True

    def read(self, most: int, timeout_s: float) -> bytes:
        """What has come; empty when nothing came in time."""
        try:
            return self._opened().read(most, timeout_s)
        except DeviceError as error:
            self.fail(error)
            raise

    def write(self, data: bytes) -> None:
        """Sends all of it."""
        try:
            self._opened().write(data)
        except DeviceError as error:
            self.fail(error)
            raise

    def fail(self, error: DeviceError) -> None:
        """Takes the line as lost; the next `open` tries anew."""
        self.trouble = error.code
        self.close()

    def close(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            way.close()

    def _opened(self) -> Transport:
        if self._way is None:
            raise DeviceError("UNPLUGGED", address=self.address)
        return self._way
