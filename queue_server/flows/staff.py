"""What managers do about accounts: set up a colleague, change what they may do, reset, disable, unlock."""

import hashlib
import secrets
from collections.abc import Callable

from msgspec import UNSET, structs

from queue_server.contract import staff as wire
from queue_server.contract.persons import hide_person
from queue_server.contract.times import rfc3339
from queue_server.domain.callers import Caller
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Certificate, Grant, Person, Skill
from queue_server.domain.staff_orders import Unlock
from queue_server.flows.acting import Ask
from queue_server.flows.people import People, Saying, spoken_of
from queue_server.flows.seals import Seals

LINK_LIFE_S = 72 * 3600


def digest_of(code: str) -> str:
    """What is kept of a link's code."""
    return hashlib.sha256(code.encode()).hexdigest()


def tries_key(person: str) -> str:
    """Under what the tries of a person's password are counted."""
    return f"person {person}"


class StaffFlows:
    """The use cases of a hall's manager. All raise `Refusal`."""

    def __init__(self, people: People, seals: Seals) -> None:
        self._people = people
        self._code_key = seals.person_key("staff links")

    async def listed(self, ask: Ask) -> wire.Colleagues:
        """Everyone who works at this hall, by name."""
        hall = ask.running.hall
        rows = [row for row in await self._people.staff.people() if row.grants_at(hall.id)]
        rows.sort(key=lambda row: (row.disabled, row.name, row.number))
        return wire.Colleagues(staff=[await self._told(ask, row) for row in rows])

    async def add(self, ask: Ask, wanted: wire.NewColleague) -> wire.Colleague:
        """A new account, or this hall's part for someone whom another hall has under the same number."""
        grant = grant_of(ask.running.hall, wanted)
        may_give(ask.caller, grant)
        code, now = self._code(ask), self._people.clock()
        person = Person(
            id=f"p{secrets.token_hex(6)}", name=wanted.name.strip(), number=wanted.number,
            sign_in=(wanted.sign_in or wanted.number).casefold(), grants=(grant,), language=wanted.language,
            made_at=now, link=digest_of(code), link_until=now + LINK_LIFE_S * 1000,
        )  # fmt: skip
        made = await self._people.add(person, self._saying(ask, "added", grant.role))
        return await self._told(ask, structs.replace(person, id=made), code)

    async def change(self, ask: Ask, person: str, wanted: wire.Duties) -> wire.Colleague:
        """Other duties at this hall; those at other halls stay. Open pages of theirs are judged anew at once.

        Whoever manages another hall of theirs too may bring them here.
        """
        grant, hall = grant_of(ask.running.hall, wanted), ask.running.hall.id
        may_give(ask.caller, grant)
        managed = await self._managed(ask.caller)

        def edit(before: Person) -> Person:
            others = tuple(each for each in before.grants if each.hall != hall)
            return structs.replace(before, grants=(*others, grant))

        after = await self._change(ask, person, edit, "changed", grant.role, whole=False, through=managed)
        return await self._told(ask, after)

    async def remove(self, ask: Ask, person: str) -> None:
        """Someone works here no longer: the account ends with its last hall."""
        hall = ask.running.hall.id

        def edit(before: Person) -> Person | None:
            left = tuple(each for each in before.grants if each.hall != hall)
            return structs.replace(before, grants=left) if left else None

        await self._change(ask, person, edit, "removed", "", whole=False, ends=True)

    async def reset(self, ask: Ask, person: str) -> wire.Colleague:
        """Every old way to sign in ends at once; a new one-time link is made."""
        code, until = self._code(ask), self._people.clock() + LINK_LIFE_S * 1000

        def edit(before: Person) -> Person:
            return structs.replace(
                before, password="", totp="", passkeys=(), logins=(), link=digest_of(code), link_until=until
            )

        after = await self._change(ask, person, edit, "reset", "", ends=True)
        return await self._told(ask, after, code)

    async def set_disabled(self, ask: Ask, person: str, disabled: bool) -> wire.Colleague:
        """Shuts an account, sessions and open pages included, or opens it again."""

        def edit(before: Person) -> Person:
            return structs.replace(before, disabled=disabled)

        return await self._told(
            ask, await self._change(ask, person, edit, "disabled" if disabled else "enabled", "", ends=disabled)
        )

    async def unlock(self, ask: Ask, person: str) -> wire.Colleague:
        """Forgets the tries that failed."""
        found = await self._people.named(person)
        self._may_handle(ask, found, whole=False)
        order = Unlock(
            at=self._people.clock(), actor=ask.caller.actor, key=ask.key, body=ask.body, change="unlocked",
            cleared=[tries_key(person)], **spoken_of(None, found),
        )  # fmt: skip
        await self._people.staff.act("staff_unlock", order)
        return await self._told(ask, found)

    async def _change(
        self, ask: Ask, person: str, edit: Callable[[Person], Person | None], change: str, what: str,
        whole: bool = True, ends: bool = False, through: frozenset[str] = frozenset(),
    ) -> Person:  # fmt: skip
        def judged(before: Person) -> Person | None:
            is_new_here = not before.grants_at(ask.running.hall.id)
            if not (is_new_here and through.intersection(each.hall for each in before.grants)):
                self._may_handle(ask, before, whole)
            return edit(before)

        return await self._people.change(person, judged, self._saying(ask, change, what), ends=ends)

    async def _managed(self, caller: Caller) -> frozenset[str]:
        """The halls that a person manages as a whole; of a device none but its own is known."""
        if not caller.staff:
            return frozenset()
        grants = (await self._people.named(caller.id)).grants
        return frozenset(each.hall for each in grants if each.role == "manager" and not each.departments)

    def _saying(self, ask: Ask, change: str, what: str) -> Saying:
        return Saying(actor=ask.caller.actor, change=change, what=what, key=ask.key, body=ask.body)

    def _may_handle(self, ask: Ask, person: Person, whole: bool) -> None:
        if ask.caller.role == "admin":
            return
        grants = person.grants_at(ask.running.hall.id)
        if not grants:
            raise Refusal("NO_SUCH_PERSON", {"person": person.id})
        for grant in grants:
            may_give(ask.caller, grant)
        if whole and _elsewhere(person, ask.running.hall.id):
            raise Refusal("WORKS_ELSEWHERE", {"person": person.id})

    def _may(self, ask: Ask, person: Person) -> bool:
        try:
            self._may_handle(ask, person, whole=False)
        except Refusal:
            return False
        return True

    def _code(self, ask: Ask) -> str:
        """A link's code; the same again for a request that is repeated with its key."""
        if not ask.key:
            return secrets.token_urlsafe(24)
        return hide_person(self._code_key, ask.running.hall.id, ask.key, ask.body)

    async def _told(self, ask: Ask, person: Person, code: str = "") -> wire.Colleague:
        hall = ask.running.hall.id
        grants = person.grants_at(hall)
        grant = grants[0] if grants else Grant(hall=hall, role="")
        locked = await self._people.staff.locked_until(tries_key(person.id))
        return wire.Colleague(
            id=person.id, name=person.name, number=person.number, sign_in=person.sign_in, language=person.language,
            role=grant.role, departments=list(grant.departments), windows=list(grant.windows),
            skills=[skill_row(each) for each in grant.skills],
            certificates=[
                wire.CertificateRow(name=each.name, until=each.until, queue=each.queue) for each in grant.certificates
            ],
            disabled=person.disabled, set_up=person.is_set_up, second=bool(person.totp),
            locked_until=rfc3339(locked) if locked > self._people.clock() else UNSET,
            elsewhere=_elsewhere(person, hall), yours=self._may(ask, person),
            link=f"/welcome/{person.id}.{code}" if code else UNSET,
            link_until=rfc3339(person.link_until) if code else UNSET,
        )  # fmt: skip


