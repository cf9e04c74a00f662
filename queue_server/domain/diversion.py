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

ON_THE_FLOOR = frozenset({"send_out", "send_helpers", "guide_to_device", "slow_entry"})
"""Actions that the guide desk carries out, and may end."""

MINUTES = {
    "open_window": 0, "reskill_window": 45, "send_out": 60, "send_helpers": 60,
    "guide_to_device": 60, "offer_later": 60, "offer_hall": 60, "slow_entry": 60,
}  # fmt: skip
"""How long each action runs unless someone says otherwise; 0 for until it is ended."""

STATUSES = ("proposed", "started", "ended", "dismissed", "lapsed")
ANSWERS = ("shown", "accepted", "declined", "done")
"""How far an offer has come with one ticket."""


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
        return ":".join(
            part for part in (self.action, str(self.window or ""), self.queue, self.service, self.to) if part
        )


class Gain(Struct, frozen=True, kw_only=True):
    """What the waits of all visitors of the next 90 minutes fall by, in seconds; positive is good."""

    mean_s: float
    p90_s: float
    mean_low_s: float
    mean_high_s: float
    """The range (p10 to p90 over futures) of `mean_s`."""


class Diversion(Struct, frozen=True, kw_only=True):
    """A measure in the life of a hall: proposed, perhaps carried out. `at`s are ms since the epoch, 0 for not yet."""

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
    renewed_at: int = 0
    """When it was last proposed."""
    carried_at: int = 0
    """When its window opened, or the desk took it on."""


class DiversionRecord(Struct, array_like=True, kw_only=True):
    """A diversion as the store keeps it: the order of the fields is the order in the packed record.

    Gains in whole seconds: what is not known yet is 0, and said to be so by a flag.
    """

    action: str
    window: int
    queue: str
    service: str
    to: str
    status: str
    needs: str
    cost_min: int
    lead_s: int
    foreseen: int
    """1 where a gain was predicted."""
    gain_mean_s: int
    gain_p90_s: int
    gain_low_s: int
    gain_high_s: int
    proposed_at: int
    renewed_at: int
    started_at: int
    carried_at: int
    until_at: int
    ended_at: int
    by: str
    reason: str
    offered: int
    taken: int
    measured: int
    """1 once the effect is known."""
    effect_mean_s: int
    effect_p90_s: int
    had: int
    """1 where the window served the queue already before it was to learn it."""
    own: tuple[tuple[str, int], ...] = ()
    """The window's queues by the hall file: (queue, handicap in seconds) each. For the store alone, so the last."""

    @property
    def measure(self) -> Measure:
        return Measure(action=self.action, window=self.window, queue=self.queue, service=self.service, to=self.to)

    @property
    def gain(self) -> Gain | None:
        if not self.foreseen:
            return None
        return Gain(
            mean_s=self.gain_mean_s, p90_s=self.gain_p90_s, mean_low_s=self.gain_low_s, mean_high_s=self.gain_high_s
        )


def diversion_of(diversion_id: str, record: DiversionRecord) -> Diversion:
    """The diversion that the store keeps in this record."""
    return Diversion(
        id=diversion_id, measure=record.measure, gain=record.gain, status=record.status, needs=record.needs,
        cost_min=record.cost_min, lead_s=record.lead_s, proposed_at=record.proposed_at, renewed_at=record.renewed_at,
        started_at=record.started_at, carried_at=record.carried_at, until_at=record.until_at,
        ended_at=record.ended_at, by=record.by, reason=record.reason, offered=record.offered, taken=record.taken,
        effect_mean_s=record.effect_mean_s if record.measured else None,
        effect_p90_s=record.effect_p90_s if record.measured else None,
    )  # fmt: skip
