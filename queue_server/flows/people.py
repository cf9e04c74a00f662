"""Who a signed-in person is, from the token of their session; and how an account changes."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, json, structs

from queue_server.contract.asks import OpenWindow
from queue_server.domain.calendar import local
from queue_server.domain.callers import Caller
from queue_server.domain.duties import Duties, duties_at
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person, caller_at
from queue_server.domain.staff_orders import SavePerson
from queue_server.flows.acting import Ask
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.staff_ports import Staff

TRIES = 8
"""How often a change is worked out again, when others change the same account at the same time."""


LATELY_MS = 15 * 60_000
"""After so long since the sign-in, ways to sign in are no more added or taken away."""
Held = tuple[int, str, int]
"""Of a session: until when it lasts, whose it is, since when."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """A person and the session by which they are here."""

    person: Person
    session: str
    begun_at: int
    until: int

    @property
    def caller(self) -> Caller:
        """As whom they speak for themselves: their account is theirs, at no hall."""
        person = self.person
        return Caller(role="staff", id=person.id, name=person.name, staff=person.number, until=self.until)


class Saying(Struct, frozen=True, kw_only=True):
    """Who asks for a change, how it is told, and how to know the request again."""

    actor: str
    change: str = ""
    what: str = ""
    key: str = ""
    body: str = ""


def spoken_of(before: Person | None, after: Person) -> dict[str, Any]:
    """Where and of whom a change is told."""
    halls = {each.hall for person in (before, after) if person for each in person.grants}
    return {"person": after.id, "number": after.number, "name": after.name, "halls": ",".join(sorted(halls))}


class People:
    """Recognises those who are signed in. What is remembered of them is forgotten with the event of a change."""

    def __init__(self, staff: Staff, seals: Seals, halls: Mapping[str, RunningHall], clock: Clock) -> None:
        self.staff = staff
        self.halls = halls
        self.clock = clock
        self._seals = seals
        self._sessions: dict[str, Held] = {}
        self._people: dict[str, Person] = {}
        self._forgotten = 0

    @property
    def version(self) -> int:
        """Another one once any account may have changed."""
        return self._forgotten

    def token_of(self, session: str) -> str:
        """The token with which a session speaks."""
        return self._seals.seal("a", "staff", session)

    def forget(self, person: str) -> None:
        """No longer trusts what it remembers of someone; without an id of anyone."""
        self._forgotten += 1
        if person:
            self._people.pop(person, None)
            self._sessions = {name: held for name, held in self._sessions.items() if held[1] != person}
        else:
            self._people.clear()
            self._sessions.clear()

    def is_token(self, token: str) -> bool:
        """Whether a token is a person's at all."""
        sealed = self._seals.open(token)
        return sealed is not None and sealed.kind == "a"

    async def of_token(self, token: str) -> SignedIn:
        """Who is signed in with a token. Refuses `UNKNOWN_TOKEN`, for a session that has ended too."""
        sealed = self._seals.open(token)
        if sealed is None or sealed.kind != "a":
            raise Refusal("UNKNOWN_TOKEN")
        held = self._sessions.get(sealed.id)
        person = self._people.get(held[1]) if held else None
        if held is None or person is None:
            held, person = await self._look_up(sealed.id)
        if held[0] <= self.clock():
            raise Refusal("UNKNOWN_TOKEN")
        return SignedIn(person=person, session=sealed.id, begun_at=held[2], until=held[0])

    def check_lately(self, here: SignedIn) -> None:
        """An open screen is not enough for a new way into an account. Refuses `SIGN_IN_AGAIN`."""
        if self.clock() - here.begun_at > LATELY_MS:
            raise Refusal("SIGN_IN_AGAIN", {"minutes": LATELY_MS // 60_000})

    async def _look_up(self, session: str) -> tuple[Held, Person]:
        forgotten = self._forgotten
        row = await self.staff.session(session)
        found = await self.staff.person(row.person) if row else None
        if row is None or found is None or found[1].disabled:
            raise Refusal("UNKNOWN_TOKEN")
        held = (row.until, row.person, row.begun_at)
        if self._forgotten == forgotten:  # else it may have ended while this was read
            self._sessions[session], self._people[row.person] = held, found[1]
        return held, found[1]

    async def caller(self, token: str, hall: str, role: str = "", window: int = 0) -> Caller:
        """As whom a token speaks at a hall, in the role asked for; at none, for their own account."""
        signed_in = await self.of_token(token)
        running = self.halls.get(hall)
        found = caller_at(signed_in.person, running.hall, role, window) if running else None
        return structs.replace(found, until=signed_in.until) if found else signed_in.caller

    async def opening(self, ask: Ask, wanted: OpenWindow) -> tuple[OpenWindow, Duties]:
        """A clerk who is signed in opens in their own name, whatever the request says, and by their own duties."""
        if not ask.caller.staff:
            return wanted, Duties()
        return structs.replace(wanted, staff=ask.caller.staff), await self.duties(ask)

    async def duties(self, ask: Ask) -> Duties:
        """What whoever is signed in does at this hall today; nothing is known of a device."""
        if not ask.caller.staff:
            return Duties()
        person, hall = await self.named(ask.caller.id), ask.running.hall
        return duties_at(person, hall.id, local(hall, self.clock()).date().isoformat())

    async def named(self, person: str) -> Person:
        """Someone by id. Refuses `NO_SUCH_PERSON`."""
        found = await self.staff.person(person)
        if found is None:
            raise Refusal("NO_SUCH_PERSON", {"person": person})
        return found[1]

    async def change(
        self, person: str, edit: Callable[[Person], Person | None], saying: Saying, ends: bool = False, keeps: str = ""
    ) -> Person:
        """An account, changed: `edit` works out the new one (None: it ends) from what it is at that very moment."""
        for _ in range(TRIES):
            found = await self.staff.person(person)
            if found is None:
                raise Refusal("NO_SUCH_PERSON", {"person": person})
            revision, before = found
            after = edit(before)
            order = self._order(revision, before, after, saying, ends, keeps)
            try:
                await self.staff.act("staff_save", order)
            except Refusal as refusal:
                if refusal.code == "STAFF_MOVED":
                    continue
                raise
            self.forget(person)
            return after or before
        raise Refusal("STAFF_MOVED")

    async def add(self, person: Person, saying: Saying) -> str:
        """A new account; the id, which for a repeated request is that of the first."""
        return await self.staff.act("staff_save", self._order(0, None, person, saying, False, ""))

    def _order(
        self, revision: int, before: Person | None, after: Person | None, saying: Saying, ends: bool, keeps: str
    ) -> SavePerson:
        kept = after or before
        assert kept is not None
        return SavePerson(
            at=self.clock(), actor=saying.actor, key=saying.key, body=saying.body, revision=revision,
            record=json.encode(after).decode() if after else "", claims=after.claims if after else [],
            ends=int(ends), keeps=keeps, change=saying.change, what=saying.what, **spoken_of(before, kept),
        )  # fmt: skip
