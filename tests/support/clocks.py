"""A clock that tests move by hand."""

NOON = 1_795_320_000_000
"""2026-11-22 12:00 in Asia/Shanghai (UTC+8), in ms."""


class HandClock:
    """Stands still until moved; may be set back, as real clocks are."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def forward(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        self.at += round(1000 * (seconds + 60 * minutes + 3600 * hours))
