"""A scanner in memory."""

from hardware.scanner.port import text_of
from hardware.simulated import Simulated


class SimulatedScanner(Simulated[str]):
    """`scan` holds a code under it."""

    def scan(self, text: str) -> None:
        if text_of(text.encode()) is None:
            self.garble()
        else:
            self.say(text)
