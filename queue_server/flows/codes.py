"""One-time codes: sent to a phone, typed once. The store keeps digests; the code itself leaves by the outbox alone."""

import hashlib
import secrets
from unicodedata import normalize

from msgspec import Struct, structs

from queue_server.contract import bookings
from queue_server.contract.persons import phone_digits
from queue_server.contract.times import rfc3339
from queue_server.domain.codes import DIGITS, LIFE_MS, PutCode, TryCode
from queue_server.domain.messages import Contact, Message
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Outbox
from queue_server.flows.proofs import Origin, Proofs
from queue_server.flows.seals import Seals

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
PER_PHONE = (("minute", 1, MINUTE_MS), ("hour", 5, HOUR_MS))
"""A message costs money, and nobody wants a dozen."""
VISITORS = frozenset({"", "visitor"})
"""Whom limits bind: who asks without a token, or with a visitor's."""


class Sending(Struct, frozen=True, kw_only=True):
    """A code to be sent: what it will show (keyed hash), to which phone, for whom."""

    about: str
    phone: str
    language: str
    person: str


def part_of(ask: Ask, name: str) -> Ask:
    """One act of several within a request: each has its own key, so each is repeated by itself."""
    return structs.replace(ask, key=f"{ask.key}/{name}") if ask.key else ask


class CodeFlows:
    """Sends codes and checks them. All raise `Refusal`."""

    def __init__(
        self, acting: Acting, seals: Seals, contacts: Contacts, outbox: Outbox, proofs: Proofs, per_address: int
    ) -> None:
        self._acting = acting
        self._seals = seals
        self._contacts = contacts
        self._outbox = outbox
        self._proofs = proofs
        self._per_address = per_address

    async def send(self, ask: Ask, wanted: bookings.AskCode, language: str, origin: Origin) -> bookings.CodeSent:
        """A code to a phone: with it `prove` says whose phone it is."""
        person = self.person(ask, wanted.phone)
        sending = Sending(about=person, phone=wanted.phone, language=wanted.language or language, person=person)
        return await self.put(ask, sending, origin)

    async def prove(self, ask: Ask, wanted: bookings.Prove) -> bookings.Proof:
        """A proof that this phone is in the asker's hand, for its code."""
        person, hall = self.person(ask, wanted.phone), ask.running.hall.id
        at = await self.check(ask, person, wanted.code)
        proof, expires_at = self._proofs.make(hall, person, at)
        return bookings.Proof(proof=proof, expires_at=rfc3339(expires_at))

    async def put(self, ask: Ask, sending: Sending, origin: Origin) -> bookings.CodeSent:
        """Sends a code. Refuses `TOO_MANY`."""
        hall, seed = ask.running.hall.id, self._seed(ask)
        code = self._digits(seed)
        order = PutCode(
            **self._acting.common(ask),
            about=sending.about,
            digest=self._digest(hall, sending.about, code),
            windows=self._windows(ask, sending.phone, origin),
        )
        acted = await self._acting.act(ask, "put_code", order)
        at = int(acted.rows[0][0])
        message = Message(
            id=f"code-{self._seals.person(hall, 'message', seed)}",
            to=(self._contacts.seal(Contact(phone=as_dialled(sending.phone))),),
            template="code",
            language=sending.language,
            facts={"code": code, "until_at": at + LIFE_MS},
            at=at,
            not_after=at + LIFE_MS,
            person=sending.person,
        )
        await self._outbox.post(hall, [message])
        return bookings.CodeSent(expires_at=rfc3339(at + LIFE_MS), retry_after_s=MINUTE_MS // 1000)

    async def check(self, ask: Ask, about: str, code: str) -> int:
        """Uses a code up, and says when that was. Refuses `WRONG_CODE` and `CODE_EXPIRED`."""
        digest = self._digest(ask.running.hall.id, about, code)
        order = TryCode(**self._acting.common(ask), about=about, digest=digest)
        return int((await self._acting.act(ask, "try_code", order)).rows[0][0])

    def about_booking(self, hall: str, code: str) -> str:
        """What a code for a booking shows: that its visitor has the phone that was given with it."""
        return self._seals.person(hall, "booking", code)

    def _windows(self, ask: Ask, phone: str, origin: Origin) -> tuple[tuple[str, int, int], ...]:
        who = self._seals.person(ask.running.hall.id, "codes-to", phone_digits(phone))
        windows = tuple((f"{name}:{who}", most, length_ms) for name, most, length_ms in PER_PHONE)
        if ask.caller.role not in VISITORS or not self._per_address:
            return windows
        return (*windows, (f"from:{origin.address}", self._per_address, HOUR_MS))

    def person(self, ask: Ask, phone: str) -> str:
        """Whom a code shows that was sent to this phone."""
        return self._seals.person(ask.running.hall.id, "phone", phone_digits(phone))

    def _seed(self, ask: Ask) -> str:
        """What a code is made of: chance, or for a request that may be repeated what makes it the same again."""
        if not ask.key:
            return secrets.token_urlsafe(24)
        day = str(self._acting.common(ask)["day"])
        return self._seals.person(ask.running.hall.id, "code-seed", ask.key, ask.body, day)

    def _digits(self, seed: str) -> str:
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16])
        return f"{number % 10**DIGITS:0{DIGITS}d}"

    def _digest(self, hall: str, about: str, code: str) -> str:
        return self._seals.person(hall, "code", about, code)


def as_dialled(phone: str) -> str:
    """A number as it is dialled: its digits, and the plus sign of one that has it."""
    phone = normalize("NFKC", phone)
    return ("+" if "+" in phone else "") + "".join(letter for letter in phone if letter in "0123456789")
