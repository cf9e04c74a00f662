"""`greenwave foresee`: the forecast and the advice in a pipe. Events in, estimates out; it never looks ahead."""

from collections.abc import Iterable, Iterator
from typing import IO

import msgspec
import structlog
from msgspec import structs

from queue_server.diversion.advise import advise
from queue_server.domain.calendar import opening
from queue_server.domain.diversion import Measure
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Range
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.heard import Heard, Unheard, hear_line

log = structlog.get_logger()

NO_WINDOW: Range = (0, 1800, 3600)
"""What is told beyond the opening of the doors where no window is expected at all."""

_encode = msgspec.json.Encoder().encode


class Pipe:
    """Answers line by line."""

    def __init__(self, hall: Hall, seed: int = 1) -> None:
        self._hall = hall
        self._forecaster = Forecaster(hall, seed)
        self.unheard = 0
        """Lines that were no events."""

    @property
    def forecaster(self) -> Forecaster:
        """What it asks."""
        return self._forecaster

    def learn(self, lines: Iterable[bytes]) -> None:
        """Earlier days, in the same form: heard, not answered."""
        for line in lines:
            heard = self._heard(line)
            if heard is not None:
                self._forecaster.hear(heard)
                if heard.name == "TicketIssued":
                    self._forecaster.rehearse(heard.ticket)

    def answer(self, line: bytes) -> list[bytes]:
        """What is to be answered to one line."""
        heard = self._heard(line)
        if heard is None:
            return []
        self._forecaster.hear(heard)
        if heard.name == "TicketIssued":
            return [_encode(self._estimate(heard))]
        if heard.name == "Tick":
            return [*(_encode(proposal) for proposal in self._proposals()), _encode({"event": "Ticked"})]
        return []

    def _heard(self, line: bytes) -> Heard | None:
        if not line.strip():
            return None
        try:
            return hear_line(line)
        except Unheard as error:
            self.unheard += 1
            if self.unheard <= 20:
                log.warning("a line is no event and is passed over", why=str(error))
            return None

    def _estimate(self, heard: Heard) -> dict[str, object]:
        low, middle, high = self._forecaster.ticket(heard.ticket) or self._by_the_doors()
        return {"event": "WaitEstimated", "ticket": heard.ticket, "p10_s": low, "p50_s": middle, "p90_s": high}

    def _by_the_doors(self) -> Range:
        """What is told of a visitor whom no window is expected to call."""
        now = self._forecaster.now
        doors = opening(self._hall, now)
        closed_s = 0 if doors.open or doors.opens_at is None else (doors.opens_at - now) // 1000
        return closed_s + NO_WINDOW[0], closed_s + NO_WINDOW[1], closed_s + NO_WINDOW[2]

    def _proposals(self) -> Iterator[dict[str, object]]:
        running = tuple(
            Measure(action=action, window=window, queue=queue, service=service, to=to)
            for action, window, queue, service, to in self._forecaster.knowledge.running
        )
        for measure, gain, *_ in advise(self._forecaster, self._hall, running):
            said = {name: value for name, value in structs.asdict(measure).items() if value}
            yield {"event": "DiversionProposed", **said, "gain": {"mean_s": gain.mean_s, "p90_s": gain.p90_s}}


def run(hall: Hall, history: Iterable[bytes], events: IO[bytes], answers: IO[bytes]) -> int:
    """Until the end of the input; each answer is flushed at once. Answers how many lines were no events."""
    pipe = Pipe(hall)
    pipe.learn(history)
    for line in events:
        for answer in pipe.answer(line):
            answers.write(answer + b"\n")
            answers.flush()
    return pipe.unheard
