"""How the journal writes one thing: text that vouches for itself, so that it can be found again in a torn file.

`greenwave CRC SEQ LENGTH JSON`: the sum is over all that follows it; SEQ grows with each write of the journal.
"""

import re
import zlib
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.offline.clock import Anchor
from kiosk.offline.slips import Block, Slip

_FOUND = re.compile(rb"greenwave ([0-9a-f]{8}) (\d{1,15}) (\d{1,7}) \{")
_HEAD = 19
"""Bytes before SEQ."""


class KeptSlip(Struct, frozen=True, tag="slip"):
    slip: Slip


class KeptBlock(Struct, frozen=True, tag="block"):
    block: Block


class KeptUse(Struct, frozen=True, tag="use"):
    """What is below `next` of this lease is gone for ever."""

    lease: str
    next: int
    day: str


class KeptRates(Struct, frozen=True, tag="rates"):
    """Slips an hour, by queue and hour of the day."""

    rates: tuple[tuple[str, int, float], ...]


class KeptFacts(Struct, frozen=True, tag="facts", omit_defaults=True):
    """There is one of these in a journal."""

    installation: str
    counter: int = 0
    day: str = ""
    day_ends_at: int = 0
    epoch: str = ""
    anchor: Anchor | None = None
    counts: dict[str, int] = {}


Kept = KeptSlip | KeptBlock | KeptUse | KeptRates | KeptFacts
_decode = msgspec.json.Decoder(Kept).decode
_encode = msgspec.json.Encoder().encode


class Torn(Exception):
    """A record that does not vouch for itself."""


def written(kept: Kept, seq: int) -> bytes:
    """The record of one thing."""
    body = _encode(kept)
    rest = b"%d %d %b" % (seq, len(body), body)
    return b"greenwave %08x %b" % (zlib.crc32(rest), rest)


def read(record: Any) -> tuple[int, Kept]:
    """A record's SEQ and what it says. Raises `Torn`."""
    found = _FOUND.match(record) if isinstance(record, bytes) else None
    if found is None or zlib.crc32(record[_HEAD:]) != int(found[1], 16):
        raise Torn
    try:
        return int(found[2]), _decode(record[found.end() - 1 :])
    except msgspec.MsgspecError as error:
        raise Torn from error


def found_in(data: bytes) -> list[tuple[int, Kept]]:
    """All whole records anywhere in these bytes, old versions too, in the order of their writing."""
    records = []
    for found in _FOUND.finditer(data):
        record = data[found.start() : found.end() - 1 + int(found[3])]
        try:
            records.append(read(record))
        except Torn:
            continue
    return sorted(records, key=lambda record: record[0])
