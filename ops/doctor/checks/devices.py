"""The devices that were named: there, allowed, and well; and the rights that serial ports and keyboards need."""

import getpass
import os
import shlex
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.registry import open_idcard, open_keypad, open_panel, open_printer, open_scanner, open_speaker
from ops.doctor.finding import Case, Fact, Finding, Mark, look, ok, wrong

SERIAL_PORTS = ("ttyS[0-9]*", "ttyUSB*", "ttyACM*")
INPUTS = ("input/event*",)
EXAMPLES = {
    "printer": "tcp://HOST:9100", "scanner": "serial:///dev/ttyUSB0", "idcard": "serial:///dev/ttyUSB0",
    "keypad": "serial:///dev/ttyUSB0", "panel": "tcp://HOST:PORT", "speaker": "alsa:",
}  # fmt: skip
ON_THE_SPOT = frozenset({"PAPER_OUT", "COVER_OPEN", "JAMMED", "OFFLINE", "CARD_REMOVED", "CARD_UNREADABLE"})
"""No command helps: somebody must go there; then the doctor may look again."""


class Device(Protocol):
    """What all kinds have."""

    def health(self) -> Health: ...
    def close(self) -> None: ...


def printer(case: Case) -> list[Finding]:
    """It answers, has paper, and is closed."""
    return _looked_at(case, "printer", lambda address: _health_of(open_printer(address)))


def scanner(case: Case) -> list[Finding]:
    """The scanner is there."""
    return _looked_at(case, "scanner", lambda address: _health_of(open_scanner(address)))


def idcard(case: Case) -> list[Finding]:
    """The ID-card reader answers. No card is read."""
    return _looked_at(case, "idcard", lambda address: _health_of(open_idcard(address, lambda _: "")))


def keypad(case: Case) -> list[Finding]:
    """The call pad is there."""
    return _looked_at(case, "keypad", lambda address: _health_of(open_keypad(address)))


def panel(case: Case) -> list[Finding]:
    """The LED panel answers."""
    return _looked_at(case, "panel", lambda address: _health_of(open_panel(address)))


def speaker(case: Case) -> list[Finding]:
    """A moment of silence can be played."""
    return _looked_at(case, "speaker", lambda address: _health_of(open_speaker(address)))


def serial_rights(case: Case) -> list[Finding]:
    """This user may use the serial ports."""
    return _rights(case, "serial", SERIAL_PORTS, "dialout")


def input_rights(case: Case) -> list[Finding]:
    """This user may read scanners and pads that are keyboards."""
    return _rights(case, "input", INPUTS, "input")


def cups(case: Case) -> list[Finding]:
    """The system's print service runs, when a printer of its is named."""
    if not case.devices.get("printer", "").startswith("cups:"):
        return []
    if shutil.which("lpstat") is None:
        return wrong("cups_missing", "sudo apt-get install -y cups cups-client")
    done = subprocess.run(
        ["lpstat", "-r"], capture_output=True, timeout=10, check=False, env={**case.environment, "LC_ALL": "C"}
    )
    if b"is running" not in done.stdout:
        return wrong("cups_stopped", "sudo systemctl enable --now cups")
    return ok("cups")


def _looked_at(case: Case, kind: str, health_of: Callable[[str], Health]) -> list[Finding]:
    address = case.devices.get(kind, "")
    if not address:
        return []
    try:
        health = health_of(address)
    except DeviceError as error:
        health = Health(ok=False, code=error.code, facts=error.facts)
    if not health.ok:
        return [_ill(kind, address, health)]
    warned = [_device(kind, address, code, "look", health) for code in health.warnings]
    return warned or [_device(kind, address, "WELL", "ok", health)]


def _health_of(device: Device) -> Health:
    try:
        return device.health()
    finally:
        device.close()


def _ill(kind: str, address: str, health: Health) -> Finding:
    return _device(kind, address, health.code, "wrong", health, _help(kind, address, health))


def _device(kind: str, address: str, code: str, mark: Mark, health: Health, do: str = "") -> Finding:
    said = str(health.facts.get("said") or health.facts.get("program") or "")
    facts: dict[str, Fact] = {"kind": kind, "address": address, "said": said}
    return Finding(code=f"device_{code}", mark=mark, facts=facts, do=do)


def _help(kind: str, address: str, health: Health) -> str:
    """The command that helps, or that shows more."""
    again = f"greenwave doctor --{kind} {shlex.quote(address)}"
    parts = urlsplit(address)
    if health.code == "ADDRESS_WRONG":
        return f"greenwave doctor --{kind} {EXAMPLES[kind]}"
    if health.code == "MISSING_PROGRAM":
        return f"sudo apt-get install -y {_package(str(health.facts.get('program', '')))}"
    if health.code == "NO_RIGHT":
        return f"sudo usermod -aG {_group(parts.scheme)} {getpass.getuser()}"
    if health.code in ON_THE_SPOT:
        return again
    if parts.scheme == "tcp":
        return f"nc -zv {parts.hostname} {parts.port}"
    return {"usb": "lsusb", "cups": "lpstat -t", "alsa": "aplay -l"}.get(
        parts.scheme, f"ls -l {shlex.quote(parts.path)}"
    )


def _package(program: str) -> str:
    packages = {"libusb-1.0": "libusb-1.0-0", "aplay": "alsa-utils", "lp": "cups-client", "lpstat": "cups-client"}
    return packages.get(program, program or "cups-client")


def _group(scheme: str) -> str:
    return {"evdev": "input", "alsa": "audio", "usb": "plugdev", "cups": "lpadmin"}.get(scheme, "dialout")


def _rights(case: Case, kind: str, patterns: tuple[str, ...], group: str) -> list[Finding]:
    found = [path for pattern in patterns for path in sorted(case.dev.glob(pattern)) if _is_device(path)]
    shut = [path for path in found if not os.access(path, os.R_OK | os.W_OK)]
    if not found:
        return []
    if not shut:
        return ok(f"{kind}_rights", count=len(found))
    named = any(urlsplit(address).path in map(str, shut) for address in case.devices.values())
    tell = wrong if named else look
    help_with = f"sudo usermod -aG {group} {getpass.getuser()}"
    return tell(f"{kind}_no_right", help_with, paths=", ".join(map(str, shut[:4])), count=len(shut))


def _is_device(path: Path) -> bool:
    return stat.S_ISCHR(path.stat().st_mode)
