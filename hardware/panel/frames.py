"""The line protocol of text panels, as bytes.

    to the panel   STX  address (2 hex digits)  text  ETX  checksum (2 hex digits)
    back           ACK  or  NAK

Text is GB18030, its lines parted by LF; no text and no LF clears the panel. The checksum is the exclusive or of all
bytes after STX up to and with ETX. `ENQ address` asks whether the panel is there and is answered with ACK.
No byte of GB18030 text is a control byte, and control characters of the text itself are dropped, so that data can
never end a frame or begin one.
"""

import unicodedata

from hardware.errors import DeviceError

STX, ETX, ENQ, ACK, NAK, LF = 0x02, 0x03, 0x05, 0x06, 0x15, 0x0A
MOST_CHARACTERS = 120
HEX = b"0123456789ABCDEF"


def frame(address: int, lines: list[str]) -> bytes:
    """The bytes that make a panel show these lines."""
    text = bytes([LF]).join(clean(line).encode("gb18030") for line in lines)
    body = b"%02X" % address + text + bytes([ETX])
    return bytes([STX]) + body + b"%02X" % checksum(body)


def enquiry(address: int) -> bytes:
    """The bytes that ask a panel whether it is there."""
    return bytes([ENQ]) + b"%02X" % address


def clean(line: str) -> str:
    """A line without anything that is not to be seen."""
    return "".join(sign for sign in line if unicodedata.category(sign)[0] != "C")[:MOST_CHARACTERS]


def checksum(body: bytes) -> int:
    """The exclusive or of all bytes."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def parse(raw: bytes) -> tuple[int, list[str]]:
    """Address and lines of one whole frame. Raises GARBLED."""
    if len(raw) < 6 or raw[0] != STX or raw[-3] != ETX or raw[-2:] != b"%02X" % checksum(raw[1:-2]):
        raise DeviceError("GARBLED", got=raw[:40].hex())
    if any(byte not in HEX for byte in raw[1:3]):
        raise DeviceError("GARBLED", got=raw[:40].hex())
    try:
        text = raw[3:-3].decode("gb18030")
    except UnicodeDecodeError as error:
        raise DeviceError("GARBLED", got=raw[:40].hex()) from error
    return int(raw[1:3], 16), text.split("\n") if text else []
