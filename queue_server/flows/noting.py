"""What stands in the ledger though nothing in the hall changed: sign-ins, readings, refusals, who speaks from where.

A sign-in and a reading are noted before they are answered: what cannot be noted does not happen. So it is with an
act from a new address: only then it costs the store a second call. Refusals wait for the next second; a flood of them
is counted, not written.
"""

from collections import OrderedDict, deque
from collections.abc import Callable

import structlog
from msgspec import Struct

from queue_server.domain.audit_orders import NoteAct
from queue_server.domain.callers import NOBODY, Caller
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.running import RunningHall

ADDRESSES = 8
"""So many of a caller's addresses are remembered: one that comes back is no news."""
MOST_CALLERS = 65_536
"""Of so many it is known whence they speak: of all devices of a district. Whoever is forgotten is noted at each act."""
MOST_LATELY = 4096
QUIET_MS = 60_000
"""A refusal like another of the same minute is only counted."""
AGAIN_MS = 600_000
"""Who looks at the same thing again within ten minutes reads it once."""
MOST_PENDING = 500
AT_ONCE = 50
LONGEST = 200
LOCKED = "LOCKED_OUT"

Fact = tuple[str, str | int]

log = structlog.get_logger()


class Pending(Struct, frozen=True, kw_only=True):
    """A note that is still to be made."""

    caller: Caller
    facts: tuple[Fact, ...]


class Lately:
    """What was lately: the oldest is forgotten when there is too much."""

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[str, ...], tuple[int, int]] = OrderedDict()

    def count(self, key: tuple[str, ...], now: int, within_ms: int) -> int:
        """How often it was since it last counted, with this time; 0 while it is too soon to count again."""
        since, times = self._at.get(key, (-within_ms, 0))
        times += 1
        is_due = now - since >= within_ms
        self._at[key] = (now, 0) if is_due else (since, times)
        self._at.move_to_end(key)
        if len(self._at) > MOST_LATELY:
            self._at.popitem(last=False)
        return times if is_due else 0


class Notes:
    """Notes acts in the ledger of their hall. `counted(hall, act)` is told of each."""

    def __init__(self, acting: Acting, counted: Callable[[str, str], None]) -> None:
        self._acting = acting
        self._counted = counted
        self._pending: dict[str, deque[Pending]] = {}
        self._addresses: OrderedDict[tuple[str, str], list[str]] = OrderedDict()
        self._refused = Lately()
        self._read = Lately()

    async def note(self, ask: Ask, act: str, *facts: Fact) -> None:
        """Notes an act at once. Raises `StoreDown`."""
        await self._put(ask.running, Pending(caller=ask.caller, facts=(("act", act), *facts)))

    async def signed_in(self, ask: Ask, whence: str, what: str) -> None:
        """Somebody signed a browser in for a page."""
        self._knows(ask.caller, whence)
        await self.note(ask, "signed_in", ("whence", whence), ("what", what[:LONGEST]), *_device(ask.caller))

    async def read(self, ask: Ask, what: str, whence: str, about: str = "") -> None:
        """Somebody of the staff reads what others wrote or did."""
        if self._read.count((ask.running.hall.id, ask.caller.actor, what, about), self._acting.clock(), AGAIN_MS):
            told: tuple[Fact, ...] = (("what", what), ("whence", whence), ("code", about[:LONGEST]))
            await self.note(ask, "read", *told, *_device(ask.caller))

    def refused(self, running: RunningHall, caller: Caller, code: str, what: str, whence: str) -> None:
        """Somebody was refused what only staff may do. Strangers count once, whatever they try."""
        key = (running.hall.id, whence, caller.actor, code, what if caller.role else "")
        self._note_refusal(running, key, caller, code, what, whence)

    def sign_in_refused(self, running: RunningHall, number: str, code: str, whence: str) -> None:
        """Somebody was not let in, by the way of an account of this hall; without a number nobody has that name.

        What was typed as a name is not noted: it may be a password. A locked account is one entry a minute, from
        wherever it is tried.
        """
        key = (running.hall.id, "" if code == LOCKED else whence, f"sign-in {number}", code, "")
        self._note_refusal(running, key, NOBODY, code, f"sign-in {number}".strip(), whence)

    def _note_refusal(
        self, running: RunningHall, key: tuple[str, ...], caller: Caller, code: str, what: str, whence: str
    ) -> None:
        times = self._refused.count(key, self._acting.clock(), QUIET_MS)
        if times:
            more: tuple[Fact, ...] = (("times", times),) if times > 1 else ()
            facts: tuple[Fact, ...] = (("act", "refused"), ("code", code), ("what", what[:LONGEST]), ("whence", whence))
            self._wait(running, Pending(caller=caller, facts=(*facts, *more, *_device(caller))))

    async def heard(self, running: RunningHall, caller: Caller, whence: str) -> None:
        """Somebody is about to act from an address; noted first where it is another one. Raises `StoreDown`."""
        if not self._knows(caller, whence):
            facts: tuple[Fact, ...] = (("act", "address"), ("whence", whence))
            try:
                await self._put(running, Pending(caller=caller, facts=(*facts, *_device(caller))))
            except BaseException:
                self._forget(caller, whence)
                raise

    def waiting(self, hall: str) -> int:
        """How many notes of a hall are still to be made."""
        return len(self._pending.get(hall, ()))

    async def write(self, ask: Ask) -> None:
        """Makes the notes that wait, a few at once. A step of care. Raises `StoreDown`."""
        waiting = self._pending.get(ask.running.hall.id)
        for _ in range(min(AT_ONCE, len(waiting or ()))):
            assert waiting is not None
            await self._put(ask.running, waiting[0])
            waiting.popleft()

    def _knows(self, caller: Caller, whence: str) -> bool:
        """Whether this caller lately spoke from there; from now on it did."""
        key = _key(caller)
        known = self._addresses.setdefault(key, [])
        self._addresses.move_to_end(key)
        if len(self._addresses) > MOST_CALLERS:
            self._addresses.popitem(last=False)
        if whence in known:
            return True
        known[:] = [*known[-ADDRESSES + 1 :], whence]
        return False

    def _forget(self, caller: Caller, whence: str) -> None:
        self._addresses.get(_key(caller), []).remove(whence)

    def _wait(self, running: RunningHall, note: Pending) -> None:
        waiting = self._pending.setdefault(running.hall.id, deque())
        if len(waiting) < MOST_PENDING:
            waiting.append(note)
        else:
            log.warning("audit: too many notes wait, one is left out", hall=running.hall.id, facts=note.facts)

    async def _put(self, running: RunningHall, note: Pending) -> None:
        caller = note.caller
        order = NoteAct(
            **self._acting.common(Ask(running=running, caller=caller)),
            facts=tuple(part for fact in note.facts if fact[1] != "" for part in fact),
            window=caller.window if caller.hall == running.hall.id else 0,
            staff=caller.staff or caller.name,
        )
        await self._acting.act(Ask(running=running, caller=caller), "note_act", order)
        self._counted(running.hall.id, str(note.facts[0][1]))


def _key(caller: Caller) -> tuple[str, str]:
    return caller.hall, f"{caller.role}:{caller.id}"


def _device(caller: Caller) -> tuple[Fact, ...]:
    """Which device, or whose hall's, a caller is: a window's actor does not say it."""
    return (("device", caller.id), ("role", caller.role)) if caller.id and caller.role != "visitor" else ()
