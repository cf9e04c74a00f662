"""Signing in as oneself: by password and code, by passkey, by a one-time link, by single sign-on."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct, structs

from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person
from queue_server.domain.staff_orders import Attempt, Begin, Unlock
from queue_server.flows.links import Slips
from queue_server.flows.passwords import Passwords
from queue_server.flows.people import People, Saying, spoken_of
from queue_server.flows.second import Second
from queue_server.flows.staff import digest_of, tries_key

SESSION_S = 12 * 3600
"""A working day."""
STEP_S = 300
"""How long after the password the code may come."""
ARRIVE_S = 60
NOT_LET_IN = frozenset({"SIGN_IN_WRONG", "LOCKED_OUT", "PASSKEY_WRONG", "SIGN_IN_UNKNOWN"})
"""What is told where somebody was refused; a step that took too long, or a code that ran out, is nobody's attempt."""
Refused = Callable[[Person | None, str, str, str], None]
"""Whose account it was (None for nobody's), whose page they wanted, the code, and from where."""
BY_PERSON = (5, 60, 3600, 24 * 3600)
BY_ADDRESS = (50, 60, 3600, 900)
"""Free tries, first wait, longest wait, remembered for, in seconds: a hall behind one address signs in together."""


class Started(Struct, frozen=True, kw_only=True):
    """A session: its token, until when, and how a browser takes it."""

    token: str
    until: int
    arrive: str


class SecondNeeded(Exception):
    """The password was right; `step` is what the form with the code sends along."""

    def __init__(self, step: str) -> None:
        super().__init__("second")
        self.step = step


