"""Cards that nobody owns, for simulator and emulator. Drivers never make one."""

from dataclasses import dataclass

from hardware.idcard.text import FOR_EVER, LENGTH, WEIGHTS

PHOTO = 1024
PLACES = "10X98765432"


def with_check(places: str) -> str:
    """An ID number of 18 places from its first 17."""
    total = sum(int(place) * weight for place, weight in zip(places, WEIGHTS, strict=False))
    return places + PLACES[total % 11]


@dataclass(frozen=True, kw_only=True, repr=False)
class Card:
    """What is written on a card, and its picture."""

    number: str
    birth: str
    name: str = "TEST"
    address: str = "NOWHERE 1"
    first: str = "20200101"
    last: str = FOR_EVER
    photo: bytes = bytes(PHOTO)

    def text(self) -> bytes:
        """The 256 bytes that the module sends."""
        fields = (
            (self.name, 30), ("1", 2), ("01", 4), (self.birth, 16), (self.address, 70),
            (self.number, 36), ("OFFICE", 30), (self.first, 16), (self.last, 16),
        )  # fmt: skip
        return b"".join(_field(said, size) for said, size in fields).ljust(LENGTH, b"\0")


@dataclass(frozen=True, kw_only=True, repr=False)
class ForeignCard(Card):
    """A foreigner's card of 2017."""

    def text(self) -> bytes:
        fields = (
            (self.name, 120), ("1", 2), (self.number, 30), ("DEU", 6), ("", 30),
            (self.first, 16), (self.last, 16), (self.birth, 16), ("01", 4), ("1500", 8), ("I", 2),
        )  # fmt: skip
        return b"".join(_field(said, size) for said, size in fields).ljust(LENGTH, b"\0")


def _field(said: str, size: int) -> bytes:
    return said.ljust(size // 2).encode("utf-16-le")[:size]
