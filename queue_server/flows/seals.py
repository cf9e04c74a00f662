"""Tokens that need no table: what they stand for, sealed with a key that the store never sees."""

import base64
import hashlib
import hmac
import re

from msgspec import Struct

from queue_server.contract.persons import hide_person

TOKEN = re.compile(r"([abdkpst])\.([a-z0-9-]{1,64})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})")


class Sealed(Struct, frozen=True, kw_only=True):
    """What a genuine token says. A device's still has to be looked up: it may have been revoked."""

    kind: str
    """`a` someone who is signed in, `d` a device, `t` a ticket, `b` a booking, `k` a pass to check in, `p` a proof of
    who someone is, `s` a one-time sign-in link."""
    hall: str
    id: str


class Seals:
    """Makes and opens tokens, and hides who people are. All of it hangs on one secret of at least 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs at least 32 bytes")
        self._secret = secret
        self._person_keys: dict[str, bytes] = {}

    def seal(self, kind: str, hall: str, thing: str) -> str:
        """The token of a thing; the same each time, so a repeated order can answer with it again."""
        return f"{kind}.{hall}.{thing}.{self._mac(kind, hall, thing)}"

    def open(self, token: str) -> Sealed | None:
        """What a token stands for, or None when it was not made here."""
        parts = TOKEN.fullmatch(token)
        if not parts:
            return None
        kind, hall, thing, mac = parts.groups()
        if not hmac.compare_digest(mac, self._mac(kind, hall, thing)):
            return None
        return Sealed(kind=kind, hall=hall, id=thing)

    def person(self, hall: str, kind: str, *facts: str) -> str:
        """A keyed hash of who someone is: see `hide_person`."""
        return hide_person(self.person_key(hall), kind, *facts)

    def person_key(self, hall: str) -> bytes:
        """The key with which a hall hides who people are; its kiosks are given it, to keep in memory alone."""
        key = self._person_keys.get(hall)
        if key is None:
            key = self._person_keys[hall] = hmac.digest(self._secret, f"person\0{hall}".encode(), hashlib.sha256)
        return key

    def _mac(self, *parts: str) -> str:
        message = b"\0".join(part.encode() for part in parts)
        digest = hmac.digest(self._secret, message, hashlib.sha256)[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def short_digest(*parts: bytes) -> str:
    """128 bits over the parts, as text; for telling requests apart, not for secrets."""
    return base64.urlsafe_b64encode(hashlib.blake2b(b"\0".join(parts), digest_size=16).digest()).decode()[:22]