class SignInFlows:
    """All refuse `SIGN_IN_WRONG`, the same for whatever was wrong, and `LOCKED_OUT` {retry_after_s}."""

    def __init__(
        self, people: People, slips: Slips, passwords: Passwords, second: Second, refused: Refused = lambda *_: None
    ) -> None:
        """`refused` is told of everybody who was not let in."""
        self._people = people
        self._refused = refused
        self._slips = slips
        self._passwords = passwords
        self._second = second

    async def by_password(self, name: str, password: str, code: str, whence: str, hall: str = "") -> Started:
        """Raises `SecondNeeded` where a password alone is not enough and no code came with it.

        `hall` is whose page they want, where that is known.
        """
        person = await self._called(name)
        with self.told(person, whence, hall):
            return await self._by_password(person, name, password, code, whence)

    @contextmanager
    def told(self, person: Person | None, whence: str, hall: str = "") -> Iterator[None]:
        """Tells of a refusal, for the ledger of whose account it was tried by."""
        try:
            yield
        except Refusal as refusal:
            if refusal.code in NOT_LET_IN:
                self._refused(person, hall, refusal.code, whence)
            raise

    async def _by_password(self, person: Person | None, name: str, password: str, code: str, whence: str) -> Started:
        limits = await self._attempt(person, name, whence)
        right = await self._passwords.matches(person.password if person else "", password)
        if person is None or not right or person.disabled:
            raise Refusal("SIGN_IN_WRONG")
        if self._passwords.is_old(person.password):
            person = await self._rehash(person, password)
        if not person.totp:
            return await self.begin(person, "password", whence, *limits)
        if code:
            return await self._with_code(person, code, limits, whence)
        step = secrets.token_urlsafe(24)
        await self._slips.put(f"step:{step}", {"person": person.id, "name": name, "hash": person.password}, STEP_S)
        raise SecondNeeded(step)

    async def by_code(self, step: str, code: str, whence: str) -> Started:
        """The second half. A wrong code leaves the step as it is; only so many can be tried."""
        found = await self._slips.look(f"step:{step}")
        held = await self._people.staff.person(found["person"]) if found else None
        person = held[1] if held else None
        if found is None or person is None or person.disabled or person.password != found["hash"]:
            raise Refusal("SIGN_IN_EXPIRED")
        with self.told(person, whence):
            limits = await self._attempt(person, found["name"], whence)
            started = await self._with_code(person, code, limits, whence)
        await self._slips.take(f"step:{step}")
        return started

    async def _with_code(self, person: Person, code: str, limits: tuple[str, str], whence: str) -> Started:
        used = self._second.step_of(person, code)
        if used is None:
            raise Refusal("SIGN_IN_WRONG")

        def edit(before: Person) -> Person:
            if before.totp_step >= used or before.totp != person.totp:
                raise Refusal("SIGN_IN_WRONG")  # somebody else was quicker with the same code
            return structs.replace(before, totp_step=used)

        return await self.begin(
            await self._people.change(person.id, edit, _own(person)), "password_totp", whence, *limits
        )

    async def _rehash(self, person: Person, password: str) -> Person:
        hashed = await self._passwords.hash(password)

        def edit(before: Person) -> Person:
            return structs.replace(before, password=hashed) if before.password == person.password else before

        return await self._people.change(person.id, edit, _own(person))

    async def confirm(self, person: Person, password: str) -> None:
        """The password once more: whoever sits down at an open screen does not know it, and cannot guess for long."""
        with self.told(person, ""):
            theirs, _ = await self._attempt(person, "")
            held = await self._people.named(person.id)
            if not await self._passwords.matches(held.password, password):
                raise Refusal("SIGN_IN_WRONG")
        order = Unlock(at=self._people.clock(), actor="staff", cleared=[theirs], **spoken_of(None, held))
        await self._people.staff.act("staff_unlock", order)

    async def by_link(self, code: str, password: str, whence: str) -> Started:
        """A one-time link, turned into a password of one's own. Refuses `LINK_USED`, `PASSWORD_WEAK`."""
        person = await self.of_link(code)
        hashed = await self._passwords.hash(password, person.sign_in, person.name, person.number)
        at = self._people.clock()
        return await self.welcome(
            person, lambda before: structs.replace(before, password=hashed, password_at=at), whence
        )

    async def welcome(self, person: Person, edit: Callable[[Person], Person], whence: str) -> Started:
        """The link is used up in the same step in which its person gets what it is for."""

        def used(before: Person) -> Person:
            if before.link != person.link or before.disabled:
                raise Refusal("LINK_USED")
            return structs.replace(edit(before), link="", link_until=0)

        saying = structs.replace(_own(person), change="set_up")
        after = await self._people.change(person.id, used, saying, ends=True)
        return await self.begin(after, "link", whence, tries_key(person.id))

    async def of_link(self, code: str) -> Person:
        """Whose link it is. Refuses `LINK_USED`."""
        who, _, rest = code.partition(".")
        found = await self._people.staff.person(who) if rest else None
        if found is None or not found[1].link or found[1].disabled:
            raise Refusal("LINK_USED")
        person = found[1]
        if not secrets.compare_digest(digest_of(rest), person.link) or person.link_until <= self._people.clock():
            raise Refusal("LINK_USED")
        return person

    async def begin(self, person: Person, how: str, whence: str, cleared: str = "", eased: str = "") -> Started:
        """A session for someone who has shown who they are."""
        found = await self._people.staff.person(person.id)
        if found is None or found[1].disabled:
            raise Refusal("SIGN_IN_WRONG")
        now, session = self._people.clock(), secrets.token_urlsafe(24)
        until = now + SESSION_S * 1000
        order = Begin(
            at=now, actor=f"staff:{person.id}", revision=found[0], session=session, until=until, how=how,
            cleared=[cleared] if cleared else [], eased=[eased] if eased else [], change="signed_in", what=how,
            whence=whence,
            **spoken_of(None, person),
        )  # fmt: skip
        await self._people.staff.act("staff_begin", order)
        token = self._people.token_of(session)
        arrive = secrets.token_urlsafe(24)
        await self._slips.put(f"arrive:{arrive}", {"session": session}, ARRIVE_S)
        return Started(token=token, until=until, arrive=arrive)

    async def arrived(self, code: str) -> str:
        """The token of who arrives, once. Refuses `LINK_USED`."""
        found = await self._slips.take(f"arrive:{code}")
        if found is None:
            raise Refusal("LINK_USED")
        return self._people.token_of(str(found["session"]))

    async def _called(self, name: str) -> Person | None:
        plain, staff = name.strip(), self._people.staff
        who = await staff.who(f"name {plain.casefold()}") or await staff.who(f"number {plain}")
        found = await self._people.staff.person(who) if who else None
        return found[1] if found else None

    async def _attempt(self, person: Person | None, name: str, whence: str = "") -> tuple[str, str]:
        """Counts a try before it is judged; unknown names count too, so that nobody learns which ones exist."""
        theirs = tries_key(person.id) if person else f"nobody {_short(name.strip().casefold())}"
        address = f"from {_short(whence)}"
        spoken = spoken_of(None, person) if person else {"person": ""}
        limits = [(theirs, *BY_PERSON), *([(address, *BY_ADDRESS)] if whence else [])]
        order = Attempt(at=self._people.clock(), actor="staff", limits=limits, whence=whence, **spoken)
        await self._people.staff.act("staff_attempt", order)
        return theirs, address


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _own(person: Person) -> Saying:
    return Saying(actor=f"staff:{person.id}")
