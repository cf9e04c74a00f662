"""The clocks of this machine."""

import time
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_ms() -> int:
    """Since the machine was switched on; goes on while it sleeps, and no one can set it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    """Another one each time the machine is switched on."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


def wall_ms() -> int:
    """What the machine's own clock says, right or wrong."""
    return time.time_ns() // 1_000_000
