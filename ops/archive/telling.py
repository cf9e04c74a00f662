"""What the archiver tells the store of itself, so that workers, metrics and alarms know."""

from collections.abc import Callable

import structlog
from msgspec.structs import replace

from ops.archive.course import Mark
from ops.archive.database import ArchiveAway
from ops.archive.stream import Streams
from queue_server.domain.archive import ArchiveState, lasts_s

EVERY_MS, AT_WORK_MS = 5000, 1000
"""How often it says that nothing has changed, and how often how far it is."""

log = structlog.get_logger()


class Telling:
    """Everything raises `StoreDown`."""

    def __init__(self, streams: Streams, clock: Callable[[], int]) -> None:
        self._streams = streams
        self._clock = clock
        self._told: dict[str, ArchiveState] = {}
        self._growth: dict[str, float] = {}
        """Of the streams that wait, in bytes a second: all of them fill the same store."""
        self.trouble = ""

    async def went_well(self, mark: Mark, is_full: bool) -> None:
        """A page was archived up to this mark; a full one is hardly the last."""
        if self.trouble:
            log.warning("the archive is back")
            self.trouble = ""
        told, now = self._told.get(mark.hall), self._clock()
        known = told is not None and (told.since > 0, told.lost) == (is_full, mark.lost)
        often = AT_WORK_MS if told is not None and told.position != mark.position else EVERY_MS
        if told is None or not known or now - told.at >= often:
            await self._tell(mark.hall, mark.position, mark.lost, is_behind=is_full)

    async def failed(self, halls: list[str], error: ArchiveAway) -> None:
        """Nothing can be archived; what cannot is counted, and how long it can wait."""
        if self.trouble != error.trouble:
            log.error("the archive cannot be used; the stream waits", trouble=error.trouble, said=str(error))
        self.trouble = error.trouble
        for hall in halls:
            told = self._told.get(hall)
            position = told.position if told else await self._streams.archived_up_to(hall)
            await self._tell(hall, position, told.lost if told else 0, is_behind=True)

    async def _tell(self, hall: str, position: int, lost: int, is_behind: bool) -> None:
        now, before = self._clock(), self._told.get(hall)
        last = (await self._streams.ends(hall)).last
        state = ArchiveState(at=now, position=position, behind=max(last - position, 0), trouble=self.trouble, lost=lost)
        if is_behind:
            since = before.since if before and before.since else now
            state = replace(state, since=since, lasts_s=await self._lasts_s(hall))
        else:
            self._growth.pop(hall, None)
        await self._streams.tell(hall, state)
        self._told[hall] = state

    async def _lasts_s(self, hall: str) -> int:
        """-1 where nothing grows."""
        self._growth[hall] = await self._streams.bytes_per_s(hall)
        growth = sum(self._growth.values())
        return lasts_s(await self._streams.room_bytes(), growth) if growth else -1
