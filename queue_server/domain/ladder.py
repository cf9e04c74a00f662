"""The ladder of a silent call (无声叫号): who does not see it is shown it more plainly, and spoken to last."""

from typing import Protocol

from queue_server.domain.rules import Calling

STEPS = ("silent", "flash", "voice")
"""Phone, window screen and hall screen at once; then flash and chime; then voice."""

SHOWN = {"screen": 1, "window_screen": 2, "flash": 4, "voice": 8, "panel": 16}
"""How a device can show a call, as the bits in which a ticket keeps what was shown of its present call."""
MISSED_BY_ALL = 128
"""The bit that says: no device showed this call, and the alarm was given."""


class Called(Protocol):
    """A call, as far as the ladder needs it."""

    status: str
    step: str
    coming: int
    shown: int


def due_step(ticket: Called, called_at: int, at: int, rules: Calling) -> str:
    """The step that a call has come to without having taken it, or empty.

    An acknowledged call rests; one that is not climbs by the time (ms) since it was made.
    """
    if ticket.status != "called" or ticket.coming or not ticket.step:
        return ""
    waited_s = (at - called_at) / 1000
    wanted = "voice" if waited_s >= rules.voice_s else "flash" if waited_s >= rules.flash_s else "silent"
    return wanted if STEPS.index(wanted) > STEPS.index(ticket.step) else ""


def is_unseen(ticket: Called, called_at: int, at: int, rules: Calling) -> bool:
    """Whether a call has stood long enough that some device should have shown it, and none did."""
    return ticket.status == "called" and not ticket.shown and (at - called_at) / 1000 >= rules.unseen_s
