"""A hall that runs in this worker: its file, its fold, and those who follow its events."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from queue_server.domain.archive import ArchiveState
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall
from queue_server.domain.interpreting import Speakers, Unmet
from queue_server.domain.live import LiveHall
from queue_server.domain.lockers import LockerCounts
from queue_server.domain.messages import OutboxState
from queue_server.domain.orders import FoundTicket, Snapshot
from queue_server.domain.outlook import MOST_AGE_MS, Outlook, QueueOutlook
from queue_server.domain.refusals import Refusal
from queue_server.domain.search import ServiceIndex
from queue_server.forecast.estimate import wait_range_s

BEGIN_S = 2.0
CATCH_UP_S = 0.3
"""How long a read waits for this worker's own last act to come back through the stream."""


class Follower(Protocol):
    """Someone who is told each event once, in order, and when the thread was lost."""

    def take(self, position: int, event: Event) -> None: ...
    def start_afresh(self) -> None: ...


class DeviceCounts(Struct, frozen=True, kw_only=True):
    """How many of the devices that report are well, are not, or have fallen silent; and what they have in store."""

    ok: int = 0
    wrong: int = 0
    silent: int = 0
    pending: int = 0
    """Tickets that kiosks took while they were alone, and have not handed in yet."""


class CaseCounts(Struct, frozen=True, kw_only=True):
    """How many cases have not ended, and how many of them should have gone on by now."""

    open: int = 0
    overdue: int = 0


class CertificateCounts(Struct, frozen=True, kw_only=True):
    """How many certificates of the staff have ended or will within a month, and how many of them have."""

    ending: int = 0
    over: int = 0


class PromiseCounts(Struct, frozen=True, kw_only=True):
    """How many promises stand; how many of the hall's own, and how many of visitors, should have been kept by now."""

    open: int = 0
    overdue: int = 0
    late: int = 0


