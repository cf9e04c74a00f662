"""The frames that SAM-V modules speak: `AA AA AA 96 69`, length (2 bytes), body, checksum.

The length counts body and checksum; the checksum is the exclusive or of length and body.
"""

from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
HEAD = len(PREAMBLE) + 2
LEAST, MOST = 3, 4096


def framed(body: bytes) -> bytes:
    """The body in its frame."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


class Frames:
    """Cuts bytes into bodies, wherever they were split; steps over garbage and counts it."""

    def __init__(self) -> None:
        self.garbled = 0
        self._held = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of all frames that are complete with these bytes."""
        self._held += data
        return self._complete()

    def rest(self) -> list[bytes]:
        """No more comes: the frames behind one that will never be complete. Holds nothing afterwards."""
        bodies: list[bytes] = []
        while self._held:
            self._skip(1)
            bodies += self._complete()
        return bodies

    def forget(self) -> None:
        """Holds nothing any more."""
        self._held.clear()
        self._skipping = False

    def _complete(self) -> list[bytes]:
        bodies = []
        while self._find_start():
            end = HEAD + int.from_bytes(self._held[HEAD - 2 : HEAD], "big")
            if not LEAST <= end - HEAD <= MOST:
                self._skip(1)
            elif len(self._held) < end:
                break
            elif reduce(xor, self._held[HEAD - 2 : end]):
                self._skip(1)
            else:
                bodies.append(bytes(self._held[HEAD : end - 1]))
                del self._held[:end]
                self._skipping = False
        return bodies

    def _find_start(self) -> bool:
        """Brings the next preamble to the front; True when its length is there too."""
        at = self._held.find(PREAMBLE)
        if at < 0:
            kept = next(size for size in range(len(PREAMBLE) - 1, -1, -1) if self._held.endswith(PREAMBLE[:size]))
            at = len(self._held) - kept
        self._skip(at)
        return len(self._held) >= HEAD

    def _skip(self, count: int) -> None:
        if count and not self._skipping:
            self.garbled += 1
        self._skipping = self._skipping or count > 0
        del self._held[:count]