def _elsewhere(person: Person, hall: str) -> bool:
    return any(each.hall != hall for each in person.grants)


def skill_row(skill: Skill) -> wire.SkillRow:
    """A skill as it is told."""
    return wire.SkillRow(
        queue=skill.queue, handicap_min=skill.handicap_s // 60, from_min=skill.from_min, to_min=skill.to_min
    )


def may_give(caller: Caller, grant: Grant) -> None:
    """Whether a caller may hand out, or take away, such duties.

    Managers of a whole hall are the admin's to make; the manager of a department has that department's people alone.
    """
    if caller.role == "admin":
        return
    if grant.role == "manager" and not grant.departments:
        raise Refusal("WRONG_ROLE", {"role": caller.role})
    if caller.departments and not (grant.departments and set(grant.departments) <= set(caller.departments)):
        raise Refusal("WRONG_DEPARTMENT", {"departments": ", ".join(caller.departments)})
    if caller.departments and (grant.windows or grant.role == "manager"):
        raise Refusal("WRONG_DEPARTMENT", {"departments": ", ".join(caller.departments)})


def grant_of(hall: Hall, wanted: wire.Duties) -> Grant:
    """The duties asked for, each known to the hall. Refuses what the hall does not know."""
    for department in wanted.departments:
        if department not in hall.department_by_id:
            raise Refusal("NO_SUCH_DEPARTMENT", {"department": department})
    for window in wanted.windows:
        if window not in hall.window_by_number:
            raise Refusal("NO_SUCH_WINDOW", {"window": window})
    for certificate in wanted.certificates:
        if certificate.queue and certificate.queue not in hall.queue_by_id:
            raise Refusal("NO_SUCH_QUEUE", {"queue": certificate.queue})
    for row in wanted.skills:
        if row.queue not in hall.queue_by_id:
            raise Refusal("NO_SUCH_QUEUE", {"queue": row.queue})
        if row.from_min >= row.to_min:
            raise Refusal("INVALID", {"field": "skills", "problem": "expected `to_min` after `from_min`"})
    return Grant(
        hall=hall.id, role=wanted.role, departments=tuple(wanted.departments),
        windows=tuple(sorted(set(wanted.windows))),
        skills=tuple(
            Skill(queue=row.queue, handicap_s=row.handicap_min * 60, from_min=row.from_min, to_min=row.to_min)
            for row in wanted.skills
        ),
        certificates=tuple(Certificate(name=row.name, until=row.until, queue=row.queue) for row in wanted.certificates),
    )  # fmt: skip
