"""What the doctor is told, and what it finds."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

Mark = Literal["ok", "look", "wrong"]
Fact = str | int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One installation: what the options name, and the machine itself."""

    server: str = ""
    token: str = ""
    hall: str = ""
    devices: Mapping[str, str] = field(default_factory=dict)
    """Addresses by kind: printer, scanner, idcard, keypad, panel, speaker."""
    port: int | None = None
    data: Path
    public_url: str = ""
    """How phones reach the server."""
    today: date = field(default_factory=date.today)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    python: tuple[int, ...] = tuple(sys.version_info[:3])
    proc: Path = Path("/proc")
    dev: Path = Path("/dev")

    @property
    def serves(self) -> bool:
        """Whether this machine is to run the server: one that is pointed at a server runs a device's agent."""
        return not self.server or self.port is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at. `code` is the key of its sentence, `do` the command that helps."""

    code: str
    mark: Mark = "ok"
    facts: Mapping[str, Fact] = field(default_factory=dict)
    do: str = ""
    check: str = ""


Check = Callable[[Case], list[Finding]]
"""Looks at one thing. It may say nothing, where the thing is not of this case."""


def ok(code: str, **facts: Fact) -> list[Finding]:
    return [Finding(code=code, facts=facts)]


def look(code: str, do: str = "", **facts: Fact) -> list[Finding]:
    """Worth a look; works nevertheless."""
    return [Finding(code=code, mark="look", do=do, facts=facts)]


def wrong(code: str, do: str, **facts: Fact) -> list[Finding]:
    return [Finding(code=code, mark="wrong", do=do, facts=facts)]
