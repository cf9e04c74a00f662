"""What a printer says about itself: the bytes of DLE EOT and GS r, as a health."""

from collections.abc import Mapping

from hardware.health import Health

ASKS = (1, 2, 3, 4)
"""DLE EOT n: printer, why offline, errors, paper."""
ASK_ORDERED = b"\x1dr\x01"
"""GS r 1: answered in its turn, so only after all that was sent before."""
REPORT_REST = 3
"""Bytes that follow the first one of a report."""
FORGET = b"\x10\x05\x02"
"""DLE ENQ 2: go on after a jam that was cleared, and forget what was not printed."""
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: forget what was not printed. Else the rest of a slip comes out when paper is put in."""


def ask(n: int) -> bytes:
    return b"\x10\x04" + bytes([n])


def is_real_time(byte: int) -> bool:
    """Whether a byte has the fixed bits of an answer to DLE EOT."""
    return byte & 0x93 == 0x12


def is_ordered(byte: int) -> bool:
    """Whether a byte has the fixed bits of an answer to GS r."""
    return byte & 0x90 == 0


def is_report(byte: int) -> bool:
    """Whether a byte begins a report of four bytes that some printers send by themselves (ASB)."""
    return byte & 0x93 == 0x10


def health_of(said: Mapping[int, int]) -> Health:
    """The health that the answers tell: what a person can mend first, in the order in which they would mend it."""
    printer, why, errors, paper = (said.get(n, 0x12) for n in ASKS)
    warnings = ("PAPER_LOW",) if paper & 0x0C else ()
    facts: dict[str, str | int] = {"status": " ".join(f"{n}:{byte:02x}" for n, byte in sorted(said.items()))}
    for wrong, code in (
        (why & 0x04, "COVER_OPEN"),
        (why & 0x20 or paper & 0x60, "PAPER_OUT"),
        (errors & 0x2C, "JAMMED"),
        (printer & 0x08 or errors & 0x40 or why & 0x40, "OFFLINE"),
    ):
        if wrong:
            return Health(ok=False, code=code, warnings=warnings, facts=facts)
    return Health(warnings=warnings, facts=facts)
