"""Halls that stand where it is noon, so that what comes next comes today, whenever the tests run."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ops.up import DEMO

ZONE = "timezone: Asia/Shanghai"


@cache
def noon_zone() -> str:
    """A time zone in which it is about noon; the same for all who ask, however long the tests take."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def at_noon(text: str) -> str:
    """The hall file, of a hall where it is noon."""
    assert text.count(ZONE) == 1
    return text.replace(ZONE, f"timezone: {noon_zone()}")


def demo_at_noon(file: Path) -> Path:
    """The demo hall as this file."""
    file.write_text(at_noon(DEMO.read_text("utf-8")), "utf-8")
    return file
