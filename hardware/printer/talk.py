"""One talk with a printer: bytes out, and its answers sorted by their kind."""

import time
from collections import deque

from hardware.errors import DeviceError
from hardware.printer import status
from hardware.transports import Transport

CHUNK = 1024
"""One second at 9600 baud; each chunk has the transport's whole time limit."""
LINGER_S = 0.05


class Talk:
    """Answers may come late, mixed, in pieces, or unasked; none is taken for another."""

    def __init__(self, way: Transport) -> None:
        self._way = way
        self._real_time: deque[int] = deque()
        self._ordered: deque[int] = deque()
        self._unasked = 0
        """Bytes still to come of a report that nobody asked for."""

    def send(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            self._way.write(data[at : at + CHUNK])

    def real_time(self, timeout_s: float) -> int | None:
        """The next answer to DLE EOT; None when it does not come in time."""
        return self._next(self._real_time, timeout_s)

    def ordered(self, timeout_s: float) -> int | None:
        """The next answer to GS r; None when it does not come in time."""
        return self._next(self._ordered, timeout_s)

    def drop(self) -> None:
        """Forgets answers to what was asked before."""
        while self._way.read(256, 0):
            pass

    def hang_up_gently(self) -> None:
        """Reads what nobody asked for: a line that is closed with unread bytes loses what was sent last.

        That the printer hangs up first is no harm now; that it breaks the line off is.
        """
        try:
            self._next(self._real_time, LINGER_S)
        except DeviceError as error:
            if "said" in error.facts:
                raise

    def close(self) -> None:
        self._way.close()

    def _next(self, kind: deque[int], timeout_s: float) -> int | None:
        end = time.monotonic() + timeout_s
        while not kind and (left := end - time.monotonic()) > 0:
            for byte in self._way.read(1, left):
                self._sort(byte)
        return kind.popleft() if kind else None

    def _sort(self, byte: int) -> None:
        if self._unasked:
            self._unasked -= 1
        elif status.is_real_time(byte):
            self._real_time.append(byte)
        elif status.is_report(byte):
            self._unasked = status.REPORT_REST
        elif status.is_ordered(byte):
            self._ordered.append(byte)
