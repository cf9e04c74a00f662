"""Signing in with another service: a visitor goes there, comes back, and is known for half an hour."""

import secrets
from collections.abc import Mapping
from typing import Protocol

import structlog
from msgspec import Struct

from queue_server.contract.persons import phone_digits, plain_number
from queue_server.domain.identity import Departure, SignInFailed, Subject
from queue_server.domain.refusals import Refusal
from queue_server.flows.admission import LEAST_DIGITS
from queue_server.flows.links import Slips
from queue_server.flows.ports import Clock
from queue_server.flows.proofs import Proofs
from queue_server.flows.seals import Seals

AWAY_S = 15 * 60
"""How long someone may take to sign in over there."""

log = structlog.get_logger()


class Provider(Protocol):
    """A service that knows who people are. Both steps raise `SignInFailed`."""

    async def start(self, state: str, back: str) -> Departure:
        """Where to go; the service sends the visitor `back` (our address) with `state`."""
        ...

    async def finish(self, query: Mapping[str, str], kept: Mapping[str, str], back: str) -> Subject:
        """Who came back with this query."""
        ...


class Offer(Struct, frozen=True, kw_only=True):
    """One service as a hall offers it."""

    provider: Provider
    names: dict[str, str]
    halls: tuple[str, ...] = ()
    staff: bool = False
    """For those who work at the halls, not for their visitors."""


class Arrival(Struct, frozen=True, kw_only=True):
    """Who came back: to which hall, where in it they wanted to go, with what proof."""

    hall: str
    to: str
    proof: str


class SignIns:
    """Both ways: out and back."""

    def __init__(self, offers: Mapping[str, Offer], slips: Slips, seals: Seals, proofs: Proofs, clock: Clock) -> None:
        self._offers = offers
        self._slips = slips
        self._seals = seals
        self._proofs = proofs
        self._clock = clock

    def offered(self, hall: str) -> dict[str, dict[str, str]]:
        """The services that a hall offers: names by language, by the service's name."""
        return {
            name: offer.names
            for name, offer in self._offers.items()
            if not offer.staff and (not offer.halls or hall in offer.halls)
        }

    async def start(self, hall: str, name: str, back: str, to: str) -> tuple[str, str]:
        """The address to go to, and the state that the same browser must bring back.

        Refuses `NO_SUCH_PROVIDER` and `SIGN_IN_FAILED`.
        """
        if name not in self.offered(hall):
            raise Refusal("NO_SUCH_PROVIDER", {"provider": name})
        state = secrets.token_urlsafe(24)
        try:
            departure = await self._offers[name].provider.start(state, back)
        except SignInFailed as error:
            raise _failed(name, error) from error
        await self._slips.put(f"away:{state}", {"hall": hall, "name": name, "to": to, "kept": departure.kept}, AWAY_S)
        return departure.url, state

    async def finish(self, name: str, query: Mapping[str, str], state: str, back: str) -> Arrival:
        """Who came back. `state` is what this browser was given; each is good once. Refuses `SIGN_IN_FAILED`."""
        if not state or not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
            raise Refusal("SIGN_IN_FAILED")
        found = await self._slips.take(f"away:{state}")
        if found is None or found["name"] != name or name not in self._offers:
            raise Refusal("SIGN_IN_FAILED")
        try:
            subject = await self._offers[name].provider.finish(query, found["kept"], back)
        except SignInFailed as error:
            raise _failed(name, error) from error
        proof, _ = self._proofs.make(found["hall"], self._person(found["hall"], name, subject), self._clock())
        return Arrival(hall=found["hall"], to=found["to"], proof=proof)

    def _person(self, hall: str, name: str, subject: Subject) -> str:
        """The same person as by an ID number or a phone at the counter, where the service has verified one.

        Services show some numbers in part, with asterisks: these are many people's.
        """
        if plain_number(subject.id_number) and "*" not in subject.id_number:
            return self._seals.person(hall, "id", subject.id_number)
        digits = phone_digits(subject.phone)
        if len(digits.lstrip("+")) >= LEAST_DIGITS and "*" not in subject.phone:
            return self._seals.person(hall, "phone", digits)
        return self._seals.person(hall, f"at {name}", subject.id)


def _failed(name: str, error: SignInFailed) -> Refusal:
    log.warning("signing in failed", provider=name, problem=str(error))
    return Refusal("SIGN_IN_FAILED")
