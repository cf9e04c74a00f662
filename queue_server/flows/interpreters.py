"""Interpreters (翻译掌柜): the roster, who asks for one, who goes with whom, and what they wrote of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from msgspec import UNSET, structs

from queue_server.contract import answers, interpreters
from queue_server.contract.times import rfc3339
from queue_server.domain import interpreter_orders as orders
from queue_server.domain.calendar import day_of, local, moment
from queue_server.domain.interpreting import (
    DAY_MIN,
    NEAR_AHEAD,
    InterpreterRecord,
    PlannedInterpreter,
    RequestRecord,
    Shift,
    Speakers,
    on_shift,
    served_on,
    speakers,
    unmet,
)
from queue_server.domain.orders import Order
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import FINAL
from queue_server.flows import wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.running import RunningHall
from queue_server.flows.windows import id_of

CHANNELS = {"visitor": "phone", "kiosk": "kiosk", "window": "window"}
"""By the role of who asks; everybody else is the desk."""
LOOK_MS = 30_000
"""How often it is looked whose shift is over, and whether somebody waits: time alone tells no event."""
HOUR_MIN = 60

Found = tuple[list[tuple[str, InterpreterRecord]], list[tuple[str, RequestRecord]]]


class Roster(Protocol):
    """What a hall keeps of its interpreters."""

    async def read(self, hall: str) -> Found: ...


class InterpreterFlows:
    """The use cases around interpreters. All raise `Refusal`."""

    def __init__(self, acting: Acting, roster: Roster) -> None:
        self._acting = acting
        self._roster = roster
        self._looked: dict[str, tuple[int, int, bool]] = {}
        self._planned: dict[str, tuple[str, tuple[PlannedInterpreter, ...]]] = {}

    async def listed(self, ask: Ask) -> interpreters.Interpreters:
        """The roster, and the day's requests."""
        people, requests = await self._roster.read(ask.running.hall.id)
        await ask.running.caught_up()
        rows = sorted(requests, key=lambda row: (row[1].asked_at, row[0]))
        return interpreters.Interpreters(
            interpreters=[self._person(ask, *row) for row in people],
            requests=[_request(ask, *row) for row in rows],
            me=next((key for key, one in people if one.account and one.account == ask.caller.staff), UNSET),
        )

    async def spoken(self, ask: Ask) -> interpreters.Spoken:
        """The languages of the roster, with how many there are."""
        people, _ = await self._roster.read(ask.running.hall.id)
        known = sorted({language for _, one in people for language in one.languages})
        return interpreters.Spoken(languages=[_spoken(language, [one for _, one in people]) for language in known])

    async def keep(self, ask: Ask, interpreter: str, wanted: interpreters.KeepInterpreter) -> interpreters.Interpreter:
        """Puts someone on the roster, or changes what it says of them."""
        order = orders.KeepInterpreter(
            **self._acting.common(ask), interpreter=interpreter, name=wanted.name.rstrip(),
            languages=tuple(dict.fromkeys(wanted.languages)), phone=wanted.phone.strip(),
            shifts=tuple(_shift(row) for row in wanted.shifts), account=wanted.account,
        )  # fmt: skip
        if not order.name:
            raise Refusal("INVALID", {"field": "name", "problem": "expected more than blanks"})
        acted = await self._acting.act(ask, "keep_interpreter", order)
        return await self._one(ask, acted.ticket_id)

    async def drop(self, ask: Ask, interpreter: str) -> None:
        """Takes someone off the roster; whoever they are with gets the next one."""
        order = orders.OnInterpreter(**self._acting.common(ask), interpreter=interpreter)
        await self._acting.act(ask, "drop_interpreter", order)

    async def duty(self, ask: Ask, interpreter: str, on: bool) -> interpreters.Interpreter:
        """Comes on duty, or goes; whoever they are with then gets the next one."""
        order = orders.SetDuty(**self._acting.common(ask), interpreter=interpreter, duty=int(on))
        await self._acting.act(ask, "set_duty", order)
        return await self._one(ask, interpreter)

    async def ask_for(self, ask: Ask, ticket: str, language: str) -> answers.Ticket:
        """A visitor would like an interpreter."""
        channel = CHANNELS.get(ask.caller.role, "desk")
        ticket = await self._named(ask, ticket)
        order = orders.AskInterpreter(**self._acting.common(ask), ticket=ticket, language=language, channel=channel)
        return await self._on_ticket(ask, "ask_interpreter", order)

    async def do_without(self, ask: Ask, ticket: str) -> answers.Ticket:
        """The visitor would rather go on without one."""
        order = orders.ForTicket(**self._acting.common(ask), ticket=ticket)
        return await self._on_ticket(ask, "drop_request", order)

    async def assign(self, ask: Ask, ticket: str, interpreter: str) -> answers.Ticket:
        """By hand: whoever is free, whatever the roster says that they speak."""
        order = orders.AssignInterpreter(**self._acting.common(ask), ticket=ticket, interpreter=interpreter)
        return await self._on_ticket(ask, "assign_interpreter", order)

    async def note(self, ask: Ask, ticket: str, text: str) -> None:
        """What the interpreter wrote afterwards."""
        order = orders.NoteInterpreting(**self._acting.common(ask), ticket=ticket, note=text.strip())
        await self._acting.act(ask, "note_interpreting", order)

    async def look_after(self, ask: Ask) -> None:
        """A step of the hall's care: whoever is free goes to who needs them; whose shift is over goes home."""
        running, now = ask.running, self._acting.clock()
        await self._take_file(ask)
        seen_at, seen, waits = self._looked.get(running.hall.id, (0, -1, True))
        changed, due = running.live.interpreter_version, not 0 <= now - seen_at < LOOK_MS
        if changed == seen and not waits and not due:
            return
        if due or changed != seen:
            await self._send_home(ask, await self._look(ask))
        acted = await self._acting.act(
            ask, "match_interpreters", orders.MatchInterpreters(**self._acting.common(ask), near=NEAR_AHEAD)
        )
        self._looked[running.hall.id] = (now if due else seen_at, changed, bool(acted.rows[0][0]))

    async def _take_file(self, ask: Ask) -> None:
        """Puts those of the hall file on the roster: once a day and file, for the store may have been put back."""
        running = ask.running
        planned = (running.day, running.hall.interpreters)
        if not running.hall.interpreters or self._planned.get(running.hall.id) == planned:
            return
        rows = tuple((p.id, p.name, p.languages, p.phone, p.shifts, p.account) for p in running.hall.interpreters)
        order = orders.PlanInterpreters(**self._acting.common(ask), rows=rows)
        await self._acting.act(ask, "plan_interpreters", order)
        self._planned[running.hall.id] = planned

    async def _look(self, ask: Ask) -> list[tuple[str, InterpreterRecord]]:
        """The roster; what this worker tells visitors and managers of it until the next look is noted."""
        running = ask.running
        version = running.live.roster_version
        people, requests = await self._roster.read(running.hall.id)
        known = speakers([one for _, one in people], *self._minute(ask))
        running.speakers = {
            language: structs.replace(one, next_at=self._moment_in(ask, one.next_min))
            for language, one in known.items()
        }
        running.unmet = unmet([row for _, row in requests], running.speakers)
        running.roster_seen = version
        return people

    async def _send_home(self, ask: Ask, people: list[tuple[str, InterpreterRecord]]) -> None:
        for interpreter, one in people:
            if one.duty and not self._is_on_shift(ask, one):
                order = orders.SetDuty(**self._acting.common(ask), interpreter=interpreter, duty=0, gently=1)
                await self._acting.act(ask, "set_duty", order)

    async def _named(self, ask: Ask, ticket: str) -> str:
        """The staff may name a ticket by its number."""
        return ticket if ask.caller.role == "visitor" else await id_of(ask, ticket)

    async def _on_ticket(self, ask: Ask, name: str, order: Order) -> answers.Ticket:
        told = wire.acted_ticket(ask.running.hall, await self._acting.act(ask, name, order))
        if (await ask.running.caught_up()).roster_version != ask.running.roster_seen:
            await self._look(ask)
        return with_speakers(ask.running, told)

    async def _one(self, ask: Ask, interpreter: str) -> interpreters.Interpreter:
        people, _ = await self._roster.read(ask.running.hall.id)
        found = next((one for known, one in people if known == interpreter), None)
        if found is None:
            raise Refusal("NO_SUCH_INTERPRETER", {"interpreter": interpreter})
        return self._person(ask, interpreter, found)

    def _minute(self, ask: Ask) -> tuple[int, int]:
        """The weekday in the hall, and the minute of its day."""
        now = local(ask.running.hall, self._acting.clock())
        return now.isoweekday(), now.hour * HOUR_MIN + now.minute

    def _moment_in(self, ask: Ask, minutes: int | None) -> int | None:
        """When (ms) the clock in the hall will have gone on by so many minutes."""
        if minutes is None:
            return None
        hall, now = ask.running.hall, local(ask.running.hall, self._acting.clock())
        days, minute = divmod(now.hour * HOUR_MIN + now.minute + minutes, DAY_MIN)
        return moment(hall, now.date() + timedelta(days=days), minute)

    def _is_on_shift(self, ask: Ask, one: InterpreterRecord) -> bool:
        return on_shift(one.shifts, *self._minute(ask))

    def _person(self, ask: Ask, interpreter: str, one: InterpreterRecord) -> interpreters.Interpreter:
        today = day_of(ask.running.hall, self._acting.clock())
        return interpreters.Interpreter(
            id=interpreter, name=one.name, languages=one.languages, phone=one.phone,
            shifts=[interpreters.ShiftRow(day=day, begins=_hour(a), ends=_hour(b)) for day, a, b in one.shifts],
            state=_state(one), on_shift=self._is_on_shift(ask, one), since=rfc3339(one.since),
            ticket=one.ticket or UNSET, today=served_on(one, today), account=one.account,
        )  # fmt: skip