class RunningHall:
    """Fed by the store's stream; read by everyone in this worker. Keeps nothing that the store does not have."""

    def __init__(self, hall: Hall, rehearsal_speed: float = 1.0) -> None:
        self.rehearsal_speed = rehearsal_speed
        self.live = LiveHall()
        self.devices = DeviceCounts()
        self.messages = OutboxState()
        self.cases = CaseCounts()
        self.promises = PromiseCounts()
        self.speakers: dict[str, Speakers] = {}
        """The languages of its interpreters, as of the last look."""
        self.roster_seen = -1
        """Which version of the roster that was."""
        self.unmet: list[Unmet] = []
        self.lockers: dict[str, LockerCounts] = {}
        """How each locker stands that is not empty."""
        self.certificates = CertificateCounts()
        self.outlook: Outlook | None = None
        """What the caretaker published last; None before the first. Whether it is still believed: see `estimates`."""
        self.queue_outlooks: dict[str, QueueOutlook] = {}
        self.archive: ArchiveState | None = None
        """How its archive fares; None where there is none."""
        self.usual: dict[int, float] = {}
        """How many wait at a minute of a usual day, every quarter of an hour; empty while nobody knows."""
        self.trusted = True
        """False from the moment when the store was found restored until the fold begins anew."""
        self._open: dict[str, list[int]] = {}  # by queue, until a window opens, pauses or closes
        self.started = asyncio.Event()
        self.followers: list[Follower] = []
        self._own_position = 0
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self.take_file(hall)

    def take_file(self, hall: Hall) -> None:
        """Runs on with a new hall file."""
        self.hall = hall
        self.index = ServiceIndex(hall)

    # fed by the store

    @property
    def position(self) -> int:
        return self.live.position

    @property
    def day(self) -> str:
        """The local day that the hall is in, `YYMMDD`."""
        return self.live.day

    @property
    def known(self) -> tuple[str, int]:
        """The day and the position up to which this worker knows the hall; nothing while it has to learn it anew."""
        return (self.live.day, self.live.position) if self.trusted else ("", 0)

    def start(self, snapshot: Snapshot, pages: Iterable[list[FoundTicket]]) -> None:
        """Begins from a snapshot, at first or after the thread was lost."""
        fresh = LiveHall()
        fresh.start_from(snapshot)
        for page in pages:
            fresh.add_page(page)
        again = self.started.is_set()
        self.live = fresh
        self.trusted = True
        if again:  # what was done before may be gone; at first, acts may have overtaken the snapshot
            self._own_position = 0
        self._open.clear()
        self.started.set()
        self._wake()
        if again:
            for follower in self.followers:
                follower.start_afresh()

    def take(self, position: int, event: Event) -> None:
        """Moves on by one event and tells the followers."""
        self.live.apply(position, event)
        if event.name.startswith("Window") or event.name == "DayClosed":
            self._open.clear()
        for follower in self.followers:
            follower.take(position, event)
        if self._waiters:
            self._wake()

    def take_outlook(self, outlook: Outlook) -> None:
        """Knows from now on what the caretaker expects; what was expected before that is passed over.

        A clock that was put back by more than a minute is followed.
        """
        if self.outlook is not None and 0 < self.outlook.at - outlook.at <= MOST_AGE_MS:
            return
        self.outlook = outlook
        self.queue_outlooks = {row.queue: row for row in outlook.queues}

    # reading one's own writes

    def acted(self, position: int) -> None:
        """Notes that an act of this worker ended at this position."""
        self._own_position = max(self._own_position, position)

    async def caught_up(self) -> LiveHall:
        """The fold, once it contains what this worker did; a little late rather than never.

        Refuses `STORE_DOWN` while the hall has not begun from the store.
        """
        if not self.started.is_set():
            await self._begun()
        await self.reached(self._own_position)
        return self.live

    async def reached(self, position: int) -> bool:
        """Whether the fold is at a position, or soon will be: another worker may have seen it a moment before."""
        if self.live.position < position:
            reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((position, reached))
            await asyncio.wait([reached], timeout=CATCH_UP_S)
            reached.cancel()
        return self.live.position >= position

    async def _begun(self) -> None:
        try:
            async with asyncio.timeout(BEGIN_S):
                await self.started.wait()
        except TimeoutError:
            raise Refusal("STORE_DOWN") from None

    def _wake(self) -> None:
        position = self.live.position
        for wanted, reached in self._waiters:
            if wanted <= position and not reached.done():
                reached.set_result(None)
        self._waiters = [row for row in self._waiters if not row[1].done()]

    # the wait

    def open_windows(self, queue: str) -> list[int]:
        """Windows that are open and serve this queue now."""
        found = self._open.get(queue)
        if found is None:
            found = self._open[queue] = [
                number
                for number, window in self.live.windows.items()
                if window.status == "open" and any(share[0] == queue for share in window.queues)
            ]
        return found

    def wait_s(self, queue: str, ahead: int) -> tuple[int, int, int]:
        """A simple estimate (p10, p50, p90, seconds) for one who has `ahead` people before them in this queue.

        It is told where there is no forecast: everyone asks `flows.estimates`. With no window open it is what the
        opening plan lets expect.
        """
        windows = self.live.windows
        open_now = self.open_windows(queue)
        servers = sum(1 / len(windows[number].queues) for number in open_now)
        idle = sum(1 for number in open_now if not windows[number].ticket)
        if not open_now:
            servers = len(self.hall.windows_of_queue.get(queue, ()))
        return wait_range_s(ahead, servers, idle, self.mean_handling_ms(queue))

    def mean_handling_ms(self, queue: str) -> float:
        """The queue's learnt pace, at first that of the hall file; both weigh equally after thirty visits.

        The first visits to end are the short ones, so what is learnt from few of them says too little.
        """
        day = self.live.days.get(queue)
        planned = self.hall.mean_handling_ms.get(queue, 600_000) / self.rehearsal_speed
        if day is None or day.paced == 0:
            return planned
        trust = day.paced / (day.paced + 30)
        return trust * day.pace_ms + (1 - trust) * planned
