"""How visitors are reached, sealed: the store keeps what it cannot read."""

import base64
import binascii
import hashlib
import hmac

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from queue_server.domain.messages import Contact, PushTarget

__all__ = ["Contact", "Contacts", "PushTarget"]

_encode = msgspec.msgpack.Encoder().encode
_contact = msgspec.msgpack.Decoder(Contact).decode


class Contacts:
    """Seals and opens contacts. Equal ones are sealed equally, so that one that is kept can be found and dropped."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(hmac.digest(secret, b"contact", hashlib.sha512))

    def seal(self, contact: Contact) -> str:
        """The contact as text that only the holder of the secret can read."""
        return self.seal_bytes(_encode(contact))

    def open(self, sealed: str) -> Contact | None:
        """What was sealed, or None for what was not sealed here."""
        found = self.open_bytes(sealed)
        return _contact(found) if found is not None else None

    def seal_bytes(self, plain: bytes) -> str:
        """The same for any bytes but none."""
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, None)).decode().rstrip("=")

    def open_bytes(self, sealed: str) -> bytes | None:
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw, None)
        except (InvalidTag, binascii.Error, ValueError):
            return None
