"""What an LED panel does. It blocks, with a time limit; use a thread."""

from typing import Protocol

from hardware.health import Health


class Panel(Protocol):
    """Shows lines of text until it is given others."""

    def show(self, lines: list[str]) -> None:
        """Returns when the panel has confirmed that it shows them. Raises `DeviceError`."""

    def health(self) -> Health:
        """Asks the panel whether it is there."""

    def close(self) -> None: ...
