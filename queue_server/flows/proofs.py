"""Who someone is, shown once and believed for a while; and where a request came from."""

import ipaddress

from msgspec import Struct

from queue_server.flows.ports import Clock
from queue_server.flows.seals import Seals

LIFE_S = 30 * 60
HIDDEN = 22
"""The length of a keyed hash of a person."""
NETWORK_BITS = 64
"""Who has one address of IPv6 has as many as they like: all of a network count as one."""


class Origin(Struct, frozen=True, kw_only=True):
    """What is known of who asks, beside the token: a keyed hash of the person, where proven, and of the address."""

    person: str = ""
    address: str = ""


NOWHERE = Origin()


class Proofs:
    """Makes and reads proofs of who someone is."""

    def __init__(self, seals: Seals, clock: Clock) -> None:
        self._seals = seals
        self._clock = clock

    def make(self, hall: str, person: str, at: int) -> tuple[str, int]:
        """A proof that somebody (keyed hash) was known at a moment (ms), and until when it is good."""
        expires_s = at // 1000 + LIFE_S
        return self._seals.seal("p", hall, f"{person}-{expires_s:x}"), expires_s * 1000

    def person(self, hall: str, proof: str) -> str:
        """Whom a proof shows; empty for one that is too old, of another hall, or none."""
        sealed = self._seals.open(proof)
        if sealed is None or sealed.kind != "p" or sealed.hall != hall:
            return ""
        person, expires_s = sealed.id[:HIDDEN], int(sealed.id[HIDDEN + 1 :], 16)
        return person if self._clock() < expires_s * 1000 else ""

    def origin(self, hall: str, proof: str, address: str) -> Origin:
        """Where a request with this proof and from this address comes from."""
        return Origin(person=self.person(hall, proof), address=self._seals.person(hall, "address", _network(address)))


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    mapped = known.ipv4_mapped
    return str(mapped or ipaddress.ip_network((known, NETWORK_BITS), strict=False))
