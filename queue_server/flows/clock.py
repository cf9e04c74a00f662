"""The clock of this machine."""

import time


def system_clock() -> int:
    """Now, in ms since the epoch."""
    return time.time_ns() // 1_000_000
