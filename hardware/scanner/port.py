"""What every scanner can do."""

from typing import Protocol

from hardware.health import Health

MOST_LETTERS = 512


class Scanner(Protocol):
    """One thread reads it all the time; what nobody reads would wait for the next visitor."""

    def read(self, timeout_s: float) -> str | None:
        """The next code that was scanned, printable and whole; None when there was none in time.

        What made no sense is dropped and counted, never mixed into the next scan. Raises `DeviceError` while the
        scanner is away, and works again once it is back.
        """

    def health(self) -> Health:
        """Never waits. Warns of GARBLED while the last that came made no sense."""

    def close(self) -> None: ...


def text_of(data: bytes) -> str | None:
    """The text of a scan, or None for what no code of ours can hold: no UTF-8, control characters, blank, too long."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    fine = text.isprintable() and not text.isspace() and 0 < len(text) <= MOST_LETTERS
    return text if fine else None
