"""What may be asked of a hall about its diversions, and of its visitors' answers to what they are offered."""

from msgspec import Struct

from queue_server.domain.orders import Order


class Proposal(Struct, frozen=True, kw_only=True):
    """One measure that would help, as one round of advice found it. Gains in whole seconds."""

    action: str
    window: int
    queue: str
    service: str
    to: str
    gain_mean_s: int
    gain_p90_s: int
    gain_low_s: int
    gain_high_s: int
    needs: str
    cost_min: int
    lead_s: int


class Propose(Order, frozen=True, kw_only=True):
    """One round of advice. What stands proposed gets its new gain; what was dismissed lately stays dismissed."""

    proposals: tuple[Proposal, ...]
    quiet_ms: int
    """So long after its dismissal a measure is not proposed again."""


class OnDiversion(Order, frozen=True, kw_only=True):
    """An act on one diversion by its id: dismiss it, end it, take it on."""

    diversion: str
    by: str = ""
    """The role of who decided, or `rule`."""
    reason: str = ""


class StartDiversion(OnDiversion, frozen=True, kw_only=True):
    """A measure begins: a proposed one, perhaps changed; with an empty id, one that a manager thought of."""

    action: str
    window: int
    queue: str
    service: str
    to: str
    until_at: int
    """When it ends by itself (ms); 0 for when someone ends it."""
    planned: int = 0
    """1 where the window serves the queue by the hall file."""
    own: tuple[tuple[str, int], ...] = ()
    """All that it serves by the hall file: (queue, handicap in seconds) each."""
    most: int = 0
    """Refused as QUOTA_REACHED while so many of this action run; 0 for any number."""


class MeasureDiversion(OnDiversion, frozen=True, kw_only=True):
    """What an ended diversion has brought: expected waits without it less real ones, in whole seconds."""

    effect_mean_s: int
    effect_p90_s: int


class EndDiversion(MeasureDiversion, frozen=True, kw_only=True):
    """`measured` is 1 where its effect is known already."""

    measured: int = 0
    effect_mean_s: int = 0
    effect_p90_s: int = 0


class Lapse(Order, frozen=True, kw_only=True):
    """What has run its time ends; what was not proposed again for `stale_ms` is not proposed any more."""

    stale_ms: int


class ShowOffer(Order, frozen=True, kw_only=True):
    """A waiting ticket's visitor is shown what a diversion offers; counted once."""

    ticket: str
    diversion: str


class AnswerOffer(ShowOffer, frozen=True, kw_only=True):
    """A visitor's answer. `give_up` cancels the ticket with it, `delay_ms` lets it wait so much longer instead."""

    answer: str
    """One of `accepted`, `declined`, `done`."""
    give_up: int = 0
    delay_ms: int = 0
