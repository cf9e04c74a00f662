"""Which driver stands behind which address: the one place where models are named."""

from collections.abc import Callable
from typing import TypeVar

from hardware.errors import DeviceError
from hardware.idcard.port import Hide, IdCardReader
from hardware.idcard.samv import SamvReader
from hardware.keypad.letters import LetterCallPad, LetterRatingPad
from hardware.keypad.port import CallPad, RatingPad
from hardware.keypad.strokes import StrokeCallPad, StrokeRatingPad
from hardware.panel.port import Panel
from hardware.panel.text_panel import TextPanel
from hardware.printer.cups import CupsPrinter
from hardware.printer.escpos import EscposPrinter
from hardware.printer.none import NoPrinter
from hardware.printer.png import PngPrinter
from hardware.printer.port import Printer
from hardware.scanner.keyboard import KeyboardScanner
from hardware.scanner.lines import LineScanner
from hardware.scanner.port import Scanner
from hardware.speaker.alsa import AlsaSpeaker
from hardware.speaker.file import FileSpeaker
from hardware.speaker.port import Loudspeaker

PRINTERS: dict[str, Callable[[str], Printer]] = {
    "tcp": EscposPrinter,
    "serial": EscposPrinter,
    "usb": EscposPrinter,
    "cups": CupsPrinter,
    "file": PngPrinter,
    "none": NoPrinter,
}
SPEAKERS: dict[str, Callable[[str], Loudspeaker]] = {"alsa": AlsaSpeaker, "file": FileSpeaker}
PANELS: dict[str, Callable[[str], Panel]] = {"tcp": TextPanel, "serial": TextPanel}
ID_CARD_READERS: dict[str, Callable[[str, Hide], IdCardReader]] = {
    "serial": SamvReader,
    "usb": SamvReader,
    "tcp": SamvReader,
}
SCANNERS: dict[str, Callable[[str], Scanner]] = {
    "evdev": KeyboardScanner,
    "serial": LineScanner,
    "tcp": LineScanner,
    "usb": LineScanner,
}
CALL_PADS: dict[str, Callable[[str], CallPad]] = {
    "evdev": StrokeCallPad,
    "serial": LetterCallPad,
    "tcp": LetterCallPad,
}
RATING_PADS: dict[str, Callable[[str], RatingPad]] = {
    "evdev": StrokeRatingPad,
    "serial": LetterRatingPad,
    "tcp": LetterRatingPad,
}

Kind = TypeVar("Kind")


def open_printer(address: str) -> Printer:
    """The printer at `tcp://HOST:9100`, `serial:///dev/...`, `usb://VID:PID`, `cups://NAME`, `file://DIR` or `none:`.

    Options such as `?paper=58&mode=text` follow. Raises ADDRESS_WRONG alone: that nobody is there is its health.
    """
    return _driver(PRINTERS, address)(address)


def open_speaker(address: str) -> Loudspeaker:
    """The loudspeaker at `alsa:DEVICE` or `file://DIR`. Raises ADDRESS_WRONG, NO_RIGHT."""
    return _driver(SPEAKERS, address)(address)


def open_panel(address: str) -> Panel:
    """The LED panel at `tcp://HOST:PORT?address=01` or `serial:///dev/...`. Raises ADDRESS_WRONG."""
    return _driver(PANELS, address)(address)


def open_idcard(address: str, hide: Hide) -> IdCardReader:
    """The ID-card reader at `serial:///dev/...`, `usb://VID:PID` or `tcp://HOST:PORT`. Raises ADDRESS_WRONG alone."""
    return _driver(ID_CARD_READERS, address)(address, hide)


def open_scanner(address: str) -> Scanner:
    """The scanner at `evdev:///dev/input/...` or where a reader may be. Raises ADDRESS_WRONG alone."""
    return _driver(SCANNERS, address)(address)


def open_keypad(address: str) -> CallPad:
    """The clerk's pad at `evdev:///dev/input/...`, `serial:///dev/...` or `tcp://...`. Raises ADDRESS_WRONG alone."""
    return _driver(CALL_PADS, address)(address)


def open_rating_pad(address: str) -> RatingPad:
    """The visitor's pad at such an address. Raises ADDRESS_WRONG alone."""
    return _driver(RATING_PADS, address)(address)


def _driver(drivers: dict[str, Kind], address: str) -> Kind:
    kind = drivers.get(address.partition(":")[0])
    if kind is None or ":" not in address:
        raise DeviceError("ADDRESS_WRONG", address=address)
    return kind
