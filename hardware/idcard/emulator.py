"""Speaks as a SAM-V module does, with the ways in which it goes wrong, so that the real driver is tested."""

from collections.abc import Callable

from hardware.emulation import Emulator
from hardware.idcard.card import PHOTO, Card
from hardware.idcard.frames import Frames, framed
from hardware.idcard.samv import DONE, FIND, FOUND, NO_CARD, NOT_SELECTED, READ, SELECT, STATUS
from hardware.idcard.text import LENGTH

Spoil = Callable[[bytes], bytes]

READ_FAILED = 0x41
COMMAND_WRONG = 0x21


class SamvModule:
    """The module itself: bytes in, bytes out. A card is found until it was read, then it has to be laid on again."""

    def __init__(self) -> None:
        self._frames = Frames()
        self._card: Card | None = None
        self._selected = False
        self._fault = ""
        self._spoil: list[Spoil] = []

    def put(self, card: Card, fault: str = "") -> None:
        """Lays a card on. With a fault (CARD_REMOVED, CARD_UNREADABLE) reading it fails so."""
        self._card, self._fault, self._selected = card, fault, False

    def take(self) -> None:
        """Takes the card away."""
        self._card = None

    def spoil(self, *ways: Spoil) -> None:
        """What becomes of the next answers on their way."""
        self._spoil += ways

    def heard(self, data: bytes) -> bytes:
        return b"".join(self._sent(self._answer(body)) for body in self._frames.feed(data))

    def _sent(self, body: bytes) -> bytes:
        frame = framed(b"\0\0" + body)
        return self._spoil.pop(0)(frame) if self._spoil else frame

    def _answer(self, body: bytes) -> bytes:
        if body == STATUS:
            return bytes([DONE])
        if body == FIND:
            return bytes([FOUND, 0, 0, 0, 0]) if self._card else bytes([NO_CARD])
        if body == SELECT:
            self._selected = self._card is not None
            return bytes([DONE, *bytes(8)]) if self._selected else bytes([NOT_SELECTED])
        return self._read() if body == READ else bytes([COMMAND_WRONG])

    def _read(self) -> bytes:
        if self._fault == "CARD_REMOVED":
            self._card = None
        if self._card is None or not self._selected or self._fault == "CARD_UNREADABLE":
            return bytes([READ_FAILED])
        lengths = LENGTH.to_bytes(2, "big") + PHOTO.to_bytes(2, "big")
        said = bytes([DONE]) + lengths + self._card.text() + self._card.photo
        self._card = None
        return said


class SamvEmulator(Emulator):
    """A module at the end of a line."""

    def __init__(self, over: str = "tcp", split: bool = False) -> None:
        self.module = SamvModule()
        super().__init__(self.module.heard, over, split)

    def put(self, card: Card, fault: str = "") -> None:
        """As the module's; with UNPLUGGED the line is cut amid the card's text."""
        if fault == "UNPLUGGED":
            self.module.spoil(bytes, bytes, self._cut)
        self.module.put(card, fault)

    def take(self) -> None:
        self.module.take()

    def _cut(self, frame: bytes) -> bytes:
        self.say(frame[:300])
        self.unplug()
        return b""
