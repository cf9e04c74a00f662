"""A panel in memory."""

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.panel.frames import clean


class SimulatedPanel:
    """`lines` is what it shows; `broken` is the code that it fails with."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shown: list[list[str]] = []
        self.broken = ""

    def show(self, lines: list[str]) -> None:
        """Shows them at once. Raises what is broken."""
        if self.broken:
            raise DeviceError(self.broken)
        self.lines = [clean(line) for line in lines]
        self.shown.append(self.lines)

    def health(self) -> Health:
        return Health(ok=False, code=self.broken) if self.broken else WELL

    def close(self) -> None:
        """Nothing to let go."""
