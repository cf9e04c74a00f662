"""The second step: six digits from an app (TOTP, RFC 6238), each good once."""

import io
import secrets

import pyotp
import segno

from queue_server.domain.staff import Person
from queue_server.flows.contacts import Contacts
from queue_server.flows.ports import Clock

ISSUER = "Greenwave"
MARK = b"totp "
STEP_S = 30
DRIFT = (0, -1, 1)
"""Steps that a phone's clock may be off."""


class Second:
    """Makes secrets and checks codes. The store holds secrets sealed."""

    def __init__(self, contacts: Contacts, clock: Clock) -> None:
        self._contacts = contacts
        self._clock = clock

    def new(self, person: Person) -> tuple[str, str, str]:
        """A new secret, its address for the app, and the picture of that."""
        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret).provisioning_uri(name=person.sign_in, issuer_name=ISSUER)
        drawn = io.BytesIO()
        segno.make(uri, error="m").save(drawn, kind="svg", border=4, scale=4, xmldecl=False, svgns=True)
        return secret, uri, drawn.getvalue().decode()

    def seal(self, secret: str) -> str:
        """As the store keeps it."""
        return self._contacts.seal_bytes(MARK + secret.encode())

    def step_of(self, person: Person, code: str) -> int | None:
        """The step that a code belongs to, where it is right and was not used yet."""
        return self.step_in(person.totp, code, person.totp_step) if person.totp else None

    def step_in(self, sealed: str, code: str, after: int = 0) -> int | None:
        """The same for a secret that is not the account's yet."""
        opened = self._contacts.open_bytes(sealed)
        if opened is None or not opened.startswith(MARK):
            return None
        digits, now = code.replace(" ", ""), self._clock() // 1000 // STEP_S
        made = pyotp.TOTP(opened.removeprefix(MARK).decode())
        for step in (now + drift for drift in DRIFT):
            if step > after and secrets.compare_digest(made.at(step * STEP_S), digits):
                return step
        return None