def with_speakers(running: RunningHall, told: answers.Ticket) -> answers.Ticket:
    """A ticket whose visitor waits for an interpreter, with what there is to tell where nobody is on duty."""
    wish = told.interpreter
    if not wish or wish.assigned or told.status in FINAL:
        return told
    known = running.speakers.get(wish.language, Speakers())  # whoever spoke it may have left the roster
    if known.here or running.roster_seen != running.live.roster_version:
        return told  # what was seen a moment before somebody came on duty is not told
    from_at = UNSET if known.next_at is None else rfc3339(known.next_at)
    return structs.replace(told, interpreter=structs.replace(wish, nobody=True, from_at=from_at))


def _state(one: InterpreterRecord) -> str:
    return "busy" if one.ticket else "free" if one.duty else "off"


def _spoken(language: str, people: Iterable[InterpreterRecord]) -> interpreters.SpokenRow:
    states = [_state(one) for one in people if language in one.languages]
    here = len(states) - states.count("off")
    return interpreters.SpokenRow(language=language, here=here, free=states.count("free"))


def _request(ask: Ask, ticket: str, row: RequestRecord) -> interpreters.Request:
    live = ask.running.live.tickets.get(ticket)
    window = live.window if live else 0
    return interpreters.Request(
        ticket=ticket, number=row.number, queue=row.queue, service=row.service,
        zone=ask.running.hall.zone_of(row.queue, window), language=row.language, channel=row.channel,
        status=row.status, ticket_status=live.status if live else "", window=window or UNSET,
        ahead=ask.running.live.ahead(ticket), interpreter=row.interpreter if row.assigned_at else UNSET,
        asked_at=rfc3339(row.asked_at), assigned_at=rfc3339(row.assigned_at) if row.assigned_at else UNSET,
        ended_at=rfc3339(row.ended_at) if row.ended_at else UNSET, note=row.note,
    )  # fmt: skip


def _shift(row: interpreters.ShiftAsk) -> Shift:
    begins, ends = _minutes(row.begins), _minutes(row.ends)
    if begins >= ends:
        raise Refusal("INVALID", {"field": "shifts", "problem": "expected each shift to end after it begins"})
    return row.day, begins, ends


def _minutes(hour: str) -> int:
    return int(hour[:2]) * HOUR_MIN + int(hour[3:])


def _hour(minutes: int) -> str:
    return f"{minutes // HOUR_MIN:02d}:{minutes % HOUR_MIN:02d}"
