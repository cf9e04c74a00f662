"""What an agent is told."""

from pathlib import Path

from msgspec import Struct


class CannotStart(Exception):
    """Why the kiosk does not run, in one line."""


class Settings(Struct, frozen=True, kw_only=True):
    """One kiosk's settings."""

    server: str
    token: str
    hall: str
    data: Path
    port: int
    printer: str = "none:"
    paper: str = ""
    """`text` or `raster`; empty: what the printer's profile can."""
    scanner: str = ""
    idcard: str = ""
    roll_m: float = 0.0
    """Metres of paper on a fresh roll; 0 where nobody knows."""
    public_url: str = ""
    """How phones reach the server, for QR codes; empty: as the agent does."""
