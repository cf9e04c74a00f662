"""Who is announced next: a fold of the board's events. No clock, no sound, no network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from display.announcer.calls import VOICE, Call, Identity, call_of
from display.announcer.plans import Announcement, manner_for
from display.announcer.standing import Board, Standing, is_anew

OLD_S = 60.0
"""A call that came to be spoken longer ago is announced only if it is sure that it still stands."""
LADDER_S = 30.0
"""A row of the board tells when it was called; it may have come to voice so much later."""

NEW_CALLS = frozenset({"TicketCalled", "TicketRecalled"})
ENDS = frozenset(
    {
        "TicketAcknowledged", "ServiceStarted", "ServiceFinished", "TicketHeld", "TicketTransferred", "TicketMissed",
        "TicketReinstated", "TicketPostponed", "TicketCancelled", "TicketExpired", "ActUndone",
    }
)  # fmt: skip
"""After these nobody is to hear the call that went before."""

Event = Mapping[str, Any]
Note = Callable[[str, Call, str], None]
"""Told what became of a call that was not announced: `skipped`, `withdrawn` or `quiet`, the call, and why."""


@dataclass(kw_only=True, slots=True)
class Waiting:
    call: Call
    doubtful: bool


class Announcer:
    """`hear` events, `see` boards, take what is `next`. Each call is given out once.

    `said` holds the identities that were given out, with the moment of their call, until their window calls anew: while
    it serves them, and also when they left it, as that may be undone.
    """

    def __init__(self, note: Note, said: Mapping[Identity, float] | None = None) -> None:
        self.said: dict[Identity, float] = dict(said or {})
        self._note = note
        self._waiting: list[Waiting] = []
        self._speaking: set[Identity] = set()

    @property
    def waiting(self) -> list[Call]:
        """Calls that are to be announced, oldest first."""
        return [entry.call for entry in self._waiting]

    @property
    def backlog_s(self) -> float:
        """How long it takes to announce all that wait, in the manner that they would be announced in now."""
        return manner_for(self.waiting).seconds(self.waiting) if self._waiting else 0.0

    @property
    def doubtful(self) -> bool:
        """Whether some are too old to be announced unless the board says that they still stand."""
        return any(entry.doubtful for entry in self._waiting)

    def hear(self, event: Event, now: float) -> None:
        """Follows one event of the board."""
        name = event["event"]
        if name in NEW_CALLS or name == "CallEscalated":
            self._call(event, now)
        elif name in ENDS:
            self._end(event["number"], name)
        elif name == "DayClosed":
            self._end_all(name)

    def see(self, board: Board, now: float) -> None:
        """Takes the board as it is now: what is over there is over, what stands and was not said is to be said."""
        standing = Standing(board)
        for entry in list(self._waiting):
            if why := standing.why_over(entry.call.identity):
                self._withdraw(entry, why)
            entry.doubtful = False
        self._speaking = {identity for identity in self._speaking if not standing.why_over(identity)}
        self.said = {identity: at for identity, at in self.said.items() if standing.knows(identity, at)}
        for call in standing.to_say():
            self._add_seen(call, now)

    def next(self, volume_of: Callable[[str], int]) -> Announcement | None:
        """What to announce now, given out for good. Where the zone's volume is 0 nothing is said."""
        self._leave_quiet(volume_of)
        ready = [entry.call for entry in self._waiting if not entry.doubtful]
        if not ready:
            return None
        manner = manner_for(ready)
        volume = volume_of(ready[0].zone)
        calls = tuple(_first_alike(ready[: manner.together], volume, volume_of))
        for call in calls:
            self._take(call)
        self._speaking = {call.identity for call in calls}
        return Announcement(calls=calls, manner=manner, volume=volume)

    def stands(self, call: Call) -> bool:
        """Whether a call that is being announced has not ended meanwhile."""
        return call.identity in self._speaking

    def put_back(self, calls: Iterable[Call]) -> None:
        """Takes back calls of which nothing was heard, unless they ended meanwhile."""
        back = [call for call in calls if self.stands(call)]
        for call in back:
            self.said.pop(call.identity, None)
        self._waiting[:0] = [Waiting(call=call, doubtful=False) for call in back]
        self._speaking.clear()

    def _call(self, event: Event, now: float) -> None:
        self._supersede(event)
        call = call_of(event, event["at"])
        if event["event"] in NEW_CALLS:
            self.said = {identity: at for identity, at in self.said.items() if not is_anew(call, identity, at)}
        if event.get("step") == VOICE and self._is_new(call):
            self._add(call, now)

    def _is_new(self, call: Call) -> bool:
        return call.identity not in self.said and call.identity not in {entry.call.identity for entry in self._waiting}

    def _add(self, call: Call, now: float) -> None:
        self._waiting.append(Waiting(call=call, doubtful=now - call.at > OLD_S))

    def _add_seen(self, call: Call, now: float) -> None:
        """A row does not say whether the visitor already walks there; an old one is not worth a wrong call."""
        if not self._is_new(call):
            return
        if now - call.at <= OLD_S + LADDER_S:
            self._add(call, call.at)
        else:
            self.said[call.identity] = call.at
            self._note("skipped", call, f"called {now - call.at:.0f} s ago")

    def _take(self, call: Call) -> None:
        self._waiting = [entry for entry in self._waiting if entry.call != call]
        self.said[call.identity] = call.at

    def _leave_quiet(self, volume_of: Callable[[str], int]) -> None:
        for entry in list(self._waiting):
            if volume_of(entry.call.zone) <= 0:
                self._take(entry.call)
                self._note("quiet", entry.call, "no voice in this zone now")

    def _supersede(self, event: Event) -> None:
        """A window that calls anew no longer calls whom it called before."""
        for entry in list(self._waiting):
            call = entry.call
            if call.window == event["window"] and (call.number, call.times) != (event["number"], event["times"]):
                self._withdraw(entry, event["event"])

    def _end(self, number: str, why: str) -> None:
        for entry in list(self._waiting):
            if entry.call.number == number:
                self._withdraw(entry, why)
        self._speaking = {identity for identity in self._speaking if identity[0] != number}

    def _end_all(self, why: str) -> None:
        for entry in list(self._waiting):
            self._withdraw(entry, why)
        self._speaking.clear()
        self.said.clear()

    def _withdraw(self, entry: Waiting, why: str) -> None:
        self._waiting.remove(entry)
        self._note("skipped" if entry.doubtful else "withdrawn", entry.call, why)


def _first_alike(calls: list[Call], volume: int, volume_of: Callable[[str], int]) -> list[Call]:
    """The first calls that are as loud as the very first."""
    count = next((at for at, call in enumerate(calls) if volume_of(call.zone) != volume), len(calls))
    return calls[:count]
