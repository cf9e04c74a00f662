"""Diversion (分流): what may be done against a crowd, what was proposed, what came of it."""

from msgspec import Struct

ACTIONS = (
    "open_window",
    "reskill_window",
    "send_out",
    "send_helpers",
    "guide_to_device",
    "offer_later",
    "offer_hall",
    "slow_entry",
)
"""潮汐窗口 · 多能 · 下窗口 · 帮代办 · 自助引导 · 错峰 · 邻厅 · 分批."""

OFFERS = frozenset({"guide_to_device", "offer_later", "offer_hall"})
"""Actions that are offered to visitors, who keep their place until they accept and are done."""

STATUSES = ("proposed", "started", "ended", "dismissed", "lapsed")


class Measure(Struct, frozen=True, kw_only=True):
    """One action against a crowd: 分流措施. What does not apply is empty or 0."""

    action: str
    window: int = 0
    queue: str = ""
    service: str = ""
    to: str = ""
    """The hall to which visitors are sent."""

    @property
    def key(self) -> str:
        """The same for the same measure: `open_window:5`."""
        return ":".join(part for part in (self.action, str(self.window or ""), self.queue, self.service, self.to) if part)


class Gain(Struct, frozen=True, kw_only=True):
    """What the waits of all visitors of the next 90 minutes fall by, in seconds; positive is good."""

    mean_s: float
    p90_s: float
    mean_low_s: float
    mean_high_s: float
    """The range (p10 to p90 over futures) of `mean_s`."""


class Diversion(Struct, frozen=True, kw_only=True):
    """A measure in the life of a hall: proposed, and perhaps carried out. `at`s are ms since the epoch, 0 for not yet."""

    id: str
    measure: Measure
    gain: Gain | None
    """What was predicted; None where a manager began it without a forecast."""
    status: str
    needs: str = ""
    """Whom it needs: `clerk`, `helper`, `guide`, or nobody."""
    cost_min: int = 0
    """Staff minutes."""
    lead_s: int = 0
    """Until it takes effect."""
    proposed_at: int = 0
    started_at: int = 0
    until_at: int = 0
    """When it ends by itself; 0 for when someone ends it."""
    ended_at: int = 0
    by: str = ""
    """The role that accepted or dismissed it, or `rule`."""
    reason: str = ""
    offered: int = 0
    taken: int = 0
    """How many visitors it was offered to, and accepted."""
    effect_mean_s: float | None = None
    effect_p90_s: float | None = None
    """Measured when it ended: expected waits without it less real ones."""
