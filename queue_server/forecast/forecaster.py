"""The forecast of one hall: hears its events, learns from them, and tells what waits to expect.

Pure and deterministic: no clock but the events' own, no randomness but the seed's.
"""

from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Outlook, Range
from queue_server.forecast.heard import Heard


class Forecaster:
    """Hears every event of a hall in order, and answers for the moment of the last one."""

    def __init__(self, hall: Hall, seed: int = 1) -> None:
        self.hall = hall
        self.now = 0

    def hear(self, heard: Heard) -> None:
        """Moves on by one event. Never raises: what makes no sense is noted as a doubt and left out."""

    def pass_time(self, at: int) -> None:
        """Moves the clock on to `at` (ms since the epoch) without an event."""

    def ticket(self, ticket_id: str) -> Range | None:
        """The wait from now of one ticket; None for one that does not wait."""

    def newcomer(self, queue: str, service: str = "", priority: str = "normal") -> Range | None:
        """The wait of a visitor who would come now; None where nobody is expected to be served."""

    def outlook(self, position: int = 0) -> Outlook:
        """The whole hall: every waiting ticket, every queue, the next two hours."""
        return Outlook(at=self.now, position=position, tickets={}, queues=())

    def end_day(self) -> None:
        """A day is over: what was learnt of it is kept, tickets and windows are forgotten."""

    def save(self) -> bytes:
        """What was learnt, for the next start. Tickets and windows are not in it: they come again with the events."""
        return b""

    def load(self, saved: bytes) -> bool:
        """Takes over what was learnt; False, and unchanged, where it was saved by another version or for another hall."""
        return False
