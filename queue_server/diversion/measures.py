"""What the actions have in common: whom they need, what they change in a future, and where they may be tried."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from queue_server.domain.diversion import Measure
from queue_server.domain.hall import Hall
from queue_server.forecast.builder import Tweak
from queue_server.forecast.knowledge import Knowledge


class Plea(Struct, frozen=True, kw_only=True):
    """A measure that may be tried."""

    measure: Measure
    tweak: Tweak
    """How it changes the future."""
    queues: tuple[str, ...]
    """Whose waits it changes."""
    needs: str
    """Whom it needs: `clerk`, `helper`, `guide`, or nobody."""
    cost_min: int
    """Staff minutes."""
    lead_s: int
    """Until it takes effect."""
    price_s: float
    """What it must gain, in seconds of everybody's wait, to be worth it."""


class Site(Struct, frozen=True, kw_only=True):
    """Where measures are looked for."""

    hall: Hall
    knowledge: Knowledge
    running: tuple[Measure, ...]
    pressed: tuple[str, ...]
    """Queues with long waits, the longest first."""
    elsewhere: tuple[tuple[str, str, float], ...] = ()
    """(hall, service, seconds of wait there, by its forecast) of other halls."""

    def count(self, action: str) -> int:
        """How many measures of a kind run."""
        return sum(1 for measure in self.running if measure.action == action)

    def runs(self, measure: Measure) -> bool:
        return measure in self.running


class Action(Struct, frozen=True, kw_only=True):
    """One kind of measure: what may be tried now."""

    name: str
    pleas: Callable[[Site], Iterator[Plea]]


def services_of(site: Site, queue: str) -> Sequence[str]:
    """The services whose visitors wait in a queue."""
    know = site.knowledge
    return [service.id for service in site.hall.services if know.queue_of(service.id) == queue]
