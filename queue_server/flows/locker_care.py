"""What lockers need without being asked: visitors told of their code, and reminded; boxes counted."""

from queue_server.domain.locker_orders import TellParcel
from queue_server.domain.lockers import NOT_TOLD, REMINDED, TOLD, LockerCounts, ParcelRecord
from queue_server.domain.messages import Message
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.lockers import Kept, LockerCodes
from queue_server.flows.messages import Outbox
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals

LOOK_MS = 30_000
"""How often it is looked whose time has come: time alone does that, and tells no event."""


class LockerCare:
    """A step of the hall's care. What it says has an id of its own, so a second worker says nothing."""

    def __init__(self, acting: Acting, kept: Kept, codes: LockerCodes, outbox: Outbox, seals: Seals) -> None:
        self._acting = acting
        self._kept = kept
        self._codes = codes
        self._outbox = outbox
        self._seals = seals
        self._looked: dict[str, tuple[int, int]] = {}

    async def look(self, ask: Ask) -> None:
        """Soon after a locker changed, and now and then."""
        running, now = ask.running, self._acting.clock()
        if not running.hall.lockers:
            return
        seen_at, seen = self._looked.get(running.hall.id, (0, -1))
        changed = running.live.locker_version
        if changed == seen and 0 <= now - seen_at < LOOK_MS:
            return
        for parcel, record in await self._kept.to_tell(running.hall.id, now):
            await self._tell(ask, parcel, record)
        running.lockers = counted(await self._kept.parcels(running.hall.id), now)
        self._looked[running.hall.id] = (now, changed)

    async def _tell(self, ask: Ask, parcel: str, record: ParcelRecord) -> None:
        told = TOLD if record.told == NOT_TOLD else REMINDED
        now = self._acting.clock()
        if record.until_at > now:
            await self._outbox.post(ask.running.hall.id, [self._message(ask.running, parcel, record, told, now)])
        order = TellParcel(**self._acting.common(ask), parcel=parcel, told=told)
        await self._acting.act(ask, "tell_parcel", order)

    def _message(self, running: RunningHall, parcel: str, record: ParcelRecord, told: int, at: int) -> Message:
        hall = running.hall.id  # it ends with a day: the last moment of that day is what is said
        return Message(
            id=f"locker-{parcel}-{told}",
            to=tuple(record.contacts),
            template="locker_in" if told == TOLD else "locker_remind",
            language=record.language,
            facts={
                "code": self._codes.code(hall, record.seed), "locker": record.locker, "box": record.box,
                "service": record.service, "until_at": record.until_at - 1, "at": at,
            },
            at=at,
            not_after=record.until_at,
            about=record.ticket,
            page=f"/t/{self._seals.seal('t', hall, record.ticket)}" if record.ticket else "",
        )  # fmt: skip


def counted(parcels: list[tuple[str, ParcelRecord]], at: int) -> dict[str, LockerCounts]:
    """How each locker stands, by its id; none for one that is empty."""
    found: dict[str, LockerCounts] = {}
    for _, record in parcels:
        if record.status == "in":
            so_far = found.get(record.locker, LockerCounts())
            overdue = so_far.overdue + (record.until_at <= at)
            found[record.locker] = LockerCounts(taken=so_far.taken + 1, overdue=overdue)
    return found
