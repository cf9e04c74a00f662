"""The driver of text panels: the line protocol of `frames` over TCP or a serial line.

Address: `tcp://HOST:PORT?address=01` or `serial:///dev/ttyS0?baud=9600&address=01`.
"""

from urllib.parse import parse_qs, urlsplit

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.panel.frames import ACK, NAK, enquiry, frame
from hardware.transports import Transport, open_transport

ANSWER_S = 2.0
TRIES = 3


class TextPanel:
    """Opens its line when first needed, and again after it was lost."""

    def __init__(self, address: str, answer_s: float = ANSWER_S) -> None:
        self._where = address
        self._number = panel_number(address)
        self._answer_s = answer_s
        self._line: Transport | None = None

    def show(self, lines: list[str]) -> None:
        """Returns when the panel has confirmed. Raises GARBLED after three refusals, NOT_ANSWERING, UNPLUGGED ..."""
        self._confirmed(frame(self._number, lines))

    def health(self) -> Health:
        """Asks the panel whether it is there."""
        try:
            self._confirmed(enquiry(self._number))
        except DeviceError as error:
            return Health(ok=False, code=error.code, facts=error.facts)
        return WELL

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _confirmed(self, message: bytes) -> None:
        """Sends until it is confirmed. A line that was lost since it was last used is opened anew, once."""
        was_open = self._line is not None
        try:
            self._exchange(message)
        except DeviceError as error:
            self.close()
            if error.code != "UNPLUGGED" or not was_open:
                raise
            self._exchange(message)

    def _exchange(self, message: bytes) -> None:
        if self._line is None:
            self._line = open_transport(self._where)
        for _ in range(TRIES):
            self._drain(self._line)
            self._line.write(message)
            answer = self._answer(self._line)
            if answer == ACK:
                return
        self.close()
        raise DeviceError("GARBLED" if answer == NAK else "NOT_ANSWERING", address=self._where, tries=TRIES)

    def _answer(self, line: Transport) -> int:
        """The first byte that is an answer; 0 when none came in time."""
        while data := line.read(64, self._answer_s):
            for byte in data:
                if byte in {ACK, NAK}:
                    return byte
        return 0

    def _drain(self, line: Transport) -> None:
        """Drops what came unasked. The late answer to an earlier try may still come after it, and is as good: tries are
        of one message, and after the last the line is closed."""
        while line.read(64, 0.0):
            pass


def panel_number(address: str) -> int:
    """The panel's own address on its line: 1 unless given. Raises ADDRESS_WRONG."""
    wanted = parse_qs(urlsplit(address).query).get("address", ["01"])[0]
    try:
        number = int(wanted, 16)
    except ValueError as error:
        raise DeviceError("ADDRESS_WRONG", address=address) from error
    if not 0 <= number <= 0xFF:
        raise DeviceError("ADDRESS_WRONG", address=address)
    return number
