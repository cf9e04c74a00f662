"""A panel on the other end of the line: it reads frames as the device does, and what it shows can be read."""

from hardware.emulation import Emulator
from hardware.errors import DeviceError
from hardware.panel.frames import ACK, ENQ, ETX, NAK, STX, parse


class PanelEmulator(Emulator):
    """`lines` is what it shows. It refuses the next `refuses` frames, and says nothing while `mute`."""

    def __init__(self, over: str = "tcp", split: bool = False, number: int = 1) -> None:
        self.number = number
        self.lines: list[str] = []
        self.shown: list[list[str]] = []
        self.refuses = 0
        self.mute = False
        self._rest = b""
        super().__init__(self._take, over, split)

    def _take(self, data: bytes) -> bytes:
        self._rest += data
        answer = b""
        while (message := self._next()) is not None:
            answer += self._answer(message)
        return b"" if self.mute else answer

    def _next(self) -> bytes | None:
        """The next whole message; noise before one is passed over."""
        starts = [at for at in (self._rest.find(STX), self._rest.find(ENQ)) if at >= 0]
        self._rest = self._rest[min(starts) :] if starts else b""
        if not self._rest:
            return None
        end = 3 if self._rest[0] == ENQ else self._rest.find(ETX) + 3
        if len(self._rest) < end or end < 3:
            return None
        message, self._rest = self._rest[:end], self._rest[end:]
        return message

    def _answer(self, message: bytes) -> bytes:
        if message[0] == ENQ:
            return bytes([ACK]) if int(message[1:3], 16) == self.number else b""
        try:
            number, lines = parse(message)
        except DeviceError:
            return bytes([NAK])
        if number != self.number:
            return b""
        if self.refuses:
            self.refuses -= 1
            return bytes([NAK])
        self.lines = lines
        self.shown.append(lines)
        return bytes([ACK])
