"""The machine: Python, time zones, fonts, voices, sound, libusb."""

import ctypes.util
import re
import shutil
import subprocess
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hardware.errors import DeviceError
from hardware.printer.fonts import PACKAGE, font
from hardware.speaker.espeak import VOICES
from ops.doctor.finding import Case, Finding, look, ok, wrong

OLDEST = (3, 11)
ZONE = "Asia/Shanghai"
PROGRAM_S = 10
INSTALL = "sudo apt-get install -y"
CARD = re.compile(r"^card \d+:", re.MULTILINE)


def python(case: Case) -> list[Finding]:
    """Greenwave needs Python 3.11 or later."""
    found = ".".join(map(str, case.python))
    if case.python < OLDEST:
        return wrong("python_old", f"{INSTALL} python3.11 python3.11-venv", found=found)
    return ok("python", found=found)


def time_zones(_: Case) -> list[Finding]:
    """Opening hours and days need the data of time zones."""
    try:
        ZoneInfo(ZONE)
    except (ZoneInfoNotFoundError, OSError):
        return wrong("zones_missing", "pip install tzdata", zone=ZONE)
    return ok("zones", zone=ZONE)


def chinese_font(_: Case) -> list[Finding]:
    """Slips, screens and kiosk pages of this machine need Chinese characters."""
    try:
        path = str(font("zh", 24).path)
    except DeviceError:
        return wrong("font_missing", f"{INSTALL} fontconfig {PACKAGE}", package=PACKAGE)
    return ok("font", path=path)


def voices(_: Case) -> list[Finding]:
    """Announcements need espeak-ng with the voices of all six languages."""
    try:
        listed = _said("espeak-ng", "--voices")
    except (OSError, subprocess.SubprocessError):
        return wrong("espeak_missing", f"{INSTALL} espeak-ng libespeak-ng1")
    known = {word.lower() for word in listed.split()}
    missing = [lang for lang, names in VOICES.items() if known.isdisjoint(names)]
    if missing:
        return wrong("voices_missing", f"{INSTALL} --reinstall espeak-ng-data", languages=", ".join(missing))
    if ctypes.util.find_library("espeak-ng") is None:
        return wrong("espeak_library_missing", f"{INSTALL} libespeak-ng1")
    return ok("voices", count=len(VOICES))


def sound(case: Case) -> list[Finding]:
    """A loudspeaker needs aplay and a sound card; a machine without a loudspeaker needs neither."""
    needed = wrong if case.devices.get("speaker", "").startswith("alsa:") else look
    if shutil.which("aplay") is None:
        return needed("aplay_missing", f"{INSTALL} alsa-utils")
    try:
        cards = len(CARD.findall(_said("aplay", "-l")))
    except subprocess.SubprocessError:
        cards = 0
    return ok("sound", count=cards) if cards else needed("no_sound_card", "aplay -l")


def usb_library(case: Case) -> list[Finding]:
    """Devices on USB need libusb."""
    if ctypes.util.find_library("usb-1.0") is not None:
        return ok("libusb")
    needed = wrong if any(address.startswith("usb:") for address in case.devices.values()) else look
    return needed("libusb_missing", f"{INSTALL} libusb-1.0-0")


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=PROGRAM_S, check=True, stdin=subprocess.DEVNULL)
    return done.stdout.decode(errors="replace")
