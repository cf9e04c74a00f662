"""The use cases of staff, together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person
from queue_server.flows.acting import Acting
from queue_server.flows.contacts import Contacts
from queue_server.flows.links import Slips
from queue_server.flows.noting import Notes
from queue_server.flows.passkeys import PasskeyFlows
from queue_server.flows.passwords import Passwords
from queue_server.flows.people import People
from queue_server.flows.seals import Seals
from queue_server.flows.second import Second
from queue_server.flows.shifts import ShiftFlows
from queue_server.flows.sign_ins import Offer
from queue_server.flows.staff import StaffFlows
from queue_server.flows.staff_self import SelfFlows
from queue_server.flows.staff_sign_in import SecondNeeded, SignInFlows
from queue_server.flows.staff_sso import SsoFlows


@dataclass(frozen=True, kw_only=True)
class StaffServices:
    """Accounts, sessions and shifts. `count(how, result)` is told of every sign-in."""

    people: People
    colleagues: StaffFlows
    sign_ins: SignInFlows
    passkeys: PasskeyFlows
    own: SelfFlows
    shifts: ShiftFlows
    sso: SsoFlows
    count: Callable[[str, str], None]

    @contextmanager
    def counted(self, how: str) -> Iterator[None]:
        """Counts how one sign-in went."""
        try:
            yield
        except SecondNeeded:
            raise
        except Refusal as refusal:
            self.count(how, "locked" if refusal.code == "LOCKED_OUT" else "refused")
            raise
        self.count(how, "done")


def staff_services(
    people: People, acting: Acting, slips: Slips, seals: Seals, contacts: Contacts, offers: Mapping[str, Offer],
    count: Callable[[str, str], None], notes: Notes,
) -> StaffServices:  # fmt: skip
    """All of them, wired."""
    passwords, second = Passwords(), Second(contacts, people.clock)

    def refused(person: Person | None, hall: str, code: str, whence: str) -> None:
        for where in sorted({grant.hall for grant in person.grants}) if person else [hall]:
            running = people.halls.get(where)
            if running is not None:
                notes.sign_in_refused(running, person.number if person else "", code, whence)

    sign_ins = SignInFlows(people, slips, passwords, second, refused)
    return StaffServices(
        people=people,
        colleagues=StaffFlows(people, seals),
        sign_ins=sign_ins,
        passkeys=PasskeyFlows(people, slips, sign_ins),
        own=SelfFlows(people, slips, passwords, second, sign_ins.confirm),
        shifts=ShiftFlows(acting, people, seals),
        sso=SsoFlows(offers, slips, people, sign_ins),
        count=count,
    )
