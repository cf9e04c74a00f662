"""What a queue's day counts."""

from msgspec import Struct, field

from queue_server.domain import waits
from queue_server.domain.events import Event
from queue_server.domain.rating import remember


class QueueDay(Struct, kw_only=True):
    """A queue's counters of the day, and how fast it goes."""

    issued: int = 0
    called: int = 0
    waited_ms: int = 0
    done: int = 0
    missed: int = 0
    cancelled: int = 0
    expired: int = 0
    flashed: int = 0
    voiced: int = 0
    unseen: int = 0
    paced: int = 0
    pace_ms: int = 0
    buckets: dict[int, int] = field(default_factory=dict)
    score1: int = 0
    score2: int = 0
    score3: int = 0
    score4: int = 0
    score5: int = 0
    latest: int = 0
    """Which of the latest ratings were low; see `rating.remember`."""
    interpreters: int = 0
    """How often an interpreter was asked for."""
    interpreted: int = 0
    """How often one was assigned."""

    @property
    def scores(self) -> tuple[int, ...]:
        """How many ratings of each score, from 1 on."""
        return self.score1, self.score2, self.score3, self.score4, self.score5

    def count_rating(self, score: int) -> None:
        name = f"score{score}"
        setattr(self, name, getattr(self, name) + 1)
        self.latest = remember(self.latest, score)

    def count_interpreting(self, name: str) -> None:
        self.interpreters += name == "InterpreterAsked"
        self.interpreted += name == "InterpreterAssigned"

    def count_wait(self, wait_ms: int, by: int) -> None:
        self.called += by
        self.waited_ms += wait_ms * by
        bucket = waits.bucket_of(wait_ms // 1000)
        left = self.buckets.get(bucket, 0) + by
        if left:
            self.buckets[bucket] = left
        else:
            self.buckets.pop(bucket, None)

    def learn(self, handled_ms: int) -> None:
        self.pace_ms = waits.learn_pace(self.pace_ms, self.paced, handled_ms)
        self.paced += 1

    def count(self, event: Event) -> None:
        """Counts one event of a ticket of this queue."""
        name = event.name
        if name == "TicketIssued":
            self.issued += 1
        elif name == "TicketCalled":
            self.count_wait(event.whole("waited_ms"), 1)
        elif name == "ServiceFinished":
            self.done += 1
            self.learn(event.whole("handled_ms"))
        elif name == "TicketMissed":
            self.missed += 1
        elif name == "TicketCancelled":
            self.cancelled += 1
        elif name == "TicketExpired":
            self.expired += 1
        elif name == "CallUnseen":
            self.unseen += 1
        elif name == "ActUndone":
            self._uncount(event)
        if event.whole("climbed"):
            self._count_step(str(event.fact("step")), 1)

    def _count_step(self, step: str, by: int) -> None:
        if step == "flash":
            self.flashed += by
        elif step == "voice":
            self.voiced += by

    def _uncount(self, event: Event) -> None:
        undone = event.fact("undone")
        if undone == "TicketCalled":
            self.count_wait(event.whole("waited_ms"), -1)
            self._count_step(str(event.fact("was_step")), -1)
        elif undone == "TicketMissed":
            self.missed -= 1
        elif undone == "ServiceFinished":
            self.done -= 1
