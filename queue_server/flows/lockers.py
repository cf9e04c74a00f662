"""Lockers (E邮柜): what is ready goes into a box, its visitor is told a code, and the code opens it once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from msgspec import UNSET, Struct, structs

from queue_server.contract import lockers
from queue_server.contract.persons import phone_digits
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import bounds_of_date, local, moment
from queue_server.domain.hall import Hall
from queue_server.domain.locker_orders import Collect, PutIn, ReturnParcel
from queue_server.domain.lockers import CODE_DIGITS, Locker, ParcelRecord
from queue_server.domain.messages import Contact
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import TicketRecord
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import LEAST_DIGITS
from queue_server.flows.codes import as_dialled
from queue_server.flows.contacts import Contacts
from queue_server.flows.seals import Seals
from queue_server.flows.windows import id_of

HOUR_MS = 3_600_000
MORNING_H = 8
"""Nobody is reminded in the night, though a day's time is over at its end."""
MOST_DRAWS = 5
"""How often another code is drawn where one is taken: two alike are one in half a million."""

Rows = list[tuple[str, ParcelRecord]]


class Kept(Protocol):
    """What lies in lockers; see `store.lockers`."""

    async def parcels(self, hall: str) -> Rows: ...
    async def to_tell(self, hall: str, at: int) -> Rows: ...


