"""What people do about their own account: password, second step, sessions."""

from collections.abc import Awaitable, Callable

from msgspec import structs

from queue_server.contract import staff as wire
from queue_server.contract.times import rfc3339
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person, windows_of
from queue_server.domain.staff_orders import End
from queue_server.flows.links import Slips
from queue_server.flows.passwords import Passwords
from queue_server.flows.people import People, Saying, SignedIn, spoken_of
from queue_server.flows.second import Second

CONFIRM_S = 900


class SelfFlows:
    """The use cases of whoever is signed in. All raise `Refusal`."""

    def __init__(
        self, people: People, slips: Slips, passwords: Passwords, second: Second,
        confirm: Callable[[Person, str], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._people = people
        self._confirm = confirm
        self._slips = slips
        self._passwords = passwords
        self._second = second

    async def me(self, here: SignedIn) -> wire.Me:
        """The account as its person sees it."""
        person = await self._people.named(here.person.id)
        sessions = await self._people.staff.sessions(person.id)
        rows = sorted(sessions.items(), key=lambda row: -row[1].begun_at)
        now = self._people.clock()
        return wire.Me(
            id=person.id, name=person.name, number=person.number, sign_in=person.sign_in,
            password=bool(person.password), totp=bool(person.totp), places=self._places(person),
            passkeys=[
                wire.KeyRow(id=key.id, label=key.name, added_at=rfc3339(key.added_at)) for key in person.passkeys
            ],
            logins=[each.partition(" ")[0] for each in person.logins],
            sessions=[
                wire.SessionRow(id=name[:12], begun_at=rfc3339(row.begun_at), how=row.how, here=name == here.session)
                for name, row in rows if row.until > now
            ],
        )  # fmt: skip

    def _places(self, person: Person) -> list[wire.Place]:
        found = []
        for grant in person.grants:
            running = self._people.halls.get(grant.hall)
            if running is None:
                continue
            windows = windows_of(grant, running.hall) if grant.role == "window" else []
            found.append(
                wire.Place(
                    hall=grant.hall, names=running.hall.names, role=grant.role, windows=windows,
                    departments=list(grant.departments),
                )
            )  # fmt: skip
        return found

    async def change_password(self, here: SignedIn, wanted: wire.ChangePassword) -> None:
        """A new password; whoever is signed in elsewhere no longer is."""
        await self._confirm(here.person, wanted.old)
        person = here.person
        hashed = await self._passwords.hash(wanted.new, person.sign_in, person.name, person.number)
        at = self._people.clock()
        await self._change(
            here, lambda before: structs.replace(before, password=hashed, password_at=at), "password", ends=True
        )

    async def new_totp(self, here: SignedIn) -> wire.Totp:
        """A secret for the app; nothing changes until its first code has come back."""
        secret, uri, picture = self._second.new(here.person)
        await self._slips.put(f"totp:{here.session}", {"sealed": self._second.seal(secret)}, CONFIRM_S)
        return wire.Totp(secret=secret, uri=uri, picture=picture)

    async def confirm_totp(self, here: SignedIn, code: str) -> None:
        """From now on the password needs a code. Refuses `WRONG_CODE`, `SIGN_IN_EXPIRED`.

        One that is set up is dropped first, with the password: an open screen alone changes it for nobody. Refuses
        `STAFF_MOVED` for that.
        """
        found = await self._slips.look(f"totp:{here.session}")
        if found is None:
            raise Refusal("SIGN_IN_EXPIRED")
        step = self._second.step_in(found["sealed"], code)
        if step is None:
            raise Refusal("WRONG_CODE")
        await self._slips.take(f"totp:{here.session}")
        sealed = str(found["sealed"])

        def edit(before: Person) -> Person:
            if before.totp:
                raise Refusal("STAFF_MOVED")
            return structs.replace(before, totp=sealed, totp_step=step)

        await self._change(here, edit, "totp_on")

    async def drop_totp(self, here: SignedIn, password: str) -> None:
        await self._confirm(here.person, password)
        await self._change(here, lambda before: structs.replace(before, totp="", totp_step=0), "totp_off")

    async def drop_passkey(self, here: SignedIn, key: str) -> None:
        """Refuses `NO_SUCH_KEY`, and `LAST_WAY_IN` where nothing else is left to sign in with."""

        def edit(before: Person) -> Person:
            left = tuple(each for each in before.passkeys if each.id != key)
            if len(left) == len(before.passkeys):
                raise Refusal("NO_SUCH_KEY")
            after = structs.replace(before, passkeys=left)
            if not after.is_set_up:
                raise Refusal("LAST_WAY_IN")
            return after

        await self._change(here, edit, "key_removed")

    async def sign_out(self, here: SignedIn, everywhere: bool = False) -> None:
        """Ends this session, or every one."""
        person = here.person
        order = End(
            at=self._people.clock(), actor=here.caller.actor, session="" if everywhere else here.session,
            change="signed_out", **spoken_of(None, person),
        )  # fmt: skip
        await self._people.staff.act("staff_end", order)
        self._people.forget(person.id)

    async def _change(
        self, here: SignedIn, edit: Callable[[Person], Person | None], change: str, ends: bool = False
    ) -> None:
        saying = Saying(actor=here.caller.actor, change=change)
        await self._people.change(here.person.id, edit, saying, ends=ends, keeps=here.session)
