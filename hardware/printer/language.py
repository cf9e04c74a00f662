"""A page in ESC/POS: python-escpos makes the commands, each page is put down by the same template.

ESC @, line spacing, then for each part what it needs and no more, then the cut. `parser.py` knows the same template.
"""

import os
import shutil
from functools import cache
from typing import Any

from hardware.printer.encoding import ASCII, HAN, runs
from hardware.printer.page import Code, Gap, Line, Page, Part, Picture
from hardware.printer.profiles import Profile

ESC = b"\x1b"
KANJI_ON, KANJI_OFF = b"\x1c&", b"\x1c."
LINE_DOTS = 32
"""From one line of text to the next: a quarter of air above the letters."""
BAND_ROWS = 128
"""Printers take a picture in bands, so that a small buffer is enough."""
MOST_FEED = 255


@cache
def _library() -> Any:
    """python-escpos, read when first needed: its import reads a large file and leaves a folder behind."""
    import escpos.capabilities
    import escpos.constants
    import escpos.printer

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos


def job(page: Page, profile: Profile) -> bytes:
    """The whole job, from ESC @ to the cut."""
    return _Writer(profile).write(page)


class _Writer:
    """Sends a command only where something changes."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._out: Any = _library().printer.Dummy()
        self._style: tuple[str, int, int, bool] = ("left", 1, 1, False)
        self._codec = ""

    def write(self, page: Page) -> bytes:
        self._out.hw("INIT")
        self._out.line_spacing(LINE_DOTS)
        for part in page.parts:
            self._part(part)
        self._cut()
        return bytes(self._out.output)

    def _part(self, part: Part) -> None:
        match part:
            case Line():
                self._line(part)
            case Code():
                self._code(part)
            case Gap():
                self._feed(part.dots)
            case Picture():
                self._picture(part)

    def _line(self, line: Line) -> None:
        self._set(line.align, line.wide, line.tall, line.bold)
        for run in runs(self._profile, line.text):
            self._switch(run.codec)
            self._out._raw(run.data)
        self._out._raw(b"\n")

    def _code(self, code: Code) -> None:
        self._set("center", 1, 1, False)
        self._out.qr(code.data, ec=_library().constants.QR_ECLEVEL_M, size=code.dots, native=True)

    def _picture(self, picture: Picture) -> None:
        self._set("left", 1, 1, False)
        across = (picture.width + 7) // 8
        for top in range(0, picture.height, BAND_ROWS):
            rows = min(BAND_ROWS, picture.height - top)
            head = across.to_bytes(2, "little") + rows.to_bytes(2, "little")
            self._out._raw(b"\x1dv0\x00" + head + picture.bits[top * across : (top + rows) * across])

    def _set(self, align: str, wide: int, tall: int, bold: bool) -> None:
        was, self._style = self._style, (align, wide, tall, bold)
        if align != was[0]:
            self._out.set(align=align)
        if (wide, tall) != was[1:3]:
            self._out.set(custom_size=True, width=wide, height=tall)
        if bold != was[3]:
            self._out.set(bold=bold)

    def _switch(self, codec: str) -> None:
        if codec in (ASCII, self._codec):
            return
        self._codec = codec
        if codec == HAN:
            self._out._raw(KANJI_ON)
        else:
            self._out._raw(KANJI_OFF + ESC + b"t" + bytes([dict(self._profile.code_pages)[codec]]))

    def _feed(self, dots: int) -> None:
        while dots > 0:
            self._out._raw(ESC + b"J" + bytes([min(dots, MOST_FEED)]))
            dots -= MOST_FEED

    def _cut(self) -> None:
        modes = {"full": b"\x1dVA\x00", "part": b"\x1dVB\x00"}
        self._out._raw(modes.get(self._profile.cut, ESC + b"d\x05"))
