"""The fold of a hall's diversions: those that stand proposed, and those that run. Part of the fold of the hall."""

from collections.abc import Iterable

from msgspec import Struct

from queue_server.domain.diversion import DiversionRecord, Measure
from queue_server.domain.events import Event


class Standing(Struct, frozen=True, kw_only=True):
    """A diversion that is proposed or runs. Moments are ms since the epoch, 0 for not yet or never."""

    id: str
    measure: Measure
    running: bool
    renewed_at: int
    """When it was last proposed, or began."""
    until_at: int = 0


class StandingDiversions:
    """Those of one hall, by id. Moves on by events alone."""

    def __init__(self) -> None:
        self.by_id: dict[str, Standing] = {}

    def running(self, *actions: str) -> list[Standing]:
        """Those that run, of these actions or of all, in the order of their ids."""
        return [row for row in self.by_id.values() if row.running and (not actions or row.measure.action in actions)]

    def queues_for(self, window: int) -> list[str]:
        """The queues that a window is asked to serve besides its own."""
        asked = self.running("open_window", "reskill_window")
        return [row.measure.queue for row in asked if row.measure.window == window and row.measure.queue]

    def is_due(self, at: int, stale_ms: int) -> bool:
        """Whether one has run its time, or was not proposed again for `stale_ms`."""
        return any(
            0 < row.until_at <= at if row.running else row.renewed_at + stale_ms <= at for row in self.by_id.values()
        )

    def start_from(self, rows: Iterable[tuple[str, DiversionRecord]]) -> None:
        """Takes over what a snapshot knows."""
        self.by_id = {diversion: _standing(diversion, record) for diversion, record in sorted(rows)}

    def apply(self, event: Event) -> None:
        """Moves on by one event; those that say nothing of diversions change nothing."""
        diversion = str(event.fact("diversion") or "")
        if event.name == "DayClosed":
            self.by_id.clear()
        elif event.name in {"DiversionEnded", "DiversionDismissed"}:
            self.by_id.pop(diversion, None)
        elif event.name == "DiversionProposed" or (event.name == "DiversionStarted" and not event.fact("change")):
            self.by_id[diversion] = Standing(
                id=diversion,
                measure=_measure(event),
                running=event.name == "DiversionStarted",
                renewed_at=event.at,
                until_at=event.whole("until_at"),
            )
            self.by_id = dict(sorted(self.by_id.items()))


def _standing(diversion: str, record: DiversionRecord) -> Standing:
    running = record.status == "started"
    return Standing(
        id=diversion,
        measure=record.measure,
        running=running,
        renewed_at=record.started_at if running else record.renewed_at,
        until_at=record.until_at,
    )


def _measure(event: Event) -> Measure:
    return Measure(
        action=str(event.fact("action")),
        window=event.window,
        queue=event.queue,
        service=event.service,
        to=str(event.fact("to") or ""),
    )
