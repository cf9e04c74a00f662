"""A scan while it comes in."""

from hardware.scanner.port import MOST_LETTERS, text_of

GAP_S = 1.0
"""A scanner sends a code in one breath; after a pause this long the rest will not come."""

MOST_BYTES = 4 * MOST_LETTERS


class Gathering:
    """Gathers what belongs to one scan. A scan that is spoilt stays so until its end."""

    def __init__(self) -> None:
        self.garbled = 0
        self._begun = bytearray()
        self._spoilt = False
        self._last = 0.0

    def add(self, data: bytes, now: float) -> None:
        self.rest(now)
        self._last = now
        self._begun += data
        if len(self._begun) > MOST_BYTES:
            self.spoil(now)

    def spoil(self, now: float) -> None:
        """Something was lost or made no sense: this scan is worth nothing."""
        self.rest(now)
        self._last = now
        self._spoilt = True
        self._begun.clear()

    def end(self, now: float) -> str | None:
        """The scan that ends here, if there is a good one."""
        self.rest(now)
        whole, spoilt = bytes(self._begun), self._spoilt
        self._begun.clear()
        self._spoilt = False
        text = None if spoilt else text_of(whole)
        if text is None and (whole or spoilt):
            self.garbled += 1
        return text

    def rest(self, now: float) -> bool:
        """Drops a scan whose end did not come; True when there was one."""
        late = bool(self._begun or self._spoilt) and now - self._last > GAP_S
        if late:
            self.lost()
        return late

    def lost(self) -> None:
        if self._begun or self._spoilt:
            self.garbled += 1
        self._begun.clear()
        self._spoilt = False
