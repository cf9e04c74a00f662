"""Single sign-on for staff: the same services that visitors may use, where the identity file offers them to staff."""

import secrets
from collections.abc import Mapping

import structlog
from msgspec import structs

from queue_server.domain.identity import SignInFailed, Subject
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person
from queue_server.flows.links import Slips
from queue_server.flows.people import People, Saying
from queue_server.flows.sign_ins import AWAY_S, Offer
from queue_server.flows.staff_sign_in import SignInFlows, Started

log = structlog.get_logger()


class SsoFlows:
    """Out and back. Refuses `NO_SUCH_PROVIDER`, `SIGN_IN_FAILED`, and `SIGN_IN_UNKNOWN` where there is no account."""

    def __init__(self, offers: Mapping[str, Offer], slips: Slips, people: People, sign_ins: SignInFlows) -> None:
        self._offers = {name: offer for name, offer in offers.items() if offer.staff}
        self._slips = slips
        self._people = people
        self._sign_ins = sign_ins

    @property
    def offered(self) -> dict[str, dict[str, str]]:
        """The services by name, with what their buttons say by language."""
        return {name: offer.names for name, offer in self._offers.items()}

    async def start(self, name: str, back: str, to: str, person: str = "") -> tuple[str, str]:
        """Where to go, and the state that the same browser brings back. A `person` links their account."""
        if name not in self._offers:
            raise Refusal("NO_SUCH_PROVIDER", {"provider": name})
        state = secrets.token_urlsafe(24)
        try:
            departure = await self._offers[name].provider.start(state, back)
        except SignInFailed as error:
            raise self._failed(name, error) from error
        kept = {"name": name, "to": to, "person": person, "kept": departure.kept}
        await self._slips.put(f"staff away:{state}", kept, AWAY_S)
        return departure.url, state

    async def finish(
        self, name: str, query: Mapping[str, str], state: str, back: str, whence: str
    ) -> tuple[Started, str]:
        """Who came back, signed in, and where they wanted to go."""
        if not state or not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
            raise Refusal("SIGN_IN_FAILED")
        found = await self._slips.take(f"staff away:{state}")
        if found is None or found["name"] != name or name not in self._offers:
            raise Refusal("SIGN_IN_FAILED")
        try:
            subject = await self._offers[name].provider.finish(query, found["kept"], back)
        except SignInFailed as error:
            raise self._failed(name, error) from error
        person = await self._person(name, subject, found["person"])
        return await self._sign_ins.begin(person, "sso", whence), str(found["to"])

    async def _person(self, name: str, subject: Subject, linking: str) -> Person:
        """Whose login it is: a known one, else theirs who came to link it, else by the staff number vouched for."""
        login = f"{name} {subject.id}"
        known = await self._people.staff.who(f"login {login}")
        if known and linking and known != linking:
            raise Refusal("NAME_TAKEN", {"name": name})
        if known:
            return await self._people.named(known)
        who = linking or (await self._people.staff.who(f"number {subject.staff}") if subject.staff else "")
        if not who:
            raise Refusal("SIGN_IN_UNKNOWN")

        def edit(before: Person) -> Person:
            if before.disabled:
                raise Refusal("SIGN_IN_UNKNOWN")
            return structs.replace(before, logins=(*before.logins, login))

        return await self._people.change(who, edit, Saying(actor=f"staff:{who}", change="login_added", what=name))

    def _failed(self, name: str, error: SignInFailed) -> Refusal:
        log.warning("single sign-on failed", provider=name, problem=str(error))
        return Refusal("SIGN_IN_FAILED")
