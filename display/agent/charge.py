"""What a display agent is told."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from hardware.panel.port import Panel
from hardware.registry import open_panel
from hardware.speaker.port import Loudspeaker


class CannotStart(Exception):
    """Why the agent does not start, in one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelPlace:
    """One panel and what it shows: a window's number, a zone's latest call, or with neither the whole agent's."""

    address: str
    panel: Panel
    window: int = 0
    zone: str = ""
    lines: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """`zone` is empty for the whole hall; `speaker` None where nobody speaks."""

    server: str
    hall: str
    token: str
    zone: str
    installation: str
    data: Path
    speaker: Loudspeaker | None
    speaker_address: str
    panels: tuple[PanelPlace, ...]
    port: int


def panel_place(address: str) -> PanelPlace:
    """A panel by its address with `?window=3`, `?zone=z1` and `?lines=1` in it. Raises DeviceError, `CannotStart`."""
    asked = parse_qs(urlsplit(address).query)
    window, lines = (asked.get(name, [usual])[0] for name, usual in (("window", "0"), ("lines", "2")))
    if not (window.isascii() and window.isdigit() and lines.isascii() and lines.isdigit() and int(lines)):
        raise CannotStart(f"the panel `{address}`: window and lines are whole numbers")
    zone = asked.get("zone", [""])[0]
    return PanelPlace(address=address, panel=open_panel(address), window=int(window), zone=zone, lines=int(lines))
