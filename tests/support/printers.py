"""A slip to print, and what a printer said of it."""

from collections.abc import Callable
from typing import Any

import pytest

from hardware.errors import DeviceError
from hardware.printer.page import Code, Gap, Line, Page, Picture

TROUBLES = ("PAPER_OUT", "COVER_OPEN", "JAMMED", "OFFLINE")


def page(number: str) -> Page:
    picture = Picture(width=576, height=400, bits=bytes(range(256)) * 112 + bytes(128))
    parts = (
        Line(text="大厅 Größe Дом"),
        picture,
        Gap(dots=9),
        Line(text=number, tall=6, wide=6),
        Code(data="u", dots=4),
    )
    return Page(name=number, parts=parts)


def error_of(act: Callable[..., object], *arguments: Any) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        act(*arguments)
    return caught.value


def code_of(act: Callable[..., object], *arguments: Any) -> str:
    return error_of(act, *arguments).code
