"""The kinds of days that a forecast is tested on."""

from msgspec import Struct


class Scenario(Struct, frozen=True, kw_only=True):
    name: str
    volume: float = 1.0
    absent: float | None = None
    """Share of windows that nobody opens, exactly; None for the few of a usual day."""
    surge: float = 0.0
    """Visits of one item within an hour, over its visits of a usual day."""
    slow: float = 1.0
    """How much longer everything takes for two hours."""
    out_of_turn: float = 0.0
    """Share of calls that take anyone who waits."""
    pauses: float = 1.0
    """How many more breaks than usual, each half as much longer."""
    first_day: bool = False
    """No history, and minutes in the hall file that are wrong by a third."""


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="normal"),
        Scenario(name="overload", volume=1.15, absent=0.1),
        Scenario(name="surge", surge=0.8),
        Scenario(name="slow", slow=1.25),
        Scenario(name="out-of-turn", out_of_turn=0.05),
        Scenario(name="pauses", pauses=3.0),
        Scenario(name="first-day", first_day=True),
    )
}
POOLED = ("normal", "overload", "surge", "slow", "out-of-turn", "pauses")
"""The scenarios whose tickets count together."""
