"""Keys that chatter: contacts of cheap pads close several times for one press."""

AGAIN_S = 0.3
DIGIT_AGAIN_S = 0.08
"""Digits of a ticket number are typed quickly, the same one twice too; contacts chatter for less than this."""


class Bounce:
    """Tells a press from the chatter of the one before."""

    def __init__(self) -> None:
        self._last: dict[object, float] = {}

    def counts(self, key: object, at: float) -> bool:
        """Whether this is a press of its own. A clock that was set back makes it one."""
        before = self._last.get(key)
        digit = isinstance(key, str) and key.isdigit()
        if before is not None and 0 <= at - before < (DIGIT_AGAIN_S if digit else AGAIN_S):
            return False
        self._last[key] = at
        return True