class LockerCodes:
    """The codes of boxes: made of chance and our secret, so that the store can show none of them."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def code(self, hall: str, seed: str) -> str:
        """The code of what was put in with this seed."""
        raw = hashlib.sha256(self._seals.person(hall, "locker-code", seed).encode()).digest()
        return f"{int.from_bytes(raw[:16]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def digest(self, hall: str, typed: str) -> str:
        """By what the store knows a code again."""
        return self._seals.person(hall, "locker", "".join(letter for letter in typed if letter.isdecimal()))


class _For(Struct, frozen=True, kw_only=True):
    """Whom something is for, and what it is."""

    ticket: str = ""
    record: TicketRecord | None = None
    service: str = ""
    contacts: tuple[str, ...] = ()


class LockerFlows:
    """The use cases around lockers. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept, codes: LockerCodes, contacts: Contacts) -> None:
        self._acting = acting
        self._kept = kept
        self._codes = codes
        self._contacts = contacts

    async def listed(self, hall: Hall) -> lockers.Lockers:
        """The hall's lockers, and how many boxes of each are free."""
        return lockers.Lockers(lockers=rows_of(hall, await self._kept.parcels(hall.id) if hall.lockers else []))

    async def parcels(self, ask: Ask) -> lockers.Parcels:
        """All that lies in boxes, what is longest past its time first; no codes."""
        found = [row for row in await self._kept.parcels(ask.running.hall.id) if row[1].status == "in"]
        found.sort(key=lambda row: (row[1].until_at, row[1].put_at, row[0]))
        return lockers.Parcels(parcels=[self._told(ask, *row) for row in found])

    async def of_ticket(self, ask: Ask, ticket: str) -> lockers.Parcels:
        """What was put into boxes for a ticket, the latest first; its codes are its visitor's alone."""
        ticket = await id_of(ask, ticket)
        rows = [row for row in await self._kept.parcels(ask.running.hall.id) if row[1].ticket == ticket]
        rows.sort(key=lambda row: (-row[1].put_at, row[0]))
        with_code = ask.caller.role == "visitor"
        return lockers.Parcels(parcels=[self._told(ask, *row, with_code=with_code) for row in rows])

    async def put_in(self, ask: Ask, locker_id: str, wanted: lockers.PutIn) -> lockers.Parcel:
        """Something goes into a box. Refuses `LOCKER_FULL` and `BOX_TAKEN`."""
        hall, locker = ask.running.hall, _locker(ask.running.hall, locker_id)
        if wanted.box is not None and wanted.box > locker.boxes:
            raise Refusal("INVALID", {"field": "box", "problem": f"expected at most {locker.boxes}"})
        whom = await self._for(ask, wanted)
        at = self._acting.clock()
        until_at = bounds_of_date(hall, local(hall, at).date() + timedelta(days=hall.locker.keep_days))[1]
        record = whom.record
        order = PutIn(
            **self._acting.common(ask), locker=locker.id, boxes=locker.boxes, box=wanted.box or 0, ticket=whom.ticket,
            number=record.number if record else "", queue=record.queue if record else "", service=whom.service,
            contacts=whom.contacts, digest="", seed="", until_at=until_at, remind_at=remind_at(hall, until_at),
            language=wanted.language or (record.language if record else "") or hall.languages[0],
        )  # fmt: skip
        parcel = await self._with_code(ask, order)
        return await self._read(ask, parcel, with_code=True)

    async def _with_code(self, ask: Ask, order: PutIn) -> str:
        """Puts it in with a code that no other box has; the id."""
        hall = ask.running.hall.id
        for draw in range(MOST_DRAWS):
            seed = secrets.token_urlsafe(16)
            digest = self._codes.digest(hall, self._codes.code(hall, seed))
            key = f"{ask.key}/{draw}" if ask.key and draw else ask.key
            try:
                acted = await self._acting.act(ask, "put_in", structs.replace(order, seed=seed, digest=digest, key=key))
            except Refusal as refusal:
                if refusal.code != "CODE_TAKEN" or draw == MOST_DRAWS - 1:
                    raise
            else:
                return acted.ticket_id
        raise AssertionError("unreachable")

    async def _for(self, ask: Ask, wanted: lockers.PutIn) -> _For:
        if wanted.ticket is None and wanted.phone is None:
            raise Refusal("INVALID", {"field": "ticket", "problem": "expected `ticket` or `phone`"})
        hall = ask.running.hall
        if wanted.service is not None and wanted.service not in hall.service_by_id:
            raise Refusal("NO_SUCH_SERVICE", {"service": wanted.service})
        found = _For(service=wanted.service or "", contacts=self._phone(wanted.phone))
        if wanted.ticket is None:
            return found
        ticket = await id_of(ask, wanted.ticket)
        read = await self._acting.halls.read_ticket(hall.id, ticket)
        if read is None or read.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": wanted.ticket})
        kept = (await self._acting.halls.read_contacts(hall.id, [ticket]))[0]
        return structs.replace(
            found, ticket=ticket, record=read.ticket, service=found.service or read.ticket.service,
            contacts=tuple(dict.fromkeys((*kept, *found.contacts))),
        )  # fmt: skip

    def _phone(self, phone: str | None) -> tuple[str, ...]:
        if phone is None:
            return ()
        if len(phone_digits(phone).lstrip("+")) < LEAST_DIGITS:
            raise Refusal("INVALID", {"field": "phone", "problem": f"expected at least {LEAST_DIGITS} digits"})
        return (self._contacts.seal(Contact(phone=as_dialled(phone))),)

    async def collect(self, ask: Ask, wanted: lockers.CollectParcel) -> lockers.Parcel:
        """Opens the box of a code. Refuses `NO_SUCH_CODE` and `TOO_MANY_TRIES`."""
        digest = self._codes.digest(ask.running.hall.id, wanted.code)
        acted = await self._acting.act(ask, "collect", Collect(**self._acting.common(ask), digest=digest))
        return await self._read(ask, acted.ticket_id)

    async def take_out(self, ask: Ask, parcel: str) -> lockers.Parcel:
        """Staff take it out again; its code opens nothing any more. Refuses `PARCEL_STATUS`."""
        acted = await self._acting.act(ask, "return_parcel", ReturnParcel(**self._acting.common(ask), parcel=parcel))
        return await self._read(ask, acted.ticket_id)

    async def _read(self, ask: Ask, parcel: str, with_code: bool = False) -> lockers.Parcel:
        for found, record in await self._kept.parcels(ask.running.hall.id):
            if found == parcel:
                return self._told(ask, found, record, with_code=with_code)
        raise Refusal("NO_SUCH_PARCEL", {"parcel": parcel})

    def _told(self, ask: Ask, parcel: str, record: ParcelRecord, with_code: bool = False) -> lockers.Parcel:
        hall, is_in = ask.running.hall, record.status == "in"
        locker = hall.locker_by_id.get(record.locker)
        return lockers.Parcel(
            id=parcel, locker=record.locker, names=locker.names if locker else {}, zone=locker.zone if locker else "",
            box=record.box, status=record.status, ticket=record.ticket or UNSET, number=record.number or UNSET,
            service=record.service or UNSET, reachable=bool(record.contacts),
            code=self._codes.code(hall.id, record.seed) if with_code and is_in else UNSET,
            put_at=rfc3339(record.put_at), until_at=rfc3339(record.until_at),
            overdue=is_in and record.until_at <= self._acting.clock(),
            ended_at=rfc3339(record.ended_at) if record.ended_at else UNSET,
        )  # fmt: skip


def rows_of(hall: Hall, parcels: Iterable[tuple[str, ParcelRecord]]) -> list[lockers.LockerRow]:
    """Each locker with its free boxes."""
    taken = {(record.locker, record.box) for _, record in parcels if record.status == "in"}
    return [
        lockers.LockerRow(
            id=one.id, names=one.names, zone=one.zone, boxes=one.boxes,
            free=sum((one.id, box) not in taken for box in range(1, one.boxes + 1)),
        )
        for one in hall.lockers
    ]  # fmt: skip


def remind_at(hall: Hall, until_at: int) -> int:
    """When who has not come is reminded of what lies there until a moment (ms); 0 for never."""
    if not hall.locker.remind_h:
        return 0
    at = until_at - hall.locker.remind_h * HOUR_MS
    return max(at, moment(hall, local(hall, at).date(), MORNING_H * 60))


def _locker(hall: Hall, locker: str) -> Locker:
    found = hall.locker_by_id.get(locker)
    if found is None:
        raise Refusal("NO_SUCH_LOCKER", {"locker": locker})
    return found
